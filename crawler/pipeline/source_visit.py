"""A visit to one source: its lists are polled, what they name is fetched. One process at a time visits a source."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from crawler.http import url_policy
from crawler.http.errors import FetchError
from crawler.http.rate_limit import RetryAfter
from crawler.http.url_policy import Allowed
from crawler.pipeline.context import CrawlContext, Tally, guarded
from crawler.pipeline.discover_links import SourceList
from crawler.pipeline.fetch_articles import fetch_listed
from crawler.pipeline.poll_list import poll
from db.core.errors import KiemtinError
from db.press import hosts, links, poll_state, sources, urls
from db.press.sources import Address, PolledSource

SOURCES_AT_ONCE = 64  # by hand; a worker's own concurrency is smaller


@asynccontextmanager
async def source_lock(ctx: CrawlContext, source: PolledSource, *, wait: bool) -> AsyncIterator[bool]:
    """Holds the source for this process; yields False when another has it and ``wait`` is off.

    A session lock of PostgreSQL: it goes with its connection, so a killed process leaves nothing behind.
    """
    while not sources.hold(ctx.conn, source.id):
        if not wait:
            yield False
            return
        await asyncio.sleep(0.3)
    try:
        yield True
    finally:
        sources.let_go(ctx.conn, source.id)


async def visit_source(ctx: CrawlContext, source: PolledSource, tally: Tally) -> None:
    """Polls what is due of a source (all of it in a round by hand) and follows what is open."""
    async with source_lock(ctx, source, wait=ctx.once) as is_held:
        if not is_held:
            return
        listed = sources.addresses(ctx.conn, source.id)
        allowed = url_policy.of_source(source, [a.url for a in listed])
        if not ctx.once and hosts.is_down(ctx.conn, urls.host_of(source.home)):
            return
        await _poll_lists(ctx, source, allowed, listed, tally)
        await fetch_listed(ctx, source, allowed, tally)
        tally.polled += not any(failure["source"] == source.name for failure in tally.failed)


async def _poll_lists(
    ctx: CrawlContext, source: PolledSource, allowed: Allowed, listed: list[Address], tally: Tally
) -> None:
    """Polls the lists; where they are short or there are none, robots.txt's sitemaps and the front page too."""
    now = datetime.now(UTC)
    short, entries = not listed, 0
    polled_already: set[str] = set()
    for address in listed:
        polled_already.add(urls.identity(address.url))
        if not ctx.once and not poll_state.is_due(ctx.conn, address.url, now):
            continue
        polled = await poll(
            ctx, source, allowed, SourceList(url=address.url, kind=address.kind, address_id=address.id), tally
        )
        short = short or (polled.short and address.kind != "search")
        entries += polled.outcome == "unchanged" or (polled.entries if polled.outcome != "not_a_feed" else 0)
        if polled.kind in ("robots", "asked", "refused", "name", "certificate"):
            return
    if not short or (listed and all(a.kind == "search" for a in listed)):
        return
    if not ctx.once and not poll_state.is_due(ctx.conn, source.home, now):
        return
    for url in await _sitemaps_of_robots(ctx, source, allowed, tally):
        if urls.identity(url) not in polled_already:
            polled = await poll(ctx, source, allowed, SourceList(url=url, kind="sitemap"), tally)
            entries += polled.outcome == "unchanged" or polled.entries
    if urls.identity(source.home) not in polled_already:
        polled = await poll(ctx, source, allowed, SourceList(url=source.home, kind="section"), tally)
    if not entries:  # nothing but pages: the front page shows a part, its menu leads to the rest
        for url in polled.sections:
            if url_policy.refusal(url, allowed) is None and urls.identity(url) not in polled_already:
                await poll(ctx, source, allowed, SourceList(url=url, kind="section"), tally)


async def _sitemaps_of_robots(
    ctx: CrawlContext, source: PolledSource, allowed: Allowed, tally: Tally
) -> list[str]:
    try:
        rules = await ctx.fetcher.rules(source.home, allowed, gap=source.delay)
    except (FetchError, RetryAfter, KiemtinError) as exc:
        tally.fail(source.name, str(exc))
        return []
    named = [
        u
        for s in rules.sitemaps
        if (u := urls.tidy(s, source.home)) and url_policy.refusal(u, allowed) is None
    ]
    # a paper's whole archive often stands beside its news map: the news map alone is asked where there is one
    news = [u for u in named if "news" in u.lower()]
    return (news or named)[:5]


async def round_once(ctx: CrawlContext, chosen: list[PolledSource]) -> Tally:
    """Visits every chosen source, follows what they lead to at each other, to the end."""
    tally = Tally()
    places = asyncio.Semaphore(SOURCES_AT_ONCE)

    async def visit_one(source: PolledSource) -> None:
        async with places:
            await guarded(visit_source(ctx, source, tally), about=source.name)

    await asyncio.gather(*(visit_one(source) for source in chosen))
    for _ in range(3):  # an article handed to a source that had been visited already
        waiting = links.untried(ctx.conn, [s.id for s in chosen])
        if not waiting:
            break
        await asyncio.gather(
            *(guarded(_fetch_only(ctx, s, tally), about=s.name) for s in chosen if s.id in waiting)
        )
    return tally


async def _fetch_only(ctx: CrawlContext, source: PolledSource, tally: Tally) -> None:
    async with source_lock(ctx, source, wait=True):
        listed = sources.addresses(ctx.conn, source.id)
        await fetch_listed(ctx, source, url_policy.of_source(source, [a.url for a in listed]), tally)
