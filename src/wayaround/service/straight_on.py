"""Routes that do not turn round at a coordinate between the first and the last: OSRM's `continue_straight=true`."""

from dataclasses import replace
from itertools import pairwise

import numpy as np

from wayaround.network.snap import SnappedPoints
from wayaround.routing.terminals import Route, Terminals
from wayaround.service.served import UnderClosures
from wayaround.units import UNREACHABLE, Int64Array

__all__ = ["find_straight_route"]


def find_straight_route(
    under: UnderClosures, places: SnappedPoints
) -> tuple[SnappedPoints, Terminals, list[tuple[int, int]], list[Route]] | None:
    """The fastest route through all places that leaves each of the inner ones in the direction in which it came.

    Each inner place becomes two, one passed towards its link's head and one towards its tail, and the directions of all
    are chosen together. A route may turn round further on, as anywhere.

    Parameters
    ----------
    under : UnderClosures
        The roads.
    places : SnappedPoints
        Three or more.

    Returns
    -------
    tuple or None
        Places and terminals with the doubled rows, the rows of each leg, and its route; None where there is no way.
    """
    count = len(places.link)
    rows = np.array([0, *np.repeat(np.arange(1, count - 1), 2), count - 1])
    doubled = places.take(rows)
    towards_head = np.arange(1, len(rows) - 1, 2)
    terminals = _pass_one_way(under.roads.terminals(doubled), towards_head, towards_head + 1)
    query = under.metric.query(terminals)
    states = [[0], *([row, row + 1] for row in towards_head.tolist()), [len(rows) - 1]]
    least = {0: (0, 0)}
    came_from: dict[int, int] = {}
    for before, after in pairwise(states):
        pairs = [(one, other) for one in before for other in after if one in least]
        origin, destination = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
        skim = query.skim(origin, destination)
        for (one, other), time_ds, length_m in zip(pairs, skim.time_ds.tolist(), skim.length_m.tolist(), strict=True):
            stays = _stays(doubled, one, other)
            if stays or time_ds < UNREACHABLE:
                through = least[one] if stays else (least[one][0] + time_ds, least[one][1] + length_m)
                if other not in least or through < least[other]:
                    least[other], came_from[other] = through, one
    last = len(rows) - 1
    if last not in least:
        return None
    taken = [last]
    while taken[-1] != 0:
        taken.append(came_from[taken[-1]])
    ends = list(zip(taken[:0:-1], taken[-2::-1], strict=True))
    nowhere = Route(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.bool_), 0, 0)
    routes = [nowhere if _stays(doubled, *each) else query.route(*each) for each in ends]
    return doubled, terminals, ends, [route for route in routes if route is not None]


def _stays(doubled: SnappedPoints, one: int, other: int) -> bool:
    """Whether two rows are one spot that is passed in one direction; the first and the last are in both."""
    same_spot = doubled.link[one] == doubled.link[other] and doubled.position[one] == doubled.position[other]
    return bool(same_spot) and (one == 0 or other == len(doubled.link) - 1 or (one - other) % 2 == 0)


def _pass_one_way(terminals: Terminals, towards_head: Int64Array, towards_tail: Int64Array) -> Terminals:
    """The same with some of them passed in one direction only."""
    legs = {
        name: getattr(terminals, name).copy() for name in ("to_tail_ds", "to_head_ds", "from_tail_ds", "from_head_ds")
    }
    for name in ("to_tail_ds", "from_head_ds"):
        legs[name][towards_head] = UNREACHABLE
    for name in ("to_head_ds", "from_tail_ds"):
        legs[name][towards_tail] = UNREACHABLE
    return replace(terminals, **legs)
