"""Polling a list: feed, sitemap, section, search or front page, and what to do when it is not what it should be.

Asking for it: `asking`; what it names and the ledger: `intake`.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from crawler.feeds.entry import Feed
from crawler.http import url_policy
from crawler.http.client import Elsewhere, FetchError, Refused
from crawler.http.rate_limit import RetryAfter
from crawler.http.response import HttpResponse, status_words
from crawler.http.robots import Closed
from crawler.http.url_policy import Allowed
from crawler.pipeline import poll_schedule as rhythms_of
from crawler.pipeline.context import Collector, Tally
from crawler.pipeline.discover_links import List, Polled, take, take_feed, take_section
from crawler.pipeline.list_request import patiently, read_list
from crawler.pipeline.search_engines import read_search
from db.core.errors import KiemtinError
from db.press import links, poll_state, urls
from db.press.poll_state import Poll, Rhythm
from db.press.sources import PolledSource

MOST_ALTERNATES = 3


async def poll(c: Collector, source: PolledSource, allowed: Allowed, asked: List, tally: Tally) -> Polled:
    """Asks one list, enters what it names into the ledger, remembers its rhythm, logs the poll."""
    began = datetime.now(UTC)
    before = poll_state.get(c.conn, asked.url) or Rhythm(url=asked.url, source_id=source.id)
    before = replace(before, source_id=source.id, address_id=asked.address_id)
    status: int | None = None
    size = 0
    try:
        after, polled, answer = await _poll(c, source, allowed, asked, before)
        status, size = answer.status, len(answer.last.payload)
    except (FetchError, Refused, Elsewhere, Closed, RetryAfter) as why:
        kind = (
            "robots"
            if isinstance(why, Closed)
            else "asked"
            if isinstance(why, RetryAfter)
            else getattr(why, "kind", "failed")
        )
        polled = Polled(
            outcome="failed", short=not isinstance(why, Closed | RetryAfter), why=str(why), kind=kind
        )
        after = replace(
            before, failure_score=before.failure_score + rhythms_of.weight(kind), failures=before.failures + 1
        )
        tally.fail(source.name, f"{asked.url}: {why}" if kind not in ("robots", "asked") else str(why))
    now, bounds = datetime.now(UTC), rhythms_of.of_kind(c.bounds, asked.kind)
    if polled.outcome in ("failed", "not_a_feed"):
        minutes = rhythms_of.after_failure(after, bounds=bounds)
    else:
        minutes = rhythms_of.interval(
            after, entries=polled.entries, fresh=polled.fresh, now=now, bounds=bounds
        )
        after = replace(after, interval_minutes=minutes, last_ok_at=now)
    if polled.fresh:
        after = replace(after, last_new_at=now)
    after = replace(
        after, last_poll_at=began, last_outcome=polled.outcome, last_kind=polled.kind, last_why=polled.why
    )
    with c.conn.transaction():
        poll_state.keep(c.conn, after, next_poll_at=now + timedelta(minutes=minutes))
        poll_state.log(
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
    c: Collector, source: PolledSource, allowed: Allowed, asked: List, before: Rhythm
) -> tuple[Rhythm, Polled, HttpResponse]:
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
            raise FetchError("http_304", "answered 'not modified' to an unconditional request")
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
        return after, await take_section(c, source, allowed, asked, answer), answer
    if asked.kind == "search":
        return (
            after,
            await take(c, source, allowed, asked, await read_search(c, source, answer), searched=True),
            answer,
        )
    feed = await read_list(c, source, answer)
    if feed.kind in ("html", "unknown"):
        found = await _announced(c, source, allowed, asked, feed, answer)
        if found is None:
            polled = (
                await take_section(c, source, allowed, asked, answer)
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
    return after, await take_feed(c, source, allowed, asked, feed), answer


async def _ask(
    c: Collector, source: PolledSource, allowed: Allowed, asked: List, before: Rhythm, headers: dict[str, str]
) -> tuple[HttpResponse, str | None]:
    """The answer, and the remembered other address if that was the one that gave it."""
    if before.moved_to and url_policy.refusal(before.moved_to, allowed) is None:
        try:
            answer = await patiently(c, source, allowed, before.moved_to, headers)
        except (Refused, Elsewhere):
            answer = None
        if answer is not None and answer.status < 400:
            return answer, answer.final_url if answer.permanent else before.moved_to
        headers = {}  # its validators belong to the other address
    return await patiently(c, source, allowed, asked.url, headers), None


async def _announced(
    c: Collector, source: PolledSource, allowed: Allowed, asked: List, feed: Feed, answer: HttpResponse
) -> tuple[str, Feed] | None:
    """The first feed that a page announces and that holds entries, with its address."""
    for other in feed.alternates[:MOST_ALTERNATES]:
        if urls.identity(other.url) == urls.identity(asked.url) or url_policy.refusal(other.url, allowed):
            continue
        try:
            found = await patiently(c, source, allowed, other.url, {})
        except KiemtinError:
            continue
        if found.status == 200:
            read = await read_list(c, source, found)
            if read.entries:
                return other.url, read
    return None
