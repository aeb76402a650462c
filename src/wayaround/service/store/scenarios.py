"""Stored scenarios: each change is a version of its own; what is removed is gone with all of them."""

import re
import time
from dataclasses import dataclass
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from wayaround.errors import NameTaken, RequestTooLarge, ScenarioNotFound, VersionChanged
from wayaround.service.store.database import Store
from wayaround.service.store.tables import SCENARIOS, VERSIONS

__all__ = ["NAME", "StoredScenario", "add_scenario", "change_scenario", "is_reference", "list_scenarios"]
__all__ += ["list_versions", "now_ms", "read_reference", "read_stored", "remove_scenario"]

NAME = "^[a-z][a-z0-9-]{0,63}$"
MOST_VERSIONS = 10_000
_REFERENCE = re.compile(r"([a-z][a-z0-9-]{0,63})(?:@([1-9][0-9]{0,8}))?\Z")


@dataclass(frozen=True, slots=True)
class StoredScenario:
    """A scenario as it is kept.

    Parameters
    ----------
    name : str
        Letters a-z, digits and hyphens.
    version : int
        From 1 on.
    title : str
        Of the scenario.
    changed_ms : int
        When this version was kept, in milliseconds since 1970, UTC.
    content : dict
        The scenario in the scenario file's own shape; empty in lists.
    page : dict or None
        What the page keeps with it.
    """

    name: str
    version: int
    title: str
    changed_ms: int
    content: dict[str, Any]
    page: dict[str, Any] | None = None


def add_scenario(
    store: Store, name: str, content: dict[str, Any], *, title: str, page: dict[str, Any] | None, most: int
) -> StoredScenario:
    """Keep a scenario under a new name.

    Parameters
    ----------
    store : Store
        Where.
    name, content, title, page
        As in `StoredScenario`.
    most : int
        So many scenarios are kept at most.

    Raises
    ------
    NameTaken
        There is one of that name.
    RequestTooLarge
        There are so many already.
    StoreUnreachable
        As for all that use the store.
    """
    stored = StoredScenario(name, 1, title, now_ms(), content, page)
    with store.writing() as connection:
        if connection.scalars(sa.select(sa.func.count()).select_from(SCENARIOS)).one() >= most:
            raise RequestTooLarge(f"{most:,} scenarios are stored, which is the most; remove one.", ids=["name"])
        insert = (sqlite if connection.dialect.name == "sqlite" else postgresql).insert
        kept = connection.execute(
            insert(SCENARIOS)
            .values(name=name, version=1, title=_storable(title), changed_ms=stored.changed_ms)
            .on_conflict_do_nothing(index_elements=["name"])
            .returning(SCENARIOS.c.name)
        ).one_or_none()
        if kept is None:
            raise NameTaken(f'there is a scenario "{name}" already; change it, or choose another name.', ids=[name])
        _add_version(connection, stored)
    return stored


def change_scenario(
    store: Store,
    name: str,
    content: dict[str, Any],
    *,
    title: str,
    page: dict[str, Any] | None,
    version: int | None = None,
) -> StoredScenario:
    """Keep a new version of a scenario.

    Parameters
    ----------
    store, name, content, title, page
        As for `add_scenario`.
    version : int, optional
        The one that is to be followed; any if left out.

    Raises
    ------
    ScenarioNotFound
        There is none of that name.
    VersionChanged
        It is at another version.
    """
    changed_ms = now_ms()
    with store.writing() as connection:
        changed = sa.update(SCENARIOS).where(SCENARIOS.c.name == name)
        if version is not None:
            changed = changed.where(SCENARIOS.c.version == version)
        row = connection.execute(
            changed.where(SCENARIOS.c.version < MOST_VERSIONS)
            .values(version=SCENARIOS.c.version + 1, title=_storable(title), changed_ms=changed_ms)
            .returning(SCENARIOS.c.version)
        ).one_or_none()
        if row is None:
            now = connection.scalar(sa.select(SCENARIOS.c.version).where(SCENARIOS.c.name == name))
            if now is None:
                raise _not_found(name)
            if now >= MOST_VERSIONS:
                raise RequestTooLarge(f'"{name}" has {now:,} versions, which is the most; store it anew.', ids=[name])
            raise VersionChanged(
                f'"{name}" is at version {now}, not {version}; read it again before you change it.', ids=[name]
            )
        stored = StoredScenario(name, row.version, title, changed_ms, content, page)
        _add_version(connection, stored)
    return stored


def read_stored(store: Store, name: str, version: int | None = None) -> StoredScenario:
    """Read a scenario, as it is now or was in a version.

    Raises
    ------
    ScenarioNotFound
        None of that name, or no such version.
    """
    wanted = sa.select(VERSIONS).where(VERSIONS.c.name == name).order_by(VERSIONS.c.version.desc()).limit(1)
    if version is not None:
        wanted = wanted.where(VERSIONS.c.version == version)
    with store.reading() as connection:
        row = connection.execute(wanted).one_or_none()
    if row is None:
        raise _not_found(name, version)
    page = None if row.page is None else orjson.loads(row.page)
    return StoredScenario(row.name, row.version, row.title, row.changed_ms, orjson.loads(row.content), page)


def is_reference(text: str) -> bool:
    """Whether a text is written as ``NAME`` or ``NAME@VERSION``.

    Examples
    --------
    >>> is_reference("al-tanf@3"), is_reference('[{"crossing": "Nasib-Jaber"}]')
    (True, False)
    """
    return _REFERENCE.match(text) is not None


def read_reference(text: str) -> tuple[str, int | None]:
    """Name and version of ``NAME`` or ``NAME@VERSION``.

    Raises
    ------
    ScenarioNotFound
        It is neither.

    Examples
    --------
    >>> read_reference("al-tanf"), read_reference("al-tanf@3")
    (('al-tanf', None), ('al-tanf', 3))
    """
    found = _REFERENCE.match(text)
    if found is None:
        raise ScenarioNotFound(
            f'"{text[:80]}" names no stored scenario; write its name, or NAME@VERSION.', ids=[text[:80]]
        )
    return found[1], None if found[2] is None else int(found[2])


def list_scenarios(store: Store, *, after: str = "", most: int = 100) -> list[StoredScenario]:
    """Stored scenarios by name, without their content."""
    wanted = sa.select(SCENARIOS).where(SCENARIOS.c.name > after).order_by(SCENARIOS.c.name).limit(most)
    with store.reading() as connection:
        return [
            StoredScenario(row.name, row.version, row.title, row.changed_ms, {}) for row in connection.execute(wanted)
        ]


def list_versions(store: Store, name: str) -> list[StoredScenario]:
    """All versions of a scenario, the newest first, without their content.

    Raises
    ------
    ScenarioNotFound
        None of that name.
    """
    columns = (VERSIONS.c.name, VERSIONS.c.version, VERSIONS.c.title, VERSIONS.c.changed_ms)
    wanted = sa.select(*columns).where(VERSIONS.c.name == name).order_by(VERSIONS.c.version.desc())
    with store.reading() as connection:
        listed = [StoredScenario(*row, {}) for row in connection.execute(wanted)]
    if not listed:
        raise _not_found(name)
    return listed


def remove_scenario(store: Store, name: str) -> None:
    """Remove a scenario with all its versions.

    Raises
    ------
    ScenarioNotFound
        None of that name.
    """
    with store.writing() as connection:
        if connection.execute(sa.delete(SCENARIOS).where(SCENARIOS.c.name == name)).rowcount == 0:
            raise _not_found(name)


def now_ms() -> int:
    """Milliseconds since 1970, UTC."""
    return time.time_ns() // 1_000_000


def _add_version(connection: sa.Connection, stored: StoredScenario) -> None:
    connection.execute(
        sa.insert(VERSIONS).values(
            name=stored.name,
            version=stored.version,
            title=_storable(stored.title),
            changed_ms=stored.changed_ms,
            content=orjson.dumps(stored.content).decode(),
            page=None if stored.page is None else orjson.dumps(stored.page).decode(),
        )
    )


def _storable(text: str) -> str:
    """A text without what PostgreSQL refuses; the content beside it has every letter."""
    return text.replace("\0", "\ufffd")


def _not_found(name: str, version: int | None = None) -> ScenarioNotFound:
    which = "" if version is None else f" in version {version}"
    return ScenarioNotFound(f'there is no stored scenario "{name[:80]}"{which}.', ids=[name[:80]])
