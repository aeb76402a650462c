"""What a scenario file may ask beside its journeys: access to facilities, how sure figures are, how ways are chosen."""

from itertools import pairwise
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from wayaround.scenario_entries import Entry, Name

MOST_FACILITIES = 2000
MOST_SAMPLES = 10_000


def _ascend(limits_h: list[float]) -> list[float]:
    if any(one >= other for one, other in pairwise(limits_h)):
        raise ValueError("the limits have to ascend, such as [1, 2, 4, 8]")
    return limits_h


class PeopleEntry(Entry):
    """Whose access is asked for: all places of these countries with so many people."""

    countries: Annotated[list[Name], Field(min_length=1)] | None = None
    min_population: Annotated[int, Field(ge=1000)]


class AccessEntry(Entry):
    """The `[access]` table."""

    facilities: Annotated[list[Name], Field(min_length=1, max_length=MOST_FACILITIES)] | None = None
    file: Name | None = None
    within_h: Annotated[
        list[Annotated[float, Field(gt=0, le=1000)]], Field(min_length=1, max_length=20), AfterValidator(_ascend)
    ] = Field(default=[1.0, 2.0, 4.0, 8.0])
    people: PeopleEntry | None = None

    @model_validator(mode="after")
    def _is_something(self) -> "AccessEntry":
        if (self.facilities is None) == (self.file is None):
            raise ValueError("access needs either facilities or file")
        return self


Share = Annotated[float, Field(ge=0, le=2)]


class UncertaintyEntry(Entry):
    """The `uncertainty` table; each share is the standard deviation of a logarithm."""

    speed: Share = 0.0
    wait: Share = 0.0
    length: Share = 0.0
    samples: Annotated[int, Field(ge=20, le=MOST_SAMPLES)] = 100
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 1


MODELS = ALL_OR_NOTHING, PATH_SIZE, C_LOGIT = ("all-or-nothing", "path-size-logit", "c-logit")
MOST_ALTERNATIVES, MOST_CHOOSING = 12, 1000


def _known_model(value: object) -> object:
    if value not in MODELS:
        choice = ", ".join(f'"{model}"' for model in MODELS)
        raise ValueError(f"a model of route choice is one of {choice}")
    return value


Theta = Annotated[float, Field(gt=0, le=10**9)]


class RouteChoiceEntry(Entry):
    """The `[route_choice]` table; what each means says `wayaround.impact.route_choice.ChoiceModel`."""

    model: Annotated[str, BeforeValidator(_known_model)]
    theta_per_hour: Theta | None = None
    theta_per_cost: Theta | None = None
    alternatives: Annotated[int, Field(ge=1, le=MOST_ALTERNATIVES)] = 4
    stretch: Annotated[float, Field(ge=1, le=3)] = 1.5
    overlap: Annotated[float, Field(ge=0, le=10)] = 1.0
    journeys: Annotated[int, Field(ge=1, le=MOST_CHOOSING)] = 50

    @model_validator(mode="after")
    def _has_one_theta(self) -> "RouteChoiceEntry":
        if self.theta_per_hour is not None and self.theta_per_cost is not None:
            raise ValueError("say theta_per_hour or theta_per_cost, not both")
        more = sorted(self.model_fields_set - {"model"})
        if self.model == ALL_OR_NOTHING and more:
            raise ValueError(f"all-or-nothing has no {more[0]}; choose a logit or remove the key")
        return self
