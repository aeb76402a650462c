"""A ranking as a table and as JSON."""

from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from wayaround.impact.ranking import Ranking


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
    network = ranking.network
    return {
        "network": {
            "name": network.name,
            "digest": network.digest,
            "nodes": network.nodes,
            "links": network.links - len(network.joins),
            "joins": len(network.joins),
        },
        "profile": ranking.profile.name,
        "speed_kmh": ranking.profile.speed_kmh,
        "date": ranking.day.isoformat(),
        "closures": list(ranking.closures),
        "unit": ranking.unit,
        "pairs": ranking.pairs,
        "weighting": ranking.weighting,
        "rows": len(ranking),
        "ranking": rows,
    }


def print_ranking(ranking: Ranking, top: int, console: Console) -> None:
    """Print the first rows."""
    gives_back = ranking.unit == "closure"
    table = Table(title="What reopening gives back" if gives_back else "What losing each costs", title_justify="left")
    table.add_column("")
    table.add_column(ranking.unit, overflow="fold")
    table.add_column("country")
    table.add_column("km", justify="right")
    table.add_column("weight with a way again" if gives_back else "weight cut off", justify="right")
    table.add_column("weighted hours given back" if gives_back else "extra weighted hours", justify="right")
    table.add_column("pairs concerned", justify="right")
    for row in ranking.table(top).itertuples():
        table.add_row(
            str(row.rank),
            escape(str(row.name)),
            str(row.country),
            f"{row.km:,.1f}",
            f"{row.cut_off_weight:,.1f}",
            f"{row.extra_weighted_h:,.1f}",
            f"{row.cut_off_pairs + row.longer_pairs:,}",
        )
    console.print(table)
    in_force = ", ".join(ranking.closures) or "none"
    console.print(
        escape(
            f"{len(ranking):,} rows in all, of {ranking.pairs:,} pairs. Weights: {ranking.weighting}. Network "
            f"{ranking.network.name}, digest {ranking.network.digest[:12]}; {ranking.profile.name} at "
            f"{ranking.profile.speed_kmh:g} km/h; closures in force on {ranking.day}: {in_force}."
        ),
        highlight=False,
    )
    if ranking.unit == "link":
        console.print("One carriageway may be lost while the other stays: --unit section takes both together.")
