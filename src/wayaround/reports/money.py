"""Money in results: JSON, tables and sentences."""

from typing import Any

import numpy as np

from wayaround.closures.charges import Charge
from wayaround.closures.closure import expected_wait_h
from wayaround.impact.costs import Costs, RouteCost
from wayaround.impact.result import Impact
from wayaround.units import DECISECONDS_PER_HOUR, UNREACHABLE

COMPONENTS = ("driving", "distance", "waiting", "tolls", "risk")


def summarise_journey_costs(impact: Impact, row: int) -> dict[str, Any]:
    """Money of one listed journey; all None where the vehicle has no rates."""
    keys = ("cost", "wait_h", "driving_h")
    if impact.costs is None:
        nothing = {f"{when}_{key}": None for when in ("before", "after") for key in keys}
        return nothing | {"extra_cost": None, "components_before": None, "components_after": None}
    costs, pair = impact.costs, impact.journeys[row].pair
    states = dict(zip(("before", "after"), costs.journeys[row], strict=True))
    units = {"before": int(costs.before[pair]), "after": int(costs.after[pair])}
    said: dict[str, Any] = {}
    for when, route in states.items():
        said[f"{when}_cost"] = None if units[when] >= UNREACHABLE else costs.scale.money(units[when])
        said[f"{when}_wait_h"] = None if route is None else round(route.wait_ds / DECISECONDS_PER_HOUR, 6)
        said[f"{when}_driving_h"] = None if route is None else round(route.driving_ds / DECISECONDS_PER_HOUR, 6)
        said[f"components_{when}"] = None if route is None else describe_components(costs, route, after=when == "after")
    gone = max(units.values()) >= UNREACHABLE
    said["extra_cost"] = None if gone else costs.scale.money(units["after"] - units["before"])
    return said


def describe_components(costs: Costs, route: RouteCost, *, after: bool) -> dict[str, Any]:
    """Components of a route in money; `by_toll` and `by_risk` name those that it pays."""
    charges = [each.charge for each in costs.roads[after].charges]
    paid = list(zip(charges, route.units, strict=False))
    tolls, risks = ([(each, units) for each, units in paid if each.is_risk == is_risk] for is_risk in (False, True))
    distance, driving, waiting = route.units[-3:]
    money = costs.scale.money
    return {
        "driving": money(driving),
        "distance": money(distance),
        "waiting": money(waiting),
        "tolls": money(sum(units for _, units in tolls)),
        "risk": money(sum(units for _, units in risks)),
        "by_toll": [{"id": each.id, "owner": each.owner, "cost": money(units)} for each, units in tolls if units],
        "by_risk": [{"id": each.id, "cost": money(units)} for each, units in risks if units],
    }


def summarise_charges(impact: Impact) -> dict[str, Any]:
    """Tolls with their income, risks, and the rates; empty where the vehicle has no rates."""
    costs = impact.costs
    if costs is None:
        return {"rates": None, "tolls": [], "risks": [], "toll_income": []}
    rates = costs.rates
    income = {each.matched.charge.id: (each.before, each.after) for each in costs.income}
    listed: dict[bool, list[dict[str, Any]]] = {False: [], True: []}
    for matched, reason in costs.charges:
        charge = matched.charge
        of_it = matched.matched.links[matched.matched.end > matched.matched.start]  # not what only leads to it
        said = {
            "id": charge.id,
            "per_km": float(charge.per_km),
            "links": len(of_it),
            "km": round(float(np.asarray(impact.network.link_length_m)[of_it].sum()) / 1000, 3),
            "as_of": None if charge.as_of is None else charge.as_of.isoformat(),
            "in_force": reason is None,
            "baseline": charge.where.baseline,
            "warnings": [*matched.matched.warnings, *([] if reason is None else [f"not in force: {reason}"])],
        }
        if not charge.is_risk:
            before, after = (_income(impact, costs, units) for units in income[charge.id])
            said |= {"owner": charge.owner, "per_passage": float(charge.per_passage)}
            said |= {"income_before": before, "income_after": after}
        listed[charge.is_risk].append(said)
    return {
        "rates": {
            "currency": rates.currency,
            "per_hour": float(rates.per_hour),
            "per_km": float(rates.per_km),
            "per_wait_hour": float(rates.per_wait_hour),
            "risk_factor": float(rates.risk_factor),
            "unit": float(1 / costs.scale.per_one),
        },
        "tolls": listed[False],
        "risks": listed[True],
        "toll_income": list_income_by_owner(impact),
    }


def list_income_by_owner(impact: Impact) -> list[dict[str, Any]]:
    """What each owner takes from all counted trips, before and after, the largest change first."""
    if impact.costs is None:
        return []
    units: dict[str | None, list[int]] = {}
    for each in impact.costs.income:
        of_owner = units.setdefault(each.matched.charge.owner, [0, 0])
        of_owner[0] += each.before
        of_owner[1] += each.after
    rows = [
        {
            "owner": owner,
            "before": _income(impact, impact.costs, before),
            "after": _income(impact, impact.costs, after),
            "change": _income(impact, impact.costs, after - before),
        }
        for owner, (before, after) in units.items()
    ]
    return sorted(rows, key=lambda row: (-abs(row["change"]), str(row["owner"])))


def _income(impact: Impact, costs: Costs, units: int) -> float:
    return round(costs.scale.money(units) / impact.trips.quanta, 6)


def say_costs(impact: Impact) -> tuple[str, ...]:
    """What the money rests on, one sentence each."""
    costs = impact.costs
    sentences = []
    if costs is not None:
        sentences.append(
            f"Routes are the cheapest at {costs.rates}; money is counted in units of "
            f"{costs.scale} {costs.rates.currency}, hours are those of the fastest among the "
            "cheapest ways, kilometres those of the shortest among them."
        )
        applied = [matched.charge for matched, reason in costs.charges if reason is None]
        if applied:
            said = "; ".join(_say_charge(charge, costs.rates.currency) for charge in applied)
            sentences.append(f"Tolls and risks: {said}.")
    hours = [report.matched.closure for report in impact.closures if report.in_force]
    waits = [f"{each.id} {expected_wait_h(each.open_hours):.2f} h" for each in hours if each.open_hours]
    if waits:
        sentences.append(
            "Opening hours count as the expected wait of arrivals spread evenly over the day, the sum of c x c / 48 h "
            f"over the closed stretches of c hours: {', '.join(waits)}."
        )
    return tuple(sentences)


def _say_charge(charge: Charge, currency: str) -> str:
    amounts = [
        *([f"{charge.per_passage} a passage"] if charge.per_passage else []),
        *([f"{charge.per_km} per km"] if charge.per_km else []),
    ]
    kind = "risk" if charge.is_risk else f"toll of {charge.owner}" if charge.owner else "toll"
    day = f", as of {charge.as_of}" if charge.as_of else ""
    return f"{charge.id} ({kind}) {currency} {' and '.join(amounts) or '0'}{day}"
