"""The ways that journeys take at the points of a sweep, each kept once."""

import numpy as np
import numpy.typing as npt

from wayaround.impact.detours import STATUSES, crossings_of_route
from wayaround.network.road_network import RoadNetwork
from wayaround.routing.terminals import Route
from wayaround.sweep.measure import Measured
from wayaround.sweep.result import Way


class Ways:
    """The ways that journeys take, each kept once."""

    def __init__(self, network: RoadNetwork) -> None:
        self._network = network
        self._known: list[dict[tuple[str, bytes, bytes], int]] = []
        self._listed: list[list[Way]] = []
        self._taken: tuple[list[tuple[int, ...]], list[tuple[int, ...]]] = ([], [])

    def fork(self) -> "Ways":
        """The same, so far; what is added to one is not in the other."""
        other = Ways(self._network)
        other._known = [dict(each) for each in self._known]
        other._listed = [list(each) for each in self._listed]
        other._taken = (list(self._taken[0]), list(self._taken[1]))
        return other

    def add(self, measured: Measured) -> None:
        """Take down the ways of a point."""
        for after, rows in enumerate(self._taken):
            rows.append(self.number(measured, after=bool(after)))

    def number(self, measured: Measured, *, after: bool) -> tuple[int, ...]:
        """The number of each journey's way among those of the journey."""
        routes = measured.routes_after if after else measured.routes_before
        length_m = (measured.after if after else measured.before).length_m
        while len(self._known) < len(routes):
            self._known.append({})
            self._listed.append([])
        pairs = np.flatnonzero(measured.trips.named)
        numbers = []
        for journey, route in enumerate(routes):
            why = STATUSES[int(measured.status[journey])] if route is None else ""
            key = (why, *(b"", b"")) if route is None else (why, route.links.tobytes(), route.forward.tobytes())
            known = self._known[journey]
            if key not in known:
                known[key] = len(known)
                self._listed[journey].append(
                    _make_way(self._network, measured, int(pairs[journey]), route, why, int(length_m[journey]))
                )
            numbers.append(known[key])
        return tuple(numbers)

    def taken(self) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
        """Numbers by point and journey, before and after."""
        before, after = (np.array(rows, dtype=np.int32).reshape(len(rows), -1) for rows in self._taken)
        return before, after

    def listed(self) -> tuple[tuple[Way, ...], ...]:
        """All ways of each journey."""
        return tuple(map(tuple, self._listed))


def _make_way(network: RoadNetwork, measured: Measured, pair: int, route: Route | None, why: str, length_m: int) -> Way:
    crossings = crossings_of_route(network, measured.trips, pair, route)
    return Way(measured.trips, pair, route, why, 0 if route is None else length_m, crossings)
