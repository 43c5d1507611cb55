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
from crawler.pipeline.context import Collector
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


def reading(page: ExtractedPage, *, reader: str = READER) -> NewVersion:
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


def carried(new: NewVersion, old: Version) -> NewVersion:
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


def says_something_else(new: NewVersion, old: Version) -> bool:
    """Whether title or text really changed: case, spaces and punctuation alone are no edit."""
    return words(new.title) != words(old.title) or words(new.body) != words(old.body)


def number_in(url: str) -> str | None:
    """The longest number of five digits and more in an address's path: most papers' article number."""
    parts = urlsplit(url)
    found = re.findall(r"(?<!\d)\d{5,}(?!\d)", parts.path + "?" + parts.query)
    return max(found, key=len) if found else None


def keys_of(page: ExtractedPage, answer: HttpResponse, listed: str, allowed: Allowed) -> list[str]:
    """The keys under which a page may already be known, its canonical address first."""
    urls = [page.canonical_url, answer.final_url, listed, *(h.url for h in answer.hops)]
    urls += [u for u in (page.amp_url, page.mobile_url) if u and url_policy.refusal(u, allowed) is None]
    return list(dict.fromkeys(addresses.identity(u) for u in urls if u))


# ── doing ───────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """A fetched and read page on its way into the database; ``keys`` lead to it, ``place`` keeps its bytes (once) and says where."""

    source: PolledSource
    link: LedgerEntry
    page: ExtractedPage
    answer: HttpResponse
    new: NewVersion
    keys: list[str]
    keeper: WarcWriter
    place: Callable[[], WarcLocation]
    looks: list[timedelta]


async def store(
    c: Collector,
    source: PolledSource,
    allowed: Allowed,
    *,
    page: ExtractedPage,
    answer: HttpResponse,
    link: LedgerEntry,
) -> StoredArticle:
    """Stores what a fetched page says, a new article, a new version of a known one or nothing new, and settles its link."""
    piece = _Piece(
        source=source, link=link, page=page, answer=answer, new=reading(page),
        keys=keys_of(page, answer, link.url, allowed), keeper=c.keeper, place=cache(partial(c.keeper.write, answer)),
        looks=c.looks,
    )  # fmt: skip
    done = await c.writer.do(lambda conn: _stored(conn, piece, ask=True), order=source.id)
    if isinstance(done, StoredArticle):
        return done
    older = await _renamed(c, source, allowed, done, answer=answer, keys=piece.keys)
    stored = await c.writer.do(lambda conn: _stored(conn, piece, ask=False, older=older), order=source.id)
    assert isinstance(stored, StoredArticle), "older addresses were asked already"
    return stored


def _stored(
    conn: Connection, piece: _Piece, *, ask: bool, older: Article | None = None
) -> StoredArticle | list[Article]:
    """Writes capture, article and fate of the link; with ``ask`` nothing, but the articles of which one may be this one
    under an older address, where there are any."""
    page, keys = piece.page, piece.keys
    if older is None:
        found = articles.find(conn, keys)
        known = _credible(conn, found, piece.new, keys)
        if known is None and found is not None:
            # its canonical address belongs to another text: kept under its own
            keys = [addresses.identity(piece.answer.final_url), addresses.identity(piece.link.url)]
            page = replace(page, canonical_url=piece.answer.final_url)
        if ask and known is None:
            number = number_in(piece.answer.final_url)
            like_it = articles.twins(
                conn, piece.source.id, number=number, text_sha256=piece.new.text_sha256, title=piece.new.title
            )
            if like_it:
                return like_it
    else:
        articles.moved(conn, older.id, url=piece.answer.final_url, canonical_url=page.canonical_url)
        articles.leads_to(conn, keys, article_id=older.id)
        known = replace(older, url=piece.answer.final_url)
    capture = piece.keeper.enter(conn, piece.place(), piece.answer, kind="crawl")
    stored = _enter(conn, replace(piece, page=page, keys=keys), known, capture=capture)
    captures.belongs(conn, capture, at=piece.answer.last.at, article_id=stored.article_id)
    links.stored(conn, piece.link.identity, article_id=stored.article_id)
    return stored


def _enter(conn: Connection, piece: _Piece, known: Article | None, *, capture: int) -> StoredArticle:
    """Writes the article, or what is new of a known one."""
    if known is None:
        now = datetime.now(UTC)
        article_id = articles.add(
            conn,
            source_id=piece.source.id,
            url=piece.answer.final_url,
            identity=piece.keys[0],
            also=piece.keys,
            canonical_url=piece.page.canonical_url,
            reading=piece.new,
            partial=False,
            next_look_at=next_look(now, now=now, offsets=piece.looks) or now + timedelta(hours=24),
            capture_id=capture,
            number=number_in(piece.answer.final_url),
        )
        if article_id is not None:
            return StoredArticle(article_id=article_id, outcome="new")
        known = articles.find(conn, piece.keys[:1])
        assert known is not None, "an identity in use belongs to an article"
    articles.leads_to(conn, piece.keys, article_id=known.id)
    return _update(conn, piece, known, capture=capture)


def _update(conn: Connection, piece: _Piece, known: Article, *, capture: int) -> StoredArticle:
    answer = piece.answer
    old = articles.latest(conn, known.id)
    new = carried(piece.new, old)
    if known.state == "gone":
        articles.back(conn, known.id)
    if known.partial:
        articles.whole(conn, known.id, url=answer.final_url, canonical_url=piece.page.canonical_url)
    own = {addresses.identity(known.url)}
    same_address = bool(own & {addresses.identity(answer.final_url), addresses.identity(piece.link.url)})
    # another form of the page (AMP, a second section) words its furniture differently: only a real difference counts
    fine = same_address or known.partial or likeness(new.body, old.body) < NEARLY_SAME
    if not (fine and says_something_else(new, old)):
        return StoredArticle(article_id=known.id, outcome="same")
    articles.add_version(conn, known.id, number=old.number + 1, reading=new, capture_id=capture)
    return StoredArticle(article_id=known.id, outcome="version")


def _credible(
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


async def _renamed(
    c: Collector, source: PolledSource, allowed: Allowed, candidates: Sequence[Article], *, answer: HttpResponse, keys: Sequence[str]
) -> Article | None:  # fmt: skip
    """The same article under an older address that now redirects here: papers rename the slug with the title."""
    own = {*keys, addresses.identity(answer.final_url)}
    for candidate in candidates:
        try:
            older = await c.fetcher.get(candidate.url, allowed, gap=source.delay)
        except KiemtinError:
            continue  # it cannot be asked now: two rows at worst, mended by the next look
        if older.hops and older.status == 200 and addresses.identity(older.final_url) in own:
            return candidate
    return None


def store_partial(c: Collector, source: PolledSource, *, page: ExtractedPage, identity: str) -> int | None:
    """Keeps the feed's own words for a page that cannot be had; its article, or None where the page is stored already."""
    known = articles.find(c.conn, [identity])
    new = reading(page, reader="entry-1")
    if known is not None:
        if not known.partial:
            return None
        old = articles.latest(c.conn, known.id)
        if says_something_else(new, old):
            articles.add_version(c.conn, known.id, number=old.number + 1, reading=new)
        return known.id
    now = datetime.now(UTC)
    return articles.add(
        c.conn,
        source_id=source.id,
        url=page.url,
        identity=identity,
        canonical_url=None,
        reading=new,
        partial=True,
        next_look_at=now + timedelta(hours=24),
    )
