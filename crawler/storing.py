"""From a page to a stored article: which article it is, and whether it says anything new."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal
from urllib.parse import urlsplit

from crawler import gate
from crawler.answers import Answer
from crawler.collector import Collector
from crawler.gate import Allowed
from crawler.pages import Page
from crawler.rhythm import next_look
from db import addresses, articles, captures, links
from db.articles import Article, Reading, Version
from db.errors import KiemtinError
from db.links import Link
from db.sources import Source

READER = "page-1"  # named in every version, so that a better reader can tell whose work it may redo
UNALIKE = 0.3  # below this share of common words two texts are two articles (chosen 2026-11)
NEARLY_SAME = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """Which article, and what became of it: new | version | same."""

    article_id: int
    outcome: Literal["new", "version", "same"]


# ── judging ─────────────────────────────────────────────────────────────────────────────────────────────


def reading(page: Page, *, reader: str = READER) -> Reading:
    """What is stored of a page."""
    return Reading(
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


def carried(new: Reading, old: Version) -> Reading:
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


def says_something_else(new: Reading, old: Version) -> bool:
    """Whether title or text really changed: case, spaces and punctuation alone are no edit."""
    return _letters(new.title) != _letters(old.title) or _letters(new.body) != _letters(old.body)


def _letters(text: str) -> list[str]:
    return re.findall(r"\w+", unicodedata.normalize("NFC", text))


def likeness(one: str, two: str) -> float:
    """Share of common words of two texts, 0..1 (multiset F1)."""
    a, b = Counter(_letters(one.lower())), Counter(_letters(two.lower()))
    total = sum(a.values()) + sum(b.values())
    return 2 * sum((a & b).values()) / total if total else 1.0


def number_in(url: str) -> str | None:
    """The longest number of five digits and more in an address's path: most papers' article number."""
    parts = urlsplit(url)
    found = re.findall(r"(?<!\d)\d{5,}(?!\d)", parts.path + "?" + parts.query)
    return max(found, key=len) if found else None


def keys_of(page: Page, answer: Answer, listed: str, allowed: Allowed) -> list[str]:
    """The keys under which a page may already be known, its canonical address first."""
    urls = [page.canonical_url, answer.final_url, listed, *(h.url for h in answer.hops)]
    urls += [u for u in (page.amp_url, page.mobile_url) if u and gate.refusal(u, allowed) is None]
    return list(dict.fromkeys(addresses.identity(u) for u in urls if u))


# ── doing ───────────────────────────────────────────────────────────────────────────────────────────────


async def store(
    c: Collector,
    source: Source,
    allowed: Allowed,
    *,
    page: Page,
    answer: Answer,
    link: Link,
) -> Stored:
    """Stores what a fetched page says, a new article, a new version of a known one or nothing new, and settles its link."""
    keys = keys_of(page, answer, link.url, allowed)
    new = reading(page)
    found = articles.find(c.conn, keys)
    known = _credible(c, found, new, keys)
    if known is None and found is not None:
        # its canonical address belongs to another text: kept under its own
        keys = [addresses.identity(answer.final_url), addresses.identity(link.url)]
        page = replace(page, canonical_url=answer.final_url)
    if known is None:
        known = await _twin(c, source, allowed, new=new, keys=keys, answer=answer)
        if known is not None:
            with c.conn.transaction():
                articles.moved(c.conn, known.id, url=answer.final_url, canonical_url=page.canonical_url)
                articles.leads_to(c.conn, keys, article_id=known.id)
            known = replace(known, url=answer.final_url)
    # in pipeline mode what needs no answer (the beginning, the ties, the commit) is sent without waiting for one
    with c.conn.pipeline(), c.conn.transaction():
        capture = c.keeper.keep(c.conn, answer, kind="crawl")
        stored = _enter(
            c, source, known, page=page, new=new, keys=keys, answer=answer, listed=link.url, capture=capture
        )
        captures.belongs(c.conn, capture, at=answer.last.at, article_id=stored.article_id)
        links.stored(c.conn, link.identity, article_id=stored.article_id)
    return stored


def _enter(
    c: Collector, source: Source, known: Article | None, *, page: Page, new: Reading, keys: Sequence[str],
    answer: Answer, listed: str, capture: int,
) -> Stored:  # fmt: skip
    """Writes the article, or what is new of a known one."""
    if known is None:
        now = datetime.now(UTC)
        article_id = articles.add(
            c.conn,
            source_id=source.id,
            url=answer.final_url,
            identity=keys[0],
            also=keys,
            canonical_url=page.canonical_url,
            reading=new,
            partial=False,
            next_look_at=next_look(now, now=now, offsets=c.looks) or now + timedelta(hours=24),
            capture_id=capture,
            number=number_in(answer.final_url),
        )
        if article_id is not None:
            return Stored(article_id=article_id, outcome="new")
        known = articles.find(c.conn, keys[:1])
        assert known is not None, "an identity in use belongs to an article"
    articles.leads_to(c.conn, keys, article_id=known.id)
    return _update(c, known, page=page, new=new, answer=answer, listed=listed, capture=capture)


def _update(
    c: Collector, known: Article, *, page: Page, new: Reading, answer: Answer, listed: str, capture: int
) -> Stored:
    old = articles.latest(c.conn, known.id)
    new = carried(new, old)
    if known.state == "gone":
        articles.back(c.conn, known.id)
    if known.partial:
        articles.whole(c.conn, known.id, url=answer.final_url, canonical_url=page.canonical_url)
    own = {addresses.identity(known.url)}
    same_address = bool(own & {addresses.identity(answer.final_url), addresses.identity(listed)})
    # another form of the page (AMP, a second section) words its furniture differently: only a real difference counts
    fine = same_address or known.partial or likeness(new.body, old.body) < NEARLY_SAME
    if not (fine and says_something_else(new, old)):
        return Stored(article_id=known.id, outcome="same")
    articles.add_version(c.conn, known.id, number=old.number + 1, reading=new, capture_id=capture)
    return Stored(article_id=known.id, outcome="version")


def _credible(c: Collector, known: Article | None, new: Reading, keys: Sequence[str]) -> Article | None:
    """The known article, unless only a canonical address says so and the texts are two articles."""
    if known is None or known.partial:
        return known
    direct = articles.find(c.conn, keys[1:]) if len(keys) > 1 else known
    if direct is not None and direct.id == known.id:
        return known
    old = articles.latest(c.conn, known.id)
    if likeness(new.body, old.body) < UNALIKE and likeness(new.title, old.title) < NEARLY_SAME:
        return direct
    return known


async def _twin(
    c: Collector, source: Source, allowed: Allowed, *, new: Reading, keys: Sequence[str], answer: Answer
) -> Article | None:
    """The same article under an older address that now redirects here: papers rename the slug with the title."""
    candidates = articles.twins(
        c.conn, source.id, number=number_in(answer.final_url), text_sha256=new.text_sha256, title=new.title
    )
    for candidate in candidates:
        try:
            older = await c.fetcher.get(candidate.url, allowed, gap=source.delay)
        except KiemtinError:
            continue  # it cannot be asked now: two rows at worst, mended by the next look
        if older.hops and older.status == 200 and addresses.identity(older.final_url) in keys:
            return candidate
    return None


def store_partial(c: Collector, source: Source, *, page: Page, identity: str) -> int | None:
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
