"""A ranking as a table and as JSON."""

from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from wayaround.hazard.result import HazardResult
from wayaround.impact.assumptions import say_overrides, say_rates_left_aside
from wayaround.impact.joint_losses import JointRanking
from wayaround.impact.ranking import Ranking
from wayaround.impact.restoration import Restoration
from wayaround.impact.score import score_network
from wayaround.network.overrides import describe_overrides
from wayaround.network.profiles import describe_overridden, describe_profile


def summarise_ranking(ranking: Ranking, top: int) -> dict[str, Any]:
    """The first rows and what they rest on, ready for `json.dumps`.

    Parameters
    ----------
    ranking : Ranking
        The ranking.
    top : int
        Number of rows.
    """
    table = ranking.table(top)
    centre = table.geometry.apply(lambda roads: roads.interpolate(0.5, normalized=True))
    rows = table.drop(columns="geometry").to_dict("records")
    for row, point in zip(rows, centre, strict=True):
        row["lon"], row["lat"] = round(point.x, 5), round(point.y, 5)
    return summarise_setting(ranking) | {"unit": ranking.unit, "rows": len(ranking), "ranking": rows}


def summarise_joint_ranking(ranking: JointRanking, top: int) -> dict[str, Any]:
    """The first pairs, and the roads that they are made of as in `summarise_ranking`; ready for `json.dumps`."""
    rows = ranking.table(top).drop(columns="geometry").to_dict("records")
    return summarise_ranking(ranking.alone, ranking.among) | {"among": ranking.among, "lost_together": rows}


def summarise_setting(result: Ranking | Restoration | HazardResult) -> dict[str, Any]:
    """What a result rests on, ready for `json.dumps`."""
    network = result.network
    return {
        "network": {
            "name": network.name,
            "digest": network.digest,
            "nodes": network.nodes,
            "links": network.links - len(network.joins),
            "joins": len(network.joins),
        },
        "profile": result.profile.name,
        "speed_kmh": result.profile.speed_kmh,
        "profile_overridden": describe_overridden(result.profile),
        "assumptions": list(say_rates_left_aside(result.profile)),
        "date": result.day.isoformat(),
        "closures": list(result.closures),
        "pairs": result.pairs,
        "weighting": result.weighting,
        "overrides": describe_overrides(network),
        "score": asdict(score_network(network, result.profile)),
    }


def say_setting(result: Ranking | Restoration | HazardResult) -> str:
    """What a result rests on, in a few sentences."""
    in_force = ", ".join(result.closures) or "none"
    when = f"throughout, as on {result.day}" if isinstance(result, Restoration) else f"on {result.day}"
    return (
        f"Weights: {result.weighting}. Network {result.network.name}, digest {result.network.digest[:12]}; "
        f"{describe_profile(result.profile, result.network)}; closures in force {when}: {in_force}. "
        + " ".join(
            [
                f"Network: {score_network(result.network, result.profile)}.",
                *say_overrides(result.network),
                *say_rates_left_aside(result.profile),
            ]
        )
    )


def print_ranking(ranking: Ranking, top: int, console: Console) -> None:
    """Print the first rows."""
    gives_back = ranking.unit == "closure"
    table = Table(title="What reopening gives back" if gives_back else "What losing each costs", title_justify="left")
    table.add_column("")
    table.add_column(ranking.unit, overflow="fold")
    table.add_column("near", overflow="fold")
    table.add_column("km", justify="right")
    table.add_column("weight with\na way again" if gives_back else "weight\ncut off", justify="right")
    table.add_column("weighted hours\ngiven back" if gives_back else "extra\nweighted\nhours", justify="right")
    table.add_column("pairs", justify="right")
    for row in ranking.table(top).itertuples():
        table.add_row(
            str(row.rank),
            escape(str(row.name)),
            escape(str(row.near)),
            f"{row.km:,.1f}",
            f"{row.cut_off_weight:,.1f}",
            f"{row.extra_weighted_h:,.1f}",
            f"{row.cut_off_pairs + row.longer_pairs:,}",
        )
    console.print(table)
    counts = f"{len(ranking):,} rows in all, of {ranking.pairs:,} pairs."
    console.print(escape(f"{counts} {say_setting(ranking)}"), highlight=False)
    if ranking.unit == "link":
        console.print("One carriageway may be lost while the other stays: --unit section takes both together.")


def print_joint_ranking(ranking: JointRanking, top: int, console: Console) -> None:
    """Print the first pairs."""
    table = Table(title="What losing two at once costs", title_justify="left")
    table.add_column("")
    table.add_column("rank\nalone", justify="right")
    table.add_column(f"{ranking.alone.unit}s lost", overflow="fold")
    for name in ("weight\ncut off", "in\nexcess", "extra\nhours", "in\nexcess", "pairs"):
        table.add_column(name, justify="right")
    for row in ranking.table(top).itertuples():
        table.add_row(
            str(row.rank),
            f"{row.rank_one}\n{row.rank_other}",
            escape(f"{row.one}\n{row.other}"),
            f"{row.cut_off_weight:,.1f}",
            f"{row.excess_cut_off_weight:+,.1f}",
            f"{row.extra_weighted_h:,.1f}",
            f"{row.excess_weighted_h:+,.1f}",
            f"{row.cut_off_pairs + row.longer_pairs:,}",
        )
    console.print(table)
    console.print(
        escape(
            f"{len(ranking):,} rows: every two of the {ranking.among:,} that cost most alone; of "
            f"{ranking.alone.pairs:,} pairs. Hours are weighted. In excess: beyond the sum of what each costs alone; "
            "above zero where one takes the traffic of the other. "
            f"{say_setting(ranking.alone)}"
        ),
        highlight=False,
    )
