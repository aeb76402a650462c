"""What is shut, slowed or delayed, as maps draw it: areas, stretches of road, and marks where these are too small."""

from typing import Any, Protocol

import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Outline

from wayaround.closures.closure import CrossingName
from wayaround.closures.match import MatchedClosure
from wayaround.closures.zone import Zone
from wayaround.network.road_network import RoadNetwork
from wayaround.network.shapes import cut_links
from wayaround.reports.basemap import View
from wayaround.units import FloatArray

SHUT = "#7A3B69"
LEAST_EXTENT = 0.012
"""What is closed gets a mark as well where it would be drawn smaller than this share of the map's width."""

MARKED_STRETCHES = 20


class Mark(Protocol):
    """Draws a marker at a point of the plane."""

    def __call__(self, x: float, y: float, **style: Any) -> object:
        """With the style of a Matplotlib line."""
        ...


def draw_closure(axes: Axes, view: View, network: RoadNetwork, matched: MatchedClosure, mark: Mark) -> None:
    """Draw what a closure concerns, and mark it where it would be too small to be seen."""
    closure, marks = matched.closure, mark_style(shut=matched.closure.is_shut)

    def mark_if_small(points: FloatArray) -> None:
        if is_small(points, view):
            middle = (points.min(axis=0) + points.max(axis=0)) / 2
            mark(*middle.tolist(), zorder=7, **marks)

    if isinstance(closure.target, Zone):
        for part in shapely.get_parts(closure.target.area):
            rings = [view.line(*shapely.get_coordinates(ring).T) for ring in (part.exterior, *part.interiors)]
            outline = Outline.make_compound_path(*(Outline(ring, closed=True) for ring in rings))
            axes.add_patch(PathPatch(outline, zorder=3, **area_style(shut=closure.is_shut)))
            mark_if_small(rings[0])
        return
    stretches = [view.line(*stretch.T) for stretch in list_stretches(network, matched)]
    if isinstance(closure.target, CrossingName):  # a post, not a road
        stretches = [np.tile(stretch.mean(axis=0), (2, 1)) for stretch in stretches]
    axes.add_collection(LineCollection(stretches, zorder=6, **road_style(shut=closure.is_shut)))
    for stretch in stretches[:MARKED_STRETCHES]:
        mark_if_small(stretch)


def list_closure_points(network: RoadNetwork, matched: MatchedClosure) -> FloatArray:
    """Points that a view of a closure must hold: a zone's corners, else the ends of the stretches concerned."""
    target = matched.closure.target
    corners: FloatArray = shapely.get_coordinates(target.area) if isinstance(target, Zone) else np.zeros((0, 2))
    return corners if len(corners) else np.concatenate(list_stretches(network, matched))


def list_stretches(network: RoadNetwork, matched: MatchedClosure) -> list[FloatArray]:
    """The stretches of road that a closure concerns, each as (n, 2) of longitude and latitude, tail side first."""
    return cut_links(network, matched.links, matched.start, matched.end)


def is_small(points: FloatArray, view: View) -> bool:
    """Whether what is drawn would hardly be seen."""
    return bool(np.ptp(points, axis=0).max() < LEAST_EXTENT * 2 * view.half_width)


def area_style(*, shut: bool) -> dict[str, Any]:
    """How an area is drawn."""
    hatch, dashes = ("////", "-") if shut else ("..", "--")
    return {"facecolor": f"{SHUT}2E", "edgecolor": SHUT, "hatch": hatch, "linestyle": dashes, "linewidth": 1.1}


def road_style(*, shut: bool) -> dict[str, Any]:
    """How a stretch of road is drawn."""
    return {"color": SHUT, "linewidth": 4.5, "linestyle": "-" if shut else ":"}


def mark_style(*, shut: bool) -> dict[str, Any]:
    """How what is too small is marked."""
    marker, size = ("X", 11) if shut else ("D", 8)
    return {"marker": marker, "markersize": size, "color": SHUT, "markeredgecolor": "white"}
