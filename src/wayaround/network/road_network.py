"""The network itself: frozen columns of nodes and links."""

import difflib
import hashlib
import unicodedata
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import shapely

from wayaround.errors import CrossingNotFound, LinkNotFound, OverridesInvalid
from wayaround.network.attributes import LinkAttributes
from wayaround.network.grid import SegmentGrid
from wayaround.network.import_report import ImportReport
from wayaround.network.turns import TurnRestrictions
from wayaround.routing.hierarchy import Hierarchy, build_hierarchy_from_order
from wayaround.units import BoolArray, FloatArray, Int32Array, Int64Array

Int16Array = npt.NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Join:
    """A stretch of road that the source lacks, put back after review.

    Parameters
    ----------
    name, kind, status, reason : str
        What it is; bridge, tunnel, border or road; confirmed or assumed; on what ground.
    link : int
        The link that it became.
    """

    name: str
    kind: str
    status: str
    reason: str
    link: int


@dataclass(frozen=True, slots=True)
class Crossing:
    """A border post: links of which every passage there uses exactly one.

    Parameters
    ----------
    id, name : str
        Identifier and English name; for a border link that nobody has named both are ``AA-BB-<link>``.
    countries : tuple of str
        ISO 3166 alpha-2 codes, in alphabetical order.
    links : tuple of int
        The links.
    variants : tuple of str
        Other spellings and the names of the posts on either side.
    """

    id: str
    name: str
    countries: tuple[str, str]
    links: tuple[int, ...]
    variants: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Override:
    """What somebody knows better than the map, of one link. What is None stays as it was.

    Parameters
    ----------
    link : int
        The link.
    source : str
        Who says so.
    file, line
        Where it is written.
    length_m : int, optional
        Its length in metres.
    speed_kmh : float, optional
        Speed that every vehicle drives on it, as far as its own maximum goes.
    access : {"open", "shut", "forward", "backward"}, optional
        Who may drive it: everybody, nobody, or everybody in one direction, forward being from tail to head.
    exists : bool, optional
        False for a link that is not there; True for one that was added.
    """

    link: int
    source: str
    file: str
    line: int
    length_m: int | None = None
    speed_kmh: float | None = None
    access: str | None = None
    exists: bool | None = None

    @property
    def ways(self) -> tuple[bool, bool] | None:
        """Whether it may be driven forward and backward, where the override says so."""
        if self.exists is False:
            return False, False
        return (
            None if self.access is None else (self.access in ("open", "forward"), self.access in ("open", "backward"))
        )

    def __str__(self) -> str:
        said = [
            *([] if self.exists is None else ["added"] if self.exists else ["does not exist"]),
            *([] if self.length_m is None else [f"{self.length_m:,} m"]),
            *([] if self.speed_kmh is None else [f"{self.speed_kmh:g} km/h"]),
            *([] if self.access is None else [f"{self.access} only" if self.access.endswith("ward") else self.access]),
        ]
        return f"link {self.link}: {', '.join(said)} ({self.source})"


@dataclass(frozen=True)
class RoadNetwork:
    """A road network as read-only columns, one row per node or link.

    Arrays may be memory-mapped. A link runs from `link_tail` to `link_head` and is drawn through its shape points,
    straight in longitude and latitude between two of them. Without attributes each may be driven both ways.

    Parameters
    ----------
    name, digest : str
        Name in the catalogue; SHA-256 of the content.
    source, licence, attribution : str
        Where the data comes from and on what terms.
    node_lon, node_lat : (nodes,) ndarray of float64
        Degrees, WGS 84.
    node_country, link_country : ndarray of int16
        Row in `countries`; a link's country is that of its midpoint.
    link_tail, link_head : (links,) ndarray of int32
        Rows of the two ends.
    link_length_m : (links,) ndarray of int32
        Lengths in metres.
    countries : tuple of str
        ISO 3166 alpha-2 codes.
    joins : tuple of Join
        The reviewed joins; their links are the last ones.
    named_crossings : tuple of Crossing
        Border posts that have a name.
    shape_first : (links + 1,) ndarray of int32
    shape_lon, shape_lat : (points,) ndarray of float64
        Shape points of each link between its ends, tail to head, in compressed rows; degrees.
    grid : SegmentGrid
        Where the pieces of all roads but the joins lie, for snapping.
    hierarchy : Hierarchy
        The engine's topology.
    attributes : LinkAttributes, optional
        What the map says of each link; None where the source has nothing but lengths.
    turns : TurnRestrictions, optional
        Turn restrictions; None where the source has none.
    link_part : (modes, links) ndarray of int32, optional
        Strongly connected part of each link by mode, see `wayaround.network.parts`; None where every link may be
        driven both ways.
    imported : ImportReport, optional
        What an import met; None where the network is not imported.
    overrides : tuple of Override
        What field knowledge changed; links that it added come last.
    """

    name: str
    digest: str
    source: str
    licence: str
    attribution: str
    node_lon: FloatArray
    node_lat: FloatArray
    node_country: Int16Array
    link_tail: Int32Array
    link_head: Int32Array
    link_length_m: Int32Array
    link_country: Int16Array
    countries: tuple[str, ...]
    joins: tuple[Join, ...]
    named_crossings: tuple[Crossing, ...]
    shape_first: Int32Array
    shape_lon: FloatArray
    shape_lat: FloatArray
    grid: SegmentGrid
    hierarchy: Hierarchy
    attributes: LinkAttributes | None = None
    turns: TurnRestrictions | None = None
    link_part: Int32Array | None = None
    imported: ImportReport | None = None
    overrides: tuple[Override, ...] = ()

    @property
    def nodes(self) -> int:
        """Number of nodes."""
        return len(self.node_lon)

    @property
    def links(self) -> int:
        """Number of links, joins included."""
        return len(self.link_tail)

    @property
    def has_shapes(self) -> bool:
        """Whether any link is drawn through shape points."""
        return len(self.shape_lon) > 0

    @cached_property
    def first_segment(self) -> Int64Array:
        """Number of the first segment of each link, and that of all segments; see `wayaround.network.shapes`."""
        return self.shape_first + np.arange(self.links + 1)

    def without_joins(self) -> "RoadNetwork":
        """The same network without its joins, and without the crossings that lie on one.

        Raises
        ------
        OverridesInvalid
            Overrides were applied before, which number their links by the network with its joins.
        """
        if self.overrides:
            raise OverridesInvalid("leave out the joins first, and apply the overrides then.")
        if not self.joins:
            return self
        first = self.links - len(self.joins)
        order = np.argsort(self.hierarchy.rank)
        return replace(
            self,
            digest=hashlib.sha256(f"{self.digest} without joins".encode()).hexdigest(),
            hierarchy=build_hierarchy_from_order(order, self.link_tail[:first], self.link_head[:first]),
            link_tail=self.link_tail[:first],
            link_head=self.link_head[:first],
            link_length_m=self.link_length_m[:first],
            link_country=self.link_country[:first],
            shape_first=self.shape_first[: first + 1],
            joins=(),
            named_crossings=tuple(each for each in self.named_crossings if max(each.links) < first),
        )

    @cached_property
    def border_links(self) -> Int32Array:
        """Links whose ends lie in two countries, as sorted ids."""
        country = np.asarray(self.node_country)
        return np.flatnonzero(country[self.link_tail] != country[self.link_head]).astype(np.int32)

    @cached_property
    def crossings(self) -> tuple[Crossing, ...]:
        """All crossings: the named ones, then every other border link under an id of its own.

        Borders are simplified to 1:10 million, so some of the unnamed ones are no real crossing.
        """
        if self.imported is not None:  # the importer has named all that are crossings
            return self.named_crossings
        taken = {link for crossing in self.named_crossings for link in crossing.links}
        unnamed = []
        for link in self.border_links.tolist():
            if link in taken:
                continue
            ends = (self.node_country[self.link_tail[link]], self.node_country[self.link_head[link]])
            one, other = sorted(self.countries[end] for end in ends)
            name = f"{one}-{other}-{link}"
            unnamed.append(Crossing(id=name, name=name, countries=(one, other), links=(link,)))
        return (*self.named_crossings, *unnamed)

    @cached_property
    def crossing_of_link(self) -> dict[int, Crossing]:
        """The crossing that each crossing link belongs to."""
        return {link: crossing for crossing in self.crossings for link in crossing.links}

    def find_crossing(self, name: str) -> Crossing:
        """Crossing by id, name or variant; capitals, hyphens and dashes do not matter.

        Raises
        ------
        CrossingNotFound
            With the nearest names.
        """
        wanted = plain_name(name)
        by_name = {
            plain_name(spelling): crossing
            for crossing in reversed(self.crossings)
            for spelling in (*crossing.variants, crossing.name, crossing.id)
        }
        if wanted in by_name:
            return by_name[wanted]
        near = difflib.get_close_matches(wanted, by_name, n=3, cutoff=0.4)
        choice = " or ".join(dict.fromkeys(f'"{by_name[key].name}"' for key in near))
        hint = f"did you mean {choice}?" if choice else "`wayaround network crossings` lists them."
        raise CrossingNotFound(f'no crossing is called "{name}"; {hint}', ids=[name])

    def check_links(self, ids: npt.ArrayLike) -> Int64Array:
        """Link ids as an array, each of them a link of this network.

        Raises
        ------
        LinkNotFound
            Naming the ids that are not.
        """
        try:
            links = np.unique(np.asarray(ids, dtype=np.int64))
        except OverflowError as error:
            raise LinkNotFound(
                f"{self.name} has no link of so many digits; its links are 0 to {self.links - 1}."
            ) from error
        strange = links[(links < 0) | (links >= self.links)]
        if len(strange):
            listed = ", ".join(map(str, strange[:5]))
            raise LinkNotFound(
                f"{self.name} has no link {listed}; its links are 0 to {self.links - 1}.",
                ids=map(str, strange),
            )
        return links

    def lines(self, links: npt.ArrayLike) -> npt.NDArray[np.object_]:
        """Geometry of links as Shapely lines in longitude and latitude, tail to head."""
        ids = np.asarray(links, dtype=np.int64)
        ends = np.stack([self.link_tail[ids], self.link_head[ids]], axis=1)
        coordinates = np.stack([self.node_lon[ends], self.node_lat[ends]], axis=2)
        if not self.has_shapes:
            return np.asarray(shapely.linestrings(coordinates), dtype=object)
        start = self.shape_first[ids].astype(np.int64)
        count = self.shape_first[ids + 1] - start
        row = np.repeat(np.arange(len(ids)), count)
        shape = np.arange(len(row)) + np.repeat(start - np.cumsum(count) + count, count)
        inner = np.column_stack([self.shape_lon[shape], self.shape_lat[shape]])
        number = np.arange(len(ids))
        points = np.concatenate([coordinates[:, 0], inner, coordinates[:, 1]])
        order = np.argsort(np.concatenate([number, row, number]), kind="stable")
        lines = np.empty(len(ids), dtype=object)
        if len(ids):
            lines[:] = shapely.linestrings(points[order], indices=np.sort(np.concatenate([number, row, number])))
        return lines

    def links_near_box(self, west: float, south: float, east: float, north: float) -> Int64Array:
        """Links whose bounding box meets a box in degrees, as sorted ids."""
        low_lon, low_lat, high_lon, high_lat = self._link_boxes
        meets: BoolArray = (low_lat <= north) & (high_lat >= south) & (low_lon <= east) & (high_lon >= west)
        return np.flatnonzero(meets)

    @cached_property
    def _link_boxes(self) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """West, south, east and north of each link."""
        ends = [(column[self.link_tail], column[self.link_head]) for column in (self.node_lon, self.node_lat)]
        low, high = ([pick(*pair) for pair in ends] for pick in (np.minimum, np.maximum))
        bent = np.flatnonzero(np.diff(self.shape_first))
        if len(bent):
            starts = np.asarray(self.shape_first)[bent]
            for axis, shape in enumerate((self.shape_lon, self.shape_lat)):
                low[axis][bent] = np.minimum(low[axis][bent], np.minimum.reduceat(shape, starts))
                high[axis][bent] = np.maximum(high[axis][bent], np.maximum.reduceat(shape, starts))
        return low[0], low[1], high[0], high[1]


def plain_name(name: str) -> str:
    """Letters and digits only, lower case: what two spellings of one crossing share."""
    bare = unicodedata.normalize("NFKD", name).casefold()
    return "".join(sign for sign in bare if sign.isalnum())
