"""The counting behind `make evaluate-claims`: what counts as right, as missed and as wrongly read."""

import importlib.util
import json
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

ROOT = Path(__file__).resolve().parents[2]
CLAIMS = ROOT / "validation" / "claims"


def load_counting() -> ModuleType:
    """`validation/claims_counting.py`, which is in no package."""
    spec = importlib.util.spec_from_file_location("claims_counting", ROOT / "validation" / "claims_counting.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


counting = load_counting()
Reading, Count = counting.Reading, counting.Count


def label(text: str, start: int, low: float, high: float | None = None, **more: Any) -> dict[str, Any]:
    plain = {"measure": "distance", "bound": "exactly", "high": low if high is None else high}
    return {"text": text, "start": start, "low": low, **plain, **more}


def claim(relation: str | None, low: float = 155, **more: Any) -> dict[str, Any]:
    plain = {"measure": "distance", "high": low, "slots": {}, "ordered": False, "inherited": []}
    return {"relation": relation, "low": low, **plain, **more}


def test_a_reading_must_have_place_measure_values_and_bound():
    want = label("155 km", 10, 155)
    assert counting.same_quantity(want, Reading(10, 16, "distance", 155, 155))
    for wrong in (
        Reading(20, 26, "distance", 155, 155),
        Reading(10, 16, "radius", 155, 155),
        Reading(10, 16, "distance", 55, 55),
        Reading(10, 16, "distance", 155, 160),
        Reading(10, 16, "distance", 155, 155, "at least"),
    ):
        assert not counting.same_quantity(want, wrong)


def test_spans_that_touch_do_not_overlap():
    assert not counting.overlap(label("155 km", 10, 155), Reading(16, 20, "distance", 155, 155))
    assert not counting.overlap(label("155 km", 10, 155), Reading(4, 10, "distance", 155, 155))


def test_one_reading_answers_one_label():
    want = [label("5 km", 0, 5), label("5 km", 10, 5)]
    count, missed, wrong = counting.count_matches(want, [Reading(0, 4, "distance", 5, 5)], counting.same_quantity)
    assert count == Count(right=1, read=1, labelled=2)
    assert missed == [want[1]]
    assert wrong == []


def test_a_wrong_value_is_missed_and_wrongly_read():
    read = Reading(0, 4, "distance", 6, 6)
    count, missed, wrong = counting.count_matches([label("5 km", 0, 5)], [read], counting.same_quantity)
    assert count == Count(right=0, read=1, labelled=1)
    assert len(missed) == 1
    assert wrong == [read]


@pytest.mark.parametrize("readings", [[], [Reading(0, 12, "distance", 2.6, 2.6)]])
def test_an_optional_label_is_neither_right_nor_wrong(readings):
    want = [label("2,600 metres", 0, 2.6, optional=True)]
    assert counting.count_matches(want, readings, counting.same_quantity)[0] == Count()


def test_a_reader_without_ranges_may_give_any_value_of_a_range():
    want = label("10 to 12 hours", 0, 10, 12, measure="duration")
    assert counting.same_amount(want, Reading(6, 14, "duration", 12, 12))
    assert counting.same_amount(want, Reading(0, 14, "duration", 11, 11))
    assert not counting.same_amount(want, Reading(6, 14, "duration", 13, 13))
    assert not counting.same_amount(want, Reading(6, 14, "distance", 12, 12))


def test_every_slot_must_be_right_and_none_too_many():
    want = claim("route", slots={"origin": "Damascus", "destination": "Baghdad"})
    assert counting.same_claim(want, claim("route", slots={"destination": "Baghdad", "origin": "damascus"}))
    for slots in (
        {"origin": "Damascus"},
        {"origin": "Damascus", "destination": "Baghdad", "via": "al-Tanf"},
        {"origin": "Baghdad", "destination": "Damascus"},
    ):
        assert not counting.same_claim(want, claim("route", slots=slots))
    assert not counting.same_claim(want, claim("apart", slots=want["slots"]))


def test_an_inherited_slot_must_be_marked():
    want = claim("detour", slots={"origin": "Damascus"}, inherited=["origin"])
    assert not counting.same_claim(want, claim("detour", slots={"origin": "Damascus"}))


def test_order_counts_only_where_it_says_something():
    one, other = {"via": "al-Tanf", "via_other": "al-Qaim"}, {"via": "al-Qaim", "via_other": "al-Tanf"}
    assert counting.same_claim(claim("difference", slots=one), claim("difference", slots=other))
    ordered = claim("difference", slots=one, ordered=True)
    assert not counting.same_claim(ordered, claim("difference", slots=other, ordered=True))
    ends, turned = {"origin": "A", "destination": "B"}, {"origin": "B", "destination": "A"}
    assert counting.same_claim(claim("apart", slots=ends), claim("apart", slots=turned))


def test_a_way_told_from_its_end_may_be_read_either_way():
    ends, turned = {"origin": "Esquel", "destination": "Bariloche"}, {"origin": "Bariloche", "destination": "Esquel"}
    assert counting.same_claim(claim("route", slots=ends, either_way=True), claim("route", slots=turned))
    assert not counting.same_claim(claim("route", slots=ends), claim("route", slots=turned))


def test_a_comparison_needs_both_values():
    want = claim("comparison", 10.4, other_low=13.1, other_high=13.1)
    assert counting.same_claim(want, claim("comparison", 10.4, other_low=13.1, other_high=13.1))
    assert not counting.same_claim(want, claim("comparison", 10.4, other_low=14.1, other_high=14.1))
    assert not counting.same_claim(want, claim("comparison", 10.4))


def test_claims_without_a_relation_are_not_counted():
    count, missed, wrong = counting.count_claims([claim(None), claim("detour")], [claim(None), claim("zone")])
    assert count == Count(right=0, read=1, labelled=1)
    assert [row["relation"] for row in missed + wrong] == ["detour", "zone"]


def test_speaker_chain_and_day_must_all_be_right():
    want = {"speaker": "The ministry", "through": ["Mira Holt"], "said_on": "2024-05-13"}
    assert counting.same_speaker(want, {**want, "speaker": "ministry"})
    for wrong in ({"speaker": None}, {"through": []}, {"said_on": None}):
        assert not counting.same_speaker(want, {**want, **wrong})


def test_verdicts_that_were_not_given_are_missed_but_not_wrong():
    pairs = Counter({("supported", "supported"): 3, ("supported", "not checkable"): 1, ("depends", "contradicted"): 1})
    lines = list(counting.verdict_lines(pairs))
    assert lines[2].startswith("| supported | 1.000 (3/3;")
    assert "| 0.750 (3/4;" in lines[2]
    assert lines[2].endswith("| 1 not checkable |")
    assert "wrong: 0.250 (1/4;" in lines[-1]


@given(st.integers(1, 10_000).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total))))
def test_the_interval_holds_the_share_and_keeps_within_0_and_1(counts):
    right, total = counts
    low, high = counting.wilson_interval(right, total)
    assert 0 <= low <= right / total + 1e-12
    assert right / total - 1e-12 <= high <= 1


def test_the_interval_is_the_published_one():
    # Newcombe (1998), Statistics in Medicine 17, table I, method 3.
    assert counting.wilson_interval(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert counting.wilson_interval(0, 20) == pytest.approx((0, 0.1611), abs=5e-5)


def test_labels_of_the_tuning_half_agree_with_their_text():
    rows = [json.loads(line) for line in (CLAIMS / "tuning.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len({row["id"] for row in rows}) == len(rows) >= 170
    for row in rows:
        for quantity in row["quantities"]:
            assert row["text"][quantity["start"] :].startswith(quantity["text"]), row["id"]
        for each in row["claims"]:
            for slot, words in each["slots"].items():
                source = row.get("context", "") + row["text"] if slot in each["inherited"] else row["text"]
                assert words in source, row["id"]
        if "scenario" in row:
            assert (CLAIMS / "scenarios" / row["scenario"]).is_file()
