"""What is asked of the own API in a body: read as JSON of the standard, checked by a model, said in one sentence."""

from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from starlette.requests import Request

from wayaround.errors import NotJson, ScenarioError
from wayaround.impact.lost_groups import MOST_PLACES
from wayaround.service.posted import read_json
from wayaround.service.store.scenarios import NAME

__all__ = ["ChangedScenario", "ClaimsRequest", "NewScenario", "RankRequest", "read_body", "read_object"]

_Content = Annotated[dict[str, Any], Field(description="A scenario in the scenario file's shape.")]
_Reference = Annotated[str, Field(max_length=80, description="Name of a stored scenario, or NAME@VERSION.")]
_Page = Annotated[dict[str, Any] | None, Field(description="What the page keeps beside it; given back as it is.")]
_Model = TypeVar("_Model", bound=BaseModel)


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class ChangedScenario(_Body):
    """A new version of a stored scenario."""

    scenario: _Content
    page: _Page = None


class NewScenario(ChangedScenario):
    """A scenario to be stored."""

    name: str = Field(pattern=NAME, max_length=64)


class _Work(_Body):
    """Work on a scenario: one that is sent along, or a stored one."""

    scenario: _Content | None = None
    stored: _Reference | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> "_Work":
        if self.scenario is not None and self.stored is not None:
            raise ValueError('give either "scenario" or "stored"')
        return self


class RankRequest(_Work):
    """A ranking of what losing each road costs."""

    cities: int | None = Field(None, ge=2, le=MOST_PLACES, description="Instead: pairs of so many largest cities.")
    unit: Literal["link", "section", "crossing"] = "link"
    countries: list[Annotated[str, Field(max_length=60)]] = Field([], max_length=250, description="Only roads there.")
    within: dict[str, Any] | None = Field(None, description="Only roads that meet an area: a circle or a polygon.")
    top: int = Field(100, ge=1, le=10_000, description="Rows in JSON and GeoJSON.")

    @model_validator(mode="after")
    def _one_of_three(self) -> "RankRequest":
        if sum(each is not None for each in (self.scenario, self.stored, self.cities)) != 1:
            raise ValueError('give one of "scenario", "stored" and "cities"')
        return self


class ClaimsRequest(_Work):
    """A text that is held against the roads."""

    text: str = Field(min_length=1, description="Plain text, or the source of a web page.")


async def read_object(request: Request) -> dict[str, Any]:
    """The body as a JSON object.

    Raises
    ------
    NotJson
        It is not sent as JSON.
    ScenarioError
        It is none.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise NotJson("send the body as application/json.", ids=["content-type"])
    content = read_json(await request.body())
    if not isinstance(content, dict):
        raise ScenarioError("the body should be a JSON object.")
    return content


async def read_body(request: Request, model: type[_Model]) -> _Model:
    """The body as a model has it.

    Raises
    ------
    NotJson, ScenarioError
        As for `read_object`; also where a key or a value is not what the model has.
    """
    try:
        return model.model_validate(await read_object(request))
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        at = ".".join(map(str, problem["loc"])) or "body"
        said = problem["msg"].removeprefix("Value error, ")
        raise ScenarioError(f"{at}: {said[0].lower()}{said[1:]}.", ids=[at]) from error
