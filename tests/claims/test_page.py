"""Web pages: schema.org markup first, then the page's own structure; hostile pages answer clearly."""

import builtins
import datetime
import time
from typing import Any

import pytest

from wayaround.claims.claim import Document
from wayaround.claims.document import parse_document
from wayaround.errors import PackageMissing, TextUnreadable

ARTICLE = "<article><h1>The valley road</h1><p>The bridge is shut &amp; the way round is longer.</p></article>"
BLOG = (
    """<!doctype html><html><head><title>Road</title><meta property="og:site_name" content="The Valley Gazette">
<script type="application/ld+json">{"@type": "NewsArticle", "headline": "The valley road",
"author": {"name": "Anna Berg"}, "datePublished": "2018-03-05T10:00:00Z"}</script></head><body>ARTICLE
<section id="comments"><ol class="comment-list">
<li class="comment depth-1" id="comment-1"><article id="div-comment-1" class="comment-body">
<footer class="comment-meta"><div class="comment-author vcard"><b class="fn">roadfan</b>
<span class="says">says:</span></div><time datetime="2018-03-06T10:15:00+00:00">March 6</time></footer>
<div class="comment-content"><p>It is just 35 km.</p></div><div class="reply"><a>Reply</a></div></article>
<ol class="children"><li class="comment depth-2" id="comment-2"><article id="div-comment-2" class="comment-body">
<b class="fn">Tom Hill</b><div class="comment-content"><blockquote>It is just 35 km.</blockquote><p>Not so.</p></div>
</article></li></ol></li>
<li class="comment depth-1" id="comment-3"><article id="div-comment-3" class="comment-body"><b class="fn">Karl</b>
<div class="comment-content"><p>@roadfan كم المسافة؟</p></div></article></li></ol></section></body></html>"""
).replace("ARTICLE", ARTICLE)


def comments(document: Document) -> list[tuple[str | None, str, int | None]]:
    return [
        (block.author, document.text[block.start : block.end], block.answers)
        for block in document.blocks
        if block.kind == "comment"
    ]


def page(thread: str) -> Document:
    return parse_document(f"<html><body>{ARTICLE}{thread}</body></html>")


def test_a_blog_with_nested_comments() -> None:
    document = parse_document(BLOG)
    assert (document.title, document.outlet) == ("The valley road", "The Valley Gazette")
    article = document.blocks[1]
    assert document.text[article.start : article.end] == "The bridge is shut & the way round is longer."
    assert (article.author, article.published) == ("Anna Berg", datetime.date(2018, 3, 5))
    assert comments(document) == [
        ("roadfan", "It is just 35 km.", None),
        ("Tom Hill", "Not so.", 2),
        ("Karl", "@roadfan كم المسافة؟", 2),
    ]
    assert document.blocks[2].published == datetime.date(2018, 3, 6)


def test_comments_told_by_markup_alone() -> None:
    document = page(
        """<script type="application/ld+json">{"@graph": [{"@type": "Article", "comment": [
        {"@type": "Comment", "@id": "#a", "text": "It is 35 km.", "author": {"name": "Mia"},
        "dateCreated": "2018-03-06"},
        {"@type": "Comment", "@id": "#b", "text": "No.", "author": "Tom", "parentItem": {"@id": "#a"}}]}]}</script>"""
    )
    assert comments(document) == [("Mia", "It is 35 km.", None), ("Tom", "No.", 2)]


def test_microdata_tells_who_and_when() -> None:
    document = page(
        """<div itemscope itemtype="https://schema.org/Comment"><span itemprop="author">Mia</span>
        <meta itemprop="dateCreated" content="2018-03-06"><time itemprop="dateCreated" datetime="2018-03-06">Tue</time>
        <p itemprop="text">It is 35 km.</p></div>"""
    )
    assert comments(document) == [("Mia", "It is 35 km.", None)]
    assert document.blocks[-1].published == datetime.date(2018, 3, 6)


@pytest.mark.parametrize(
    "thread",
    [
        '<ul class="comments"><li><b class="author">Mia</b><p>It is 35 km.</p><ul class="replies"><li>'
        '<b class="author">Tom</b><p>No.</p></li></ul></li></ul>',
        '<div class="comment" id="c1"><span class="username">Mia</span><div class="text">It is 35 km.</div></div>'
        '<div class="comment" id="c2" data-parent-id="c1">'
        '<span class="username">Tom</span><div class="text">No.</div></div>',
        '<div class="comment" data-depth="0"><cite>Mia</cite> <p>It is 35 km.</p></div>'
        '<div class="comment" data-depth="1"><cite>Tom</cite> <p>No.</p></div>',
        '<div id="comments"><p>Mia says:<br>It is 35 km.</p><p>Tom replied to Mia:<br>No.</p></div>',
    ],
)
def test_forms_of_threads(thread: str) -> None:
    assert comments(page(thread)) == [("Mia", "It is 35 km.", None), ("Tom", "No.", 2)]


def test_a_comment_without_a_name_has_no_author() -> None:
    assert comments(page('<div class="comment"><p>It is 35 km.</p></div>')) == [(None, "It is 35 km.", None)]


def test_scripts_and_styles_are_dropped_and_the_text_stays_text() -> None:
    document = page(
        '<script>var km = "99 km";</script><style>p { width: 98 km }</style>'
        '<div class="comment"><b class="author">Mia</b><p>&lt;script&gt;alert(1)&lt;/script&gt; 35 km</p></div>'
    )
    assert "99 km" not in document.text
    assert "98 km" not in document.text
    assert comments(document) == [("Mia", "<script>alert(1)</script> 35 km", None)]


@pytest.mark.parametrize(
    ("hostile", "told"),
    [
        ("<html><body>" + "<div>" * 100_000 + "35 km", "nests more than"),
        ("<html><body>" + "<b>" * 1_000_000, "nests more than"),
        ("<html><body>" + "<b><i>x</i></b>" * 300_000, "elements"),
        ("<html><body>" + "<br>" * 10_000, "shows no words"),
    ],
)
def test_bombs_are_refused_fast(hostile: str, told: str) -> None:
    begun = time.perf_counter()
    with pytest.raises(TextUnreadable, match=told):
        parse_document(hostile)
    assert time.perf_counter() - begun < 20


def test_markup_that_is_no_json_is_passed_over() -> None:
    document = page('<script type="application/ld+json">' + "[" * 100_000 + "</script>")
    assert document.title == "The valley road"


@pytest.mark.parametrize("package", ["lxml", "trafilatura"])
def test_a_missing_package_names_the_extra(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    imported = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name.split(".")[0] == package:
            raise ImportError(name)
        return imported(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(PackageMissing, match=r"pip install 'wayaround\[claims\]'"):
        parse_document(BLOG)
    assert parse_document("It is 35 km.").blocks


def test_ten_thousand_comments() -> None:
    thread = "".join(
        f"<li id=comment-{n}><b class=author>N{n}</b><p>@N{n - 1} it is 35 km</p></li>" for n in range(10_000)
    )
    begun = time.perf_counter()
    document = page(f"<ul class=comments>{thread}</ul>")
    assert [block.answers for block in document.blocks[-3:]] == [9998, 9999, 10_000]
    assert time.perf_counter() - begun < 30


def test_control_characters_do_not_stop_the_reader() -> None:
    document = page("\x0b\x01<div class='comment'><b class='author'>Mia</b><p>35\x02 km</p></div>\x1c")
    assert comments(document) == [("Mia", "35 km", None)]


def test_a_forum_whose_posts_quote_each_other() -> None:
    document = parse_document(
        "<html><body><h1>Way round</h1>"
        '<div id="p100" class="post"><p class="author">by <a class="username">Tom</a> » Mon Mar 05, 2018 10:00 am</p>'
        '<div class="content">It is 35 km to the bridge.</div></div>'
        '<div id="p101" class="post"><p class="author">by <a class="username">Mia</a> » Mon Mar 05, 2018 11:00 am</p>'
        '<div class="content"><blockquote><cite>Tom wrote:</cite>It is 35 km to the bridge.</blockquote>No.</div></div>'
    )
    assert comments(document) == [("Tom", "It is 35 km to the bridge.", None), ("Mia", "No.", 1)]
    assert document.blocks[-1].published == datetime.date(2018, 3, 5)


def test_a_page_without_any_classes_is_read_like_plain_text() -> None:
    document = parse_document(
        "<html><body><main><h1>Way round</h1><p>By Anna Berg</p><p>5 March 2018</p><p>The bridge is shut.</p>"
        "<h2>Comments (2)</h2><div><p><b>Tom</b></p><p>6 March 2018</p><p>It is 35 km.</p></div>"
        "<div><p><b>Mia</b></p><p>6 March 2018</p><p>@Tom no.</p></div></main></body></html>"
    )
    assert document.blocks[1].author == "Anna Berg"
    assert comments(document) == [("Tom", "It is 35 km.", None), ("Mia", "@Tom no.", 2)]
