"""Valhalla: shortest ways on our graph as OpenStreetMap data, with and without a polygon to keep out of.

Valhalla's times know turns and whole km/h, and cannot be made ours. Its `shortest` looks at metres alone: so each link
is drawn, with bends, as long as our time of it says, always as many metres for a second, and metres are compared. They
are whole metres for each link.
"""

import json
import shutil
import subprocess
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import valhalla
from exchange import PeerCase, Sheet, case_from_command_line, check_close, time_runs
from osm_file import bend_links, proportional_m, to_vectors, turn_towards, write_pbf
from valhalla.config import get_config

ROWS = 10
"""Origins that are measured; five runs of all 2,000 would take hours."""
PAIRS = 20
TOLERANCE = 0.0001
CENTRE, RADIUS_M = (33.5085, 38.62), 55_000.0
_CORNERS = 256
_LARGE = 10**9


def configure(tiles: Path) -> dict[str, Any]:
    """A configuration without limits on size, that snaps to islands as well and searches from each origin in turn."""
    config: dict[str, Any] = get_config(tile_extract="", tile_dir=str(tiles))
    config["mjolnir"].update(dict.fromkeys(("admin", "timezone", "landmarks", "traffic_extract"), ""))
    # Shortcuts hold times, of which nothing is asked here.
    config["mjolnir"].update(shortcuts=False, concurrency=2)
    limits = config["service_limits"]
    limits["auto"].update(dict.fromkeys(limits["auto"], _LARGE))
    limits.update(max_exclude_polygons_length=_LARGE, max_exclude_polygons_vertices=_LARGE)
    config["loki"]["use_connectivity"] = False
    config["thor"]["source_to_target_algorithm"] = "timedistancematrix"
    return config


def build_tiles(config: dict[str, Any], pbf: Path) -> None:
    """Run the executable that makes tiles."""
    path = pbf.with_name("valhalla.json")
    path.write_text(json.dumps(config))
    command = [Path(valhalla.__file__).parent / "bin" / "valhalla_build_tiles", "-c", path, pbf]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"valhalla_build_tiles failed: {(done.stderr or done.stdout)[-500:]}")


def draw_circle() -> list[list[float]]:
    """The zone as a ring of longitude and latitude."""
    (centre,) = to_vectors(np.array([CENTRE[1]]), np.array([CENTRE[0]]))
    pole = np.array([0.0, 0.0, 1.0])
    east = np.cross(pole, centre) / np.linalg.norm(np.cross(pole, centre))
    angle = np.linspace(0, 2 * np.pi, _CORNERS + 1)[:, None]
    outwards = np.cos(angle) * east + np.sin(angle) * np.cross(centre, east)
    ring = turn_towards(centre, outwards, np.array(np.pi / 2), np.array(RADIUS_M / 6371008.8 / (np.pi / 2)))
    return np.degrees(np.column_stack([np.arctan2(ring[:, 1], ring[:, 0]), np.arcsin(ring[:, 2])])).tolist()


class Asker:
    """Requests for shortest ways between terminals.

    Parameters
    ----------
    actor : valhalla.Actor
        Who answers.
    case : PeerCase
        The terminals.
    """

    def __init__(self, actor: valhalla.Actor, case: PeerCase) -> None:
        self.actor = actor
        node = case.terminal
        self.place = [
            {"lat": lat, "lon": lon, "minimum_reachability": 0, "radius": 0}
            for lat, lon in zip(case.lat[node].round(6).tolist(), case.lon[node].round(6).tolist(), strict=True)
        ]
        self.shortest = {"costing": "auto", "costing_options": {"auto": {"shortest": True}}}

    def matrix(self, rows: list[int], **more: Any) -> str:
        """Answer for some origins and all destinations, as text."""
        wanted = {"sources": [self.place[row] for row in rows], "targets": self.place, "verbose": False}
        return self.actor.matrix(json.dumps({**self.shortest, **wanted, **more}))

    def route(self, origin: int, destination: int) -> str:
        """Answer for a pair, as text."""
        wanted = {"locations": [self.place[origin], self.place[destination]], "directions_type": "none"}
        return self.actor.route(json.dumps({**self.shortest, **wanted}))


def read_matrix(text: str) -> np.ndarray:
    """Metres of a matrix, infinite where there is no way."""
    answer = json.loads(text)["sources_to_targets"]
    metres = 1000 * np.array(answer["distances"], dtype=float)
    # Pairs without a way have what was left of the search as a distance, and no duration.
    return np.where(np.isfinite(np.array(answer["durations"], dtype=float)), metres, np.inf)


def choose_rows(case: PeerCase) -> list[int]:
    """Origins: the three that the zone changes most, and random ones."""
    changed = np.count_nonzero(np.asarray(case.our_times("before")) != case.our_times("after"), axis=1)
    worst = np.argsort(-changed, kind="stable")[:3]
    others = np.random.default_rng(1).permutation(np.setdiff1d(np.arange(len(changed)), worst))
    return sorted([*worst.tolist(), *others[: ROWS - 3].tolist()])


def main() -> None:
    """Measure what Valhalla can do."""
    case, sheet = case_from_command_line(), Sheet("Valhalla", version("pyvalhalla"))
    folder = case.folder / "valhalla"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "tiles").mkdir(parents=True)
    length_m, metres_per_ds = proportional_m(case)
    bends = bend_links(case.lon, case.lat, case.tail, case.head, length_m)
    pbf = folder / "network.osm.pbf"
    write_pbf(case, pbf, tags={"highway": "trunk", "maxspeed": "75"}, bends=bends)
    config = configure(folder / "tiles")
    start = time.perf_counter()
    build_tiles(config, pbf)
    sheet.set_up("tiles", time.perf_counter() - start)

    asker, rows = Asker(valhalla.Actor(config), case), choose_rows(case)
    said = [""]
    note = f"shortest, not fastest: metres held against our times; {ROWS} origins, the rest by proportion; one core"
    zone = {"exclude_polygons": [draw_circle()]}
    for job, name, more in (("matrix", "before", {}), ("zone", "after", zone)):

        def fill(more: dict[str, Any] = more) -> None:
            said[:] = [asker.matrix(rows, **more)]

        seconds = time_runs(fill, case.runs)
        theirs = read_matrix(said[0]) / metres_per_ds
        checked = check_close(theirs, np.asarray(case.our_times(name))[rows], TOLERANCE)
        how = f"`exclude_polygons`, a ring of {_CORNERS} corners; {note}" if more else note
        sheet.add(job, seconds, checked=checked, share=ROWS / len(case.terminal), note=how)

    pairs = case.pairs(PAIRS)
    answers: list[str] = []

    def search() -> None:
        answers[:] = [asker.route(origin, destination) for origin, destination in pairs.tolist()]

    seconds = time_runs(search, case.runs).each(PAIRS)
    metres = np.array([1000 * json.loads(answer)["trip"]["summary"]["length"] for answer in answers])
    ours = np.asarray(case.our_times("before"))[pairs[:, 0], pairs[:, 1]]
    checked = check_close(metres / metres_per_ds, ours, TOLERANCE)
    note = f"shortest, as for the matrix; A* from both ends, mean of {PAIRS}, called from Python"
    sheet.add("pair_search", seconds, checked=checked, note=f"the route is made as well; {note}")
    sheet.add("path", seconds, checked=checked, note=f"as text with its geometry; {note}")
    sheet.cannot("customise", reason="has no preprocessing of weights: tiles hold lengths and speeds")
    sheet.cannot("pair", reason="has no labels")
    sheet.cannot("n_minus_1", reason="822,383 matrices of many minutes each: decades")
    sheet.cannot("sum_10000", "totals_10000", reason="an hour and more by proportion")
    sheet.cannot("totals_48000", reason="hours by proportion")


if __name__ == "__main__":
    main()
