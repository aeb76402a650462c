"""Distances and durations as people write them, and what only looks like them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayaround.claims.claim import Quantity
from wayaround.claims.quantities import find_quantities


def read(text: str) -> list[tuple[str, str, float, float]]:
    """Words, measure, low and high of each quantity."""
    return [(text[q.start : q.end], q.measure, round(q.low, 3), round(q.high, 3)) for q in find_quantities(text)]


def read_one(text: str) -> Quantity:
    """The only quantity of a text."""
    found = find_quantities(text)
    assert len(found) == 1, (text, found)
    return found[0]


DISTANCES = [
    ("The way round is 155 km longer.", "155 km", 155),
    ("155km on good asphalt", "155km", 155),
    ("155 KM", "155 KM", 155),
    ("155 Kms from the border", "155 Kms", 155),
    ("793 kilometres by the northern road", "793 kilometres", 793),
    ("a 55-kilometer zone", "55-kilometer", 55),
    ("a fifty-five kilometre zone", "fifty-five kilometre", 55),
    ("a fifty-five-kilometre zone", "fifty-five-kilometre", 55),
    ("a hundred and fifty kilometres", "a hundred and fifty kilometres", 150),
    ("one hundred fifty kilometers", "one hundred fifty kilometers", 150),
    ("two hundred and ten km", "two hundred and ten km", 210),
    ("twelve hundred miles", "twelve hundred miles", 1931.213),
    ("93 miles", "93 miles", 149.669),
    ("93mi to the coast", "93mi", 149.669),
    ("a dozen miles", "a dozen miles", 19.312),
    ("two dozen kilometres", "two dozen kilometres", 24),
    ("a mile and a half further", "a mile and a half", 2.414),
    ("half a mile from the post", "half a mile", 0.805),
    ("half a kilometre", "half a kilometre", 0.5),
    ("two and a half miles", "two and a half miles", 4.023),
    ("one-half mile east", "one-half mile", 0.805),
    ("12 nautical miles off", "12 nautical miles", 22.224),
    ("12 nmi", "12 nmi", 22.224),
    ("300 metres from the gate", "300 metres", 0.3),
    ("500 yards short of the gate", "500 yards", 0.457),
    ("2,000 feet of cable", "2,000 feet", 0.61),
    ("50 klicks south", "50 klicks", 50),
    ("1,200 km", "1,200 km", 1200),
    ("1.200 km", "1.200 km", 1200),
    ("1 200 km", "1 200 km", 1200),
    ("1 200 km", "1 200 km", 1200),
    ("1'200 km", "1'200 km", 1200),
    ("1,234.5 km", "1,234.5 km", 1234.5),
    ("1.234,5 km", "1.234,5 km", 1234.5),
    ("0.125 km", "0.125 km", 0.125),
    ("154,7 km", "154,7 km", 154.7),
    ("30616.16 km", "30616.16 km", 30616.16),
    ("two thousand kilometres", "two thousand kilometres", 2000),
    ("2 thousand km", "2 thousand km", 2000),
    ("1.5k km", "1.5k km", 1500),
    ("0.5k miles", "0.5k miles", 804.672),
    ("2½ miles", "2½ miles", 4.023),
    ("2 1/2 miles", "2 1/2 miles", 4.023),
    ("155 extra kilometres", "155 extra kilometres", 155),
    ("another 155 road miles", "155 road miles", 249.448),
    ("155 Kilometer", "155 Kilometer", 155),
    ("155 kilómetros", "155 kilómetros", 155),
    ("155 kilomètres de plus", "155 kilomètres", 155),
    ("155 км", "155 км", 155),
    ("المسافة ١٥٥ كم", "١٥٥ كم", 155),
    ("The detour: 155 km.", "155 km", 155),
    ("It makes the route 155 km longer.", "155 km", 155),
    ("On Highway 2 10 km west of Homs", "10 km", 10),
    ("155\nkm", "155\nkm", 155),
    ("(155 km)", "155 km", 155),
    ("155-km-long detour", "155-km", 155),
    ("the last 50 km are gravel", "50 km", 50),
    ("50 km deep inside the country", "50 km", 50),
    ("a 20 km wide strip", "20 km", 20),
    ("in 2019 155 km were added", "155 km", 155),
    ("+155 km", "155 km", 155),
    ("twenty-one kilometres", "twenty-one kilometres", 21),
    (".5 km further", "5 km", 0.5),
    ("3/4 of a mile", "3/4 of a mile", 1.207),
    ("a half-mile walk", "a half-mile", 0.805),
    ("mile-and-a-half walk", "mile-and-a-half", 2.414),
    ("half a dozen miles", "half a dozen miles", 9.656),
    ("a couple hundred kilometres", "a couple hundred kilometres", 200),
    ("some hundred kilometres", "hundred kilometres", 100),
    ("12 500 km", "12 500 km", 12500),
    ("12.345 km", "12.345 km", 12345),
    ("55.125 km", "55.125 km", 55.125),
    ("call 0551 155 200 km north", "200 km", 200),
    ("ten (10) km", "ten (10) km", 10),
    ("On the M5 155km north", "155km", 155),
    ("Route 66, 2,448 miles long", "2,448 miles", 3939.674),
    ("+155km", "155km", 155),
    ("one-hundred-and-fifty-five-kilometre", "one-hundred-and-fifty-five-kilometre", 155),
    ("**155** km", "155** km", 155),
]


@pytest.mark.parametrize(("text", "words", "km"), DISTANCES)
def test_distances_are_read_in_kilometres(text: str, words: str, km: float) -> None:
    assert read(text) == [(words, "distance", km, km)]


DURATIONS = [
    ("The drive takes 10 hours.", "10 hours", 10),
    ("10.4 hours", "10.4 hours", 10.4),
    ("10,4 hours", "10,4 hours", 10.4),
    ("10.0 hours", "10.0 hours", 10),
    ("a 10-hour drive", "10-hour", 10),
    ("a ten-hour drive", "ten-hour", 10),
    ("a 3-hour-long queue", "3-hour", 3),
    ("10 hours' drive", "10 hours", 10),
    ("10 hours’ drive", "10 hours", 10),
    ("an hour's drive", "an hour", 1),
    ("an hour", "an hour", 1),
    ("one hour", "one hour", 1),
    ("takes 2h 45m", "2h 45m", 2.75),
    ("2h45", "2h45", 2.75),
    ("2h45m", "2h45m", 2.75),
    ("2h45min", "2h45min", 2.75),
    ("2 h 45 min", "2 h 45 min", 2.75),
    ("2 hrs. 45 min.", "2 hrs. 45 min", 2.75),
    ("2 hr 45 mins", "2 hr 45 mins", 2.75),
    ("2:45 hours", "2:45 hours", 2.75),
    ("two hours and forty-five minutes", "two hours and forty-five minutes", 2.75),
    ("2 hours, 45 minutes", "2 hours, 45 minutes", 2.75),
    ("an hour and twenty minutes", "an hour and twenty minutes", 1.333),
    ("1 hr 20", "1 hr 20", 1.333),
    ("2 hours 30 from Homs", "2 hours 30", 2.5),
    ("half an hour", "half an hour", 0.5),
    ("a half-hour drive", "a half-hour", 0.5),
    ("a half hour longer", "a half hour", 0.5),
    ("an hour and a half", "an hour and a half", 1.5),
    ("one and a half hours", "one and a half hours", 1.5),
    ("two and a half hours", "two and a half hours", 2.5),
    ("a two-and-a-half-hour drive", "two-and-a-half-hour", 2.5),
    ("2 and a half hours", "2 and a half hours", 2.5),
    ("a quarter of an hour", "a quarter of an hour", 0.25),
    ("quarter of an hour", "quarter of an hour", 0.25),
    ("three quarters of an hour", "three quarters of an hour", 0.75),
    ("three-quarters of an hour", "three-quarters of an hour", 0.75),
    ("a couple of hours", "a couple of hours", 2),
    ("a couple hours", "a couple hours", 2),
    ("20 minutes", "20 minutes", 0.333),
    ("forty-five minutes", "forty-five minutes", 0.75),
    ("90 mins", "90 mins", 1.5),
    ("a 20-minute walk", "20-minute", 0.333),
    ("two days' drive", "two days", 48),
    ("a day and a half", "a day and a half", 36),
    ("a day's drive", "a day", 24),
    ("It takes a day.", "a day", 24),
    ("three more days", "three more days", 72),
    ("a week longer", "a week", 168),
    ("1 day 4 hours", "1 day 4 hours", 28),
    ("5 heures", "5 heures", 5),
    ("5 Stunden", "5 Stunden", 5),
    ("5 horas", "5 horas", 5),
    ("5 ore", "5 ore", 5),
    ("5 uur", "5 uur", 5),
    ("5 часов", "5 часов", 5),
    ("٥ ساعات", "٥ ساعات", 5),
    ("10h", "10h", 10),
    ("10 hours and half.", "10 hours and half", 10.5),
    ("an hour and ten", "an hour and ten", 1.167),
    ("two hours thirty", "two hours thirty", 2.5),
    ("1 hour and 30.", "1 hour and 30", 1.5),
    ("5 and half hours", "5 and half hours", 5.5),
    ("two & a half hours", "two & a half hours", 2.5),
    ("hour and a half max", "hour and a half", 1.5),
    ("the hour-long wait", "hour", 1),
    ("3h20'", "3h20'", 3.333),
    ("a 2-hour-45-minute drive", "2-hour-45-minute", 2.75),
    ("shorter by an hour", "an hour", 1),
    ("5 heures de route", "5 heures", 5),
    ("1/2 an hour", "1/2 an hour", 0.5),
    ("two more hours", "two more hours", 2),
    ("the road was shut for three hours", "three hours", 3),
]


@pytest.mark.parametrize(("text", "words", "hours"), DURATIONS)
def test_durations_are_read_in_hours(text: str, words: str, hours: float) -> None:
    assert read(text) == [(words, "duration", hours, hours)]


ROUNDINGS = [
    ("155 km", 0.5),
    ("150 km", 5),
    ("55 km", 0.5),
    ("1,200 km", 50),
    ("154.7 km", 0.05),
    ("fifty-five km", 0.5),
    ("a hundred km", 5),
    ("10.4 hours", 0.05),
    ("10.0 hours", 0.05),
    ("2h 45m", 1 / 120),
    ("half an hour", 0.25),
    ("two and a half hours", 0.25),
    ("a couple of hours", 0.5),
    ("two days' drive", 12),
    ("20 minutes", 1 / 60),
    ("45 minutes", 0.5 / 60),
    ("93 miles", 0.804672),
    ("150-160 km", 5),
    ("8 to 12.5 hours", 0.5),
]


@pytest.mark.parametrize(("text", "rounding"), ROUNDINGS)
def test_rounding_is_half_a_unit_of_the_last_digit_that_means_something(text: str, rounding: float) -> None:
    assert read_one(text).rounding == pytest.approx(rounding)


RANGES = [
    ("10 to 12 hours", "10 to 12 hours", 10, 12),
    ("10-12 hours", "10-12 hours", 10, 12),
    ("a 10-12-hour drive", "10-12-hour", 10, 12),
    ("a 10- to 12-hour drive", "10- to 12-hour", 10, 12),
    ("150–160 km", "150–160 km", 150, 160),
    ("150 – 160 km", "150 – 160 km", 150, 160),
    ("between 150 and 160 km", "150 and 160 km", 150, 160),
    ("between 150 km and 160 km", "150 km and 160 km", 150, 160),
    ("from 10 to 12 hours", "10 to 12 hours", 10, 12),
    ("150 km to 160 km", "150 km to 160 km", 150, 160),
    ("150km-160km", "150km-160km", 150, 160),
    ("45 minutes to an hour", "45 minutes to an hour", 0.75, 1),
    ("ten to twelve hours", "ten to twelve hours", 10, 12),
    ("an hour or two", "an hour or two", 1, 2),
    ("two or three hours", "two or three hours", 2, 3),
    ("10 or 12 hours", "10 or 12 hours", 10, 12),
    ("two to two and a half hours", "two to two and a half hours", 2, 2.5),
    ("half an hour to an hour", "half an hour to an hour", 0.5, 1),
    ("half to three quarters of an hour", "half to three quarters of an hour", 0.5, 0.75),
    ("1h30-2h", "1h30-2h", 1.5, 2),
    ("a 6-to-7-hour ride", "6-to-7-hour", 6, 7),
    ("a two or three-hour delay", "two or three-hour", 2, 3),
    ("two, maybe three hours", "two, maybe three hours", 2, 3),
    ("between about 2 and 3 hours", "2 and 3 hours", 2, 3),
    ("about 2 to about 3 hours", "2 to about 3 hours", 2, 3),
    ("2 to 3,000 km", "2 to 3,000 km", 2000, 3000),
    ("two or three hundred kilometres", "two or three hundred kilometres", 200, 300),
    ("5-100 km", "5-100 km", 5, 100),
    ("a day or two", "a day or two", 24, 48),
    ("closed for 2 to 14 hours", "2 to 14 hours", 2, 14),
]


@pytest.mark.parametrize(("text", "words", "low", "high"), RANGES)
def test_ranges_have_two_ends(text: str, words: str, low: float, high: float) -> None:
    assert [(found, bottom, top) for found, _, bottom, top in read(text)] == [(words, low, high)]


HEDGES = [
    ("about 150 km", "about", "exactly"),
    ("around 150 km", "around", "exactly"),
    ("roughly 150 km", "roughly", "exactly"),
    ("approx. 150 km", "approx.", "exactly"),
    ("some 150 km", "some", "exactly"),
    ("nearly 150 km", "nearly", "exactly"),
    ("almost 150 km", "almost", "exactly"),
    ("close to 150 km", "close to", "exactly"),
    ("circa 150 km", "circa", "exactly"),
    ("ca. 150 km", "ca.", "exactly"),
    ("~150 km", "~", "exactly"),
    ("150 km or so", "or so", "exactly"),
    ("150 or so kilometres", "or so", "exactly"),
    ("150-odd kilometres", "odd", "exactly"),
    ("150 km, give or take", "give or take", "exactly"),
    ("just 155 km", "just", "exactly"),
    ("only 155 km", "only", "exactly"),
    ("merely 155 km", "merely", "exactly"),
    ("a mere 155 km", "a mere", "exactly"),
    ("exactly 155 km", "exactly", "exactly"),
    ("more than 150 km", "more than", "at least"),
    ("well over 150 km", "well over", "at least"),
    ("Over 150 km", "over", "at least"),
    ("at least 150 km", "at least", "at least"),
    ("at the very least 150 km", "at the very least", "at least"),
    ("150 km at the very least", "at the very least", "at least"),
    ("upwards of 150 km", "upwards of", "at least"),
    ("no less than 150 km", "no less than", "at least"),
    ("exceeding 150 km", "exceeding", "at least"),
    ("150+ km", "+", "at least"),
    ("150 + km", "+", "at least"),
    ("150 km+", "+", "at least"),
    ("150 km or more", "or more", "at least"),
    ("150 or more km", "or more", "at least"),
    ("150 km plus", "plus", "at least"),
    (">150 km", ">", "at least"),
    ("up to 150 km", "up to", "at most"),
    ("at most 150 km", "at most", "at most"),
    ("less than 150 km", "less than", "at most"),
    ("under 150 km", "under", "at most"),
    ("within 150 km of the post", "within", "at most"),
    ("no more than 150 km", "no more than", "at most"),
    ("as much as 150 km", "as much as", "at most"),
    ("not even 150 km", "not even", "at most"),
    ("150 km tops", "tops", "at most"),
    ("150 km at most", "at most", "at most"),
    ("150 km max.", "max", "at most"),
    ("a maximum of 150 km", "a maximum of", "at most"),
    ("just over 150 km", "just over", "at least"),
    ("just under 150 km", "just under", "at most"),
    ("more than a 10-hour drive", "more than", "at least"),
    ("only about 150 km", "only about", "exactly"),
    ("it is 150 km", None, "exactly"),
    ("the way around a 150 km zone", None, "exactly"),
    ("a couple of hours", "a couple of", "exactly"),
    ("between 150 and 160 km", None, "exactly"),
    ("somewhere between 150 and 160 km", None, "exactly"),
    ("not more than 10 to 12 hours", "not more than", "at most"),
    ("between about 150 and 160 km", "about", "exactly"),
    ("no closer than 50 km", "no closer than", "at least"),
    ("not exceeding 150 km", "not exceeding", "at most"),
    ("just short of 150 km", "just short of", "at most"),
    ("not under 150 km", "not under", "at least"),
    ("min. 150 km", "min.", "at least"),
    ("+/- 150 km", "+/-", "exactly"),
    ("150 km ± 5 km", None, "exactly"),
    ("within a two-hour drive of it", "within", "at most"),
    ("within the 55 km zone", None, "exactly"),
    ("165 km only.", "only", "exactly"),
    ("165 km only if it is open", None, "exactly"),
    ("≥ 150 km", "≥", "at least"),
    ("up to about 150 km", "up to about", "at most"),
]


@pytest.mark.parametrize(("text", "hedge", "bound"), HEDGES)
def test_hedges_are_kept_as_written_and_make_bounds(text: str, hedge: str | None, bound: str) -> None:
    found = read_one(text)
    assert (found.hedge, found.bound) == (hedge, bound)


@pytest.mark.parametrize(
    ("text", "measure"),
    [
        ("a radius of 55 km", "radius"),
        ("a radius of about 55 km", "radius"),
        ("the radius is 55 km", "radius"),
        ("the radius of the zone is about 55 km", "radius"),
        ("radius: 55 km", "radius"),
        ("55 km in radius", "radius"),
        ("a 55-km radius", "radius"),
        ("a 55-kilometer (34-mile) radius", "radius"),
        ("within a 55 km radius", "radius"),
        ("with a diameter of about 110 kilometres", "diameter"),
        ("110 km in diameter", "diameter"),
        ("a 110-km-diameter circle", "diameter"),
        ("a 55 km zone", "distance"),
        ("The radius is unclear. It is 55 km away.", "distance"),
    ],
)
def test_radius_and_diameter_are_told_by_their_words(text: str, measure: str) -> None:
    assert read_one(text).measure == measure


@pytest.mark.parametrize(
    "text", ["within a 55 km radius of it", "within a radius of 55 km of it", "in a radius within 55 km"]
)
def test_within_a_radius_is_a_bound(text: str) -> None:
    assert (read_one(text).hedge, read_one(text).bound) == ("within", "at most")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("150 km (93 miles)", "150 km (93 miles)"),
        ("150 km (about 93 miles)", "150 km (about 93 miles)"),
        ("93 miles (150 km) away", "93 miles (150 km)"),
        ("a 55-kilometer (34-mile) zone", "55-kilometer (34-mile)"),
        ("150 km/93 miles", "150 km/93 miles"),
        ("150 km, or 93 miles, away", "150 km, or 93 miles"),
        ("150 to 160 km (93 to 99 miles)", "150 to 160 km (93 to 99 miles)"),
        ("155 km = 96 miles", "155 km = 96 miles"),
        ("155 km (96.3 miles; 84 nautical miles)", "155 km (96.3 miles; 84 nautical miles)"),
        ("3 hours (180 minutes)", "3 hours (180 minutes)"),
    ],
)
def test_the_same_in_another_unit_is_no_second_quantity(text: str, words: str) -> None:
    found = read_one(text)
    assert text[found.start : found.end] == words


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("10.4 hours vs. 13.1 hours", [("10.4 hours", 10.4), ("13.1 hours", 13.1)]),
        ("10.4 vs. 13.1 hours", [("10.4", 10.4), ("13.1 hours", 13.1)]),
        ("10.4 hours vs. 13.1", [("10.4 hours", 10.4), ("13.1", 13.1)]),
        ("10.4 hours versus about 13.1 by the other road", [("10.4 hours", 10.4), ("13.1", 13.1)]),
        ("7 hours instead of 5", [("7 hours", 7), ("5", 5)]),
        ("7 hours, not 5.", [("7 hours", 7), ("5", 5)]),
        ("5 instead of 7 hours", [("5", 5), ("7 hours", 7)]),
        ("10.4 against 13.1 hours", [("10.4", 10.4), ("13.1 hours", 13.1)]),
        ("the drive rises from 5 to 7 hours", [("5", 5), ("7 hours", 7)]),
        ("the drive rose from 5 hours to 7", [("5 hours", 5), ("7", 7)]),
        ("from 5 hours to 7 hours it grew", [("5 hours to 7 hours", 5)]),
        ("10 and 12 hours respectively", [("10", 10), ("12 hours", 12)]),
        ("155 km and 2 hours", [("155 km", 155), ("2 hours", 2)]),
        ("155 km, at least 2 hours", [("155 km", 155), ("2 hours", 2)]),
        ("10.4h/13.1h", [("10.4h", 10.4), ("13.1h", 13.1)]),
        ("793 km, 10 h 25 min", [("793 km", 793), ("10 h 25 min", 10.417)]),
        ("948 km (13.1 hours)", [("948 km", 948), ("13.1 hours", 13.1)]),
        ("5 hours via Homs, 7 via Palmyra", [("5 hours", 5), ("7", 7)]),
        ("7 hours against 5 trucks", [("7 hours", 7)]),
        ("7 hours instead of the usual 5", [("7 hours", 7), ("5", 5)]),
        ("7.0 h (vs. 5.0)", [("7.0 h", 7), ("5.0", 5)]),
        ("255 km, up from 155", [("255 km", 255), ("155", 155)]),
        ("5h -> 7h", [("5h", 5), ("7h", 7)]),
        ("it is not 155 but 255 km", [("155", 155), ("255 km", 255)]),
        ("10 hours where it used to be 7", [("10 hours", 10), ("7", 7)]),
        ("150 km one way, 300 both ways", [("150 km", 150), ("300", 300)]),
        ("the trip falls from 7 to 5 hours", [("7", 7), ("5 hours", 5)]),
        ("it extends the drive to Homs from 5 hours to 7 hours", [("5 hours", 5), ("7 hours", 7)]),
        ("in 2019 and 12 hours later", [("12 hours", 12)]),
        ("the road was shut for 5 hours, 7 people were hurt", [("5 hours", 5)]),
    ],
)
def test_two_values_may_share_a_unit(text: str, values: list[tuple[str, float]]) -> None:
    assert [(words, low) for words, _, low, _ in read(text)] == values


REJECTED = [
    # speeds
    "at 80 km an hour", "80km/h", "80 km / h", "80 km/hr", "80 kph", "50 mph", "80 kilometres per hour",
    "50 miles an hour", "a 50-mile-an-hour wind", "an 80-kilometre-per-hour limit", "300 km per day",
    "300 km a day", "300 km each day", "a speed of 80 km", "80 km hourly", "7.5 km/s", "km/h", "80 klicks an hour",
    # rates, prices, fuel
    "3 litres per 100 km", "8 l/100 km", "8l/100km", "$2 a mile", "2 dollars a mile", "50 cents a kilometre",
    "per km", "25 miles per gallon", "25 miles to the gallon", "15 km/l", "15 km per litre", "every 10 km",
    "every two hours", "3 buses an hour", "$15.4/hour", "200 trucks an hour", "24 hours a day", "seven days a week",
    "24/7", "three times a day", "once an hour", "7 days/week",
    "70 km in hour", "70 km the hour", "5 min/km", "5 minutes a kilometre", "a dollar a mile", "2 lari a kilometre",
    # areas
    "100 km2", "100 km²", "100 square kilometres", "100 sq km", "100 sq. km", "100 km^2", "100 kilometres squared",
    "50 km by 30 km", "50 km x 30 km", "4 km^3", "4 cubic kilometres", "4 km cubed",
    # names of roads, posts and the like
    "the M2", "Hwy. 12", "Route 66", "the A1", "the E45", "at km 45", "at km 45 of the road",
    "kilometre 45 of the highway", "mile 7", "the mile marker 7", "the 12-mile marker", "the 45-km post",
    "Kilometre 12",
    # dates, times of day, ages
    "in 2024", "on 5 May 2024", "at 10.30", "5 pm", "at 10h30", "at 1500 hours", "by 0900 hrs", "at 10:30 hours",
    "at 14h", "three hours ago", "10 minutes ago", "a day ago", "two days ago", "two weeks old",
    "a three-day-old report", "a 24-hour clinic", "One day he left.", "wait a minute", "in the last 24 hours",
    "over the past three days", "the day after",
    "closed from 0600 to 1800 hrs", "closed from 06:00 to 18:00 hrs", "from 08:00 hours to 17:00 hours",
    "3 hours since the closure", "between 22 and 6 hours", "open from 8 to 17 hours", "until 17 hours",
    "leaves at 8h, arrives 14h30", "UTC+3 hours",
    "3 hours ahead of us", "a 3-hour time difference", "a 12-hour clock", "34 minutes of arc",
    # names
    "Seven Mile Bridge", "8 Mile Road",
    # no unit
    "5m", "5 m", "2 m high", "50 m away", "M2", "mi", "5 men", "mi casa", "the hours", "for hours", "several hours",
    "a few km", "hundreds of kilometres", "dozens of miles", "miles away", "h", "50%", "$155", "155", "50% km",
    "+963 11 222 3333", "33.5 N 36.3 E", "33°30' N", "a million miles", "missed by a mile", "by a mile",
    "3,000 metres above sea level", "12 metres high", "an altitude of 10 km", "half of it", "a yard", "a foot",
    "second half", "couple", "7 minarets", "1000000000000 km", "10th km", "a 5k run", "the 3rd hour",
]  # fmt: skip


@pytest.mark.parametrize("text", REJECTED)
def test_what_only_looks_like_a_quantity_is_left_alone(text: str) -> None:
    assert read(text) == []


def test_a_round_the_clock_shop_is_none_but_a_drive_of_a_day_is() -> None:
    assert read("a 24-hour drive") == [("24-hour", "duration", 24, 24)]
    assert read("the drive takes 24 hours") == [("24 hours", "duration", 24, 24)]


def test_spans_count_from_the_offset() -> None:
    (found,) = find_quantities("just 155 km", offset=1000)
    assert (found.start, found.end) == (1005, 1011)


def test_a_paragraph_ends_a_quantity() -> None:
    assert read("He counted 155\n\nkm is a unit.") == []


def test_a_long_text_reads_like_its_parts() -> None:
    sentence = "Nothing was said of the matter. The way round is about 155 km (96 miles) longer, or 2 h 45 min. "
    assert len(find_quantities(sentence * 200)) == 2 * 200
    assert find_quantities(sentence * 2 + "x" * 50_000 + " 155 km")[-1].low == 155


WORDS = st.sampled_from([
    "155", "1,200", "10.4", "2", "half", "a", "an", "hour", "hours", "km", "kilometre", "-", "to", "or", "and",
    "vs", ".", ",", "(", ")", "/", "h", "45", "m", "min", ":", "radius", "of", "is", "about", "more", "than",
    "within", "hundred", "fifty", "five", "couple", "dozen", "quarter", "three", "day", "days", "at", "M2", "per",
    "$", "٥", "كم", "½", "'", "\n", "via", "one", "k", "mile", "1/2", "between", "from", "i̇", "İ",
])  # fmt: skip


@given(st.one_of(st.text(), st.lists(WORDS, max_size=30).map(" ".join), st.lists(WORDS, max_size=30).map("".join)))
def test_any_text_is_read_without_error_and_spans_are_in_order(text: str) -> None:
    at = 0
    for q in find_quantities(text):
        assert at <= q.start < q.end <= len(text)
        assert 0 <= q.low <= q.high
        assert q.rounding > 0
        assert text[q.start : q.end] == text[q.start : q.end].strip()
        at = q.end


@given(st.integers(1, 9999), st.sampled_from(["km", "kilometres", " km", " kilometres", "-kilometre"]))
def test_a_distance_that_is_written_is_read_back(km: int, unit: str) -> None:
    sentence = f"The way round is {km}{unit} longer."
    assert (read_one(sentence).low, read_one(sentence).high) == (km, km)


@given(
    st.integers(1, 99),
    st.integers(1, 59),
    st.sampled_from(["{}h {}m", "{} h {} min", "{}h{:02}", "{} hours and {} minutes"]),
)
def test_a_duration_that_is_written_is_read_back(hours: int, minutes: int, pattern: str) -> None:
    found = read_one("It takes " + pattern.format(hours, minutes) + ".")
    assert found.low == pytest.approx(hours + minutes / 60)


@given(st.text(max_size=60), st.sampled_from(["The way round is 155 km longer.", "It takes 2h 45m."]))
def test_what_stands_in_another_paragraph_changes_nothing(noise: str, sentence: str) -> None:
    alone = find_quantities(sentence)
    after = [q for q in find_quantities(noise + "\n\n" + sentence) if q.start >= len(noise) + 2]
    assert [(q.low, q.measure, q.hedge) for q in after] == [(q.low, q.measure, q.hedge) for q in alone]
