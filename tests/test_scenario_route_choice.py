"""Route choice in a scenario file and in a request: what reads, and one sentence for what does not."""

from pathlib import Path

import pytest

import wayaround as wa
from wayaround.errors import RequestTooLarge, ScenarioError, WayaroundError
from wayaround.impact.choice_model import ChoiceModel, read_choice
from wayaround.scenario_asks import PATH_SIZE
from wayaround.service.error_status import status_of
from wayaround.service.posted import check_posted_scenario
from wayaround.service.settings import Settings

HEAD = 'title = "Test"\n[trips]\npairs = [["33.513,36.292", "33.315,44.366"]]\n'


def read(tmp_path: Path, choice: str, head: str = HEAD) -> wa.Scenario:
    path = tmp_path / "scenario.toml"
    path.write_text(f"{head}[route_choice]\n{choice}\n")
    return wa.read_scenario(path)


def test_without_a_table_every_journey_takes_its_cheapest_way(tmp_path: Path) -> None:
    (tmp_path / "scenario.toml").write_text(HEAD)
    assert read_choice(wa.read_scenario(tmp_path / "scenario.toml").route_choice) == ChoiceModel("all-or-nothing")
    assert read_choice(read(tmp_path, 'model = "all-or-nothing"').route_choice) == ChoiceModel("all-or-nothing")


def test_the_file_has_the_defaults_of_the_model(tmp_path: Path) -> None:
    assert read_choice(read(tmp_path, 'model = "path-size-logit"').route_choice) == ChoiceModel(PATH_SIZE)


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        ('model = "probit"', 'one of "all-or-nothing", "path-size-logit", "c-logit", not \'probit\''),
        ("theta_per_hour = 1.0", "route_choice.model: the key is missing"),
        (
            'model = "c-logit"\ntheta_per_hour = 0.0',
            "line 6, route_choice.theta_per_hour: input should be greater",
        ),
        (
            'model = "c-logit"\ntheta_per_cost = -1.0',
            "line 6, route_choice.theta_per_cost: input should be greater",
        ),
        ('model = "c-logit"\ntheta_per_hour = nan', "route_choice.theta_per_hour"),
        ('model = "c-logit"\ntheta_per_hour = 1\ntheta_per_cost = 1', "theta_per_hour or theta_per_cost, not both"),
        ('model = "c-logit"\nalternatives = 13', "alternatives: input should be less than or equal to 12, not 13"),
        ('model = "c-logit"\nalternatives = 0', "greater than or equal to 1"),
        ('model = "c-logit"\nstretch = 0.9', "greater than or equal to 1"),
        ('model = "c-logit"\noverlap = -1.0', "greater than or equal to 0"),
        ('model = "c-logit"\njourneys = 1001', "less than or equal to 1000"),
        ('model = "c-logit"\nteta_per_hour = 1.0', 'the nearest is "theta_per_hour"'),
        ('model = "all-or-nothing"\nstretch = 1.2', "all-or-nothing has no stretch"),
    ],
)
def test_what_is_no_model_is_one_sentence(tmp_path: Path, choice: str, said: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        read(tmp_path, choice)
    assert said in caught.value.message
    assert "\n" not in caught.value.message


def test_a_scale_for_money_needs_rates(tmp_path: Path, world: wa.RoadNetwork) -> None:
    scenario = read(tmp_path, 'model = "c-logit"\ntheta_per_cost = 0.1')
    with pytest.raises(ScenarioError, match="theta_per_cost needs money"):
        wa.assess_scenario(scenario, network=world)


def test_a_request_is_refused_in_the_same_words() -> None:
    content = {"title": "Posted", "trips": {"pairs": [["33.513,36.292", "33.315,44.366"]]}}

    def check(choice: object) -> WayaroundError:
        posted = content | {"route_choice": choice}
        with pytest.raises(WayaroundError) as caught:
            check_posted_scenario(posted, Settings(), served="world-highways", profile="truck")
        return caught.value

    refused = check({"model": "c-logit", "theta_per_hour": -1})
    assert "theta_per_hour: input should be greater than 0" in refused.message
    assert status_of(refused) == 422
    assert isinstance(check({"model": "c-logit", "journeys": 51}), RequestTooLarge)
    allowed = content | {"route_choice": {"model": "c-logit", "journeys": 50}}
    posted = check_posted_scenario(allowed, Settings(), served="world-highways", profile="truck")
    assert read_choice(posted.route_choice).name == "c-logit"
