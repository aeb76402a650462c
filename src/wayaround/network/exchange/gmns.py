"""GMNS, the General Modeling Network Specification (version 0.96): tables of nodes and links for transport models.

Two-way links are two rows of link.csv, as models expect them: directed, with one geometry, of which `dir_flag` says
how it runs. What GMNS has no field for stands in columns of our own beside the fields, so that nothing is lost but
turn restrictions. Source: specification, tables link, node, config and use_definition.
"""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from wayaround.network.attributes import LinkAttributes
from wayaround.network.exchange.columns import attribute_columns
from wayaround.network.road_network import RoadNetwork
from wayaround.units import Int64Array

VERSION = "0.96"

OWN_COLUMNS = ("osm_way", "surface", "flags", "duration_s", "maxweight_t", "maxheight_m", "ref", "conditional")
"""What is known of a link and has no field in GMNS, by the names of `LinkAttributes`."""

LINK = "wayaround_link"
"""Column of our own: the number of the link, alike in both rows of a two-way one."""

CLOSED = "closed"
"""The use of a link on which nobody may drive."""

_USES = (
    ("car", 1.5, 1.0, "cars"),
    ("hgv", 1.0, 2.5, "lorries of more than 3.5 tonnes"),
    (CLOSED, 0.0, 0.0, "nobody drives there"),
)
_HIGHEST_SPEED = 200.0


def write_gmns(network: RoadNetwork, folder: Path) -> None:
    """Write a network as link.csv, node.csv, config.csv and use_definition.csv.

    Lengths are in kilometres, speeds in km/h, coordinates in EPSG:4326. `free_speed` is the speed limit, and empty
    where none is known or there is none.

    Parameters
    ----------
    network : RoadNetwork
        The network.
    folder : Path
        An empty folder.
    """
    _link_table(network).to_csv(folder / "link.csv", index=False)
    country = np.array(network.countries, dtype=object)
    pd.DataFrame(
        {
            "node_id": np.arange(network.nodes),
            "x_coord": network.node_lon,
            "y_coord": network.node_lat,
            "country": country[network.node_country],
        }
    ).to_csv(folder / "node.csv", index=False)
    pd.DataFrame(
        [
            {
                "dataset_name": network.name,
                "short_length": "m",
                "long_length": "km",
                "speed": "km/h",
                "crs": "EPSG:4326",
                "geometry_field_format": "WKT",
                "currency": "",
                "version_number": VERSION,
                "id_type": "integer",
                "source": network.source,
                "licence": network.licence,
                "attribution": network.attribution,
            }
        ]
    ).to_csv(folder / "config.csv", index=False)
    pd.DataFrame(_USES, columns=["use", "persons_per_vehicle", "pce", "description"]).to_csv(
        folder / "use_definition.csv", index=False
    )


def _link_table(network: RoadNetwork) -> pd.DataFrame:
    """Rows of link.csv: of each link the one along it, then the one against it."""
    links = network.attributes
    every = np.arange(network.links)
    forward, backward = (
        (np.ones(network.links, bool), np.ones(network.links, bool))
        if links is None
        else (np.asarray(links.access_forward) > 0, np.asarray(links.access_backward) > 0)
    )
    forward = forward | ~backward  # a link that nobody may use has a row all the same
    link = np.concatenate([every[forward], every[backward]])
    against = np.repeat([0, 1], [forward.sum(), backward.sum()])
    order = np.lexsort([against, link])
    link, against = link[order], against[order]
    tail, head = np.asarray(network.link_tail)[link], np.asarray(network.link_head)[link]
    columns = {
        "link_id": 2 * link + against,
        "from_node_id": np.where(against, head, tail),
        "to_node_id": np.where(against, tail, head),
        "directed": "true",
        "geometry": shapely.to_wkt(network.lines(every), rounding_precision=-1)[link],
        "dir_flag": 1 - 2 * against,
        "length": np.asarray(network.link_length_m)[link] / 1000,
        LINK: link,
        "country": np.array(network.countries, dtype=object)[network.link_country[link]],
    }
    return pd.DataFrame(columns | ({} if links is None else _describe(links, link, against)))


def _describe(links: LinkAttributes, link: Int64Array, against: Int64Array) -> dict[str, npt.NDArray[Any]]:
    known = attribute_columns(links)
    uses, limits, lanes = (
        np.where(against, second[link], first[link])
        for first, second in (
            (known["access_forward"], known["access_backward"]),
            (known["maxspeed_forward_kmh"], known["maxspeed_backward_kmh"]),
            _lanes_by_direction(links),
        )
    )
    return {
        "name": known["name"][link],
        "facility_type": known["road_class"][link],
        "free_speed": np.where(limits > _HIGHEST_SPEED, np.nan, limits),
        "lanes": np.where(lanes > 0, lanes.astype(str), ""),
        "allowed_uses": np.where(uses == "", CLOSED, uses),
        "no_limit": np.isinf(limits),
        **{name: known[name][link] for name in OWN_COLUMNS},
    }


def _lanes_by_direction(links: LinkAttributes) -> tuple[Int64Array, Int64Array]:
    """Half of the lanes of a two-way road each, the odd one along it; all of a one-way road's."""
    lanes = np.asarray(links.lanes, dtype=np.int64)
    one_way = (links.access_forward == 0) | (links.access_backward == 0)
    return np.where(one_way, lanes, (lanes + 1) // 2), np.where(one_way, lanes, lanes // 2)
