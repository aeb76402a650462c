"""Areas on the globe: circles and polygons."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
import shapely.affinity
from shapely.geometry import MultiPolygon, Polygon, box
from shapely.geometry.base import BaseGeometry

from wayaround.errors import GeometryInvalid
from wayaround.network.snap import WGS84
from wayaround.units import BoolArray, FloatArray

CIRCLE_VERTICES = 720
"""Sides of the polygon that stands for a circle: at 55 km it is half a metre short of it at most."""

MAX_RADIUS_KM = 2000.0
_GLOBE = box(-180, -90, 180, 90)


@dataclass(frozen=True, slots=True)
class Zone:
    """An area in longitude and latitude (WGS 84), its edges straight in them.

    Parameters
    ----------
    area : shapely geometry
        Polygon or MultiPolygon, valid, within the globe.
    label : str
        How to call it in a table, such as "55 km around 33.5085, 38.62".

    Examples
    --------
    >>> Zone.circle(lat=33.5085, lon=38.62, radius_km=55).label
    '55 km around 33.5085, 38.62'
    """

    area: BaseGeometry
    label: str

    @classmethod
    def circle(cls, *, lat: float, lon: float, radius_km: float) -> "Zone":
        """All points within a geodesic distance of a centre.

        Parameters
        ----------
        lat, lon : float
            Centre in degrees.
        radius_km : float
            Radius in kilometres, above 0 and at most 2000.

        Raises
        ------
        GeometryInvalid
            A centre that is off the globe, a radius out of range, or a circle that reaches over a pole.
        """
        check_position(lat, lon)
        if not 0 < radius_km <= MAX_RADIUS_KM:
            raise GeometryInvalid(f"radius_km is {radius_km:g}; it must be above 0 and at most {MAX_RADIUS_KM:g}.")
        for pole in (90.0, -90.0):
            if WGS84.inv(lon, lat, lon, pole)[2] <= radius_km * 1000:
                raise GeometryInvalid(f"a circle of {radius_km:g} km around {lat:g}, {lon:g} reaches over a pole.")
        azimuth = np.arange(CIRCLE_VERTICES) * (360.0 / CIRCLE_VERTICES)
        around = np.full(CIRCLE_VERTICES, radius_km * 1000.0)
        centre = np.full(CIRCLE_VERTICES, lon), np.full(CIRCLE_VERTICES, lat)
        rim_lon, rim_lat, _ = WGS84.fwd(*centre, azimuth, around)
        rim_lon = lon + (np.asarray(rim_lon) - lon + 180) % 360 - 180  # in one piece, perhaps past 180
        return cls(
            _within_globe(Polygon(np.column_stack([rim_lon, rim_lat]))),
            f"{radius_km:g} km around {lat:g}, {lon:g}",
        )

    @classmethod
    def box(cls, *, west: float, south: float, east: float, north: float) -> "Zone":
        """All points between two meridians and two parallels, in degrees; over the 180th meridian if west > east.

        Raises
        ------
        GeometryInvalid
            A side off the globe, or a box without extent.

        Examples
        --------
        >>> Zone.box(west=177, south=-19, east=-178, north=-16).area.bounds
        (-180.0, -19.0, 180.0, -16.0)
        """
        check_position(south, west)
        check_position(north, east)
        label = f"west {west:g}, south {south:g}, east {east:g}, north {north:g}"
        if south >= north or west == east:
            raise GeometryInvalid(f"the box {label} has no extent; its sides go west, south, east, north.")
        middle = (west + east) / 2  # in two halves, since no part may span half the globe
        halves = [(west, middle), (middle, east)] if west < east else [(west, 180.0), (-180.0, east)]
        return cls.of([box(one, south, other, north) for one, other in halves if one < other], label=label)

    @classmethod
    def polygon(cls, vertices: Sequence[Sequence[float]], *, label: str = "polygon") -> "Zone":
        """The inside of a ring of [lon, lat] vertices; the first need not be repeated at the end.

        Raises
        ------
        GeometryInvalid
            Fewer than three vertices, one off the globe, or a ring that crosses itself.
        """
        if len(vertices) < 3:
            raise GeometryInvalid(f"{label} has {len(vertices)} vertices; an area needs three or more.")
        for vertex in vertices:
            if len(vertex) < 2:
                raise GeometryInvalid(f"{label} has a vertex that is not [longitude, latitude].")
            check_position(vertex[1], vertex[0])
        return cls.of([Polygon([(vertex[0], vertex[1]) for vertex in vertices])], label=label)

    @classmethod
    def of(cls, areas: Iterable[BaseGeometry], *, label: str) -> "Zone":
        """Union of polygons.

        Raises
        ------
        GeometryInvalid
            A part that crosses itself, that has no extent, that spans half the globe or that leaves it.
        """
        parts = list(areas)
        for part in parts:
            if not isinstance(part, Polygon | MultiPolygon):
                raise GeometryInvalid(f"{label} holds a {part.geom_type}; a zone is made of polygons.")
            bounds = part.bounds
            if not bounds or not all(map(math.isfinite, bounds)):
                raise GeometryInvalid(f"{label} is empty or holds a coordinate that is no number.")
            try:
                check_position(bounds[1], bounds[0])
                check_position(bounds[3], bounds[2])
            except GeometryInvalid as error:
                raise GeometryInvalid(f"{label} leaves the globe: {error.message}") from error
            if not part.is_valid:
                raise GeometryInvalid(f"{label} is no plain area: {shapely.is_valid_reason(part)}.")
            if bounds[2] - bounds[0] > 180:
                raise GeometryInvalid(
                    f"{label} spans {bounds[2] - bounds[0]:g} degrees of longitude; one that lies across the 180th "
                    "meridian is given as two polygons, cut there (RFC 7946, 3.1.9)."
                )
            if part.area == 0:
                raise GeometryInvalid(f"{label} has no extent.")
        if not parts:
            raise GeometryInvalid(f"{label} holds no polygon.")
        return cls(shapely.union_all(parts), label)

    def covers(self, lat: FloatArray, lon: FloatArray) -> BoolArray:
        """Which of some positions lie inside or on the edge."""
        covered: BoolArray = shapely.intersects_xy(self.area, lon, lat)
        return covered


def check_position(lat: float, lon: float) -> None:
    """Refuse a position that is not on the globe.

    Raises
    ------
    GeometryInvalid
        Latitude outside -90 to 90, longitude outside -180 to 180, or no number.
    """
    if not -90 <= lat <= 90:
        raise GeometryInvalid(f"latitude {lat:g} is not between -90 and 90.")
    if not -180 <= lon <= 180:
        raise GeometryInvalid(f"longitude {lon:g} is not between -180 and 180.")


def _within_globe(area: BaseGeometry) -> BaseGeometry:
    """Fold what lies past the antimeridian back to the other side."""
    west, _, east, _ = area.bounds
    if west >= -180 and east <= 180:
        return area
    turned = [shapely.affinity.translate(area, xoff=turn) for turn in (-360, 0, 360)]
    return shapely.union_all([part.intersection(_GLOBE) for part in turned])
