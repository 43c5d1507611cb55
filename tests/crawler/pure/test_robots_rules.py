"""robots.txt by RFC 9309."""

from __future__ import annotations

from crawler.http import robots

BASE = "https://bao.vn"


def test_the_longest_rule_wins_and_wildcards_count() -> None:
    rules = robots.parse(
        "User-agent: *\nDisallow: /tin/\nAllow: /tin/moi/\nDisallow: /*.pdf$\nDisallow: /*?print="
    )
    assert not rules.allows(f"{BASE}/tin/cu.html")
    assert rules.allows(f"{BASE}/tin/moi/a.html")
    assert not rules.allows(f"{BASE}/bao-cao.pdf")
    assert rules.allows(f"{BASE}/bao-cao.pdf.html")
    assert not rules.allows(f"{BASE}/a.html?print=1")


def test_our_own_group_counts_before_the_star() -> None:
    rules = robots.parse(
        "User-agent: *\nDisallow: /\n\nUser-agent: kiemtin\nDisallow: /rieng/\nCrawl-delay: 0.5"
    )
    assert rules.allows(f"{BASE}/a")
    assert not rules.allows(f"{BASE}/rieng/a")
    assert rules.delay == 0.5


def test_an_absent_file_allows_everything() -> None:
    for status in (400, 401, 403, 404, 410):
        assert robots.judge(status, b"", why=None).allows(f"{BASE}/a")


def test_an_unreachable_file_closes_everything_until_it_can_be_read() -> None:
    for status in (500, 503, 429, None):
        rules = robots.judge(status, b"User-agent: *\nAllow: /", why=None if status else "nobody answers")
        assert rules.closed
        assert not rules.allows(f"{BASE}/a")


def test_a_page_in_the_place_of_robots_txt_says_nothing() -> None:
    assert robots.judge(200, b"<!DOCTYPE html><html><body>404</body></html>", why=None).allows(f"{BASE}/a")


def test_a_byte_order_mark_hides_no_rule() -> None:
    assert not robots.parse("\ufeffUser-agent: *\nDisallow: /".encode()).allows(f"{BASE}/a")


def test_sitemaps_and_delays_are_read_and_a_mad_delay_is_bounded() -> None:
    rules = robots.parse(f"Sitemap: {BASE}/news-sitemap.xml\nUser-agent: *\nCrawl-delay: 99999")
    assert rules.sitemaps == (f"{BASE}/news-sitemap.xml",)
    assert rules.delay == robots.LONGEST_DELAY
