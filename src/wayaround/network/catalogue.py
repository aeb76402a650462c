"""Networks by name: what the package brings, and folders that a user built."""

import difflib
from pathlib import Path

from wayaround.cache import cache_folder
from wayaround.errors import FeatureNotBuilt, NetworkNotFound
from wayaround.network import world_highways
from wayaround.network.road_network import RoadNetwork
from wayaround.network.store import HEADER, SCHEMA_VERSION, read_network, write_network

CATALOGUE = {
    world_highways.NAME: (world_highways.build_world_highways, world_highways.shipped_digest),
}


def open_network(name: str | Path, *, relative_to: Path | None = None) -> RoadNetwork:
    """Open a network of the catalogue, or a stored network's folder.

    On first use a network of the catalogue is written to the user's cache, which takes a few seconds; from
    then on it opens by memory map.

    Parameters
    ----------
    name : str or Path
        Name in the catalogue, or path of a folder.
    relative_to : Path, optional
        Folder that a relative path starts from; the current folder if left out.

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
    FeatureNotBuilt
        A file of OpenStreetMap data.

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
    if path.name.endswith((".osm", ".osm.pbf", ".osm.gz", ".osm.bz2")):
        raise FeatureNotBuilt(f'reading OpenStreetMap files such as "{name}" is not built yet; use world-highways.')
    near = difflib.get_close_matches(str(name), CATALOGUE, n=1, cutoff=0.0)[0]
    raise NetworkNotFound(
        f'no network "{name}": neither a folder with a stored network nor a name of the catalogue; '
        f'the nearest name is "{near}".',
        ids=[str(name)],
    )
