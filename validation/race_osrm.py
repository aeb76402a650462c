"""Race our routes on real maps against those of OSRM, and find out why they differ where they do.

    python validation/race_osrm.py [--peers build/bench-env] [--pairs 1000] [--work build/race] [MAP.osm.pbf ...]

`benchmarks/setup_peers.sh` makes the environment with OSRM, `make test-maps` fetches Monaco; a map that is not there is
left out. Writes the section "Against another router" of `docs/network.md`.
"""

import argparse
import datetime
import json
import subprocess
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from race_reasons import explain, read_map

import wayaround as wa
from wayaround.impact.queries import open_query
from wayaround.network.attributes import ROAD_CLASSES
from wayaround.network.build import build_network
from wayaround.network.parts import links_for_places
from wayaround.network.profiles import Profile, load_profile, override_profile
from wayaround.network.shapes import points_on_links
from wayaround.network.snap import KM_PER_DEG, WGS84, SnappedPoints, snap_point
from wayaround.routing.query import HierarchyQuery
from wayaround.units import UNREACHABLE, BoolArray, FloatArray

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "network.md"
BEGIN, END = (f"<!-- race: {word}, written by validation/race_osrm.py -->\n" for word in ("begin", "end"))
MAPS = (
    Path.home() / ".cache" / "wayaround-test-maps" / "monaco.osm.pbf",
    ROOT.parent / "shared" / "osm" / "liechtenstein.osm.pbf",
)
SEED = 4
OFF_ROAD_M = 30.0
DISTANCE_SHARE, DISTANCE_M = 0.01, 2.0
TIME_SHARE, TIME_S = 0.1, 1.0
APART_M = 5.0
"""Two routers stand at different points if these are further apart."""

OSRM_KMH = {
    "motorway": 90, "motorway_link": 45, "trunk": 85, "trunk_link": 40, "primary": 65, "primary_link": 30,
    "secondary": 55, "secondary_link": 25, "tertiary": 40, "tertiary_link": 20, "unclassified": 25,
    "residential": 25, "living_street": 10, "service": 15, "track": 15, "road": 15, "ferry": 5,
}  # fmt: skip
OPEN = {"destination_only_factor": 1.0, "private_factor": 1.0, "toll_booth_s": 0.0, "gate_s": 0.0}
OSRM_SPEEDS = {
    **OPEN, "speed_kmh_by_class": OSRM_KMH, "limit_share": 0.8, "limit_headroom": 99.0, "ferry_boarding_s": 0.0
}  # fmt: skip
SHORTEST = {**OPEN, "max_speed_kmh": 1.0, "speed_kmh_by_class": {"ferry": 1}, "ferry_boarding_s": 0.0}
"""One speed for all roads: the fastest way is the shortest."""


@dataclass(frozen=True, slots=True)
class Step:
    """Two sets of rules that are held against each other."""

    name: str
    lua: Path
    profile: Profile
    mends: str = ""


@dataclass(frozen=True, slots=True)
class Ours:
    """Our answers: metres and seconds of each pair, NaN where there is no way."""

    snapped: SnappedPoints
    query: HierarchyQuery
    distance_m: FloatArray
    duration_s: FloatArray


@dataclass(frozen=True, slots=True)
class Compared:
    """A row of the table: who agrees."""

    name: str
    distance: BoolArray
    time: BoolArray | None
    time_ratio: float = np.nan


def list_steps() -> list[Step]:
    """What is compared, from the rules as they come to such as differ in nothing but the router."""
    car, here = load_profile("car"), Path(__file__).parent
    free = ROOT / "benchmarks" / "peers" / "osrm_profile.lua"
    same = override_profile(car, OSRM_SPEEDS)
    return [
        Step("as they come", Path("car.lua"), car),
        Step("OSRM's turns, signals and signs cost nothing", free, car, "turns, signals and signs that cost OSRM time"),
        Step(
            "the same speeds and roads as well", here / "osrm_same_roads.lua", same, "speeds and which roads are driven"
        ),
        Step("the same roads, shortest way", here / "osrm_shortest.lua", override_profile(car, SHORTEST)),
    ]


def draw_pairs(network: wa.RoadNetwork, count: int) -> FloatArray:
    """Points near roads, each metre of road as likely as any other, as (pairs, 2, 2) longitudes and latitudes."""
    random = np.random.default_rng(SEED)
    metres = network.link_length_m.astype(float)
    links = random.choice(network.links, 2 * count, p=metres / metres.sum())
    points = points_on_links(network, links, random.random(2 * count))
    angle, off_deg = 2 * np.pi * random.random(2 * count), OFF_ROAD_M / 1000 / KM_PER_DEG * random.random(2 * count)
    east = off_deg * np.cos(angle) / np.cos(np.radians(points[:, 1]))
    moved = points + np.column_stack([east, off_deg * np.sin(angle)])
    return np.round(moved, 6).reshape(count, 2, 2)


def ask_osrm(python: Path, path: Path, step: Step, pairs: FloatArray, work: Path) -> list[dict[str, Any]]:
    """OSRM's answers."""
    folder = work / step.lua.stem
    work.mkdir(parents=True, exist_ok=True)
    wanted, out = work / "pairs.json", work / f"{step.lua.stem}.json"
    wanted.write_text(json.dumps(pairs.tolist()))
    script = Path(__file__).with_name("osrm_answers.py")
    subprocess.run([python, script, path, step.lua, wanted, folder, out], check=True)
    answers: list[dict[str, Any] | None] = json.loads(out.read_text())
    nothing = {"distance_m": np.nan, "duration_s": np.nan, "nodes": []}
    return [answer or {**nothing, "snapped": pair} for answer, pair in zip(answers, pairs.tolist(), strict=True)]


def ask_ours(network: wa.RoadNetwork, profile: Profile, pairs: FloatArray) -> Ours:
    """Our answers."""
    among = links_for_places(network, profile)
    places = [(lat, lon) for lon, lat in pairs.reshape(-1, 2).tolist()]
    points = [snap_point(network, lat, lon, among=among) for lat, lon in places]
    snapped = SnappedPoints.of(places, [point for point in points if point is not None])
    _, query = open_query(network, profile, [], snapped)
    origin = np.arange(0, len(places), 2)
    skim = query.skim(origin, origin + 1)
    gone = skim.time_ds >= UNREACHABLE
    return Ours(snapped, query, *(np.where(gone, np.nan, each) for each in (skim.length_m, skim.time_ds / 10)))


def compare(name: str, theirs: list[dict[str, Any]], ours: Ours, *, times: bool = True) -> Compared:
    """Hold answers against each other."""
    metres, seconds = (np.array([each[key] for each in theirs]) for key in ("distance_m", "duration_s"))
    distance = np.abs(ours.distance_m - metres) <= np.maximum(DISTANCE_SHARE * metres, DISTANCE_M)
    time = np.abs(ours.duration_s - seconds) <= np.maximum(TIME_SHARE * seconds, TIME_S)
    ratio = np.nanmedian(ours.duration_s[seconds > 0] / seconds[seconds > 0])
    return Compared(name, distance, time if times else None, float(ratio))


def race(name: str, path: Path, python: Path, count: int, work: Path) -> str:
    """One map: a part of the page."""
    network = build_network([path], name=name)
    pairs = draw_pairs(network, count)
    rows: list[Compared] = []
    moved: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for number, step in enumerate(list_steps()):
        theirs = ask_osrm(python, path, step, pairs, work)
        points = np.array([each["snapped"] for each in theirs])
        shortest = step.lua.stem == "osrm_shortest"
        if number == 0 or shortest:
            own = ask_ours(network, step.profile, pairs)
            rows.append(compare(step.name, theirs, own, times=not shortest))
            if number == 0:
                moved = count_moved(network, own.snapped, points)
        ours = ask_ours(network, step.profile, points)
        rows.append(compare(f"{step.name}, from OSRM's points", theirs, ours, times=not shortest))
        if shortest:
            roads = read_map(path, network, step.profile)
            for pair in np.flatnonzero(~rows[-1].distance).tolist():
                route = ours.query.route(2 * pair, 2 * pair + 1)
                reason = "ours has no way" if route is None else explain(roads, theirs[pair]["nodes"], route)
                reasons[reason] += 1
                print(name, reason, pairs[pair].tolist(), theirs[pair]["distance_m"], ours.distance_m[pair])
    return write_part(network, rows, moved, reasons)


def count_moved(network: wa.RoadNetwork, snapped: SnappedPoints, theirs: FloatArray) -> Counter[str]:
    """Places that stand elsewhere than OSRM's, by the class of the road that ours stand on."""
    links = network.attributes
    assert links is not None
    flat = theirs.reshape(-1, 2)
    apart_m = WGS84.inv(flat[:, 0], flat[:, 1], snapped.road_lon, snapped.road_lat)[2]
    return Counter(ROAD_CLASSES[row] for row in links.road_class[snapped.link[apart_m > APART_M]].tolist())


def write_part(network: wa.RoadNetwork, rows: list[Compared], moved: Counter[str], reasons: Counter[str]) -> str:
    """The part of the page that is about one map."""
    pairs = len(rows[0].distance)
    lines = [f"{_row(row)}" for row in rows]
    ladder = [
        f"| {mends} | {_first(rows, at, distance=True)} | {_first(rows, at, distance=False)} |"
        for at, mends in enumerate(("points", *(step.mends for step in list_steps() if step.mends)), start=1)
    ]
    left = [int((~np.any([_agrees(row, one) for row in rows[:4]], axis=0)).sum()) for one in (True, False)]
    classes = ", ".join(f"{number} on {name}" for name, number in moved.most_common())
    found = "\n".join(f"| {reason} | {number} |" for reason, number in reasons.most_common())
    return f"""### {network.name}

{network.source}; {pairs:,} pairs.

| rules | distance within 1 % | time within 10 % | our time over OSRM's, median |
|---|---|---|---|
{chr(10).join(lines)}

Pairs that differ as they come, by the first step that brings them together:

| what | distance | time |
|---|---|---|
{chr(10).join(ladder)}
| none of these | {left[0]} | {left[1]} |

Of {2 * pairs:,} places {sum(moved.values())} stand more than {APART_M:g} m from where OSRM puts them as it comes; ours:
{classes or "none"}.

Shortest ways that differ from the same points:

| reason | pairs |
|---|---|
{found or "| none | 0 |"}
"""


def _agrees(row: Compared, distance: bool) -> BoolArray:
    return row.distance if distance or row.time is None else row.time


def _first(rows: list[Compared], at: int, *, distance: bool) -> int:
    """Pairs that agree in a row and in none before."""
    before = np.any([_agrees(row, distance) for row in rows[:at]], axis=0)
    return int((_agrees(rows[at], distance) & ~before).sum())


def _row(row: Compared) -> str:
    time = "-" if row.time is None else f"{100 * row.time.mean():.1f} %"
    ratio = "-" if row.time is None else f"{row.time_ratio:.2f}"
    return f"| {row.name} | {100 * row.distance.mean():.1f} % | {time} | {ratio} |"


def write_page(parts: list[str], python: Path) -> None:
    """Put the parts between their marks."""
    asked = "from importlib.metadata import version; print(version('osrm-bindings'))"
    osrm = subprocess.run([python, "-c", asked], check=True, capture_output=True, text=True).stdout.strip()
    head = f"Measured on {datetime.date.today()} with osrm-bindings {osrm}, wayaround {wa.__version__}.\n\n"
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(before + BEGIN + head + "\n".join(parts) + END + after, encoding="utf-8")


def main() -> None:
    """Race on every map that is there, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("maps", nargs="*", type=Path, default=[path for path in MAPS if path.is_file()])
    parser.add_argument("--peers", type=Path, default=ROOT / "build" / "bench-env", help="environment with OSRM")
    parser.add_argument("--pairs", type=int, default=1000)
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "race", help="where OSRM's files go")
    asked = parser.parse_args()
    python = asked.peers / "bin" / "python"
    parts = []
    for path in asked.maps:
        name = path.name.partition(".")[0].capitalize()
        parts.append(race(name, path, python, asked.pairs, asked.work / name))
    write_page(parts, python)
    print(f"wrote {PAGE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
