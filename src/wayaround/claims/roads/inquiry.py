"""What every claim of a text is checked against: the network, the vehicle, the closures of the day, the names."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from wayaround.claims.claim import Claim
from wayaround.claims.roads.measured import Undecided
from wayaround.claims.roads.resolve import Country, Names, Resolution
from wayaround.claims.roads.tolerance import Uncertainty, uncertainty_of
from wayaround.claims.roads.ways import Stop, WayFinder, shut_country
from wayaround.closures.closure import Closure
from wayaround.closures.reading import read_closures
from wayaround.closures.zone import Zone
from wayaround.demand.countries import country_name, find_country
from wayaround.demand.places import Place, find_place
from wayaround.errors import WayaroundError
from wayaround.network.profiles import Profile
from wayaround.network.road_network import Crossing, RoadNetwork
from wayaround.scenario import Scenario

OPEN = "with every road and crossing open"


@dataclass(frozen=True)
class Inquiry:
    """What claims are checked against.

    Parameters
    ----------
    finder : WayFinder
        Ways on the network.
    names : Names
        What words mean.
    closures : tuple of Closure
        All that the scenario names.
    in_force : tuple of Closure
        Those in force on the day.
    baseline : tuple of Closure
        Those in force before as well.
    pair : tuple of str, optional
        The ends of the scenario's only pair.
    day : datetime.date
        The day for which closures are in force.
    """

    finder: WayFinder
    names: Names
    closures: tuple[Closure, ...] = ()
    in_force: tuple[Closure, ...] = ()
    baseline: tuple[Closure, ...] = ()
    pair: tuple[str, str] | None = None
    day: datetime.date = field(default_factory=datetime.date.today)

    @property
    def network(self) -> RoadNetwork:
        """The roads."""
        return self.finder.network

    @property
    def uncertainty(self) -> Uncertainty:
        """What is known of the network's errors."""
        return uncertainty_of(self.network, self.finder.profile)

    def say_state(self, closures: Sequence[Closure]) -> str:
        """A set of closures as an assumption."""
        if not closures:
            return "with no closure in force" if self.closures else OPEN
        return f"with {' and '.join(each.id for each in closures)} in force"


def open_inquiry(
    network: RoadNetwork, scenario: Scenario | None, *, profile: Profile, date: datetime.date | None
) -> Inquiry:
    """Gather what claims are checked against.

    Parameters
    ----------
    network, scenario, profile
        As for `check_claims`.
    date : datetime.date, optional
        The day; the scenario's or today if left out.
    """
    finder = WayFinder(network, profile)
    if scenario is None:
        return Inquiry(finder, Names(network), day=date or datetime.date.today())
    day = date or scenario.date or datetime.date.today()
    aliases = {name: Place(name, at.lat, at.lon) for name, at in scenario.aliases.items()}
    closures = read_closures(scenario)
    in_force = tuple(each for each in closures if each.reason_not_in_force(day, scenario.party) is None)
    pairs = {frozenset(pair): (pair[0], pair[1]) for pair in scenario.trips.pairs}
    only = next(iter(pairs.values())) if len(pairs) == 1 else None
    cities = scenario.trips.cities
    return Inquiry(
        finder=finder,
        names=Names(
            network,
            aliases=aliases,
            closures=closures,
            countries=_countries(scenario, aliases, cities.countries if cities and cities.countries else ()),
        ),
        closures=closures,
        in_force=in_force,
        baseline=tuple(each for each in in_force if each.baseline),
        pair=only,
        day=day,
    )


def _countries(scenario: Scenario, aliases: dict[str, Place], named: Iterable[str]) -> set[str]:
    """Countries that a scenario is about."""
    codes = {find_country(name) for name in named}
    codes |= {find_country(name.rpartition(",")[2].strip()) for name in aliases if "," in name}
    for pair in scenario.trips.pairs:
        for name in pair:
            try:
                codes.add(find_place(name, aliases=aliases).country)
            except WayaroundError:
                continue  # `run` will say so; a text may still be checked
    return {code for code in codes if code is not None}


@dataclass(frozen=True, slots=True)
class Asked:
    """The words of a claim, resolved.

    Parameters
    ----------
    origin, destination : Stop
        The ends.
    said : tuple of str
        How each was found, for the assumptions.
    """

    origin: Stop
    destination: Stop
    said: tuple[str, ...]


def resolve_ends(inquiry: Inquiry, claim: Claim, *, assume_pair: bool = False) -> Asked:
    """The two ends of a claim.

    Parameters
    ----------
    inquiry : Inquiry
        What it is checked against.
    claim : Claim
        A relation with origin and destination.
    assume_pair : bool
        Whether both ends may be those of the scenario's only pair if the text names neither.

    Raises
    ------
    Undecided
        An end is missing, unknown or ambiguous, or has no road.
    """
    texts: dict[str, str | None] = {
        slot: claim.slots[slot].text if slot in claim.slots else None for slot in ("origin", "destination")
    }
    said: list[str] = []
    missing = [slot for slot, text in texts.items() if text is None]
    if missing and inquiry.pair is not None and (assume_pair or len(missing) == 1):
        said += _fill_from_pair(inquiry, texts, missing)
        missing = [slot for slot, text in texts.items() if text is None]
    if missing:
        what = "neither where the way begins nor where it ends" if len(missing) == 2 else f"no {missing[0]}"
        raise Undecided(f"the text names {what}")
    found: dict[str, Resolution] = {}
    for _ in range(2):  # the second time each end knows the other's country
        for slot, other in (("origin", "destination"), ("destination", "origin")):
            near = _country_of(found.get(other))
            found[slot] = inquiry.names.place(str(texts[slot]), near=near)
    stops = []
    for slot, resolution in found.items():
        stop = as_end(inquiry, as_stop(inquiry, resolution))
        if stop.place is None:
            raise Undecided(f'"{resolution.text}" is no place where a way begins or ends')
        if inquiry.finder.snap(stop.place) is None:
            raise Undecided(f"{stop.name} has no road of {inquiry.network.name} within 20 km")
        said.append(f'"{texts[slot]}" is read as {resolution.how}.')
        stops.append(stop)
    if stops[0].place == stops[1].place:
        raise Undecided(f"both ends are {stops[0].name}")
    return Asked(stops[0], stops[1], tuple(said))


def _fill_from_pair(inquiry: Inquiry, texts: dict[str, str | None], missing: Sequence[str]) -> list[str]:
    """Take what a text leaves out from the scenario's only pair, if what it names is one of its ends."""
    assert inquiry.pair is not None
    if len(missing) == 2:
        texts["origin"], texts["destination"] = inquiry.pair
        return [f"The text names no ends; they are taken from the scenario: {' to '.join(inquiry.pair)}."]
    slot = missing[0]
    known = inquiry.names.place(str(texts["destination" if slot == "origin" else "origin"]))
    ends = [inquiry.names.place(name) for name in inquiry.pair]
    for end, other in ((0, 1), (1, 0)):
        if known.thing is not None and known.thing == ends[end].thing:
            texts[slot] = inquiry.pair[other]
            return [f"The text names no {slot}; it is taken from the scenario: {inquiry.pair[other]}."]
    return []


def _country_of(resolution: Resolution | None) -> tuple[str, ...]:
    thing = None if resolution is None else resolution.thing
    if isinstance(thing, Place):
        return () if thing.country is None else (thing.country,)
    return thing.countries if isinstance(thing, Crossing) else ()


def resolve_via(inquiry: Inquiry, claim: Claim, slot: str, near: Sequence[Stop] = ()) -> tuple[Stop | None, str]:
    """What a way passes, and how it was found; None where the text does not tell.

    Raises
    ------
    Undecided
        The words are unknown or ambiguous.
    """
    if slot not in claim.slots:
        return None, ""
    text = claim.slots[slot].text
    countries = [stop.place.country for stop in near if stop.place is not None and stop.place.country]
    found = inquiry.names.place(text, passed=True, near=countries)
    stop = as_stop(inquiry, found)
    if stop.place is not None and inquiry.finder.snap(stop.place) is None:
        raise Undecided(f"{stop.name} has no road of {inquiry.network.name} within 20 km")
    return stop, f'"{text}" is read as {found.how}.'


def as_stop(inquiry: Inquiry, resolution: Resolution) -> Stop:
    """A place, a crossing or a country as a stop.

    Raises
    ------
    Undecided
        It is nothing of the kind.
    """
    thing = resolution.thing
    if thing is None:
        raise Undecided(resolution.how)
    if isinstance(thing, Place):
        return Stop(thing.name, thing)
    if isinstance(thing, Crossing):
        return Stop(thing.name, links=thing.links)
    if isinstance(thing, Country):
        shut = shut_country(inquiry.network, thing.code, thing.name)
        if shut is None:
            raise Undecided(f"{inquiry.network.name} has no crossing of {thing.name}")
        return Stop(thing.name, links=tuple(inquiry.finder.match(shut).links.tolist()), country=thing.code)
    if isinstance(thing.target, Zone):
        centre = thing.target.area.centroid
        return Stop(thing.id, Place(thing.id, centre.y, centre.x))
    raise Undecided(f'"{resolution.text}" is a closure, not a place')


def as_end(inquiry: Inquiry, stop: Stop) -> Stop:
    """A crossing as a place in the middle of its link; what is a place stays as it is."""
    network = inquiry.network
    if stop.place is not None or stop.country is not None:
        return stop
    ends = network.link_tail[stop.links[0]], network.link_head[stop.links[0]]
    lat, lon = (float(sum(axis[end] for end in ends)) / 2 for axis in (network.node_lat, network.node_lon))
    return Stop(stop.name, Place(stop.name, lat, lon))


def name_countries(codes: Iterable[str]) -> str:
    """English names of countries, for a sentence."""
    return ", ".join(map(country_name, codes))
