"""A plan of reopenings as a table and as JSON."""

import math
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from wayaround.impact.restoration import Course, Restoration
from wayaround.reports.ranking import say_setting, summarise_setting


def summarise_restoration(plan: Restoration) -> dict[str, Any]:
    """The plan and what it rests on, ready for `json.dumps`.

    Parameters
    ----------
    plan : Restoration
        The plan.
    """
    return summarise_setting(plan) | {
        "units": len(plan),
        "none_closed": asdict(plan.none_closed),
        "all_closed": asdict(plan.all_closed),
        "steps": _steps(plan, plan.greedy),
        "best": None if plan.best is None else _steps(plan, plan.best),
        "why_no_best": plan.why_no_best or None,
        "greedy_extra_weight": plan.greedy_extra_weight,
        "greedy_extra_h": plan.greedy_extra_h,
    }


def print_restoration(plan: Restoration, console: Console) -> None:
    """Print what is still lost after each step."""
    table = Table(title="In what order to reopen, and what is still lost", title_justify="left")
    table.add_column("")
    table.add_column("reopened", overflow="fold")
    for name in ("km", "weight cut off", "extra weighted hours", "extra weighted km", "pairs concerned"):
        table.add_column(name, justify="right")
    differs = plan.best is not None and plan.best.order != plan.greedy.order
    if differs:
        table.add_column("best order", overflow="fold")
    for row, best in zip(_steps(plan, plan.greedy), _steps(plan, plan.best or plan.greedy), strict=True):
        name, other = (each["name"] or "none yet" for each in (row, best))
        table.add_row(
            str(row["step"]),
            escape(name),
            "" if row["step"] == 0 else f"{row['km']:,.1f}",
            f"{row['cut_off_weight']:,.1f}",
            f"{row['extra_weighted_h']:,.1f}",
            f"{row['extra_weighted_km']:,.1f}",
            f"{row['cut_off_pairs'] + row['longer_pairs']:,}",
            *([escape(other)] if differs else []),
        )
    console.print(table)
    all_of = f"With none closed {plan.none_closed.pairs:,} of {plan.pairs:,} pairs have a way"
    drive = f"drive {plan.none_closed.weighted_h:,.1f} weighted hours"
    console.print(escape(f"{all_of} and {drive}. {say_best(plan)} {say_setting(plan)}"), highlight=False)


def say_best(plan: Restoration) -> str:
    """How the greedy order compares with the best, in one sentence."""
    if plan.best is None:
        return f"Each step takes what leaves least lost. Whether another order does better is open: {plan.why_no_best}"
    orders = math.factorial(len(plan))
    if len(plan) == 1:
        return "There is one unit, and so one order."
    if plan.best.order == plan.greedy.order:
        return f"Each step takes what leaves least lost; of all {orders:,} orders none does better."
    return (
        f"Each step takes what leaves least lost; the best of all {orders:,} orders loses less, summed over the steps: "
        f"by {plan.greedy_extra_weight:,.1f} weight cut off and {plan.greedy_extra_h:,.1f} weighted hours."
    )


def _steps(plan: Restoration, course: Course) -> list[dict[str, Any]]:
    """Rows of a course, with all closed first."""
    length_m = plan.network.link_length_m
    return [
        {
            "step": step,
            "name": None if unit is None else plan.names[unit],
            "links": [] if unit is None else plan.links_of(unit).tolist(),
            "km": 0.0 if unit is None else float(length_m[plan.links_of(unit)].sum()) / 1000,
            "cut_off_weight": float(course.cut_off_weight[step]),
            "cut_off_pairs": int(course.cut_off_pairs[step]),
            "extra_weighted_h": float(course.extra_weighted_h[step]),
            "extra_weighted_km": float(course.extra_weighted_km[step]),
            "longer_pairs": int(course.longer_pairs[step]),
        }
        for step, unit in enumerate([None, *course.order])
    ]
