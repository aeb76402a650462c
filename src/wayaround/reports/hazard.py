"""Sampled closures as a table and as JSON."""

import math
from typing import Any

import numpy as np
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from wayaround.hazard.estimate import Estimate
from wayaround.hazard.result import HazardResult
from wayaround.reports.ranking import say_setting, summarise_setting

SHARES = (0.5, 0.9, 0.99)
"""Shares of the samples of which the largest figure is told."""


def summarise_hazard(result: HazardResult, top: int) -> dict[str, Any]:
    """Figures, the places most likely to be cut off, and what they rest on; ready for `json.dumps`.

    Parameters
    ----------
    result : HazardResult
        The result.
    top : int
        Number of places.
    """
    chance = result.hazard.chance
    return summarise_setting(result) | {
        "hazard": {
            "said": result.said,
            "unit": result.hazard.roads.unit,
            "roads": len(result.hazard.roads),
            "road_chance": {"least": float(chance.min()), "mean": float(chance.mean()), "most": float(chance.max())},
            "at_a_time": result.hazard.at_a_time,
            "events": [
                {"event": event.name, "probability": event.probability, "roads": len(event.rows)}
                for event in (result.hazard.events if result.footprints else ())
            ],
            "polygons_without_road": list(result.without_road),
        },
        "seed": result.seed,
        "samples": len(result),
        "most_samples": result.most,
        "settled": result.settled,
        "asked_half_width": result.half_width,
        "confidence": result.confidence,
        "extra_weighted_h": _figure(result.extra, result.extra_weighted_h),
        "cut_off_weight": _figure(result.cut_off, result.cut_off_weight),
        "roads_lost_mean": float(result.roads_lost.mean()),
        "chance_of_any_loss": _chance(result.any_loss),
        "chance_of_any_cut_off": _chance(result.any_cut_off),
        "places": result.places().head(top).drop(columns=["lat", "lon"]).to_dict("records"),
    }


def say_end(result: HazardResult) -> str:
    """How many samples there are, and why no more."""
    share = f"{100 * result.half_width:g} %"
    if result.settled:
        return (
            f"{len(result):,} samples, seed {result.seed}: half the intervals came below {share} of their means, "
            f"of at most {result.most:,} samples."
        )
    widths = [
        f"{name} {100 * each.half_width / abs(each.mean):.1f} %"
        for name, each in (("extra weighted hours", result.extra), ("weight cut off", result.cut_off))
        if each.mean
    ]
    reached = f"reached were {' and '.join(widths)}" if widths else "nothing was lost in any"
    return f"{len(result):,} samples, all that were allowed, seed {result.seed}: {share} was asked, {reached}."


def print_hazard(result: HazardResult, top: int, console: Console) -> None:
    """Print the figures, and the places most likely to be cut off."""
    confidence = f"{100 * result.confidence:g} %"
    figures = Table(title="What closures by chance cost", title_justify="left")
    for name in ("", "mean", f"{confidence} interval", *(f"{100 * share:g} % of\nsamples up to" for share in SHARES)):
        figures.add_column(name, justify="right" if name else "left")
    for words, estimate, values in (
        ("extra weighted hours", result.extra, result.extra_weighted_h),
        ("weight cut off", result.cut_off, result.cut_off_weight),
    ):
        levels = (f"{level:,.1f}" for level in np.quantile(values, SHARES, method="inverted_cdf"))
        interval = "none seen" if math.isnan(estimate.high) else f"{estimate.low:,.1f} to {estimate.high:,.1f}"
        figures.add_row(words, f"{estimate.mean:,.1f}", interval, *levels)
    for words, estimate in (
        ("chance that anything is lost", result.any_loss),
        ("chance that anything is cut off", result.any_cut_off),
    ):
        figures.add_row(words, f"{estimate.mean:.3f}", f"{estimate.low:.3f} to {estimate.high:.3f}", "", "", "")
    console.print(figures)
    hit = result.places()
    hit = hit[hit.cut_off_samples > 0]
    if len(hit):
        places = Table(title="Places most likely to be cut off", title_justify="left")
        places.add_column("place", overflow="fold")
        for name in ("chance", f"{confidence} interval", "mean share of\nweight lost"):
            places.add_column(name, justify="right")
        for row in hit.head(top).itertuples():
            places.add_row(
                escape(str(row.place)), f"{row.chance:.3f}", f"{row.low:.3f} to {row.high:.3f}", f"{row.lost_share:.3f}"
            )
        console.print(places)
    without = f" No road in {', '.join(result.without_road)}." if result.without_road else ""
    console.print(
        escape(
            f"{result.said[0].upper()}{result.said[1:]}.{without} {say_end(result)} Intervals hold whenever sampling "
            "stops: those of chances exactly, each by itself; those of means as far as the central limit theorem does. "
            f"A place is cut off where more than half of its journeys, by weight, have no way; {len(hit):,} of "
            f"{len(result.trips.places):,} places ever were. {say_setting(result)}"
        ),
        highlight=False,
    )


def _figure(estimate: Estimate, values: np.ndarray) -> dict[str, float | None]:
    levels = np.quantile(values, SHARES, method="inverted_cdf").tolist()
    return {
        "mean": estimate.mean,
        "low": estimate.low,
        "high": None if math.isnan(estimate.high) else estimate.high,
        **{f"up_to_in_{100 * share:g}_percent": level for share, level in zip(SHARES, levels, strict=True)},
    }


def _chance(estimate: Estimate) -> dict[str, float]:
    return {"mean": estimate.mean, "low": estimate.low, "high": estimate.high}
