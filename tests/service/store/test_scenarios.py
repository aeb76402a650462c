"""Stored scenarios: versions, names, and two who change one at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from wayaround.errors import NameTaken, RequestTooLarge, ScenarioNotFound, VersionChanged
from wayaround.service.store.database import Store
from wayaround.service.store.scenarios import (
    add_scenario,
    change_scenario,
    list_scenarios,
    list_versions,
    read_reference,
    read_stored,
    remove_scenario,
)

NASTY = {"title": "\0\ud7ff \U0001f6a7 <script>", "n": 1.5, "deep": [[[]]]}


def add(store: Store, name: str = "a", title: str = "A", most: int = 10) -> None:
    add_scenario(store, name, {"title": title}, title=title, page=None, most=most)


def test_what_is_stored_is_read_back(store: Store) -> None:
    kept = add_scenario(store, "al-tanf", NASTY, title=NASTY["title"], page={"zoom": 3}, most=10)
    read = read_stored(store, "al-tanf")
    assert (read.content, read.page, read.version) == (NASTY, {"zoom": 3}, 1)
    assert read.changed_ms == kept.changed_ms
    assert [each.name for each in list_scenarios(store)] == ["al-tanf"]


def test_every_change_is_a_version(store: Store) -> None:
    add(store)
    assert change_scenario(store, "a", {"title": "B"}, title="B", page=None).version == 2
    assert change_scenario(store, "a", {"title": "C"}, title="C", page=None, version=2).version == 3
    assert [read_stored(store, "a", version).title for version in (1, 2, 3, None)] == ["A", "B", "C", "C"]
    assert [each.version for each in list_versions(store, "a")] == [3, 2, 1]
    assert [each.title for each in list_scenarios(store)] == ["C"]


def test_a_change_to_another_version_is_refused(store: Store) -> None:
    add(store)
    change_scenario(store, "a", {}, title="B", page=None)
    with pytest.raises(VersionChanged, match="at version 2, not 1"):
        change_scenario(store, "a", {}, title="C", page=None, version=1)
    assert read_stored(store, "a").title == "B"


def test_of_many_who_follow_one_version_one_is_kept(store: Store) -> None:
    add(store)

    def change(number: int) -> bool:
        try:
            change_scenario(store, "a", {"n": number}, title=str(number), page=None, version=1)
        except VersionChanged:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(change, range(6))) == 1
    assert [each.version for each in list_versions(store, "a")] == [2, 1]


def test_changes_at_once_are_all_kept(store: Store) -> None:
    add(store)
    with ThreadPoolExecutor(6) as pool:
        versions = pool.map(lambda n: change_scenario(store, "a", {"n": n}, title="", page=None).version, range(12))
        assert sorted(versions) == list(range(2, 14))
    assert sorted(read_stored(store, "a", version).content["n"] for version in range(2, 14)) == list(range(12))


def test_a_name_is_taken_once(store: Store) -> None:
    def try_it(_: int) -> bool:
        try:
            add(store)
        except NameTaken:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(try_it, range(6))) == 1


def test_what_is_removed_is_gone_with_its_versions(store: Store) -> None:
    add(store)
    change_scenario(store, "a", {}, title="B", page=None)
    remove_scenario(store, "a")
    for ask in (
        lambda: read_stored(store, "a"),
        lambda: list_versions(store, "a"),
        lambda: remove_scenario(store, "a"),
        lambda: change_scenario(store, "a", {}, title="C", page=None),
    ):
        with pytest.raises(ScenarioNotFound):
            ask()
    add(store, title="new")
    assert [each.title for each in list_versions(store, "a")] == ["new"]


def test_lists_go_on_where_they_ended(store: Store) -> None:
    for name in "cab":
        add(store, name)
    assert [each.name for each in list_scenarios(store, most=2)] == ["a", "b"]
    assert [each.name for each in list_scenarios(store, after="b")] == ["c"]


def test_only_so_many_are_kept(store: Store) -> None:
    add(store, "a", most=1)
    with pytest.raises(RequestTooLarge, match="1 scenarios are stored"):
        add(store, "b", most=1)


@pytest.mark.parametrize("text", ["", "A", "1a", "a@", "a@0", "a@1@2", "../a", "a b", "a\n", "a@-1", "é"])
def test_what_is_no_name_names_nothing(text: str) -> None:
    with pytest.raises(ScenarioNotFound):
        read_reference(text)
