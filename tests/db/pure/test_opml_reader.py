"""OPML of other programs: what can be taken is taken, the rest is refused by line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.catalogue import opml_reader
from db.catalogue.opml_reader import read_list
from db.core.errors import Invalid

WRONG = {
    "bare ampersand": ('<outline text="A & B" xmlUrl="https://x{n}.vn/rss?a=1&b=2"/>', "https://x{n}.vn/rss?a=1&b=2"),
    "feed scheme": ('<outline text="A" xmlUrl="feed://x{n}.vn/rss"/>', "https://x{n}.vn/rss"),
    "feed scheme before another": ('<outline xmlUrl="feed:http://x{n}.vn/rss"/>', "http://x{n}.vn/rss"),
    "no scheme": ('<outline text="A" xmlUrl="www.x{n}.vn/rss"/>', "https://www.x{n}.vn/rss"),
    "no scheme, two slashes": ('<outline text="A" xmlUrl="//x{n}.vn/rss"/>', "https://x{n}.vn/rss"),
    "capitals": ('<OUTLINE TEXT="A" XMLURL="HTTPS://X{n}.VN/rss"/>', "https://x{n}.vn/rss"),
    "lower-case attribute": ('<outline text="A" xmlurl="https://x{n}.vn/rss"/>', "https://x{n}.vn/rss"),
    "single quotes": ("<outline text='A' xmlUrl='https://x{n}.vn/rss'/>", "https://x{n}.vn/rss"),
    "no quotes": ("<outline text=A xmlUrl=https://x{n}.vn/rss />", "https://x{n}.vn/rss"),
    "a quote missing": ('<outline text="A xmlUrl="https://x{n}.vn/rss"/>', "https://x{n}.vn/rss"),
    "the last quote missing": ('<outline text="A" xmlUrl="https://x{n}.vn/rss />', "https://x{n}.vn/rss"),
    "not closed": ('<outline text="A" xmlUrl="https://x{n}.vn/rss">', "https://x{n}.vn/rss"),
    "control characters": ('<outline text="A\x0b\x01" xmlUrl="https://x{n}.vn/rss\x00"/>', "https://x{n}.vn/rss"),
    "blanks and a break": ('<outline text="A"\n   xmlUrl=" https://x{n}.vn/rss "\n/>', "https://x{n}.vn/rss"),
    "undeclared prefix": ('<outline text="A" a:b="c" xmlUrl="https://x{n}.vn/rss"/>', "https://x{n}.vn/rss"),
    "bracket in a title": ('<outline text="A > B" xmlUrl="https://x{n}.vn/rss"/>', "https://x{n}.vn/rss"),
    "entities": ('<outline text="A &amp; B" xmlUrl="https://x{n}.vn/rss?a=1&amp;b=2"/>', "https://x{n}.vn/rss?a=1&b=2"),
    "address of a fragment": ('<outline xmlUrl="https://x{n}.vn/rss#top"/>', "https://x{n}.vn/rss"),
    "a file": ('<outline text="A" xmlUrl="file:///etc/x{n}"/>', None),
    "a script": ('<outline text="A" xmlUrl="javascript:alert({n})"/>', None),
    "a word": ('<outline text="A" xmlUrl="feed{n}"/>', None),
    "mail": ('<outline text="A" xmlUrl="mailto:a{n}@x.vn"/>', None),
    "a secret": ('<outline text="A" xmlUrl="https://a:b@x{n}.vn/rss"/>', None),
    "metadata": ('<outline text="A" xmlUrl="http://169.254.169.254/{n}"/>', None),
    "no address": ('<outline type="rss" text="A{n}"/>', None),
    "bad port": ('<outline xmlUrl="https://x{n}.vn:99999/rss"/>', None),
    "a folder": ('<outline text="F{n}">', ""),
    "an end too many": ("</outline></outline>", ""),
    "a comment": ('<!-- <outline xmlUrl="https://no{n}.vn/rss"/> -->', ""),
}  # fmt: skip


def doc(*rows: str) -> str:
    return '<?xml version="1.0"?>\n<opml version="1.0"><body>\n' + "\n".join(rows) + "\n</body></opml>"


@pytest.mark.parametrize("name", WRONG)
def test_one_line_of_each_kind(name: str) -> None:
    row, wanted = (w.replace("{n}", "7") if w else w for w in WRONG[name])
    good = '<outline text="Tốt" xmlUrl="https://tot.vn/rss"/>'
    found = read_list(doc(good, str(row), good.replace("tot", "hay")))
    feeds = [f for s in found.sources for f in s.feeds]
    assert ("https://tot.vn/rss" in feeds, "https://hay.vn/rss" in feeds) == (True, True)
    if wanted:
        assert wanted in feeds
        assert not found.refused
    elif wanted is None:
        assert len(feeds) == 2
        assert [r.line for r in found.refused] == [4]
        assert found.refused[0].why


def test_five_thousand_lines_with_everything_wrong() -> None:
    rows, wanted = [], set()
    kinds = list(WRONG.values())
    for n in range(5000):
        row, feed = kinds[n % len(kinds)]
        rows.append(row.replace("{n}", str(n)).replace("\n", " "))
        if feed:
            wanted.add(feed.replace("{n}", str(n)))
    found = read_list(doc(*rows))
    assert {f for s in found.sources for f in s.feeds} == wanted
    refused = {r.line for r in found.refused}
    assert refused == {n + 3 for n in range(5000) if kinds[n % len(kinds)][1] is None}


def test_the_same_feed_twice_is_refused_with_the_first_line() -> None:
    row = '<outline xmlUrl="https://x.vn/rss"/>'
    found = read_list(doc(row, row.replace("rss", "RSS/"), '<outline xmlUrl="https://x.vn/khac"/>'))
    assert [s.feeds for s in found.sources] == [("https://x.vn/rss", "https://x.vn/khac")]
    assert [(r.line, "line 3" in r.why) for r in found.refused] == [(4, True)]


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1258"])
def test_encodings(coding: str) -> None:
    text = '\n\n<?xml version="1.0" encoding="ENC"?>'.replace(
        "ENC", coding.replace("-sig", "").replace("-le", "")
    )
    text += '<opml><body><outline text="Báo Mới" xmlUrl="https://x.vn/rss"/></body></opml>'
    found = read_list(text.encode(coding, "ignore"))
    assert found.sources[0].feeds == ("https://x.vn/rss",)


def test_folders_give_the_scope() -> None:
    text = doc(
        '<outline text="foreign">',
        '<outline xmlUrl="https://a.com/rss"/>',
        "</outline>",
        '<outline xmlUrl="https://b.vn/rss"/>',
    )
    assert [s.scope for s in read_list(text).sources] == ["foreign", "domestic"]


def test_private_hosts_only_where_allowed() -> None:
    text = doc('<outline xmlUrl="http://127.0.0.1/rss"/>')
    assert read_list(text).refused and not read_list(text).sources
    assert read_list(text, allow_private_hosts=True).sources


@given(st.one_of(st.binary(max_size=400), st.lists(st.sampled_from([
    "<opml>", "<outline ", "</outline>", "xmlUrl=", '"', "'", ">", "/>", "https://a.vn/", "feed:", "<!--", "-->", "&", "&#0;", "[::1", "\n", "\0",
    "http://[", "@", "xn--", "ｅ", "http:\\\\a.vn", ":80", "text=",
]), max_size=40).map(lambda parts: "".join(["<opml>", *parts]).encode())))  # fmt: skip
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    try:
        found = read_list(raw)
    except Invalid:
        return
    assert all(r.line >= 1 and r.why for r in found.refused)
    assert all(feed.startswith(("http://", "https://")) for s in found.sources for feed in s.feeds)


def test_hostile_lengths_stay_linear() -> None:
    for text in (
        "<outline " * 200_000,
        "<opml>" + "<!--" * 300_000,
        "<opml " + 'a="' * 300_000,
        '<outline text="' + "x" * 2_000_000,
    ):
        assert len(text) < opml_reader.LARGEST
        assert not read_list(text).sources
