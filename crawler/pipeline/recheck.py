"""Re-checks of stored articles: edits become versions; a removal needs two looks hours apart."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from crawler.extract import article as pages
from crawler.extract.article import ExtractedPage, PageKind
from crawler.http import url_policy
from crawler.http.errors import Elsewhere, FetchError, Refused
from crawler.http.rate_limit import RetryAfter
from crawler.http.response import HttpResponse
from crawler.http.retry import with_retries
from crawler.http.robots import Closed
from crawler.http.url_policy import Allowed
from crawler.pipeline import store_article
from crawler.pipeline.context import CrawlContext, Tally, guarded
from crawler.pipeline.fetch_articles import AT_ONCE, entry_from_ledger
from crawler.pipeline.multipage import read_page
from crawler.pipeline.poll_schedule import next_look
from crawler.pipeline.soft_404 import FrontPages, is_soft_404
from crawler.pipeline.source_visit import SOURCES_AT_ONCE, source_lock
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
MANY_MISSING = (
    10  # live articles of one source missing at once, and more than half: no removals (chosen 2026-11)
)
MOST_OTHERS = 2  # further addresses of an article that are asked before it counts as missing
ATTEMPTS = 4  # of one look, where the server is only in trouble
Outcome = Literal["unchanged", "changed", "missing", "gone", "back", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What a look saw: the page, how it is missing, why it could not be had, or which stored article it is now.

    ``readdressed``: the page stands under another of its addresses; the one it was known by shows it no more.
    """

    page: ExtractedPage | None = None
    answer: HttpResponse | None = None
    missing: str | None = None
    failed: str | None = None
    moved_to: Article | None = None
    readdressed: bool = False


async def recheck_all(ctx: CrawlContext, *, forced: bool, source_id: int | None = None) -> Tally:
    """One round of looks, all sources at once, each at its own pace; ``forced``: every article, and it counts."""
    tally = Tally()
    by_source: defaultdict[int, list[Article]] = defaultdict(list)
    for article in articles.due_looks(ctx.conn, everything=forced, source_id=source_id):
        by_source[article.source_id].append(article)
    places = asyncio.Semaphore(SOURCES_AT_ONCE)

    async def recheck_one(number: int, due: list[Article]) -> None:
        async with places:
            await guarded(
                recheck_source(ctx, sources.get(ctx.conn, number), due, tally, forced=forced),
                about=f"source {number}",
            )

    await asyncio.gather(*(recheck_one(number, due) for number, due in by_source.items()))
    return tally


async def recheck_source(
    ctx: CrawlContext, source: PolledSource, due: list[Article], tally: Tally, *, forced: bool
) -> None:
    """Looks at articles of one source; stops where the server wants to be left alone."""
    async with source_lock(ctx, source, wait=ctx.once) as is_held:
        if not is_held:
            return
        allowed = url_policy.of_source(source, [a.url for a in sources.addresses(ctx.conn, source.id)])
        fronts, stopped, queue = FrontPages(), [], iter(due)
        held = redesign_suspected(rechecks.last_outcomes(ctx.conn, source.id))

        async def recheck_one(article: Article) -> None:
            try:
                await recheck_article(
                    ctx, source, allowed, article, fronts, tally, forced=forced, held=held is not None
                )
            except (RetryAfter, Closed) as exc:
                stopped.append(str(exc))

        async def work() -> None:
            for article in queue:
                if stopped:
                    return
                await guarded(recheck_one(article), about=article.url)

        await asyncio.gather(*(work() for _ in range(AT_ONCE)))
        for why in stopped[:1]:
            tally.fail(source.name, why)
        if held is not None:
            tally.fail(source.name, held)


async def recheck_article(
    ctx: CrawlContext, source: PolledSource, allowed: Allowed, article: Article, fronts: FrontPages, tally: Tally, *, forced: bool,
    kind: str = "recheck", held: bool = False,
) -> tuple[Outcome, int | None]:  # fmt: skip
    """One look at one article: what came of it, and the capture where one was kept.

    ``held``: nothing is called removed, because the outlet's addresses went all at once.
    """
    seen = await _observe(ctx, source, allowed, article, fronts)
    if seen.missing is not None:
        seen = await _observe_other_addresses(ctx, source, allowed, article, fronts) or seen
    tally.looked += 1
    if seen.failed is not None:
        with ctx.conn.transaction():
            rechecks.note(ctx.conn, article.id, outcome="failed", how=seen.failed)
            articles.look_again(ctx.conn, article.id, at=datetime.now(UTC) + timedelta(hours=6))
        tally.fail(source.name, f"{article.url}: {seen.failed}")
        return "failed", None
    if seen.moved_to is not None:
        return _record_moved(ctx, article, seen.moved_to), None
    if seen.missing is not None:
        return _record_missing(ctx, article, seen, tally, forced=forced, kind=kind, held=held)
    return _record_present(ctx, article, seen, allowed, tally, kind=kind)


# ── seeing ──────────────────────────────────────────────────────────────────────────────────────────────


async def _observe(
    ctx: CrawlContext, source: PolledSource, allowed: Allowed, article: Article, fronts: FrontPages
) -> Observation:
    try:
        page, answer = await _read_with_retries(ctx, source, allowed, article.url)
    except FetchError as exc:
        return Observation(failed=str(exc))
    except Elsewhere as exc:
        if urls.is_front_page(exc.target):
            return Observation(missing="home")
        return _observe_elsewhere(ctx, source, article, exc)
    except (Refused, SetAside) as exc:
        return Observation(failed=str(exc))
    if answer.status in (404, 410):
        return Observation(missing=str(answer.status), answer=answer)
    if page is None:
        return Observation(failed=f"the server answered {answer.status}")
    home = urls.is_front_page(answer.final_url) and not urls.is_front_page(article.url)
    if answer.hops and (home or page.kind in (PageKind.FRONT_PAGE, PageKind.SECTION)):
        return Observation(missing="home", answer=answer)
    if page.kind in (PageKind.SOFT_404, PageKind.FRONT_PAGE, PageKind.SECTION):
        return Observation(missing="soft_404", answer=answer)
    if page.kind in (PageKind.CHALLENGE, PageKind.TEASER, PageKind.NOT_HTML):
        return Observation(failed=page.reason or f"the page is a {page.kind.value}")
    link = links.reload(ctx.conn, urls.identity(article.url))
    page = pages.merge_feed_entry(page, entry_from_ledger(link) if link else None, language=source.language)
    old = articles.latest(ctx.conn, article.id)
    if article.partial or likeness(page.text, old.body) >= store_article.UNALIKE:
        if page.kind == PageKind.ARTICLE:
            return Observation(page=page, answer=answer)
        return Observation(failed=page.reason or "the page holds no article now")
    # nothing in common with what was stored: a rewrite, or another page under the old address
    if await is_soft_404(ctx, source, allowed, page, fronts, besides=article.id):
        return Observation(missing="soft_404", answer=answer)
    if page.kind != PageKind.ARTICLE:
        return Observation(failed=page.reason or "the page holds no article now")
    return Observation(page=page, answer=answer)


def _observe_elsewhere(
    ctx: CrawlContext, source: PolledSource, article: Article, exc: Elsewhere
) -> Observation:
    """A redirect to another host: where that is an outlet of the catalogue, the article may have moved there (a merger)."""
    other = sources.of_host(ctx.conn, urls.host_of(exc.target))
    target = urls.tidy(exc.target)
    if other is None or other.id == source.id or target is None:
        return Observation(failed=str(exc))
    there = articles.find(ctx.conn, [urls.identity(target)])
    if there is None:
        found = links.ListedAddress(identity=urls.identity(target), url=target, entry={}, digest="")
        links.hand_over(ctx.conn, other.id, list_url=article.url, found=found)
        return Observation(failed=f"it has moved to {other.title}, where it is read next")
    mine, theirs = articles.latest(ctx.conn, article.id), articles.latest(ctx.conn, there.id)
    if likeness(mine.body, theirs.body) >= store_article.UNALIKE:
        return Observation(moved_to=there)
    return Observation(failed=f"it redirects to another article of {other.title}")


async def _observe_other_addresses(
    ctx: CrawlContext, source: PolledSource, allowed: Allowed, article: Article, fronts: FrontPages
) -> Observation | None:
    """What an article's other addresses show, those a list named last first; None where none shows it."""
    for url in links.addresses_of(ctx.conn, article.id, besides=article.url, most=MOST_OTHERS):
        if url_policy.refusal(url, allowed) is not None:
            continue
        seen = await _observe(ctx, source, allowed, replace(article, url=url), fronts)
        if seen.page is not None:
            return replace(seen, readdressed=True)
    return None


async def _read_with_retries(
    ctx: CrawlContext, source: PolledSource, allowed: Allowed, url: str
) -> tuple[ExtractedPage | None, HttpResponse]:
    return await with_retries(
        lambda: read_page(ctx, source, allowed, url), attempts=ATTEMPTS if ctx.once else 1
    )


# ── judging ─────────────────────────────────────────────────────────────────────────────────────────────


def redesign_suspected(last: Mapping[str, int]) -> str | None:
    """The sentence for an outlet most of whose live articles are missing at once; ``last``: how many by last outcome.

    A redesign, a merger or a fault of the whole server looks like that; removals come one by one.
    """
    missing, looked = last.get("missing", 0), sum(last.values())
    if missing < MANY_MISSING or missing <= looked / 2:
        return None
    return (
        f"{missing} of {looked} articles are missing at once: addresses changed or the whole site is in trouble; "
        "none of them is called removed"
    )


def _record_moved(ctx: CrawlContext, article: Article, there: Article) -> Outcome:
    """Two stored articles are one: its address leads to the other."""
    with ctx.conn.transaction():
        articles.merge_into(ctx.conn, article.id, as_id=there.id)
        rechecks.note(ctx.conn, article.id, outcome="unchanged", how="moved to an article that is stored")
    return "unchanged"


def _record_missing(
    ctx: CrawlContext, article: Article, seen: Observation, tally: Tally, *, forced: bool, kind: str,
    held: bool = False,
) -> tuple[Outcome, int | None]:  # fmt: skip
    now = datetime.now(UTC)
    before = rechecks.last(ctx.conn, article.id)
    # a look by hand counts at any time, but not beside another one that was under way when it began
    apart = before is not None and (now - before.at >= APART or (forced and before.at < ctx.started_at))
    second = before is not None and before.outcome == "missing" and apart and not held
    capture = None
    with ctx.conn.transaction():
        if seen.answer is not None and (second or kind != "recheck"):
            capture = ctx.warc.save(ctx.conn, seen.answer, kind=kind, article_id=article.id)
        rechecks.note(ctx.conn, article.id, outcome="missing", how=seen.missing, capture_id=capture)
        if article.state == "gone":
            at = next_look(article.gone_at or now, now=now, offsets=RETURNS)
        elif second:
            articles.mark_gone(ctx.conn, article.id, how=seen.missing or "404")
            tally.gone += 1
            at = now + RETURNS[0]
        else:
            at = now + (RETURNS[0] if held else SECOND_LOOK)
        articles.look_again(ctx.conn, article.id, at=at)
    return ("gone" if second or article.state == "gone" else "missing"), capture


def _same_outlet(ctx: CrawlContext, article: Article, owner: Article) -> bool:
    """Whether both belong to one outlet, or to one and the outlet that took it over."""
    if owner.source_id == article.source_id:
        return True
    into = sources.merged_into(ctx.conn, article.source_id)
    return into is not None and into.id == owner.source_id


def _record_present(
    ctx: CrawlContext,
    article: Article,
    seen: Observation,
    allowed: Allowed,
    tally: Tally,
    *,
    kind: str,
) -> tuple[Outcome, int | None]:
    page, answer = seen.page, seen.answer
    assert page is not None
    assert answer is not None
    now = datetime.now(UTC)
    capture = None
    with ctx.conn.transaction():
        owner = articles.find(ctx.conn, [urls.identity(answer.final_url)]) if answer.hops else None
        if owner is not None and owner.id != article.id and _same_outlet(ctx, article, owner):
            # renamed, and the new address was stored before its past was known: one article from here on
            articles.merge_into(ctx.conn, article.id, as_id=owner.id)
            rechecks.note(ctx.conn, article.id, outcome="unchanged", how="moved to an article that is stored")
            return "unchanged", None
        old = articles.latest(ctx.conn, article.id)
        new = store_article.with_previous_values(store_article.version_of(page), old)
        changed = store_article.is_edit(new, old)
        if changed or article.state == "gone" or article.partial or kind != "recheck":
            capture = ctx.warc.save(ctx.conn, answer, kind=kind, article_id=article.id)
        if article.partial:
            articles.mark_complete(
                ctx.conn, article.id, url=answer.final_url, canonical_url=page.canonical_url
            )
        if answer.permanent or seen.readdressed:
            articles.change_url(ctx.conn, article.id, url=answer.final_url, canonical_url=page.canonical_url)
            articles.add_alias(
                ctx.conn,
                store_article.identity_keys(page, answer, article.url, allowed),
                article_id=article.id,
            )
        if changed:
            articles.add_version(ctx.conn, article.id, number=old.number + 1, reading=new, capture_id=capture)
            tally.changed += 1
        if article.state == "gone":
            articles.mark_restored(ctx.conn, article.id)
            tally.back += 1
        before = rechecks.last(ctx.conn, article.id)
        was_missing = article.state == "gone" or (before is not None and before.outcome == "missing")
        outcome: Outcome = "changed" if changed else "back" if was_missing else "unchanged"
        rechecks.note(ctx.conn, article.id, outcome=outcome, capture_id=capture)
        offsets = ctx.watched_offsets if article.watched else ctx.recheck_offsets
        articles.look_again(
            ctx.conn, article.id, at=next_look(article.first_seen_at, now=now, offsets=offsets)
        )
    return outcome, capture


# ── wishes of other rooms ───────────────────────────────────────────────────────────────────────────────


async def answer_request(ctx: CrawlContext, request: CaptureRequest, tally: Tally) -> None:
    """Answers a wish for a fresh look at an article."""
    article = articles.get(ctx.conn, request.article_id)
    source = sources.get(ctx.conn, article.source_id)
    async with source_lock(ctx, source, wait=False) as is_held:
        if not is_held:
            return
        allowed = url_policy.of_source(source, [a.url for a in sources.addresses(ctx.conn, source.id)])
        outcome, capture = await recheck_article(
            ctx, source, allowed, article, FrontPages(), tally, forced=False, kind=request.kind
        )
        rechecks.answer(ctx.conn, request.id, outcome=outcome, capture_id=capture)


def watch(ctx: CrawlContext, article: Article) -> None:
    """From its flag on an article is looked at more often."""
    if not article.watched:
        now = datetime.now(UTC)
        articles.watch(ctx.conn, article.id)
        articles.look_again(ctx.conn, article.id, at=next_look(now, now=now, offsets=ctx.watched_offsets))
