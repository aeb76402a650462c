"""What goes into an engine and what comes out: weights, terminals, skims, routes and flows."""

from dataclasses import dataclass

import numpy as np

from wayaround.units import EVERY_VEHICLE, UNREACHABLE, BoolArray, FloatArray, Int64Array


@dataclass(frozen=True, slots=True)
class LinkWeights:
    """What driving each link costs.

    Parameters
    ----------
    forward_ds, backward_ds : (links,) ndarray of int64
        Time from tail to head and from head to tail in deciseconds; `UNREACHABLE` where that way is shut.
    length_m : (links,) ndarray of int64
        Length in metres.
    vehicles : int
        Bits of the vehicles that drive: a turn is banned if it is for all of them.
    back_m : (links,) ndarray of int64, optional
        The second measure from head to tail where it is not `length_m`, such as time beside money.
    """

    forward_ds: Int64Array
    backward_ds: Int64Array
    length_m: Int64Array
    vehicles: int = EVERY_VEHICLE
    back_m: Int64Array | None = None


@dataclass(frozen=True, slots=True)
class Terminals:
    """Points inside links where journeys begin and end.

    Each leg is what driving from the point to an end of its link, or from that end to the point, costs;
    `UNREACHABLE` where the way between is shut.

    Parameters
    ----------
    link : (n,) ndarray of int64
        The link of each terminal.
    position : (n,) ndarray of float64
        Where on the link, from 0 at its tail to 1 at its head.
    to_tail_ds, to_head_ds, from_tail_ds, from_head_ds : (n,) ndarray of int64
        Times of the four legs in deciseconds.
    tail_m, head_m : (n,) ndarray of int64
        Metres to the tail and to the head.
    from_tail_m, from_head_m : (n,) ndarray of int64, optional
        Metres from the tail and from the head where they are not the same.
    """

    link: Int64Array
    position: FloatArray
    to_tail_ds: Int64Array
    to_head_ds: Int64Array
    from_tail_ds: Int64Array
    from_head_ds: Int64Array
    tail_m: Int64Array
    head_m: Int64Array
    from_tail_m: Int64Array | None = None
    from_head_m: Int64Array | None = None

    def __len__(self) -> int:
        return len(self.link)

    @property
    def legs_m(self) -> tuple[Int64Array, Int64Array, Int64Array, Int64Array]:
        """Metres to the tail, to the head, from the tail and from the head."""
        from_tail_m = self.tail_m if self.from_tail_m is None else self.from_tail_m
        from_head_m = self.head_m if self.from_head_m is None else self.from_head_m
        return self.tail_m, self.head_m, from_tail_m, from_head_m

    def direct(self, origin: Int64Array, destination: Int64Array) -> tuple[Int64Array, Int64Array]:
        """Time and metres from one point to another of the same link without leaving it.

        Parameters
        ----------
        origin, destination : (p,) ndarray of int64
            Rows of terminals.

        Returns
        -------
        time_ds, length_m : (p,) ndarray of int64
            `UNREACHABLE` where the two are on different links or the way between them is shut.
        """
        ahead = self.position[origin] <= self.position[destination]
        time_ds = np.where(
            ahead,
            _difference(
                self.to_head_ds[origin],
                self.to_head_ds[destination],
                self.from_tail_ds[destination],
                self.from_tail_ds[origin],
            ),
            _difference(
                self.to_tail_ds[origin],
                self.to_tail_ds[destination],
                self.from_head_ds[destination],
                self.from_head_ds[origin],
            ),
        )
        time_ds = np.where(origin == destination, 0, time_ds)
        shut = (self.link[origin] != self.link[destination]) | (time_ds >= UNREACHABLE)
        length_m = np.where(
            ahead,
            self.head_m[origin] - self.head_m[destination],
            self.tail_m[origin] - self.tail_m[destination],
        )
        return np.where(shut, UNREACHABLE, time_ds), np.where(shut, UNREACHABLE, length_m)


def _difference(near_end: Int64Array, far_end: Int64Array, near_start: Int64Array, far_start: Int64Array) -> Int64Array:
    """Time between two points from their legs to one end of the link, or, where that is shut, to the other."""
    by_end = np.maximum(near_end, far_end) < UNREACHABLE
    by_start = np.maximum(near_start, far_start) < UNREACHABLE
    return np.where(by_end, near_end - far_end, np.where(by_start, near_start - far_start, UNREACHABLE))


@dataclass(frozen=True, slots=True)
class Skim:
    """Time of the fastest route of each pair, and the length of the shortest among the fastest.

    Parameters
    ----------
    time_ds, length_m : (p,) ndarray of int64
        Deciseconds and metres; `UNREACHABLE` where no way is left.
    """

    time_ds: Int64Array
    length_m: Int64Array

    def without(self, gone: BoolArray) -> "Skim":
        """The same with no way left for some of the pairs."""
        return Skim(np.where(gone, UNREACHABLE, self.time_ds), np.where(gone, UNREACHABLE, self.length_m))


@dataclass(frozen=True, slots=True)
class Route:
    """Links of a route in driving order; the first and the last are those of the two terminals.

    A leg of no length is left out, so a route between two points of one link may have one link or none.

    Parameters
    ----------
    links : (k,) ndarray of int64
        Link ids.
    forward : (k,) ndarray of bool
        Whether each is driven from its tail to its head.
    time_ds, length_m : int
        Of the whole route, as the skim gives them.
    """

    links: Int64Array
    forward: BoolArray
    time_ds: int
    length_m: int


@dataclass(frozen=True, slots=True)
class Flows:
    """How much weight drives each link on the fastest routes (all-or-nothing).

    Parameters
    ----------
    forward, backward : (links,) ndarray of int64
        Weight that drives the whole link in each direction.
    to_tail, to_head, from_tail, from_head : (n,) ndarray of int64
        Weight on each leg of each terminal.
    direct : (p,) ndarray of bool
        Pairs that never leave their common link; they are in none of the other sums.
    """

    forward: Int64Array
    backward: Int64Array
    to_tail: Int64Array
    to_head: Int64Array
    from_tail: Int64Array
    from_head: Int64Array
    direct: BoolArray
