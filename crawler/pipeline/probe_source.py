"""A trial of a source: its lists are polled once, others are looked for where they give nothing, a few articles are read.

Nothing is stored but robots.txt and the pace; what a trial has learned is told in its result (``code``: works, old, or why
not, as in db/press/trial_advice.py) and stored by `trial_rounds`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from crawler.extract.article import PageKind
from crawler.extract.section_menu import section_links
from crawler.feeds.entry import Feed
from crawler.http import url_policy
from crawler.http.errors import Elsewhere
from crawler.http.rate_limit import RetryAfter
from crawler.http.response import HttpResponse, status_words
from crawler.http.robots import Closed
from crawler.pipeline.context import CrawlContext
from crawler.pipeline.discover_links import newest_first
from crawler.pipeline.extract_pool import clock_of
from crawler.pipeline.list_request import LARGEST_LIST, read_list
from crawler.pipeline.multipage import read_page
from crawler.pipeline.search_engines import read_search
from crawler.text import charset
from db.core.errors import KiemtinError
from db.press import urls
from db.press.sources import PolledSource

SAMPLES = 3  # article pages read in a trial
MOST_SAMPLED = 6  # of them asked for, where the first give nothing
MOST_EACH = 3  # lists tried of each place where others are found
OLD = timedelta(
    days=180
)  # a newest article older than that: an archive, not a paper that is read (chosen 2026-11)
USUAL_MAPS = ("/google-news-sitemap.xml", "/news-sitemap.xml", "/sitemap-news.xml", "/sitemap.xml")
FEED_KINDS = ("rss", "atom", "rdf", "json")
MAP_KINDS = ("sitemap", "sitemapindex")
Links = dict[str, str]  # address -> title


def list_kind(kind: str) -> str:
    """What the catalogue calls a list of this kind: feed | sitemap | section | search."""
    if kind in FEED_KINDS:
        return "feed"
    return "sitemap" if kind in MAP_KINDS else kind if kind in ("search", "feed") else "section"


async def trial(
    ctx: CrawlContext, source: PolledSource, lists: list[tuple[str, str]], *,
    others: tuple[tuple[str, str], ...] = (), samples: int = SAMPLES,
) -> dict[str, Any]:  # fmt: skip
    """Polls each list once and reads the newest articles it names. ``others``: lists to look at where those give nothing."""
    probe = _Probe(ctx, source, lists, others)
    links: Links = {}
    for kind, url in lists:
        links |= await probe.look(kind, url)
    searching = bool(lists) and all(kind == "search" for kind, _ in lists)
    if searching:  # its results belong to others: answering with results is all that it has to do
        return probe.done(works=bool(links))
    links = links or await probe.find_more()
    await probe.read(links, samples)
    return probe.done(works=any(a["taken"] for a in probe.result["articles"]))


class _Probe:
    """One trial under way."""

    def __init__(
        self,
        ctx: CrawlContext,
        source: PolledSource,
        lists: list[tuple[str, str]],
        others: tuple[tuple[str, str], ...],
    ) -> None:
        self.ctx, self.source, self.others = ctx, source, others
        self.allowed = url_policy.of_source(source, [url for _, url in lists])
        self.sections: list[str] = []
        self.result: dict[str, Any] = {
            "source": source.name, "home": source.home, "works": False, "code": None, "lists": [], "articles": [],
            "refused": [], "feeds_found": [], "moved_to": None,
        }  # fmt: skip

    def done(self, *, works: bool) -> dict[str, Any]:
        """The result with its code."""
        self.result["works"] = works
        self.result["code"] = outcome_code(self.result, now=datetime.now(UTC))
        return self.result

    # ── lists ───────────────────────────────────────────────────────────────────────────────────────────

    async def look(self, kind: str, url: str, *, found: str | None = None) -> Links:
        """Tries one list; ``found``: where its address was found, None for one of the source's own."""
        if any(urls.identity(row["url"]) == urls.identity(url) for row in self.result["lists"]):
            return {}
        row: dict[str, Any] = {
            "url": url,
            "kind": kind,
            "entries": 0,
            "why": None,
            "code": None,
            "found": found,
        }
        self.result["lists"].append(row)
        try:
            return await self._list(row, kind, url)
        except KiemtinError as exc:
            row["why"], row["code"] = str(exc), _code(exc)
            if isinstance(exc, Elsewhere):
                self.result["moved_to"] = self.result["moved_to"] or exc.target
            return {}

    async def _list(self, row: dict[str, Any], kind: str, url: str) -> Links:
        answer = await self.ctx.fetcher.get(
            url, self.allowed, gap=self.source.delay, largest=LARGEST_LIST, refresh=True
        )
        if answer.status >= 400:
            row["why"], row["code"] = status_words(answer.status), f"http_{answer.status}"
            return {}
        if kind == "search":
            results = await read_search(self.ctx, self.source, answer)
            row["entries"] = len(results)
            if not results:
                row["why"], row["code"] = "the search gives no result", "empty"
            return {e.url: e.title for e in results if e.url}
        feed = await read_list(self.ctx, self.source, answer)
        if feed.kind == "sitemapindex" and not feed.entries:
            feed = await self._newest_part(feed)
        row["kind"] = feed.kind
        if feed.kind in ("html", "unknown") or kind == "section":
            return await self._section(row, kind, feed, answer)
        row["entries"] = len(feed.entries) or len(feed.sitemaps)
        row["why"] = ", ".join(feed.notes) or None
        row["code"] = None if feed.entries else "empty"
        newest = [e.published_at for e in feed.entries if e.published_at is not None]
        row["newest"] = max(newest).isoformat() if newest else None
        row["dates"] = next((e.published_raw for e in feed.entries if e.published_raw), None)
        dated = sorted(
            feed.entries, key=lambda e: e.published_at or datetime.min.replace(tzinfo=UTC), reverse=True
        )
        return {e.url: e.title for e in dated if e.url}

    async def _section(self, row: dict[str, Any], kind: str, feed: Feed, answer: HttpResponse) -> Links:
        page = await self.ctx.extract_pool.page(
            answer.body, url=answer.final_url, headers=answer.header_map(), status=answer.status,
            hosts=self.source.hosts, zone=clock_of(self.source),
        )  # fmt: skip
        known = self.result["feeds_found"]
        known += [a.url for a in feed.alternates if a.url not in known]
        row["entries"] = len(page.links)
        if kind in ("feed", "sitemap"):
            row["code"] = "challenge" if page.kind == PageKind.CHALLENGE else "not_a_feed"
        elif not page.links:
            row["code"] = page.kind.value if page.kind == PageKind.CHALLENGE else "empty"
        row["why"] = None if page.links else (page.reason or "no link looks like an article")
        self.sections += section_links(
            answer.body, url=answer.final_url, hosts=self.source.hosts,
            charset=charset.charset_of(answer.last.header("content-type")),
        )  # fmt: skip
        return {x.url: x.title for x in page.links}

    async def _newest_part(self, index: Feed) -> Feed:
        """The newest sitemap that an index names and that belongs to the source; the index itself where none can be had."""
        parts = [s for s in newest_first(index.sitemaps) if url_policy.refusal(s.url, self.allowed) is None]
        if not parts:
            return index
        answer = await self.ctx.fetcher.get(
            parts[0].url, self.allowed, gap=self.source.delay, largest=LARGEST_LIST, refresh=True
        )
        return await read_list(self.ctx, self.source, answer) if answer.status == 200 else index

    async def find_more(self) -> Links:
        """Lists where the source's own give nothing: those seen elsewhere, announced, in robots.txt, usual, in the menu."""
        for kind, url in self.others[:MOST_EACH]:
            if url_policy.refusal(url, self.allowed) is None and (
                links := await self.look(kind, url, found="catalogue")
            ):
                return links
        front = await self.look("section", self.source.home, found="home")
        if self._closed():  # the host is not to be had now: asking for more is of no use
            return front
        for url in self.result["feeds_found"][:MOST_EACH]:
            if url_policy.refusal(url, self.allowed) is None and (
                links := await self.look("feed", url, found="announced")
            ):
                return links
        for url in await self._maps():
            if links := await self.look("sitemap", url, found="robots"):
                return links
        if front:
            return front
        for url in self.sections[:MOST_EACH]:
            if url_policy.refusal(url, self.allowed) is None and (
                links := await self.look("section", url, found="menu")
            ):
                return links
        return {}

    def _closed(self) -> bool:
        return self.result["lists"][-1]["code"] in (
            "name", "refused", "timeout", "robots", "unreachable", "asked", "certificate", "moved", "challenge",
        )  # fmt: skip

    async def _maps(self) -> list[str]:
        try:
            rules = await self.ctx.fetcher.rules(self.source.home, self.allowed, gap=self.source.delay)
        except KiemtinError:
            return []
        named = [u for s in rules.sitemaps if (u := urls.tidy(s, self.source.home))]
        news = [u for u in named if "news" in u.lower()]
        usual = [] if named else [u for path in USUAL_MAPS if (u := urls.tidy(path, self.source.home))]
        return [u for u in (news or named or usual) if url_policy.refusal(u, self.allowed) is None][
            : MOST_EACH + 1
        ]

    # ── articles ────────────────────────────────────────────────────────────────────────────────────────

    async def read(self, links: Mapping[str, str], samples: int) -> None:
        """Reads the first ``samples`` that can be had; what is refused is told with why."""
        taken = asked = 0
        for url, title in list(links.items())[:50]:
            if (why := url_policy.refusal(url, self.allowed)) is not None:
                self.result["refused"].append({"url": url, "why": why})
                continue
            if taken >= samples or asked >= max(samples, MOST_SAMPLED):
                continue
            asked += 1
            row = await self._article(url, title)
            self.result["articles"].append(row)
            taken += row["taken"]

    async def _article(self, url: str, title: str) -> dict[str, Any]:
        row: dict[str, Any] = {"url": url, "title": title, "taken": False, "why": None, "code": None}
        try:
            page, answer = await read_page(self.ctx, self.source, self.allowed, url)
        except KiemtinError as exc:
            row["why"], row["code"] = str(exc), _code(exc)
            return row
        if page is None:
            row["why"], row["code"] = status_words(answer.status), f"http_{answer.status}"
        elif page.kind != PageKind.ARTICLE:
            row["why"], row["code"] = page.reason or f"the page is a {page.kind.value}", page.kind.value
        else:
            row |= {
                "taken": True, "title": page.title, "lead": page.lead[:300], "letters": len(page.text),
                "authors": list(page.authors)[:5],
                "published_at": page.published_at.isoformat() if page.published_at else None,
                "published_from": page.published_from, "published_raw": page.published_raw,
                "published_assumed": page.published_assumed,
            }  # fmt: skip
        return row


def _code(exc: KiemtinError) -> str:
    if isinstance(exc, Closed):
        return "unreachable"
    if isinstance(exc, RetryAfter):
        return "asked"
    if isinstance(exc, Elsewhere):
        return "moved"
    return str(getattr(exc, "kind", "no_article"))


def outcome_code(result: Mapping[str, Any], *, now: datetime) -> str:
    """One word for a trial: works, old, or the reason that explains most (db/press/trial_advice.py)."""
    if result["works"]:
        stated = [row.get("published_at") for row in result["articles"]]
        dates = [datetime.fromisoformat(at) for at in stated if at]
        return "old" if dates and now - max(dates) > OLD else "works"
    tried = [row["code"] for row in result["articles"] if row["code"]]
    if tried:  # lists could be read, articles not: what stands before most of them
        return str(max(tried, key=tried.count))
    codes = [row["code"] for row in result["lists"] if row["code"]]
    if not codes:
        return "gate" if result["refused"] else "no_address"
    own = [row["code"] for row in result["lists"] if row["code"] and not row.get("found")]
    front = [row["code"] for row in result["lists"] if row.get("found") == "home" and row["code"]]
    for code in (*front, *own):  # what closes the whole host says more than a list that is missing
        if code in (
            "moved",
            "name",
            "refused",
            "certificate",
            "unreachable",
            "robots",
            "challenge",
            "asked",
            "timeout",
        ):
            return str(code)
    return str((own or codes)[0])


def learned(result: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Lists that a trial found besides the source's own and that gave articles: (kind, address)."""
    if not result["works"]:
        return []
    found = [row for row in result["lists"] if row["found"] and row["entries"] and not row["code"]]
    better = [row for row in found if list_kind(row["kind"]) in ("feed", "sitemap")]
    sections = [row for row in found if list_kind(row["kind"]) == "section" and row["found"] != "home"]
    return [(list_kind(row["kind"]), row["url"]) for row in (better or sections)]


def lines(result: dict[str, Any]) -> list[str]:
    """The trial's result for people."""
    out = [f"{result['source']} ({result['home']})"]
    for row in result["lists"]:
        out.append(
            f"  {row['kind']}: {row['url']} — {row['entries']} entries"
            + (f" ({row['why']})" if row["why"] else "")
        )
    for url in result["feeds_found"]:
        out.append(f"  a feed is announced: {url}")
    for row in result["articles"]:
        outcome = (
            f"{row['letters']} letters, {row['published_at'] or 'no date'}"
            if row["taken"]
            else f"not taken: {row['why']}"
        )
        out.append(f"  {'+' if row['taken'] else '-'} {row['title'] or row['url']} — {outcome}")
    for row in result["refused"]:
        out.append(f"  - {row['url']} — not taken: {row['why']}")
    if result["moved_to"] and not result["works"]:
        out.append(f"  it leads to {result['moved_to']}")
    enabled = "it works, and is enabled now" if result.get("enabled") else "it works"
    out.append(enabled if result["works"] else "nothing would be taken")
    return out
