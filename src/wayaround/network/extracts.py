"""Extracts of OpenStreetMap by name, id, area or address; the finder `osmfinder` knows where they lie."""

import difflib
import hashlib
import importlib
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from wayaround.cache import cache_folder
from wayaround.errors import DownloadFailed, ExtractNotFound, FileUnreadable, PackageMissing
from wayaround.network.download import Progress, download_file
from wayaround.network.osm_file import FORMATS, is_osm_path

SOURCE = "Geofabrik"
"""Whose extracts are looked for unless another is named: it publishes digests."""

AREA_FORMATS = (".geojson", ".json", ".gpkg", ".parquet", ".shp")
"""Endings of files with polygons, for which the extracts that cover them are found."""

_NEAREST = 3


@dataclass(frozen=True, slots=True)
class Extract:
    """An extract: its id, and where it lies."""

    id: str
    url: str


@dataclass(frozen=True, slots=True)
class FetchedFile:
    """A file of an extract, and whether the server published a digest that it was checked against."""

    path: Path
    is_checked: bool


def fetch_extracts(
    wanted: str, *, source: str = SOURCE, progress: Progress | None = None
) -> tuple[tuple[Extract, ...], tuple[FetchedFile, ...]]:
    """Find extracts and fetch their files into the cache, where later calls find them.

    Parameters
    ----------
    wanted : str
        As for `find_extracts`.
    source : str
        As for `find_extracts`.
    progress : callable, optional
        Told how many of how many bytes of a file have come.

    Returns
    -------
    extracts : tuple of Extract
    files : tuple of FetchedFile
        One each.

    Raises
    ------
    ExtractNotFound, PackageMissing, DownloadFailed, FileUnreadable
    """
    extracts = find_extracts(wanted, source=source)
    files = []
    for extract in extracts:
        folder = cache_folder() / "extracts" / hashlib.sha256(extract.url.encode()).hexdigest()[:16]
        path = folder / Path(urlsplit(extract.url).path).name
        files.append(FetchedFile(path, download_file(extract.url, path, progress=progress)))
    return extracts, tuple(files)


def find_extracts(wanted: str, *, source: str = SOURCE) -> tuple[Extract, ...]:
    """Find the extracts that go by a name, or that cover an area.

    Parameters
    ----------
    wanted : str
        A name or an id of the source, capitals and signs between words left aside (``syria``, ``us/maine``); the path
        of a file of polygons, ending as in `AREA_FORMATS`; or the address of an OpenStreetMap file itself.
    source : str
        One of those that osmfinder knows: Geofabrik, osmfr, BBBike, GEO2Day, Movisda-admin, Movisda-grid.

    Returns
    -------
    tuple of Extract
        One by name; by area as few and as small ones as cover it.

    Raises
    ------
    ExtractNotFound
        With the nearest names, or saying that the area is not covered.
    PackageMissing
        osmfinder is not installed.
    DownloadFailed
        The finder cannot fetch its index.

    Examples
    --------
    >>> find_extracts("https://download.geofabrik.de/asia/syria-latest.osm.pbf")
    (Extract(id='syria-latest.osm.pbf', url='https://download.geofabrik.de/asia/syria-latest.osm.pbf'),)
    """
    if "://" in wanted:
        file = Path(urlsplit(wanted).path).name
        if not is_osm_path(file):
            raise ExtractNotFound(f"{wanted} does not end in one of {', '.join(FORMATS)}.", ids=[wanted])
        return (Extract(file, wanted),)
    if wanted.endswith(AREA_FORMATS):
        return _find_by_area(Path(wanted), source)
    return _find_by_name(wanted, source)


def _find_by_name(wanted: str, source: str) -> tuple[Extract, ...]:
    every = _ask(source, lambda finder: finder.get_available_extracts(source))
    plain = _plain(wanted)
    found = [each for each in every if plain in _names(each)]
    if len(found) > 1:
        listed = ", ".join(sorted(each.id for each in found))
        raise ExtractNotFound(f'several extracts are called "{wanted}": {listed}; name one of these.', ids=[wanted])
    if not found:
        names = {_plain(each.name): each.name for each in every}
        near = difflib.get_close_matches(plain, names, n=_NEAREST, cutoff=0.5)
        choice = " or ".join(f'"{names[key]}"' for key in near)
        hint = f"did you mean {choice}?" if choice else f"{source} has {len(every):,} others."
        raise ExtractNotFound(f'no extract of {source} is called "{wanted}"; {hint}', ids=[wanted])
    return (Extract(found[0].id, found[0].url),)


def _find_by_area(path: Path, source: str) -> tuple[Extract, ...]:
    import geopandas as gpd

    try:
        read = gpd.read_parquet if path.suffix == ".parquet" else gpd.read_file
        area = read(path).to_crs("EPSG:4326").geometry.union_all()
    except (OSError, ValueError, RuntimeError) as error:
        raise FileUnreadable(f'cannot read polygons from "{path}": {error}.', ids=[str(path)]) from error
    if area.geom_type not in ("Polygon", "MultiPolygon"):
        raise FileUnreadable(f'"{path}" holds no polygon but a {area.geom_type}.', ids=[str(path)])
    result = _ask(source, lambda finder: finder.find_extracts_by_geometry(area, source=source))
    return tuple(Extract(each.id, each.url) for each in result.extracts)


def _ask(source: str, question: Callable[[Any], Any]) -> Any:
    """An answer of the finder, its troubles told in our words."""
    try:
        finder = importlib.import_module("osmfinder")
        exceptions = importlib.import_module("osmfinder.exceptions")
    except ImportError as error:
        raise PackageMissing(
            "osmfinder is not installed, which knows where extracts lie; `pip install 'wayaround[fetch]'` brings it, "
            "and the address of a file needs none.",
            ids=["osmfinder"],
        ) from error
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return question(finder)
    except exceptions.GeometryNotCoveredError as error:
        raise ExtractNotFound(f"the extracts of {source} do not cover the whole area.") from error
    except ValueError as error:
        known = ", ".join(each.value for each in finder.OsmExtractSource)
        raise ExtractNotFound(
            f'no source of extracts is called "{source}"; there are {known}.', ids=[source]
        ) from error
    except OSError as error:  # what `requests` raises is one of these
        raise DownloadFailed(
            f"the index of {source} cannot be fetched ({type(error).__name__}); the address of a file needs none."
        ) from error


def _names(extract: Any) -> Sequence[str]:
    bare = extract.id.partition("_")[2]
    return [_plain(name) for name in (extract.id, bare, extract.name, extract.file_name)]


def _plain(name: str) -> str:
    return "".join(sign if sign.isalnum() else " " for sign in name.casefold()).strip()
