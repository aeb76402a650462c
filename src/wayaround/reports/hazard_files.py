"""Sampled closures as Parquet, as JSON and as a picture: a map of chances, and how likely losses are exceeded."""

import json
from pathlib import Path

import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.cm import ScalarMappable
from matplotlib.collections import LineCollection
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from wayaround.hazard.result import HazardResult
from wayaround.reports.basemap import BORDERS, View, draw_ground, draw_scale, fit_view
from wayaround.reports.folder import fill_folder
from wayaround.reports.hazard import say_end, summarise_hazard
from wayaround.reports.headline import shorten
from wayaround.reports.lettering import Labels, name_cities, write_title
from wayaround.reports.maps import BEFORE, DPI, EDGE, HEIGHT_IN, INK, WIDTH_IN
from wayaround.units import FloatArray, Int64Array

COLOURS = "viridis_r"
NAMED = 10
CHARTS_TOP, CHARTS_BOTTOM = 0.315, 0.115
MAP_BOTTOM = 0.42
LEAST_SPAN = 1e-3
"""Chances are told apart by colour down to this share of the greatest."""

MANY_ROADS, FEW = 500, 0.01
"""Of so many roads the view leaves out this share on each side."""

EVERY_PLACE = 10**9


def write_hazard(result: HazardResult, folder: Path) -> None:
    """Write samples.parquet, places.parquet, summary.json and hazard.png.

    Raises
    ------
    FileUnreadable
        The folder cannot be written.
    """

    def write(draft: Path) -> None:
        result.samples().to_parquet(draft / "samples.parquet", index=False)
        result.places().to_parquet(draft / "places.parquet", index=False)
        summary = json.dumps(summarise_hazard(result, EVERY_PLACE), ensure_ascii=False, indent=1, allow_nan=False)
        (draft / "summary.json").write_text(summary + "\n", encoding="utf-8")
        draw_hazard(result).savefig(draft / "hazard.png", dpi=DPI, metadata={"Software": None})

    fill_folder(folder, write)


def draw_hazard(result: HazardResult) -> Figure:
    """Draw a map of the chances of roads and places, and below it how likely each loss is exceeded.

    Parameters
    ----------
    result : HazardResult
        The result.

    Returns
    -------
    matplotlib.figure.Figure
        1600 by 1100 pixels.
    """
    figure = Figure(figsize=(WIDTH_IN, HEIGHT_IN), dpi=DPI, facecolor="white")
    FigureCanvasAgg(figure)
    sentence = f"{result.said[0].upper()}{result.said[1:]}; {result.profile.name}, {result.day}. {say_end(result)}"
    top = write_title(figure, "What closures by chance cost", sentence, left=EDGE)
    _draw_map(figure, result, top=top)
    panels = [("extra weighted hours", result.extra_weighted_h)]
    if result.cut_off_weight.any():
        panels.append(("weight cut off", result.cut_off_weight))
    gap = 0.07
    width = (1 - 2 * EDGE - 0.055 - gap * (len(panels) - 1)) / len(panels)
    for number, (words, values) in enumerate(panels):
        left = EDGE + 0.055 + number * (width + gap)
        axes = figure.add_axes((left, CHARTS_BOTTOM, width, CHARTS_TOP - CHARTS_BOTTOM))
        _draw_exceedance(axes, result, np.sort(values), words)
        if number == 0:
            axes.set_ylabel("chance of more", fontsize=8.5)
    network = result.network
    source = f"Roads: {network.attribution} ({network.licence}). Borders and coasts, simplified: Natural Earth."
    band = f"Shaded: {100 * result.confidence:g} % interval at each level by itself, whenever sampling stops."
    figure.text(EDGE, EDGE + 0.018, band, fontsize=7.5, color=INK)
    figure.text(EDGE, EDGE, source, fontsize=6.5, color="#555555", parse_math=False)
    return figure


def _draw_map(figure: Figure, result: HazardResult, *, top: float) -> None:
    network, chance = result.network, result.hazard.chance
    roads = result.hazard.roads
    row = np.repeat(np.arange(len(roads)), np.diff(roads.first))
    likely = np.flatnonzero(chance[row] > 0)
    likely = likely[np.argsort(chance[row[likely]], kind="stable")]  # the likeliest on top
    lines = list(network.lines(roads.link[likely]))
    hit = np.flatnonzero(result.place_hits)
    view = _choose_view(result, lines, hit, aspect=WIDTH_IN * (1 - 2 * EDGE) / (HEIGHT_IN * (top - MAP_BOTTOM)))
    axes = draw_ground(figure, network, view, edge=EDGE, bottom=MAP_BOTTOM, top=top, road_width=0.4, border_width=0.6)
    for each in result.footprints:
        for part in shapely.get_parts(each.zone.area):
            edge = view.line(*shapely.get_coordinates(part.exterior).T)
            axes.fill(*edge.T, facecolor="#7A3B69", alpha=0.12, zorder=2)
            axes.plot(*edge.T, color="#7A3B69", linewidth=0.8, zorder=3)
    place_chance = result.place_hits / len(result)
    shown = np.concatenate([chance[row[likely]], place_chance[hit], [1e-9]])
    most = float(shown.max())
    least = min(max(float(shown[shown > 1e-9].min(initial=most)), most * LEAST_SPAN), most / 2)
    scale = ScalarMappable(LogNorm(least, most), COLOURS)
    coloured = LineCollection(
        [view.line(*np.asarray(line.coords).T) for line in lines],
        colors=scale.to_rgba(np.maximum(chance[row[likely]], least)),
        linewidths=1.6 if len(lines) < 5000 else 0.7,
        capstyle="round",
        zorder=4,
        rasterized=True,
    )
    axes.add_collection(coloured)
    labels = Labels(axes)
    x, y = view.x(result.trips.snapped.lon), np.asarray(result.trips.snapped.lat)
    order = hit[np.lexsort((hit, -result.place_lost_share[hit], -result.place_hits[hit]))]
    colours = scale.to_rgba(np.maximum(place_chance, least))
    for each in order.tolist():
        axes.plot(x[each], y[each], "o", markersize=6, color=colours[each], markeredgecolor=INK, zorder=6)
        labels.keep_marker_clear(float(x[each]), float(y[each]), radius_pt=3)
    for each in order[:NAMED].tolist():
        name = f"{shorten(result.trips.places[each].name, letters=24)} {place_chance[each]:.2g}"
        labels.place(name, float(x[each]), float(y[each]), reach_pt=3, fontsize=8, fontweight="bold", color="black")
    if not len(hit):
        name_cities(axes, labels, view)
    bar = figure.colorbar(
        scale, cax=figure.add_axes((EDGE + 0.01, MAP_BOTTOM - 0.03, 0.25, 0.013)), orientation="horizontal"
    )
    bar.ax.tick_params(labelsize=7)
    bar.ax.xaxis.set_major_locator(LogLocator(10, subs=(1,) if most > 50 * least else (1, 2, 5)))
    bar.ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    bar.ax.xaxis.set_minor_formatter(NullFormatter())
    words = "chance: of a road to be lost (line)"
    if len(hit):
        words += ", of a place to be cut off (circle)"
    if result.footprints:
        words += "; purple: where the hazard strikes"
    figure.text(EDGE + 0.28, MAP_BOTTOM - 0.028, words, fontsize=8)
    draw_scale(figure, view, axes, bottom=MAP_BOTTOM - 0.032)


def _choose_view(result: HazardResult, lines: list[shapely.LineString], hit: Int64Array, *, aspect: float) -> View:
    """What may be lost and who is ever cut off."""
    network = result.network
    points = [np.column_stack([result.trips.snapped.lon[hit], result.trips.snapped.lat[hit]])]
    roads = shapely.get_coordinates(np.array(lines, dtype=object))
    if len(lines) > MANY_ROADS:  # a few beyond an ocean would make all others small
        low, high = np.quantile(roads, [FEW, 1 - FEW], axis=0)
        roads = roads[((roads >= low) & (roads <= high)).all(axis=1)]
    points.append(roads)
    points += [shapely.get_coordinates(each.zone.area) for each in result.footprints]
    seen: FloatArray = np.concatenate(points)
    if not len(seen):
        seen = np.column_stack([network.node_lon, network.node_lat])
    return fit_view(*seen.T, aspect=aspect, margin=0.05)


def _draw_exceedance(axes: Axes, result: HazardResult, values: FloatArray, words: str) -> None:
    """Chance of more than each figure, from above nothing on."""
    chance, low, high = result.exceedance(values)
    last = np.append(values[1:] != values[:-1], True)  # of equal figures one
    level = np.append(0.0, values[last])
    chance, low, high = (np.append(each[0] if values[0] == 0 else 1.0, each[last]) for each in (chance, low, high))
    floor = 0.5 / len(values)
    axes.fill_between(
        level, np.maximum(low, floor), np.maximum(high, floor), step="post", color=BEFORE, alpha=0.2, linewidth=0
    )
    axes.step(level, np.maximum(chance, floor), where="post", color=BEFORE, linewidth=1.6)
    axes.set_yscale("log")
    axes.set_ylim(floor, 1.15)
    axes.set_xlim(0, max(float(values[-1]), 1e-9) * 1.02)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
    axes.set_xlabel(words, fontsize=8.5)
    axes.tick_params(labelsize=7.5)
    axes.grid(color=BORDERS, linewidth=0.3)
    for spine in axes.spines.values():
        spine.set(color=BORDERS, linewidth=0.8)
