"""The files of ``run --out``."""

import json
from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import shapely

from wayaround.claims.finding import Finding
from wayaround.closures.zone import Zone
from wayaround.compare.result import Comparison
from wayaround.impact.detours import STATUSES, route_line
from wayaround.impact.result import Impact
from wayaround.impact.using import Use
from wayaround.reports.document import write_report
from wayaround.reports.flow_map import render_flow_map
from wayaround.reports.flows import MOST_IN_GEOJSON, flow_features
from wayaround.reports.folder import fill_folder
from wayaround.reports.geojson import write_geojson
from wayaround.reports.maps import write_map
from wayaround.reports.summary import summarise


def write_results(
    impact: Impact,
    folder: Path,
    *,
    uses: Sequence[Use] = (),
    findings: Sequence[Finding] = (),
    variants: Comparison | None = None,
) -> None:
    """Write tables, geometry, summary, maps and report.

    They are impact.parquet, routes.geojson, closures.geojson, flows.parquet, flows.geojson, summary.json, map.png,
    flows.png and report.html.

    All are written beside the folder first and moved in when all are complete, so a fault leaves what was there.

    Parameters
    ----------
    impact : Impact
        The result.
    folder : Path
        Is made if it does not exist; other files in it stay.
    uses : sequence of Use
        Roads whose journeys were asked for; they go into summary.json.
    findings : sequence of Finding
        The scenario's claims with their verdicts; they go there too.
    variants : Comparison, optional
        The scenario for its own and for other vehicles and parties; it goes there and into the report.

    Raises
    ------
    FileUnreadable
        The folder cannot be written.
    """
    fill_folder(folder, lambda draft: _write_all(impact, draft, uses, findings, variants))


def _write_all(
    impact: Impact, folder: Path, uses: Sequence[Use], findings: Sequence[Finding], variants: Comparison | None
) -> None:
    impact.pairs.to_parquet(folder / "impact.parquet", index=False)
    write_geojson(route_features(impact), folder / "routes.geojson")
    write_geojson(closure_features(impact), folder / "closures.geojson")
    content = summarise(impact, uses=uses, findings=findings, variants=variants)
    summary = json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False)
    (folder / "summary.json").write_text(summary + "\n", encoding="utf-8")
    flow_features(impact).to_parquet(folder / "flows.parquet", index=False)
    write_geojson(flow_features(impact, MOST_IN_GEOJSON), folder / "flows.geojson")
    write_map(impact, folder / "map.png")
    (folder / "flows.png").write_bytes(render_flow_map(impact))
    map_png, flows_png = ((folder / name).read_bytes() for name in ("map.png", "flows.png"))
    write_report(impact, folder / "report.html", map_png=map_png, flows_png=flows_png, variants=variants)


def route_features(impact: Impact) -> gpd.GeoDataFrame:
    """Routes of the listed journeys, before and after, one row each.

    Returns
    -------
    geopandas.GeoDataFrame
        Columns origin, destination, state (before or after), km, status and geometry, in longitude and latitude.
    """
    rows = []
    for journey in impact.journeys:
        for state, route, skim in (
            ("before", journey.before, impact.before),
            ("after", journey.after, impact.after),
        ):
            if route is not None:
                rows.append(
                    {
                        "origin": impact.trips.places[impact.trips.origin[journey.pair]].name,
                        "destination": impact.trips.places[impact.trips.destination[journey.pair]].name,
                        "state": state,
                        "km": float(skim.length_m[journey.pair]) / 1000,
                        "status": STATUSES[int(impact.status[journey.pair])],
                        "geometry": route_line(impact.network, impact.trips, journey.pair, route),
                    }
                )
    columns = ["origin", "destination", "state", "km", "status", "geometry"]
    return gpd.GeoDataFrame(rows, columns=columns, geometry="geometry", crs="EPSG:4326")


def closure_features(impact: Impact) -> gpd.GeoDataFrame:
    """Closures as areas, or as the links that they concern.

    Returns
    -------
    geopandas.GeoDataFrame
        Columns id, links_closed, in_force and geometry, in longitude and latitude.
    """
    rows = []
    for report in impact.closures:
        target = report.matched.closure.target
        lines = impact.network.lines(report.matched.links)
        rows.append(
            {
                "id": report.matched.closure.id,
                "links_closed": report.links_closed,
                "in_force": report.in_force,
                "geometry": target.area if isinstance(target, Zone) else shapely.MultiLineString(list(lines)),
            }
        )
    columns = ["id", "links_closed", "in_force", "geometry"]
    return gpd.GeoDataFrame(rows, columns=columns, geometry="geometry", crs="EPSG:4326")
