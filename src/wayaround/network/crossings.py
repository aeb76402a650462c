"""Border crossings of an imported network: where its roads pass from one country to another.

A crossing is made of links whose ends lie in two countries, as a passage uses exactly one of them. Border posts give
names and bring together what is one crossing: carriageways, lanes, the posts on both sides. Where an extract ends
at the border, so that no link crosses it, the posts themselves are the crossing.
"""

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from scipy.spatial import cKDTree

from wayaround.network.attributes import ROAD_CLASSES, LinkAttributes, LinkFlag
from wayaround.network.countries import load_country_areas
from wayaround.network.osm_columns import OsmPlace
from wayaround.network.road_network import Int16Array
from wayaround.units import FloatArray, Int32Array, Int64Array

EARTH_KM = 6371.0
POST_TO_BORDER_M = 3000.0
"""How far along the roads a post looks for the link that crosses the border."""

BUILDING_TO_BORDER_KM = 1.0
"""How far, as the crow flies, a post that is not on a road may be from such a link."""

POSTS_APART_KM = 0.5
CARRIAGEWAYS_APART_KM = 0.1
OPPOSITE_COSINE = -0.7
LANES_APART_KM = 0.06
CHAIN_M = 5000.0
"""A road that crosses a border again within this length, with no junction between, crosses it once or not at all."""

FOREIGN_LAND_DEG = 0.3
"""A post further than this from any other country is none on a border."""


@dataclass(frozen=True, slots=True)
class CrossingRoads:
    """The part of a network that crossings are found by; see `RoadNetwork` for the columns."""

    lon: FloatArray
    lat: FloatArray
    tail: Int32Array
    head: Int32Array
    length_m: FloatArray
    node_country: Int16Array
    countries: tuple[str, ...]
    attributes: LinkAttributes

    def middle(self, links: Int64Array) -> tuple[FloatArray, FloatArray]:
        """Longitude and latitude halfway between the ends of links."""
        ends = self.tail[links], self.head[links]
        return (self.lon[ends[0]] + self.lon[ends[1]]) / 2, (self.lat[ends[0]] + self.lat[ends[1]]) / 2

    def country_codes(self, link: int) -> tuple[str, str]:
        """Countries at the tail and at the head of a link."""
        tail, head = (self.countries[self.node_country[ends[link]]] for ends in (self.tail, self.head))
        return tail, head


@dataclass(frozen=True, slots=True)
class CrossingPlace:
    """A crossing before it has a name: countries in alphabetical order, links, and the posts that belong to it."""

    countries: tuple[str, str]
    links: tuple[int, ...]
    posts: tuple[OsmPlace, ...]


def find_crossings(roads: CrossingRoads, posts: Sequence[OsmPlace]) -> list[CrossingPlace]:
    """Find the crossings of a network.

    Parameters
    ----------
    roads : CrossingRoads
        The network.
    posts : sequence of OsmPlace
        Border posts and customs, on roads and beside them.

    Returns
    -------
    list of CrossingPlace
        By their lowest link.
    """
    finder = _Finder(roads, posts)
    found = [*finder.at_borders(), *finder.at_lone_posts()]
    return sorted(found, key=lambda place: place.links)


class _Finder:
    """Border links, posts, and which of them belong together."""

    def __init__(self, roads: CrossingRoads, posts: Sequence[OsmPlace]) -> None:
        self._roads = roads
        access = roads.attributes.access_forward | roads.attributes.access_backward
        across = roads.node_country[roads.tail] != roads.node_country[roads.head]
        self._border = self._clean(np.flatnonzero(across & (access > 0)))
        self._post_links = np.flatnonzero(roads.attributes.has(LinkFlag.BORDER_CONTROL) & (access > 0))
        self._on_road, self._beside = self._tell_apart(posts)
        self._groups = _Groups()
        self._lone: list[int] = []
        self._gather()

    @cached_property
    def _incident(self) -> tuple[Int64Array, Int64Array]:
        """Links at each node, in compressed rows."""
        ends = np.concatenate([self._roads.tail, self._roads.head])
        first = np.zeros(len(self._roads.lon) + 1, dtype=np.int64)
        np.cumsum(np.bincount(ends, minlength=len(self._roads.lon)), out=first[1:])
        return first, np.argsort(ends, kind="stable") % len(self._roads.tail)

    @cached_property
    def _border_set(self) -> set[int]:
        return set(self._border.tolist())

    def _links_at(self, node: int) -> list[int]:
        first, link = self._incident
        found: list[int] = link[first[node] : first[node + 1]].tolist()
        return found

    def _other_end(self, link: int, node: int) -> int:
        tail, head = int(self._roads.tail[link]), int(self._roads.head[link])
        return head if node == tail else tail

    def _clean(self, border: Int64Array) -> Int64Array:
        """Border links without those of roads that run along a border.

        Of a road that crosses it over and over with no junction between, the middle one is kept if the road ends in
        another country than it began, else none.
        """
        crossing = set(border.tolist())
        kept, seen = [], set()
        for link in border.tolist():
            if link in seen:
                continue
            ends = int(self._roads.tail[link]), int(self._roads.head[link])
            ahead = list(self._along(link, ends[1], crossing))
            behind = list(self._along(link, ends[0], crossing))
            chain = [*(each for each, _ in behind[::-1]), link, *(each for each, _ in ahead)]
            seen.update(chain)
            outer = behind[-1][1] if behind else ends[0], ahead[-1][1] if ahead else ends[1]
            if self._roads.node_country[outer[0]] != self._roads.node_country[outer[1]]:
                kept.append(chain[len(chain) // 2])
        return np.array(sorted(kept), dtype=np.int64)

    def _along(self, link: int, node: int, crossing: set[int]) -> Iterator[tuple[int, int]]:
        """Further border links on the same road beyond a node, each with the node behind it."""
        begun, left_m = link, CHAIN_M
        while left_m > 0 and len(self._links_at(node)) == 2:
            one, other = self._links_at(node)
            link = other if one == link else one
            if link == begun:
                return
            node = self._other_end(link, node)
            left_m -= float(self._roads.length_m[link])
            if link in crossing:
                yield link, node
                left_m = CHAIN_M

    def _tell_apart(self, posts: Sequence[OsmPlace]) -> tuple[dict[int, OsmPlace], list[OsmPlace]]:
        """Posts on roads by their link, and those that stand beside one."""
        on_road: dict[int, OsmPlace] = {}
        places = {
            (self._roads.lon[node], self._roads.lat[node]) for node in self._roads.tail[self._post_links].tolist()
        }
        by_place: dict[tuple[float, float], OsmPlace] = {}
        beside = []
        for post in posts:
            if (post.lon, post.lat) in places:
                by_place[post.lon, post.lat] = post
            else:
                beside.append(post)
        for link in self._post_links.tolist():
            node = int(self._roads.tail[link])
            place = float(self._roads.lon[node]), float(self._roads.lat[node])
            on_road[link] = by_place.get(place, OsmPlace(*place, {}))
        return on_road, beside

    def _gather(self) -> None:
        """Bring together border links and posts that are one crossing."""
        for link in self._post_links.tolist():
            border = self._nearest_border(link)
            if border is None:
                self._lone.append(link)
            else:
                self._groups.join(link, border)
        lon, lat = (axis[self._roads.tail[self._post_links]] for axis in (self._roads.lon, self._roads.lat))
        for one, other in _near_pairs(lon, lat, POSTS_APART_KM):
            self._groups.join(int(self._post_links[one]), int(self._post_links[other]))
        lon, lat = self._roads.middle(self._border)
        for one, other in _near_pairs(lon, lat, CARRIAGEWAYS_APART_KM):
            links = int(self._border[one]), int(self._border[other])
            if self._are_carriageways(*links):
                self._groups.join(*links)

    def _nearest_border(self, post: int) -> int | None:
        """The border link that is nearest to a post along the roads, either way."""
        ends = {int(self._roads.tail[post]), int(self._roads.head[post])}
        queue: list[tuple[float, int, int]] = [(0.0, node, -1) for node in sorted(ends)]
        border, seen = self._border_set, set[int]()
        while queue:
            far_m, node, by = heapq.heappop(queue)
            if by in border:
                return by
            if node in seen:
                continue
            seen.add(node)
            for link in self._links_at(node):
                reach_m = far_m + (0.0 if link in border else float(self._roads.length_m[link]))
                if reach_m <= POST_TO_BORDER_M:
                    heapq.heappush(queue, (reach_m, self._other_end(link, node), link))
        return None

    def _are_carriageways(self, one: int, other: int) -> bool:
        """Whether two links are the two carriageways of one road: one-way each, alike, and opposite to one another.

        Alike are those of one class and of one name or number; without either, if they are main roads. Opposite they
        are from country to country and on the ground as well: a one-way street that weaves over a border crosses it
        in both directions, but goes on ahead.
        """
        roads, links = self._roads, self._roads.attributes
        ways, headings = [], []
        for link in (one, other):
            forward, backward = bool(links.access_forward[link]), bool(links.access_backward[link])
            if forward == backward:
                return False
            ends = [int(roads.tail[link]), int(roads.head[link])][:: 1 if forward else -1]
            ways.append([int(roads.node_country[node]) for node in ends])
            start, end = place_on_sphere(roads.lon[ends], roads.lat[ends])
            headings.append(end - start)
        called = [
            {(kind, row) for kind in ("name", "ref") if (row := int(getattr(links, kind)[link]))}
            for link in (one, other)
        ]
        is_main = links.road_class[one] <= ROAD_CLASSES.index("primary_link")
        alike = links.road_class[one] == links.road_class[other] and (
            called[0] & called[1] or (is_main and not any(called))
        )
        sizes = np.linalg.norm(headings, axis=1)
        opposite = headings[0] @ headings[1] < OPPOSITE_COSINE * sizes[0] * sizes[1]
        return bool(alike and ways[0] == ways[1][::-1] and opposite)

    def at_borders(self) -> Iterator[CrossingPlace]:
        """Crossings made of border links."""
        beside: dict[int, list[OsmPlace]] = {}
        if len(self._border) and self._beside:
            tree = cKDTree(place_on_sphere(*self._roads.middle(self._border)))
            places = place_on_sphere(
                np.array([post.lon for post in self._beside]), np.array([post.lat for post in self._beside])
            )
            for post, (far_km, row) in zip(self._beside, zip(*tree.query(places), strict=True), strict=True):
                if far_km <= BUILDING_TO_BORDER_KM:
                    beside.setdefault(int(self._border[row]), []).append(post)
        for members in self._groups.of(self._border.tolist()):
            by_countries: dict[tuple[str, str], list[int]] = {}
            for link in members:
                if link not in self._on_road:
                    one, other = sorted(self._roads.country_codes(link))
                    by_countries.setdefault((one, other), []).append(link)
            posts = [self._on_road[link] for link in members if link in self._on_road]
            posts += [post for link in members for post in beside.get(link, ())]
            for countries, links in by_countries.items():
                yield CrossingPlace(countries, tuple(sorted(links)), tuple(posts))

    def at_lone_posts(self) -> Iterator[CrossingPlace]:
        """Crossings made of posts where no road crosses the border: the one next to foreign land, and its lanes."""
        taken = {link for members in self._groups.of(self._border.tolist()) for link in members}
        for members in self._groups.of([link for link in self._lone if link not in taken]):
            nodes = self._roads.tail[members]
            lon, lat = self._roads.lon[nodes], self._roads.lat[nodes]
            here = self._roads.countries[self._roads.node_country[nodes[0]]]
            other, far = _nearest_foreign(lon, lat, here)
            if other is None:
                continue
            outermost = int(np.argmin(far))
            km = np.linalg.norm(place_on_sphere(lon, lat) - place_on_sphere(lon, lat)[outermost], axis=1)
            links = tuple(link for link, near in zip(members, (km <= LANES_APART_KM).tolist(), strict=True) if near)
            one, two = sorted((here, other))
            yield CrossingPlace((one, two), links, tuple(self._on_road[link] for link in members))


class _Groups:
    """Sets of links that are joined two by two."""

    def __init__(self) -> None:
        self._parent: dict[int, int] = {}

    def _root(self, link: int) -> int:
        while (parent := self._parent.get(link, link)) != link:
            link = parent
        return link

    def join(self, one: int, other: int) -> None:
        one, other = self._root(one), self._root(other)
        self._parent.setdefault(one, one)
        self._parent.setdefault(other, other)
        self._parent[max(one, other)] = min(one, other)

    def of(self, links: Iterable[int]) -> list[list[int]]:
        """The groups that some links are in, each sorted and once."""
        roots = {self._root(link) for link in links}
        members: dict[int, list[int]] = {root: [] for root in sorted(roots)}
        for link in sorted({*self._parent, *links}):
            if (root := self._root(link)) in members:
                members[root].append(link)
        return list(members.values())


def _near_pairs(lon: FloatArray, lat: FloatArray, km: float) -> Iterable[tuple[int, int]]:
    if len(lon) < 2:
        return []
    pairs: Iterable[tuple[int, int]] = sorted(cKDTree(place_on_sphere(lon, lat)).query_pairs(km))
    return pairs


def place_on_sphere(lon: FloatArray, lat: FloatArray) -> FloatArray:
    """Points in kilometres from the middle of the Earth: near ones are as far apart as on the ground."""
    east, north = np.radians(lon), np.radians(lat)
    return EARTH_KM * np.column_stack([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)])


def _nearest_foreign(lon: FloatArray, lat: FloatArray, here: str) -> tuple[str | None, FloatArray]:
    """The nearest country other than one, and how far each point is from it in degrees; none where all are far."""
    codes, areas = load_country_areas()
    points = shapely.points(lon, lat)
    near = shapely.intersects(
        shapely.box(*shapely.bounds(areas).T), shapely.box(*shapely.total_bounds(points)).buffer(1.0)
    )
    best, far_from_best = None, np.full(len(lon), np.inf)
    by_code: dict[str, FloatArray] = {}
    for row in np.flatnonzero(near).tolist():
        if codes[row] != here:
            far = shapely.distance(areas[row], points)
            by_code[codes[row]] = np.minimum(by_code.get(codes[row], np.full(len(lon), np.inf)), far)
    for code in sorted(by_code):
        if by_code[code].min() < min(far_from_best.min(), FOREIGN_LAND_DEG):
            best, far_from_best = code, by_code[code]
    return best, far_from_best
