"""Overrides: a table of what somebody knows better than the map, link by link, each row with its source."""

import csv
import difflib
import hashlib
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import astuple, dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.spatial import KDTree

from wayaround.errors import FileUnreadable, OverridesInvalid
from wayaround.network.assemble import connect_nodes
from wayaround.network.attributes import ROAD_CLASSES, LinkAttributes, LinkFlag
from wayaround.network.grid import SegmentGrid
from wayaround.network.parts import find_strong_parts
from wayaround.network.road_network import Override, RoadNetwork
from wayaround.network.shapes import links_of_segments
from wayaround.network.snap import WGS84
from wayaround.routing.hierarchy import Hierarchy, build_hierarchy_from_order
from wayaround.units import FloatArray, Int32Array, Int64Array

COORDINATES = ("lat_a", "lon_a", "lat_b", "lon_b")
COLUMNS = ("link", *COORDINATES, "length_m", "speed_kmh", "access", "exists", "source")
ACCESS = ("open", "shut", "forward", "backward")
LONGEST_M, FASTEST_KMH = 10_000_000, 300
NODE_WITHIN_M = 200
"""How far a coordinate may lie from the node that it means."""

EVERYBODY = 0b111
EARTH_M = 6_371_000.0
_CLOSED_TO_SOME = LinkFlag.DESTINATION_ONLY | LinkFlag.DESTINATION_ONLY_HGV | LinkFlag.PRIVATE | LinkFlag.PRIVATE_HGV


@dataclass(frozen=True, slots=True)
class _Row:
    """One row as it reads."""

    path: Path
    line: int
    link: int | None
    place: tuple[float, float, float, float] | None
    length_m: int | None
    speed_kmh: float | None
    access: str | None
    exists: bool | None
    source: str

    def wrong(self, column: str, said: str) -> OverridesInvalid:
        return _wrong(self.path, self.line, column, said)


def apply_overrides(network: RoadNetwork, path: str | Path) -> RoadNetwork:
    r"""A network with what a table of overrides says of its links.

    Parameters
    ----------
    network : RoadNetwork
        The network; it stays as it is.
    path : str or Path
        A CSV file (UTF-8) with the column `source`; with `link`, or `lat_a`, `lon_a`, `lat_b`, `lon_b`; and with any
        of `length_m`, `speed_kmh`, `access` and `exists`. docs/network.md says what each means.

    Returns
    -------
    RoadNetwork
        With another digest, and with what was applied in `overrides`.

    Raises
    ------
    FileUnreadable
        No file, or no text.
    OverridesInvalid
        A row that does not read, fits no link, or contradicts another; the sentence names file, line and column.

    Examples
    --------
    >>> import tempfile
    >>> import wayaround as wa
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "fixes.csv"
    ...     _ = path.write_text("link,speed_kmh,source\n12,20,field report of 3 May\n")
    ...     network = apply_overrides(wa.open_network("world-highways"), path)
    >>> print(network.overrides[0])
    link 12: 20 km/h (field report of 3 May)
    """
    if network.overrides:
        raise OverridesInvalid("the network has overrides already; write all of them into one file.")
    rows = list(_read_rows(Path(path)))
    overrides, ends = _place_rows(network, rows)
    if not overrides:
        return network
    _refuse_contradictions(rows, overrides)
    content = repr([astuple(each)[:2] + astuple(each)[4:] for each in overrides])
    digest = hashlib.sha256(f"{network.digest} overrides {ends.tolist()} {content}".encode()).hexdigest()
    changed = _add_links(network, ends) if len(ends) else network
    length_m = changed.link_length_m.copy()
    for each in overrides:
        if each.length_m is not None:
            length_m[each.link] = each.length_m
    changed = replace(changed, digest=digest, link_length_m=length_m, overrides=tuple(overrides))
    return _without_removed(_with_access(changed))


def describe_overrides(network: RoadNetwork) -> list[dict[str, Any]]:
    """The overrides of a network, ready for `json.dumps`."""
    return [{field.name: getattr(each, field.name) for field in fields(Override)} for each in network.overrides]


def _read_rows(path: Path) -> Iterator[_Row]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileUnreadable(f'"{path}" is not UTF-8 text, so it is no table of overrides.', ids=[str(path)]) from error
    except OSError as error:
        raise FileUnreadable(f'cannot read the overrides "{path}": {error.strerror}.', ids=[str(path)]) from error
    reader = csv.DictReader(text.splitlines(), restkey="", strict=True)
    try:
        names = [name.strip() for name in reader.fieldnames or ()]
        for name in names:
            if name not in COLUMNS:
                near = difflib.get_close_matches(name, COLUMNS, n=1, cutoff=0.0)[0]
                raise _wrong(path, 1, name, f'there is no such column; the nearest is "{near}"')
        if "source" not in names:
            raise _wrong(path, 1, "source", "the column is missing; every override needs one")
        reader.fieldnames = names
        for cells in reader:
            if "" in cells:
                raise _wrong(path, reader.line_num, names[-1], "the row has more cells than the table has columns")
            cells = {name: (cell or "").strip() for name, cell in cells.items()}
            if any(cells.values()):
                yield _read_row(path, reader.line_num, cells)
    except csv.Error as error:
        raise FileUnreadable(f'"{path}", line {reader.line_num}, is no CSV ({error}).', ids=[str(path)]) from error


def _read_row(path: Path, line: int, cells: Mapping[str, str]) -> _Row:
    def number(column: str, low: float, high: float, kind: Callable[[float], Any] = float) -> Any:
        cell = cells.get(column, "")
        if not cell:
            return None
        try:
            value = float(cell)
        except ValueError:
            value = math.nan
        if not low <= value <= high or (column == "link" and value != int(value)):
            whole = "a whole number" if column == "link" else "a number"
            limits = f"from {low:,.0f} on" if math.isinf(high) else f"from {low:,.0f} to {high:,.0f}"
            raise _wrong(path, line, column, f'"{cell}" is not {whole} {limits}')
        return kind(value)

    def word(column: str, choice: tuple[str, ...]) -> str | None:
        cell = cells.get(column, "")
        if cell and cell not in choice:
            near = difflib.get_close_matches(cell, choice, n=1, cutoff=0.0)[0]
            raise _wrong(path, line, column, f'"{cell}" is none of {", ".join(choice)}; the nearest is "{near}"')
        return cell or None

    link = number("link", 0, 2**31 - 1, int)
    place = tuple(number(name, *((-90, 90) if name.startswith("lat") else (-180, 180))) for name in COORDINATES)
    given = [value is not None for value in place]
    if link is not None and any(given):
        raise _wrong(path, line, "link", "a row has a link or two coordinates, not both")
    if link is None and not all(given):
        column = COORDINATES[given.index(False)] if any(given) else "link"
        raise _wrong(path, line, column, f"the row needs a link, or all of {', '.join(COORDINATES)}")
    exists = word("exists", ("no", "yes"))
    row = _Row(
        path=path,
        line=line,
        link=link,
        place=None if link is not None else place,
        length_m=number("length_m", 1, LONGEST_M, round),
        speed_kmh=number("speed_kmh", 1, FASTEST_KMH),
        access=word("access", ACCESS),
        exists=None if exists is None else exists == "yes",
        source=" ".join(cells["source"].split()),
    )
    if not row.source or not row.source.isprintable():
        raise row.wrong("source", "every override needs a source in printable text")
    said = [name for name in ("length_m", "speed_kmh", "access") if getattr(row, name) is not None]
    if row.exists is False and said:
        raise row.wrong(said[0], "a link that does not exist has none")
    if row.exists is None and not said:
        raise row.wrong("length_m", "the row says nothing of length_m, speed_kmh, access or exists")
    return row


def _place_rows(network: RoadNetwork, rows: list[_Row]) -> tuple[list[Override], Int64Array]:
    """Rows as overrides of links, and the ends of the links that are to be added, which come after all others."""
    finder = _NodeFinder(network) if any(row.place is not None for row in rows) else None
    overrides: list[Override] = []
    ends: list[tuple[int, int]] = []
    for row in rows:
        length_m, link = row.length_m, row.link
        if finder is not None and row.place is not None:
            link, new = finder.find_link(row)
            if link is None:
                if {new, new[::-1]} & set(ends):
                    raise row.wrong("exists", "an earlier row adds the same link")
                link = network.links + len(ends)
                ends.append(new)
                length_m = finder.distance_m(new) if length_m is None else length_m
        elif link is not None and link >= network.links:
            raise row.wrong("link", f"{network.name} has no link {link}; its links are 0 to {network.links - 1}")
        elif row.exists:
            raise row.wrong("exists", f"link {link} exists already; a new one is given by two coordinates")
        assert link is not None
        overrides.append(
            Override(link, row.source, row.path.name, row.line, length_m, row.speed_kmh, row.access, row.exists)
        )
    return overrides, np.array(ends, dtype=np.int64).reshape(-1, 2)


class _NodeFinder:
    """Nodes by coordinates, and the links between two of them."""

    def __init__(self, network: RoadNetwork) -> None:
        self.network = network
        self.tree = KDTree(_on_sphere(network.node_lon, network.node_lat))

    def find_link(self, row: _Row) -> tuple[int | None, tuple[int, int]]:
        """The one link that joins a row's two coordinates, or None if it is to be added; and the two nodes."""
        assert row.place is not None
        network = self.network
        lat_a, lon_a, lat_b, lon_b = row.place
        nodes = [self._nodes_at(row, "lat_a", lat_a, lon_a), self._nodes_at(row, "lat_b", lat_b, lon_b)]
        if np.isin(nodes[0], nodes[1]).any():
            raise row.wrong("lat_b", "both coordinates lie at the same node")
        from_a, from_b = (np.isin(network.link_tail, each) for each in nodes)
        to_a, to_b = (np.isin(network.link_head, each) for each in nodes)
        links = np.flatnonzero((from_a & to_b) | (from_b & to_a)).tolist()
        listed = ", ".join(map(str, links[:10]))
        if row.exists and links:
            raise row.wrong("exists", f"link {listed} joins the two already")
        if len(links) > 1:
            raise row.wrong("lat_a", f"{len(links)} links join the two: name one of {listed} by the column link")
        ends = int(nodes[0][0]), int(nodes[1][0])
        if not links and not row.exists:
            raise row.wrong("lat_a", f"no link joins nodes {ends[0]} and {ends[1]}; exists = yes adds a straight one")
        return (links[0] if links else None), ends

    def distance_m(self, ends: tuple[int, int]) -> int:
        lon, lat = (column[list(ends)] for column in (self.network.node_lon, self.network.node_lat))
        return max(1, round(float(WGS84.inv(lon[0], lat[0], lon[1], lat[1])[2])))

    def _nodes_at(self, row: _Row, column: str, lat: float, lon: float) -> Int64Array:
        """The nearest node, and what lies at the same place: the two sides of a barrier."""
        point = _on_sphere(np.array([lon]), np.array([lat]))[0]
        distance, nearest = self.tree.query(point)
        if distance * EARTH_M > NODE_WITHIN_M:
            away = f"the nearest is {distance * EARTH_M:,.0f} m away"
            raise row.wrong(column, f"no node within {NODE_WITHIN_M} m of {lat:g}, {lon:g}; {away}")
        beside = np.array(self.tree.query_ball_point(self.tree.data[nearest], 0.1 / EARTH_M), dtype=np.int64)
        return np.unique(np.append(beside, nearest))


def _on_sphere(lon: FloatArray, lat: FloatArray) -> FloatArray:
    phi, lam = np.radians(lat), np.radians(lon)
    return np.column_stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)])


def _refuse_contradictions(rows: list[_Row], overrides: list[Override]) -> None:
    """Two rows may speak of one link, but not of the same thing, nor of one that is new or not there."""
    seen: dict[int, dict[str, int]] = {}
    for row, each in zip(rows, overrides, strict=True):
        said = [name for name in ("exists", "length_m", "speed_kmh", "access") if getattr(each, name) is not None]
        earlier = seen.setdefault(each.link, {})
        clash = [line for name, line in earlier.items() if name in said or "exists" in (name, *said)]
        if clash:
            raise row.wrong(said[0], f"line {clash[0]} speaks of link {each.link} already")
        earlier.update(dict.fromkeys(said, row.line))


def _add_links(network: RoadNetwork, ends: Int64Array) -> RoadNetwork:
    """The network with straight links after all others; nobody lives on one, as on a join."""
    count = len(ends)
    tail, head = (
        np.concatenate([old, new.astype(np.int32)])
        for old, new in zip((network.link_tail, network.link_head), ends.T, strict=True)
    )
    return replace(
        network,
        link_tail=tail,
        link_head=head,
        link_length_m=np.concatenate([network.link_length_m, np.zeros(count, dtype=np.int32)]),
        link_country=np.concatenate([network.link_country, network.node_country[ends[:, 0]]]),
        shape_first=np.concatenate([network.shape_first, np.full(count, network.shape_first[-1], dtype=np.int32)]),
        hierarchy=_connect(network, tail, head),
        attributes=None if network.attributes is None else _extend(network.attributes, count),
        link_part=None
        if network.link_part is None
        else np.pad(network.link_part, ((0, 0), (0, count)), constant_values=-1),
    )


def _connect(network: RoadNetwork, tail: Int32Array, head: Int32Array) -> Hierarchy:
    if network.turns is not None and network.hierarchy.has_copies:
        return connect_nodes(network.nodes, tail, head, network.node_lon, network.node_lat, network.turns)
    # The order of the nodes stays good: a few links more make a few arcs more.
    return build_hierarchy_from_order(np.argsort(network.hierarchy.rank), tail, head)


def _extend(links: LinkAttributes, count: int) -> LinkAttributes:
    """Attributes with rows for links of which nothing is known but that everybody may drive them."""
    unknown: dict[str, float] = {"road_class": ROAD_CLASSES.index("road")}
    unknown |= dict.fromkeys(("access_forward", "access_backward"), EVERYBODY)
    unknown |= dict.fromkeys(("maxspeed_forward_kmh", "maxspeed_backward_kmh", "duration_s"), math.nan)
    unknown |= dict.fromkeys(("maxweight_t", "maxheight_m"), math.nan)
    columns = {field.name: getattr(links, field.name) for field in fields(links)}
    return replace(
        links,
        **{
            name: np.concatenate([column, np.full(count, unknown.get(name, 0), dtype=column.dtype)])
            for name, column in columns.items()
            if not name.startswith("string_")
        },
    )


def _with_access(network: RoadNetwork) -> RoadNetwork:
    """What overrides say of access, brought to the attributes; without any, `drive_times` looks it up."""
    links = network.attributes
    said = [(each, each.ways) for each in network.overrides if each.ways is not None or each.exists]
    if links is None or not said:
        return network
    forward, backward = links.access_forward.copy(), links.access_backward.copy()
    flags = links.flags.copy()
    for each, ways in said:
        if ways is not None:
            forward[each.link], backward[each.link] = (EVERYBODY if may else 0 for may in ways)
            flags[each.link] &= ~np.uint32(_CLOSED_TO_SOME)
    links = replace(links, access_forward=forward, access_backward=backward, flags=flags)
    part = None
    if network.link_part is not None:
        part = find_strong_parts(network.nodes, network.link_tail, network.link_head, links)
    return replace(network, attributes=links, link_part=part)


def _without_removed(network: RoadNetwork) -> RoadNetwork:
    """No place stands on a link that is not there: its pieces leave the grid."""
    removed = [each.link for each in network.overrides if each.exists is False]
    if not removed:
        return network
    grid = network.grid
    kept = ~np.isin(links_of_segments(network, grid.segment.astype(np.int64)), removed)
    first = np.concatenate([[0], np.cumsum(kept)])[grid.first].astype(np.int32)
    return replace(
        network,
        grid=SegmentGrid(
            grid.west, grid.south, grid.cell_deg, grid.columns, grid.rows, first, np.asarray(grid.segment)[kept]
        ),
    )


def _wrong(path: Path, line: int, column: str, said: str) -> OverridesInvalid:
    return OverridesInvalid(f"{path}, line {line}, {column}: {said}.", ids=[column])
