"""From a list to the ledger: what a feed, sitemap, section or search names is entered, with its further pages."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from crawler.extract.section_menu import section_links
from crawler.feeds.entry import Feed, FeedEntry, SubMap, entry
from crawler.http import url_policy
from crawler.http.response import HttpResponse, status_words
from crawler.http.url_policy import Allowed
from crawler.pipeline import fetch_articles
from crawler.pipeline.context import CrawlContext
from crawler.pipeline.extract_pool import clock_of
from crawler.pipeline.list_request import fetch_list, read_list
from crawler.text import charset
from db.core.errors import KiemtinError
from db.press import links, sources, urls
from db.press.sources import PolledSource

MOST_PAGES = 20  # of a paged feed or section in one poll, and only while they bring something new
MOST_SUBMAPS = 25
BREATH = 50  # entries after which the loop may turn to those who wait for an answer
OLD_SMALL, OLD_LARGE, SMALL = (
    timedelta(days=400),
    timedelta(days=30),
    1000,
)  # sitemap entries older than that are archive


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceList:
    """A list of a source; ``kind``: feed | sitemap | section | search."""

    url: str
    kind: str
    address_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """What a poll came to; ``short``: articles may be missing in it, so another list is asked too."""

    outcome: str
    entries: int = 0
    fresh: int = 0
    short: bool = False
    why: str | None = None
    kind: str | None = None
    sections: tuple[str, ...] = ()

    def and_also(self, more: Polled) -> Polled:
        """This with the entries of a further page or part counted in."""
        return replace(self, entries=self.entries + more.entries, fresh=self.fresh + more.fresh)


async def record_feed(
    ctx: CrawlContext, source: PolledSource, allowed: Allowed, source_list: SourceList, feed: Feed
) -> Polled:
    """Enters the entries of a feed or sitemap, its further pages and sub-maps included."""
    polled = await take(ctx, source, allowed, source_list, _recent(feed))
    notes = set(feed.notes)
    page, seen = feed, {source_list.url}
    for _ in range(MOST_PAGES):
        target = page.next_url
        if not target or target in seen or not polled.fresh or url_policy.refusal(target, allowed):
            break
        seen.add(target)
        answer = await _further(ctx, source, allowed, target)
        if answer is None:
            break
        page = await read_list(ctx, source, answer)
        more = await take(ctx, source, allowed, source_list, _recent(page))
        polled = polled.and_also(more)
        if not more.fresh:
            break
    if feed.sitemaps:
        polled = await _submaps(ctx, source, allowed, source_list, feed, polled)
    if not polled.entries:
        return replace(polled, outcome="empty", short=True, why="the list is valid and empty", kind="empty")
    if notes & {"truncated"}:
        return replace(polled, outcome="truncated", short=True, why="the list was cut off", kind="truncated")
    return polled


async def _further(
    ctx: CrawlContext, source: PolledSource, allowed: Allowed, target: str
) -> HttpResponse | None:
    """A list's further page, or None where it cannot be had: what was taken so far stands."""
    try:
        answer = await fetch_list(ctx, source, allowed, target, {})
    except KiemtinError:
        return None
    return answer if answer.status == 200 else None


async def _submaps(
    ctx: CrawlContext,
    source: PolledSource,
    allowed: Allowed,
    source_list: SourceList,
    feed: Feed,
    polled: Polled,
) -> Polled:
    """Follows a sitemap index, the newest parts first."""
    now = datetime.now(UTC)
    parts = newest_first(feed.sitemaps)
    recent = [s for s in parts if s.modified_at is None or now - s.modified_at < OLD_LARGE] or parts[:3]
    for part in recent[:MOST_SUBMAPS]:
        if url_policy.refusal(part.url, allowed) is not None:
            continue
        try:
            answer = await fetch_list(ctx, source, allowed, part.url, {})
        except KiemtinError as exc:
            polled = replace(polled, short=True, why=f"{part.url}: {exc}")
            continue
        if answer.status != 200:
            polled = replace(polled, short=True, why=f"{part.url}: {status_words(answer.status)}")
            continue
        read = await read_list(ctx, source, answer)
        more = await take(ctx, source, allowed, source_list, _recent(read))
        polled = polled.and_also(more)
    return polled


def newest_first(parts: Sequence[SubMap]) -> list[SubMap]:
    """The parts of a sitemap index, the newest first; one without a date may be new."""
    unknown = datetime.max.replace(tzinfo=UTC)
    return sorted(parts, key=lambda part: part.modified_at or unknown, reverse=True)


def _recent(feed: Feed) -> list[FeedEntry]:
    """A feed's entries; of a sitemap those that are news and not archive."""
    if feed.kind != "sitemap":
        return list(feed.entries)
    limit = OLD_SMALL if len(feed.entries) <= SMALL else OLD_LARGE
    now = datetime.now(UTC)
    dated = [(e, e.published_at or e.updated_at) for e in feed.entries]
    kept = [e for e, at in dated if at is None or now - at < limit]
    if len(feed.entries) > SMALL and not any(at for _, at in dated):
        kept = kept[-SMALL:]  # an undated archive: its newest end
    return [e for e in kept if not urls.is_front_page(e.url)]


async def record_section(
    ctx: CrawlContext, source: PolledSource, allowed: Allowed, source_list: SourceList, answer: HttpResponse
) -> Polled:
    """Enters the links of a section or front page, and of its further pages while they bring something new."""
    sections = section_links(
        answer.body,
        url=answer.final_url,
        charset=charset.charset_of(answer.last.header("content-type")),
        hosts=source.hosts,
    )
    polled = Polled(outcome="ok", sections=tuple(sections))
    seen = {answer.final_url}
    for number in range(MOST_PAGES):
        page = await ctx.extract_pool.page(
            answer.body, url=answer.final_url, headers=answer.header_map(), status=answer.status, hosts=source.hosts,
            zone=clock_of(source),
        )  # fmt: skip
        now = datetime.now(UTC)
        entries = [
            entry(link=x.url, base=answer.final_url, title=x.title, summary=x.summary, now=now)
            for x in page.links
        ]
        # a front page's wording of a headline changes with its layout: it is no sign of an edit
        entries = [replace(e, digest="") for e in entries if e.url]
        more = await take(ctx, source, allowed, source_list, entries)
        polled = polled.and_also(more)
        target = next(
            (u for u in page.next_links if u not in seen and url_policy.refusal(u, allowed) is None), None
        )
        if target is None or (number and not more.fresh):
            break
        seen.add(target)
        following = await _further(ctx, source, allowed, target)
        if following is None:
            break
        answer = following
    if not polled.entries:
        return replace(polled, outcome="empty", why="no link on the page looks like an article", kind="empty")
    return polled


async def take(
    ctx: CrawlContext,
    source: PolledSource,
    allowed: Allowed,
    source_list: SourceList,
    entries: list[FeedEntry],
    *,
    searched: bool = False,
) -> Polled:
    """Enters entries into the ledger: own ones to be fetched, others' handed over, the rest set aside with why."""
    own: dict[str, links.ListedAddress] = {}
    refused: list[tuple[links.ListedAddress, str, str]] = []
    for number, named in enumerate(entries):
        if number % BREATH == BREATH - 1:
            await asyncio.sleep(0)
        if not named.url:
            refused.append(
                (
                    fetch_articles.unaddressed(named, source_list.url),
                    "no_address",
                    "the list names no address for it",
                )
            )
            continue
        made = fetch_articles.listed_address(named)
        why = url_policy.refusal(named.url, allowed)
        if why is None and not searched:
            own.setdefault(made.identity, made)
            continue
        other = sources.of_host(ctx.conn, urls.host_of(named.url))
        if other is not None and other.id != source.id:
            links.hand_over(ctx.conn, other.id, list_url=source_list.url, found=made)
        elif searched:
            refused.append((made, "outside", "outside the catalogue: title and link are kept"))
        else:
            refused.append((made, "gate", why or ""))
    fresh: list[str] = []
    mine = list(own.values())
    for start in range(0, len(mine), 10 * BREATH):
        fresh += links.note(
            ctx.conn, source.id, list_url=source_list.url, found=mine[start : start + 10 * BREATH]
        )
        await asyncio.sleep(0)
    with ctx.conn.transaction():
        new = links.note(
            ctx.conn,
            source.id,
            list_url=source_list.url,
            found=list({f.identity: f for f, _, _ in refused}.values()),
        )
        for made, kind, why in refused:
            if made.identity in new:
                links.set_aside(ctx.conn, made.identity, kind=kind, why=why, again_hours=None)
    return Polled(outcome="ok", entries=len(entries), fresh=len(fresh) + len(new))
