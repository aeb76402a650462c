"""What a scenario file may ask beside its journeys: access to facilities, and how sure the figures are."""

from itertools import pairwise
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

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
