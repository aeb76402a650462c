"""What people call a border crossing: by its posts, else by the towns on both sides and the road."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from scipy.spatial import cKDTree

from wayaround.network.countries import Borders, locate_countries
from wayaround.network.crossings import CrossingPlace, CrossingRoads, place_on_sphere
from wayaround.network.osm_columns import OsmPlace
from wayaround.network.road_network import Crossing, plain_name

TOWN_WITHIN_KM = 50.0
_ENGLISH = ("name:en", "int_name", "name")
_TOWNS_TRIED = 64


def name_crossings(
    roads: CrossingRoads,
    places: Sequence[CrossingPlace],
    towns: Sequence[OsmPlace],
    borders: Borders,
    strings: Sequence[str],
) -> tuple[Crossing, ...]:
    """Give each crossing a name, and other names by which it may be found.

    The name is that of its posts in English, of both sides where they differ; without any, that of the nearest towns on
    both sides, such as "Schaan-Buchs". Crossings that would share a name get their road's behind it, and if that does
    not tell them apart, their identifier. Names in other languages, and those of single posts, find a crossing too,
    unless they would find several.

    Parameters
    ----------
    roads : CrossingRoads
        The network.
    places : sequence of CrossingPlace
        The crossings.
    towns : sequence of OsmPlace
        Cities, towns and villages.
    borders : Borders
        What the map draws.
    strings : sequence of str
        The attributes' table of strings.

    Returns
    -------
    tuple of Crossing
        In the order given.
    """
    sides = _Sides(roads, towns, borders)
    names, others = [], []
    for place in places:
        posts = [post.names for post in place.posts if _in_english(post.names)]
        if posts:
            english = list(map(_in_english, posts[:1] + _of_other_side(posts)))
            names.append("-".join(english))
            others.append(["-".join(english[::-1]), *(spelling for post in posts for spelling in _spellings(post))])
        else:
            ends = sides.of(place)
            names.append("-".join(map(_in_english, ends)))
            others.append(["-".join(way) for pair in _pairs(ends) for way in (pair, pair[::-1])])
    road_names = [_road_name(roads, place, strings) for place in places]
    identities = ["-".join((*place.countries, str(place.links[0]))) for place in places]
    names = _tell_apart(names, road_names, identities)
    spelt = [{plain_name(other) for other in (name, *others[row])} for row, name in enumerate(names)]
    count = Counter(plain for plains in spelt for plain in plains)
    return tuple(
        Crossing(
            id=identity,
            name=name,
            countries=place.countries,
            links=place.links,
            variants=tuple(
                dict.fromkeys(other for other in found if other != name and other and count[plain_name(other)] == 1)
            ),
        )
        for place, identity, name, found in zip(places, identities, names, others, strict=True)
    )


def _tell_apart(names: list[str], roads: list[str], identities: list[str]) -> list[str]:
    """Names that no two crossings share."""
    for extra in ([road or identity for road, identity in zip(roads, identities, strict=True)], identities):
        count = Counter(map(plain_name, names))
        names = [
            name if name and count[plain_name(name)] == 1 else f"{name} ({more})" if name else more
            for name, more in zip(names, extra, strict=True)
        ]
    return names


class _Sides:
    """The towns nearest to a crossing, on each side of the border."""

    def __init__(self, roads: CrossingRoads, towns: Sequence[OsmPlace], borders: Borders) -> None:
        self._roads, self._towns = roads, towns
        if towns:
            lon, lat = (np.array([getattr(town, axis) for town in towns]) for axis in ("lon", "lat"))
            row, codes = locate_countries(lon, lat, borders)
            self._country = [codes[each] for each in row.tolist()]
            self._tree = cKDTree(place_on_sphere(lon, lat))

    def of(self, place: CrossingPlace) -> list[Mapping[str, str]]:
        """Names of the town on the side of each country, as far as there is one."""
        if not self._towns:
            return []
        at = place_on_sphere(*self._roads.middle(np.array(place.links[:1])))[0]
        count = min(_TOWNS_TRIED, len(self._towns))
        far_km, row = (np.atleast_1d(each) for each in self._tree.query(at, k=count))
        found: dict[str, Mapping[str, str]] = {}
        for km, town in zip(far_km.tolist(), row.tolist(), strict=True):
            if km <= TOWN_WITHIN_KM and self._country[town] in place.countries:
                found.setdefault(self._country[town], self._towns[town].names)
        return [found[code] for code in place.countries if code in found]


def _of_other_side(posts: list[Mapping[str, str]]) -> list[Mapping[str, str]]:
    """The first post that is not called like the first of all."""
    return [post for post in posts if _in_english(post) != _in_english(posts[0])][:1]


def _in_english(names: Mapping[str, str]) -> str:
    return next((names[key].strip() for key in _ENGLISH if names.get(key, "").strip()), "")


def _spellings(names: Mapping[str, str]) -> list[str]:
    """All names in all languages, each once."""
    return list(dict.fromkeys(part.strip() for value in names.values() for part in value.split(";") if part.strip()))


def _pairs(ends: list[Mapping[str, str]]) -> list[list[str]]:
    """Names of both ends, in English and language by language where both have one."""
    if len(ends) < 2:
        return []
    languages = ["name", *sorted(key for key in ends[0] if key.startswith("name:") and key in ends[1])]
    return [list(map(_in_english, ends)), *([end[language] for end in ends] for language in languages)]


def _road_name(roads: CrossingRoads, place: CrossingPlace, strings: Sequence[str]) -> str:
    links = roads.attributes
    for link in place.links:
        for row in (int(links.name[link]), int(links.ref[link])):
            if row:
                return strings[row]
    return ""
