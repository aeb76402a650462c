"""Ask OSRM for routes, in the peers' environment: `validation/race_osrm.py` runs this.

    python osrm_answers.py MAP.osm.pbf PROFILE.lua PAIRS.json FOLDER ANSWERS.json

PROFILE.lua is a file, or the name of one that comes with OSRM. Pairs are longitude and latitude of one place and of the
other. Each answer has the distance in metres, the duration in seconds, the nodes passed, by their OpenStreetMap ids,
and where the two places were moved to; null where there is no way.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import osrm


def prepare(extract: Path, profile: Path, folder: Path) -> Path:
    """Make OSRM's files of a map, in a folder of their own."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(Path(osrm.__file__).parent / "share" / "profiles", folder)
    for rules in profile.parent.glob("*.lua"):  # one may build on another beside it
        shutil.copy(rules, folder)
    own = folder / profile.name
    shutil.copy(extract, folder / "map.osm.pbf")
    base = folder / "map.osrm"
    for arguments in (
        ("extract", str(folder / "map.osm.pbf"), "-p", str(own), "--threads", "1"),
        ("partition", str(base), "--threads", "1"),
        ("customize", str(base), "--threads", "1"),
    ):
        done = subprocess.run([sys.executable, "-m", "osrm", *arguments], capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"osrm {arguments[0]} failed: {(done.stderr or done.stdout)[-500:]}")
    return base


def ask(engine: "osrm.OSRM", pair: list[list[float]]) -> dict[str, object] | None:
    """One route."""
    wanted = osrm.RouteParameters(
        coordinates=[tuple(place) for place in pair], annotations=["nodes"], overview="false", generate_hints=False
    )
    try:
        answer = engine.Route(wanted)
    except RuntimeError as error:
        if "NoRoute" in str(error):
            return None
        raise
    route, points = answer["routes"][0], answer["waypoints"]
    return {
        "distance_m": float(route["distance"]),
        "duration_s": float(route["duration"]),
        "nodes": [int(node) for node in route["legs"][0]["annotation"]["nodes"]],
        "snapped": [[float(point["location"][axis]) for axis in (0, 1)] for point in points],
    }


def main() -> None:
    """Prepare the map and answer all pairs."""
    extract, profile, pairs, folder, out = map(Path, sys.argv[1:])
    base = prepare(extract, profile, folder)
    engine = osrm.OSRM(storage_config=str(base), algorithm="MLD", use_shared_memory=False)
    answers = [ask(engine, pair) for pair in json.loads(pairs.read_text())]
    out.write_text(json.dumps(answers))


if __name__ == "__main__":
    main()
