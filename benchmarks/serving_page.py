"""The page `docs/serving-benchmark.md` out of what `serving.py` measured."""

from pathlib import Path
from typing import Any

OSRM = "osrm-routed"


def write_page(results: dict[str, Any], page: Path) -> None:
    """Write the page.

    Parameters
    ----------
    results : dict
        What `serving.py` collected.
    page : Path
        Where to.
    """
    parts = [_head(results), *map(_table, _groups(results["jobs"])), _end(results)]
    page.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def _groups(jobs: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Rows that stand in one table."""
    names = list(dict.fromkeys((job["kind"], job["query"]) for job in jobs))
    return [[job for job in jobs if (job["kind"], job["query"]) == name] for name in names]


def _head(results: dict[str, Any]) -> str:
    machine, network, versions = results["machine"], results["network"], results["versions"]
    return "\n".join(
        [
            "# The service beside OSRM's server",
            "",
            "Written by `make bench-serving` (`python benchmarks/serving.py`); do not edit. All numbers, every run",
            "among them, are in `build/serving.json`.",
            "",
            f"`wayaround serve` {versions['wayaround']} with one worker and with one a core, and `osrm-routed`",
            f"{versions['osrm-bindings']} (MLD, a thread a core) serve {network['name']} ({network['links']:,} links)",
            "with the same time on each link, and are asked the same random requests by the same load tool",
            "(`benchmarks/load.py`) over kept connections, in turn; the load tool runs on the same cores.",
            f"Medians of {results['rounds']} runs of {results['seconds']:g} s; in brackets: how many times that of",
            "`osrm-routed`.",
            "",
            f"{results['date']}; {machine['processor']}, {machine['cores']} cores, {machine['memory_gb']:g} GiB.",
            f"Load when it started: {machine['load_at_start'][0]:g}. The machine is a virtual one and shared: compare",
            "ratios of one run, not figures of two; processor time a request is what other work disturbs least.",
        ]
    )


def _table(jobs: list[dict[str, Any]]) -> str:
    kind, query = jobs[0]["kind"], jobs[0]["query"]
    title = {
        "near": f"Towns within 150 km of each other, `/route`, {query}",
        "region": f"Towns 300 to 1,000 km from each other, `/route`, {query}",
        "far": f"Towns anywhere with a way between, `/route`, {query}",
        "table": f"`/table` {query}, times and lengths",
    }[kind]
    lines = [
        f"## {title}",
        "",
        "| connections | server | requests a second | p50 | p99 | processor time a request | processors |",
        "|---|---|---|---|---|---|---|",
    ]
    peer = {job["connections"]: job for job in jobs if job["server"] == OSRM}
    for job in jobs:
        other = peer[job["connections"]]

        def beside(key: str, unit: str, job: dict[str, Any] = job, other: dict[str, Any] = other) -> str:
            text = f"{_digits(job[key])}{unit}"
            return text if job is other else f"{text} ({_digits(job[key] / other[key])}x)"

        cells = [str(job["connections"]), job["server"], beside("requests_a_second", "")]
        cells += [beside(key, " ms") for key in ("p50_ms", "p99_ms", "cpu_ms_a_request")]
        lines.append(f"| {' | '.join(cells)} | {job['processors']:.2f} |")
    return "\n".join(lines)


def _end(results: dict[str, Any]) -> str:
    lines = ["## Are the answers the same?", ""]
    for kind, name in (("near", "Near"), ("region", "300 to 1,000 km"), ("far", "Anywhere")):
        one = results["compared"][kind]
        lines.append(
            f"- {name}: of {one['pairs']:,} pairs {one['within_1_s']:,} take as long in both (within a second or "
            f"0.01 %); of the {one['same_points']:,} whose ends both take to the same points of the road, "
            f"{one['same_points_within_1_s']:,}; {one['other_code']} have another code."
        )
    memory = ", ".join(f"{name} {megabytes:,} MB" for name, megabytes in results["memory_mb"].items())
    lines += ["", f"Memory after all this, shared pages counted once: {memory}."]
    return "\n".join(lines)


def _digits(number: float) -> str:
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"
