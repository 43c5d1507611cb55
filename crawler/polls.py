"""Polling a list: feed, sitemap, section, search or front page, and what to do when it is not what it should be."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from crawler import encodings, feeds, gate
from crawler import links as follow_links
from crawler import rhythm as rhythms_of
from crawler.answers import Answer, status_words
from crawler.collector import Collector, Tally
from crawler.feeds import Entry, Feed
from crawler.fetch import Elsewhere, Fault, Refused
from crawler.gate import Allowed
from crawler.pace import PATIENCE, Asked
from crawler.robots import Closed
from crawler.search_sources import read_search
from crawler.sections import section_links
from db import addresses, links, rhythms, sources
from db.errors import KiemtinError
from db.rhythms import Poll, Rhythm
from db.sources import Source

LARGEST_LIST = 60 * 2**20  # bytes unpacked; a sitemap may hold 50 MB (sitemaps.org)
MOST_PAGES = 20  # of a paged feed or section in one poll, and only while they bring something new
MOST_SUBMAPS = 25
BREATH = 50  # entries after which the loop may turn to those who wait for an answer
MOST_ALTERNATES = 3
OLD_SMALL, OLD_LARGE, SMALL = (
    timedelta(days=400),
    timedelta(days=30),
    1000,
)  # sitemap entries older than that are archive


@dataclass(frozen=True, slots=True, kw_only=True)
class List:
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


async def poll(c: Collector, source: Source, allowed: Allowed, asked: List, tally: Tally) -> Polled:
    """Asks one list, enters what it names into the ledger, remembers its rhythm, logs the poll."""
    began = datetime.now(UTC)
    before = rhythms.get(c.conn, asked.url) or Rhythm(url=asked.url, source_id=source.id)
    before = replace(before, source_id=source.id, address_id=asked.address_id)
    status: int | None = None
    size = 0
    try:
        after, polled, answer = await _poll(c, source, allowed, asked, before)
        status, size = answer.status, len(answer.last.payload)
    except (Fault, Refused, Elsewhere, Closed, Asked) as why:
        kind = (
            "robots"
            if isinstance(why, Closed)
            else "asked"
            if isinstance(why, Asked)
            else getattr(why, "kind", "failed")
        )
        polled = Polled(outcome="failed", short=not isinstance(why, Closed | Asked), why=str(why), kind=kind)
        after = replace(
            before, failure_score=before.failure_score + rhythms_of.weight(kind), failures=before.failures + 1
        )
        tally.fail(source.name, f"{asked.url}: {why}" if kind not in ("robots", "asked") else str(why))
    now = datetime.now(UTC)
    if polled.outcome in ("failed", "not_a_feed"):
        minutes = rhythms_of.after_failure(after, bounds=c.bounds)
    else:
        minutes = rhythms_of.interval(
            after, entries=polled.entries, fresh=polled.fresh, now=now, bounds=c.bounds
        )
        after = replace(after, interval_minutes=minutes, last_ok_at=now)
    if polled.fresh:
        after = replace(after, last_new_at=now)
    after = replace(
        after, last_poll_at=began, last_outcome=polled.outcome, last_kind=polled.kind, last_why=polled.why
    )
    with c.conn.transaction():
        rhythms.keep(c.conn, after, next_poll_at=now + timedelta(minutes=minutes))
        rhythms.log(
            c.conn,
            Poll(
                source_id=source.id,
                url=asked.url,
                started_at=began,
                ended_at=now,
                status=status,
                bytes=size,
                entries=polled.entries,
                fresh=polled.fresh,
                outcome=polled.outcome,
                kind=polled.kind,
                why=polled.why,
            ),  # fmt: skip
        )
    return polled


async def _poll(
    c: Collector, source: Source, allowed: Allowed, asked: List, before: Rhythm
) -> tuple[Rhythm, Polled, Answer]:
    headers: dict[str, str] = {}
    if asked.kind != "section" and rhythms_of.asks_conditionally(
        before, now=datetime.now(UTC), bounds=c.bounds
    ):
        if before.etag:
            headers["If-None-Match"] = before.etag
        if before.last_modified:
            headers["If-Modified-Since"] = before.last_modified
    answer, moved_to = await _ask(c, source, allowed, asked, before, headers)
    if answer.status == 304:
        if not headers:
            raise Fault("http_304", "answered 'not modified' to an unconditional request")
        links.still_listed(c.conn, source.id, since=before.last_full_at)
        # a 304 after failures is no proof that the list is well again
        return (
            replace(before, polls_since_full=before.polls_since_full + 1),
            Polled(outcome="unchanged"),
            answer,
        )
    if answer.status >= 400 or answer.status < 200:
        raise Refused(f"http_{answer.status}", status_words(answer.status), again=True)
    if answer.permanent and moved_to is None and asked.kind != "section":
        moved_to = answer.final_url
    digest = hashlib.sha256(answer.body).hexdigest()
    after = rhythms_of.proved(
        before,
        etag=answer.last.header("etag"),
        last_modified=answer.last.header("last-modified"),
        body_sha256=digest,
    )
    after = replace(after, moved_to=moved_to, last_full_at=datetime.now(UTC), failure_score=0.0, failures=0)
    index = b"<sitemapindex" in answer.body[:2000]
    if index:  # it names other lists: that it has not changed says nothing of them
        after = replace(after, etag=None, last_modified=None)
    if (
        digest == before.body_sha256
        and before.last_outcome in ("ok", "unchanged")
        and not (index or asked.kind == "section")
    ):
        links.still_listed(c.conn, source.id, since=before.last_full_at)
        return after, Polled(outcome="unchanged"), answer
    if asked.kind == "section":
        return after, await _section(c, source, allowed, asked, answer), answer
    if asked.kind == "search":
        return (
            after,
            await _take(c, source, allowed, asked, await read_search(c, source, answer), searched=True),
            answer,
        )
    feed = await _feed(c, source, answer)
    if feed.kind in ("html", "unknown"):
        found = await _announced(c, source, allowed, asked, feed, answer)
        if found is None:
            polled = (
                await _section(c, source, allowed, asked, answer)
                if feed.kind == "html"
                else Polled(outcome="failed")
            )
            why = "the feed address shows a page, no feed" if feed.kind == "html" else "the answer is no feed"
            after = replace(after, moved_to=None, body_sha256=None, failures=before.failures + 1,
                            failure_score=before.failure_score + 1.0)  # fmt: skip
            return (
                after,
                replace(polled, outcome="not_a_feed", short=True, why=why, kind="not_a_feed"),
                answer,
            )
        after, feed = replace(after, moved_to=found[0], body_sha256=None), found[1]
    return after, await _entries(c, source, allowed, asked, feed), answer


async def _ask(
    c: Collector, source: Source, allowed: Allowed, asked: List, before: Rhythm, headers: dict[str, str]
) -> tuple[Answer, str | None]:
    """The answer, and the remembered other address if that was the one that gave it."""
    if before.moved_to and gate.refusal(before.moved_to, allowed) is None:
        try:
            answer = await _patiently(c, source, allowed, before.moved_to, headers)
        except (Refused, Elsewhere):
            answer = None
        if answer is not None and answer.status < 400:
            return answer, answer.final_url if answer.permanent else before.moved_to
        headers = {}  # its validators belong to the other address
    return await _patiently(c, source, allowed, asked.url, headers), None


async def _patiently(
    c: Collector, source: Source, allowed: Allowed, url: str, headers: dict[str, str]
) -> Answer:
    """Asks, and asks again where the server is only in trouble: by hand up to four times, a worker twice."""
    most = 4 if c.once else 2
    for attempt in range(1, most + 1):
        try:
            return await c.fetcher.get(
                url, allowed, gap=source.delay, headers=headers, largest=LARGEST_LIST, refresh=True
            )
        except Fault as why:
            if attempt == most or why.kind in ("refused", "name", "timeout") or (why.wait or 0) > PATIENCE:
                raise
            await asyncio.sleep(min(why.wait or 2.0 * attempt, PATIENCE))
    raise AssertionError("unreachable")


async def _feed(c: Collector, source: Source, answer: Answer) -> Feed:
    return await c.readers.feed(
        answer.body,
        url=answer.final_url,
        content_type=answer.last.header("content-type"),
        language=source.language,
    )


async def _announced(
    c: Collector, source: Source, allowed: Allowed, asked: List, feed: Feed, answer: Answer
) -> tuple[str, Feed] | None:
    """The first feed that a page announces and that holds entries, with its address."""
    for other in feed.alternates[:MOST_ALTERNATES]:
        if addresses.identity(other.url) == addresses.identity(asked.url) or gate.refusal(other.url, allowed):
            continue
        try:
            found = await _patiently(c, source, allowed, other.url, {})
        except KiemtinError:
            continue
        if found.status == 200:
            read = await _feed(c, source, found)
            if read.entries:
                return other.url, read
    return None


async def _entries(c: Collector, source: Source, allowed: Allowed, asked: List, feed: Feed) -> Polled:
    """Enters the entries of a feed or sitemap, its further pages and sub-maps included."""
    polled = await _take(c, source, allowed, asked, _recent(feed))
    notes = set(feed.notes)
    page, seen = feed, {asked.url}
    for _ in range(MOST_PAGES):
        target = page.next_url
        if not target or target in seen or not polled.fresh or gate.refusal(target, allowed):
            break
        seen.add(target)
        try:
            answer = await _patiently(c, source, allowed, target, {})
        except KiemtinError:
            break
        if answer.status != 200:
            break
        page = await _feed(c, source, answer)
        more = await _take(c, source, allowed, asked, _recent(page))
        polled = replace(polled, entries=polled.entries + more.entries, fresh=polled.fresh + more.fresh)
        if not more.fresh:
            break
    if feed.sitemaps:
        polled = await _submaps(c, source, allowed, asked, feed, polled)
    if not polled.entries:
        return replace(polled, outcome="empty", short=True, why="the list is valid and empty", kind="empty")
    if notes & {"truncated"}:
        return replace(polled, outcome="truncated", short=True, why="the list was cut off", kind="truncated")
    return polled


async def _submaps(
    c: Collector, source: Source, allowed: Allowed, asked: List, feed: Feed, polled: Polled
) -> Polled:
    """Follows a sitemap index, the newest parts first."""
    now = datetime.now(UTC)
    parts = sorted(feed.sitemaps, key=lambda s: s.modified_at or now, reverse=True)
    recent = [s for s in parts if s.modified_at is None or now - s.modified_at < OLD_LARGE] or parts[:3]
    for part in recent[:MOST_SUBMAPS]:
        if gate.refusal(part.url, allowed) is not None:
            continue
        try:
            answer = await _patiently(c, source, allowed, part.url, {})
        except KiemtinError as why:
            polled = replace(polled, short=True, why=f"{part.url}: {why}")
            continue
        if answer.status != 200:
            polled = replace(polled, short=True, why=f"{part.url}: {status_words(answer.status)}")
            continue
        read = await _feed(c, source, answer)
        more = await _take(c, source, allowed, asked, _recent(read))
        polled = replace(polled, entries=polled.entries + more.entries, fresh=polled.fresh + more.fresh)
    return polled


def _recent(feed: Feed) -> list[Entry]:
    """A feed's entries; of a sitemap those that are news and not archive."""
    if feed.kind != "sitemap":
        return list(feed.entries)
    limit = OLD_SMALL if len(feed.entries) <= SMALL else OLD_LARGE
    now = datetime.now(UTC)
    dated = [(e, e.published_at or e.updated_at) for e in feed.entries]
    kept = [e for e, at in dated if at is None or now - at < limit]
    if len(feed.entries) > SMALL and not any(at for _, at in dated):
        kept = kept[-SMALL:]  # an undated archive: its newest end
    return [e for e in kept if not addresses.is_front_page(e.url)]


async def _section(c: Collector, source: Source, allowed: Allowed, asked: List, answer: Answer) -> Polled:
    """Enters the links of a section or front page, and of its further pages while they bring something new."""
    sections = section_links(
        answer.body,
        url=answer.final_url,
        charset=encodings.charset_of(answer.last.header("content-type")),
        hosts=source.hosts,
    )
    polled = Polled(outcome="ok", sections=tuple(sections))
    seen = {answer.final_url}
    for number in range(MOST_PAGES):
        page = await c.readers.page(
            answer.body, url=answer.final_url, headers=answer.header_map(), status=answer.status, hosts=source.hosts,
            language=source.language,
        )  # fmt: skip
        now = datetime.now(UTC)
        entries = [
            feeds.entry(link=x.url, base=answer.final_url, title=x.title, summary=x.summary, now=now)
            for x in page.links
        ]
        # a front page's wording of a headline changes with its layout: it is no sign of an edit
        entries = [replace(e, digest="") for e in entries if e.url]
        more = await _take(c, source, allowed, asked, entries)
        polled = replace(polled, entries=polled.entries + more.entries, fresh=polled.fresh + more.fresh)
        target = next(
            (u for u in page.next_links if u not in seen and gate.refusal(u, allowed) is None), None
        )
        if target is None or (number and not more.fresh):
            break
        seen.add(target)
        try:
            answer = await _patiently(c, source, allowed, target, {})
        except KiemtinError:
            break
        if answer.status != 200:
            break
    if not polled.entries:
        return replace(polled, outcome="empty", why="no link on the page looks like an article", kind="empty")
    return polled


async def _take(
    c: Collector,
    source: Source,
    allowed: Allowed,
    asked: List,
    entries: list[Entry],
    *,
    searched: bool = False,
) -> Polled:
    """Enters entries into the ledger: own ones to be fetched, others' handed over, the rest set aside with why."""
    own: dict[str, links.Found] = {}
    refused: list[tuple[links.Found, str, str]] = []
    for number, entry in enumerate(entries):
        if number % BREATH == BREATH - 1:
            await asyncio.sleep(0)
        if not entry.url:
            refused.append(
                (follow_links.nameless(entry, asked.url), "no_address", "the list names no address for it")
            )
            continue
        made = follow_links.found(entry)
        why = gate.refusal(entry.url, allowed)
        if why is None and not searched:
            own.setdefault(made.identity, made)
            continue
        other = sources.of_host(c.conn, addresses.host_of(entry.url))
        if other is not None and other.id != source.id:
            links.hand_over(c.conn, other.id, list_url=asked.url, found=made)
        elif searched:
            refused.append((made, "outside", "outside the catalogue: title and link are kept"))
        else:
            refused.append((made, "gate", why or ""))
    fresh: list[str] = []
    mine = list(own.values())
    for start in range(0, len(mine), 10 * BREATH):
        fresh += links.note(c.conn, source.id, list_url=asked.url, found=mine[start : start + 10 * BREATH])
        await asyncio.sleep(0)
    with c.conn.transaction():
        new = links.note(
            c.conn, source.id, list_url=asked.url, found=list({f.identity: f for f, _, _ in refused}.values())
        )
        for made, kind, why in refused:
            if made.identity in new:
                links.set_aside(c.conn, made.identity, kind=kind, why=why, again_hours=None)
    return Polled(outcome="ok", entries=len(entries), fresh=len(fresh) + len(new))
