"""The result in words: sentences that the table, the map and the report share."""

import math
from collections.abc import Mapping, Sequence

import numpy as np

from wayaround.closures.closure import Closure, CrossingName, LinkIds, RoadClass, RoadLine, RoadPoint, expected_wait_h
from wayaround.impact.detours import ALREADY_CUT_OFF, CUT_OFF, INSIDE_ZONE, LONGER, UNCHANGED, Journey
from wayaround.impact.result import Impact
from wayaround.units import UNREACHABLE, hours, kilometres

MOST_NAMED = 6
MOST_WORST = 10
FINE_BELOW_KM = 100.0
"""Journeys shorter than this are told in tenths of a kilometre."""

_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"
_LISTS_AS = {CUT_OFF: 0, LONGER: 1, INSIDE_ZONE: 2, ALREADY_CUT_OFF: 3, UNCHANGED: 4}


def headline(impact: Impact) -> str:
    """What the closures do, in one sentence.

    Of journeys asked for by name the one that fares worst is told, otherwise how many pairs fare how.

    Parameters
    ----------
    impact : Impact
        The result.

    Returns
    -------
    str
        Without a full stop. Names written from right to left stand in Unicode isolates.

    Examples
    --------
    >>> import wayaround as wa
    >>> network = wa.open_network("world-highways")
    >>> zone = wa.Zone.circle(lat=33.5085, lon=38.62, radius_km=55)
    >>> trips = wa.named_trips(network, [["33.513,36.292", "33.315,44.366"]])
    >>> headline(wa.assess(network, closures=[wa.Closure(zone)], trips=trips))
    '33.513,36.292 to 33.315,44.366: 793 km before, 929 km after; 136 km (17 %) and 1 h 49 min longer'
    """
    named = [journey for journey in headline_journeys(impact) if impact.trips.named[journey.pair]]
    if not named:
        return pairs_sentence(impact)
    sentence = journey_sentence(impact, named[0])
    count = int(np.count_nonzero(impact.trips.named))
    return sentence if count == 1 else f"{sentence} (the worst of {count:,} named journeys)"


def headline_journeys(impact: Impact) -> list[Journey]:
    """The journeys that a map shows, the worst first: up to six named ones, else up to ten others."""

    def badness(journey: Journey) -> tuple[int, int]:
        before, after = (int(measure[journey.pair]) for measure in impact.routed)
        extra = after - before if after < UNREACHABLE else 0
        return _LISTS_AS[int(impact.status[journey.pair])], -extra

    named = [journey for journey in impact.journeys if impact.trips.named[journey.pair]]
    if named:
        return sorted(named, key=badness)[:MOST_NAMED]
    seen, worst = set(), []
    for journey in impact.journeys:  # the way back shows nothing new where it fares alike
        ends = sorted(int(row[journey.pair]) for row in (impact.trips.origin, impact.trips.destination))
        fares = (*ends, *(int(measure[journey.pair]) for measure in impact.routed))
        if fares not in seen:
            seen.add(fares)
            worst.append(journey)
    return worst[:MOST_WORST]


def journey_sentence(impact: Impact, journey: Journey) -> str:
    """How one journey fares, in one sentence; in money where the vehicle has rates."""
    sentence = _journey_in_km(impact, journey)
    if impact.costs is None or int(impact.status[journey.pair]) in (ALREADY_CUT_OFF,):
        return sentence
    currency = impact.costs.rates.currency
    before, after = (float(impact.costs.money(units)[journey.pair]) for units in impact.routed)
    if math.isnan(after) or after == before:
        return f"{sentence}; {say_money(before, currency)}" + (" before" if math.isnan(after) else "")
    share = f" ({_share((after - before) / before)})" if before > 0 else ""
    change = say_money(after - before, currency)
    return (
        f"{sentence}; {say_money(before, currency)} before, {say_money(after, currency)} after, {change}{share} dearer"
    )


def _journey_in_km(impact: Impact, journey: Journey) -> str:
    trips, pair = impact.trips, journey.pair
    ends = [isolate(trips.places[row[pair]].name) for row in (trips.origin, trips.destination)]
    before_km, after_km = (float(kilometres(skim.length_m[pair])) for skim in (impact.before, impact.after))
    before_h, after_h = (float(hours(skim.time_ds[pair])) for skim in (impact.before, impact.after))
    whole = max(before_km, 0 if math.isnan(after_km) else after_km) >= FINE_BELOW_KM
    before = say_km(before_km, whole=whole)
    status = int(impact.status[pair])
    told = {
        UNCHANGED: f"{before} and {duration(before_h)} before and after; the closures change nothing",
        CUT_OFF: f"{before} and {duration(before_h)} before, no way left after",
        ALREADY_CUT_OFF: "no way, before or after",
        INSIDE_ZONE: f"{before} and {duration(before_h)} before; it begins or ends inside what is shut",
    }
    if status in told:
        return f"{ends[0]} to {ends[1]}: {told[status]}"
    extra_km, extra_h = after_km - before_km, after_h - before_h
    change = say_km(abs(extra_km), whole=whole)
    slower = f"{duration(abs(extra_h))} {'longer' if extra_h >= 0 else 'sooner'}"
    if float(change.split()[0].replace(",", "")) == 0:
        lengths, longer = f"{before} before and after", slower
    else:
        share = f" ({_share(abs(extra_km) / before_km)})" if before_km > 0 else ""
        lengths = f"{before} before, {say_km(after_km, whole=whole)} after"
        longer = (
            f"{change}{share} and {slower}"
            if extra_km > 0 and extra_h >= 0
            else f"{change}{share} {'longer' if extra_km > 0 else 'shorter'} but {slower}"
        )
    return f"{ends[0]} to {ends[1]}: {lengths}; {longer}"


def pairs_sentence(impact: Impact) -> str:
    """How many of the counted pairs fare how, and which is the worst, in one sentence."""
    total = int(np.count_nonzero(impact.trips.counted))
    longer, cut_off, inside, already = (
        impact.count(status) for status in (LONGER, CUT_OFF, INSIDE_ZONE, ALREADY_CUT_OFF)
    )
    if not longer and not cut_off and not inside:
        rest = f"; {_do(already, 'has', 'have')} no way, before or after" if already else ""
        return f"None of {total:,} {_pairs(total)} is affected{rest}"
    more = "longer" if impact.costs is None else "dearer"
    parts = [
        f"{_none(longer).capitalize()} of {total:,} {_pairs(total)} {'get' if longer > 1 else 'gets'} {more}",
        f"{_do(inside, 'begins or ends', 'begin or end')} inside what is shut",
        f"{_do(cut_off, 'is', 'are')} cut off",
    ]
    if already:
        parts.append(f"{_do(already, 'has', 'have')} no way, before or after")
    worst = [journey for journey in impact.journeys if impact.trips.counted[journey.pair]]
    if not worst or int(impact.status[worst[0].pair]) not in (CUT_OFF, LONGER):
        return ", ".join(parts)
    return f"{', '.join(parts)}; the worst: {journey_sentence(impact, worst[0])}"


def say_routes(impact: Impact, journeys: Sequence[Journey]) -> tuple[str, str]:
    """What a legend says of the routes before and of those after."""
    if len(journeys) != 1:
        return "Before", "After"
    pair = journeys[0].pair
    length_km = [float(kilometres(skim.length_m[pair])) for skim in (impact.before, impact.after)]
    time_h = [float(hours(skim.time_ds[pair])) for skim in (impact.before, impact.after)]
    whole = bool(np.nanmax([0.0, *length_km]) >= FINE_BELOW_KM)
    before, after = (
        "no way" if math.isnan(km) else f"{say_km(km, whole=whole)}, {duration(h)}"
        for km, h in zip(length_km, time_h, strict=True)
    )
    return f"Before: {before}", "After: unchanged" if int(impact.status[pair]) == UNCHANGED else f"After: {after}"


def describe_target(closure: Closure) -> str:
    """What a closure concerns, such as "55 km around 33.5085, 38.62"."""
    target = closure.target
    if isinstance(target, RoadPoint):
        return f"the road nearest to {target.lat:g}, {target.lon:g}"
    if isinstance(target, LinkIds):
        listed = ", ".join(map(str, target.ids[:5]))
        more = f" and {len(target.ids) - 5:,} more" if len(target.ids) > 5 else ""
        return f"{'link' if len(target.ids) == 1 else 'links'} {listed}{more}"
    if isinstance(target, CrossingName):
        return f"the crossing {target.name}"
    if isinstance(target, RoadClass):
        return f"all roads of the class {target.name}"
    if isinstance(target, RoadLine):
        (lon, lat), (to_lon, to_lat) = target.points[0], target.points[-1]
        return f"the road from {lat:.4f}, {lon:.4f} to {to_lat:.4f}, {to_lon:.4f}"
    return target.label


def describe_effect(closure: Closure) -> str:
    """What a closure does: "shut", "6 h wait" or "speed × 0.5"."""
    if closure.delays:
        waits = closure.wait_h if isinstance(closure.wait_h, Mapping) else {"": closure.wait_h or 0.0}
        added_h = expected_wait_h(closure.open_hours)
        said = ", ".join(f"{round(wait_h + added_h, 3):g} h {way}".rstrip() for way, wait_h in waits.items())
        return f"{said} wait" + (f", of which opening hours {added_h:.3g} h" if added_h else "")
    way = "" if closure.direction is None else f" {closure.direction}"
    if closure.is_shut:
        return f"shut{way}"
    slower = [
        *([] if closure.speed_factor is None else [f"speed × {closure.speed_factor:g}"]),
        *([] if closure.max_kmh is None else [f"at most {closure.max_kmh:.0f} km/h"]),
    ]
    part = "" if closure.day_share == 1 else f" for {24 * closure.day_share:.3g} h of the day"
    return f"{', '.join(slower)}{part}{way}"


def say_km(value_km: float, *, whole: bool = True) -> str:
    """Kilometres as a person says them, whole or in tenths.

    Examples
    --------
    >>> say_km(1792.6), say_km(5.04, whole=False)
    ('1,793 km', '5.0 km')
    """
    return f"{value_km:,.{0 if whole else 1}f} km"


def say_weight(weight: float, *, signed: bool = False) -> str:
    """A weight, or weight times kilometres, by four digits and never with an exponent.

    Examples
    --------
    >>> say_weight(0.00035612), say_weight(98.1512), say_weight(-38193.4, signed=True), say_weight(-0.00001)
    ('0.0004', '98.15', '-38,193', '0')
    """
    sign = "+" if signed else ""
    return f"{weight:{sign},.0f}" if abs(weight) >= 1000 else f"{round(weight, 4) + 0.0:{sign},.4g}"  # no -0


def say_money(amount: float, currency: str) -> str:
    """An amount as a person says it; a dash where there is none.

    Examples
    --------
    >>> say_money(1234.5, "USD"), say_money(0.126, "USD"), say_money(math.nan, "USD")
    ('USD 1,234', 'USD 0.13', '-')
    """
    if math.isnan(amount):
        return "-"
    return f"{currency} {amount:,.0f}" if abs(amount) >= 100 or amount == 0 else f"{currency} {amount:,.2f}"


def duration(value_h: float) -> str:
    """Hours and minutes as a person says them; a dash where there is no way.

    Examples
    --------
    >>> duration(10.5745), duration(0.5), duration(0.001), duration(1.9999), duration(math.nan)
    ('10 h 34 min', '30 min', 'less than a minute', '2 h', '-')
    """
    if math.isnan(value_h):
        return "-"
    if 0 < value_h * 60 < 0.5:
        return "less than a minute"
    whole, minutes = divmod(round(value_h * 60), 60)
    return f"{whole:,} h" + (f" {minutes} min" if minutes else "") if whole else f"{minutes} min"


def isolate(name: str) -> str:
    r"""A name that the words around it cannot reorder: printable, and isolated where it runs right to left.

    Examples
    --------
    >>> isolate("Damascus, SY"), ascii(isolate("دمشق"))[1:7]
    ('Damascus, SY', '\\u2068')
    """
    shown = printable(name)
    return shown if shown.isascii() else _isolated(shown)


def printable(text: str) -> str:
    """A text on one line, without control characters and without marks that reorder what follows."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def shorten(text: str, *, letters: int = 36) -> str:
    """A text on one line, cut where it is too long for a label."""
    shown = printable(text)
    return shown if len(shown) <= letters else f"{shown[: letters - 1].rstrip()}…"


def _isolated(shown: str) -> str:
    runs_left = any("\u0590" <= sign <= "\u08ff" or "\ufb1d" <= sign <= "\ufefc" for sign in shown)
    return f"{_FIRST_STRONG_ISOLATE}{shown}{_POP_ISOLATE}" if runs_left else shown


def _share(part: float) -> str:
    return f"{100 * part:,.0f} %" if part >= 0.005 else "less than 1 %"


def _pairs(count: int) -> str:
    return "pair" if count == 1 else "pairs"


def _none(count: int) -> str:
    return f"{count:,}" if count else "none"


def _do(count: int, one: str, several: str) -> str:
    return f"{_none(count)} {several if count > 1 else one}"
