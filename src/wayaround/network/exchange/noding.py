"""From drawn lines to nodes and links: joined where ends meet, parted at crossings on request and where they close."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from wayaround.network.assemble import DrawnLinks, LinkCountries
from wayaround.network.countries import locate_countries
from wayaround.network.snap import WGS84
from wayaround.units import BoolArray, FloatArray, Int64Array

Lines = npt.NDArray[np.object_]

SAME_PLACE_DEG = 1e-7
"""Ends are one node where they agree to a centimetre, which is what OpenStreetMap tells apart."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NodedLines:
    """Links out of lines.

    Parameters
    ----------
    row : (links,) ndarray of int64
        The line that each link is, or is a part of.
    drawn : DrawnLinks
        Nodes, links and shapes.
    counts : dict of str to int
        Lines without extent, which are left out; lines that close, which are halved; new nodes at crossings.
    """

    row: Int64Array
    drawn: DrawnLinks
    counts: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class KnownNodes:
    """Nodes that a source numbers: where they lie, and the two of each line; codes of countries where it says them."""

    lon: FloatArray
    lat: FloatArray
    tail: Int64Array
    head: Int64Array
    country: npt.NDArray[np.object_] | None = None


def node_lines(
    lines: Lines, *, length_m: FloatArray, nodes: KnownNodes | None = None, at_crossings: bool = False
) -> NodedLines:
    """Make links out of lines.

    Parameters
    ----------
    lines : (n,) ndarray of shapely lines
        In longitude and latitude, two points or more each.
    length_m : (n,) ndarray of float64
        Lengths in metres; NaN has the line measured on the ellipsoid.
    nodes : KnownNodes, optional
        If left out, nodes are where ends of lines agree to 1e-7 degrees.
    at_crossings : bool
        Whether to part lines where they cross or touch between their ends. Only without `nodes`.

    Returns
    -------
    NodedLines
    """
    row = np.arange(len(lines))
    crossings = 0
    if at_crossings:
        lines, row = part_at_crossings(lines)
        crossings = len(lines) - len(length_m)
    if nodes is None:
        nodes = _join_ends(lines)
    lines, part, nodes, counts = _halve_rings(lines, nodes)
    row = row[part]
    measured = measure_lines(lines)
    whole = np.bincount(row, weights=measured, minlength=len(length_m))[row]
    given = length_m[row]
    share = np.where(whole > 0, measured / np.where(whole > 0, whole, 1.0), 1.0)
    metres = np.where(np.isnan(given), measured, given * share)
    coordinates, of_line = shapely.get_coordinates(lines, return_index=True)
    is_end = np.zeros(len(coordinates), dtype=np.bool_)
    first = np.searchsorted(of_line, np.arange(len(lines) + 1))
    is_end[first[:-1]] = is_end[first[1:] - 1] = True
    drawn = DrawnLinks(
        node_lon=nodes.lon,
        node_lat=nodes.lat,
        link_tail=nodes.tail.astype(np.int32),
        link_head=nodes.head.astype(np.int32),
        link_length_m=np.rint(metres).astype(np.int32),
        shape_first=(first - 2 * np.arange(len(first))).astype(np.int32),
        shape_lon=coordinates[~is_end, 0],
        shape_lat=coordinates[~is_end, 1],
    )
    return NodedLines(row=row, drawn=drawn, counts={**counts, "parted_at_crossings": crossings})


def measure_lines(lines: Lines) -> FloatArray:
    """Length of lines in longitude and latitude on the ellipsoid, in metres.

    Examples
    --------
    >>> measure_lines(np.array([shapely.LineString([(0, 0), (0, 1)])])).round().tolist()
    [110574.0]
    """
    coordinates, of_line = shapely.get_coordinates(lines, return_index=True)
    inside = of_line[1:] == of_line[:-1]
    tail, head = coordinates[:-1][inside], coordinates[1:][inside]
    along = np.asarray(WGS84.inv(tail[:, 0], tail[:, 1], head[:, 0], head[:, 1])[2])
    return np.bincount(of_line[1:][inside], weights=along, minlength=len(lines)).astype(np.float64)


def locate_links(
    drawn: DrawnLinks,
    *,
    node_country: npt.NDArray[np.object_] | None = None,
    link_country: npt.NDArray[np.object_] | None = None,
) -> LinkCountries:
    """Countries of nodes and links: a link's is that of its ends, or of the middle between them where they differ.

    Parameters
    ----------
    drawn : DrawnLinks
        Nodes and links.
    node_country, link_country : ndarray of str, optional
        Codes that are known, for the first of the nodes and for all links.
    """
    tail, head, nodes = drawn.link_tail, drawn.link_head, len(drawn.node_lon)
    code = np.full(nodes + len(tail), "", dtype=object)
    for known, first in ((node_country, 0), (link_country, nodes)):
        if known is not None:
            code[first : first + len(known)] = known
    lon, lat = (np.concatenate([axis, (axis[tail] + axis[head]) / 2]) for axis in (drawn.node_lon, drawn.node_lat))
    unknown = np.flatnonzero(code == "")
    if len(unknown):
        located, names = locate_countries(lon[unknown], lat[unknown])
        code[unknown] = np.array(names, dtype=object)[located]
    if link_country is None:
        code[nodes:] = np.where(code[tail] == code[head], code[tail], code[nodes:])
    codes, of_code = np.unique(code, return_inverse=True)
    row = of_code.astype(np.int16)
    return LinkCountries(node_country=row[:nodes], link_country=row[nodes:], countries=tuple(codes.tolist()))


def part_at_crossings(lines: Lines) -> tuple[Lines, Int64Array]:
    """Part lines where they cross, touch or begin to run together.

    Parameters
    ----------
    lines : (n,) ndarray of shapely lines

    Returns
    -------
    parts : (m,) ndarray of shapely lines
        Parts that meet share their end points exactly.
    row : (m,) ndarray of int64
        The line that each is a part of, rising.

    Examples
    --------
    >>> parts, row = part_at_crossings(shapely.from_wkt(["LINESTRING (0 0, 2 2)", "LINESTRING (0 2, 2 0)"]))
    >>> parts[0], row.tolist()
    (<LINESTRING (0 0, 1 1)>, [0, 0, 1, 1])
    """
    one, other = shapely.STRtree(lines).query(lines, predicate="dwithin", distance=SAME_PLACE_DEG)
    pair = one < other
    one, other = one[pair], other[pair]
    meets = _ends_of(shapely.intersection(lines[one], lines[other]))
    found = [*meets, *_touching_ends(lines, one, other)]
    points = np.concatenate([point for point, _ in found] * 2)
    rows = np.concatenate([side[pair] for side in (one, other) for _, pair in found])
    return _cut(lines, points, rows)


def _join_ends(lines: Lines) -> KnownNodes:
    ends = np.concatenate([shapely.get_coordinates(shapely.get_point(lines, index)) for index in (0, -1)])
    cell = np.rint(ends / SAME_PLACE_DEG).astype(np.int64)
    _, first, node = np.unique(cell, axis=0, return_index=True, return_inverse=True)
    node = node.reshape(-1)
    place = ends[first]
    return KnownNodes(lon=place[:, 0], lat=place[:, 1], tail=node[: len(lines)], head=node[len(lines) :])


def _halve_rings(lines: Lines, nodes: KnownNodes) -> tuple[Lines, Int64Array, KnownNodes, dict[str, int]]:
    """Halve lines that end where they begin at their middle point; such a line without a middle leads nowhere."""
    closes: BoolArray = nodes.tail == nodes.head
    points = shapely.get_num_coordinates(lines)
    empty = closes & (points < 3)
    rings = np.flatnonzero(closes & ~empty)
    kept = np.flatnonzero(~empty)
    part = np.sort(np.concatenate([kept, rings]))
    second = np.zeros(len(part), dtype=np.bool_)
    second[1:] = part[1:] == part[:-1]
    parted = lines[part]
    tail, head = nodes.tail[part], nodes.head[part]
    middles = []
    for number, at in enumerate(np.flatnonzero(second).tolist()):
        course = shapely.get_coordinates(lines[part[at]])
        middle = len(course) // 2
        parted[at - 1] = shapely.LineString(course[: middle + 1])
        parted[at] = shapely.LineString(course[middle:])
        head[at - 1] = tail[at] = len(nodes.lon) + number
        middles.append(course[middle])
    place = np.array(middles, dtype=np.float64).reshape(-1, 2)
    halved = KnownNodes(
        lon=np.concatenate([nodes.lon, place[:, 0]]),
        lat=np.concatenate([nodes.lat, place[:, 1]]),
        tail=tail,
        head=head,
    )
    counts = {"lines_without_extent": int(empty.sum()), "loops_split": len(rings)}
    return parted, part, halved, counts


def _ends_of(meets: Lines) -> Sequence[tuple[npt.NDArray[np.object_], Int64Array]]:
    """Points at which pairs of lines meet; of a stretch that they share, its two ends."""
    piece, pair = shapely.get_parts(meets, return_index=True)
    kind = shapely.get_type_id(piece)
    is_point = kind == 0
    is_line = (kind == 1) & ~shapely.is_empty(piece)
    ends = [(shapely.get_point(piece[is_line], index), pair[is_line]) for index in (0, -1)]
    return [(piece[is_point], pair[is_point]), *ends]


def _touching_ends(
    lines: Lines, one: Int64Array, other: Int64Array
) -> Sequence[tuple[npt.NDArray[np.object_], Int64Array]]:
    """Ends of lines that touch another to within a centimetre, where rounding keeps the two from meeting exactly."""
    found = []
    for ends_of, against in ((one, other), (other, one)):
        for index in (0, -1):
            point = shapely.get_point(lines[ends_of], index)
            near = np.flatnonzero(shapely.dwithin(point, lines[against], SAME_PLACE_DEG))
            found.append((point[near], near))
    return found


def _cut(lines: Lines, points: npt.NDArray[np.object_], rows: Int64Array) -> tuple[Lines, Int64Array]:
    """Cut each line at the points given for it; each point becomes the end of both its parts."""
    along = shapely.line_locate_point(lines[rows], points)
    inner = (along > SAME_PLACE_DEG) & (along < shapely.length(lines[rows]) - SAME_PLACE_DEG)
    rows, along, place = rows[inner], along[inner], shapely.get_coordinates(points[inner])
    order = np.lexsort([along, rows])
    rows, along, place = rows[order], along[order], place[order]
    again = np.zeros(len(rows), dtype=np.bool_)
    again[1:] = (rows[1:] == rows[:-1]) & (np.diff(along) <= SAME_PLACE_DEG)
    rows, along, place = rows[~again], along[~again], place[~again]
    parts: list[shapely.LineString] = []
    of_line: list[int] = []
    first = np.searchsorted(rows, np.arange(len(lines) + 1))
    for line in range(len(lines)):
        cuts = slice(first[line], first[line + 1])
        pieces = _pieces(lines[line], along[cuts], place[cuts])
        parts += pieces
        of_line += [line] * len(pieces)
    parted = np.empty(len(parts), dtype=object)
    parted[:] = parts
    return parted, np.array(of_line, dtype=np.int64)


def _pieces(line: shapely.LineString, along: FloatArray, place: FloatArray) -> list[shapely.LineString]:
    if not len(along):
        return [line]
    course = shapely.get_coordinates(line)
    step = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(course, axis=0).T))])
    bounds = [0.0, *along.tolist(), float(step[-1])]
    ends = [course[0], *place, course[-1]]
    pieces = zip(bounds[:-1], bounds[1:], ends[:-1], ends[1:], strict=True)
    return [
        shapely.LineString(np.vstack([tail, course[(step > start) & (step < end)], head]))
        for start, end, tail, head in pieces
    ]
