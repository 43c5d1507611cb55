"""What feeds, sitemaps and lists name: their entries, and the one way an entry is made of raw parts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from crawler.text import plain_text
from crawler.text.date_conventions import UNKNOWN, DateConventions
from db.core.language import from_tag
from db.core.time import HANOI
from db.press import urls

MOST_ENTRIES = 50_000  # a sitemap's own limit (sitemaps.org); of longer lists the rest is left, with a note
LONGEST_FIELD = 400_000  # code points kept of one summary or content


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One item of a feed, sitemap or list.

    ``url`` is absolute and tidied, "" when the item names none; ``key`` identifies the item inside its feed and
    is never empty (the article's identity, else the guid, else a hash of title and date). ``title`` and
    ``summary`` are one plain line each, ``content`` plain paragraphs parted by newlines ("" when the feed gives
    only a summary). ``published_at`` keeps the stated offset; ``published_assumed``: no zone was stated.
    ``digest`` changes when anything a reader sees changes.
    """

    url: str
    key: str
    guid: str | None = None
    title: str = ""
    summary: str = ""
    content: str = ""
    published_raw: str | None = None
    published_at: datetime | None = None
    published_assumed: bool = False
    updated_at: datetime | None = None
    authors: tuple[str, ...] = ()
    language: str | None = None
    tags: tuple[str, ...] = ()
    publisher: str | None = None
    publisher_url: str | None = None
    digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternate:
    """A feed that a page announces by ``<link rel=alternate>``."""

    url: str
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubMap:
    """A sitemap named in a sitemap index."""

    url: str
    modified_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """What a feed address answered.

    ``kind``: ``rss | atom | rdf | json | sitemap | sitemapindex | html | unknown``. ``notes`` are from
    ``ill-formed``, ``empty``, ``not a feed``, ``wrong encoding declared``, ``truncated``, ``too many entries``,
    ``unpacks to too much``, ``entries without address``.
    """

    kind: str
    url: str = ""
    title: str = ""
    home: str | None = None
    language: str | None = None
    entries: tuple[FeedEntry, ...] = ()
    sitemaps: tuple[SubMap, ...] = ()
    alternates: tuple[Alternate, ...] = ()
    hub: str | None = None
    next_url: str | None = None
    ttl_minutes: int | None = None
    encoding: str = ""
    notes: tuple[str, ...] = ()


def entry(
    *,
    link: str | None,
    base: str,
    now: datetime,
    zone: tzinfo = HANOI,
    guid: str | None = None,
    title: str = "",
    summary: str = "",
    content: str = "",
    published_raw: str | None = None,
    updated_raw: str | None = None,
    authors: Iterable[str] = (),
    language: str | None = None,
    tags: Iterable[str] = (),
    publisher: str | None = None,
    publisher_url: str | None = None,
    conventions: DateConventions = UNKNOWN,
) -> FeedEntry:
    """An entry from raw parts: address resolved, title and summary made plain, date parsed, key and digest set.

    ``conventions``: how this list writes dates, where that was learned from its other items.
    """
    url = urls.tidy(link, base) if link else None
    summary, content = plain_text.without_data_addresses(summary), plain_text.without_data_addresses(content)
    title, summary = plain_text.plain(title[:20_000]), plain_text.plain(summary[:LONGEST_FIELD])
    body = plain_text.paragraphs(content[:LONGEST_FIELD])
    raw = plain_text.line(published_raw) or None
    moment = conventions.read(raw, now=now, zone=zone)
    updated = conventions.read(updated_raw, now=now, zone=zone)
    if url:
        key = urls.identity(url)
    elif guid:
        key = f"guid:{guid[:500]}"
    else:
        key = "hash:" + hashlib.sha256(f"{title}\n{raw or summary}".encode()).hexdigest()[:32]
    seen = "\x1f".join((title, summary, body, raw or ""))
    return FeedEntry(
        url=url or "",
        key=key,
        guid=guid,
        title=title,
        summary=summary,
        content=body,
        published_raw=raw,
        published_at=moment.at if moment else None,
        published_assumed=bool(moment and moment.assumed),
        updated_at=updated.at if updated else None,
        authors=tuple(dict.fromkeys(a for a in map(plain_text.plain, authors) if a)),
        language=from_tag(language),
        tags=tuple(dict.fromkeys(t for t in map(plain_text.plain, tags) if t)),
        publisher=plain_text.plain(publisher) or None,
        publisher_url=urls.tidy(publisher_url, base) if publisher_url else None,
        digest=hashlib.sha256(seen.encode("utf-8", "replace")).hexdigest()[:32],
    )
