"""Days as people write them; what leaves a day open stays open."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayaround.claims.documents.dates import find_day, read_day, weekday_before

DAY = datetime.date(2018, 3, 5)


@pytest.mark.parametrize(
    "written",
    [
        "5 March 2018",
        "Monday 5 March 2018",
        "March 5, 2018",
        "Mar 5th, 2018",
        "5. März 2018",
        "5 mars 2018",
        "2018-03-05",
        "5.3.2018",
    ],
)
def test_forms_of_a_day(written: str) -> None:
    found = find_day(f"Posted {written} at 10:15 here")
    assert found is not None
    assert found.day == DAY


@pytest.mark.parametrize("written", ["03/04/2018", "5 March", "31 February 2018"])
def test_open_days(written: str) -> None:
    found = find_day(written)
    assert found is not None
    assert found.day is None


@pytest.mark.parametrize("words", ["it may be 155 km", "155 km", "10.15", "room 2018", "route 3-5"])
def test_numbers_that_are_no_day(words: str) -> None:
    assert find_day(words) is None


def test_a_day_without_a_year_is_the_nearest_one() -> None:
    found = find_day("2 January", near=datetime.date(2017, 12, 28))
    assert found is not None
    assert found.day == datetime.date(2018, 1, 2)


@given(st.dates(min_value=datetime.date(1901, 1, 1), max_value=datetime.date(2099, 12, 31)))
def test_stamps_are_read_back(day: datetime.date) -> None:
    assert read_day(f"{day.isoformat()}T10:15:00Z") == day
    assert read_day(f"{day.day} {day:%B} {day.year}") == day
    assert 0 <= (day - weekday_before("Friday", day)).days < 7
