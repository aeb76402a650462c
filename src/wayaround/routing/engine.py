"""What every engine answers, and the one line that says which engine is used.

Three objects, after RoutingKit: an `Engine` knows the topology and is made once; a `Metric` adds weights, so a
closure is a new metric and never a new engine; a `Query` adds the terminals and answers.
"""

from typing import Protocol

import numpy.typing as npt

from wayaround.routing.hierarchy import Hierarchy
from wayaround.routing.metric import HierarchyEngine
from wayaround.routing.terminals import Flows, LinkWeights, Route, Skim, Terminals
from wayaround.units import Int64Array


class Query(Protocol):
    """Answers for one metric and one set of terminals."""

    def changed(self, links: npt.ArrayLike, weights: LinkWeights, terminals: Terminals) -> "Query":
        """Query with other weights on some links, and the same terminals with their legs under these weights."""
        ...

    def skim(self, origin: Int64Array, destination: Int64Array, *, before: Skim | None = None) -> Skim:
        """Time and length of the fastest route of each pair of rows of the terminals.

        `before` holds the answers of the query that this one was changed from, for whom they save work.
        """
        ...

    def route(self, origin: int, destination: int) -> Route | None:
        """Fastest route of one pair, or None where no way is left."""
        ...

    def flows(self, origin: Int64Array, destination: Int64Array, weight: Int64Array) -> Flows:
        """Weight that drives each link when each pair takes its fastest route; cut-off pairs drive none."""
        ...


class Metric(Protocol):
    """Weights on a topology."""

    def query(self, terminals: Terminals) -> Query:
        """Prepare a set of terminals, whose legs must belong to the same weights."""
        ...


class Engine(Protocol):
    """A topology."""

    def customise(self, weights: LinkWeights) -> Metric:
        """Apply weights."""
        ...


def make_engine(hierarchy: Hierarchy) -> Engine:
    """The engine of the main path."""
    return HierarchyEngine(hierarchy)
