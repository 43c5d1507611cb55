"""Members of lists that pages name to machines only; and any attribute or byline is read without a fault."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.extract import article
from crawler.feeds import syndication
from crawler.text import person_names

NOW = datetime(2026, 11, 29, tzinfo=UTC)
ADDRESS = "https://baomau.example.vn/tin/nha-van-hoa-ban-mau-400123.html"
LISTS = [
    '{"@type":"ItemList","itemListElement":[{"@type":"ListItem","position":1,"url":"ADDRESS","name":"Nhà mới"}]}',
    '{"@type":"ItemList","itemListElement":[{"@type":"ListItem","item":{"@type":"NewsArticle","@id":"ADDRESS","headline":"Nhà mới"}}]}',
    '{"@type":"ItemList","itemListElement":[{"@type":"ListItem","item":"ADDRESS"}]}',
    '{"@type":"ItemList","itemListElement":["ADDRESS"]}',
    '{"@graph":[{"@type":"CollectionPage","mainEntity":{"@type":"ItemList","itemListElement":{"url":"ADDRESS"}}}]}',
    '{"@type":"CollectionPage","hasPart":[{"@type":"NewsArticle","url":"ADDRESS"}]}',
    '{"@type":"Blog","blogPost":[{"@type":"BlogPosting","url":"/tin/nha-van-hoa-ban-mau-400123.html"}]}',
]


@pytest.mark.parametrize("text", LISTS)
def test_members_of_a_list(text: str) -> None:
    html = f'<html><head><title>Báo Mẫu</title><script type="application/ld+json">{text.replace("ADDRESS", ADDRESS)}</script></head><body><div id=app></div></body></html>'
    page = article.read(html.encode(), url="https://baomau.example.vn/tin/", now=NOW)
    assert [link.url for link in page.links] == [ADDRESS]


def test_a_trail_of_sections_is_no_list() -> None:
    text = LISTS[0].replace("ItemList", "BreadcrumbList").replace("ADDRESS", ADDRESS)
    html = (
        f'<html><head><script type="application/ld+json">{text}</script></head><body><p>x</p></body></html>'
    )
    assert article.read(html.encode(), url="https://baomau.example.vn/tin/", now=NOW).links == ()


PIECES = st.sampled_from(
    ["Tác giả:", "Theo ", "Ảnh: ", " - ", "(", ")", "Lò Thử", "记者", "：", "기자", "H.T", ",", "\u202e", "\0", "By ", "20/11/2026", "|", "/", "@", "[", "［", " và "]
)  # fmt: skip


@given(st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=30).map("".join)))
def test_any_byline_is_read(text: str) -> None:
    found = person_names.people(text)
    assert len(found) <= person_names.MOST_PEOPLE
    assert all(2 <= len(name) <= person_names.LONGEST_NAME for name in found)


VALUES = st.one_of(st.text(max_size=40), st.sampled_from(["author", "byline", "//[", "http://[::1", "/tac-gia/a", "right", "text-align:right", "related", "#", "data:,"]))  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["p", "div", "h1", "h2", "a", "img", "span", "base", "link", "meta", "table", "td", "ul", "li", "video"]),
                          st.sampled_from(["class", "id", "href", "rel", "style", "align", "content", "name", "property", "itemprop", "type", "src"]), VALUES,
                          st.text(max_size=60)), max_size=25))  # fmt: skip
def test_any_attribute_is_read(parts: list[tuple[str, str, str, str]]) -> None:
    body = "".join(f'<{tag} {name}="{value}">{text}</{tag}>' for tag, name, value, text in parts)
    html = f"<html><head></head><body><h1>Bản Mẫu</h1><div>{'Một câu khá dài về bản Mẫu hôm nay. ' * 4}{body}</div></body></html>"
    page = article.read(html.encode("utf-8", "replace"), url="https://x.example.vn/a-1.html", now=NOW)
    assert isinstance(page.text, str)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(st.text(max_size=20), st.sampled_from(["<rss>", "<channel>", "<item>", "</item>", "<link>", "<pubDate>", "20/11/2026", "<feed ", "<entry>", "<urlset>",
    "<url><loc>", "https://x.vn/a-1.html", "</loc>", "&", "<![CDATA[", "]]>", "<?xml ?>", "{", "[", '"items":', "\n", "<atom:link rel='next' href='"])), max_size=40).map("".join))  # fmt: skip
def test_any_list_is_read(text: str) -> None:
    feed = syndication.read(text.encode("utf-8", "replace"), url="https://x.vn/rss", now=NOW)
    assert feed.kind
