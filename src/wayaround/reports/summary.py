"""The result as one JSON object, as the contract describes it."""

import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from wayaround.claims.finding import Finding
from wayaround.closures.closure import FeedEvent
from wayaround.compare.result import Comparison
from wayaround.impact.assumptions import state_assumptions
from wayaround.impact.detours import STATUSES, WORST_LISTED
from wayaround.impact.result import ClosureReport, Impact
from wayaround.impact.score import score_network
from wayaround.impact.using import Use
from wayaround.network.overrides import describe_overrides
from wayaround.network.profiles import describe_overridden
from wayaround.reports.access import summarise_access
from wayaround.reports.burden import summarise_burden, summarise_equity
from wayaround.reports.compare_summary import summarise_cases
from wayaround.reports.findings import summarise_finding
from wayaround.reports.money import say_costs, summarise_charges, summarise_journey_costs
from wayaround.reports.network import summarise_network
from wayaround.reports.route_choice import say_choice, summarise_choice
from wayaround.reports.uncertainty import summarise_turnings, summarise_uncertainty
from wayaround.units import hours, kilometres


def summarise(
    impact: Impact, *, uses: Sequence[Use] = (), findings: Sequence[Finding] = (), variants: Comparison | None = None
) -> dict[str, Any]:
    """Everything but the geometry, ready for `json.dumps`.

    Parameters
    ----------
    impact : Impact
        The result.
    uses : sequence of Use
        Roads whose journeys were asked for.
    findings : sequence of Finding
        The scenario's claims with their verdicts.
    variants : Comparison, optional
        The scenario for its own and for other vehicles and parties.

    Returns
    -------
    dict
        The keys of the contract for ``run --json``, and `route_choice`, `variants`, `using`, `assumptions`, `joins`,
        `overrides`, `score` and `places_off_network`.
        Where there is no way a number is None; costs are None where the vehicle has no rates.
    """
    network, trips = impact.network, impact.trips
    return {
        "title": impact.title,
        "network": summarise_network(network),
        "profile": impact.profile.name,
        "speed_kmh": impact.profile.speed_kmh,
        "profile_overridden": describe_overridden(impact.profile),
        "date": impact.day.isoformat(),
        "party": impact.party,
        "closures": [_closure(report) for report in impact.closures],
        "crossings": [
            {
                "id": report.crossing.id,
                "name": report.crossing.name,
                "countries": list(report.crossing.countries),
                "state": report.state,
                "pairs_before": report.pairs_before,
                "pairs_after": report.pairs_after,
            }
            for report in impact.crossings
        ],
        "currency": None if impact.costs is None else impact.costs.rates.currency,
        **summarise_charges(impact),
        "pairs": {
            "total": int(np.count_nonzero(trips.counted)),
            **{name: impact.count(status) for status, name in enumerate(STATUSES)},
        },
        "journeys": [_journey(impact, row) for row in range(len(impact.journeys))],
        "route_choice": summarise_choice(impact),
        "burden": summarise_burden(impact),
        "equity": summarise_equity(impact),
        "access": summarise_access(impact.access),
        "uncertainty": summarise_uncertainty(impact),
        "overturned_by_5_percent": summarise_turnings(impact),
        "claims": [summarise_finding(finding) for finding in findings],
        "variants": [] if variants is None else summarise_cases(variants),
        "using": [_use(impact, use) for use in uses],
        "joins": [
            {
                "name": report.join.name,
                "kind": report.join.kind,
                "status": report.join.status,
                "pairs_before": report.pairs_before,
                "pairs_after": report.pairs_after,
            }
            for report in impact.joins
        ],
        "assumed_joins_used": sum(report.join.status == "assumed" for report in impact.joins),
        "overrides": describe_overrides(network),
        "score": asdict(score_network(network, impact.profile)),
        "places_off_network": list(trips.off_network),
        "assumptions": list(list_assumptions(impact)),
        "seconds": impact.seconds,
    }


def list_assumptions(impact: Impact) -> tuple[str, ...]:
    """What the numbers rest on, one sentence each."""
    used = ", ".join(f"{report.join.name} ({report.join.status})" for report in impact.joins)
    open_now = ", ".join(r.crossing.name for r in impact.crossings if r.state == "open" and r.crossing.variants)
    return state_assumptions(
        impact.network,
        impact.profile,
        impact.day,
        impact.party,
        *([f"Named crossings taken as open: {open_now}."] if open_now else []),
        f"Weights: {impact.trips.weighting}.",
        *say_choice(impact),
        f"Joins that routes use: {used}." if used else "No route uses a join.",
        costs=say_costs(impact),
    )


def _closure(report: ClosureReport) -> dict[str, Any]:
    closure = report.matched.closure
    return {
        "id": closure.id,
        "links_closed": report.links_closed,
        "km_closed": round(report.km_closed, 3),
        "in_force": report.in_force,
        "warnings": list(report.warnings),
        "effect": "none" if closure.idle else "shut" if closure.is_shut else "delay" if closure.delays else "slow",
        "baseline": closure.baseline,
        "verified_shut": report.verified_shut,
        "direction": closure.direction,
        "match_score": report.matched.score,
        "event": None if closure.event is None else _event(closure.event),
    }


def _event(event: FeedEvent) -> dict[str, Any]:
    return {
        "id": event.event_id,
        "event_type": event.kind,
        "vehicle_impact": event.impact,
        "road_names": list(event.roads),
        "direction": event.direction,
        "start": event.start,
        "end": event.end,
        "start_verified": event.start_verified,
        "end_verified": event.end_verified,
        "related": list(event.related),
    }


def _journey(impact: Impact, row: int) -> dict[str, Any]:
    journey = impact.journeys[row]
    trips, pair = impact.trips, journey.pair
    snap_km = [float(trips.snapped.snap_km[rows[pair]]) for rows in (trips.origin, trips.destination)]
    return _pair(impact, pair) | {
        **summarise_journey_costs(impact, row),
        "crossings_before": list(journey.crossings_before),
        "crossings_after": list(journey.crossings_after),
        "snap_km": round(sum(snap_km), 3),
        "origin_snap_km": round(snap_km[0], 3),
        "destination_snap_km": round(snap_km[1], 3),
        "named": bool(trips.named[pair]),
    }


def _use(impact: Impact, use: Use) -> dict[str, Any]:
    return {
        "road": use.said,
        "links": list(use.links),
        "pairs_before": int(np.count_nonzero(use.before)),
        "pairs_after": int(np.count_nonzero(use.after)),
        "weight_before": use.weight_before,
        "weight_after": use.weight_after,
        "journeys": [
            _pair(impact, pair) | {"used_before": bool(use.before[pair]), "used_after": bool(use.after[pair])}
            for pair in use.rows(impact.trips)[:WORST_LISTED].tolist()
        ],
    }


def _pair(impact: Impact, pair: int) -> dict[str, Any]:
    """What every list of journeys says of a pair."""
    trips = impact.trips
    before_km, after_km = (float(kilometres(skim.length_m[pair])) for skim in (impact.before, impact.after))
    before_h, after_h = (float(hours(skim.time_ds[pair])) for skim in (impact.before, impact.after))
    return {
        "origin": trips.places[trips.origin[pair]].name,
        "destination": trips.places[trips.destination[pair]].name,
        "weight": float(trips.weight[pair] / trips.quanta),
        "before_km": _number(before_km),
        "after_km": _number(after_km),
        "extra_km": _number(after_km - before_km),
        "before_h": _number(before_h),
        "after_h": _number(after_h),
        "extra_h": _number(after_h - before_h),
        "status": STATUSES[int(impact.status[pair])],
    }


def _number(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 6)
