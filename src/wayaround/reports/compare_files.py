"""A comparison as Parquet, as JSON, and as small maps of one view."""

import json
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from wayaround.closures.zone import Zone
from wayaround.compare.result import Case, Comparison
from wayaround.impact.detours import route_line
from wayaround.reports.compare import say_fare
from wayaround.reports.compare_summary import summarise_comparison
from wayaround.reports.folder import fill_folder
from wayaround.reports.headline import MOST_NAMED, shorten
from wayaround.reports.maps import DPI
from wayaround.reports.small_maps import SmallMap, draw_small_maps
from wayaround.routing.terminals import Route
from wayaround.units import FloatArray


def write_comparison(comparison: Comparison, folder: Path) -> None:
    """Write compare.parquet, summary.json and compare.png.

    All are written beside the folder first and moved in when all are complete, so a fault leaves what was there.

    Raises
    ------
    FileUnreadable
        The folder cannot be written.
    """

    def write(draft: Path) -> None:
        comparison.table().to_parquet(draft / "compare.parquet", index=False)
        summary = json.dumps(summarise_comparison(comparison), ensure_ascii=False, indent=1, allow_nan=False)
        (draft / "summary.json").write_text(summary + "\n", encoding="utf-8")
        draw_comparison(comparison).savefig(draft / "compare.png", dpi=DPI, metadata={"Software": None})

    fill_folder(folder, write)


def draw_comparison(comparison: Comparison) -> Figure:
    """Draw all cases as maps of one view, with closures and the ways of up to six journeys.

    Parameters
    ----------
    comparison : Comparison
        The result.

    Returns
    -------
    matplotlib.figure.Figure
        1600 pixels wide.
    """
    shown = min(len(comparison.journeys), MOST_NAMED)
    ways = f"{shown} of {len(comparison.journeys):,}" if shown < len(comparison.journeys) else f"{shown}"
    sentence = f"{len(comparison)} cases, {ways} {'journey' if shown == 1 else 'journeys'} before and after."
    maps = [_map_of(comparison, case) for case in comparison.cases]
    return draw_small_maps(maps, title="The same journeys side by side", sentence=sentence)


def _map_of(comparison: Comparison, case: Case) -> SmallMap:
    journeys, trips = comparison.journeys[:MOST_NAMED], case.measured.trips
    pairs = {ends: int(np.flatnonzero(trips.named)[case.rows[ends]]) for ends in journeys}

    def lines(routes: tuple[Route | None, ...]) -> list[FloatArray]:
        driven = [(pairs[ends], routes[case.rows[ends]]) for ends in journeys]
        return [
            np.asarray(route_line(case.network, trips, pair, route).coords)
            for pair, route in driven
            if route is not None
        ]

    ends_at = {
        name: np.array([trips.snapped.lon[place[pairs[ends]]], trips.snapped.lat[place[pairs[ends]]]])
        for ends in journeys
        for name, place in zip(ends, (trips.origin, trips.destination), strict=True)
    }
    measured = case.measured
    totals = f"{measured.extra_weighted_h:,.1f} weighted h, {measured.cut_off_weight:,.1f} cut off"
    return SmallMap(
        title=shorten(case.name, letters=34),
        result=say_fare(case, journeys[0]) if len(comparison.journeys) == 1 else totals,
        network=case.network,
        closures=[each for each in case.in_force if len(each.links) or isinstance(each.closure.target, Zone)],
        before=lines(measured.routes_before),
        after=lines(measured.routes_after),
        ends=ends_at,
    )
