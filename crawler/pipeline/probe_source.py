"""Trying a source: one poll that stores no article, and what would be taken; adding one from its address."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from crawler.extract.article import PageKind
from crawler.feeds.entry import Feed
from crawler.http import url_policy
from crawler.http.response import status_words
from crawler.pipeline import context
from crawler.pipeline.context import CrawlContext
from crawler.pipeline.discover_links import newest_first
from crawler.pipeline.extract_pool import clock_of
from crawler.pipeline.list_request import LARGEST_LIST, read_list
from crawler.pipeline.multipage import read_page
from crawler.pipeline.search_engines import read_search
from db.catalogue import Catalogue, rows
from db.catalogue.sources import Source as Entered
from db.catalogue.sources import kind_of_host
from db.core.connection import Connection, act_as
from db.core.errors import Invalid, KiemtinError, NotFound
from db.core.settings import Settings
from db.press import sources, urls
from db.press.sources import PolledSource

SAMPLES = 3  # article pages read in a trial


def run(conn: Connection, settings: Settings, given: str) -> dict[str, Any]:
    """What a source (number, name, address) would give; nothing is stored but robots.txt and the pace."""
    source, lists = _resolve_target(conn, given)

    async def work(ctx: CrawlContext) -> dict[str, Any]:
        return await trial(ctx, source, lists)

    result: dict[str, Any] = _run_with_context(conn, settings, work)
    result["enabled"] = enable_if_works(conn, source, works=bool(result["works"]))
    return result


def enable_if_works(conn: Connection, source: PolledSource, *, works: bool) -> bool:
    """Enables a shipped source that waited for this trial (status to_probe) and works; what staff paused stays paused."""
    if not works or not source.id or source.status != "to_probe":
        return False
    with conn.transaction():
        act_as(conn, "sources try")
        sources.set_status(conn, source.id, status="enabled")
    return True


def _run_with_context(
    conn: Connection, settings: Settings, work: Callable[[CrawlContext], Awaitable[Any]]
) -> Any:
    async def inner() -> Any:
        ctx = await context.start(conn, settings, once=True)
        try:
            return await work(ctx)
        finally:
            await context.stop(ctx)

    return context.run(inner)


def _resolve_target(conn: Connection, given: str) -> tuple[PolledSource, list[tuple[str, str]]]:
    if "://" not in given:
        source = sources.named(conn, given)
        return source, [(a.kind, a.url) for a in sources.addresses(conn, source.id)]
    url = _public_url(given)
    host = urls.host_of(url)
    known = sources.of_host(conn, host)
    if known is not None:
        return known, [("feed", url)]
    return _unlisted_source(url), [("feed", url)]


def _public_url(given: str) -> str:
    url = urls.tidy(given)
    if url is None:
        raise Invalid("url", f"{given!r} is not a web address; write one that starts with https://")
    host = urls.host_of(url)
    if kind_of_host(host) != "public":
        raise Invalid(
            "url",
            f"{host} is a private, link-local or metadata address; private hosts enter only by 'kiemtin catalogue import'",
        )
    return url


def _unlisted_source(
    url: str,
    *,
    name: str | None = None,
    title: str | None = None,
    language: str = "vi",
    scope: str = "domestic",
) -> PolledSource:
    parts = urlsplit(url)
    host = urls.host_of(url)
    bare = host.removeprefix("www.")
    return PolledSource(
        id=0, name=name or bare, title=title or bare, home=f"{parts.scheme}://{parts.netloc}/", hosts=sorted({host, bare, f"www.{bare}"}),
        private_hosts=[], language=language, scope=scope, delay=5.0, port=parts.port, groups=[], status="enabled",
    )  # fmt: skip


async def trial(ctx: CrawlContext, source: PolledSource, lists: list[tuple[str, str]]) -> dict[str, Any]:
    """Polls each list once and reads a few of the articles it names."""
    allowed = url_policy.of_source(source, [url for _, url in lists])
    result: dict[str, Any] = {
        "source": source.name, "home": source.home, "works": False, "lists": [], "articles": [], "refused": [],
        "feeds_found": [],
    }  # fmt: skip
    links: dict[str, str] = {}
    for kind, url in lists or [("section", source.home)]:
        row, found = await _try_list(ctx, source, allowed, kind, url, result)
        result["lists"].append(row)
        links |= found
    searching = bool(lists) and all(kind == "search" for kind, _ in lists)
    if not links and not searching:
        row, found = await _try_list(ctx, source, allowed, "section", source.home, result)
        result["lists"].append(row)
        links |= found
    if searching:  # its results belong to others: answering with results is all that it has to do
        result["works"] = bool(links)
        return result
    for url, title in list(links.items())[:50]:
        if (why := url_policy.refusal(url, allowed)) is not None:
            result["refused"].append({"url": url, "why": why})
        elif len(result["articles"]) < SAMPLES:
            result["articles"].append(await _try_article(ctx, source, allowed, url, title))
    result["works"] = any(a["taken"] for a in result["articles"])
    return result


async def _try_list(
    ctx: CrawlContext,
    source: PolledSource,
    allowed: url_policy.Allowed,
    kind: str,
    url: str,
    result: dict[str, Any],
) -> tuple[dict[str, Any], dict[str, str]]:
    row: dict[str, Any] = {"url": url, "kind": kind, "entries": 0, "why": None}
    try:
        answer = await ctx.fetcher.get(url, allowed, gap=source.delay, largest=LARGEST_LIST, refresh=True)
        if answer.status >= 400:
            row["why"] = status_words(answer.status)
            return row, {}
        if kind == "search":
            results = await read_search(ctx, source, answer)
            row["entries"] = len(results)
            row["why"] = None if results else "the search gives no result"
            return row, {e.url: e.title for e in results if e.url}
        feed = await read_list(ctx, source, answer)
        if feed.kind == "sitemapindex" and not feed.entries:
            feed = await _newest_part(ctx, source, allowed, feed)
        row["kind"] = feed.kind
        if feed.kind in ("html", "unknown") or kind == "section":
            page = await ctx.extract_pool.page(
                answer.body, url=answer.final_url, headers=answer.header_map(), status=answer.status, hosts=source.hosts,
                zone=clock_of(source),
            )  # fmt: skip
            result["feeds_found"] += [a.url for a in feed.alternates if a.url not in result["feeds_found"]]
            row["entries"] = len(page.links)
            row["why"] = None if page.links else (page.reason or "no link looks like an article")
            return row, {x.url: x.title for x in page.links}
        row["entries"] = len(feed.entries) or len(feed.sitemaps)
        row["why"] = ", ".join(feed.notes) or None
        return row, {e.url: e.title for e in feed.entries if e.url}
    except KiemtinError as exc:
        row["why"] = str(exc)
        return row, {}


async def _newest_part(
    ctx: CrawlContext, source: PolledSource, allowed: url_policy.Allowed, index: Feed
) -> Feed:
    """The newest sitemap that an index names and that belongs to the source; the index itself where none can be had."""
    parts = [s for s in newest_first(index.sitemaps) if url_policy.refusal(s.url, allowed) is None]
    if not parts:
        return index
    answer = await ctx.fetcher.get(
        parts[0].url, allowed, gap=source.delay, largest=LARGEST_LIST, refresh=True
    )
    return await read_list(ctx, source, answer) if answer.status == 200 else index


async def _try_article(
    ctx: CrawlContext, source: PolledSource, allowed: url_policy.Allowed, url: str, title: str
) -> dict[str, Any]:
    row: dict[str, Any] = {"url": url, "title": title, "taken": False, "why": None}
    try:
        page, answer = await read_page(ctx, source, allowed, url)
    except KiemtinError as exc:
        row["why"] = str(exc)
        return row
    if page is None:
        row["why"] = status_words(answer.status)
    elif page.kind != PageKind.ARTICLE:
        row["why"] = page.reason or f"the page is a {page.kind.value}"
    else:
        row |= {
            "taken": True, "title": page.title, "letters": len(page.text),
            "published_at": page.published_at.isoformat() if page.published_at else None,
            "published_from": page.published_from,
        }  # fmt: skip
    return row


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
    enabled = "it works, and is enabled now" if result.get("enabled") else "it works"
    out.append(enabled if result["works"] else "nothing would be taken")
    return out


def add(
    conn: Connection,
    settings: Settings,
    *,
    url: str,
    name: str | None,
    title: str | None,
    language: str,
    scope: str,
) -> PolledSource:
    """Enters the source at ``url`` into the catalogue: a feed as its feed, a page as its home with the feeds it announces.

    Raises Invalid for a private address or a known source; whatever the address answers now, the source is kept.
    """
    public_url = _public_url(url)
    known = sources.of_host(conn, urls.host_of(public_url))
    if known is not None:
        raise Invalid("url", f"{urls.host_of(public_url)} already belongs to source {known.id} {known.name}")
    made = _unlisted_source(public_url, name=name, title=title, language=language, scope=scope)

    async def work(ctx: CrawlContext) -> dict[str, Any]:
        return await trial(ctx, made, [("feed", public_url)])

    result = _run_with_context(conn, settings, work)
    feeds, sitemaps = [], []
    for row in result["lists"]:
        if row["url"] == public_url and row["kind"] in ("rss", "atom", "rdf", "json"):
            feeds.append(public_url)
        elif row["url"] == public_url and row["kind"] in ("sitemap", "sitemapindex"):
            sitemaps.append(public_url)
    allowed = url_policy.of_source(made)
    feeds += [
        u for u in result["feeds_found"][:3] if u not in feeds and url_policy.refusal(u, allowed) is None
    ]
    home = made.home if feeds or sitemaps else public_url
    entered = Entered(
        name=made.name, title=made.title, home=home, hosts=tuple(made.hosts), feeds=tuple(feeds), sitemaps=tuple(sitemaps),
        language=language, scope="foreign" if scope == "foreign" else "domestic", port=made.port,
        note=f"entered {datetime.now(UTC):%Y-%m-%d} on the command line",
    )  # fmt: skip
    with conn.transaction():
        rows.store(conn, Catalogue(sources=(entered,)), actor="command-line", allow_private_hosts=False)
    found = [s for s in sources.everyone(conn) if s.name == made.name]
    if not found:
        raise NotFound(f"source {made.name} was not stored")
    return found[0]
