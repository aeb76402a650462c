"""A process that only opens: `fresh.py pair` answers one pair, `fresh.py labels FOLDER` tells its memory in MB."""

import sys
from pathlib import Path

import numpy as np

import wayaround as wa
from wayaround.closures.effects import apply_closures
from wayaround.network.profiles import drive_times, load_profile
from wayaround.network.snap import SnappedPoints
from wayaround.routing.engine import make_engine


def answer_first_pair() -> None:
    """Open the stored network and route Damascus to Baghdad."""
    network = wa.open_network("world-highways")
    trips = wa.named_trips(network, [["33.513,36.292", "33.315,44.366"]])
    roads = apply_closures(drive_times(network, load_profile("truck")), [])
    query = make_engine(network.hierarchy).customise(roads.weights).query(roads.terminals(trips.snapped))
    print(query.skim(trips.origin, trips.destination).length_m[0] / 1000)


def tell_memory(folder: Path) -> None:
    """Open, customise, label the terminals in a folder."""
    from peers.exchange import peak_mb

    network = wa.open_network("world-highways")
    roads = apply_closures(drive_times(network, load_profile("truck")), [])
    snapped = SnappedPoints(**np.load(folder / "terminals.npz"))
    query = make_engine(network.hierarchy).customise(roads.weights).query(roads.terminals(snapped))
    assert query
    print(peak_mb())


if __name__ == "__main__":
    if sys.argv[1] == "pair":
        answer_first_pair()
    else:
        tell_memory(Path(sys.argv[2]))
