"""Claims that roads decide: routes, differences, detours and comparisons, each under the assumptions that matter."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TypeVar

from wayaround.claims.claim import Claim
from wayaround.claims.finding import Evidence
from wayaround.claims.roads.inquiry import Asked, Inquiry, resolve_ends, resolve_via
from wayaround.claims.roads.measured import Measured, Undecided, doubt_difference, evidence_of, say, value_of
from wayaround.claims.roads.tolerance import Doubt, doubt_ends, doubt_length
from wayaround.claims.roads.ways import Stop, Way, shut_country
from wayaround.closures.closure import Closure
from wayaround.demand.countries import country_name
from wayaround.network.snap import WGS84

MOST_COUNTRIES = 3
"""So many countries on the way round are taken as shut, one at a time."""

Closures = tuple[Closure, ...]
State = TypeVar("State")
Answer = tuple[list[Measured], list[str]]
"""What was computed under each assumption, the main one first, and sentences about how the words were read."""


def measure_route(inquiry: Inquiry, claim: Claim) -> Answer:
    """Length or time of one way: without closures if the text says by where it goes, else as the scenario says."""
    asked = resolve_ends(inquiry, claim)
    via, how = resolve_via(inquiry, claim, "via", (asked.origin, asked.destination))
    stops = _stops(asked, via)
    states = [inquiry.in_force, inquiry.baseline] if via is None else [inquiry.baseline, inquiry.in_force]
    measured = [_route(inquiry, claim, stops, state) for state in _unique(states)]
    if via is None and len(measured) > 1:
        after, before = (inquiry.finder.find(stops, state) for state in states)
        for name, shut in _shut_on_way_round(inquiry, before, after):
            measured.append(_route(inquiry, claim, stops, (*inquiry.in_force, shut), f"and {name}"))
    if all(each.computed is None for each in measured):
        raise Undecided(f"there is no way in {inquiry.network.name} from {_label(stops)}")
    return measured, [*asked.said, *([how] if how else [])]


def _route(inquiry: Inquiry, claim: Claim, stops: Sequence[Stop], closures: Closures, more: str = "") -> Measured:
    way = inquiry.finder.find(stops, closures)
    state = _say(inquiry, closures, more)
    evidence = (evidence_of(_label(stops), way, closures),)
    if way is None:
        return Measured(state, None, evidence=evidence)
    return Measured(state, value_of(way, claim.measure), _doubt_way(inquiry, claim, way), evidence)


def measure_difference(inquiry: Inquiry, claim: Claim) -> Answer:
    """How much longer one way is than another; with neither named, what the closures in force add."""
    named = [claim.slots[slot] for slot in ("via", "via_other") if slot in claim.slots]
    if not named:
        return measure_detour(inquiry, claim)
    if len(named) == 1 and inquiry.names.shut_by_word(named[0].text):  # "the closed pass makes it longer"
        return measure_detour(inquiry, replace(claim, slots={**claim.slots, "closure": named[0]}))
    asked = resolve_ends(inquiry, claim, assume_pair=True)
    pairs, said = _two_ways(inquiry, claim, asked)
    measured = []
    for assumption, ways, evidence in pairs:
        if ways is None:
            measured.append(Measured(assumption, None, evidence=evidence))
            continue
        doubt = doubt_difference(inquiry.uncertainty, claim, *ways, inquiry.finder.unshared_km(*ways))
        one, other = (value_of(way, claim.measure) for way in ways)
        difference = other - one
        if not claim.ordered:
            difference = abs(difference)
        longer = evidence[1 if other >= one else 0].label
        measured.append(Measured(assumption, difference, doubt, evidence, remark=f"the longer way is {longer}"))
    return measured, said


def measure_comparison(inquiry: Inquiry, claim: Claim) -> Answer:
    """Two values: of the two ways named, else before and after the closures in force."""
    if claim.other is None:
        raise Undecided("the text gives one value only")
    asked = resolve_ends(inquiry, claim, assume_pair=True)
    if "via" in claim.slots or "via_other" in claim.slots:
        pairs, said = _two_ways(inquiry, claim, asked)
    else:
        pairs, said = _before_and_after(inquiry, asked, None), list(asked.said)
    measured = []
    for assumption, ways, evidence in pairs:
        if ways is None:
            measured.append(Measured(assumption, None, evidence=evidence))
            continue
        one, other = (value_of(way, claim.measure) for way in ways)
        doubt, other_doubt = (_doubt_way(inquiry, claim, way) for way in ways)
        difference_doubt = doubt_difference(inquiry.uncertainty, claim, *ways, inquiry.finder.unshared_km(*ways))
        remark = f"the second value is {other / one:.2f} times the first" if one > 0 else ""
        measured.append(
            Measured(assumption, one, doubt, evidence, other, other_doubt, other - one, difference_doubt, remark=remark)
        )
    return measured, said


def measure_detour(inquiry: Inquiry, claim: Claim) -> Answer:
    """What a closure adds: the one that the text names, else all in force."""
    named, how = None, ""
    if "closure" in claim.slots:
        found = inquiry.names.closure(claim.slots["closure"].text)
        if found.thing is None and not (inquiry.in_force and _says_no_name(claim)):
            raise Undecided(found.how)
        if isinstance(found.thing, Closure):
            named, how = found.thing, f'"{found.text}" is read as {found.how}.'
            if named in inquiry.closures and named not in inquiry.in_force:
                how += f" It is not in force on {inquiry.day}, and taken as if it were."
    if named is None and not inquiry.in_force:
        raise Undecided("nothing is closed: name a scenario with the closure that the text speaks of")
    asked = resolve_ends(inquiry, claim, assume_pair=True)
    measured = []
    for assumption, ways, evidence in _before_and_after(inquiry, asked, named):
        if ways is None:
            measured.append(Measured(assumption, None, evidence=evidence))
            continue
        doubt = doubt_difference(inquiry.uncertainty, claim, *ways, inquiry.finder.unshared_km(*ways))
        one, other = (value_of(way, claim.measure) for way in ways)
        remark = f"{say(one, claim.measure)} before, {say(other, claim.measure)} after"
        measured.append(Measured(assumption, other - one, doubt, evidence, remark=remark))
    return measured, [*asked.said, *([how] if how else [])]


def _says_no_name(claim: Claim) -> bool:
    """Whether the words for a closure are no more than that: nobody writes names without a capital."""
    return claim.slots["closure"].text.islower()


Pair = tuple[str, tuple[Way, Way] | None, tuple[Evidence, ...]]
"""An assumption, the two ways under it, and both as evidence; no ways where one is missing."""


def _two_ways(inquiry: Inquiry, claim: Claim, asked: Asked) -> tuple[list[Pair], list[str]]:
    """The two ways that a text names: with nothing closed, with all in force, and each as far as it is open."""
    said = list(asked.said)
    stops = []
    for slot in ("via", "via_other"):
        via, how = resolve_via(inquiry, claim, slot, (asked.origin, asked.destination))
        said.append(how or "The text names one of the two ways; the other is taken to be the fastest.")
        stops.append(_stops(asked, via))
    if stops[0] == stops[1]:
        raise Undecided(f"both ways are {_label(stops[0])}")
    states = _states_of_two(inquiry, stops)
    pairs = []
    for state in states:
        assumption = inquiry.say_state(state[0])
        if state[0] != state[1]:
            left = next(each for each, closures in zip(stops, state, strict=True) if closures == inquiry.in_force)
            way = f"the way{_via(left)}" if len(left) > 2 else "the way round"
            assumption = f"{inquiry.say_state(inquiry.in_force)} on {way}, and the other as it was before"
        pairs.append(_pair(inquiry, assumption, (stops[0], state[0]), (stops[1], state[1])))
    if pairs[0][1] is None:
        missing = next(each.label for each in pairs[0][2] if each.km is None)
        raise Undecided(f"there is no way in {inquiry.network.name} from {missing}")
    if pairs[0][1][0].links == pairs[0][1][1].links:
        raise Undecided(f"the ways {' and '.join(each.label for each in pairs[0][2])} are one and the same")
    return pairs, said


def _states_of_two(inquiry: Inquiry, stops: Sequence[tuple[Stop, ...]]) -> list[tuple[Closures, Closures]]:
    """The closures that apply to each of two ways, the main assumption first."""
    before, after = inquiry.baseline, inquiry.in_force
    if after == before:
        return [(before, before)]
    usual = [inquiry.finder.find(each, before) for each in stops]
    if usual[0] is not None and usual[1] is not None and usual[0].links == usual[1].links:
        # The way named is the fastest one anyhow: the other is then the way round.
        if all(len(each) > 2 for each in stops):
            return [(before, before)]
        return [(before, after) if len(stops[1]) == 2 else (after, before)]
    shut = [inquiry.finder.find(each, after) is None for each in stops]
    if not any(shut):
        return [(before, before), (after, after)]
    if all(shut):
        return [(before, before)]
    return [(before, before), (before, after) if shut[0] else (after, before)]


def _before_and_after(inquiry: Inquiry, asked: Asked, named: Closure | None) -> list[Pair]:
    """Ways before and after: as the scenario says, by the named closure alone, and with a country on the way shut."""
    stops = _stops(asked, None)
    if named is None:
        if not inquiry.in_force:
            raise Undecided("nothing is closed: name a scenario with the closure that the text speaks of")
        states = [(inquiry.baseline, inquiry.in_force)]
    else:
        after = inquiry.in_force if named in inquiry.in_force else (*inquiry.in_force, named)
        before = tuple(each for each in after if each != named)
        alone = tuple(each for each in inquiry.baseline if each != named)
        states = _unique([(before, after), (alone, (*alone, named))])
    pairs = [
        _pair(inquiry, inquiry.say_state(after), (stops, before), (stops, after), ("before", "after"))
        for before, after in states
    ]
    if pairs[0][1] is None:
        missing = next(each.label for each in pairs[0][2] if each.km is None)
        raise Undecided(f"no way is left in {inquiry.network.name} from {missing}, {pairs[0][0]}")
    before, after = states[0]
    for name, shut in _shut_on_way_round(inquiry, *pairs[0][1]):
        pairs.append(
            _pair(
                inquiry,
                _say(inquiry, after, f"and {name}"),
                (stops, (*before, shut)),
                (stops, (*after, shut)),
                ("before", "after"),
            )
        )
    return pairs


def _pair(
    inquiry: Inquiry,
    assumption: str,
    one: tuple[tuple[Stop, ...], Closures],
    other: tuple[tuple[Stop, ...], Closures],
    when: tuple[str, str] = ("", ""),
) -> Pair:
    ways = [inquiry.finder.find(*each) for each in (one, other)]
    evidence = tuple(
        evidence_of(f"{_label(stops)}{f' {moment}' if moment else ''}", way, closures)
        for way, (stops, closures), moment in zip(ways, (one, other), when, strict=True)
    )
    first, second = ways
    return assumption, None if first is None or second is None else (first, second), evidence


def _shut_on_way_round(inquiry: Inquiry, before: Way | None, after: Way | None) -> Iterator[tuple[str, Closure]]:
    """Closures of the crossings of each country that only the way round passes: no one knows that they are open."""
    if before is None or after is None:
        return
    usual = {*before.countries, after.countries[0], after.countries[-1]} if after.countries else set()
    for code in list(dict.fromkeys(code for code in after.countries if code not in usual))[:MOST_COUNTRIES]:
        name = country_name(code)
        shut = shut_country(inquiry.network, code, name)
        if shut is not None:
            yield f"the crossings of {name} shut", shut


def _doubt_way(inquiry: Inquiry, claim: Claim, way: Way) -> Doubt:
    value = value_of(way, claim.measure)
    ends_km = doubt_ends(way.km)
    ends = ends_km if claim.measure == "distance" else ends_km / way.km * way.h if way.km > 0 else 0.0
    return doubt_length(inquiry.uncertainty, claim.measure, value, value, ends=ends)


def straight_km(stops: Sequence[Stop]) -> float:
    """The straight line by some stops that are places, in kilometres."""
    places = [stop.place for stop in stops if stop.place is not None]
    return sum(float(WGS84.inv(one.lon, one.lat, other.lon, other.lat)[2]) / 1000 for one, other in pairwise(places))


def _say(inquiry: Inquiry, closures: Closures, more: str = "") -> str:
    if not more:
        return inquiry.say_state(closures)
    said = inquiry.say_state(tuple(each for each in closures if each in inquiry.closures))
    return f"{said} {more}" if any(each in inquiry.closures for each in closures) else more.replace("and ", "with ", 1)


def _stops(asked: Asked, via: Stop | None) -> tuple[Stop, ...]:
    return (asked.origin, asked.destination) if via is None else (asked.origin, via, asked.destination)


def _label(stops: Sequence[Stop]) -> str:
    return f"{stops[0].name} to {stops[-1].name}{_via(stops)}"


def _via(stops: Sequence[Stop]) -> str:
    return f" via {stops[1].name}" if len(stops) > 2 else ""


def _unique(states: Iterable[State]) -> list[State]:
    return list(dict.fromkeys(states))
