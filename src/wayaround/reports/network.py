"""What looks wrong in a network: gaps and findings as tables and as JSON."""

import math
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from wayaround.network.gaps import Gaps
from wayaround.network.road_network import RoadNetwork
from wayaround.network.validate import Check, Validation
from wayaround.reports.headline import printable


def summarise_network(network: RoadNetwork) -> dict[str, Any]:
    """What a result says of the roads: name, digest, nodes, links and joins."""
    return {
        "name": network.name,
        "digest": network.digest,
        "nodes": network.nodes,
        "links": network.links - len(network.joins),
        "joins": len(network.joins),
    }


def summarise_gaps(gaps: Gaps, top: int) -> dict[str, Any]:
    """The first gaps that no way joins, and the first that a long way joins, ready for `json.dumps`."""
    table = gaps.table().drop(columns="geometry")
    not_joined = table["ratio"].isna()
    return {
        "network": {"name": gaps.network.name, "digest": gaps.network.digest},
        "profile": gaps.profile.name,
        "radius_km": gaps.radius_km,
        "dead_ends": gaps.dead_ends,
        "gaps": len(gaps),
        "gaps_not_joined": int(not_joined.sum()),
        "not_joined": [_plain(row) for row in table[not_joined].head(top).to_dict("records")],
        "long_way_round": [_plain(row) for row in table[~not_joined].head(top).to_dict("records")],
    }


def print_gaps(gaps: Gaps, top: int, console: Console) -> None:
    """Print the first gaps of both kinds."""
    said = summarise_gaps(gaps, top)
    for title, key in (("No way joins them", "not_joined"), ("A long way round", "long_way_round")):
        if not said[key]:
            continue
        table = Table(title=title, title_justify="left")
        table.add_column("from and to", no_wrap=True)
        table.add_column("country")
        for heading in ("apart, km", "by road, km", "ratio", "kept apart, km"):
            table.add_column(heading, justify="right")
        table.add_column("links")
        for row in said[key]:
            shut = "" if row["shut_link"] < 0 else f"\nlink {row['shut_link']} is shut"
            table.add_row(
                "\n".join(f"{row[f'lat_{end}']:.5f},{row[f'lon_{end}']:.5f}" for end in "ab"),
                row["countries"],
                f"{row['straight_km']:,.3f}",
                "-" if row["network_km"] is None else f"{row['network_km']:,.1f}",
                "-" if row["ratio"] is None else f"{row['ratio']:,.0f}",
                f"{row['apart_km']:,.1f}" if row["apart_km"] else "",
                f"{row['link_a']}, {row['link_b']}{shut}",
            )
        console.print(table)
    console.print(
        f"{len(gaps):,} pairs of dead ends within {gaps.radius_km:g} km of each other ({gaps.dead_ends:,} dead ends in "
        f"all); {said['gaps_not_joined']:,} have no way between them, the others one of three times the distance or "
        f"more. Vehicle: {gaps.profile.name}; turns that it must not make count.",
        highlight=False,
    )


def summarise_validation(found: Validation, top: int) -> dict[str, Any]:
    """All checks with their first findings, ready for `json.dumps`."""
    return {
        "network": {"name": found.network.name, "digest": found.network.digest},
        "profile": found.profile.name,
        "cities": found.cities,
        "checks": [
            {
                "check": check.name,
                "said": check.said,
                "count": check.count,
                "km": round(check.km, 3),
                "km_share": round(check.km_share, 6),
                "findings": [
                    {
                        "said": each.said,
                        "lat": each.lat,
                        "lon": each.lon,
                        "km": round(each.km, 3),
                        "links": list(each.links),
                    }
                    for each in check.findings[:top]
                ],
            }
            for check in found.checks
        ],
    }


def print_validation(found: Validation, top: int, console: Console) -> None:
    """Print how much each check found, and the first findings."""
    table = Table(title=f"What looks wrong in {escape(printable(found.network.name))}", title_justify="left")
    table.add_column("check")
    table.add_column("found, and where", overflow="fold")
    for heading in ("count", "km", "of all km"):
        table.add_column(heading, justify="right")
    for check in found.checks:
        table.add_row(check.name, escape(check.said), f"{check.count:,}", *_kilometres(check))
        for each in check.findings[:top]:
            said = escape(printable(f"{each.said} at {each.lat:.5f},{each.lon:.5f}"))
            table.add_row("", f"  {said}", "", f"{each.km:,.2f}" if each.km else "", "")
        table.add_section()
    console.print(table)
    console.print(
        f"Vehicle: {found.profile.name}; {found.cities:,} cities. Findings are questions to the map, no faults.",
        highlight=False,
    )


def _kilometres(check: Check) -> tuple[str, str]:
    return (f"{check.km:,.1f}", f"{100 * check.km_share:.2f} %") if check.km else ("", "")


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """A row with None for what is not there."""
    return {
        str(key): None
        if isinstance(value, float) and math.isnan(value)
        else round(value, 6)
        if isinstance(value, float)
        else value
        for key, value in row.items()
    }
