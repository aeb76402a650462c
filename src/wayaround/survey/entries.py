"""The list of networks: a TOML file, checked."""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from wayaround.errors import ScenarioError
from wayaround.network.catalogue import CATALOGUE, open_network
from wayaround.network.osm_file import digest_file
from wayaround.network.store import HEADER
from wayaround.scenario import first_problem, read_toml, where_in_file
from wayaround.scenario_entries import Entry, Name

MOST_NETWORKS = 1000
Cities = Annotated[int, Field(ge=2, le=5000)]
Unit = Literal["link", "section", "crossing"]


class NetworkEntry(Entry):
    """A network of the list."""

    network: Name
    name: Name | None = None
    countries: Annotated[list[Name], Field(min_length=1)] | None = None
    cities: Cities | None = None
    unit: Unit | None = None
    profile: Name | None = None


class NetworkList(Entry):
    """The file: what holds for all, and the networks."""

    cities: Cities = 50
    unit: Unit = "link"
    profile: Name = "truck"
    every_country_of: Name | None = None
    networks: Annotated[list[NetworkEntry], Field(max_length=MOST_NETWORKS)] = Field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One network to be looked at.

    Parameters
    ----------
    name : str
        How to call it.
    network : str
        Name in the catalogue, or path of a stored network or of a file of OpenStreetMap data.
    countries : tuple of str, optional
        Only cities and roads of these; journeys may use all roads.
    cities : int
        The largest so many.
    unit : {"link", "section", "crossing"}
        What is lost at a time.
    profile : str
        The vehicle.
    """

    name: str
    network: str
    countries: tuple[str, ...] | None
    cities: int
    unit: Unit
    profile: str

    def digest(self) -> str:
        """Of all that its row rests on, the content of its file included."""
        path = Path(self.network)
        content = "none"
        if self.network in CATALOGUE:
            content = CATALOGUE[self.network][1]()
        elif (path / HEADER).is_file():
            content = digest_file(path / HEADER)
        elif path.is_file():
            content = digest_file(path)
        return hashlib.sha256(json.dumps([asdict(self), content]).encode()).hexdigest()


def read_network_list(path: Path) -> tuple[Wanted, ...]:
    """Read a list of networks.

    Parameters
    ----------
    path : Path
        TOML; paths in it start from its folder.

    Returns
    -------
    tuple of Wanted
        Each with a name of its own.

    Raises
    ------
    FileUnreadable
        Missing, or no TOML.
    ScenarioError
        An unknown key, a wrong value, two networks of one name, or none at all.
    """
    content, text = read_toml(path, "list of networks")
    try:
        listed = NetworkList.model_validate(content)
    except ValidationError as error:
        raise first_problem(error, path, text, _keys_beside) from error
    found = [_want(listed, each, path) for each in listed.networks]
    if listed.every_country_of is not None:
        network = _locate(listed.every_country_of, path)
        codes = sorted(code for code in open_network(network).countries if code.isalpha() and code != "ZZ")
        found += [_want(listed, NetworkEntry(network=network, name=code, countries=[code]), path) for code in codes]
    if not found:
        raise ScenarioError(
            f"{path} lists no network; add [[networks]] with network = ..., or every_country_of.", ids=[str(path)]
        )
    names: set[str] = set()
    for row, wanted in enumerate(found):
        if wanted.name in names:
            at = where_in_file(path, text, ("networks", row))
            raise ScenarioError(f'{at}: two networks are called "{wanted.name}"; give one a name.', ids=[wanted.name])
        names.add(wanted.name)
    return tuple(found)


def _want(listed: NetworkList, entry: NetworkEntry, path: Path) -> Wanted:
    network = _locate(entry.network, path)
    said = [Path(network).name.split(".")[0], *(entry.countries or ())]
    return Wanted(
        name=entry.name or " ".join(said),
        network=network,
        countries=None if entry.countries is None else tuple(entry.countries),
        cities=entry.cities or listed.cities,
        unit=entry.unit or listed.unit,
        profile=entry.profile or listed.profile,
    )


def _locate(network: str, path: Path) -> str:
    return network if network in CATALOGUE else str(path.parent.absolute() / network)


def _keys_beside(key: tuple[str | int, ...]) -> list[str]:
    """The valid keys of the table that a key stands in."""
    return list((NetworkEntry if key[0] == "networks" and len(key) > 1 else NetworkList).model_fields)
