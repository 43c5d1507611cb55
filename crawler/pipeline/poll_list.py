"""Polling a list: feed, sitemap, section, search or front page, and what to do when it is not what it should be.

Asking for it: `asking`; what it names and the ledger: `intake`.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from crawler.feeds.entry import Feed
from crawler.http import url_policy
from crawler.http.errors import Elsewhere, FetchError, Refused
from crawler.http.rate_limit import RetryAfter
from crawler.http.response import HttpResponse, status_words
from crawler.http.robots import Closed
from crawler.http.url_policy import Allowed
from crawler.pipeline import poll_schedule
from crawler.pipeline.context import CrawlContext, Tally
from crawler.pipeline.discover_links import Polled, SourceList, record_feed, record_section, take
from crawler.pipeline.list_request import fetch_list, read_list
from crawler.pipeline.search_engines import read_search
from db.core.errors import KiemtinError
from db.press import links, poll_state, urls
from db.press.poll_state import Poll, Rhythm
from db.press.sources import PolledSource

MOST_ALTERNATES = 3


async def poll(
    ctx: CrawlContext, source: PolledSource, allowed: Allowed, source_list: SourceList, tally: Tally
) -> Polled:
    """Asks one list, enters what it names into the ledger, remembers its rhythm, logs the poll."""
    began = datetime.now(UTC)
    before = poll_state.get(ctx.conn, source_list.url) or Rhythm(url=source_list.url, source_id=source.id)
    before = replace(before, source_id=source.id, address_id=source_list.address_id)
    status: int | None = None
    size = 0
    try:
        after, polled, answer = await _poll(ctx, source, allowed, source_list, before)
        status, size = answer.status, len(answer.last.payload)
    except (FetchError, Refused, Elsewhere, Closed, RetryAfter) as exc:
        kind = (
            "robots"
            if isinstance(exc, Closed)
            else "asked"
            if isinstance(exc, RetryAfter)
            else getattr(exc, "kind", "failed")
        )
        polled = Polled(
            outcome="failed", short=not isinstance(exc, Closed | RetryAfter), why=str(exc), kind=kind
        )
        after = replace(
            before,
            failure_score=before.failure_score + poll_schedule.weight(kind),
            failures=before.failures + 1,
        )
        tally.fail(source.name, f"{source_list.url}: {exc}" if kind not in ("robots", "asked") else str(exc))
    now, bounds = datetime.now(UTC), poll_schedule.of_kind(ctx.bounds, source_list.kind)
    if polled.outcome in ("failed", "not_a_feed"):
        minutes = poll_schedule.after_failure(after, bounds=bounds)
    else:
        minutes = poll_schedule.interval(
            after, entries=polled.entries, fresh=polled.fresh, now=now, bounds=bounds
        )
        after = replace(after, interval_minutes=minutes, last_ok_at=now)
    if polled.fresh:
        after = replace(after, last_new_at=now)
    after = replace(
        after, last_poll_at=began, last_outcome=polled.outcome, last_kind=polled.kind, last_why=polled.why
    )
    with ctx.conn.transaction():
        poll_state.keep(ctx.conn, after, next_poll_at=now + timedelta(minutes=minutes))
        poll_state.log(
            ctx.conn,
            Poll(
                source_id=source.id,
                url=source_list.url,
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
    ctx: CrawlContext, source: PolledSource, allowed: Allowed, source_list: SourceList, before: Rhythm
) -> tuple[Rhythm, Polled, HttpResponse]:
    headers: dict[str, str] = {}
    if source_list.kind != "section" and poll_schedule.asks_conditionally(
        before, now=datetime.now(UTC), bounds=ctx.bounds
    ):
        if before.etag:
            headers["If-None-Match"] = before.etag
        if before.last_modified:
            headers["If-Modified-Since"] = before.last_modified
    answer, moved_to = await _ask(ctx, source, allowed, source_list, before, headers)
    if answer.status == 304:
        if not headers:
            raise FetchError("http_304", "answered 'not modified' to an unconditional request")
        links.still_listed(ctx.conn, source.id, since=before.last_full_at)
        # a 304 after failures is no proof that the list is well again
        return (
            replace(before, polls_since_full=before.polls_since_full + 1),
            Polled(outcome="unchanged"),
            answer,
        )
    if answer.status >= 400 or answer.status < 200:
        raise Refused(f"http_{answer.status}", status_words(answer.status), again=True)
    if answer.permanent and moved_to is None and source_list.kind != "section":
        moved_to = answer.final_url
    digest = hashlib.sha256(answer.body).hexdigest()
    after = poll_schedule.proved(
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
        and not (index or source_list.kind == "section")
    ):
        links.still_listed(ctx.conn, source.id, since=before.last_full_at)
        return after, Polled(outcome="unchanged"), answer
    if source_list.kind == "section":
        return after, await record_section(ctx, source, allowed, source_list, answer), answer
    if source_list.kind == "search":
        return (
            after,
            await take(
                ctx, source, allowed, source_list, await read_search(ctx, source, answer), searched=True
            ),
            answer,
        )
    feed = await read_list(ctx, source, answer)
    if feed.kind in ("html", "unknown"):
        found = await _announced(ctx, source, allowed, source_list, feed, answer)
        if found is None:
            polled = (
                await record_section(ctx, source, allowed, source_list, answer)
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
    return after, await record_feed(ctx, source, allowed, source_list, feed), answer


async def _ask(
    ctx: CrawlContext,
    source: PolledSource,
    allowed: Allowed,
    source_list: SourceList,
    before: Rhythm,
    headers: dict[str, str],
) -> tuple[HttpResponse, str | None]:
    """The answer, and the remembered other address if that was the one that gave it."""
    if before.moved_to and url_policy.refusal(before.moved_to, allowed) is None:
        try:
            answer = await fetch_list(ctx, source, allowed, before.moved_to, headers)
        except (Refused, Elsewhere):
            answer = None
        if answer is not None and answer.status < 400:
            return answer, answer.final_url if answer.permanent else before.moved_to
        headers = {}  # its validators belong to the other address
    return await fetch_list(ctx, source, allowed, source_list.url, headers), None


async def _announced(
    ctx: CrawlContext,
    source: PolledSource,
    allowed: Allowed,
    source_list: SourceList,
    feed: Feed,
    answer: HttpResponse,
) -> tuple[str, Feed] | None:
    """The first feed that a page announces and that holds entries, with its address."""
    for other in feed.alternates[:MOST_ALTERNATES]:
        if urls.identity(other.url) == urls.identity(source_list.url) or url_policy.refusal(
            other.url, allowed
        ):
            continue
        try:
            found = await fetch_list(ctx, source, allowed, other.url, {})
        except KiemtinError:
            continue
        if found.status == 200:
            read = await read_list(ctx, source, found)
            if read.entries:
                return other.url, read
    return None
