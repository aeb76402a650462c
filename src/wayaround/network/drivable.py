"""What a vehicle may drive, as a graph: its dead ends, and the parts that hang together."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import breadth_first_order, connected_components

from wayaround.network.profiles import Profile, drive_times
from wayaround.network.road_network import RoadNetwork
from wayaround.routing.terminals import LinkWeights
from wayaround.units import UNREACHABLE, BoolArray, Int64Array


@dataclass(frozen=True, slots=True, eq=False)
class DrivableRoads:
    """Links of a network that a vehicle may drive in one direction at least.

    Parameters
    ----------
    network : RoadNetwork
        The network.
    weights : LinkWeights
        Times of the vehicle, which also say where it may drive.
    forward, backward : (links,) ndarray of bool
        Whether it may drive from tail to head, and from head to tail.
    """

    network: RoadNetwork
    weights: LinkWeights
    forward: BoolArray
    backward: BoolArray

    @property
    def links(self) -> BoolArray:
        """Links that may be driven at all, as a mask."""
        return self.forward | self.backward

    @property
    def length_m(self) -> Int64Array:
        """Length of the links that may be driven, 0 of the others."""
        return np.where(self.links, self.weights.length_m, 0)

    def graph(self) -> "csr_array":
        """Nodes and the directions that are open between them, parallel ones added up."""
        network = self.network
        start = np.concatenate([network.link_tail[self.forward], network.link_head[self.backward]])
        end = np.concatenate([network.link_head[self.forward], network.link_tail[self.backward]])
        ones = np.ones(len(start), dtype=np.int32)
        return coo_array((ones, (start, end)), shape=(network.nodes, network.nodes)).tocsr()

    def parts(self, *, strong: bool = False) -> tuple[Int64Array, Int64Array]:
        """Part of each node, the largest first, and the metres of road of each part.

        Parameters
        ----------
        strong : bool
            Whether a part is what can be reached both ways, rather than what hangs together at all. A link between
            two strong parts belongs to neither.

        Returns
        -------
        part : (nodes,) ndarray of int64
        length_m : (parts,) ndarray of int64
        """
        count, label = connected_components(self.graph(), directed=True, connection="strong" if strong else "weak")
        tail, head = label[self.network.link_tail], label[self.network.link_head]
        own = np.where(tail == head, self.length_m, 0)
        size_m = np.zeros(count, dtype=np.int64)
        np.add.at(size_m, tail, own)
        order = np.argsort(-size_m, kind="stable")
        rank = np.empty(count, dtype=np.int64)
        rank[order] = np.arange(count)
        return rank[label], size_m[order]

    def reached(self, node: int, *, backward: bool = False) -> BoolArray:
        """Nodes that can be reached from a node, or that reach it."""
        graph = self.graph()
        found = np.zeros(self.network.nodes, dtype=np.bool_)
        found[breadth_first_order(graph.T.tocsr() if backward else graph, node, return_predecessors=False)] = True
        return found

    def dead_ends(self) -> tuple[Int64Array, Int64Array]:
        """Nodes at which one link ends, and that link. A link that runs back to its own start ends nowhere."""
        network = self.network
        ends = np.flatnonzero(self.links & (network.link_tail != network.link_head))
        node = np.concatenate([network.link_tail[ends], network.link_head[ends]]).astype(np.int64)
        link = np.concatenate([ends, ends])
        degree = np.bincount(node, minlength=network.nodes)
        last = np.zeros(network.nodes, dtype=np.int64)
        last[node] = link
        found = np.flatnonzero(degree == 1)
        return found, last[found]


def find_drivable(network: RoadNetwork, profile: Profile) -> DrivableRoads:
    """Where a vehicle may drive; turns are not looked at."""
    weights = drive_times(network, profile)
    return DrivableRoads(network, weights, weights.forward_ds < UNREACHABLE, weights.backward_ds < UNREACHABLE)
