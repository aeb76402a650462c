"""The open network under one vehicle: weighed once at start, shared by all requests."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from threading import Lock

import numpy as np

from wayaround.closures.closure import Closure
from wayaround.closures.effects import ClosedRoads, apply_closures
from wayaround.closures.match import MatchedClosure, match_closure
from wayaround.network.attributes import ROAD_CLASSES, LinkFlag
from wayaround.network.parts import links_for_places
from wayaround.network.profiles import Profile, drive_times, load_profile
from wayaround.network.road_network import RoadNetwork
from wayaround.routing.metric import HierarchyEngine, HierarchyMetric
from wayaround.routing.overlay import Overlays
from wayaround.units import UNREACHABLE, BoolArray, Int64Array

__all__ = ["EXCLUDABLE", "ServedRoads", "UnderClosures", "find_kind", "prepare_roads"]

EXCLUDABLE = ("motorway", "toll", "ferry")
"""Kinds of roads that a request may do without."""


@dataclass(frozen=True, slots=True)
class UnderClosures:
    """Roads as one request sees them.

    Parameters
    ----------
    roads : ClosedRoads
        Weights, and what closures do to links.
    metric : HierarchyMetric
        The same for the engine; it is on loan while the request lasts.
    matched : tuple of MatchedClosure
        The request's closures.
    in_force : tuple of MatchedClosure
        Those that apply today.
    """

    roads: ClosedRoads
    metric: HierarchyMetric
    matched: tuple[MatchedClosure, ...] = ()
    in_force: tuple[MatchedClosure, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class ServedRoads:
    """A network that is served.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    profile : Profile
        The vehicle.
    open_roads : UnderClosures
        The roads without closures.
    overlays : Overlays
        Copies of the metric for requests with closures.
    among : (links,) ndarray of bool, optional
        Links that places may lie on; None where that is all of them.
    roads_at : (nodes,) ndarray of int64
        How many links meet at each node.
    """

    network: RoadNetwork
    profile: Profile
    open_roads: UnderClosures
    overlays: Overlays
    among: BoolArray | None
    roads_at: Int64Array
    _without: dict[frozenset[str], "ServedRoads"] = field(default_factory=dict)
    _weighing: Lock = field(default_factory=Lock)

    def excluding(self, kinds: frozenset[str]) -> "ServedRoads":
        """The roads without some kinds of them, which are weighed when they are first asked for.

        Raises
        ------
        KeyError
            A kind that the network does not know.
        """
        if not kinds:
            return self
        with self._weighing:
            if kinds not in self._without:
                excluded = np.logical_or.reduce([find_kind(self.network, self.profile, kind) for kind in sorted(kinds)])
                self._without[kinds] = _weigh(self.network, self.profile, excluded)
            return self._without[kinds]

    @contextmanager
    def under(self, closures: Sequence[Closure]) -> Iterator[UnderClosures]:
        """The roads under the closures that are in force today, on loan."""
        if not closures:
            yield self.open_roads
            return
        matched = tuple(match_closure(self.network, closure) for closure in closures)
        today = date.today()
        in_force = tuple(each for each in matched if each.closure.reason_not_in_force(today, None) is None)
        roads = apply_closures(self.open_roads.roads.base, in_force)
        links = np.array(sorted(roads.effects), dtype=np.int64)
        if len(links) == 0:
            yield UnderClosures(roads, self.open_roads.metric, matched, in_force)
            return
        forward_ds, backward_ds = roads.times(links)
        with self.overlays.changed(links, forward_ds=forward_ds, backward_ds=backward_ds) as metric:
            yield UnderClosures(roads, metric, matched, in_force)


def prepare_roads(network: RoadNetwork, profile: Profile | str) -> ServedRoads:
    """Weigh a network for a vehicle.

    Raises
    ------
    ProfileNotFound
        No such vehicle.
    ScaleOverflow
        As for `customise_hierarchy`.
    """
    return _weigh(network, load_profile(profile) if isinstance(profile, str) else profile)


def find_kind(network: RoadNetwork, profile: Profile, kind: str) -> BoolArray:
    """Links of a kind that OSRM's `exclude` may name: motorway, ferry or toll.

    Raises
    ------
    KeyError
        Another kind, or a network that says nothing of its links.
    """
    links = network.attributes
    if links is None or kind not in EXCLUDABLE:
        raise KeyError(kind)
    if kind == "motorway":
        classes = [ROAD_CLASSES.index(name) for name in ("motorway", "motorway_link")]
        found: BoolArray = np.isin(links.road_class, classes)
        return found
    if kind == "ferry":
        return links.has(LinkFlag.FERRY)
    return links.has(LinkFlag.TOLL_HGV if profile.mode == "hgv" else LinkFlag.TOLL)


def _weigh(network: RoadNetwork, profile: Profile, excluded: BoolArray | None = None) -> ServedRoads:
    times, among = drive_times(network, profile), links_for_places(network, profile)
    if excluded is not None:
        forward_ds, backward_ds = (
            np.where(excluded, UNREACHABLE, time_ds) for time_ds in (times.forward_ds, times.backward_ds)
        )
        times = replace(times, forward_ds=forward_ds, backward_ds=backward_ds)
        among = ~excluded if among is None else among & ~excluded
    roads = apply_closures(times, [])
    metric = HierarchyEngine(network.hierarchy).customise(roads.base)
    roads_at = np.bincount(network.link_tail, minlength=network.nodes)
    roads_at += np.bincount(network.link_head, minlength=network.nodes)
    return ServedRoads(
        network=network,
        profile=profile,
        open_roads=UnderClosures(roads, metric),
        overlays=Overlays(metric),
        among=among,
        roads_at=roads_at,
    )
