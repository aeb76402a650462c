"""A comparison as JSON."""

import math
from typing import Any

from wayaround.compare.result import Case, Comparison, Ends
from wayaround.impact.assumptions import state_assumptions
from wayaround.impact.detours import STATUSES
from wayaround.reports.network import summarise_network


def summarise_comparison(comparison: Comparison) -> dict[str, Any]:
    """All cases side by side, ready for `json.dumps`.

    Parameters
    ----------
    comparison : Comparison
        The result.

    Returns
    -------
    dict
        Keys totals_compared, remarks, journeys_left_out, cases and seconds. Where there is no way a number is None.
    """
    return {
        "totals_compared": comparison.totals_alike,
        "remarks": list(comparison.remarks),
        "journeys_left_out": [
            {"origin": origin, "destination": destination, "in": list(names)}
            for (origin, destination), names in comparison.left_out.items()
        ],
        "cases": summarise_cases(comparison),
        "seconds": comparison.seconds,
    }


def summarise_cases(comparison: Comparison) -> list[dict[str, Any]]:
    """Each case with its journeys and totals, and their differences against the first."""
    return [_case(comparison, case) for case in comparison.cases]


def _case(comparison: Comparison, case: Case) -> dict[str, Any]:
    measured, first = case.measured, comparison.cases[0].measured
    against = None
    if comparison.totals_alike:
        more = (measured.counts - first.counts).tolist()
        against = {
            "pairs": dict(zip(STATUSES, more, strict=True)),
            "extra_weighted_h": round(measured.extra_weighted_h - first.extra_weighted_h, 6),
            "cut_off_weight": measured.cut_off_weight - first.cut_off_weight,
        }
    return {
        "name": case.name,
        "title": case.title,
        "network": summarise_network(case.network),
        "profile": case.profile.name,
        "profile_overridden": dict(case.profile.overridden),
        "date": case.day.isoformat(),
        "party": case.party,
        "closures": [matched.closure.id for matched in case.in_force],
        "pairs": {"total": int(measured.counts.sum())}
        | {name: int(count) for name, count in zip(STATUSES, measured.counts, strict=True)},
        "extra_weighted_h": round(measured.extra_weighted_h, 6),
        "cut_off_weight": measured.cut_off_weight,
        "burden": [
            {"by": "origin", "country": country, "extra_weighted_h": round(extra_h, 6), "cut_off_weight": gone}
            for country, (extra_h, gone) in case.burden().items()
        ],
        "against_first": against,
        "journeys": [_journey(comparison, case, ends) for ends in comparison.journeys],
        "assumptions": list(state_case(case)),
    }


def _journey(comparison: Comparison, case: Case, ends: Ends) -> dict[str, Any]:
    before_km, after_km, before_h, after_h = case.fare(ends)
    _, first_km, _, first_h = comparison.cases[0].fare(ends)
    crossings_before, crossings_after = case.crossings_of(ends)
    return {
        "origin": ends[0],
        "destination": ends[1],
        "status": case.status(ends),
        "before_km": _number(before_km),
        "after_km": _number(after_km),
        "extra_km": _number(after_km - before_km),
        "before_h": _number(before_h),
        "after_h": _number(after_h),
        "extra_h": _number(after_h - before_h),
        "crossings_before": list(crossings_before),
        "crossings_after": list(crossings_after),
        "against_first_km": _number(after_km - first_km),
        "against_first_h": _number(after_h - first_h),
    }


def state_case(case: Case) -> tuple[str, ...]:
    """What the numbers of a case rest on."""
    weights = f"Weights: {case.measured.trips.weighting}."
    return state_assumptions(case.network, case.profile, case.day, case.party, weights)


def _number(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 6)
