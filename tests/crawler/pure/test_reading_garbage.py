"""Garbage into the readers: nothing is raised, nothing hangs, nothing grows without bound."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from both_readers import NOW, no_hang, read_both
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from crawler.feeds import syndication
from crawler.text import dates, plain_text

FROZEN = sorted((Path(__file__).parent.parent / "pages").glob("*.html"))

FEED = (
    '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Báo Thử</title><language>vi</language>'
    + "".join(
        f"<item><title>Tin {n} &amp; Đèo Gió</title><link>http://bao.example/{n}.html</link><description><![CDATA[<p>Tóm tắt</p>]]></description>"
        "<pubDate>Fri, 12 Sep 2025 08:15:00 +0700</pubDate></item>"
        for n in range(4)
    )
    + "</channel></rss>"
).encode()
SITEMAP = b"<urlset><url><loc>http://bao.example/1.html</loc><lastmod>2025-09-12</lastmod></url></urlset>"
JSON = b'{"version":"https://jsonfeed.org/version/1","items":[{"id":"1","url":"/1.html","title":"x","authors":[{"name":"y"}]}]}'

spoilers = st.sampled_from(
    [
        b"\x00",
        b"\x08",
        b"<",
        b">",
        b"&",
        b"&#x0;",
        b"&#55296;",
        b"]]>",
        b"<![CDATA[",
        b"<!--",
        b"\xff\xfe",
        b"\xe1",
        b'"',
        b"<p>",
        b"</div>",
        b"<item>",
        b"\r",
        b"\xf4\x90\x80\x80",
    ]
)


@pytest.fixture(autouse=True)
def _no_hang() -> Iterator[None]:
    with no_hang():
        yield


def spoil(raw: bytes, changes: list[tuple[float, bytes, int]]) -> bytes:
    for place, extra, lost in changes:
        at = int(place * len(raw))
        raw = raw[:at] + extra + raw[at + lost :]
    return raw


changes = st.lists(st.tuples(st.floats(0, 1), spoilers, st.integers(0, 40)), min_size=1, max_size=6)
patient = settings(
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@patient
@given(st.binary(max_size=3000))
def test_any_bytes_are_read(raw: bytes) -> None:
    read_both(raw)


@patient
@given(st.text(max_size=2000), st.sampled_from(["utf-8", "utf-16", "utf-32", "ascii"]))
def test_any_text_in_any_encoding_is_read(text: str, encoding: str) -> None:
    read_both(f"<html><body><p>{text}</p></body></html>".encode(encoding, "ignore"))


@patient
@given(st.sampled_from(FROZEN), changes)
def test_a_spoiled_page_is_read(path: Path, spoilt: list[tuple[float, bytes, int]]) -> None:
    read_both(spoil(path.read_bytes(), spoilt))


@patient
@given(
    st.sampled_from([FEED, SITEMAP, JSON]),
    changes,
    st.sampled_from([None, "text/xml; charset=utf-16", "text/xml; charset=x-nothing"]),
)
@example(SITEMAP, [(0.25, b"&#55296;", 0)], None)  # half a character of UTF-16
@example(SITEMAP, [(0.25, b"&#xD8&#1;00;", 0)], None)
def test_a_spoiled_feed_is_read(raw: bytes, spoilt: list[tuple[float, bytes, int]], kind: str | None) -> None:
    syndication.read(spoil(raw, spoilt), url="http://bao.example/rss", content_type=kind, now=NOW)


@patient
@given(st.text(alphabet="0123456789/-:.,TZ +GMTthángngày", max_size=60))
def test_any_date_text_is_read(text: str) -> None:
    moment = dates.parse(text, now=NOW)
    assert moment is None or moment.at.tzinfo is not None
    dates.find_in(text, now=NOW)


@patient
@given(st.text(alphabet="<>&;#x0123456789abpscript/! -\n\"'", max_size=400))
def test_any_markup_becomes_one_plain_line(text: str) -> None:
    assert "\n" not in plain_text.plain(text)
