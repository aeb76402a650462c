"""ClaimReview: the fields that search engines require, and nothing that can leave its script tag."""

import datetime
import json
from pathlib import Path

import extruct
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wayaround.claims.claim import Attribution, Block, Claim, Document, Quantity, Statement
from wayaround.claims.claimreview import claim_reviews, embed_claim_reviews, write_claim_reviews
from wayaround.claims.finding import Finding, Verdict
from wayaround.errors import FileUnreadable, ScenarioError

DAY = datetime.date(2026, 7, 1)
CLAIM = Claim("detour", "distance", Quantity(17, 23, "distance", 155, 155, 0.5))


def finding(verdict: Verdict = "supported", text: str = "It is 155 km longer.", **who: object) -> Finding:
    said = Statement(0, 0, len(text), text, Attribution(**who), (CLAIM,))  # type: ignore[arg-type]
    return Finding(said, CLAIM, verdict, "It is 150 km.")


def document(source: str = "https://example.org/thread", author: str | None = "A. Reader") -> Document:
    return Document("It is 155 km longer.", (Block("comment", 0, 20, author, DAY),), source, "The Paper", "Longer")


def test_what_google_requires_is_there() -> None:
    (review,) = claim_reviews(
        document(),
        [finding(speaker="A. Reader")],
        url="https://example.org/check#top",
        reviewer="Example",
        published=DAY,
    )
    work = {
        "@type": "Comment",
        "url": "https://example.org/thread",
        "headline": "Longer",
        "author": {"@type": "Person", "name": "A. Reader"},
        "datePublished": "2026-07-01",
        "publisher": {"@type": "Organization", "name": "The Paper"},
    }
    assert review == {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "url": "https://example.org/check#claim-1",
        "claimReviewed": "It is 155 km longer.",
        "datePublished": "2026-07-01",
        "author": {"@type": "Organization", "name": "Example"},
        "reviewBody": "It is 150 km.",
        "reviewRating": {
            "@type": "Rating",
            "ratingValue": 5,
            "bestRating": 5,
            "worstRating": 1,
            "alternateName": "Supported",
        },
        "itemReviewed": {
            "@type": "Claim",
            "author": {"@type": "Person", "name": "A. Reader"},
            "datePublished": "2026-07-01",
            "appearance": work,
            "firstAppearance": work,
        },
    }


@pytest.mark.parametrize(("verdict", "value"), [("contradicted", 1), ("depends", 3), ("supported", 5)])
def test_verdicts_have_values(verdict: Verdict, value: int) -> None:
    (review,) = claim_reviews(document(), [finding(verdict)])
    assert review["reviewRating"]["ratingValue"] == value


def test_what_cannot_be_checked_has_no_value() -> None:
    (review,) = claim_reviews(document(), [finding("not checkable")])
    assert review["reviewRating"] == {"@type": "Rating", "alternateName": "Not checkable"}


def test_nobody_is_invented() -> None:
    (review,) = claim_reviews(Document("…", (Block("article", 0, 1),)), [finding()])
    assert review["itemReviewed"] == {"@type": "Claim"}
    (review,) = claim_reviews(document(), [finding(speaker="The Paper", through=("A. Reader",), said_on=DAY)])
    assert review["itemReviewed"]["author"] == {"@type": "Organization", "name": "The Paper"}
    assert "firstAppearance" not in review["itemReviewed"]


@given(st.lists(st.text(), max_size=3), st.text(min_size=1).filter(str.strip))
@settings(max_examples=150)
def test_extruct_reads_it_back_unchanged(texts: list[str], reviewer: str) -> None:
    findings = [finding(text=text, speaker=text or None) for text in (*texts, "</script><!--<script>\u2028&lt;]]>")]
    reviews = claim_reviews(document(), findings, url="https://example.org/check", reviewer=reviewer)
    written = embed_claim_reviews(reviews)
    assert written.isascii()
    assert not set(written) & set("<>&")
    html = f'<html><head><script type="application/ld+json">{written}</script></head><body></body></html>'
    assert extruct.extract(html, base_url="https://example.org", syntaxes=["json-ld"])["json-ld"] == reviews


def test_the_file_holds_the_same(tmp_path: Path) -> None:
    reviews = claim_reviews(document(), [finding(), finding("depends")])
    write_claim_reviews(tmp_path / "claims.jsonld", reviews)
    assert json.loads((tmp_path / "claims.jsonld").read_text()) == reviews
    with pytest.raises(FileUnreadable, match="cannot write"):
        write_claim_reviews(tmp_path / "no" / "claims.jsonld", reviews)
    assert [path.name for path in tmp_path.iterdir()] == ["claims.jsonld"]


def test_addresses_and_reviewers_must_be_such() -> None:
    with pytest.raises(ScenarioError, match="no web address"):
        claim_reviews(document(), [], url="javascript:alert(1)")
    with pytest.raises(ScenarioError, match="no web address"):
        claim_reviews(document(), [], reviewer_url="example.org")
    with pytest.raises(ScenarioError, match="reviewer"):
        claim_reviews(document(), [], reviewer=" ")
