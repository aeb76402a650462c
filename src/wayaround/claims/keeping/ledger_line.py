"""A line of the ledger: what was said, what the roads said to it, and when that was kept."""

import datetime
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import ConfigDict, TypeAdapter, ValidationError

from wayaround.claims.claim import Claim, Document, Mention, Quantity, Relation, Statement
from wayaround.claims.finding import Case, Evidence, Finding, Tolerance, Verdict
from wayaround.claims.keeping.links import link_statements

_WHOLE = 2.0**53
"""Below it a float holds every whole number."""

_OUTSIDE_THE_HASH = ("hash", "recorded_at", "version")


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One claim, or one statement without any, as it was kept.

    Parameters
    ----------
    hash : str
        SHA-256 of all the rest but `recorded_at` and `version`: the same check adds no second line.
    said_id : str
        SHA-256 of source, text and place in it: the same for every check of one claim. Links name it.
    recorded_at : datetime.datetime
        When it was kept, in UTC.
    version : str
        Of wayaround.
    source, outlet, text_hash
        The document, and the SHA-256 of its text.
    block, author, published
        Of the block that it stands in.
    start, end, text
        Of the statement.
    speaker, through, said_on
        Who says it, who passed it on, and on which day.
    relation, measure, quantity, other, slots, ordered
        The claim; None where the statement has none.
    judgements, corrects_another
        What else the statement says.
    network_digest : str, optional
        Of the roads that it was checked against; None if it was not.
    verdict, reason, computed, computed_other, tolerance, cases, evidence, assumptions
        The finding; None, or nothing, where there is none.
    disputes, corrects : tuple of str
        The `said_id` of what it gives another value for, or corrects.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    hash: str
    said_id: str
    recorded_at: datetime.datetime
    version: str
    source: str
    outlet: str | None
    text_hash: str
    block: int
    author: str | None
    published: datetime.date | None
    start: int
    end: int
    text: str
    speaker: str | None
    through: tuple[str, ...]
    said_on: datetime.date | None
    relation: Relation | None
    measure: Literal["distance", "duration"] | None
    quantity: Quantity | None
    other: Quantity | None
    slots: dict[str, Mention]
    ordered: bool
    judgements: tuple[str, ...]
    corrects_another: bool
    network_digest: str | None
    verdict: Verdict | None
    reason: str | None
    computed: float | None
    computed_other: float | None
    tolerance: Tolerance | None
    cases: tuple[Case, ...]
    evidence: tuple[Evidence, ...]
    assumptions: tuple[str, ...]
    disputes: tuple[str, ...]
    corrects: tuple[str, ...]


_NAMES = tuple(each.name for each in fields(LedgerLine))
_LINES = TypeAdapter(LedgerLine)
_EVIDENCE = TypeAdapter(Evidence)


def ledger_lines(
    document: Document,
    statements: Sequence[Statement],
    findings: Sequence[Finding],
    *,
    network_digest: str,
    recorded_at: datetime.datetime,
    version: str,
) -> Iterator[LedgerLine]:
    """The lines of a document: one for each finding, claim without one, and statement without claims.

    Parameters
    ----------
    document, statements, findings
        As read and checked; statements that only a finding names are kept as well.
    network_digest : str
        Of the roads that they were checked against.
    recorded_at, version
        As in `LedgerLine`.
    """
    text_hash = hash_text(document.text)
    found: dict[tuple[int, int, int, int], list[Finding]] = defaultdict(list)
    whole = {(statement.start, statement.end): statement for statement in statements}
    for each in findings:
        found[_place(each.statement, each.claim)].append(each)
        whole.setdefault((each.statement.start, each.statement.end), each.statement)
    kept = list(whole.values())
    links = link_statements(document, kept, findings)
    names: dict[tuple[int, int | None], str] = {}
    for row, statement in enumerate(kept):
        for at in (None, *range(len(statement.claims))):
            names[row, at] = _said_id(document.source, text_hash, statement, at)
    for row, statement in enumerate(kept):
        claims: list[tuple[int | None, Claim | None]] = [*enumerate(statement.claims)]
        for at, claim in claims or [(None, None)]:
            here: Sequence[Finding | None] = [None] if claim is None else found.pop(_place(statement, claim), [None])
            disputes, corrects = (
                tuple(dict.fromkeys(names[target] for target in targets.get((row, at), ())))
                for targets in (links.disputes, links.corrects)
            )
            for finding in here:
                block = document.blocks[statement.block]
                yield seal(
                    LedgerLine(
                        hash="",
                        said_id=names[row, at],
                        recorded_at=recorded_at,
                        version=version,
                        source=document.source,
                        outlet=document.outlet,
                        text_hash=text_hash,
                        block=statement.block,
                        author=block.author,
                        published=block.published,
                        start=statement.start,
                        end=statement.end,
                        text=statement.text,
                        speaker=statement.attribution.speaker,
                        through=statement.attribution.through,
                        said_on=statement.attribution.said_on,
                        relation=claim.relation if claim else None,
                        measure=claim.measure if claim else None,
                        quantity=claim.quantity if claim else None,
                        other=claim.other if claim else None,
                        slots=claim.slots if claim else {},
                        ordered=claim.ordered if claim else False,
                        judgements=statement.judgements,
                        corrects_another=statement.corrects,
                        network_digest=network_digest if finding else None,
                        verdict=finding.verdict if finding else None,
                        reason=finding.reason if finding else None,
                        computed=finding.computed if finding else None,
                        computed_other=finding.computed_other if finding else None,
                        tolerance=finding.tolerance if finding else None,
                        cases=finding.cases if finding else (),
                        evidence=finding.evidence if finding else (),
                        assumptions=finding.assumptions if finding else (),
                        disputes=disputes,
                        corrects=corrects,
                    )
                )


def seal(line: LedgerLine) -> LedgerLine:
    """A line with the hash of its content."""
    return replace(line, hash=hash_line(line))


def hash_line(line: LedgerLine) -> str:
    """SHA-256 of what a line says.

    Raises
    ------
    ValueError
        It holds a number that is none.
    """
    content = line_content(line)
    for name in _OUTSIDE_THE_HASH:
        del content[name]
    return hash_text(_compact(content))


def line_content(line: LedgerLine) -> dict[str, Any]:
    """What a line says, as JSON has it, each piece of evidence by its hash."""
    content = {name: _plain(getattr(line, name)) for name in _NAMES if name != "evidence"}
    return {**content, "evidence": [hash_evidence(each)[0] for each in line.evidence]}


@lru_cache(maxsize=256)
def hash_evidence(evidence: Evidence) -> tuple[str, str]:
    """SHA-256 and JSON of a piece of evidence; those of a thread share few, so the last ones are remembered."""
    written = _compact(evidence)
    return hash_text(written), written


def write_line(line: LedgerLine) -> str:
    """A line as JSON, everything inside, in letters that every encoding has."""
    content = line_content(line)
    del content["evidence"]
    evidence = ",".join(hash_evidence(each)[1] for each in line.evidence)
    return f'{_compact(content)[:-1]},"evidence":[{evidence}]}}'


def read_line(written: str | bytes) -> LedgerLine:
    """Read what `write_line` wrote.

    Raises
    ------
    ValueError
        It is no such line, or its hash is not that of its content.
    """
    try:
        line = _LINES.validate_python(json.loads(written, parse_constant=_refuse_constant))
    except RecursionError:
        raise ValueError("is nested too deep") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise ValueError(f"{where}: {first['msg']}" if where else first["msg"]) from None
    if line.recorded_at.tzinfo is None:
        raise ValueError("recorded_at: has no time zone")
    if line.hash != hash_line(line):
        raise ValueError("hash: is not that of the content, which was changed")
    return line


def write_content(line: LedgerLine) -> str:
    """What a line says as JSON, each piece of evidence by its hash."""
    return _compact(line_content(line))


def read_content(content: dict[str, Any], evidence: Mapping[str, Evidence]) -> LedgerLine:
    """Read what `write_content` wrote, with the pieces of evidence by hash."""
    return _LINES.validate_python({**content, "evidence": [evidence[name] for name in content["evidence"]]})


def read_evidence(written: str) -> Evidence:
    """Read what `hash_evidence` wrote."""
    return _EVIDENCE.validate_json(written)


def hash_text(text: str) -> str:
    """SHA-256 of a text, 64 hexadecimal digits.

    Examples
    --------
    >>> hash_text("The way round is 155 km longer.")[:12]
    '0157b7b1c70c'
    """
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _place(statement: Statement, claim: Claim) -> tuple[int, int, int, int]:
    return statement.start, statement.end, claim.quantity.start, claim.quantity.end


def _said_id(source: str, text_hash: str, statement: Statement, claim: int | None) -> str:
    quantity = None if claim is None else statement.claims[claim].quantity
    span = None if quantity is None else [quantity.start, quantity.end]
    return hash_text(_compact([source, text_hash, statement.start, statement.end, span]))


def _compact(content: Any) -> str:
    return json.dumps(_plain(content), allow_nan=False, separators=(",", ":"), sort_keys=True)


def _plain(content: Any) -> Any:
    """Content as JSON has it; 99 and 99.0 become alike, so that they have one hash."""
    if content is None or isinstance(content, str | bool | int):
        return content
    if isinstance(content, float):
        return int(content) if content.is_integer() and abs(content) < _WHOLE else content
    if isinstance(content, list | tuple):
        return [_plain(value) for value in content]
    if isinstance(content, dict):
        return {name: _plain(value) for name, value in content.items()}
    if isinstance(content, datetime.date):
        return content.isoformat()
    if isinstance(content, np.generic):
        return _plain(content.item())
    return {each.name: _plain(getattr(content, each.name)) for each in fields(content)}


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no number")
