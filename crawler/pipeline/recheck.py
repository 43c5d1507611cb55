"""Looking again at stored articles: edits become versions; a removal needs two looks hours apart."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from crawler.extract import article as pages
from crawler.extract.article import ExtractedPage, PageKind
from crawler.http import url_policy
from crawler.http.client import Elsewhere, FetchError, Refused
from crawler.http.rate_limit import RetryAfter
from crawler.http.response import HttpResponse
from crawler.http.robots import Closed
from crawler.http.url_policy import Allowed
from crawler.pipeline import store_article
from crawler.pipeline.context import Collector, Tally, guarded
from crawler.pipeline.fetch_articles import AT_ONCE, entry_of
from crawler.pipeline.multipage import read_page
from crawler.pipeline.poll_schedule import next_look
from crawler.pipeline.soft_404 import Fronts, stands_in
from crawler.pipeline.source_visit import SOURCES_AT_ONCE, alone
from db.core.errors import SetAside
from db.core.text import likeness
from db.press import articles, links, rechecks, sources, urls
from db.press.articles import Article
from db.press.rechecks import CaptureRequest
from db.press.sources import PolledSource

APART = timedelta(hours=2)  # between the two looks that make a removal (collecting.md: hours)
SECOND_LOOK = timedelta(hours=3)
RETURNS = [
    timedelta(days=1),
    timedelta(days=7),
    timedelta(days=30),
]  # looks at what is gone: it may come back
TRIES = 4  # of one look, where the server is only in trouble
Outcome = Literal["unchanged", "changed", "missing", "gone", "back", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a look saw: the page, or how it is missing, or why it could not be had."""

    page: ExtractedPage | None = None
    answer: HttpResponse | None = None
    missing: str | None = None
    failed: str | None = None


async def everything(c: Collector, *, forced: bool, source_id: int | None = None) -> Tally:
    """One round of looks, all sources at once, each at its own pace; ``forced``: every article, and it counts."""
    tally = Tally()
    by_source: defaultdict[int, list[Article]] = defaultdict(list)
    for article in articles.due_looks(c.conn, everything=forced, source_id=source_id):
        by_source[article.source_id].append(article)
    places = asyncio.Semaphore(SOURCES_AT_ONCE)

    async def one(number: int, due: list[Article]) -> None:
        async with places:
            await guarded(
                of_source(c, sources.get(c.conn, number), due, tally, forced=forced), about=f"source {number}"
            )

    await asyncio.gather(*(one(number, due) for number, due in by_source.items()))
    return tally


async def of_source(
    c: Collector, source: PolledSource, due: list[Article], tally: Tally, *, forced: bool
) -> None:
    """Looks at articles of one source; stops where the server wants to be left alone."""
    async with alone(c, source, wait=c.once) as mine:
        if not mine:
            return
        allowed = url_policy.of_source(source, [a.url for a in sources.addresses(c.conn, source.id)])
        fronts, stopped, queue = Fronts(), [], iter(due)

        async def one(article: Article) -> None:
            try:
                await look(c, source, allowed, article, fronts, tally, forced=forced)
            except (RetryAfter, Closed) as why:
                stopped.append(str(why))

        async def work() -> None:
            for article in queue:
                if stopped:
                    return
                await guarded(one(article), about=article.url)

        await asyncio.gather(*(work() for _ in range(AT_ONCE)))
        for why in stopped[:1]:
            tally.fail(source.name, why)


async def look(
    c: Collector, source: PolledSource, allowed: Allowed, article: Article, fronts: Fronts, tally: Tally, *, forced: bool,
    kind: str = "recheck",
) -> tuple[Outcome, int | None]:  # fmt: skip
    """One look at one article: what came of it, and the capture where one was kept."""
    seen = await _see(c, source, allowed, article, fronts)
    tally.looked += 1
    if seen.failed is not None:
        with c.conn.transaction():
            rechecks.note(c.conn, article.id, outcome="failed", how=seen.failed)
            articles.look_again(c.conn, article.id, at=datetime.now(UTC) + timedelta(hours=6))
        tally.fail(source.name, f"{article.url}: {seen.failed}")
        return "failed", None
    if seen.missing is not None:
        return _missing(c, article, seen, tally, forced=forced, kind=kind)
    assert seen.page is not None
    assert seen.answer is not None
    return _present(c, article, seen.page, seen.answer, allowed, tally, kind=kind)


# ── seeing ──────────────────────────────────────────────────────────────────────────────────────────────


async def _see(
    c: Collector, source: PolledSource, allowed: Allowed, article: Article, fronts: Fronts
) -> Seen:
    try:
        page, answer = await _patiently(c, source, allowed, article.url)
    except FetchError as why:
        return Seen(failed=str(why))
    except Elsewhere as why:
        if urls.is_front_page(why.target):
            return Seen(missing="home")
        return Seen(failed=str(why))
    except (Refused, SetAside) as why:
        return Seen(failed=str(why))
    if answer.status in (404, 410):
        return Seen(missing=str(answer.status), answer=answer)
    if page is None:
        return Seen(failed=f"the server answered {answer.status}")
    home = urls.is_front_page(answer.final_url) and not urls.is_front_page(article.url)
    if answer.hops and (home or page.kind in (PageKind.FRONT_PAGE, PageKind.SECTION)):
        return Seen(missing="home", answer=answer)
    if page.kind in (PageKind.SOFT_404, PageKind.FRONT_PAGE, PageKind.SECTION):
        return Seen(missing="soft_404", answer=answer)
    if page.kind in (PageKind.CHALLENGE, PageKind.TEASER, PageKind.NOT_HTML):
        return Seen(failed=page.reason or f"the page is a {page.kind.value}")
    link = links.reload(c.conn, urls.identity(article.url))
    page = pages.settle(page, entry_of(link) if link else None, language=source.language)
    old = articles.latest(c.conn, article.id)
    if article.partial or likeness(page.text, old.body) >= store_article.UNALIKE:
        if page.kind == PageKind.ARTICLE:
            return Seen(page=page, answer=answer)
        return Seen(failed=page.reason or "the page holds no article now")
    # nothing in common with what was stored: a rewrite, or another page under the old address
    if await stands_in(c, source, allowed, page, fronts, besides=article.id):
        return Seen(missing="soft_404", answer=answer)
    if page.kind != PageKind.ARTICLE:
        return Seen(failed=page.reason or "the page holds no article now")
    return Seen(page=page, answer=answer)


async def _patiently(
    c: Collector, source: PolledSource, allowed: Allowed, url: str
) -> tuple[ExtractedPage | None, HttpResponse]:
    for attempt in range(1, TRIES + 1):
        try:
            return await read_page(c, source, allowed, url)
        except FetchError as why:
            if attempt == TRIES or why.kind in ("refused", "name", "timeout") or not c.once:
                raise
            await asyncio.sleep(min(why.wait or 2.0 * attempt, 60.0))
    raise AssertionError("unreachable")


# ── judging ─────────────────────────────────────────────────────────────────────────────────────────────


def _missing(
    c: Collector, article: Article, seen: Seen, tally: Tally, *, forced: bool, kind: str
) -> tuple[Outcome, int | None]:
    now = datetime.now(UTC)
    before = rechecks.last(c.conn, article.id)
    # a look by hand counts at any time, but not beside another one that was under way when it began
    apart = before is not None and (now - before.at >= APART or (forced and before.at < c.began))
    second = before is not None and before.outcome == "missing" and apart
    capture = None
    with c.conn.transaction():
        if seen.answer is not None and (second or kind != "recheck"):
            capture = c.keeper.keep(c.conn, seen.answer, kind=kind, article_id=article.id)
        rechecks.note(c.conn, article.id, outcome="missing", how=seen.missing, capture_id=capture)
        if article.state == "gone":
            at = next_look(article.gone_at or now, now=now, offsets=RETURNS)
        elif second:
            articles.gone(c.conn, article.id, how=seen.missing or "404")
            tally.gone += 1
            at = now + RETURNS[0]
        else:
            at = now + SECOND_LOOK
        articles.look_again(c.conn, article.id, at=at)
    return ("gone" if second or article.state == "gone" else "missing"), capture


def _present(
    c: Collector,
    article: Article,
    page: ExtractedPage,
    answer: HttpResponse,
    allowed: Allowed,
    tally: Tally,
    *,
    kind: str,
) -> tuple[Outcome, int | None]:
    now = datetime.now(UTC)
    capture = None
    with c.conn.transaction():
        owner = articles.find(c.conn, [urls.identity(answer.final_url)]) if answer.hops else None
        if owner is not None and owner.id != article.id and owner.source_id == article.source_id:
            # renamed, and the new address was stored before its past was known: one article from here on
            articles.same(c.conn, article.id, as_id=owner.id)
            rechecks.note(c.conn, article.id, outcome="unchanged", how="moved to an article that is stored")
            return "unchanged", None
        old = articles.latest(c.conn, article.id)
        new = store_article.carried(store_article.reading(page), old)
        changed = store_article.says_something_else(new, old)
        if changed or article.state == "gone" or article.partial or kind != "recheck":
            capture = c.keeper.keep(c.conn, answer, kind=kind, article_id=article.id)
        if article.partial:
            articles.whole(c.conn, article.id, url=answer.final_url, canonical_url=page.canonical_url)
        if answer.permanent:
            articles.moved(c.conn, article.id, url=answer.final_url, canonical_url=page.canonical_url)
            articles.leads_to(
                c.conn, store_article.keys_of(page, answer, article.url, allowed), article_id=article.id
            )
        if changed:
            articles.add_version(c.conn, article.id, number=old.number + 1, reading=new, capture_id=capture)
            tally.changed += 1
        if article.state == "gone":
            articles.back(c.conn, article.id)
            tally.back += 1
        before = rechecks.last(c.conn, article.id)
        was_missing = article.state == "gone" or (before is not None and before.outcome == "missing")
        outcome: Outcome = "changed" if changed else "back" if was_missing else "unchanged"
        rechecks.note(c.conn, article.id, outcome=outcome, capture_id=capture)
        offsets = c.watched_looks if article.watched else c.looks
        articles.look_again(c.conn, article.id, at=next_look(article.first_seen_at, now=now, offsets=offsets))
    return outcome, capture


# ── wishes of other rooms ───────────────────────────────────────────────────────────────────────────────


async def answer_request(c: Collector, request: CaptureRequest, tally: Tally) -> None:
    """Answers a wish for a fresh look at an article."""
    article = articles.get(c.conn, request.article_id)
    source = sources.get(c.conn, article.source_id)
    async with alone(c, source, wait=False) as mine:
        if not mine:
            return
        allowed = url_policy.of_source(source, [a.url for a in sources.addresses(c.conn, source.id)])
        outcome, capture = await look(
            c, source, allowed, article, Fronts(), tally, forced=False, kind=request.kind
        )
        rechecks.answer(c.conn, request.id, outcome=outcome, capture_id=capture)


def watch(c: Collector, article: Article) -> None:
    """From its flag on an article is looked at more often."""
    if not article.watched:
        now = datetime.now(UTC)
        articles.watch(c.conn, article.id)
        articles.look_again(c.conn, article.id, at=next_look(now, now=now, offsets=c.watched_looks))
