"""Compare published detours with what the package computes.

Reads `published.toml`, runs each case through `wayaround.assess`, and writes the table in `docs/validation.md` and
the computed figures in `tests/golden/published.csv`. Nothing here is tuned to fit: ends, circles and joins are as
given, and every case gets a row.
"""

import csv
import math
import statistics
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import wayaround as wa
from wayaround.impact.result import JoinReport
from wayaround.units import UNREACHABLE

ROOT = Path(__file__).resolve().parent.parent
CASES = ROOT / "validation" / "published.toml"
PAGE = ROOT / "docs" / "validation.md"
GOLDEN = ROOT / "tests" / "golden" / "published.csv"

PROFILE = "car"
FIGURES = ("before_km", "after_km", "extra_km", "extra_h")
JUDGED_BY = ("after_km", "extra_km", "extra_h", "before_km")
"""A row is judged by the first of these that its source gives: what says most about the detour comes first."""

GOLDEN_COLUMNS = ("id", "before_m", "before_ds", "after_m", "after_ds", "status")
SHARES = (5, 10, 20)


@dataclass(frozen=True, slots=True)
class End:
    """A named point where a journey begins or ends, in degrees."""

    name: str
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Case:
    """A published closure, or without a circle a published road distance.

    Parameters
    ----------
    id, name : str
        How the table calls it.
    origin, destination : End
        The journey.
    circle : dict or None
        `lat`, `lon` and `radius_km` of what is shut.
    published : dict
        Printed figures by their name in `FIGURES`.
    said, source, url : str
        What the source says in our words, and where.
    finding : str
        What a look at the computed routes showed.
    represented : bool
        Whether the network can represent the case.
    """

    id: str
    name: str
    origin: End
    destination: End
    circle: dict[str, float] | None
    published: dict[str, float]
    said: str
    source: str
    url: str
    finding: str = ""
    represented: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """A case and what was computed for it."""

    case: Case
    impact: wa.Impact

    @property
    def computed(self) -> dict[str, float]:
        """Computed figures by name; NaN where there is no way."""
        pair = self.impact.pairs.iloc[0]
        return {name: float(pair[name]) for name in FIGURES}

    @property
    def status(self) -> str:
        """What became of the journey."""
        return str(self.impact.pairs["status"].iloc[0])

    @property
    def represented(self) -> bool:
        """Whether the figures can be compared: a closure must have made the journey longer."""
        expected = "unchanged" if self.case.circle is None else "longer"
        return self.case.represented and self.status == expected

    @property
    def deviations(self) -> dict[str, float]:
        """Per cent by which each computed figure lies above the published one."""
        computed = self.computed
        return {name: 100 * (computed[name] / printed - 1) for name, printed in self.case.published.items()}

    @property
    def judged_by(self) -> str:
        """The figure that the row is judged by."""
        return next(name for name in JUDGED_BY if name in self.case.published)

    @property
    def deviation(self) -> float:
        """Per cent by which the row's own figure is off."""
        return self.deviations[self.judged_by]


def read_cases(path: Path = CASES) -> list[Case]:
    """Cases of the file, in its order."""
    entries = tomllib.loads(path.read_text(encoding="utf-8"))["case"]
    return [
        Case(
            **{
                "circle": None,
                **entry,
                "origin": End(**entry["origin"]),
                "destination": End(**entry["destination"]),
            }
        )
        for entry in entries
    ]


def assess_case(network: wa.RoadNetwork, case: Case) -> wa.Impact:
    """Before and after of one case; a circle that meets no road is reported in its row, not refused."""
    ends = [f"{end.lat},{end.lon}" for end in (case.origin, case.destination)]
    closures = []
    if case.circle is not None:
        closures.append(wa.Closure(wa.Zone.circle(**case.circle), id=case.id, allow_empty=True))
    return wa.assess(network, closures=closures, trips=wa.named_trips(network, [ends]), profile=PROFILE)


def golden_row(case: Case, impact: wa.Impact) -> dict[str, str]:
    """Computed figures in the engine's integers, empty where there is no way."""
    figures = (
        impact.before.length_m[0],
        impact.before.time_ds[0],
        impact.after.length_m[0],
        impact.after.time_ds[0],
    )
    written = ["" if figure >= UNREACHABLE else str(int(figure)) for figure in figures]
    return dict(zip(GOLDEN_COLUMNS, [case.id, *written, str(impact.pairs["status"].iloc[0])], strict=True))


def read_golden(path: Path = GOLDEN) -> dict[str, dict[str, str]]:
    """Golden rows by the id of their case."""
    with path.open(encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


def write_golden(golden: list[dict[str, str]], path: Path = GOLDEN) -> None:
    """Write the golden rows."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, GOLDEN_COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(golden)


def write_page(rows: list[Row]) -> str:
    """The page of the documentation."""
    network, profile = rows[0].impact.network, rows[0].impact.profile
    compared = [row for row in rows if row.represented]
    left_out = [row.case.id for row in rows if not row.represented]
    kilometres = [row for row in compared if row.judged_by != "extra_h"]
    hours = [row for row in compared if row.judged_by == "extra_h"]
    return f"""<!-- Written by validation/validate.py; `make validate` writes it again. -->

# Published closures, computed

Road agencies and newspapers have printed how far the way around a closure is. This page takes {len(rows)} such cases
and sets beside each printed figure what wayaround computes from the shipped network, with the ends and circles of
`validation/published.toml`. Ends, circles and joins are not tuned to fit: a miss stays a miss, and every case has its
row.

- The fastest route is computed, for the profile `{profile.name}` ({profile.speed_kmh:g} km/h on every road) in all
  cases, lorries included, so that one rule holds for all; at one speed the fastest route is the shortest.
- A case without a circle is a road distance: nothing is shut.
- A row is judged by one figure: the length of the way around; where that is not printed the extra kilometres, then
  the extra hours, then the length before.
- A row is not represented when the closure does not lengthen the journey, or when the network keeps open what the
  source rules out. The summary is given without such rows and with them.
- Off-road legs (snap) are shown and not added. Network `{network.name}`, digest `{network.digest[:16]}`,
  {len(network.joins)} joins.

## Summary

| judged by | rows | median deviation, absolute | {" | ".join(f"within {share} %" for share in SHARES)} |
|---|---|---|{"---|" * len(SHARES)}
{_summary("kilometres", kilometres)}
{_summary("hours", hours)}
{_summary("both", compared)}
{_summary("both, with the rows not represented", rows)}

Not represented: {", ".join(left_out) or "none"}; the last column of the table says why.

{_lean(kilometres, hours)}

## All rows

Each cell: published / computed (deviation); a dash where the source gives no figure. In bold the figure that the row
is judged by.

| case | shut | before, km | after, km | extra, km | extra, h | status | joins used | snap, km | what the routes show |
|---|---|---|---|---|---|---|---|---|---|
{chr(10).join(table_line(row) for row in rows)}

## Sources

| case | what is published, in our words | source |
|---|---|---|
{chr(10).join(f"| {row.case.id} | {row.case.said} | [{row.case.source}]({row.case.url}) |" for row in rows)}
"""


def _summary(label: str, rows: list[Row]) -> str:
    off = [math.inf if math.isnan(row.deviation) else abs(row.deviation) for row in rows]
    median = f"{statistics.median(off):.1f} %" if off else "-"
    within = " | ".join(str(sum(each <= share for each in off)) for share in SHARES)
    return f"| {label} | {len(rows)} | {median} | {within} |"


def _lean(kilometres: list[Row], hours: list[Row]) -> str:
    """Which way the figures are off, and why."""
    short = sum(row.deviation < 0 for row in kilometres)
    low = sum(row.deviation < 0 for row in hours)
    return f"""Of {len(kilometres)} lengths {short} come out short. The network draws a road as a few straight strokes
and mostly gives each about the length of its stroke, so bends are lost, in mountains most.

Of {len(hours)} differences in hours {low} come out low. Every road is driven at one speed, while ways around mostly use
slower roads than the one shut."""


def table_line(row: Row) -> str:
    """The row's line of the page."""
    case, impact = row.case, row.impact
    finding = case.finding if row.represented else f"Not represented. {case.finding}"
    cells = [
        f"{case.id}: {case.name}. {case.origin.name} to {case.destination.name}",
        _shut(row),
        *(_figure(row, name) for name in FIGURES),
        row.status.replace("_", " "),
        "; ".join(_join(each) for each in impact.joins) or "none",
        " / ".join(f"{snap_km:.1f}" for snap_km in impact.trips.snapped.snap_km),
        finding,
    ]
    return f"| {' | '.join(cells)} |"


def _shut(row: Row) -> str:
    if not row.impact.closures:
        return "nothing"
    report, circle = row.impact.closures[0], row.case.circle or {}
    checked = ", verified" if report.verified_shut else ""
    links = f"{report.links_closed} link{'s' if report.links_closed != 1 else ''}"
    return f"{circle['radius_km']:g} km around {circle['lat']}, {circle['lon']}: {links}{checked}"


def _figure(row: Row, name: str) -> str:
    if row.case.circle is None and name not in row.case.published:
        return "-"
    digits = 2 if name == "extra_h" else 1
    computed = row.computed[name]
    shown = "no way" if math.isnan(computed) else f"{computed:.{digits}f}"
    if name not in row.case.published:
        return f"- / {shown}"
    cell = f"{row.case.published[name]:g} / {shown} ({row.deviations[name]:+.1f} %)"
    return f"**{cell}**" if name == row.judged_by else cell


def _join(report: JoinReport) -> str:
    when = [word for word, pairs in (("before", report.pairs_before), ("after", report.pairs_after)) if pairs]
    return f"{report.join.name} ({report.join.status}; {' and '.join(when)})"


def main() -> int:
    """Run all cases, write both files, and say what changed since the last time."""
    network = wa.open_network("world-highways")
    rows = []
    for case in read_cases():
        rows.append(Row(case, assess_case(network, case)))
        print(f"{case.id}  {rows[-1].status:15}  {rows[-1].judged_by:9}  {rows[-1].deviation:+6.1f} %  {case.name}")
    old = read_golden() if GOLDEN.exists() else {}
    golden = [golden_row(row.case, row.impact) for row in rows]
    for line in golden:
        if old and old.get(line["id"]) != line:
            print(f"changed: {line['id']}; look at its routes, then at its finding in {CASES.name}.")
    write_golden(golden)
    PAGE.write_text(write_page(rows), encoding="utf-8")
    print(f"wrote {PAGE.relative_to(ROOT)} and {GOLDEN.relative_to(ROOT)}")
    silent = [row.case.id for row in rows if not row.case.finding]
    if silent:
        print(f"no finding yet for {', '.join(silent)}: look at the routes and say why.", file=sys.stderr)
    return 1 if silent else 0


if __name__ == "__main__":
    raise SystemExit(main())
