"""Feeds that tests write themselves: events of version 4.2, and the flat ones of version 3."""

import json
from pathlib import Path
from typing import Any

from wayaround.scenario import Scenario, check_scenario

LINE = [[44.0, 33.0], [44.1, 33.0]]


def event(*, id: str = "work", line: Any = LINE, kind: str = "LineString", **said: Any) -> dict[str, Any]:
    """A work zone of version 4.2 that closes all lanes of June 2024 unless told otherwise."""
    core = {
        "event_type": said.pop("event_type", "work-zone"),
        "data_source_id": "roads",
        "road_names": ["Route 1"],
        "direction": said.pop("direction", "eastbound"),
    }
    properties = {
        "core_details": core,
        "start_date": "2024-06-01T00:00:00+03:00",
        "end_date": "2024-07-01T00:00:00+03:00",
        "is_start_date_verified": True,
        "is_end_date_verified": True,
        "is_start_position_verified": True,
        "is_end_position_verified": True,
        "location_method": "unknown",
        "vehicle_impact": "all-lanes-closed",
        **said,
    }
    return {"id": id, "type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": line}}


def flat_event(*, id: str = "work", line: Any = LINE, **said: Any) -> dict[str, Any]:
    """The same in the words of version 3."""
    properties = {
        "road_event_id": id,
        "event_type": "work-zone",
        "data_source_id": "roads",
        "road_name": "Route 1",
        "direction": "eastbound",
        "vehicle_impact": "all-lanes-closed",
        "start_date": "2024-06-01T00:00:00+03:00",
        "end_date": "2024-07-01T00:00:00+03:00",
        "start_date_accuracy": "verified",
        "end_date_accuracy": "estimated",
        "event_status": "active",
        **said,
    }
    return {"type": "Feature", "properties": properties, "geometry": {"type": "LineString", "coordinates": line}}


def feed(*events: Any) -> dict[str, Any]:
    """A feed of version 4.2."""
    source = {"data_source_id": "roads", "organization_name": "Roads"}
    about = {
        "publisher": "Roads",
        "version": "4.2",
        "update_date": "2024-05-01T00:00:00Z",
        "data_sources": [source],
    }
    return {"feed_info": about, "type": "FeatureCollection", "features": list(events)}


def write(folder: Path, content: object, *, name: str = "feed.geojson") -> Path:
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def scenario(folder: Path, *, pairs: Any = (("0,0", "0,1"),), closures: Any = None, **said: Any) -> Scenario:
    """A scenario in a folder, of one feed unless closures are given."""
    content = {
        "title": "Works",
        "closures": [{"id": "works", "wzdx": "feed.geojson"}] if closures is None else closures,
        "trips": {"pairs": [list(pair) for pair in pairs]},
        **said,
    }
    return check_scenario(content, path=folder / "works.toml", dates_as_text=True)
