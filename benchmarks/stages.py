"""What a run goes through, how long that took the last time, and how far it is."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from peers.exchange import say

OURS, GROWTH, FULL, FULL_GROWTH = "wayaround", "growth", "48,000 towns and N-1", "growth of N-1"
SET_UP, IMPORT = "set-up", "import of OpenStreetMap files"
USUAL_S = {
    OURS: 60, GROWTH: 90, FULL: 240, FULL_GROWTH: 240, SET_UP: 90, IMPORT: 900, "SciPy": 60, "RoutingKit": 90,
    "OSRM": 720, "gravel": 330, "NetworKit": 60, "pandana": 120, "scgraph": 180, "Valhalla": 300,
}  # fmt: skip
"""Seconds of a stage that no run has measured yet; a peer that is not named counts as `_USUAL_PEER_S`."""
_USUAL_PEER_S = 180


class Stages:
    """Stages of a run in order, each timed.

    Parameters
    ----------
    names : sequence of str
        What comes, in order.
    earlier : mapping of str to float
        Seconds that stages took before.
    """

    def __init__(self, names: Sequence[str], earlier: Mapping[str, float]) -> None:
        self.names = list(names)
        self.expected_s = {name: earlier.get(name, USUAL_S.get(name, _USUAL_PEER_S)) for name in names}
        self.seconds: dict[str, float] = {}

    def left_s(self) -> float:
        """Seconds that the stages to come may take.

        Examples
        --------
        >>> Stages(["set-up", "OSRM"], {"OSRM": 600.0}).left_s()
        690.0
        """
        return float(sum(self.expected_s[name] for name in self.names if name not in self.seconds))

    def announce(self) -> None:
        """Say what comes."""
        say(f"{len(self.names)} stages, about {self.left_s() / 60:.0f} minutes: {', '.join(self.names)}")

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Say that a stage begins, and time it."""
        place = f"[{self.names.index(name) + 1}/{len(self.names)}]"
        say(f"{place} {name}: about {self.expected_s[name] / 60:.1f} minutes; {self.left_s() / 60:.0f} to the end")
        start = time.perf_counter()
        yield
        self.seconds[name] = time.perf_counter() - start
        say(f"{place} {name}: done in {self.seconds[name] / 60:.1f} minutes")
