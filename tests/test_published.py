"""Published closures: golden figures, and a second opinion from a graph built here.

The second opinion shares only the shipped tables with the package. It finds links in a circle by walking them in
steps of 100 m, snaps places by a search of its own, and routes with SciPy over one packed weight.
"""

import csv
import datetime
import importlib.util
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import count, permutations
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow.parquet as pq
import pytest
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

import wayaround as wa
from wayaround.units import UNREACHABLE

ROOT = Path(__file__).parent.parent
FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


def load_validation() -> ModuleType:
    """`validation/validate.py`, which is a program and in no package."""
    spec = importlib.util.spec_from_file_location("validate_published", ROOT / "validation" / "validate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


validation = load_validation()
CASES = {case.id: case for case in validation.read_cases()}

# Golden: the figures of all cases, to the metre and the decisecond.


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_golden_figures(case: Any) -> None:
    """What is computed is what was computed, and what the documentation says; `make validate` renews both."""
    impact = validation.assess_case(wa.open_network("world-highways"), case)
    assert validation.golden_row(case, impact) == validation.read_golden()[case.id]
    page = validation.PAGE.read_text(encoding="utf-8").splitlines()
    assert validation.table_line(validation.Row(case, impact)) == next(
        line for line in page if line.startswith(f"| {case.id}:")
    )


def test_every_case_has_golden_figures() -> None:
    assert len(CASES) == 20
    assert validation.read_golden().keys() == CASES.keys()


# The second opinion.

EARTH_KM = 6371.0
STEP_KM = 0.1
RIM = 1e-4
"""Share of the radius within which a link's distance from the centre is too close to call."""

TRUCK_KMH = 75
METRES = 2**26
"""Packed weight: deciseconds times this, plus metres; the least is the fastest way and of those the shortest."""


@dataclass(frozen=True)
class Roads:
    """The shipped tables as they are: nodes in degrees, links, joins last."""

    lat: FloatArray
    lon: FloatArray
    tail: IntArray
    head: IntArray
    length_m: IntArray
    joins: int


@dataclass(frozen=True)
class Stop:
    """A place beside a road: its position, and the link and the fraction of it that are nearest."""

    lat: float
    lon: float
    link: int
    fraction: float


@dataclass(frozen=True)
class Leg:
    """A way from a stop to an end of its link, with its packed weight."""

    stop: int
    node: int
    weight: int


@cache
def read_roads() -> Roads:
    shipped = files("wayaround.data")
    nodes = pq.read_table(str(shipped / "world_highways_nodes.parquet"), columns=["lat_e3", "lon_e3"])
    links = pq.read_table(str(shipped / "world_highways_links.parquet"), columns=["tail", "head", "length_m"])
    lat_e3, lon_e3 = (nodes.column(name).to_numpy().astype(np.int64) for name in ("lat_e3", "lon_e3"))
    node_at = {position: node for node, position in enumerate(zip(lat_e3.tolist(), lon_e3.tolist(), strict=True))}
    joins = list(csv.DictReader((shipped / "joins.csv").read_text(encoding="utf-8").splitlines()))
    ends = [
        [node_at[round(float(join[f"lat_{end}"]) * 1000), round(float(join[f"lon_{end}"]) * 1000)] for join in joins]
        for end in "ab"
    ]
    join_m = [round(float(join["length_km"]) * 1000) for join in joins]
    tail, head, length_m = (links.column(name).to_numpy().astype(np.int64) for name in ("tail", "head", "length_m"))
    return Roads(
        lat=lat_e3 / 1000,
        lon=lon_e3 / 1000,
        tail=np.concatenate([tail, ends[0]]),
        head=np.concatenate([head, ends[1]]),
        length_m=np.concatenate([length_m, join_m]),
        joins=len(joins),
    )


def distance_km(lat: npt.ArrayLike, lon: npt.ArrayLike, to_lat: float, to_lon: float) -> FloatArray:
    """Distance over the ground, from the straight line through the WGS 84 ellipsoid."""

    def through_space(lat: npt.ArrayLike, lon: npt.ArrayLike) -> FloatArray:
        phi, lam = np.radians(lat), np.radians(lon)
        flattening = 1 / 298.257223563
        square = flattening * (2 - flattening)
        normal = 6378.137 / np.sqrt(1 - square * np.sin(phi) ** 2)
        flat = normal * np.cos(phi)
        return np.stack([flat * np.cos(lam), flat * np.sin(lam), normal * (1 - square) * np.sin(phi)], axis=-1)

    chord = np.linalg.norm(through_space(lat, lon) - through_space(to_lat, to_lon), axis=-1)
    over_ground: FloatArray = 2 * EARTH_KM * np.arcsin(chord / (2 * EARTH_KM))
    return over_ground


def on_link(roads: Roads, link: int, fraction: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Latitude and longitude of points of a link, which is straight in both."""
    tail, head, share = roads.tail[link], roads.head[link], np.asarray(fraction)
    return (
        roads.lat[tail] + share * (roads.lat[head] - roads.lat[tail]),
        roads.lon[tail] + share * (roads.lon[head] - roads.lon[tail]),
    )


def links_near(roads: Roads, lat: float, lon: float, reach_km: float) -> list[int]:
    """Links that may come within a distance of a point: by their boxes, with a margin."""
    north = reach_km / 110
    east = north / np.cos(np.radians(abs(lat) + north))
    lats, lons = (np.stack([at[roads.tail], at[roads.head]]) for at in (roads.lat, roads.lon))
    near = (lats.min(0) < lat + north) & (lats.max(0) > lat - north)
    near &= (lons.min(0) < lon + east) & (lons.max(0) > lon - east)
    return np.flatnonzero(near).tolist()


def nearest_km(roads: Roads, link: int, lat: float, lon: float, between: tuple[float, float] = (0.0, 1.0)) -> float:
    """Least distance of a point from a stretch of a link, in steps."""
    at = np.linspace(*between, 2 + int(roads.length_m[link] / 1000 / STEP_KM))
    return float(distance_km(*on_link(roads, link, at), lat, lon).min())


def snap(roads: Roads, lat: float, lon: float) -> Stop | None:
    """Nearest point of the roads, joins left out; None where a second link is about as near."""
    ranked = []
    for link in links_near(roads, lat, lon, 5):
        if link < len(roads.tail) - roads.joins:
            found = minimize_scalar(
                lambda at, link=link: float(distance_km(*on_link(roads, link, at), lat, lon)),
                bounds=(0, 1),
                method="bounded",
                options={"xatol": 1e-9},
            )
            ranked.append((float(found.fun), link, float(found.x)))
    ranked.sort()
    if not ranked or ranked[0][0] > 1 or (len(ranked) > 1 and ranked[1][0] < ranked[0][0] + 0.02):
        return None
    return Stop(lat, lon, ranked[0][1], ranked[0][2])


def pack(length_m: npt.ArrayLike, fraction: float = 1.0) -> IntArray:
    """Packed weight of a stretch; each link's time is rounded to deciseconds, as the package documents."""
    whole_ds = (np.asarray(length_m) * 36 + TRUCK_KMH // 2) // TRUCK_KMH
    time_ds = np.rint(whole_ds * fraction).astype(np.int64)
    return time_ds * METRES + np.rint(np.asarray(length_m) * fraction).astype(np.int64)


@cache
def sorted_arcs() -> tuple[IntArray, IntArray, IntArray, IntArray]:
    """Source, target, packed weight and link of both directions; of parallel links the best comes first."""
    roads = read_roads()
    source, target = np.concatenate([roads.tail, roads.head]), np.concatenate([roads.head, roads.tail])
    packed, link = np.tile(pack(roads.length_m), 2), np.tile(np.arange(len(roads.tail)), 2)
    order = np.lexsort((packed, target, source))
    return source[order], target[order], packed[order], link[order]


def route_all(roads: Roads, shut: list[int], legs: list[Leg], stops: int) -> FloatArray:
    """Packed weight of the best way between all stops; infinite where there is none."""
    source, target, packed, link = sorted_arcs()
    open_arcs = ~np.isin(link, shut)
    source, target, packed = source[open_arcs], target[open_arcs], packed[open_arcs]
    best = np.append(True, (np.diff(source) != 0) | (np.diff(target) != 0))
    first = len(roads.lat)
    more = np.array([(first + leg.stop, leg.node, leg.weight) for leg in legs], dtype=np.int64).reshape(-1, 3)
    source = np.concatenate([source[best], more[:, 0], more[:, 1]])
    target = np.concatenate([target[best], more[:, 1], more[:, 0]])
    packed = np.concatenate([packed[best], more[:, 2], more[:, 2]])
    graph = csr_matrix((packed.astype(np.float64), (source, target)), shape=(first + stops, first + stops))
    ends = first + np.arange(stops)
    weights: FloatArray = dijkstra(graph, indices=ends)[:, ends]
    return weights


@dataclass(frozen=True)
class Draw:
    """A circle, what it shuts by the test's own geometry, and stops around it."""

    lat: float
    lon: float
    radius_km: float
    shut: list[int]
    stops: list[Stop]

    def inside(self, roads: Roads) -> list[bool]:
        """Which stops lie in the circle, themselves or with their point on the road."""
        return [
            min(float(distance_km(*at, self.lat, self.lon)) for at in stop_points(roads, stop)) < self.radius_km
            for stop in self.stops
        ]

    def legs(self, roads: Roads, *, circle_shut: bool) -> list[Leg]:
        """The ways from the stops to the ends of their links; where the circle is shut, only those outside it."""
        legs = []
        for row, stop in enumerate(self.stops):
            for node, stretch in (
                (roads.tail[stop.link], (0.0, stop.fraction)),
                (roads.head[stop.link], (stop.fraction, 1.0)),
            ):
                meets = nearest_km(roads, stop.link, self.lat, self.lon, stretch) < self.radius_km
                if not (circle_shut and meets):
                    weight = int(pack(roads.length_m[stop.link], stretch[1] - stretch[0]))
                    legs.append(Leg(row, int(node), weight))
        return legs


def stop_points(roads: Roads, stop: Stop) -> tuple[tuple[Any, Any], tuple[Any, Any]]:
    """The place itself and its point on the road."""
    return (stop.lat, stop.lon), on_link(roads, stop.link, stop.fraction)


def draw_around(roads: Roads, case: Any, seed: int, *, stops: int = 3) -> Draw:
    """A circle near a case's own, and stops beside the roads around it; what is too close to call is drawn again."""
    random = np.random.default_rng([seed, *case.id.encode()])
    clear = False
    while not clear:
        lat, lon = (float(case.circle[key] + random.uniform(-0.2, 0.2)) for key in ("lat", "lon"))
        radius_km = float(random.uniform(10, 150))
        distance = {link: nearest_km(roads, link, lat, lon) for link in links_near(roads, lat, lon, radius_km * 1.02)}
        clear = all(abs(each / radius_km - 1) > RIM for each in distance.values())
    drawn: list[Stop] = []
    around = links_near(roads, lat, lon, 60 + 1.5 * radius_km)
    turn = random.uniform(0, 360)
    for attempt in count():
        if len(drawn) == stops:
            break
        link, fraction = int(random.choice(around)), float(random.uniform(0, 1))
        beside = random.uniform(-0.002, 0.002, size=2)
        stop = snap(roads, *(float(at) for at in on_link(roads, link, fraction) + beside))
        if stop is None or any(stop.link == other.link for other in drawn):
            continue
        # One stop in each sector around the centre, so that the circle lies between them; at sea there are none.
        bearing = np.degrees(np.arctan2(stop.lon - lon, stop.lat - lat))
        in_turn = int((bearing + turn) % 360 * stops / 360) == len(drawn)
        from_centre = [float(distance_km(*at, lat, lon)) for at in stop_points(roads, stop)]
        if (in_turn or attempt > 50) and all(abs(each / radius_km - 1) > RIM for each in from_centre):
            drawn.append(stop)
    return Draw(lat, lon, radius_km, [link for link, each in distance.items() if each < radius_km], drawn)


def expected_status(before: float, after: float, *, inside: bool) -> str:
    if np.isinf(before):
        return "already_cut_off"
    if inside:
        return "inside_zone"
    if np.isinf(after):
        return "cut_off"
    return "longer" if after // METRES > before // METRES else "unchanged"


AL_TANF = validation.Case(
    id="al-Tanf",
    name="",
    origin=None,
    destination=None,
    circle={"lat": 33.5085, "lon": 38.62, "radius_km": 55},
    published={},
    said="",
    source="",
    url="",
)
PERIODS = {"first day": (0, 30), "last day": (-30, 0), "not yet": (1, 30), "over": (-30, -1)}
"""First and last day of the closure, counted from the day of the journey."""

DRAWS = [(5, "first day"), (9, "first day"), (12, "last day"), (1, "not yet"), (2, "over")]
"""Seeds and periods; over the three cases each status comes up."""


@pytest.mark.parametrize(("seed", "period"), DRAWS)
@pytest.mark.parametrize("case", [AL_TANF, CASES["C03"], CASES["C18"]], ids=lambda case: case.id)
def test_second_opinion(case: Any, seed: int, period: str) -> None:
    roads, network = read_roads(), wa.open_network("world-highways")
    draw = draw_around(roads, case, seed)
    day = datetime.date(2018, 2, 8)
    first, last = PERIODS[period]
    in_force = first <= 0 <= last
    print(f"seed {seed}, {case.id}, {period}: {draw}")

    before = route_all(roads, [], draw.legs(roads, circle_shut=False), len(draw.stops))
    after, inside = before, [False] * len(draw.stops)
    if in_force:
        after = route_all(roads, draw.shut, draw.legs(roads, circle_shut=True), len(draw.stops))
        inside = draw.inside(roads)

    closure = wa.Closure(
        wa.Zone.circle(lat=draw.lat, lon=draw.lon, radius_km=draw.radius_km),
        from_date=day + datetime.timedelta(days=first),
        until_date=day + datetime.timedelta(days=last),
        allow_empty=True,
    )
    pairs = list(permutations(range(len(draw.stops)), 2))
    names = [f"{stop.lat!r},{stop.lon!r}" for stop in draw.stops]
    trips = wa.named_trips(network, [[names[one], names[other]] for one, other in pairs])
    impact = wa.assess(network, closures=[closure], trips=trips, profile="truck", date=day)

    assert sorted(impact.closures[0].matched.links.tolist()) == sorted(draw.shut)
    assert impact.closures[0].in_force == in_force
    for row, (one, other) in enumerate(pairs):
        hit = inside[one] or inside[other]
        assert impact.pairs["status"][row] == expected_status(before[one, other], after[one, other], inside=hit)
        for skim, packed in ((impact.before, before[one, other]), (impact.after, np.inf if hit else after[one, other])):
            if np.isinf(packed):
                assert skim.time_ds[row] >= UNREACHABLE
                assert skim.length_m[row] >= UNREACHABLE
            else:
                time_ds, length_m = divmod(int(packed), METRES)
                assert abs(int(skim.time_ds[row]) - time_ds) <= 4, "more than rounding of the two partial legs"
                assert abs(int(skim.length_m[row]) - length_m) <= 2, "more than rounding of the two partial legs"
