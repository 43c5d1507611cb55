"""Search results and section menus."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from crawler.extract import section_menu
from crawler.feeds.entry import FeedEntry
from crawler.pipeline import search_engines

NOW = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)


def test_bings_true_address_and_googles_bare_title_are_taken() -> None:
    bing = FeedEntry(
        url="http://www.bing.com/news/apiclick.aspx?ref=x&url=https%3a%2f%2fbao.vn%2fa-4100001.html&c=1",
        key="k",
        title="Tin",
    )
    assert search_engines.direct(bing).url == "https://bao.vn/a-4100001.html"
    google = FeedEntry(
        url="https://news.google.com/rss/articles/x", key="k", title="Lũ quét - Báo Thử", publisher="Báo Thử"
    )
    assert search_engines.direct(google).title == "Lũ quét"


def test_gdelt_rows_become_dated_entries_and_broken_json_none() -> None:
    rows = {
        "articles": [
            {"url": "https://bao.vn/a", "title": "Tin", "seendate": "20261120T081500Z", "domain": "bao.vn"},
            {"title": "x"},
        ]
    }
    found = search_engines.gdelt(json.dumps(rows).encode(), base="https://api.example/", now=NOW)
    assert [(e.url, e.title) for e in found] == [("https://bao.vn/a", "Tin")]
    assert found[0].published_at == datetime(2026, 11, 20, 8, 15, tzinfo=UTC)
    assert search_engines.gdelt(b'{"articles": [', base="https://api.example/", now=NOW) == []


def test_a_menu_names_the_sections_and_nothing_else() -> None:
    page = (
        '<html><body><nav><a href="/">Trang chủ</a><a href="/thoi-su/">Thời sự</a><a href="/lien-he">Liên hệ</a>'
        '<a href="https://khac.vn/x">Khác</a></nav><a href="/chuyen-muc/kinh-te">Kinh tế</a>'
        '<h3><a href="/lu-quet-o-khe-mau-lam-ba-nguoi-bi-thuong-4100001.html">Lũ quét</a></h3></body></html>'
    ).encode()
    found = section_menu.section_links(page, url="https://bao.vn/", charset=None, hosts=["bao.vn"])
    assert found == ["https://bao.vn/thoi-su/", "https://bao.vn/chuyen-muc/kinh-te"]
