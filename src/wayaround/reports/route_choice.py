"""Route choice and traffic in results: JSON, tables of the terminal and of the report, sentences."""

from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from wayaround.impact.result import Impact
from wayaround.impact.route_choice import JourneyChoice, Way, WayState
from wayaround.impact.traffic import Corridor
from wayaround.network.shapes import points_on_links
from wayaround.reports.cells import Cell, Column, measure_cell, number_cell, word_cell
from wayaround.reports.headline import printable, say_weight
from wayaround.scenario_asks import ALL_OR_NOTHING, C_LOGIT, PATH_SIZE
from wayaround.units import DECISECONDS_PER_HOUR, UNREACHABLE

MOST_LINKS, MOST_SHOWN = 20, 8
SOURCES = {
    ALL_OR_NOTHING: None,
    PATH_SIZE: "Ben-Akiva and Bierlaire, 1999",
    C_LOGIT: "Cascetta, Nuzzolo, Russo and Vitetta, 1996",
}
FROZEN = "Demand is frozen: journeys and their weights are those of the baseline, whatever the ways cost after."


def summarise_choice(impact: Impact) -> dict[str, Any]:
    """The object `route_choice` of ``run --json``."""
    choice, traffic = impact.choice, impact.traffic
    return {
        "model": choice.model.name,
        "source": SOURCES[choice.model.name],
        "theta": choice.theta,
        "unit": _unit(impact),
        "alternatives": choice.model.alternatives,
        "stretch": choice.model.stretch,
        "overlap": choice.model.overlap,
        "assigned": count_assigned(impact),
        "demand": FROZEN,
        "journeys": [_journey(impact, journey) for journey in choice.journeys],
        "crossings": [
            {
                "id": each.crossing.id,
                "name": each.crossing.name,
                "weight_before": _weight(impact, each.before),
                "weight_after": _weight(impact, each.after),
                **_tolls_on(impact, each.crossing.links),
            }
            for each in traffic.crossings
        ],
        "corridors": [
            {
                "kind": each.kind,
                "name": name_corridor(impact, each),
                "links": len(each.links),
                "busiest_link": each.busiest,
                "lon": round(float(at[0]), 5),
                "lat": round(float(at[1]), 5),
                "crossings": list(each.crossings),
                "weight_before": _weight(impact, each.before),
                "weight_after": _weight(impact, each.after),
                "weight_km_before": _weight(impact, each.before_weight_m) / 1000,
                "weight_km_after": _weight(impact, each.after_weight_m) / 1000,
            }
            for each in traffic.corridors
            for at in points_on_links(impact.network, [each.busiest], 0.5)
        ],
        "toll_links": _toll_links(impact),
        "links_with_traffic": len(traffic.links),
    }


def count_assigned(impact: Impact) -> dict[str, Any]:
    """How many of the pairs that have a way before the model is applied to, why these, and how many it is not."""
    choice, trips = impact.choice, impact.trips
    chosen = [each.pair for each in choice.journeys]
    has_way = trips.counted & (impact.before.time_ds < UNREACHABLE)
    total = int(trips.weight[has_way].sum())
    by_model = int(trips.weight[[pair for pair in chosen if has_way[pair]]].sum())
    counted = sum(bool(trips.counted[pair]) for pair in chosen)
    return {
        "by_model": len(chosen),
        "named": choice.named,
        "worst": choice.worst,
        "largest": choice.largest,
        "all_or_nothing": int(has_way.sum()) - counted,
        "weight_share_by_model": round(by_model / total, 6) if total else 0.0,
        "most": choice.model.journeys,
    }


def say_choice(impact: Impact) -> tuple[str, ...]:
    """What the model rests on, in sentences."""
    choice = impact.choice
    if choice.model.name == ALL_OR_NOTHING:
        return (f"Every journey takes its {say_best(impact)} way (all-or-nothing).",)
    counts, unit, best = count_assigned(impact), _unit(impact), say_best(impact)
    model = choice.model
    said = model.theta_per_hour is not None or model.theta_per_cost is not None
    own = "" if said else " (an assumption of the program: a way one hour longer is taken 0.37 times as often)"
    return (
        f"Route choice: {model.name} ({SOURCES[model.name]}), theta {choice.theta:.6g} per {unit}{own}, overlap term "
        f"counted {model.overlap:g} times, up to {model.alternatives} ways found in each state, none more than "
        f"{model.stretch:g} times the {best} on any stretch.",
        f"The model divides {counts['by_model']:,} journeys ({counts['named']:,} named, {counts['worst']:,} of the "
        f"worst, {counts['largest']:,} of most weight; {counts['weight_share_by_model']:.0%} of the weight); the other "
        f"{counts['all_or_nothing']:,} take their {best} way. Tolls and traffic follow this division; the tables of "
        f"journeys, costs, crossings and burden are those of the {best} way.",
        FROZEN,
    )


def say_best(impact: Impact) -> str:
    """What the way that is routed is: the cheapest with rates, else the fastest."""
    return "fastest" if impact.costs is None else "cheapest"


def name_corridor(impact: Impact, corridor: Corridor) -> str:
    """What a person calls a corridor."""
    if corridor.kind == "toll":
        return f"toll {corridor.id}"
    countries = dict.fromkeys(impact.network.countries[row] for row in impact.network.link_country[corridor.links])
    places = ", ".join(corridor.crossings[:3]) or "-".join(list(countries)[:4])
    return f"road by {places}" if corridor.crossings else f"road in {places}, link {corridor.busiest}"


def print_choice(impact: Impact, console: Console) -> None:
    """Print the ways of the first journeys, and the corridors that lose and win traffic."""
    if impact.choice.journeys:
        console.print(choice_table(impact))
    if impact.traffic.corridors:
        console.print(corridor_table(impact))


def choice_table(impact: Impact) -> Table:
    """Ways and shares of the named journeys, or else of the first."""
    unit, journeys = _unit(impact), impact.choice.journeys
    named = [each for each in journeys if impact.trips.named[each.pair]] or list(journeys)
    more = len(journeys) - len(named[:MOST_SHOWN])
    table = Table(
        title=f"Route choice ({impact.choice.model.name}), costs in {unit}",
        title_justify="left",
        caption=f"and {more:,} more journeys by the model" if more else None,
        caption_justify="left",
    )
    for heading in ("from and to, way", "km", "h", "cost", "overlap", "before", "after"):
        table.add_column(heading, justify="left" if heading.startswith("from") else "right", overflow="fold")
    for journey in named[:MOST_SHOWN]:
        names = " - ".join(_ends(impact, journey))
        logsums = [_amount(impact, value) for value in journey.logsum]
        change = None if None in logsums else logsums[1] - logsums[0]  # type: ignore[operator]
        table.add_row(
            escape(printable(names)),
            "",
            "",
            "logsum" if change is None else f"logsum {change:+,.2f}",
            "",
            *("-" if value is None else f"{value:,.2f}" for value in logsums),
        )
        for way in journey.ways:
            table.add_row(*map(escape, _way_words(impact, way)))
        table.add_section()
    return table


def corridor_table(impact: Impact) -> Table:
    """Corridors with what drives them before and after."""
    table = Table(title="Traffic lost and won", title_justify="left")
    table.add_column("corridor", overflow="fold")
    for heading in ("weight before", "after", "change", "weight-km change"):
        table.add_column(heading, justify="right")
    for each in impact.traffic.corridors[:MOST_SHOWN]:
        before, after = _weight(impact, each.before), _weight(impact, each.after)
        change = _weight(impact, each.change_weight_m) / 1000
        table.add_row(
            escape(printable(name_corridor(impact, each))),
            say_weight(before),
            say_weight(after),
            say_weight(after - before, signed=True),
            say_weight(change, signed=True),
        )
    return table


WAY_COLUMNS = (
    Column("From"),
    Column("To"),
    Column("Way by", wide=True),
    Column("km", number=True),
    Column("h", number=True),
    Column("Cost", number=True),
    Column("Overlap", number=True),
    Column("Share before, %", number=True),
    Column("Share after, %", number=True),
)
LOGSUM_COLUMNS = (
    Column("From"),
    Column("To"),
    Column("Logsum before", number=True),
    Column("Logsum after", number=True),
    Column("Change", number=True),
    Column("Mean cost before", number=True),
    Column("Mean cost after", number=True),
)
CORRIDOR_COLUMNS = (
    Column("Corridor", wide=True),
    Column("Weight before", number=True),
    Column("Weight after", number=True),
    Column("Change", number=True),
    Column("Weight-km change", number=True),
)
TOLL_LINK_COLUMNS = (
    Column("Link"),
    Column("Tolls", wide=True),
    Column("Crossing"),
    Column("Before", number=True),
    Column("After", number=True),
    Column("Change", number=True),
)


def describe_choice(impact: Impact) -> dict[str, Any]:
    """What the report shows: columns and rows of its tables."""
    ways, logsums = [], []
    for journey in impact.choice.journeys:
        ends = [word_cell(name) for name in _ends(impact, journey)]
        before, after = (_amount(impact, value) for value in journey.logsum)
        means = [_amount(impact, value) for value in journey.mean]
        change = None if before is None or after is None else after - before
        logsums.append([*ends, *(_cell(value) for value in (before, after, change, *means))])
        for way in journey.ways:
            now = way.states[1] or way.states[0]
            assert now is not None
            ways.append(
                [
                    *ends,
                    word_cell(", ".join(way.crossings) or "no crossing"),
                    measure_cell(way.length_m / 1000),
                    measure_cell(now.time_ds / DECISECONDS_PER_HOUR),
                    _cell(_amount(impact, now.cost)),
                    number_cell(now.overlap, f"{now.overlap:.2f}"),
                    *(measure_cell(None if state is None else 100 * state.share) for state in way.states),
                ]
            )
    corridors = []
    for corridor in impact.traffic.corridors:
        before, after = _weight(impact, corridor.before), _weight(impact, corridor.after)
        amounts = before, after, after - before, _weight(impact, corridor.change_weight_m) / 1000
        cells = [number_cell(value, say_weight(value)) for value in amounts]
        corridors.append([word_cell(name_corridor(impact, corridor)), *cells])
    toll_links = [
        [
            word_cell(str(row["link"])),
            word_cell(", ".join(row["tolls"])),
            word_cell(row["crossing"] or ""),
            *(_cell(row[key]) for key in ("before", "after")),
            _cell(row["after"] - row["before"]),
        ]
        for row in _toll_links(impact)
    ]
    return {
        "model": impact.choice.model.name,
        "unit": _unit(impact),
        "sentences": [printable(sentence) for sentence in say_choice(impact)],
        "way_columns": WAY_COLUMNS,
        "ways": ways,
        "logsum_columns": LOGSUM_COLUMNS,
        "logsums": logsums,
        "corridor_columns": CORRIDOR_COLUMNS,
        "corridors": corridors,
        "toll_link_columns": TOLL_LINK_COLUMNS,
        "toll_links": toll_links,
    }


def _cell(value: float | None) -> Cell:
    return Cell("–") if value is None else Cell(f"{value:,.2f}", round(value, 6))


def _unit(impact: Impact) -> str:
    return "h" if impact.costs is None else impact.costs.rates.currency


def _amount(impact: Impact, units: float | None) -> float | None:
    """Units that are routed by as hours or money."""
    if units is None:
        return None
    return units / (DECISECONDS_PER_HOUR if impact.costs is None else float(impact.costs.scale.per_one))


def _weight(impact: Impact, quanta: int) -> float:
    return round(quanta / impact.trips.quanta, 9)


def _ends(impact: Impact, journey: JourneyChoice) -> list[str]:
    trips = impact.trips
    return [trips.places[row[journey.pair]].name for row in (trips.origin, trips.destination)]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)


def _journey(impact: Impact, journey: JourneyChoice) -> dict[str, Any]:
    trips = impact.trips
    origin, destination = _ends(impact, journey)
    logsum, mean = ([_amount(impact, value) for value in both] for both in (journey.logsum, journey.mean))
    change = None if logsum[0] is None or logsum[1] is None else logsum[1] - logsum[0]
    return {
        "origin": origin,
        "destination": destination,
        "weight": float(trips.weight[journey.pair] / trips.quanta),
        "named": bool(trips.named[journey.pair]),
        "counted": bool(trips.counted[journey.pair]),
        "logsum_before": _rounded(logsum[0]),
        "logsum_after": _rounded(logsum[1]),
        "logsum_change": _rounded(change),
        "mean_before": _rounded(mean[0]),
        "mean_after": _rounded(mean[1]),
        "ways": [
            {
                "km": round(way.length_m / 1000, 3),
                "crossings": list(way.crossings),
                "before": _state(impact, way.states[0]),
                "after": _state(impact, way.states[1]),
            }
            for way in journey.ways
        ],
    }


def _state(impact: Impact, state: WayState | None) -> dict[str, Any] | None:
    if state is None:
        return None
    return {
        "share": round(state.share, 9),
        "weight": _weight(impact, state.weight),
        "cost": _rounded(_amount(impact, state.cost)),
        "h": round(state.time_ds / DECISECONDS_PER_HOUR, 6),
        "overlap": round(state.overlap, 6),
    }


def _way_words(impact: Impact, way: Way) -> list[str]:
    now = way.states[1] or way.states[0]
    assert now is not None
    cost = _amount(impact, now.cost)
    return [
        f"  by {', '.join(way.crossings)}" if way.crossings else "  by no crossing",
        f"{way.length_m / 1000:,.0f}",
        f"{now.time_ds / DECISECONDS_PER_HOUR:,.1f}",
        f"{cost:,.2f}",
        f"{now.overlap:.2f}",
        *("shut" if state is None else f"{state.share:.1%}" for state in way.states),
    ]


def _tolls_on(impact: Impact, links: tuple[int, ...]) -> dict[str, float | None]:
    if impact.costs is None:
        return {"toll_before": None, "toll_after": None}
    before, after = (_money(impact, tolls.on(links)) for tolls in impact.costs.tolls)
    return {"toll_before": before, "toll_after": after}


def _money(impact: Impact, units: int) -> float:
    assert impact.costs is not None
    return round(impact.costs.scale.money(units) / impact.trips.quanta, 6)


def _toll_links(impact: Impact) -> list[dict[str, Any]]:
    """The links whose tolls change most, and then those that yield most."""
    if impact.costs is None:
        return []
    owner = {each.charge.id: each.charge.owner for each, _ in impact.costs.charges}
    yields: dict[int, list[int]] = {}
    tolls: dict[int, dict[str, None]] = {}
    for after, of_state in enumerate(impact.costs.tolls):
        for toll, units in of_state.by_toll.items():
            for link, amount in zip(of_state.links.tolist(), units.tolist(), strict=True):
                if amount:
                    yields.setdefault(link, [0, 0])[after] += amount
                    tolls.setdefault(link, {})[toll] = None
    order = sorted(yields, key=lambda link: (-abs(yields[link][1] - yields[link][0]), -yields[link][0], link))
    crossing_of = impact.network.crossing_of_link
    return [
        {
            "link": link,
            "tolls": sorted(tolls[link]),
            "owners": sorted({str(owner[toll]) for toll in tolls[link] if owner[toll]}),
            "crossing": crossing_of[link].name if link in crossing_of else None,
            "before": _money(impact, yields[link][0]),
            "after": _money(impact, yields[link][1]),
        }
        for link in order[:MOST_LINKS]
    ]
