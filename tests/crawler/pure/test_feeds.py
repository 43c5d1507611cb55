"""Feeds and sitemaps: every whole item is an entry, whatever else is wrong."""

import gzip
from datetime import UTC, datetime, timedelta

import pytest

from crawler.feeds import syndication
from crawler.feeds.entry import Feed

NOW = datetime(2026, 1, 1, tzinfo=UTC)
URL = "http://bao.example/rss/home.rss"


def read(text: str | bytes, content_type: str | None = None) -> Feed:
    raw = text if isinstance(text, bytes) else text.encode()
    return syndication.read(raw, url=URL, content_type=content_type, now=NOW)


def rss(items: str, *, encoding: str = "utf-8", language: str = "vi") -> str:
    return (
        f'<?xml version="1.0" encoding="{encoding}"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        f"<channel><title>Báo Thử</title><link>http://bao.example/</link><language>{language}</language><ttl>30</ttl>{items}</channel></rss>"
    )


def item(n: int, *, link: str = "<link>http://bao.example/bai-{n}.html</link>", more: str = "") -> str:
    return f"<item><title>Nậm Thử thông đường lần {n}</title>{link.format(n=n)}<pubDate>Fri, 12 Sep 2025 08:15:00 +0700</pubDate>{more}</item>"


def test_an_rss_item_becomes_an_entry() -> None:
    feed = read(
        rss(
            item(
                1,
                more="<description><![CDATA[<a href='/x'><img src='/1.jpg'></a></br>Sau ba ngày &amp; đêm]]></description>",
            )
        )
    )
    (entry,) = feed.entries
    assert (feed.kind, feed.title, feed.language, feed.ttl_minutes, feed.notes) == (
        "rss",
        "Báo Thử",
        "vi",
        30,
        (),
    )
    assert (entry.url, entry.title) == ("http://bao.example/bai-1.html", "Nậm Thử thông đường lần 1")
    assert entry.summary == "Sau ba ngày & đêm"
    assert entry.published_at == datetime(2025, 9, 12, 1, 15, tzinfo=UTC)
    assert entry.published_at.utcoffset() == timedelta(hours=7)
    assert not entry.published_assumed


def test_full_text_keeps_its_paragraphs() -> None:
    (entry,) = read(
        rss(item(1, more="<content:encoded><![CDATA[<p>Một.</p><p>Hai &amp; ba.</p>]]></content:encoded>"))
    ).entries
    assert entry.content == "Một.\nHai & ba."


def test_an_atom_entry_with_a_twice_escaped_title() -> None:
    feed = read(
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="vi_VN"><title>Báo Thử</title><link rel="hub" href="http://hub.example/"/>'
        '<link rel="next" href="?page=2"/><entry><title type="html">Giá &amp;lt;b&amp;gt; &amp;amp; thuế</title><id>tag:1</id><link href="/bai-1.html"/>'
        "<published>2025-09-12T08:15:00+07:00</published></entry></feed>"
    )
    (entry,) = feed.entries
    assert (feed.kind, feed.language, feed.hub) == ("atom", "vi", "http://hub.example/")
    assert feed.next_url == "http://bao.example/rss/home.rss?page=2"
    assert (entry.url, entry.guid, entry.title) == ("http://bao.example/bai-1.html", "tag:1", "Giá & thuế")


@pytest.mark.parametrize("tag", ["vi", "vi-VN", "vi_VN", "vn", "vietnamese", "Tiếng Việt"])
def test_language_tags_are_hints(tag: str) -> None:
    feed = read(rss(item(1), language=tag))
    assert feed.language == "vi"
    assert len(feed.entries) == 1


def test_a_nonsense_language_loses_nothing() -> None:
    feed = read(rss(item(1), language="???"))
    assert feed.language is None
    assert len(feed.entries) == 1


def test_a_guid_that_is_an_address_is_the_link() -> None:
    feed = read(rss(item(1, link='<guid isPermaLink="true">http://bao.example/bai-{n}.html</guid>')))
    assert feed.entries[0].url == "http://bao.example/bai-1.html"


def test_an_item_without_any_address_is_kept_under_a_hash() -> None:
    feed = read(rss(item(1, link="") + item(2, link="")))
    assert [e.url for e in feed.entries] == ["", ""]
    assert len({e.key for e in feed.entries}) == 2
    assert "entries without address" in feed.notes


def test_a_relative_link_is_resolved_against_the_feed() -> None:
    assert (
        read(rss(item(1, link="<link>/bai-{n}.html</link>"))).entries[0].url
        == "http://bao.example/bai-1.html"
    )


def test_tracking_variants_have_one_key() -> None:
    one, two = read(
        rss(item(1) + item(1, link="<link>http://bao.example/bai-1.html?utm_source=rss#c</link>"))
    ).entries
    assert one.key == two.key


def test_control_characters_bare_ampersands_and_unknown_entities_lose_nothing() -> None:
    text = rss(
        "".join(
            item(n, more="<category>A & B&nbsp;C</category><description>\x0b\x1f Tóm tắt</description>")
            for n in range(9)
        )
    )
    feed = read(text.replace("</title>", "\x08</title>"))
    assert len(feed.entries) == 9
    assert feed.entries[0].title == "Nậm Thử thông đường lần 0"
    assert "ill-formed" in feed.notes


def test_a_lying_declaration_does_not_garble() -> None:
    feed = read(rss(item(1), encoding="iso-8859-1"), "text/xml")
    assert feed.entries[0].title == "Nậm Thử thông đường lần 1"
    assert "wrong encoding declared" in feed.notes


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_other_encodings_are_read(encoding: str) -> None:
    assert read(rss(item(1)).encode(encoding)).entries[0].title == "Nậm Thử thông đường lần 1"


def test_ascii_with_numeric_entities_is_read() -> None:
    assert (
        read(rss(item(1)).encode("ascii", "xmlcharrefreplace")).entries[0].title
        == "Nậm Thử thông đường lần 1"
    )


def test_a_cut_feed_gives_its_whole_items() -> None:
    whole = rss("".join(item(n) for n in range(5)))
    feed = read(whole[: whole.rindex("<item>") + 60])
    assert [e.url for e in feed.entries] == [f"http://bao.example/bai-{n}.html" for n in range(4)]
    assert "truncated" in feed.notes


def test_a_long_feed_is_taken_whole() -> None:
    assert len(read(rss("".join(item(n) for n in range(1500)))).entries) == 1500


@pytest.mark.parametrize("date", ["1970-01-01T07:00:00+07:00", "2203-01-01T08:15:00+07:00", "hôm qua", ""])
def test_an_impossible_date_is_not_believed_and_the_entry_is_kept(date: str) -> None:
    (entry,) = read(rss(item(1)).replace("Fri, 12 Sep 2025 08:15:00 +0700", date)).entries
    assert entry.published_at is None


def test_a_date_without_zone_is_hanoi_time_and_marked() -> None:
    (entry,) = read(rss(item(1)).replace("Fri, 12 Sep 2025 08:15:00 +0700", "2025-09-12T08:15:00")).entries
    assert entry.published_at == datetime(2025, 9, 12, 1, 15, tzinfo=UTC)
    assert entry.published_assumed


def test_a_json_feed_is_read() -> None:
    feed = read(
        '{"version":"https://jsonfeed.org/version/1.1","title":"Báo Thử","language":"vi","items":[{"id":7,"url":"/bai-7.html","title":"A &amp; B",'
        '"content_html":"<p>Một</p><p>Hai</p>","date_published":"2025-09-12T08:15:00+07:00","authors":[{"name":"Vân Anh"}],"tags":["x",3]},"x"]}'
    )
    (entry,) = feed.entries
    assert (feed.kind, entry.url, entry.title, entry.content, entry.authors) == (
        "json",
        "http://bao.example/bai-7.html",
        "A & B",
        "Một\nHai",
        ("Vân Anh",),
    )


SITEMAP = (
    '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url>'
    "<loc>http://bao.example/bai-1.html</loc><news:news><news:publication><news:name>Báo Thử</news:name><news:language>vi</news:language></news:publication>"
    "<news:publication_date>2025-09-12T08:15:00+07:00</news:publication_date><news:title>Nậm Thử &amp; Đèo Gió</news:title></news:news></url></urlset>"
)


def test_a_news_sitemap_is_read_packed_or_not() -> None:
    for raw in (SITEMAP.encode(), gzip.compress(SITEMAP.encode())):
        feed = read(raw)
        (entry,) = feed.entries
        assert (feed.kind, feed.language, entry.title) == ("sitemap", "vi", "Nậm Thử & Đèo Gió")
        assert entry.published_at == datetime(2025, 9, 12, 1, 15, tzinfo=UTC)


def test_a_cut_sitemap_gives_what_there_is() -> None:
    text = SITEMAP.replace("</urlset>", "<url><loc>http://bao.example/bai-2.html</loc>")
    assert [e.url for e in read(text).entries] == [
        "http://bao.example/bai-1.html",
        "http://bao.example/bai-2.html",
    ]


def test_a_sitemap_index_names_its_parts() -> None:
    feed = read(
        "<sitemapindex><sitemap><loc>/a.xml.gz</loc><lastmod>2025-09-12</lastmod></sitemap></sitemapindex>"
    )
    assert feed.kind == "sitemapindex"
    assert feed.sitemaps[0].url == "http://bao.example/a.xml.gz"


def test_a_page_instead_of_a_feed_names_the_feeds_it_announces() -> None:
    feed = read(
        '<!DOCTYPE html><html><head><link rel="alternate" type="application/rss+xml" title="Mới" href="/rss-moi.xml"></head><body><p>x</p></body></html>'
    )
    assert (feed.kind, feed.notes) == ("html", ("not a feed",))
    assert [a.url for a in feed.alternates] == ["http://bao.example/rss-moi.xml"]


@pytest.mark.parametrize("raw", [b"", b"   ", b"\x00\x01", b"hello", b"{}", b"[", b"%PDF-1.4"])
def test_what_is_no_feed_says_so(raw: bytes) -> None:
    feed = read(raw)
    assert (feed.kind, feed.entries, feed.notes) == ("unknown", (), ("not a feed",))


def test_an_empty_feed_says_so() -> None:
    assert read(rss("")).notes == ("empty",)


def test_a_packed_feed_that_unpacks_to_too_much_is_given_up() -> None:
    assert read(gzip.compress(bytes(70 * 2**20))).notes == ("unpacks to too much",)


def test_entities_that_multiply_are_not_expanded() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>'
    (entry,) = read(bomb + rss(item(1).replace("Nậm Thử", "&c;"))[38:]).entries
    assert len(entry.title) < 200


def test_the_digest_changes_with_what_a_reader_sees_only() -> None:
    old, same, new = (
        read(rss(x)).entries[0]
        for x in (item(1), item(1, more="<guid>7</guid>"), item(1, more="<description>khác</description>"))
    )
    assert old.digest == same.digest != new.digest
