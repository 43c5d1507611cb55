"""Listed addresses and their fates: each is stored, unchanged, set aside with a reason, or to be tried again."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from crawler.extract import article
from crawler.extract.article import ExtractedPage, PageKind
from crawler.feeds.entry import FeedEntry
from crawler.http.errors import Elsewhere, FetchError, Refused
from crawler.http.rate_limit import PATIENCE, RetryAfter
from crawler.http.response import status_words
from crawler.http.robots import Closed
from crawler.http.url_policy import Allowed
from crawler.pipeline import store_article
from crawler.pipeline.context import CrawlContext, Tally, guarded
from crawler.pipeline.multipage import read_page
from crawler.pipeline.soft_404 import FrontPages, is_soft_404
from db.core.connection import Connection
from db.core.errors import SetAside
from db.core.text import likeness
from db.press import articles, links, sources, urls
from db.press.links import LedgerEntry, ListedAddress
from db.press.sources import PolledSource

AT_ONCE = 3  # articles of one source at once: a slow one does not hold up the rest
MOST_UNANSWERED = 4  # refused connections in a row after which the host is left alone for this round
MOST_TRIES = 5  # in one round, for faults that pass
MOST_RETURNS = 8  # rounds in which something set aside is tried again
RECENT = timedelta(days=30)  # a feed's own words stand in only for news
AGAIN = {"http_404": 3.0, "http_410": 24.0, "soft_404": 3.0, "timeout": 6.0}  # hours; others: DAY
DAY = 24.0
KEEPS_WORDS = {
    "robots", "challenge", "teaser", "loop", "redirect", "elsewhere", "timeout", "too_large", "broken", "cut", "not_html", "no_article", "empty",
    "certificate", "http_401", "http_402", "http_403", "http_405", "http_406", "http_429", "http_451", "http_500", "http_503",
}  # fmt: skip


# ── between lists and the ledger ────────────────────────────────────────────────────────────────────────


def listed_address(entry: FeedEntry) -> ListedAddress:
    """A list's entry as the ledger keeps it."""
    metadata: dict[str, Any] = {
        "title": entry.title[:1000],
        "summary": entry.summary[:5000],
        "content": entry.content[:20_000],
        "published_raw": entry.published_raw,
        "published_at": entry.published_at.isoformat() if entry.published_at else None,
        "published_assumed": entry.published_assumed,
        "authors": list(entry.authors)[:20],
        "language": entry.language,
        "publisher": entry.publisher,
    }
    metadata = {k: v.replace("\0", "") if isinstance(v, str) else v for k, v in metadata.items() if v}
    return ListedAddress(
        identity=urls.identity(entry.url), url=entry.url, entry=metadata, digest=entry.digest
    )


def entry_from_ledger(link: LedgerEntry) -> FeedEntry:
    """What the list metadata about a link, as it was read."""
    metadata = link.entry
    at = metadata.get("published_at")
    return FeedEntry(
        url=link.url,
        key=link.identity,
        title=metadata.get("title", ""),
        summary=metadata.get("summary", ""),
        content=metadata.get("content", ""),
        published_raw=metadata.get("published_raw"),
        published_at=datetime.fromisoformat(at) if at else None,
        published_assumed=bool(metadata.get("published_assumed")),
        authors=tuple(metadata.get("authors", ())),
        language=metadata.get("language"),
    )


def unaddressed(entry: FeedEntry, list_url: str) -> ListedAddress:
    """An entry without an address, under a key of its own."""
    made = listed_address(entry)
    mark = hashlib.sha256(f"{list_url}\n{entry.key}".encode()).hexdigest()[:24]
    return ListedAddress(identity=f"entry:{mark}", url=list_url, entry=made.entry, digest=entry.digest)


# ── following ───────────────────────────────────────────────────────────────────────────────────────────


async def fetch_listed(ctx: CrawlContext, source: PolledSource, allowed: Allowed, tally: Tally) -> None:
    """Fetches what is open for a source until nothing is left that can be had now."""
    fetch_round = _FetchRound(ctx=ctx, source=source, allowed=allowed, tally=tally)
    while not fetch_round.stopped:
        todo = fetch_round.todo()
        now = time.monotonic()
        ready = [x for x in todo if fetch_round.not_before.get(x.identity, 0.0) <= now]
        if not ready:
            if not todo or not ctx.once:
                return
            await asyncio.sleep(min(fetch_round.not_before[x.identity] for x in todo) - now + 0.01)
            continue
        queue = iter(ready)
        await asyncio.gather(*(fetch_round.work(queue) for _ in range(AT_ONCE)))
    tally.fail(source.name, fetch_round.stopped[0])


@dataclass(slots=True, kw_only=True)
class _FetchRound:
    """One source's links in one round: how often each was tried, and why the round had to stop."""

    ctx: CrawlContext
    source: PolledSource
    allowed: Allowed
    tally: Tally
    tries: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    not_before: dict[str, float] = field(default_factory=dict)  # monotonic seconds
    stopped: list[str] = field(default_factory=list)
    fronts: FrontPages = field(default_factory=FrontPages)
    unanswered: int = 0

    def todo(self) -> list[LedgerEntry]:
        """What is open, without what was given back in this round or is closed still."""
        return [
            link
            for link in links.open_ones(
                self.ctx.conn, self.source.id, all_now=self.ctx.once, since=self.ctx.started_at
            )
            if not (link.fate == "set_aside" and (self.tries[link.identity] or link.tries >= MOST_RETURNS))
            and not _still_closed(self.ctx, link)
        ]

    async def work(self, queue: Iterator[LedgerEntry]) -> None:
        """Takes links off the queue, each to its fate."""
        for link in queue:
            if self.stopped:
                return
            await asyncio.sleep(
                0
            )  # thousands of closed addresses must not hold up those who wait for an answer
            self.tries[link.identity] += 1
            if not await guarded(self.fetch_one(link), about=link.url):
                # an error we did not foresee: it is logged, and must not come round for ever
                why = "it could not be read (our fault, logged)"
                links.retry(self.ctx.conn, link.identity, kind="unforeseen", why=why, seconds=600)
                self.not_before[link.identity] = time.monotonic() + 5
                if self.tries[link.identity] >= 2:
                    _set_aside(self.ctx, self.source, link, "unforeseen", why)

    async def fetch_one(self, link: LedgerEntry) -> None:
        """One link; what passes is noted for later, what concerns the whole host ends the round."""
        attempt = self.tries[link.identity]
        try:
            await _fetch_article(
                self.ctx, self.source, self.allowed, link, self.fronts, self.tally, attempt=attempt
            )
            self.unanswered = 0
        except (RetryAfter, Closed) as exc:
            self.stopped.append(str(exc))
        except FetchError as exc:
            wait = _later(self.ctx, link, exc, attempt=attempt)
            self.not_before[link.identity] = time.monotonic() + wait
            self.unanswered = self.unanswered + 1 if exc.kind in ("refused", "name") else 0
            if self.unanswered >= MOST_UNANSWERED:
                self.stopped.append(str(exc))


def _still_closed(ctx: CrawlContext, link: LedgerEntry) -> bool:
    """Whether robots.txt closed a link before and, as read in this round, does so still."""
    if link.kind != "robots" or link.fate != "set_aside":
        return False
    rules = ctx.fetcher.known_rules(link.url)
    return rules is not None and rules.closed is None and not rules.allows(link.url)


def _later(ctx: CrawlContext, link: LedgerEntry, why: FetchError, *, attempt: int) -> float:
    """Notes a fault that passes, or gives up for now; seconds until the next attempt in this round."""
    tried = attempt if ctx.once else link.tries + 1
    most = 1 if why.kind == "timeout" else MOST_TRIES
    if tried >= most:
        _set_aside(
            ctx, sources.get(ctx.conn, link.source_id), link, why.kind, f"{why}; given up after {tried} tries"
        )
        return 0.0
    wait = why.wait if why.wait is not None and why.wait <= PATIENCE else 0.0
    seconds: float = max(wait, (2.0 if ctx.once else 8.0) * 2 ** (attempt - 1))
    links.retry(ctx.conn, link.identity, kind=why.kind, why=str(why), seconds=seconds)
    return seconds


async def _fetch_article(
    ctx: CrawlContext,
    source: PolledSource,
    allowed: Allowed,
    link: LedgerEntry,
    fronts: FrontPages,
    tally: Tally,
    *,
    attempt: int,
) -> None:
    try:
        page, answer = await read_page(ctx, source, allowed, link.url)
    except Elsewhere as exc:
        _elsewhere(ctx, source, link, exc)
        return
    except Refused as exc:
        _set_aside(ctx, source, link, exc.kind, str(exc), again=exc.again)
        return
    except SetAside as exc:
        _set_aside(ctx, source, link, "unreadable", str(exc))
        return
    if page is None:
        status = answer.status
        if status == 304:
            raise FetchError("http_304", "the page answered 'not modified' though nothing was known of it")
        _set_aside(ctx, source, link, f"http_{status}", status_words(status))
        return
    if answer.hops and urls.is_front_page(answer.final_url) and not urls.is_front_page(link.url):
        _set_aside(ctx, source, link, "home", "redirects to the front page")
        return
    page = article.merge_feed_entry(page, entry_from_ledger(link), language=source.language)
    if page.kind != PageKind.ARTICLE:
        if page.kind in (PageKind.NO_ARTICLE, PageKind.NOT_HTML) and attempt == 1 and not answer.body.strip():
            raise FetchError("empty", "the answer is empty")
        _set_aside(ctx, source, link, str(page.kind.value), _sentence(page))
        return
    odd = (
        page.title
        and link.entry.get("title")
        and likeness(page.title, link.entry["title"]) < store_article.UNALIKE
    )
    if odd and await is_soft_404(ctx, source, allowed, page, fronts, besides=link.article_id):
        _set_aside(
            ctx, source, link, "soft_404", "another page of the paper stands under the article's address"
        )
        return
    stored = await store_article.store(ctx, source, allowed, page=page, answer=answer, link=link)
    tally.new += stored.outcome == "new"
    tally.changed += stored.outcome == "version"


def _sentence(page: ExtractedPage) -> str:
    return page.reason or {
        PageKind.CHALLENGE: "a challenge page stands before the article; it is not solved",
        PageKind.TEASER: "only the beginning is shown to those who did not pay",
        PageKind.SOFT_404: "the page says that the article does not exist",
    }.get(page.kind, "the page holds no article")


def _elsewhere(ctx: CrawlContext, source: PolledSource, link: LedgerEntry, why: Elsewhere) -> None:
    """A redirect off the source: to another source of the catalogue it is handed over, any other is refused."""
    other = sources.of_host(ctx.conn, urls.host_of(why.target))
    target = urls.tidy(why.target)
    if other is None or other.id == source.id or target is None:
        _set_aside(ctx, source, link, "elsewhere", str(why))
        return
    entry = ListedAddress(identity=urls.identity(target), url=target, entry={}, digest="")
    links.hand_over(ctx.conn, other.id, list_url=link.url, found=entry)
    links.set_aside(
        ctx.conn,
        link.identity,
        kind="other_source",
        why=f"redirects to an article of {other.title}",
        again_hours=None,
    )


def _set_aside(
    ctx: CrawlContext, source: PolledSource, link: LedgerEntry, kind: str, why: str, *, again: bool = True
) -> None:
    """Sets a link aside; where the list's own words may stand in, they are kept as a partial article."""
    known = articles.find(ctx.conn, [link.identity])
    if known is not None and not known.partial and known.source_id == source.id:
        # the article is stored already; what became of its page is the re-check's to judge
        links.stored(ctx.conn, link.identity, article_id=known.id)
        return
    article_id = None
    entry = entry_from_ledger(link)
    at = entry.published_at or entry.updated_at  # of a sitemap often the last change alone
    recent = at is None or datetime.now(UTC) - at < RECENT
    if kind in KEEPS_WORDS and entry.title and (entry.summary or entry.content) and recent:
        page = article.from_entry(entry, url=link.url, reason=why, language=source.language)
        with ctx.conn.transaction():
            article_id = store_article.store_partial(ctx, source, page=page, identity=link.identity)
        why = f"{why}; the list's own words are kept" if article_id else why
    hours = None
    if again and link.tries + 1 < MOST_RETURNS:
        hours = AGAIN.get(kind, DAY) * 2 ** min(link.tries, 4)
    links.set_aside(ctx.conn, link.identity, kind=kind, why=why, again_hours=hours, article_id=article_id)


def current_asides(conn: Connection, source_id: int) -> list[dict[str, str]]:
    """What is set aside for a source now, for a summary."""
    return [{"url": a.url, "why": a.why or ""} for a in links.asides(conn, source_id, most=10_000)]
