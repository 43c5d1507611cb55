"""From a page to a stored article: which article it is, and whether it says anything new."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from typing import Literal
from urllib.parse import urlsplit

from crawler.extract.article import ExtractedPage
from crawler.http import url_policy
from crawler.http.response import HttpResponse
from crawler.http.url_policy import Allowed
from crawler.http.warc_writer import WarcLocation, WarcWriter
from crawler.pipeline.context import CrawlContext
from crawler.pipeline.poll_schedule import next_look
from db.core.connection import Connection
from db.core.errors import KiemtinError
from db.core.text import likeness, words
from db.press import articles, captures, links
from db.press import urls as addresses
from db.press.articles import Article, NewVersion, Version
from db.press.links import LedgerEntry
from db.press.sources import PolledSource

READER = "page-1"  # named in every version, so that a better reader can tell whose work it may redo
UNALIKE = 0.3  # below this share of common words two texts are two articles (chosen 2026-11)
NEARLY_SAME = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredArticle:
    """Which article, and what became of it: new | version | same."""

    article_id: int
    outcome: Literal["new", "version", "same"]


# ── judging ─────────────────────────────────────────────────────────────────────────────────────────────


def version_of(page: ExtractedPage, *, reader: str = READER) -> NewVersion:
    """What is stored of a page."""
    return NewVersion(
        title=page.title.replace("\0", ""),
        lead=page.lead.replace("\0", ""),
        body=page.text.replace("\0", ""),
        authors=[a.replace("\0", "") for a in page.authors],
        published_at=page.published_at,
        published_raw=page.published_raw,
        published_from=page.published_from if page.published_at else None,
        published_assumed=page.published_assumed,
        modified_at=page.modified_at,
        site_name=page.site_name,
        language=page.language or "und",
        reader=reader,
    )


def with_previous_values(new: NewVersion, old: Version) -> NewVersion:
    """The new reading with what only the old one knew: a date from the feed, authors."""
    changes: dict[str, object] = {}
    weak = new.published_at is None or (
        new.published_from in ("url", "text") and old.published_from == "feed"
    )
    if weak and old.published_at is not None:
        changes = {
            "published_at": old.published_at,
            "published_raw": old.published_raw,
            "published_from": old.published_from,
            "published_assumed": old.published_assumed,
        }
    if not new.authors and old.authors:
        changes["authors"] = old.authors
    if not new.lead and old.lead and old.lead in new.body:
        changes["lead"] = old.lead
    return replace(new, **changes) if changes else new  # type: ignore[arg-type]


def is_edit(new: NewVersion, old: Version) -> bool:
    """Whether title or text really changed: case, spaces and punctuation alone are no edit."""
    return words(new.title) != words(old.title) or words(new.body) != words(old.body)


def number_in(url: str) -> str | None:
    """The longest number of five digits and more in an address's path: most papers' article number."""
    parts = urlsplit(url)
    found = re.findall(r"(?<!\d)\d{5,}(?!\d)", parts.path + "?" + parts.query)
    return max(found, key=len) if found else None


def identity_keys(page: ExtractedPage, answer: HttpResponse, listed: str, allowed: Allowed) -> list[str]:
    """The keys under which a page may already be known, its canonical address first."""
    urls = [page.canonical_url, answer.final_url, listed, *(h.url for h in answer.hops)]
    urls += [u for u in (page.amp_url, page.mobile_url) if u and url_policy.refusal(u, allowed) is None]
    return list(dict.fromkeys(addresses.identity(u) for u in urls if u))


# ── doing ───────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class _PendingArticle:
    """A fetched and read page on its way into the database; ``keys`` lead to it, ``write_warc`` keeps its bytes, once."""

    source: PolledSource
    link: LedgerEntry
    page: ExtractedPage
    answer: HttpResponse
    new: NewVersion
    keys: list[str]
    warc: WarcWriter
    write_warc: Callable[[], WarcLocation]
    offsets: list[timedelta]


async def store(
    ctx: CrawlContext,
    source: PolledSource,
    allowed: Allowed,
    *,
    page: ExtractedPage,
    answer: HttpResponse,
    link: LedgerEntry,
) -> StoredArticle:
    """Stores a fetched page: a new article, a new version of a known one or nothing new; notes it in the ledger."""
    pending = _PendingArticle(
        source=source, link=link, page=page, answer=answer, new=version_of(page),
        keys=identity_keys(page, answer, link.url, allowed), warc=ctx.warc,
        write_warc=cache(partial(ctx.warc.write, answer)), offsets=ctx.recheck_offsets,
    )  # fmt: skip
    stored = await ctx.writer.run(lambda conn: _store_known_or_new(conn, pending), order=source.id)
    if isinstance(stored, StoredArticle):
        return stored
    older = await _find_renamed(ctx, allowed, stored.candidates, pending)
    if older is not None:
        return await ctx.writer.run(lambda conn: _store_renamed(conn, pending, older), order=source.id)
    return await ctx.writer.run(lambda conn: _store_resolved(conn, pending), order=source.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class _PossiblyRenamed:
    """Nothing is written yet: one of these articles may be this one under an older address."""

    candidates: list[Article]


def _store_known_or_new(conn: Connection, pending: _PendingArticle) -> StoredArticle | _PossiblyRenamed:
    """Stores the page, unless an article of another address may be the same: that is to be found out first."""
    resolved, known = _resolve(conn, pending)
    if known is None:
        candidates = articles.rename_candidates(
            conn, pending.source.id, number=number_in(pending.answer.final_url),
            text_sha256=pending.new.text_sha256, title=pending.new.title,
        )  # fmt: skip
        if candidates:
            return _PossiblyRenamed(candidates=candidates)
    return _store(conn, resolved, known)


def _store_resolved(conn: Connection, pending: _PendingArticle) -> StoredArticle:
    """Stores the page as the article that its addresses lead to, or as a new one."""
    return _store(conn, *_resolve(conn, pending))


def _store_renamed(conn: Connection, pending: _PendingArticle, older: _Renamed) -> StoredArticle:
    """Stores the page as an article that is known, under the address it has now."""
    known = older.article
    articles.add_alias(conn, pending.keys, article_id=known.id)
    if not older.moved:
        return _store(conn, pending, known)
    articles.change_url(
        conn, known.id, url=pending.answer.final_url, canonical_url=pending.page.canonical_url
    )
    return _store(conn, pending, replace(known, url=pending.answer.final_url))


def _resolve(conn: Connection, pending: _PendingArticle) -> tuple[_PendingArticle, Article | None]:
    """The article that the page's addresses lead to, and the page with the addresses that are to be believed."""
    found = articles.find(conn, pending.keys)
    known = _confirmed_match(conn, found, pending.new, pending.keys)
    if known is None and found is not None:
        # its canonical address belongs to another text: kept under its own
        keys = [addresses.identity(pending.answer.final_url), addresses.identity(pending.link.url)]
        page = replace(pending.page, canonical_url=pending.answer.final_url)
        return replace(pending, keys=keys, page=page), None
    return pending, known


def _store(conn: Connection, pending: _PendingArticle, known: Article | None) -> StoredArticle:
    """Writes capture, article and the link's state in the ledger."""
    capture = pending.warc.enter(conn, pending.write_warc(), pending.answer, kind="crawl")
    stored = _store_version(conn, pending, known, capture=capture)
    captures.assign_article(conn, capture, at=pending.answer.last.at, article_id=stored.article_id)
    links.stored(conn, pending.link.identity, article_id=stored.article_id)
    return stored


def _store_version(
    conn: Connection, pending: _PendingArticle, known: Article | None, *, capture: int
) -> StoredArticle:
    """Writes the article, or what is new of a known one."""
    if known is None:
        now = datetime.now(UTC)
        article_id = articles.add(
            conn,
            source_id=pending.source.id,
            url=pending.answer.final_url,
            identity=pending.keys[0],
            also=pending.keys,
            canonical_url=pending.page.canonical_url,
            reading=pending.new,
            partial=False,
            next_look_at=next_look(now, now=now, offsets=pending.offsets) or now + timedelta(hours=24),
            capture_id=capture,
            number=number_in(pending.answer.final_url),
        )
        if article_id is not None:
            return StoredArticle(article_id=article_id, outcome="new")
        known = articles.find(conn, pending.keys[:1])
        assert known is not None, "an identity in use belongs to an article"
    articles.add_alias(conn, pending.keys, article_id=known.id)
    return _update(conn, pending, known, capture=capture)


def _update(conn: Connection, pending: _PendingArticle, known: Article, *, capture: int) -> StoredArticle:
    answer = pending.answer
    old = articles.latest(conn, known.id)
    new = with_previous_values(pending.new, old)
    if known.state == "gone":
        articles.mark_restored(conn, known.id)
    if known.partial:
        articles.mark_complete(conn, known.id, url=answer.final_url, canonical_url=pending.page.canonical_url)
    own = {addresses.identity(known.url)}
    same_address = bool(own & {addresses.identity(answer.final_url), addresses.identity(pending.link.url)})
    # another form of the page (AMP, a second section) words its furniture differently: only a real difference counts
    fine = same_address or known.partial or likeness(new.body, old.body) < NEARLY_SAME
    if not (fine and is_edit(new, old)):
        return StoredArticle(article_id=known.id, outcome="same")
    articles.add_version(conn, known.id, number=old.number + 1, reading=new, capture_id=capture)
    return StoredArticle(article_id=known.id, outcome="version")


def _confirmed_match(
    conn: Connection, known: Article | None, new: NewVersion, keys: Sequence[str]
) -> Article | None:
    """The known article, unless only a canonical address says so and the texts are two articles."""
    if known is None or known.partial:
        return known
    direct = articles.find(conn, keys[1:]) if len(keys) > 1 else known
    if direct is not None and direct.id == known.id:
        return known
    old = articles.latest(conn, known.id)
    if likeness(new.body, old.body) < UNALIKE and likeness(new.title, old.title) < NEARLY_SAME:
        return direct
    return known


@dataclass(frozen=True, slots=True, kw_only=True)
class _Renamed:
    """An article that the page tells again; ``moved``: its older address leads here, or leads nowhere now."""

    article: Article
    moved: bool


async def _find_renamed(
    ctx: CrawlContext, allowed: Allowed, candidates: Sequence[Article], pending: _PendingArticle
) -> _Renamed | None:
    """The same article under an older address of its outlet: renamed with its title, or moved by a redesign.

    Word for word the same with the same stated time is one article, whatever the older address answers. Otherwise that
    address is asked: it leads here, or it has gone and what it showed says the same.
    """
    own = {*pending.keys, addresses.identity(pending.answer.final_url)}
    for candidate in candidates:
        old = articles.latest(ctx.conn, candidate.id)
        if is_reprint(pending.new, old):
            return _Renamed(article=candidate, moved=False)
        try:
            older = await ctx.fetcher.get(candidate.url, allowed, gap=pending.source.delay)
        except KiemtinError:
            continue  # it cannot be asked now: two rows at worst, mended by the next look
        if older.hops and older.status == 200 and addresses.identity(older.final_url) in own:
            return _Renamed(article=candidate, moved=True)
        if leads_nowhere(older) and tells_the_same(pending.new, old):
            return _Renamed(article=candidate, moved=True)
    return None


def is_reprint(new: NewVersion, old: Version) -> bool:
    """Whether two readings are word for word the same and state the same time of publication."""
    return (
        new.published_at is not None
        and new.published_at == old.published_at
        and new.text_sha256 == old.text_sha256
    )


def tells_the_same(new: NewVersion, old: Version) -> bool:
    """Whether two readings have one title and nearly one text."""
    return words(new.title) == words(old.title) and likeness(new.body, old.body) >= NEARLY_SAME


def leads_nowhere(answer: HttpResponse) -> bool:
    """Whether an address of an article has gone: 404, 410, or sent on to the front page."""
    return answer.status in (404, 410) or (bool(answer.hops) and addresses.is_front_page(answer.final_url))


def store_partial(
    ctx: CrawlContext, source: PolledSource, *, page: ExtractedPage, identity: str
) -> int | None:
    """Keeps the feed's own words for a page that cannot be had; its article, or None where the page is stored already."""
    known = articles.find(ctx.conn, [identity])
    new = version_of(page, reader="entry-1")
    if known is not None:
        if not known.partial:
            return None
        old = articles.latest(ctx.conn, known.id)
        if is_edit(new, old):
            articles.add_version(ctx.conn, known.id, number=old.number + 1, reading=new)
        return known.id
    now = datetime.now(UTC)
    return articles.add(
        ctx.conn,
        source_id=source.id,
        url=page.url,
        identity=identity,
        canonical_url=None,
        reading=new,
        partial=True,
        next_look_at=now + timedelta(hours=24),
    )
