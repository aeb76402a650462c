"""Every error has a status."""

import inspect

from wayaround import errors
from wayaround.service.error_status import STATUS, describe_error, status_of


def test_every_class_of_error_is_in_the_table() -> None:
    classes = {
        each for each in vars(errors).values() if inspect.isclass(each) and issubclass(each, errors.WayaroundError)
    }
    assert set(STATUS) == classes - {errors.WayaroundError}
    assert all(400 <= status <= 503 for status in STATUS.values())


def test_a_class_that_is_derived_has_the_status_of_its_base() -> None:
    class Own(errors.ScenarioError):
        pass

    assert status_of(Own("x")) == status_of(errors.ScenarioError("x")) == 422


def test_a_message_is_one_line_whatever_it_quotes() -> None:
    assert describe_error("Strange", "no key\n\x1b[31m") == {"code": "Strange", "message": "no key  [31m"}


def test_a_long_message_is_cut() -> None:
    shape = describe_error("Long", "x" * 10_000, tuple("y" * 5_000 for _ in range(500)))
    assert len(shape["message"]) == 1000
    assert len(shape["ids"]) == 100
