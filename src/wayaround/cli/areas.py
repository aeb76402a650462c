"""What is shut, and which region is meant, as the command line says it."""

from pathlib import Path

from wayaround.closures.closure import Closure, CrossingName, LinkIds, RoadPoint
from wayaround.closures.geojson import read_zone
from wayaround.closures.zone import Zone, check_position
from wayaround.errors import ScenarioError

CLOSING_FORMS = "circle:LAT,LON,KM  box:W,S,E,N  point:LAT,LON  crossing:NAME  links:ID,ID"
REGION_FORMS = "circle:LAT,LON,KM  box:W,S,E,N  or a GeoJSON file of polygons"


def read_closing(text: str, number: int) -> Closure:
    """Read one value of ``--close``.

    Raises
    ------
    ScenarioError
        It has none of the five forms.
    GeometryInvalid
        An area or a point that is off the globe, or an area without extent.

    Examples
    --------
    >>> read_closing("crossing:Nasib-Jaber", 1).target
    CrossingName(name='Nasib-Jaber')
    """
    kind, _, rest = text.partition(":")
    name = f"close-{number}"
    try:
        zone = _read_area(kind, rest)
        if zone is not None:
            return Closure(zone, id=name)
        if kind == "point":
            lat, lon = map(float, rest.split(","))
            check_position(lat, lon)
            return Closure(RoadPoint(lat=lat, lon=lon), id=name)
        if kind == "links":
            return Closure(LinkIds(tuple(map(int, rest.split(",")))), id=name)
    except ValueError as error:
        if type(error) is not ValueError:  # one of ours, which says more
            raise
        raise _unread("--close", text, CLOSING_FORMS) from error
    if kind == "crossing" and rest:
        return Closure(CrossingName(rest), id=name)
    raise _unread("--close", text, CLOSING_FORMS)


def read_region(text: str) -> Zone:
    """Read the value of ``--within``.

    Raises
    ------
    ScenarioError
        It has none of the three forms.
    FileUnreadable
        A file that is no GeoJSON.
    GeometryInvalid
        An area that is off the globe, crosses itself or has no extent.

    Examples
    --------
    >>> read_region("circle:33.5,36.3,50").label
    '50 km around 33.5, 36.3'
    """
    kind, _, rest = text.partition(":")
    try:
        zone = _read_area(kind, rest)
    except ValueError as error:
        if type(error) is not ValueError:
            raise
        raise _unread("--within", text, REGION_FORMS) from error
    if zone is not None:
        return zone
    if not Path(text).is_file():
        raise _unread("--within", text, REGION_FORMS)
    return read_zone(Path(text))


def _read_area(kind: str, rest: str) -> Zone | None:
    """A circle or a box; None where the text is neither. Numbers that do not read are a plain ValueError."""
    if kind == "circle":
        lat, lon, radius_km = map(float, rest.split(","))
        return Zone.circle(lat=lat, lon=lon, radius_km=radius_km)
    if kind == "box":
        west, south, east, north = map(float, rest.split(","))
        return Zone.box(west=west, south=south, east=east, north=north)
    return None


def _unread(option: str, text: str, forms: str) -> ScenarioError:
    return ScenarioError(f'{option} "{text}" does not read; the forms are {forms}.', ids=[text])
