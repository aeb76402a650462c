"""The report: one HTML file that holds everything it needs and opens offline."""

import base64
import hashlib
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

import jinja2
import numpy as np
from markupsafe import Markup

from wayaround.compare.result import Comparison
from wayaround.impact.detours import LONGER, STATUSES, Journey
from wayaround.impact.result import ClosureReport, CrossingReport, Impact
from wayaround.network.profiles import describe_profile
from wayaround.reports.asked import list_asked
from wayaround.reports.burden import BURDEN_COLUMNS, list_burdens, say_equity
from wayaround.reports.cells import NO_VALUE, Cell, Column, number_cell, word_cell
from wayaround.reports.headline import (
    describe_effect,
    describe_target,
    duration,
    headline,
    pairs_sentence,
    printable,
    say_weight,
)
from wayaround.reports.money import COMPONENTS, describe_components, list_income_by_owner
from wayaround.reports.route_choice import describe_choice
from wayaround.reports.summary import list_assumptions
from wayaround.reports.variants import VARIANT_COLUMNS, list_burdens_of_variants, list_variants
from wayaround.units import DECISECONDS_PER_HOUR, hours, kilometres

JOURNEYS_SHOWN = 1000
STATUS_WORDS = {
    "unchanged": "unchanged",
    "longer": "longer",
    "cut_off": "cut off",
    "already_cut_off": "no way before either",
    "inside_zone": "ends inside the closure",
}


def write_report(
    impact: Impact, path: Path, *, map_png: bytes, flows_png: bytes, variants: Comparison | None = None
) -> None:
    """Write the report of a result as one HTML file.

    The file loads nothing: the picture, the style and the script are inside, and its content security policy
    allows these alone. All that comes from users is shown as text.

    Parameters
    ----------
    impact : Impact
        The result.
    path : Path
        Is written only once the page is complete.
    map_png : bytes
        The map, as `wayaround.reports.maps.write_map` writes it.
    flows_png : bytes
        The map of the traffic, as `wayaround.reports.flow_map.render_flow_map` draws it.
    variants : Comparison, optional
        The scenario for its own and for other vehicles and parties.
    """
    path.write_text(render_report(impact, map_png=map_png, flows_png=flows_png, variants=variants), encoding="utf-8")


def render_report(impact: Impact, *, map_png: bytes, flows_png: bytes, variants: Comparison | None = None) -> str:
    """The report as HTML."""
    folder = files("wayaround.reports") / "templates"
    style, script = ((folder / name).read_text(encoding="utf-8") for name in ("report.css", "report.js"))
    page = jinja2.Environment(
        loader=jinja2.FunctionLoader(lambda name: (folder / name).read_text(encoding="utf-8")),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    ).get_template("report.html.j2")
    sentence = headline(impact)
    pairs = pairs_sentence(impact)
    fullest = [report for report in impact.crossings if _stands_out(report)]
    return page.render(
        title=printable(impact.title) or "What the closures change",
        headline=sentence,
        pairs=pairs if pairs != sentence else "",
        map_url=_picture(map_png),
        flows_url=_picture(flows_png),
        choice=describe_choice(impact),
        style=Markup(style),
        script=Markup(script),
        style_hash=_hash(style),
        script_hash=_hash(script),
        day=impact.day.isoformat(),
        closures=[_closure(report) for report in impact.closures],
        journey_columns=JOURNEY_COLUMNS,
        journeys=[_journey(impact, journey) for journey in impact.journeys[:JOURNEYS_SHOWN]],
        journeys_left_out=len(impact.journeys) - len(impact.journeys[:JOURNEYS_SHOWN]),
        total_pairs=len(impact.trips),
        crossing_columns=CROSSING_COLUMNS,
        crossings=[_crossing(report) for report in fullest],
        quiet_crossings=[_crossing(report) for report in impact.crossings if not _stands_out(report)],
        variant_columns=VARIANT_COLUMNS,
        variants=list_variants(variants),
        variant_burden=list_burdens_of_variants(variants),
        cost_columns=COST_COLUMNS,
        costs=_costs(impact),
        currency="" if impact.costs is None else impact.costs.rates.currency,
        income_columns=INCOME_COLUMNS,
        income=_income(impact),
        burden_columns=BURDEN_COLUMNS,
        burdens=list_burdens(impact),
        equity=say_equity(impact),
        **list_asked(impact),
        weighting=impact.trips.weighting,
        joins=[(report.join, report.pairs_before, report.pairs_after) for report in impact.joins],
        assumptions=[printable(sentence) for sentence in list_assumptions(impact)],
        facts=_facts(impact),
        network=impact.network,
        attribution=impact.network.attribution.replace("(c)", "©"),
        version=version("wayaround"),
    )


JOURNEY_COLUMNS = (
    Column("From"),
    Column("To"),
    Column("Before, km", number=True),
    Column("After, km", number=True),
    Column("Extra, km", number=True),
    Column("Before", number=True),
    Column("After", number=True),
    Column("Extra time", number=True),
    Column("Result"),
    Column("Weight", number=True),
    Column("Off road, km", number=True),
    Column("Crossings before", wide=True),
    Column("Crossings after", wide=True),
)


def _journey(impact: Impact, journey: Journey) -> list[Cell]:
    trips, pair = impact.trips, journey.pair
    ends = [int(row[pair]) for row in (trips.origin, trips.destination)]
    km = [float(kilometres(skim.length_m[pair])) for skim in (impact.before, impact.after)]
    time_h = [float(hours(skim.time_ds[pair])) for skim in (impact.before, impact.after)]
    snap_km = float(trips.snapped.snap_km[ends].sum())
    extra_km, extra_h = km[1] - km[0], time_h[1] - time_h[0]
    weight = float(trips.weight[pair] / trips.quanta)
    dearer = impact.costs is not None and int(impact.status[pair]) == LONGER
    return [
        *(word_cell(trips.places[end].name) for end in ends),
        *(number_cell(value, f"{value:,.1f}") for value in km),
        number_cell(extra_km, f"{extra_km:+,.1f}" if extra_km else "0"),
        *(number_cell(value, duration(value)) for value in time_h),
        number_cell(
            extra_h,
            f"{'-' if extra_h < 0 else '+'}{duration(abs(extra_h))}".replace("+less", "less") if extra_h else "0",
        ),
        word_cell("dearer" if dearer else STATUS_WORDS[STATUSES[int(impact.status[pair])]]),
        number_cell(weight, say_weight(weight)),
        number_cell(snap_km, f"{snap_km:.1f}"),
        *(word_cell(", ".join(names)) for names in (journey.crossings_before, journey.crossings_after)),
    ]


COST_COLUMNS = (
    Column("From"),
    Column("To"),
    Column("When"),
    Column("Cost", number=True),
    *(Column(component.capitalize(), number=True) for component in COMPONENTS),
    Column("Wait, h", number=True),
    Column("Tolls paid to", wide=True),
)
INCOME_COLUMNS = (
    Column("Owner"),
    Column("Before", number=True),
    Column("After", number=True),
    Column("Change", number=True),
)


def _costs(impact: Impact) -> list[list[Cell]]:
    """Two rows a journey: what it costs before and after."""
    costs = impact.costs
    rows: list[list[Cell]] = []
    if costs is None:
        return rows
    for journey, states in zip(impact.journeys[:JOURNEYS_SHOWN], costs.journeys, strict=False):
        ends = [impact.trips.places[row[journey.pair]].name for row in (impact.trips.origin, impact.trips.destination)]
        for after, route in enumerate(states):
            if route is None:
                continue
            parts = describe_components(costs, route, after=bool(after))
            amounts = [costs.scale.money(route.total), *(parts[component] for component in COMPONENTS)]
            paid = ", ".join(f"{each['owner'] or each['id']} {each['cost']:,.2f}" for each in parts["by_toll"])
            rows.append(
                [
                    *map(word_cell, ends),
                    word_cell("after" if after else "before"),
                    *(number_cell(amount, f"{amount:,.2f}") for amount in amounts),
                    number_cell(route.wait_ds / DECISECONDS_PER_HOUR, f"{route.wait_ds / DECISECONDS_PER_HOUR:,.1f}"),
                    word_cell(paid),
                ]
            )
    return rows


def _income(impact: Impact) -> list[list[Cell]]:
    return [
        [
            word_cell(row["owner"] or "not stated"),
            *(number_cell(row[key], f"{row[key]:,.2f}") for key in ("before", "after", "change")),
        ]
        for row in list_income_by_owner(impact)
    ]


def _closure(report: ClosureReport) -> dict[str, Any]:
    closure = report.matched.closure
    remarks = [*report.warnings]
    if closure.baseline:
        remarks.append("in force before as well")
    if closure.except_for:
        remarks.append(f"except for {', '.join(closure.except_for)}")
    if closure.only_for:
        remarks.append(f"only for {', '.join(closure.only_for)}")
    verified = {None: NO_VALUE, True: "yes: no open road leads in", False: "NO: an open road leads in"}
    return {
        "id": printable(closure.id),
        "what": f"{printable(describe_target(closure))}: {describe_effect(closure)}",
        "from": closure.from_date or NO_VALUE,
        "until": closure.until_date or NO_VALUE,
        "links": f"{report.links_closed:,}",
        "km": f"{report.km_closed:,.1f}",
        "in_force": "yes" if report.in_force else "no",
        "verified": verified[report.verified_shut],
        "alarm": report.verified_shut is False,
        "remarks": [printable(remark) for remark in remarks],
    }


CROSSING_COLUMNS = (
    Column("Crossing"),
    Column("Between"),
    Column("State after"),
    Column("Pairs before", number=True),
    Column("Pairs after", number=True),
    Column("Change", number=True),
)


def _stands_out(report: CrossingReport) -> bool:
    """Whether a crossing has a name, is not simply open, or is used otherwise than before."""
    has_name = report.crossing.name != report.crossing.id
    return has_name or report.state != "open" or report.pairs_before != report.pairs_after


def _crossing(report: CrossingReport) -> list[Cell]:
    change = report.pairs_after - report.pairs_before
    return [
        word_cell(report.crossing.name),
        word_cell("-".join(report.crossing.countries)),
        word_cell(report.state),
        number_cell(report.pairs_before, f"{report.pairs_before:,}"),
        number_cell(report.pairs_after, f"{report.pairs_after:,}"),
        number_cell(change, f"{change:+,}" if change else "0"),
    ]


def _facts(impact: Impact) -> list[tuple[str, str]]:
    snap_km = impact.trips.snapped.snap_km
    used = sum(report.join.status == "assumed" for report in impact.joins)
    facts = [
        ("Network", f"{impact.network.name}, digest {impact.network.digest}"),
        ("Vehicle", describe_profile(impact.profile, impact.network)),
        ("Day, party", f"{impact.day}, {printable(impact.party) if impact.party else 'no party given'}"),
        ("Joins used", f"{len(impact.joins)}, of which {used} assumed"),
    ]
    if impact.network.overrides:
        facts.append(("Overrides", printable("; ".join(map(str, impact.network.overrides)))))
    if len(snap_km):
        far = int(np.argmax(snap_km))
        name = printable(impact.trips.places[far].name)
        facts.append(
            ("Off the road", f"{snap_km[far]:.1f} km at most ({name}), {np.median(snap_km):.1f} km in the median")
        )
    if impact.trips.off_network:
        names = ", ".join(map(printable, impact.trips.off_network))
        facts.append(("Left out", f"{len(impact.trips.off_network)} places without a road within 20 km: {names}"))
    return facts


def _picture(png: bytes) -> Markup:
    return Markup("data:image/png;base64,") + base64.b64encode(png).decode("ascii")


def _hash(content: str) -> str:
    """Source expression by which a content security policy allows one inline style or script."""
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode("utf-8")).digest()).decode("ascii")
