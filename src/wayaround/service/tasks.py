"""What a request or a job computes beyond routes: each answer as bytes, in every format that it can be had in."""

import datetime
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any

import geopandas as gpd
import numpy as np
import orjson
import pandas as pd

from wayaround.assess import Progress, assess_scenario, load_scenario_profile
from wayaround.claims.check import check_claims
from wayaround.claims.document import parse_document
from wayaround.claims.finding import Finding
from wayaround.claims.read import read_claims
from wayaround.claims.scenario_claims import check_scenario_claims, known_names
from wayaround.closures.reading import read_closures
from wayaround.demand.trips import largest_city_trips, read_trips
from wayaround.errors import ScenarioError
from wayaround.impact.criticality import rank_links
from wayaround.reports.files import closure_features, route_features
from wayaround.reports.findings import summarise_check
from wayaround.reports.geojson import geojson_text
from wayaround.reports.ranking import summarise_ranking
from wayaround.reports.summary import summarise
from wayaround.reports.sweep import summarise_sweep
from wayaround.scenario import Scenario
from wayaround.service.posted import check_area, check_posted_scenario
from wayaround.service.served import ServedRoads
from wayaround.service.settings import Settings
from wayaround.service.store.jobs import Kind
from wayaround.sweep.measure import WeighedRoads
from wayaround.sweep.result import Sweep
from wayaround.sweep.run import sweep_scenario

__all__ = ["FORMATS", "MEDIA_TYPES", "assess_posted", "compute_job", "find_format"]

FORMATS: dict[Kind, tuple[str, ...]] = {
    "assess": ("json", "geojson", "parquet"),
    "rank": ("json", "geojson", "parquet"),
    "sweep": ("json", "geojson", "parquet"),
    "claims": ("json", "geojson"),
}
MEDIA_TYPES = {
    "json": "application/json",
    "geojson": "application/geo+json",
    "parquet": "application/vnd.apache.parquet",
}

_Writers = Mapping[str, Callable[[], bytes]]


def find_format(kind: Kind, name: str) -> str:
    """A format in which a kind of answer can be had.

    Raises
    ------
    ScenarioError
        It cannot.
    """
    if name not in FORMATS[kind]:
        raise ScenarioError(
            f'format: there is no answer as "{name[:20]}", but as {" or ".join(FORMATS[kind])}.', ids=[name[:20]]
        )
    return name


def compute_job(
    kind: Kind, asked: Mapping[str, Any], served: ServedRoads, settings: Settings, progress: Progress
) -> dict[str, bytes]:
    """Compute what a job was asked for, in all formats.

    Parameters
    ----------
    kind : str
        What it is.
    asked : mapping
        As `read_request` checked it.
    served : ServedRoads
        The roads.
    settings : Settings
        Limits.
    progress : callable
        Told how far the work is; what it raises ends the work.
    """
    content = asked.get("scenario")
    scenario = (
        None
        if content is None
        else check_posted_scenario(content, settings, served=served.network.name, profile=served.profile.name)
    )
    if kind == "assess":
        assert scenario is not None
        writers = _assess(scenario, served, progress)
    elif kind == "rank":
        writers = _rank(scenario, asked, served, progress)
    elif kind == "sweep":
        assert scenario is not None
        writers = _sweep(scenario, asked, served, progress)
    else:
        writers = _check(scenario, asked, served, progress)
    progress("writing the result", 0, 1)
    return {name: writers[name]() for name in FORMATS[kind]}


def assess_posted(scenario: Scenario, served: ServedRoads, name: str) -> bytes:
    """Assess a scenario at once, in one format."""
    return _assess(scenario, served, lambda *_: None)[name]()


def _assess(scenario: Scenario, served: ServedRoads, progress: Progress) -> _Writers:
    network = served.network
    impact = assess_scenario(scenario, network=network, progress=progress)
    findings: list[Finding] = []
    if scenario.claims:
        _, findings = check_scenario_claims(scenario, network, profile=impact.profile, progress=progress)
    return {
        "json": lambda: orjson.dumps(summarise(impact, findings=findings), option=orjson.OPT_SERIALIZE_NUMPY),
        "geojson": lambda: _collect({"route": route_features(impact), "closure": closure_features(impact)}),
        "parquet": lambda: _parquet(impact.pairs),
    }


def _rank(scenario: Scenario | None, asked: Mapping[str, Any], served: ServedRoads, progress: Progress) -> _Writers:
    network = served.network
    profile = served.profile if scenario is None else load_scenario_profile(scenario)
    progress("finding places", 0, 1)
    ranking = rank_links(
        network,
        largest_city_trips(network, asked["cities"])
        if scenario is None
        else read_trips(scenario, network, profile=profile),
        unit=asked["unit"],
        closures=() if scenario is None else read_closures(scenario),
        profile=profile,
        date=(None if scenario is None else scenario.date) or datetime.date.today(),
        party=None if scenario is None else scenario.party,
        countries=asked["countries"] or None,
        within=None if asked["within"] is None else check_area(asked["within"]),
        progress=progress,
    )
    top = asked["top"]
    return {
        "json": lambda: orjson.dumps(summarise_ranking(ranking, top), option=orjson.OPT_SERIALIZE_NUMPY),
        "geojson": lambda: geojson_text(ranking.table(top)).encode(),
        "parquet": lambda: _parquet(ranking.table()),
    }


def _sweep(scenario: Scenario, asked: Mapping[str, Any], served: ServedRoads, progress: Progress) -> _Writers:
    network, under = served.network, served.open_roads
    weighed = WeighedRoads(served.profile, under.roads.base, under.metric)
    sweep = sweep_scenario(
        scenario, asked["vary"], paired=asked["paired"], network=network, weighed=weighed, progress=progress
    )
    return {
        "json": lambda: orjson.dumps(summarise_sweep(sweep), option=orjson.OPT_SERIALIZE_NUMPY),
        "geojson": lambda: orjson.dumps(_way_features(sweep)),
        "parquet": lambda: _parquet(sweep.table()),
    }


def _way_features(sweep: Sweep) -> dict[str, Any]:
    """Every way that a journey takes at some point."""
    features = []
    for (origin, destination), ways in zip(sweep.journeys, sweep.ways, strict=True):
        for number, way in enumerate(ways):
            line = way.line(sweep.network)
            if line is not None:
                features.append(
                    {
                        "type": "Feature",
                        "geometry": {"type": "LineString", "coordinates": np.round(line, 6).tolist()},
                        "properties": {
                            "origin": origin,
                            "destination": destination,
                            "way": number,
                            "km": way.length_m / 1000,
                            "crossings": list(way.crossings),
                        },
                    }
                )
    return {"type": "FeatureCollection", "features": features}


def _check(scenario: Scenario | None, asked: Mapping[str, Any], served: ServedRoads, progress: Progress) -> _Writers:
    network = served.network
    profile = served.profile if scenario is None else load_scenario_profile(scenario)
    progress("reading the text", 0, 1)
    document = parse_document(asked["text"], source="a text that was sent")
    statements = read_claims(document, names=known_names(network, scenario))
    findings = check_claims(statements, network, scenario, profile=profile, progress=progress)
    summary = summarise_check(
        document,
        statements,
        findings,
        network,
        scenario=None if scenario is None else scenario.title,
        profile=profile.name,
    )
    return {"json": lambda: orjson.dumps(summary), "geojson": lambda: orjson.dumps(_evidence_features(summary))}


def _evidence_features(summary: Mapping[str, Any]) -> dict[str, Any]:
    """The ways by which claims were found to hold or not."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "LineString", "coordinates": way["line"]},
                "properties": {
                    "claim": row,
                    "text": claim["text"],
                    "verdict": claim["verdict"],
                    **{key: way[key] for key in ("label", "km", "h")},
                },
            }
            for row, claim in enumerate(summary["claims"])
            for way in claim["evidence"]
            if len(way["line"]) > 1
        ],
    }


def _collect(tables: Mapping[str, gpd.GeoDataFrame]) -> bytes:
    """Several tables as one collection; each feature says of which it is."""
    features = []
    for kind, table in tables.items():
        for feature in orjson.loads(geojson_text(table))["features"]:
            feature["properties"]["kind"] = kind
            feature.pop("id", None)
            features.append(feature)
    return orjson.dumps({"type": "FeatureCollection", "features": features})


def _parquet(table: pd.DataFrame) -> bytes:
    written = BytesIO()
    table.to_parquet(written, index=False)
    return written.getvalue()
