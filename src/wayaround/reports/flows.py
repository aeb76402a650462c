"""Traffic of each link as a table with geometry, for flows.parquet and flows.geojson."""

import geopandas as gpd
import numpy as np

from wayaround.impact.result import Impact

MOST_IN_GEOJSON = 20_000
"""Links in flows.geojson at most, those of most traffic; flows.parquet holds all."""


def flow_features(impact: Impact, most: int | None = None) -> gpd.GeoDataFrame:
    """Links with traffic before or after, the largest change first.

    Parameters
    ----------
    impact : Impact
        The result.
    most : int, optional
        So many of them, those of most traffic; all if left out.

    Returns
    -------
    geopandas.GeoDataFrame
        Columns link, km, country, crossing, forward_before, backward_before, forward_after, backward_after (weights,
        from the link's tail to its head and back), before, after, change and geometry, in longitude and latitude.
    """
    traffic, network = impact.traffic, impact.network
    before, after = (state / impact.trips.quanta for state in (traffic.before, traffic.after))
    total = np.maximum(before.sum(axis=0), after.sum(axis=0))
    rows = np.lexsort((traffic.links, -total))[:most]
    change = np.abs(traffic.change)[rows]
    rows = rows[np.lexsort((traffic.links[rows], -total[rows], -change))]
    links = traffic.links[rows]
    crossing_of = network.crossing_of_link
    return gpd.GeoDataFrame(
        {
            "link": links,
            "km": np.asarray(network.link_length_m)[links] / 1000,
            "country": [network.countries[row] for row in np.asarray(network.link_country)[links].tolist()],
            "crossing": [crossing_of[link].name if link in crossing_of else None for link in links.tolist()],
            "forward_before": before[0, rows],
            "backward_before": before[1, rows],
            "forward_after": after[0, rows],
            "backward_after": after[1, rows],
            "before": before[:, rows].sum(axis=0),
            "after": after[:, rows].sum(axis=0),
            "change": traffic.change[rows] / impact.trips.quanta,
        },
        geometry=list(network.lines(links)),
        crs="EPSG:4326",
    )
