"""What became of closures, crossings and joins, for the result."""

import datetime
from collections.abc import Sequence

import numpy as np

from wayaround.closures.left_open import count_open_points_inside, warn_of_open_beside
from wayaround.closures.match import MatchedClosure
from wayaround.demand.trips import Trips
from wayaround.impact.burden import countries_of_places
from wayaround.impact.detours import crossing_pairs
from wayaround.impact.result import ClosureReport, CrossingReport, JoinReport
from wayaround.network.road_network import RoadNetwork
from wayaround.routing.terminals import Flows, LinkWeights
from wayaround.units import UNREACHABLE


def report_closures(
    network: RoadNetwork,
    matched: Sequence[MatchedClosure],
    weights: LinkWeights,
    day: datetime.date,
    party: str | None,
) -> tuple[ClosureReport, ...]:
    """What became of each closure; whether a shut zone lets nothing pass, and what stays open beside a shut point.

    Parameters
    ----------
    network : RoadNetwork
        The network.
    matched : sequence of MatchedClosure
        All closures of the scenario.
    weights : LinkWeights
        Weights with the closures in force applied.
    day, party
        What decides whether a closure is in force.
    """
    forward_open, backward_open = weights.forward_ds < UNREACHABLE, weights.backward_ds < UNREACHABLE
    reports = []
    for each in matched:
        reason = each.closure.reason_not_in_force(day, party)
        warnings = list(each.warnings)
        verified = None
        if reason is not None:
            warnings.append(f"not in force: {reason}")
        else:
            open_points = count_open_points_inside(
                network, each, forward_open=forward_open, backward_open=backward_open
            )
            verified = None if open_points is None else open_points == 0
            warning = warn_of_open_beside(network, each, forward_open | backward_open)
            warnings.extend([] if warning is None else [warning])
        if len(each.links) == 0:
            warnings.append("concerns no link")
        reports.append(
            ClosureReport(
                matched=each,
                links_closed=len(each.links),
                km_closed=float(np.asarray(network.link_length_m)[each.links].sum()) / 1000,
                in_force=reason is None,
                verified_shut=verified,
                warnings=tuple(warnings),
            )
        )
    return tuple(reports)


def report_crossings(
    network: RoadNetwork, trips: Trips, in_force: Sequence[MatchedClosure], before: Flows, after: Flows
) -> tuple[CrossingReport, ...]:
    """Crossings that journeys use or that a closure concerns, and those named between the journeys' countries.

    Parameters
    ----------
    before, after : Flows
        Of weight 1 for every pair.
    """
    passed_before, passed_after = (crossing_pairs(network, trips, flows) for flows in (before, after))
    state: dict[int, str] = {}
    for each in in_force:
        verb = "shut" if each.closure.is_shut else "delayed" if each.closure.delays else "slowed"
        for row, link in enumerate(each.links.tolist()):
            both = each.concerns(row, forward=True) and each.concerns(row, forward=False)
            here = "partly open" if verb == "shut" and not both else verb
            state[link] = "shut" if "shut" in (here, state.get(link)) else here
    visited = set(countries_of_places(network, trips))
    reports = []
    for crossing in network.crossings:
        states = {state.get(link, "open") for link in crossing.links}
        named = crossing in network.named_crossings and visited.issuperset(crossing.countries)
        used = crossing.id in passed_before or crossing.id in passed_after
        if used or named or states != {"open"}:
            now = next(iter(states)) if len(states) == 1 else "partly open"
            pairs = passed_before.get(crossing.id, 0), passed_after.get(crossing.id, 0)
            reports.append(CrossingReport(crossing, now, *pairs))
    return tuple(reports)


def report_joins(network: RoadNetwork, before: Flows, after: Flows) -> tuple[JoinReport, ...]:
    """Joins that routes use, with the number of pairs."""
    on_link = [flows.forward + flows.backward for flows in (before, after)]
    return tuple(
        JoinReport(join, int(on_link[0][join.link]), int(on_link[1][join.link]))
        for join in network.joins
        if on_link[0][join.link] or on_link[1][join.link]
    )
