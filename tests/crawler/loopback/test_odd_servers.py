"""Servers that mean well and answer oddly: nothing of theirs is lost, doubled or misread. One round, looks, another round."""

from __future__ import annotations

import email.utils
import gzip
import html
import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, unquote

import pytest
from papers import Paper, Reply, Story, catalogue, kiemtin, page, plain, rss
from wiping import wipe

from db.ops import embedded_postgres

RSS = {"Content-Type": "application/rss+xml"}
SITEMAP = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n"


@dataclass(slots=True)
class Seen:
    """What two rounds and the looks between them left behind."""

    papers: dict[str, Paper]
    rows: list[dict[str, Any]]
    aside: list[dict[str, str]]

    def of(self, name: str) -> list[dict[str, Any]]:
        return sorted((r for r in self.rows if r["source"] == name), key=lambda r: str(r["title"]))

    def whole(self, name: str) -> bool:
        """Whether every story of a paper is stored once, with its own text."""
        told = sorted((s.title, s.text) for s in self.papers[name].stories)
        return [(r["title"], r["text"]) for r in self.of(name)] == told


def feed(paper: Paper, items: str, *, head: str = "") -> bytes:
    return (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel{head}><title>{paper.name}</title>'
        f"{items}</channel></rss>"
    ).encode()


def without_canonical(paper: Paper, told: Story, canonical: str | None = None) -> bytes:
    own = f'<link rel="canonical" href="{paper.root}{told.path}">'
    other = f'<link rel="canonical" href="{canonical}">' if canonical else ""
    return (
        page(paper, told)
        .replace(own.encode(), other.encode())
        .replace(f'"mainEntityOfPage": "{paper.root}{told.path}"'.encode(), b'"inLanguage": "vi"')
    )


# ── lists ───────────────────────────────────────────────────────────────────────────────────────────────


def _relative(p: Paper) -> None:
    p.publish("Địa chỉ tương đối", "Cũng tương đối")
    entries = "".join(
        f'<entry><title>{s.title}</title><id>{s.path}</id><link href="{s.path.removeprefix("/tin/")}"/>'
        f"<summary>{html.escape(s.lead)}</summary></entry>"
        for s in p.stories
    )
    atom = (
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:base="{p.root}/tin/"><title>x</title>{entries}</feed>'
    )
    p.routes["/rss.xml"] = lambda n: Reply(atom.encode(), headers={"Content-Type": "application/atom+xml"})


def _only_guids(p: Paper) -> None:
    p.publish("Chỉ có guid", "Guid trong CDATA")
    items = "".join(
        f'<item><title><![CDATA[{s.title}]]></title><guid isPermaLink="true"><![CDATA[\n  {p.root}{s.path} ]]></guid></item>'
        for s in p.stories
    )
    p.routes["/rss.xml"] = lambda n: Reply(feed(p, items), headers=RSS)


def _from_the_future(p: Paper) -> None:
    told = p.publish("Ngày mai đã viết")[0]
    later = email.utils.format_datetime(datetime.now(UTC) + timedelta(days=700))
    item = (
        f"<item><title>{told.title}</title><link>{p.root}{told.path}</link><pubDate>{later}</pubDate></item>"
    )
    p.routes["/rss.xml"] = lambda n: Reply(feed(p, item), headers=RSS)
    bare = page(p, told).replace(b'"datePublished"', b'"x"')
    p.routes[told.path] = lambda n: Reply(bare)


def _written_twice(p: Paper) -> None:
    p.publish("Một bài nhiều địa chỉ")
    forms = ("?utm_source=a&utm_medium=rss", "?fbclid=1", "#binh-luan", "", "?amp;utm_campaign=x")
    items = "".join(
        f"<item><title>{s.title}</title><link>{html.escape(html.escape(p.root + s.path + form))}</link></item>"
        for s in p.stories
        for form in forms
    )
    p.routes["/rss.xml"] = lambda n: Reply(feed(p, items), headers=RSS)


def _map_of_dates(p: Paper) -> None:
    p.publish("Chỉ có trong bản đồ", "Bản đồ không có tên bài")
    today = datetime.now(UTC).date().isoformat()
    urls = "".join(f"<url><loc>{p.root}{s.path}</loc><lastmod>{today}</lastmod></url>" for s in p.stories)
    packed = gzip.compress(f'<?xml version="1.0"?><urlset {SITEMAP}>{urls}</urlset>'.encode())
    p.routes["/rss.xml"] = lambda n: Reply(packed, headers={"Content-Type": "application/x-gzip"})


def _feed_called_a_page(p: Paper) -> None:
    p.publish("Feed gọi là trang", "Có dòng trống ở đầu")
    p.routes["/rss.xml"] = lambda n: Reply(b"\n\n  " + rss(p))


def _raw_letters(p: Paper) -> None:
    """Addresses as people type them: letters with marks, blanks, line feeds around, no scheme."""
    p.publish("Địa chỉ có dấu", "Địa chỉ không có giao thức")
    for told, words in zip(p.stories, ("lũ quét", "chợ phiên"), strict=True):
        told.path = told.path.replace("bai-viet", quote(words))
    items = "".join(
        f"<item><title>{s.title}</title><link>\n  {link}\t</link></item>"
        for s, link in zip(
            p.stories, (p.root + unquote(p.stories[0].path), p.root.removeprefix("http:") + p.stories[1].path), strict=True
        )
    )  # fmt: skip
    p.routes["/rss.xml"] = lambda n: Reply(feed(p, items), headers=RSS)


def _maps_in_maps(p: Paper) -> None:
    p.publish("Bản đồ trong bản đồ", "Địa chỉ trong CDATA")
    xml = {"Content-Type": "application/xml"}
    parts = "".join(f"<sitemap><loc>\n /ban-do-{n}.xml </loc></sitemap>" for n in (1, 2, 3))
    index = f"<sitemapindex {SITEMAP}>{parts}</sitemapindex>".encode()
    p.routes["/rss.xml"] = lambda n: Reply(index, headers=xml)
    for n, told in enumerate(p.stories, 1):
        part = f"<urlset {SITEMAP}><url><loc><![CDATA[{p.root}{told.path}]]></loc></url></urlset>".encode()
        p.routes[f"/ban-do-{n}.xml"] = lambda n, part=part: Reply(part, headers=xml)


def _json_feed(p: Paper) -> None:
    p.publish("Tin trong JSON", "JSON không có ngày")
    items = [{"id": n, "url": s.path, "title": s.title, "content_html": f"<p>{s.lead}</p>"} for n, s in enumerate(p.stories)]  # fmt: skip
    made = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": p.name,
        "home_page_url": p.root,
        "items": items,
    }
    p.routes["/rss.xml"] = lambda n: Reply(b"\xef\xbb\xbf" + json.dumps(made).encode(), headers={"Content-Type": "application/json"})  # fmt: skip


def _robots_by_hand(p: Paper) -> None:
    """A robots.txt with a BOM, Mac line ends, capitals and remarks, packed without a word."""
    p.publish("Robots viết tay", "Khu kín viết tay")
    p.stories[1].path = "/kin/bai-4300001.html"
    text = "\ufeff# robots\rUSER-AGENT : *  # mọi máy\rDISALLOW:/kin/ # kín\rCrawl-Delay: 0,1\r"
    p.routes["/robots.txt"] = lambda n: Reply(gzip.compress(text.encode()), headers={"Content-Type": "text/plain"})  # fmt: skip


# ── articles ────────────────────────────────────────────────────────────────────────────────────────────


def _by_query(p: Paper) -> None:
    """An old system: one address for all, the number in the query, and a canonical that forgets it."""
    told = p.publish("Bài số một", "Bài số hai", "Bài số ba")
    p.routes["/rss.xml"] = lambda n: Reply(
        rss(p, links=lambda s: f"{p.root}/doc.aspx?id={71000 + told.index(s)}"), headers=RSS
    )

    def answer(n: int) -> Reply:
        return Reply(
            without_canonical(p, told[int(p.asked[-1].path[-5:]) - 71000], canonical=f"{p.root}/doc.aspx")
        )

    p.routes["/doc.aspx"] = answer


def _amp_is_canonical(p: Paper) -> None:
    told = p.publish("Bản gọn là chính")[0]
    amp = told.path.replace(".html", ".amp.html")
    p.routes[told.path] = lambda n: Reply(without_canonical(p, told, canonical=p.root + amp))
    p.routes[amp] = lambda n: Reply(without_canonical(p, told, canonical=p.root + told.path))
    p.routes["/rss.xml"] = lambda n: Reply(
        feed(p, "".join(f"<item><title>{told.title}</title><link>{p.root}{x}</link></item>" for x in (told.path, amp))),
        headers=RSS,
    )  # fmt: skip


def _graph(p: Paper) -> None:
    """JSON-LD with everything in one graph, other articles first."""
    told = p.publish("Bài trong đồ thị", "Bài khác trong đồ thị")
    for mine, its in (told, told[::-1]):
        nodes = [
            {"@type": "WebSite", "name": p.name, "url": p.root},
            {"@type": "ItemList", "itemListElement": [{"@type": "NewsArticle", "headline": its.title,
              "datePublished": "2026-11-01T00:01:00+07:00"}]},
            {"@type": "WebPage", "@id": p.root + mine.path, "name": mine.title},
            {"@type": ["NewsArticle"], "@id": p.root + mine.path + "#a", "headline": mine.title,
             "datePublished": "2026-11-19T08:15:00+07:00", "author": [{"@id": "#x"}]},
        ]  # fmt: skip
        ld = json.dumps({"@context": "https://schema.org", "@graph": nodes}, ensure_ascii=False)
        head, _, rest = page(p, mine).decode().partition('<script type="application/ld+json">')
        body = rest.partition("</script>")[2]
        made = f'{head}<script type="application/ld+json">{ld}</script>{body}'.encode()
        p.routes[mine.path] = lambda n, made=made: Reply(made)


def _parts_in_a_circle(p: Paper) -> None:
    told = p.publish("Bài nhiều trang vòng tròn")[0]

    def answer(n: int) -> Reply:
        at = int(p.asked[-1].path.partition("trang=")[2] or 1)
        half = Story(
            told.path, told.title, told.lead, told.paragraphs[3:] if at == 2 else told.paragraphs[:3]
        )
        links = "".join(f'<link rel="next" href="{told.path}?trang={k}">' for k in (1, 2, 3))
        return Reply(page(p, half, head=links)) if at < 3 else Reply(plain("Không tìm thấy"), 404)

    p.routes[told.path] = answer


# ── transport ───────────────────────────────────────────────────────────────────────────────────────────


def _packed_or_not(p: Paper) -> None:
    said, unsaid, twice = p.publish("Nói nén mà không", "Nén mà không nói", "Nén hai lần")
    p.routes[said.path] = lambda n: Reply(page(p, said), headers={"Content-Encoding": "gzip"})
    p.routes[unsaid.path] = lambda n: Reply(gzip.compress(page(p, unsaid)))
    both = gzip.compress(gzip.compress(page(p, twice)))
    p.routes[twice.path] = lambda n: Reply(both, headers={"Content-Encoding": "gzip, gzip"})


def _letters(p: Paper) -> None:
    lies, old, wide, marked = p.publish("Khai sai bảng mã", "Bảng mã cũ", "Chữ hai byte", "Có dấu BOM")
    p.routes[lies.path] = lambda n: Reply(
        page(p, lies).replace(b'charset="utf-8"', b'charset="windows-1258"'),
        headers={"Content-Type": "text/html; charset=ISO-8859-1"},
    )
    p.routes[old.path] = lambda n: Reply(
        page(p, old).decode().replace('charset="utf-8"', 'charset="us-ascii"').encode("ascii", "xmlcharrefreplace"),
        headers={"Content-Type": "text/html; charset=us-ascii"},
    )  # fmt: skip
    p.routes[wide.path] = lambda n: Reply(page(p, wide).decode().encode("utf-16"), headers={"Content-Type": "text/html"})  # fmt: skip
    p.routes[marked.path] = lambda n: Reply(
        b"\xef\xbb\xbf" + page(p, marked), headers={"Content-Type": "text/html; charset=windows-1252"}
    )


def _chunks(p: Paper) -> None:
    cut, whole = p.publish("Đứt giữa các khúc", "Khúc cuối không đến")
    text = page(p, cut)
    half, rest = text[: len(text) // 2], page(p, whole)
    p.routes[cut.path] = lambda n: (
        Reply(raw=CHUNKED + b"%x\r\n%s\r\n" % (len(half), half)) if n == 1 else Reply(text)
    )
    p.routes[whole.path] = lambda n: Reply(raw=CHUNKED + b"%x\r\n%s\r\n" % (len(rest), rest))


def _busy_until(p: Paper) -> None:
    told = p.publish("Bận đến một giờ nhất định")[0]

    def answer(n: int) -> Reply:
        until = email.utils.formatdate(time.time() + 3, usegmt=True)
        return Reply(page(p, told)) if n > 1 else Reply(b"", 503, {"Retry-After": until})

    p.routes[told.path] = answer


def _not_modified(p: Paper) -> None:
    told = p.publish("Chưa hỏi đã nói không đổi")[0]
    p.routes[told.path] = lambda n: Reply(b"", 304) if n == 1 else Reply(page(p, told))


def _consent(p: Paper) -> None:
    asked, stubborn = p.publish("Hỏi ý kiến rồi cho đọc", "Hỏi ý kiến mãi")
    p.routes[asked.path] = lambda n: (
        Reply(page(p, asked))
        if "dong-y" in p.asked[-1].path
        else Reply(b"", 302, {"Location": f"/xin-phep?ve={asked.path}"})
    )
    p.routes[stubborn.path] = lambda n: Reply(b"", 302, {"Location": f"/xin-phep?mai={stubborn.path}"})

    def wall(n: int) -> Reply:
        target = p.asked[-1].path
        back = f"{asked.path}?dong-y=1" if "ve=" in target else stubborn.path
        return Reply(b"", 302, {"Location": back, "Set-Cookie": "dong-y=1"})

    p.routes["/xin-phep"] = wall


def _strange_headers(p: Paper) -> None:
    told, moved = p.publish("Đầu trang lạ", "Chuyển tới tên có dấu")
    body = page(p, told)
    length = b"Content-Length: %d\r\n" % len(body)
    odd = b"HTTP/1.1 200\r\nContent-Type : text/html; charset=utf-8\r\nX Y: 1\r\nB\xe1\xba\xa3n: 2\r\nServer:\r\n"
    p.routes[told.path] = lambda n: Reply(raw=odd + length + length + b"Connection: close\r\n\r\n" + body)
    target = moved.path.replace("/tin/", "/tin/tên có dấu-")
    there = b"HTTP/1.1 301 Moved\r\nLocation: %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    p.routes[moved.path] = lambda n: Reply(raw=there % target.encode())
    p.routes[quote(target)] = lambda n: Reply(page(p, moved))


def _gone_for_a_while(p: Paper) -> None:
    p.publish("Gỡ rồi đăng lại", "Vẫn ở đó")


LESSONS = {
    "relative": _relative, "only-guids": _only_guids, "from-the-future": _from_the_future, "written-twice": _written_twice,
    "raw-letters": _raw_letters, "maps-in-maps": _maps_in_maps, "json-feed": _json_feed, "robots-by-hand": _robots_by_hand,
    "map-of-dates": _map_of_dates, "feed-called-a-page": _feed_called_a_page, "by-query": _by_query,
    "amp-is-canonical": _amp_is_canonical, "graph": _graph, "parts-in-a-circle": _parts_in_a_circle,
    "packed-or-not": _packed_or_not, "letters": _letters, "chunks": _chunks, "busy-until": _busy_until,
    "not-modified": _not_modified, "consent": _consent, "strange-headers": _strange_headers,
    "gone-for-a-while": _gone_for_a_while,
}  # fmt: skip


@pytest.fixture(scope="module")
def seen(urls: embedded_postgres.Urls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    folder = tmp_path_factory.mktemp("odd")
    (folder / "catalogue").mkdir()
    papers = {name: Paper(name) for name in LESSONS}
    for name, paper in papers.items():
        LESSONS[name](paper)
    catalogue(papers, folder / "catalogue")
    environment = {**os.environ, "KIEMTIN_HOME": str(folder / "home"), "KIEMTIN_DATABASE_URL": urls.app}
    environment.pop("KIEMTIN_OWNER_DATABASE_URL", None)
    kiemtin(environment, "catalogue", "import", str(folder / "catalogue"))
    kiemtin(environment, "crawl", "--once", "--json")
    for_a_while = papers["gone-for-a-while"]
    gone = for_a_while.stories[0]
    for_a_while.routes[gone.path] = lambda n: Reply(plain("Đã gỡ"), 410)
    for _ in range(2):
        kiemtin(environment, "recheck", "--all", "--json")
    del for_a_while.routes[gone.path]
    kiemtin(environment, "recheck", "--all", "--json")
    second = json.loads(kiemtin(environment, "crawl", "--once", "--json"))
    out = folder / "articles.jsonl"
    kiemtin(environment, "articles", "export", "--out", str(out))
    lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    yield Seen(papers, lines[:-1], second["set_aside"])
    for paper in papers.values():
        paper.stop()
    wipe(urls)


# ── what must hold ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", sorted(LESSONS.keys() - {"consent", "parts-in-a-circle", "robots-by-hand"}))
def test_every_story_is_stored_once_with_its_own_text(seen: Seen, name: str) -> None:
    assert seen.whole(name), (seen.of(name), seen.aside)


def test_a_time_yet_to_come_is_not_believed(seen: Seen) -> None:
    assert seen.of("from-the-future")[0]["published_at"] is None


def test_the_time_is_that_of_the_article_itself_among_others(seen: Seen) -> None:
    times = [datetime.fromisoformat(r["published_at"]) for r in seen.of("graph")]
    assert times == [datetime.fromisoformat("2026-11-19T08:15:00+07:00")] * 2


def test_a_date_in_retry_after_is_waited_for(seen: Seen) -> None:
    asked = [a.at for a in seen.papers["busy-until"].asked if a.path.startswith("/tin/")]
    assert asked[1] - asked[0] >= 2


def test_parts_that_name_each_other_make_one_article(seen: Seen) -> None:
    (row,) = seen.of("parts-in-a-circle")
    assert row["text"] == seen.papers["parts-in-a-circle"].stories[0].text


def test_what_a_consent_page_lets_through_is_read_and_of_what_it_keeps_the_lists_words_stay(
    seen: Seen,
) -> None:
    free, kept = (next(r for r in seen.of("consent") if r["title"] == s.title) for s in seen.papers["consent"].stories)  # fmt: skip
    assert free["text"] == seen.papers["consent"].stories[0].text
    assert kept["text"] == seen.papers["consent"].stories[1].lead
    assert any("circle" in x["why"] for x in seen.aside)
    assert all("Cookie" not in a.headers for a in seen.papers["consent"].asked)


def test_a_robots_txt_written_by_hand_is_kept_all_the_same(seen: Seen) -> None:
    paper = seen.papers["robots-by-hand"]
    assert not [a.path for a in paper.asked if a.path.startswith("/kin/")]
    told = {r["title"]: r["text"] for r in seen.of("robots-by-hand")}
    assert told == {s.title: text for s, text in zip(paper.stories, (paper.stories[0].text, paper.stories[1].lead), strict=True)}  # fmt: skip


def test_what_was_removed_and_comes_back_is_alive_again(seen: Seen) -> None:
    assert [r["state"] for r in seen.of("gone-for-a-while")] == ["live", "live"]
    assert {len(r["versions"]) for r in seen.of("gone-for-a-while")} == {1}
