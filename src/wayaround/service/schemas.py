"""What the API answers, for its OpenAPI description."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict

__all__ = ["SCENARIO_SCHEMA", "AssessAnswer", "CrossingEntry", "CrossingList", "ErrorAnswer", "Health", "JobAnswer"]
__all__ += ["JobEntry", "JobList", "NetworkEntry", "NetworkList", "OsrmAnswer", "Progress", "ScenarioAnswer"]
__all__ += ["ScenarioEntry", "ScenarioList", "VersionList", "body_of", "refusals"]


class ErrorAnswer(BaseModel):
    """Every answer that is no success, of OSRM's services as well."""

    code: str
    message: str
    ids: list[str] | None = None


class Health(BaseModel):
    """Whether the service lives, or can answer."""

    status: str


class NetworkEntry(BaseModel):
    """A network that is served."""

    name: str
    digest: str
    profile: str
    nodes: int
    links: int
    joins: int
    bounding_box: list[float]
    named_crossings: int
    source: str
    licence: str
    attribution: str


class NetworkList(BaseModel):
    """All networks that are served."""

    networks: list[NetworkEntry]


class CrossingEntry(BaseModel):
    """A border crossing; `closures` may name it by id or name."""

    id: str
    name: str
    countries: list[str]
    links: list[int]
    lat: float
    lon: float


class CrossingList(BaseModel):
    """Border crossings."""

    network: str
    crossings: list[CrossingEntry]


class OsrmAnswer(BaseModel):
    """An answer of OSRM's HTTP API v5; its other keys are described there."""

    model_config = ConfigDict(extra="allow")

    code: str


class AssessAnswer(BaseModel):
    """The object that `wayaround run --json` prints."""

    model_config = ConfigDict(extra="allow")

    title: str
    network: dict[str, Any]
    profile: str
    date: str
    closures: list[dict[str, Any]]
    pairs: dict[str, int]
    journeys: list[dict[str, Any]]


class ScenarioEntry(BaseModel):
    """A stored scenario, or a version of it, without its content."""

    name: str
    title: str
    version: int
    changed_at: str


class ScenarioAnswer(ScenarioEntry):
    """A stored scenario."""

    scenario: dict[str, Any]
    page: dict[str, Any] | None = None


class ScenarioList(BaseModel):
    """Stored scenarios by name."""

    scenarios: list[ScenarioEntry]


class VersionList(BaseModel):
    """Versions of a scenario, the newest first."""

    versions: list[ScenarioEntry]


class Progress(BaseModel):
    """How far a job is."""

    stage: str
    done: int
    total: int


class JobEntry(BaseModel):
    """A job; its state is queued, running, done, failed, cancelled or interrupted."""

    id: str
    kind: str
    state: str
    progress: Progress
    created_at: str
    ended_at: str | None
    error: dict[str, str] | None
    formats: list[str]


class JobAnswer(BaseModel):
    """A job that was begun."""

    job: JobEntry


class JobList(BaseModel):
    """Jobs of a token, the newest first."""

    jobs: list[JobEntry]


def refusals(*statuses: int, answers: Mapping[int, dict[str, Any]] | None = None) -> dict[int | str, dict[str, Any]]:
    """How an address answers and may refuse, for its description."""
    described: dict[int | str, dict[str, Any]] = {status: {"model": ErrorAnswer} for status in statuses}
    for status, answer in (answers or {}).items():
        described[status] = answer
    return described


def body_of(schema: dict[str, Any]) -> dict[str, Any]:
    """A body of JSON, for the description of an address that reads it itself."""
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


SCENARIO_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["title", "trips"],
    "description": "A scenario file as JSON; it may name no file and no other network.",
    "properties": {
        "title": {"type": "string", "minLength": 1, "maxLength": 200},
        "profile": {"type": "string"},
        "date": {"type": "string", "format": "date"},
        "party": {"type": "string"},
        "closures": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "id": {"type": "string"},
                    "circle": {
                        "type": "object",
                        "required": ["lat", "lon", "radius_km"],
                        "properties": {
                            "lat": {"type": "number", "minimum": -90, "maximum": 90},
                            "lon": {"type": "number", "minimum": -180, "maximum": 180},
                            "radius_km": {"type": "number", "exclusiveMinimum": 0, "maximum": 2000},
                        },
                    },
                    "polygon": {
                        "type": "array",
                        "minItems": 3,
                        "items": {"type": "array", "minItems": 2, "maxItems": 2, "items": {"type": "number"}},
                    },
                    "point": {
                        "type": "object",
                        "required": ["lat", "lon"],
                        "properties": {"lat": {"type": "number"}, "lon": {"type": "number"}},
                    },
                    "links": {"type": "array", "minItems": 1, "items": {"type": "integer", "minimum": 0}},
                    "crossing": {"type": "string"},
                    "wait_h": {
                        "oneOf": [
                            {"type": "number", "minimum": 0, "maximum": 1000},
                            {
                                "type": "object",
                                "additionalProperties": {"type": "number", "minimum": 0, "maximum": 1000},
                            },
                        ]
                    },
                    "open": {"type": "string"},
                    "speed_factor": {"type": "number", "minimum": 0.001, "exclusiveMaximum": 1},
                },
            },
        },
        "trips": {
            "type": "object",
            "properties": {
                "pairs": {
                    "type": "array",
                    "items": {"type": "array", "minItems": 2, "maxItems": 2, "items": {"type": "string"}},
                },
                "cities": {
                    "type": "object",
                    "required": ["min_population"],
                    "properties": {
                        "countries": {"type": "array", "items": {"type": "string"}},
                        "min_population": {"type": "integer", "minimum": 1000},
                        "weight": {"enum": ["gravity", "equal"]},
                    },
                },
            },
        },
    },
    "example": {
        "title": "Al-Tanf closed",
        "closures": [{"id": "zone", "circle": {"lat": 33.5085, "lon": 38.62, "radius_km": 55}}],
        "trips": {"pairs": [["Damascus, SY", "Baghdad, IQ"]]},
    },
}
"""A scenario as JSON schema, as far as a client needs it; the scenario's own rules decide."""
