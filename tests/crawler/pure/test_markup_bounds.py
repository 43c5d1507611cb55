"""Markup that would make the parser grow with the square of its length is cut before; real markup is not touched."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import html

from crawler.extract import article
from crawler.text.markup_bounds import MOST_ATTRIBUTES, MOST_TAGS, bounded

MANY = 40_000
PAGES = Path(__file__).parents[1] / "pages"


def attributes(form: str, between: str = " ") -> str:
    return between.join(form.format(n) for n in range(MANY))


CROWDED = {
    "bare": f"<p {attributes('a{}')}>",
    "quoted": f"<p {attributes(chr(34).join(('a{}=', 'x > y <b>', '')))}>",
    "single quotes": f"<p {attributes(chr(39).join(('a{}=', '>', '')))}>",
    "unquoted": f"<p {attributes('a{}=x')}>",
    "parted by slashes": f"<p/{attributes('a{}', '/')}>",
    "without parting": f"<p {attributes(chr(34).join(('a{}=', 'x', '')), '')}>",
    "by lines": f"<p\n{attributes('a{}', chr(10))}>",
    "with angles": f"<p {attributes('a{}<b')}>",
    "equal signs": f"<p {attributes('=a{}')}>",
    "never closed": f"<p {attributes('a{}')}",
    "after a script": f"<script>if (a<b) {{ }}</script><p {attributes('a{}')}>",
    "two of them": f"<p {attributes('a{}')}>x</p><div {attributes('b{}')}>",
}


@pytest.mark.parametrize("name", CROWDED)
def test_an_element_keeps_its_first_attributes(name: str) -> None:
    cut = bounded(f"<html><body>{CROWDED[name]}chữ</p></body></html>")
    tree = html.document_fromstring(cut)
    assert max(len(node.attrib) for node in tree.iter() if isinstance(node.tag, str)) <= MOST_ATTRIBUTES + 1
    if name != "never closed":
        assert "chữ" in tree.text_content()


@pytest.mark.parametrize(
    "opaque",
    [
        f"<script>for (i=0;i<n {' x' * MANY})</script>",
        f"<!-- <p {' x' * MANY} -->",
        f"<STYLE>p<a {' x' * MANY}</style>",
    ],
)
def test_what_is_no_markup_is_left_alone(opaque: str) -> None:
    assert opaque in bounded(f"{opaque}<p {attributes('a{}')}>")


@pytest.mark.parametrize("left_open", ["<!--", "<script>", "<style ", '<p x="', "<p x='"])
def test_what_never_ends_is_no_hiding_place_and_no_fault(left_open: str) -> None:
    bounded(f"{left_open}<p {attributes('a{}')}>")
    bounded(left_open * MANY)


def test_pages_are_returned_as_they_are() -> None:
    pages = [path.read_text(encoding="utf-8", errors="replace") for path in PAGES.rglob("*.html")]
    assert len(pages) > 20
    assert all(bounded(page) is page for page in pages)


def test_beyond_the_most_tags_nothing_is_read() -> None:
    assert bounded("<p>" * MOST_TAGS * 2).count("<") < MOST_TAGS


SENTENCE = (
    "Sáng nay, người dân thôn Bản Thử dựng lại cây cầu gỗ qua suối sau trận mưa lớn, theo lời trưởng thôn."
)
HARMS = {
    "attributes": CROWDED["quoted"],
    "nesting": "<div><b>" * MANY,
    "nesting closed": "<div>" * MANY + "</div>" * MANY,
    "wrong closing": "<i>" * MANY + "</b>" * MANY,
    "a long word": "x" * MANY * 20,
    "a long address": f'<a href="http://a/{"x" * MANY * 10}">x</a>',
    "many classes": f'<div class="{attributes("c{}")}">',
    "numbers": "1/1/2026 " * MANY,
    "open quotes": "<a x='" * MANY,
}


@pytest.mark.parametrize("name", HARMS)
def test_an_article_with_it_is_still_read(name: str) -> None:
    paragraphs = "".join(f"<p>{SENTENCE} Đoạn {n}.</p>" for n in range(8))
    page = f"<html><head><title>Dựng lại cầu gỗ</title></head><body><h1>Dựng lại cầu gỗ</h1><article>{paragraphs}</article>{HARMS[name]}</body></html>"
    read = article.read(
        page.encode(), url="http://bao.example/cau-go-1.html", now=datetime(2026, 11, 29, tzinfo=UTC)
    )
    assert len(re.findall("thôn Bản Thử", read.text)) == 8
