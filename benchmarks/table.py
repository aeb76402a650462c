"""The page `docs/benchmarks.md` out of `results.json`."""

import json
import sys
from pathlib import Path
from typing import Any

from jobs import JOBS, Job

Results = dict[str, Any]
_UNITS = ((1.0, "s"), (1e3, "ms"), (1e6, "us"), (1e9, "ns"))


def write_page(results: Results, page: Path) -> None:
    """Write the page.

    Parameters
    ----------
    results : dict
        What `run.py` collected.
    page : Path
        Where to.
    """
    parts = [_head(results), _targets(results), _parts(results), _peers(results), _growth(results)]
    parts += [_imports(results), _notes(results)]
    page.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def format_amount(amount: float, unit: str = "s") -> str:
    """Seconds or megabytes with three digits.

    Examples
    --------
    >>> format_amount(0.0000123), format_amount(0.0123), format_amount(123.4), format_amount(612.3, "MB")
    ('12.3 us', '12.3 ms', '123 s', '612 MB')
    """
    if unit != "s":
        return f"{amount:,.0f} {unit}"
    factor, name = next((pair for pair in _UNITS if amount * pair[0] >= 1), _UNITS[-1])
    value = amount * factor
    return f"{value:,.0f} {name}" if value >= 100 else f"{value:.3g} {name}"


def _head(results: Results) -> str:
    network, machine = results["network"], results["machine"]
    libraries = ", ".join(f"{name} {number}" for name, number in machine["libraries"].items())
    return "\n".join(
        [
            "# Benchmarks",
            "",
            "Written by `make bench` (`python benchmarks/run.py`; `--full` adds N-1 and the 48,000 towns, `--help`",
            "lists the rest); do not edit. All numbers are in `benchmarks/results.json`, every run among them.",
            "",
            f"Network {network['name']} ({network['nodes']:,} nodes, {network['links']:,} links, "
            f"{network['arcs']:,} arcs in the hierarchy), its reviewed joins included. Terminals: the 2,000 largest "
            "cities of the gazetteer that have a road, inside their links: 3,998,000 ordered pairs, of which "
            f"{results['pairs_with_a_way']:,} have a way: the rest lie on other continents and islands. "
            f"One speed, both directions alike. Each figure is the median of {results['runs']} runs.",
            "",
            f"{results['date']}; {machine['processor']}, {machine['cores']} cores, {machine['memory_gb']:g} GiB, "
            f"{machine['system']}, Python {machine['python']}, {libraries}. Load when it started: "
            f"{machine['load_at_start'][0]:g}. The machine is a virtual one, shared and noisy: the same job may take "
            "twice as long a minute later, so compare ratios of one run, not times of two. Where wall and "
            "processor time of a job with two threads are equal, others had the second core.",
            *(["", f"Kept from an earlier run: {', '.join(results['kept'])}."] if results.get("kept") else []),
        ]
    )


def _targets(results: Results) -> str:
    ours = results["tools"]["wayaround"]["jobs"]
    lines = ["## Targets", "", "| job | wayaround | fastest run | to reach | reached |", "|---|---|---|---|---|"]
    for job in JOBS:
        entry = ours.get(job.key)
        if entry is None:
            lines.append(f"| {job.title} | only with `--full` | | {_target(job)} | |")
            continue
        if "reason" in entry:
            lines.append(f"| {job.title} | none: {entry['reason']} | | {_target(job)} | |")
            continue
        verdict = _verdict(job, entry["median_s"])
        measured = format_amount(entry["median_s"], job.unit), format_amount(min(entry["runs_s"]), job.unit)
        lines.append(f"| {job.title} | {measured[0]} | {measured[1]} | {_target(job)} | {verdict} |")
    return "\n".join(lines)


def _target(job: Job) -> str:
    return "" if job.target is None else format_amount(job.target, job.unit)


def _verdict(job: Job, median: float) -> str:
    if job.target is None:
        return ""
    return "yes" if median <= job.target else f"no, {median / job.target:.2g} times as much"


def _peers(results: Results) -> str:
    lines = ["## Peers", "", "In brackets: how many times ours. A dash has its reason below."]
    lines += ["", *_comparison(results, "median_s")]
    lines += ["", "Processor time of the same runs, all threads added up: other work on the machine disturbs it less."]
    lines += ["", *_comparison(results, "median_cpu_s")]
    return "\n".join(lines)


def _comparison(results: Results, measure: str) -> list[str]:
    tools = list(results["tools"].values())
    title = [f"{tool['tool']} {tool['version']}".strip() for tool in tools]
    lines = ["| job | " + " | ".join(title) + " |", "|---|" + "---|" * len(tools)]
    for job in JOBS:
        cells = [_cell(tools[0], tool, job.key, measure) for tool in tools]
        if job.key in {key for tool in tools[1:] for key in tool["jobs"]}:
            lines.append(f"| {job.title} | " + " | ".join(cells) + " |")
    return lines


def _cell(ours: Results, tool: Results, key: str, measure: str) -> str:
    entry, own = tool["jobs"].get(key, {}), ours["jobs"].get(key, {})
    if entry.get(measure) is None:
        return "-"
    amount = entry[measure] / entry["share"]
    text = ("about " if entry["share"] < 1 else "") + format_amount(amount)
    if tool is ours or not own.get(measure):
        return text
    ratio = amount / own[measure]
    return f"{text} ({ratio:,.0f}x)" if ratio >= 10 else f"{text} ({ratio:.2g}x)"


def _parts(results: Results) -> str:
    ours = results["tools"]["wayaround"]["jobs"]
    lines = ["## Where the time goes", ""]
    for job in JOBS:
        entry = ours.get(job.key, {})
        if "parts_s" in entry:
            rest = max(0.0, entry["median_s"] - sum(entry["parts_s"].values()))
            parts = {**entry["parts_s"], "the rest": rest}
            listed = ", ".join(f"{name} {format_amount(seconds)}" for name, seconds in parts.items())
            lines.append(f"- *{job.title}*, {format_amount(entry['median_s'])}: {listed}.")
    return "\n".join([*lines, "", "Each part measured alone, so that the rest is what remains of the whole."])


def _growth(results: Results) -> str:
    lines = ["## Growth"]
    for what, rows in results.get("growth", {}).items():
        columns = list(rows[0])
        titles = [_TITLES.get(column, column.removesuffix("_s").replace("_", " ")) for column in columns]
        lines += ["", "| " + " | ".join(titles) + " |", "|" + "---|" * len(columns)]
        for row in rows:
            cells = [_growth_cell(column, row[column]) for column in columns]
            lines.append("| " + " | ".join(cells) + " |")
        lines += ["", _GROWTH[what]]
    return "\n".join(lines)


_TITLES = {"n_minus_1_s": "N-1", "memory_mb": "memory"}


def _growth_cell(name: str, amount: float) -> str:
    if name.endswith("_s"):
        return format_amount(amount)
    return f"{amount:,.0f} MB" if name.endswith("_mb") else f"{amount:,}"


_GROWTH = {
    "terminals": "Labels grow with the terminals, the matrix with their square.",
    "links closed": "The links nearest to the zone's centre. From one link in twenty on, all is customised anew.",
    "nodes": "The nodes nearest to the zone's centre, ordered and contracted for themselves, with 2,000 terminals in "
    "the middle of random links. Pair: by labels, in compiled code. Memory: all arrays of hierarchy, metric and "
    "labels.",
    "terminals, totals": "All pairs before and after the zone, added up by country.",
    "terminals, N-1": "Exact N-1 of every link over all pairs of the largest cities.",
    "nodes, N-1": "The same over all pairs of 1,000 terminals in the middle of random links, on the parts of the "
    "network as above: all their links count.",
}


def _imports(results: Results) -> str:
    lines = ["## Import of OpenStreetMap files", ""]
    if "imports" not in results:
        return "\n".join([*lines, "Only with `--full`."])
    lines += [
        "The world's highways as .osm.pbf files, a way for each link, with two points or with twelve; each tool by the",
        "commands that its users type, with its own rules for cars, once. In brackets: how many times ours. Processor",
        "time is that of all threads; OSRM and Valhalla have two of them, ours one. Memory is that of the largest",
        "process. To reach: 300,000 ways a minute and core, under 4,000 MB.",
        f"{results['imports']['date']}; load when it started: {results['imports']['load_at_start']:g}.",
        "",
        "| file | ways | tool | wall | processor | memory at most | ways a minute and core |",
        "|---|---|---|---|---|---|---|",
    ]
    ours: Results = {}
    for row in results["imports"]["tools"]:
        ours = row if row["tool"] == "wayaround" else ours
        if "reason" in row:
            lines.append(f"| {row['file']} | {row['ways']:,} | {row['tool']} | none: {row['reason']} | | | |")
            continue
        cells = [f"{row['wall_s']:,.0f} s", f"{row['cpu_s']:,.0f} s", f"{row['peak_mb']:,} MB"]
        if row is not ours:
            measures = ("wall_s", "cpu_s", "peak_mb")
            cells = [f"{cell} ({row[key] / ours[key]:.2g}x)" for cell, key in zip(cells, measures, strict=True)]
        cells.append(f"{row['ways_a_minute_a_core']:,}")
        lines.append(f"| {row['file']} | {row['ways']:,} | {row['tool']} | {' | '.join(cells)} |")
    lines += [
        "",
        "Ours on the western eighth, quarter and half of the world, and on all of it; twelve points a way:",
        "",
    ]
    lines += ["| ways | wall | processor | memory at most |", "|---|---|---|---|"]
    for row in results["imports"]["growth"]:
        cells = f"{row['wall_s']:,.0f} s | {row['cpu_s']:,.0f} s | {row['peak_mb']:,} MB"
        lines.append(f"| {row['ways']:,} | {cells} |")
    return "\n".join(lines)


def _notes(results: Results) -> str:
    lines = ["## What each figure is"]
    for name, tool in results["tools"].items():
        lines += ["", f"### {name} {tool['version']}".rstrip(), ""]
        if "reason" in tool:
            lines.append(f"No figures: {tool['reason']}.")
            continue
        set_up = ", ".join(f"{step} {format_amount(seconds)}" for step, seconds in tool["setup_s"].items())
        if set_up:
            lines.append(f"- Set up once, in no figure: {set_up}.")
        for job in JOBS:
            entry = tool["jobs"].get(job.key)
            if entry is None:
                continue
            if "reason" in entry:
                lines.append(f"- *{job.title}*: none; {entry['reason']}.")
                continue
            said = "; ".join(part for part in (entry["note"], f"checked: {entry['checked']}") if part)
            lines.append(f"- *{job.title}*: {said}." if entry["checked"] else f"- *{job.title}*: {entry['note']}.")
        if name not in ("wayaround", "OSRM") and "peak_mb" in tool:
            lines.append(f"- Most memory of its process, answers and checks included: {tool['peak_mb']:,.0f} MB.")
    lines += [
        "",
        "Peers know nodes only: for them each link with a terminal inside is cut there, with the same times, and of",
        "parallel links the faster is kept. So their graph has a few thousand nodes more, and equal answers. They",
        "answer in time alone, Valhalla in metres alone; ours are time and metres of the same route. SciPy and",
        "RoutingKit run in our environment, the others in one of their own on Python 3.12.",
    ]
    return "\n".join(lines)


if __name__ == "__main__":  # the page again, from results that are there
    write_page(json.loads(Path(sys.argv[1]).read_text()), Path(sys.argv[2]))
