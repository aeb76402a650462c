"""How fast OpenStreetMap files become a network, beside OSRM and Valhalla.

    python benchmarks/imports.py [FILE ...]

Without files the world's highways are written to build/bench/ first. Each tool reads the same file by the command that
its users type, with its own rules for cars, and writes what it answers from: `wayaround network build`; OSRM's extract,
partition and customize; valhalla_build_tiles. Prints one JSON object a file and tool. `make bench` runs this too.
"""

import argparse
import datetime
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import osmium
from peers.exchange import say
from run_peers import OWN_PYTHON, ROOT

import wayaround as wa

WORK = ROOT / "build" / "bench"
SHAPE_POINTS = 10
PARTS = (8, 4, 2, 1)
"""The world, and its western half, quarter and eighth."""
LONGEST_S = 1800
_CLASSES = ("motorway", "trunk", "primary", "secondary", "tertiary")
_VALHALLA = """
import json, subprocess, sys
from importlib.metadata import version
from pathlib import Path
import valhalla
from valhalla.config import get_config
file, out = sys.argv[1:]
config = get_config(tile_extract="", tile_dir=out)
config["mjolnir"].update(dict.fromkeys(("admin", "timezone", "landmarks", "traffic_extract"), ""))
config["mjolnir"]["concurrency"] = 2
path = Path(out, "valhalla.json")
path.write_text(json.dumps(config))
sys.exit(subprocess.run([Path(valhalla.__file__).parent / "bin" / "valhalla_build_tiles", "-c", path, file]).returncode)
"""
# A process counts the memory of the one that started it until it is itself: so a small one starts it.
_LAUNCHER = """
import json, os, subprocess, sys, time
start = time.perf_counter()
process = subprocess.Popen(sys.argv[1:], stdout=sys.stderr)
_, status, usage = os.wait4(process.pid, 0)
wall = time.perf_counter() - start
print(json.dumps([wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss]))
sys.exit(os.waitstatus_to_exitcode(status) and 1)
"""


def write_world(path: Path, *, shape_points: int, part: int = 1) -> Path:
    """Write the world's highways as an .osm.pbf file, with names and tags such as a real one has.

    Parameters
    ----------
    path : Path
        Where to; a file that is there is kept.
    shape_points : int
        Points between the ends of each link.
    part : int
        Only links that begin in the westernmost 1/part of the nodes.

    Returns
    -------
    Path
        The same.
    """
    if path.is_file():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    world = wa.open_network("world-highways")
    lon, lat = np.asarray(world.node_lon), np.asarray(world.node_lat)
    west = lon[world.link_tail] <= np.quantile(lon, 1 / part)
    tail, head = np.asarray(world.link_tail)[west], np.asarray(world.link_head)[west]
    used = np.unique(np.concatenate([tail, head]))
    tail, head = np.searchsorted(used, tail), np.searchsorted(used, head)
    share = (np.arange(shape_points) + 1) / (shape_points + 1)
    places = []
    for axis in (lon[used], lat[used]):
        inner = axis[tail][:, None] + share * (axis[head] - axis[tail])[:, None]
        places.append(np.concatenate([axis, inner.ravel()]))
    draft = path.with_name(f"draft-{path.name}")
    draft.unlink(missing_ok=True)
    with osmium.SimpleWriter(str(draft)) as writer:
        for node, place in enumerate(zip(*(axis.tolist() for axis in places), strict=True), start=1):
            writer.add_node(osmium.osm.mutable.Node(id=node, version=1, location=place))
        for link, (start, end) in enumerate(zip(tail.tolist(), head.tolist(), strict=True)):
            first = len(used) + link * shape_points + 1
            tags = {"highway": _CLASSES[link % 5], "name": f"Road {link % 50_000}", "ref": f"R {link % 9_000}"}
            tags |= {"maxspeed": str(50 + 10 * (link % 8)), "surface": "asphalt", "lanes": str(1 + link % 4)}
            nodes = [start + 1, *range(first, first + shape_points), end + 1]
            writer.add_way(osmium.osm.mutable.Way(id=link + 1, version=1, nodes=nodes, tags=tags))
    return draft.rename(path)


def measure_imports(files: Sequence[Path], *, peers: bool = True) -> list[dict[str, Any]]:
    """Import each file with each tool, once, in a folder that is deleted.

    Parameters
    ----------
    files : sequence of Path
        OpenStreetMap files.
    peers : bool
        Whether OSRM and Valhalla take part.

    Returns
    -------
    list of dict
        Of each file and tool: file, megabytes, ways (with a `highway` tag), tool, wall_s, cpu_s (of all its processes
        and threads), peak_mb (of its largest process) and ways_a_minute_a_core; or the reason why there is nothing.
    """
    rows = []
    for path in files:
        ways = count_ways(path)
        for tool in ("wayaround", "OSRM", "Valhalla") if peers else ("wayaround",):
            row: dict[str, Any] = {
                "file": path.name,
                "megabytes": path.stat().st_size / 1e6,
                "ways": ways,
                "tool": tool,
            }
            with tempfile.TemporaryDirectory(dir=WORK) as folder:
                row |= time_commands(name_commands(tool, path, Path(folder)))
            if "cpu_s" in row:
                row["ways_a_minute_a_core"] = round(ways / row["cpu_s"] * 60)
            say(f"import: {json.dumps(row)}")
            rows.append(row)
    return rows


def count_ways(path: Path) -> int:
    """Ways of a file that are roads."""
    roads = osmium.FileProcessor(str(path), osmium.osm.WAY).with_filter(osmium.filter.KeyFilter("highway"))
    return sum(1 for _ in roads)


def name_commands(tool: str, path: Path, folder: Path) -> list[list[str]]:
    """What a user of a tool types to get from a file to answers."""
    if tool == "wayaround":
        program = str(Path(sys.executable).with_name("wayaround"))
        return [[program, "network", "build", str(path), str(folder / "network")]]
    python = str(OWN_PYTHON)
    if tool == "Valhalla":
        return [[python, "-c", _VALHALLA, str(path), str(folder)]]
    base = str(folder / "network.osrm")
    profile = next(OWN_PYTHON.parents[1].glob("lib/python*/site-packages/osrm/share/profiles/car.lua"), Path("car.lua"))
    extract = ["extract", "--profile", str(profile), "--output", base, str(path)]
    return [[python, "-m", "osrm", *step] for step in (extract, ["partition", base], ["customize", base])]


def time_commands(commands: Sequence[Sequence[str]]) -> dict[str, Any]:
    """Seconds and memory of some commands, one after the other."""
    wall_s = cpu_s = peak_mb = 0.0
    for command in commands:
        if shutil.which(command[0]) is None:
            return {"reason": "not installed"}
        launched = subprocess.run([sys.executable, "-S", "-c", _LAUNCHER, *command], capture_output=True, text=True)
        if launched.returncode:
            return {"reason": f"it failed: {launched.stderr[-200:].strip()}"}
        wall, cpu, kilobytes = json.loads(launched.stdout.splitlines()[-1])
        wall_s += wall
        cpu_s += cpu
        peak_mb = max(peak_mb, kilobytes * 1024 / 1e6)
    return {"wall_s": round(wall_s, 1), "cpu_s": round(cpu_s, 1), "peak_mb": round(peak_mb)}


def measure_world() -> dict[str, Any]:
    """The world's highways with each tool, and how time and memory of ours grow with the part of the world."""
    start = {"date": datetime.date.today().isoformat(), "load_at_start": round(os.getloadavg()[0], 1)}
    whole = [write_world(WORK / f"world-{points}.osm.pbf", shape_points=points) for points in (0, SHAPE_POINTS)]
    parts = [
        write_world(WORK / f"world-{SHAPE_POINTS}-1of{part}.osm.pbf", shape_points=SHAPE_POINTS, part=part)
        for part in PARTS[:-1]
    ]
    tools = measure_imports(whole)
    ours = [row for row in tools if row["tool"] == "wayaround" and row["file"] == whole[-1].name]
    return {**start, "tools": tools, "growth": [*measure_imports(parts, peers=False), *ours]}


def main() -> None:
    """Measure files, or the world's highways."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    files = parser.parse_args().files
    WORK.mkdir(parents=True, exist_ok=True)
    print(json.dumps(measure_imports(files) if files else measure_world(), indent=1))


if __name__ == "__main__":
    main()
