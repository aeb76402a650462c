"""Who says a sentence, through whom it came, and when."""

import datetime
import time

import pytest

from wayaround.claims.attribution import attribute_sentence
from wayaround.claims.claim import Attribution, Block, Document

PUBLISHED = datetime.date(2018, 3, 7)


def attribute(text: str, sentence: str | None = None, *, author: str | None = "Anna Berg") -> Attribution:
    start = text.index(sentence) if sentence else 0
    document = Document(text, (Block("article", 0, len(text), author, PUBLISHED),))
    return attribute_sentence(document, 0, start, start + len(sentence or text))


@pytest.mark.parametrize(
    ("sentence", "speaker"),
    [
        ("Tom Hill said the detour is 35 km.", "Tom Hill"),
        ("The detour, Tom Hill said, is 35 km.", "Tom Hill"),
        ("The detour is 35 km, said Tom Hill.", "Tom Hill"),
        ('"It is 35 km," said Tom Hill, a driver.', "Tom Hill"),
        ('"It is 35 km," the driver, who lives in Northport, said.', "the driver"),
        ('"It is 35 km," the spokesman, Karl Roth, told reporters.', "Karl Roth"),
        ("According to the ministry, it is 35 km.", "the ministry"),
        ("The drive takes ten hours, according to drivers.", "drivers"),
        ("Karl Roth, a driver from Northport, said Northport is 15 km away.", "Karl Roth"),
        ("Mr. Roth wrote that it is 35 km.", "Mr. Roth"),
        ("The mayor of Northport said it takes 10 hours.", "The mayor of Northport"),
        ("It was reported by the Wire Agency that the road is longer.", "the Wire Agency"),
        ("Tom Hill of the Drivers' Union said that it is 35 km.", "Tom Hill"),
        ("The road, as Tom Hill pointed out, is 35 km.", "Tom Hill"),
        ('Tom Hill: "It is 35 km."', "Tom Hill"),
        ("Drivers say it takes 10 hours.", "Drivers"),
        ("The U.S. military said the zone is 55 km.", "The U.S. military"),
    ],
)
def test_speakers_named_in_the_sentence(sentence: str, speaker: str) -> None:
    told = attribute(sentence)
    assert (told.speaker, told.through) == (speaker, ("Anna Berg",))


@pytest.mark.parametrize(
    "sentence",
    [
        "The closure added 35 km to the trip.",
        "The way round is 35 km.",
        "I'd say it is 35 km.",
        "From here to, say, the ferry it is 35 km.",
        "Easier said than done: 35 km.",
        "I misread my notes, it is 35 km.",
        "The post is guarded by soldiers.",
        "The trip by bus is 35 km.",
        "Tom didn't say it is 35 km.",
        "Neither Tom nor Mia said how long it is.",
    ],
)
def test_words_that_name_no_speaker_are_the_author_s(sentence: str) -> None:
    assert attribute(sentence) == Attribution("Anna Berg", (), PUBLISHED)
    assert attribute(sentence, author=None).speaker is None


def test_hearsay_has_no_speaker() -> None:
    assert attribute("The road is said to be 35 km long.") == Attribution(None, ("Anna Berg",), None)
    assert attribute("He added that it takes 10 hours.") == Attribution(None, ("Anna Berg",), None)


@pytest.mark.parametrize(
    ("sentence", "speaker", "through"),
    [
        ("Tom Hill said it is 35 km, according to the Valley Gazette.", "Tom Hill", ("the Valley Gazette",)),
        ("Spokesman Karl Roth told Reuters that it is 35 km.", "Karl Roth", ("Reuters",)),
        (
            "The union's head, Sara Lund, told the newspaper Morgen that it is 35 km.",
            "Sara Lund",
            ("the newspaper Morgen",),
        ),
        ("Mia said that Tom had said it was 35 km.", "Tom", ("Mia",)),
        ("A driver said that it is 35 km, the Wire Agency reported.", "A driver", ("the Wire Agency",)),
        ("It is 35 km, the agency reported, citing the mayor of Northport.", "the mayor of Northport", ("the agency",)),
    ],
)
def test_chains_end_with_the_author(sentence: str, speaker: str, through: tuple[str, ...]) -> None:
    told = attribute(sentence)
    assert (told.speaker, told.through) == (speaker, (*through, "Anna Berg"))


@pytest.mark.parametrize(
    ("sentence", "day"),
    [
        ("Tom Hill wrote on Monday that it is 35 km.", datetime.date(2018, 3, 5)),
        ("Tom Hill said on Thursday that it is 35 km.", datetime.date(2018, 3, 1)),
        ("Tom Hill said yesterday that it is 35 km.", datetime.date(2018, 3, 6)),
        ("Tom Hill said on 3 February that it is 35 km.", datetime.date(2018, 2, 3)),
        ("Tom Hill said on February 3, 2017 that it is 35 km.", datetime.date(2017, 2, 3)),
        ("Tom Hill said it is 35 km.", None),
    ],
)
def test_the_day_is_resolved_against_the_day_of_publication(sentence: str, day: datetime.date | None) -> None:
    assert attribute(sentence).said_on == day


def test_a_pronoun_is_the_last_speaker_named_in_the_block() -> None:
    text = "Tom Hill said the road is shut. He added that it takes 3 hours. Mia Roth said no. She said it is 35 km."
    assert attribute(text, "He added that it takes 3 hours.").speaker == "Tom Hill"
    assert attribute(text, "She said it is 35 km.").speaker == "Mia Roth"


def test_a_quotation_over_two_sentences_has_one_speaker() -> None:
    text = '"It is 35 km longer. It takes 3 hours," said Tom Hill. That is far.'
    assert attribute(text, '"It is 35 km longer.').speaker == "Tom Hill"
    assert attribute(text, 'It takes 3 hours," said Tom Hill.').speaker == "Tom Hill"
    assert attribute(text, "That is far.").speaker == "Anna Berg"


def test_you_say_is_the_comment_answered() -> None:
    text = "It is 35 km. You say it is 35 km."
    document = Document(text, (Block("comment", 0, 12, "Tom"), Block("comment", 13, 33, "Mia", answers=0)))
    assert attribute_sentence(document, 1, 13, 33) == Attribution("Tom", ("Mia",), None)


@pytest.mark.parametrize("piece", ["said ", "A, ", '"a" said ', "according to ", "he said by ", "“"])
def test_time_is_bounded_however_long_the_sentence(piece: str) -> None:
    text = piece * 200_000
    begun = time.perf_counter()
    for _ in range(20):
        attribute(text)
    assert time.perf_counter() - begun < 10
