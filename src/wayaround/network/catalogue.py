"""Networks by name: what the package brings, and folders that a user built."""

import difflib
from dataclasses import replace
from pathlib import Path

from wayaround.cache import cache_folder
from wayaround.errors import FileUnreadable, NetworkNotFound
from wayaround.network import world_highways
from wayaround.network.build import Progress, build_network, digest_sources
from wayaround.network.osm_file import digest_file, is_osm_path, strip_ending
from wayaround.network.road_network import RoadNetwork
from wayaround.network.store import HEADER, SCHEMA_VERSION, read_network, write_network

CATALOGUE = {
    world_highways.NAME: (world_highways.build_world_highways, world_highways.shipped_digest),
}


def open_network(name: str | Path, *, relative_to: Path | None = None, progress: Progress | None = None) -> RoadNetwork:
    """Open a network of the catalogue, a stored network's folder, or a file of OpenStreetMap data.

    On first use a network of the catalogue is written to the user's cache, which takes a few seconds, and so is
    one that is built from a file, which takes as long as the file is large; from then on it opens by memory map.

    Parameters
    ----------
    name : str or Path
        Name in the catalogue, path of a folder, or path of a file ending in .osm.pbf, .osm, .osm.gz or .osm.bz2.
    relative_to : Path, optional
        Folder that a relative path starts from; the current folder if left out.
    progress : callable, optional
        Told the stage of a build, and how much of it is done.

    Returns
    -------
    RoadNetwork
        With arrays that nobody can write to.

    Raises
    ------
    NetworkNotFound
        Neither a name of the catalogue nor a folder with a stored network.
    StoreDamaged
        The stored network is incomplete.
    FileUnreadable
        A file that is no OpenStreetMap data, or that holds no road.

    Examples
    --------
    >>> network = open_network("world-highways")
    >>> network.nodes
    560282
    """
    if name in CATALOGUE:
        build, digest = CATALOGUE[str(name)]
        folder = cache_folder() / f"{name}-v{SCHEMA_VERSION}-{digest()[:16]}"
        if not folder.is_dir():
            write_network(build(), folder)
        return read_network(folder)
    path = (relative_to or Path()) / name
    try:
        stored = (path / HEADER).is_file()
    except OSError as error:
        raise NetworkNotFound(f'cannot look for the network "{path}": {error.strerror}.', ids=[str(name)]) from error
    if stored:
        return read_network(path)
    if is_osm_path(path):
        return _open_file(path, progress)
    near = difflib.get_close_matches(str(name), CATALOGUE, n=1, cutoff=0.0)[0]
    raise NetworkNotFound(
        f'no network "{name}": neither a folder with a stored network nor a name of the catalogue; '
        f'the nearest name is "{near}".',
        ids=[str(name)],
    )


def _open_file(path: Path, progress: Progress | None) -> RoadNetwork:
    """The network of a file, out of the cache if it is there."""
    try:
        digest = digest_sources([digest_file(path)])
    except OSError as error:
        raise FileUnreadable(f'cannot read "{path}": {error.strerror or error}.', ids=[str(path)]) from error
    name = strip_ending(path)
    folder = cache_folder() / f"osm-v{SCHEMA_VERSION}-{digest[:16]}"
    if not folder.is_dir():
        write_network(build_network([path], name=name, progress=progress), folder)
    return replace(read_network(folder), name=name)
