"""How fast OpenStreetMap files become a network: the world's highways written as .osm.pbf, and read back.

    python benchmarks/import_osm.py [--shape-points N] [FILE ...]

Without files the world's highways are written to build/ first: a node for each node, a way for each link, drawn through
N points between its ends. Prints one JSON object a file: ways, links, seconds by stage and peak memory.
"""

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import osmium

import wayaround as wa


def write_world(path: Path, *, shape_points: int) -> None:
    """Write the world's highways as an .osm.pbf file, with names and tags such as a real one has."""
    world = wa.open_network("world-highways")
    classes = ["motorway", "trunk", "primary", "secondary", "tertiary"]
    path.unlink(missing_ok=True)
    draft = path.with_name(f"draft-{path.name}")
    draft.unlink(missing_ok=True)
    share = (np.arange(shape_points) + 1) / (shape_points + 1)
    tail, head = np.asarray(world.link_tail), np.asarray(world.link_head)
    places = []
    for axis in (world.node_lon, world.node_lat):
        inner = axis[tail][:, None] + share * (axis[head] - axis[tail])[:, None]
        places.append(np.concatenate([axis, inner.ravel()]))
    with osmium.SimpleWriter(str(draft)) as writer:
        for node, place in enumerate(zip(*(axis.tolist() for axis in places), strict=True), start=1):
            writer.add_node(osmium.osm.mutable.Node(id=node, version=1, location=place))
        for link, (start, end) in enumerate(zip(tail.tolist(), head.tolist(), strict=True)):
            first = world.nodes + link * shape_points + 1
            tags = {"highway": classes[link % 5], "name": f"Road {link % 50_000}", "ref": f"R {link % 9_000}"}
            tags |= {"maxspeed": str(50 + 10 * (link % 8)), "surface": "asphalt", "lanes": str(1 + link % 4)}
            nodes = [start + 1, *range(first, first + shape_points), end + 1]
            writer.add_way(osmium.osm.mutable.Way(id=link + 1, version=1, nodes=nodes, tags=tags))
    draft.rename(path)


def measure(path: Path) -> dict[str, object]:
    """Import a file; to be called in a process of its own, as memory is that of the process."""
    from wayaround.network.build import build_network

    seconds: dict[str, float] = {}
    state = {"stage": "start", "since": time.perf_counter()}
    begun, begun_cpu = time.perf_counter(), time.process_time()

    def tell(stage: str, done: int, total: int) -> None:
        if stage != state["stage"]:
            now = time.perf_counter()
            seconds[str(state["stage"])] = round(now - float(state["since"]), 2)
            state.update(stage=stage, since=now)

    network = build_network([path], name=path.stem, progress=tell)
    tell("end", 0, 1)
    wall, cpu = time.perf_counter() - begun, time.process_time() - begun_cpu
    ways = network.imported.ways if network.imported else 0
    status = Path("/proc/self/status").read_text()
    return {
        "file": path.name,
        "megabytes": round(path.stat().st_size / 1e6, 1),
        "ways": ways,
        "nodes": network.nodes,
        "links": network.links,
        "points": len(network.shape_lon),
        "km": round(float(network.link_length_m.sum(dtype=np.int64)) / 1000),
        "wall_s": round(wall, 1),
        "cpu_s": round(cpu, 1),
        "ways_a_minute_a_core": round(ways / cpu * 60),
        "peak_mb": round(int(status.partition("VmHWM:")[2].split()[0]) * 1024 / 1e6),
        "seconds": seconds,
    }


def main() -> None:
    """Measure each file in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--shape-points", type=int, default=0)
    parser.add_argument("--alone", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.alone:
        print(json.dumps(measure(arguments.files[0])))
        return
    files = arguments.files
    if not files:
        world = Path("build") / f"world-{arguments.shape_points}.osm.pbf"
        if not world.is_file():
            world.parent.mkdir(exist_ok=True)
            write_world(world, shape_points=arguments.shape_points)
        files = [world]
    for path in files:
        subprocess.run([sys.executable, __file__, "--alone", str(path)], check=True)


if __name__ == "__main__":
    main()
