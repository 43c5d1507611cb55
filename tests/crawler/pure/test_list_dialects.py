"""Lists as servers send them: links of other kinds, bare ampersands, inline pictures, forms of sitemaps."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.feeds import syndication
from crawler.feeds.entry import Feed
from crawler.text import plain_text, xml_cleanup
from db.press import urls

NOW = datetime(2026, 11, 29, 3, 0, tzinfo=UTC)
HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"


def _read(text: str, url: str = "https://bao.example/rss") -> Feed:
    return syndication.read(text.encode(), url=url, now=NOW)


def _rss(item: str) -> Feed:
    return _read(f"{HEAD}<rss version='2.0'><channel><title>Báo</title><item>{item}</item></channel></rss>")


def _atom(links: str) -> Feed:
    return _read(
        f'{HEAD}<feed xmlns="http://www.w3.org/2005/Atom"><title>Báo</title><entry><id>tag:x,1</id><title>Tin</title>{links}</entry></feed>'
    )


@pytest.mark.parametrize(
    "other",
    [
        '<link rel="enclosure" type="audio/mpeg">https://media.example/a.mp3</link>',
        "<link type='image/png' rel='enclosure'>https://media.example/a.png</link>",
        '<link rel="related">https://khac.example/</link>',
        '<link rel="enclosure" href="https://media.example/a.jpg"/>',
        '<link rel="via" href="https://khac.example/x">https://khac.example/y</link>',
    ],
)
def test_a_link_of_another_kind_is_never_the_article(other: str) -> None:
    own = '<link rel="alternate" href="https://bao.example/tin-1.html"/>'
    for links in (own + other, other + own, own.replace('rel="alternate" ', "") + other):
        assert _atom(links).entries[0].url == "https://bao.example/tin-1.html"


@pytest.mark.parametrize(
    "words", ["H&M mở cửa hàng", "AT&T và R&D", "Q&A: hỏi & đáp", "B&B 3 sao", "&", "A&#B", "P&L; lãi lỗ"]
)
def test_a_bare_ampersand_stays_what_it_was(words: str) -> None:
    assert _rss(f"<title>{words}</title><link>https://bao.example/a?x=1&y=2</link>").entries[0].title == words
    found = _rss(f"<title><![CDATA[{words}]]></title><link>https://bao.example/a?x=1&y=2</link>").entries[0]
    assert (found.title, found.url) == (words, "https://bao.example/a?x=1&y=2")


def test_what_was_a_reference_stays_one() -> None:
    assert (
        _rss("<title>A &amp; B &#38; C &lt;3 &nbsp;&eacute;</title><link>/a</link>").entries[0].title
        == "A & B & C <3 é"
    )


@pytest.mark.parametrize("wrap", ["{}", "<![CDATA[{}]]>"])
@pytest.mark.parametrize(
    "kind", ["image/png;base64,", "image/svg+xml;charset=utf-8;base64,", "image/gif;base64,\n"]
)
def test_a_picture_written_into_the_summary_leaves_the_words(wrap: str, kind: str) -> None:
    markup = f'<p>Trước ảnh.</p><img src="data:{kind}{"QUJD" * 200_000}" alt=""> Sau ảnh.'
    text = markup if "CDATA" in wrap else markup.replace("<", "&lt;").replace(">", "&gt;")
    summary = (
        _rss(f"<title>T</title><link>/a</link><description>{wrap.format(text)}</description>")
        .entries[0]
        .summary
    )
    assert summary == "Trước ảnh. Sau ảnh."


def test_words_on_data_are_left_alone() -> None:
    for text in ("Open data: số liệu mở", "data:abc", "dữ liệu data:text"):
        assert plain_text.without_data_addresses(text) == text


def test_the_day_of_a_change_is_no_day_of_publication() -> None:
    rows = "".join(
        f"<url><loc>https://bao.example/{n}.html</loc><lastmod>2026-11-2{n}</lastmod></url>" for n in range(3)
    )
    for entry in _read(f'{HEAD}<urlset xmlns="{SITEMAP}">{rows}</urlset>').entries:
        assert entry.published_at is None and entry.updated_at is not None


@pytest.mark.parametrize(
    "before",
    [
        "",
        "<!-- " + "a plugin > made it " * 800 + "-->",
        '<?xml-stylesheet href="x.xsl"?>\n<!-- a --><!-- b -->',
    ],
)
@pytest.mark.parametrize("prefix", ["", "s:", "sitemap:", "ns0:"])
def test_comments_and_prefixes_do_not_hide_a_sitemap(before: str, prefix: str) -> None:
    space = f"xmlns:{prefix[:-1]}" if prefix else "xmlns"
    body = f"<{prefix}url><{prefix}loc>https://bao.example/a.html</{prefix}loc></{prefix}url>"
    found = _read(f'{HEAD}{before}<{prefix}urlset {space}="{SITEMAP}">{body}</{prefix}urlset>')
    assert found.kind == "sitemap" and [e.url for e in found.entries] == ["https://bao.example/a.html"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\n\n"])
def test_a_text_of_addresses_is_a_sitemap(end: str) -> None:
    given = [f"https://bao.example/tin-{n}.html" for n in range(60)]
    assert [e.url for e in _read(end.join(given) + end).entries] == given
    assert _read("Bảo trì hệ thống\nhttps://bao.example/").kind == "unknown"


@pytest.mark.parametrize(
    "one,two",
    [
        ("https://bao.example/a/b.html", "https://bao.example/a/../a/./b.html"),
        ("https://bao.example/b/", "https://bao.example/a/../../b/."),
        ("https://bao.example/b?id=1", "https://bao.example/b?gidzl=x&id=1&mibextid=y&fb_source=z"),
    ],
)
def test_spellings_of_one_address_are_one(one: str, two: str) -> None:
    assert urls.identity(one) == urls.identity(two)


PIECES = [
    "<!--",
    "-->",
    "<?",
    "?>",
    "<![CDATA[",
    "]]>",
    "&",
    "&amp;",
    '<link rel="enclosure">',
    "</link>",
    "data:a/b,",
    "<item>",
    "x",
    " ",
    "<urlset>",
]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_nothing_raises_and_order_does_not_matter(pieces: list[str]) -> None:
    text = "".join(pieces)
    _read(text)
    once = xml_cleanup.ampersands_escaped(text)
    assert xml_cleanup.ampersands_escaped(once) == once
