"""Findings as schema.org ClaimReview, the JSON-LD that search engines read."""

import datetime
import json
import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from wayaround.claims.claim import Block, Document
from wayaround.claims.finding import Finding
from wayaround.errors import FileUnreadable, ScenarioError

RATINGS: dict[str, int | None] = {"contradicted": 1, "depends": 3, "supported": 5, "not checkable": None}
"""Rating of each verdict between `WORST` and `BEST`; what cannot be checked has none."""

WORST, BEST = 1, 5


def claim_reviews(
    document: Document,
    findings: Sequence[Finding],
    *,
    url: str = "",
    reviewer: str = "wayaround",
    reviewer_url: str | None = None,
    published: datetime.date | None = None,
) -> list[dict[str, Any]]:
    """Write each finding as a ClaimReview.

    It has all that Google's documentation of the markup requires: `claimReviewed`, `url`, and `reviewRating` with
    `alternateName`; "not checkable" goes without any number. What the document does not tell is left out:
    an unknown speaker is no author.

    Parameters
    ----------
    document : Document
        Where the claims stand.
    findings : sequence of Finding
        In the order of their numbers in the report.
    url : str
        Address of the page that shows the findings, http or https; finding 3 is its part ``#claim-3``. Without it
        the addresses are parts of whatever page the markup stands in; search engines want the whole.
    reviewer : str
        Who publishes the review, an organisation.
    reviewer_url : str, optional
        Its address.
    published : datetime.date, optional
        Day of the review; today if left out.

    Returns
    -------
    list of dict
        One for each finding.

    Raises
    ------
    ScenarioError
        `url` or `reviewer_url` is no web address, or `reviewer` is empty.

    Examples
    --------
    >>> from wayaround.claims.claim import Attribution, Claim, Quantity, Statement
    >>> claim = Claim("detour", "distance", Quantity(17, 23, "distance", 155, 155, 0.5))
    >>> said = Statement(0, 0, 30, "The way round is 155 km longer.", Attribution("A. Reader"), (claim,))
    >>> document = Document(said.text, (Block("comment", 0, 31, "A. Reader"),), "thread.txt")
    >>> finding = Finding(said, claim, "not checkable", "No place is named.")
    >>> (review,) = claim_reviews(document, [finding], url="https://example.org/check", reviewer="Example")
    >>> review["url"], review["reviewRating"]
    ('https://example.org/check#claim-1', {'@type': 'Rating', 'alternateName': 'Not checkable'})
    """
    for address in (url, reviewer_url):
        if address and not address.lower().startswith(("https://", "http://")):
            raise ScenarioError(f'"{address}" is no web address; give one that begins with https://.', ids=[address])
    if not reviewer.strip():
        raise ScenarioError("a ClaimReview needs the name of its reviewer; give one.")
    page = url.partition("#")[0]
    author = {"@type": "Organization", "name": reviewer, **({"url": reviewer_url} if reviewer_url else {})}
    day = (published or datetime.datetime.now(datetime.UTC).date()).isoformat()
    return [
        {
            "@context": "https://schema.org",
            "@type": "ClaimReview",
            "url": f"{page}#claim-{number}",
            "claimReviewed": finding.statement.text,
            "datePublished": day,
            "author": author,
            "reviewBody": finding.reason,
            "reviewRating": _rating(finding),
            "itemReviewed": _item(document, finding),
        }
        for number, finding in enumerate(findings, start=1)
    ]


def write_claim_reviews(path: Path | str, reviews: Sequence[dict[str, Any]]) -> None:
    """Write ClaimReviews as JSON-LD; the file appears once it is complete.

    Raises
    ------
    FileUnreadable
        The file cannot be written.
    """
    target = Path(path)
    draft = target.parent / f".{target.name}.{secrets.token_hex(6)}.part"
    try:
        with draft.open("w", encoding="ascii", newline="\n") as file:
            json.dump(list(reviews), file, indent=1, allow_nan=False)
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    except OSError as error:
        raise FileUnreadable(f'cannot write "{target}": {error.strerror or error}.', ids=[str(target)]) from error
    finally:
        draft.unlink(missing_ok=True)


def embed_claim_reviews(reviews: Sequence[dict[str, Any]]) -> str:
    r"""JSON-LD that may stand between script tags: no letter of it can end the block or open a comment.

    Examples
    --------
    >>> embed_claim_reviews([{"claimReviewed": "</script><!--\u2028"}])
    '[{"claimReviewed": "\\u003c/script\\u003e\\u003c!--\\u2028"}]'
    """
    written = json.dumps(list(reviews), allow_nan=False)
    return written.replace("<", r"\u003c").replace(">", r"\u003e").replace("&", r"\u0026")


def _rating(finding: Finding) -> dict[str, Any]:
    value = RATINGS[finding.verdict]
    numbers = {} if value is None else {"ratingValue": value, "bestRating": BEST, "worstRating": WORST}
    return {"@type": "Rating", **numbers, "alternateName": finding.verdict.capitalize()}


def _item(document: Document, finding: Finding) -> dict[str, Any]:
    """The claim: who made it, when, and where it stands; first there if nobody passed it on."""
    block = document.blocks[finding.statement.block]
    said = finding.statement.attribution
    work = _work(document, block)
    item: dict[str, Any] = {"@type": "Claim"}
    if said.speaker:
        kind = "Organization" if said.speaker == document.outlet else "Person"
        item["author"] = {"@type": kind, "name": said.speaker}
    day = said.said_on or block.published
    if day is not None:
        item["datePublished"] = day.isoformat()
    if work:
        item["appearance"] = work
        if said.speaker is not None and said.speaker == block.author:
            item["firstAppearance"] = work
    return item


def _work(document: Document, block: Block) -> dict[str, Any]:
    work: dict[str, Any] = {"@type": "Comment" if block.kind == "comment" else "Article"}
    if document.source.lower().startswith(("https://", "http://")):
        work["url"] = document.source
    if document.title:
        work["headline"] = document.title
    if block.author:
        work["author"] = {"@type": "Person", "name": block.author}
    if block.published:
        work["datePublished"] = block.published.isoformat()
    if document.outlet:
        work["publisher"] = {"@type": "Organization", "name": document.outlet}
    return work if len(work) > 1 else {}
