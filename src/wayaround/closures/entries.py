"""Where roads of a class are entered from other roads, so that a toll can be paid there once."""

from dataclasses import replace

import numpy as np

from wayaround.closures.match import MatchedClosure
from wayaround.network.road_network import RoadNetwork
from wayaround.routing.terminals import LinkWeights
from wayaround.units import UNREACHABLE, BoolArray, Int64Array


def add_entries(network: RoadNetwork, matched: MatchedClosure, weights: LinkWeights) -> MatchedClosure:
    """Serve the passage of a class of road where it is entered: at the end of the link that leads to it.

    Who drives on along the class, or leaves it, pays nothing. The engine knows links and not turns, so at a junction on
    the level who only crosses pays as well; a warning counts these junctions.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    matched : MatchedClosure
        The links of the class, whole.
    weights : LinkWeights
        Which links the vehicle may drive which way.

    Returns
    -------
    MatchedClosure
        The links of the class, on which nothing is paid by passage, and those that lead to it, of no length.
    """
    of_class = np.zeros(network.links, dtype=bool)
    of_class[matched.links] = True
    tail, head = (np.asarray(ends, dtype=np.int64) for ends in (network.link_tail, network.link_head))
    forward: BoolArray = weights.forward_ds < UNREACHABLE
    backward: BoolArray = weights.backward_ds < UNREACHABLE

    begins = np.zeros(network.nodes, dtype=bool)
    begins[tail[of_class & forward]] = True
    begins[head[of_class & backward]] = True
    at_head: BoolArray = ~of_class & forward & begins[head]
    at_tail: BoolArray = ~of_class & backward & begins[tail]
    leading: Int64Array = np.flatnonzero(at_head | at_tail)

    none = np.full(len(matched.links), np.nan)
    links = np.concatenate([matched.links, leading])
    order = np.argsort(links)
    zero = np.zeros(len(leading))
    junctions = np.unique(np.concatenate([head[at_head], tail[at_tail]]))
    level = np.count_nonzero(_may_cross(network, ~of_class & forward, ~of_class & backward)[junctions])
    said = [f"paid at {len(junctions):,} junctions, where the class is entered from another road"]
    if level:
        said.append(f"at {level:,} of them who crosses or passes the class without taking it pays as well")
    return replace(
        matched,
        links=links[order],
        start=np.append(matched.start, zero)[order],
        end=np.append(matched.end, zero)[order],
        wait_forward_at=np.append(none, np.where(at_head[leading], 1.0, np.nan))[order],
        wait_backward_at=np.append(none, np.where(at_tail[leading], 0.0, np.nan))[order],
        warnings=(*matched.warnings, *said),
    )


def _may_cross(network: RoadNetwork, forward: BoolArray, backward: BoolArray) -> BoolArray:
    """Nodes at which one may come by one of the links and go on by another of them."""
    tail, head = (np.asarray(ends, dtype=np.int64) for ends in (network.link_tail, network.link_head))
    arriving, leaving, both = (
        np.bincount(np.concatenate([one[there], other[back]]), minlength=network.nodes)
        for one, other, there, back in (
            (head, tail, forward, backward),
            (tail, head, forward, backward),
            (tail, head, forward & backward, forward & backward),
        )
    )
    # a lone two-way link comes and goes, but only back to where one was
    may: BoolArray = (arriving > 0) & (leaving > 0) & ~((arriving == 1) & (leaving == 1) & (both == 1))
    return may
