"""From the words of a text to a place, a crossing, a country or a closure; or the reason why not."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from wayaround.claims.roads.skeleton import are_variants, bare_key
from wayaround.claims.vocabulary import words
from wayaround.closures.closure import Closure, CrossingName
from wayaround.closures.zone import Zone
from wayaround.demand.countries import country_name, find_country
from wayaround.demand.gazetteer import Gazetteer, open_gazetteer
from wayaround.demand.gazetteer_index import CITY_POPULATION, dominates
from wayaround.demand.place_names import name_key
from wayaround.demand.places import Place, find_place
from wayaround.errors import PlaceAmbiguous, PlaceNotFound
from wayaround.network.road_network import Crossing, RoadNetwork, plain_name
from wayaround.network.snap import WGS84

ZONE_WORDS = words(
    "zone area base post outpost garrison camp circle perimeter bubble enclave station facility installation"
)
"""Words that, with "the" or "this", mean the zone of the scenario if it has one."""

CLOSURE_WORDS = words("closure closing closures shutdown detour diversion block blockade blockage cut")
"""Words that, with nothing else, mean what the scenario shuts."""

ROAD_WORDS = words("road highway route bridge tunnel pass motorway crossing border checkpoint")
"""Words that, with nothing else, mean the only closure of the scenario."""

_FILLERS = words(
    "the this that of a an its their shut blocked barred collapsed washed out round by for shutting "
    "closed exclusion deconfliction security buffer no go border crossing post at in around new whole "
    "entire military"
)
_UNNAMED = _FILLERS | CLOSURE_WORDS | ZONE_WORDS | ROAD_WORDS
_SHUT_WORDS = words("closed shut blocked cut barred collapsed washed") | CLOSURE_WORDS
_POINTING = words("the this that these those here there a an my our their home")
TOWN_AT_CROSSING_KM = 60.0
"""A town that bears a crossing's name and lies so near to it is meant where a way begins or ends."""

_LISTED = 4
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Country:
    """A country: a way may pass it, none begins there."""

    code: str
    name: str


Thing = Place | Crossing | Country | Closure


@dataclass(frozen=True, slots=True)
class Resolution:
    """What words mean.

    Parameters
    ----------
    text : str
        The words.
    thing : Place, Crossing, Country or Closure, optional
        None where they do not say.
    how : str
        By what it was found, or why it was not.
    """

    text: str
    thing: Thing | None
    how: str

    @property
    def name(self) -> str:
        """How to call it."""
        if self.thing is None or isinstance(self.thing, Closure):
            return self.text if self.thing is None else self.thing.id
        return self.thing.name


class Names:
    """All names that a network and a scenario have.

    Parameters
    ----------
    network : RoadNetwork
        Its crossings, and the box in which places lie.
    aliases : mapping of str to Place
        Names that come before all others.
    closures : sequence of Closure
        What the scenario shuts.
    countries : iterable of str
        Countries that the scenario is about, by code; of namesakes the one there is preferred.
    """

    def __init__(
        self,
        network: RoadNetwork,
        *,
        aliases: Mapping[str, Place] | None = None,
        closures: Sequence[Closure] = (),
        countries: Iterable[str] = (),
    ) -> None:
        self.network = network
        self.aliases = dict(aliases or {})
        self.closures = tuple(closures)
        self.countries = frozenset(countries)
        self._found: dict[tuple[str, bool, frozenset[str]], Resolution] = {}

    @cached_property
    def _box_e5(self) -> tuple[float, float, float, float]:
        lon, lat = self.network.node_lon, self.network.node_lat
        margin = 0.2
        sides = (lon.min() - margin, lat.min() - margin, lon.max() + margin, lat.max() + margin)
        west, south, east, north = (float(side) * 100_000 for side in sides)
        return west, south, east, north

    @cached_property
    def _spellings(self) -> list[tuple[str, Crossing]]:
        return [
            (spelling, crossing)
            for crossing in self.network.named_crossings
            for spelling in (crossing.name, *crossing.variants)
        ]

    def place(self, text: str, *, passed: bool = False, near: Iterable[str] = ()) -> Resolution:
        """What the words for a place mean.

        The scenario's aliases come first, then crossings by name, then spellings that share their consonants with
        either, then the gazetteer. Where a way begins or ends, a town that bears the name of a crossing near it
        comes before the crossing.

        Parameters
        ----------
        text : str
            The words.
        passed : bool
            Whether a way only passes there; then a country may be meant.
        near : iterable of str
            Countries of the other places in the sentence, by code.
        """
        key = text, passed, frozenset(near)
        if key not in self._found:
            self._found[key] = self._place(" ".join(text.split()), passed, key[2])
        return self._found[key]

    def _place(self, text: str, passed: bool, near: frozenset[str]) -> Resolution:
        if not name_key(text) or len(text) > _LONGEST:
            return Resolution(text, None, f'"{_short(text)}" names no place')
        for name, place in self.aliases.items():
            if name == text or name_key(name) == name_key(text) or _without_country(name) == name_key(text):
                return Resolution(text, place, f'the scenario\'s alias "{name}"')
        if (zone := self._zone_by_word(text)) is not None:
            return zone
        if (found := self._crossing(text)) is not None and (passed or found.thing is None):
            return found
        if found is not None:
            town = self._gazetteer(text, near | frozenset(_countries_of(found.thing)))
            if isinstance(town.thing, Place) and self._is_at(town.thing, found.thing):
                return town
            return found
        alike = {name: place for name, place in self.aliases.items() if are_variants(_before_comma(name), text)}
        if len(alike) == 1:
            name, place = next(iter(alike.items()))
            return Resolution(text, place, f'a spelling of the scenario\'s alias "{name}"')
        if len(alike) > 1:
            return Resolution(text, None, f'"{_short(text)}" may be {" or ".join(alike)}')
        if _is_no_name(text):
            return Resolution(text, None, f'"{_short(text)}" is no name, and nothing says which place is meant')
        exact = self._gazetteer(text, near)
        code = find_country(text) if len(text) > 3 else None
        if code is not None and not _is_city_state(exact.thing, text):
            country = Country(code, country_name(code))
            return (
                Resolution(text, country, f"the country {country.name}")
                if passed
                else Resolution(text, None, f'"{_short(text)}" is a country, not a place where a way begins or ends')
            )
        if isinstance(exact.thing, Place):
            return exact
        return self._crossing_variant(text) or exact

    def _zone_by_word(self, text: str) -> Resolution | None:
        words = set(name_key(text).split())
        if not words & ZONE_WORDS or not words <= ZONE_WORDS | CLOSURE_WORDS | _FILLERS:
            return None
        zones = [each for each in self.closures if isinstance(each.target, Zone)]
        if len(zones) == 1:
            return Resolution(text, zones[0], f'the only zone of the scenario, "{zones[0].id}"')
        if not zones:
            return Resolution(text, None, f'"{_short(text)}" has no name, and no scenario says which zone is meant')
        return Resolution(text, None, f'"{_short(text)}" may be any of {", ".join(zone.id for zone in zones)}')

    def _crossing(self, text: str) -> Resolution | None:
        """A crossing by one of its names, with or without the article and the word crossing."""
        wanted = {plain_name(text), plain_name(bare_key(_without_crossing(text)))}
        found = {
            crossing.id: crossing
            for spelling, crossing in self._spellings
            if {plain_name(spelling), plain_name(bare_key(spelling))} & wanted
        }
        return _one_crossing(text, found, "a crossing of the network")

    def _crossing_variant(self, text: str) -> Resolution | None:
        bare = _without_crossing(text)
        found = {crossing.id: crossing for spelling, crossing in self._spellings if are_variants(spelling, bare)}
        return _one_crossing(text, found, "a spelling of a crossing of the network")

    def _is_at(self, town: Place, crossing: Thing | None) -> bool:
        if not isinstance(crossing, Crossing):
            return False
        link = crossing.links[0]
        node = int(self.network.link_tail[link])
        at = float(self.network.node_lon[node]), float(self.network.node_lat[node])
        return bool(WGS84.inv(town.lon, town.lat, *at)[2] <= TOWN_AT_CROSSING_KM * 1000)

    def _gazetteer(self, text: str, near: frozenset[str]) -> Resolution:
        if "," in text or "،" in text:
            try:
                place = find_place(text)
            except (PlaceNotFound, PlaceAmbiguous) as error:
                return Resolution(text, None, _first_sentence(error.message))
            return Resolution(text, place, f"the gazetteer's {place.name}")
        gazetteer = open_gazetteer()
        rows = [row for row in gazetteer.find_name(text).tolist() if self._inside(gazetteer, row)]
        if not rows:
            return Resolution(text, None, f'no alias, crossing or place of the network is called "{_short(text)}"')
        for context in (near, near | self.countries):
            within = [row for row in rows if gazetteer.country[row].decode() in context]
            if len(within) == 1 or (len(within) > 1 and _stands_out(gazetteer, within)):
                return _taken(text, gazetteer, within[0])
        if len(rows) == 1 or _stands_out(gazetteer, rows):
            return _taken(text, gazetteer, rows[0])
        listed = ", ".join(gazetteer.short_label(row) for row in rows[:_LISTED])
        more = f" or {len(rows) - _LISTED} others" if len(rows) > _LISTED else ""
        return Resolution(text, None, f'"{_short(text)}" may be {listed}{more}')

    def _inside(self, gazetteer: Gazetteer, row: int) -> bool:
        west, south, east, north = self._box_e5
        lon, lat = int(gazetteer.lon_e5[row]), int(gazetteer.lat_e5[row])
        return west <= lon <= east and south <= lat <= north

    def closure(self, text: str) -> Resolution:
        """Which closure words mean: one of the scenario's, or that of a crossing that they name.

        Parameters
        ----------
        text : str
            "the zone", "the closure of Nasib", "tanf-zone".
        """
        for closure in self.closures:
            if plain_name(closure.id) == plain_name(text):
                return Resolution(text, closure, f'the scenario\'s closure "{closure.id}"')
        words = [word for word in re.split(r"[\s,]+", text) if word]
        kept = [word for word in words if not _names_nothing(word)]
        if not kept:
            return self._closure_by_word(text, {name_key(word) for word in words})
        name = " ".join(kept)
        for closure in self.closures:
            target = closure.target.name if isinstance(closure.target, CrossingName) else None
            known = self._crossing(target) if target else None
            meant = self._crossing(name) or self._crossing_variant(name)
            if known and meant and known.thing is not None and known.thing == meant.thing:
                return Resolution(text, closure, f'the scenario\'s closure "{closure.id}"')
            parts = re.split(r"[-_\s]+", closure.id)
            if target is None and any(
                bare_key(part) == bare_key(name) or are_variants(part, name) for part in parts if len(part) > 2
            ):
                return Resolution(text, closure, f'the scenario\'s closure "{closure.id}"')
        found = self.place(name, passed=True)
        if isinstance(found.thing, Crossing):
            closure = Closure(CrossingName(found.thing.id), id=found.thing.name)
            return Resolution(text, closure, f"the crossing {found.thing.name}, taken as shut")
        if isinstance(found.thing, Place):
            about = [each for each in self.closures if is_in_zone(each, found.thing)]
            if len(about) == 1:
                return Resolution(text, about[0], f'the scenario\'s closure "{about[0].id}", in which it lies')
        return Resolution(text, None, f'no closure of the scenario and no crossing is called "{_short(name)}"')

    def shut_by_word(self, text: str) -> bool:
        """Whether words say of a road that it is shut, and name none: "the closed pass"."""
        words = [name_key(word) for word in text.split()]
        return bool(_SHUT_WORDS.intersection(words)) and all(map(_names_nothing, words))

    def _closure_by_word(self, text: str, words: set[str]) -> Resolution:
        if words & ZONE_WORDS:
            found = self._zone_by_word(text)
            if found is not None:
                return found
        if len(self.closures) == 1:
            only = self.closures[0]
            return Resolution(text, only, f'the scenario\'s only closure, "{only.id}"')
        why = (
            f'"{_short(text)}" may be any of {", ".join(each.id for each in self.closures)}'
            if self.closures
            else f'nothing says which closure "{_short(text)}" is; name a scenario'
        )
        return Resolution(text, None, why)


def is_in_zone(closure: Closure, place: Place) -> bool:
    """Whether a place lies in the zone of a closure."""
    zone = closure.target
    return isinstance(zone, Zone) and bool(zone.covers(np.array([place.lat]), np.array([place.lon]))[0])


def _names_nothing(word: str) -> bool:
    key = name_key(word)
    return not _UNNAMED.isdisjoint((key, key.removesuffix("s")))


def _one_crossing(text: str, found: Mapping[str, Crossing], how: str) -> Resolution | None:
    if not found:
        return None
    if len(found) == 1:
        crossing = next(iter(found.values()))
        return Resolution(text, crossing, f"{how}, {crossing.name}")
    listed = " or ".join(each.name for each in list(found.values())[:_LISTED])
    return Resolution(text, None, f'"{_short(text)}" may be the crossing {listed}')


def _countries_of(thing: Thing | None) -> tuple[str, ...]:
    return thing.countries if isinstance(thing, Crossing) else ()


def _stands_out(gazetteer: Gazetteer, rows: Sequence[int]) -> bool:
    """Whether the first of some namesakes, the largest first, is a city with ten times the people of the next."""
    return len(rows) > 1 and bool(dominates(*gazetteer.population[list(rows[:2])]))


def _taken(text: str, gazetteer: Gazetteer, row: int) -> Resolution:
    place = find_place(gazetteer.short_label(row))
    return Resolution(text, place, f"the gazetteer's {place.name}")


def _before_comma(name: str) -> str:
    return name.split(",")[0]


def _without_country(name: str) -> str | None:
    """Key of an alias such as "Damascus, SY" without its country; None where it has none."""
    before, comma, last = name.rpartition(",")
    return name_key(before) if comma and find_country(last.strip()) else None


def _is_city_state(thing: Thing | None, text: str) -> bool:
    """Whether the name of a country is that of a large city too, such as Djibouti."""
    return (
        isinstance(thing, Place)
        and thing.population >= CITY_POPULATION
        and name_key(_before_comma(thing.name)) == name_key(text)
    )


def _is_no_name(text: str) -> bool:
    """Whether words point at something without naming it: "the border", "there", "this side"."""
    words = text.split()
    return text.islower() and (words[0] in _POINTING or words[-1] in _POINTING)


def _without_crossing(text: str) -> str:
    kept = [word for word in text.split() if word.casefold() not in ("crossing", "border", "post", "checkpoint", "the")]
    return " ".join(kept) or text


def _first_sentence(message: str) -> str:
    return message.split(":")[0].split(";")[0]


def _short(text: str) -> str:
    shown = "".join(letter if letter.isprintable() else "?" for letter in text)
    return f"{shown[:57]}..." if len(shown) > 60 else shown
