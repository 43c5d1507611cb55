"""Feeds and sitemaps: bytes to entries. Nothing is rejected for being ill-formed; what is odd becomes a note.

Records: `entry`; JSON Feed: `json_feed`; sitemaps: `sitemap`. RSS, Atom, RDF and their dialects go through feedparser, with its sanitising and URL resolution off (3.4 times
faster; callers sanitise before display). feedparser loses entries after control characters and garbles text
under a wrong encoding declaration, so the bytes are decoded here first and the better of two readings wins.
"""

import io
import re
import xml.sax
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from typing import Any

from crawler.feeds import json_feed, sitemap
from crawler.feeds.entry import Alternate, Feed, FeedEntry, entry
from crawler.text import charset, date_conventions, dates, plain_text, xml_cleanup
from crawler.text.date_conventions import DateConventions
from db.core.language import from_tag
from db.core.time import HANOI
from db.press import urls

MOST_ITEMS = 20_000  # of an RSS or Atom feed; the longest seen holds 5,000


_ANY_DAY = datetime(9000, 1, 1, tzinfo=UTC)  # so late that no date is refused as too far ahead
_ITEM = re.compile(r"<(?:[\w\-]+:)?(?:item|entry)[\s>/]", re.IGNORECASE)
_SITEMAP = re.compile(r"<(?:[\w\-]{1,40}:)?(?:urlset|sitemapindex)[\s>]")
_FRAME = re.compile(r"<(?:[\w\-]+:)?(?:rss|feed|rdf|channel)[\s>:]", re.IGNORECASE)


def read(
    raw: bytes, *, url: str, content_type: str | None = None, now: datetime, zone: tzinfo = HANOI
) -> Feed:
    """The feed, sitemap or page in ``raw``. Never raises for what the bytes are.

    ``url``: where they came from, for relative links. ``now`` (aware) bounds believable dates; ``zone``
    stands in where a date names none.
    """
    try:
        raw = charset.unpack(raw)
    except charset.PackedTooLarge:
        return Feed(kind="unknown", url=url, notes=("unpacks to too much",))
    decoded = charset.decode(raw, charset=charset.charset_of(content_type))
    text = decoded.text.lstrip("\ufeff \t\r\n\x00")
    notes = ("wrong encoding declared",) if "declared encoding is wrong" in decoded.notes else ()
    head = xml_cleanup.without_leading_remarks(text)[:3000].lower()
    if text.startswith(("{", "[")):
        feed = json_feed.read(text, url=url, now=now, zone=zone)
    elif _SITEMAP.search(head):
        feed = sitemap.read(text, url=url, now=now, zone=zone)
    elif sitemap.is_address_list(text):
        feed = sitemap.read_address_list(text, url=url, now=now, zone=zone)
    elif _looks_like_html(head) and not _ITEM.search(text[:200_000]):
        feed = _html(text, url=url)
    else:
        feed = _syndication(raw, text, url=url, content_type=content_type, now=now, zone=zone)
    if feed.kind not in ("html", "unknown") and not feed.entries and not feed.sitemaps:
        notes = (*notes, "empty")
    if any(not e.url for e in feed.entries):
        notes = (*notes, "entries without address")
    return replace(feed, url=url, encoding=decoded.encoding, notes=(*feed.notes, *notes))


# ── RSS, Atom, RDF ──────────────────────────────────────────────────────────────────────────────────


def _syndication(
    raw: bytes, text: str, *, url: str, content_type: str | None, now: datetime, zone: tzinfo
) -> Feed:
    text, more = _bounded(text)
    due = len(_ITEM.findall(text))
    if not due and not _FRAME.search(text[:100_000]):
        return Feed(kind="unknown", notes=("not a feed",))
    cleaned = xml_cleanup.without_controls(text)
    bare = xml_cleanup.without_words_in_links(xml_cleanup.ampersands_escaped(xml_cleanup.bare(cleaned)))
    parsed, found = _feedparser(bare.encode("utf-8", "replace"), url, "application/xml; charset=utf-8")
    if found < due:  # cut off, or a dialect that needs its own declaration
        other = _feedparser(b"" if more else raw, url, content_type or "application/xml")
        if other[1] > found:
            parsed, found = other
    if parsed is None:
        return Feed(kind="unknown", notes=("not a feed",))
    version = str(parsed.get("version") or "")
    kind = "atom" if version.startswith("atom") else "rdf" if version in ("rss10", "rss090") else "rss"
    if not version and not found:
        return (
            _html(text, url=url)
            if _looks_like_html(text[:3000].lower())
            else Feed(kind="unknown", notes=("not a feed",))
        )
    notes = []
    if parsed.get("bozo") or cleaned != text:
        notes.append("ill-formed")
    if due and not re.search(
        r"</(?:[\w\-]+:)?(?:rss|feed|rdf|channel)\s*>\s*(?:<!--.{0,300}-->\s*)?$",
        bare[-600:],
        re.IGNORECASE | re.DOTALL,
    ):
        notes.append("truncated")
    about: Mapping[str, Any] = parsed.get("feed") or {}
    links = about.get("links") or []
    conventions = date_conventions.learn(map(_published, parsed.entries), now=now, zone=zone)
    entries = tuple(_entry(e, base=url, now=now, zone=zone, conventions=conventions) for e in parsed.entries)
    if "truncated" in notes and entries and not bare.rstrip().lower().endswith(("</item>", "</entry>")):
        last = bare.rfind("<item"), bare.rfind("<entry")
        tail = bare[max(last) :].lower()
        if max(last) >= 0 and "</item" not in tail and "</entry" not in tail:
            entries = _without_cut(entries)
    if more:
        notes.append("too many entries")
    ttl = str(about.get("ttl") or "").strip()
    return Feed(
        kind=kind,
        title=plain_text.plain(_text(about.get("title"))),
        home=urls.tidy(_text(about.get("link")), url) if about.get("link") else None,
        language=from_tag(
            _text(about.get("language")) or _text((about.get("title_detail") or {}).get("language"))
        ),
        entries=entries,
        hub=_rel(links, "hub", url),
        next_url=_rel(links, "next", url),
        ttl_minutes=int(ttl) if ttl.isdigit() and len(ttl) < 6 else None,
        notes=tuple(notes),
    )


def _bounded(text: str) -> tuple[str, bool]:
    """The text with at most MOST_ITEMS items, and whether there were more."""
    if text.count("<item") + text.count("<entry") <= MOST_ITEMS:
        return text, False
    for n, found in enumerate(_ITEM.finditer(text)):
        if n == MOST_ITEMS:
            return text[: found.start()], True
    return text, False


def _feedparser(raw: bytes, url: str, content_type: str) -> tuple[Any, int]:
    """feedparser's reading and its number of entries; (None, 0) where it fails."""
    import feedparser

    try:
        parsed = feedparser.parse(
            io.BytesIO(raw),
            response_headers={"content-type": content_type, "content-location": url},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except (
        xml.sax.SAXException,
        ValueError,
        LookupError,
        AttributeError,
        TypeError,
        AssertionError,
        RecursionError,
    ):
        # seen from feedparser on damaged input; the other reading is tried, and the note tells
        return None, 0
    return parsed, len(parsed.entries)


def _published(item: Mapping[str, Any]) -> str:
    get = dict(item).get
    return _text(get("published")) or _text(get("updated")) or _text(get("created"))


def _entry(
    item: Mapping[str, Any], *, base: str, now: datetime, zone: tzinfo, conventions: DateConventions
) -> FeedEntry:
    get = dict(item).get
    named = [_text(x.get("href")) for x in get("links") or [] if x.get("rel") in (None, "alternate")]
    link = _text(get("link"))
    if any(named) and link not in named:
        link = next(filter(None, named))  # what feedparser took from a link of another kind
    guid = _text(get("id")) or None
    if not link:
        others = [
            _text(x.get("href")) for x in get("links") or [] if x.get("rel") in (None, "alternate", "self")
        ]
        link = next((x for x in others if x), "")
    if not link and guid and re.match(r"https?://|/[^/\s]", guid):
        link = guid
    contents = [
        _text(c.get("value"))
        for c in get("content") or []
        if "html" in str(c.get("type")) or "text" in str(c.get("type"))
    ]
    source = get("source") or {}
    made = entry(
        link=link,
        base=_text((get("title_detail") or {}).get("base")) or base,
        now=now,
        zone=zone,
        guid=guid,
        title=_text(get("title")),
        summary=_text(get("summary")),
        content=max(contents, key=len, default=""),
        published_raw=_published(item),
        conventions=conventions,
        updated_raw=_text(get("updated")),
        authors=[_text(a.get("name")) for a in get("authors") or [] if a] or [_text(get("author"))],
        language=_text(get("language")) or _text((get("title_detail") or {}).get("language")),
        tags=[_text(t.get("term")) for t in get("tags") or []],
        publisher=_text(source.get("title")) if hasattr(source, "get") else None,
        publisher_url=_text(source.get("href")) if hasattr(source, "get") else None,
    )
    if made.published_at is None and (parts := get("published_parsed") or get("updated_parsed")):
        at = _from_parts(parts)
        if (
            at is not None
            and dates.plausible(at, now=now)
            and dates.parse(made.published_raw, now=_ANY_DAY) is None
        ):
            made = replace(made, published_at=at)
    return made


def _from_parts(parts: Any) -> datetime | None:
    try:
        year, month, day, hour, minute, second = parts[:6]
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except (TypeError, ValueError):
        return None


def _without_cut(entries: tuple[FeedEntry, ...]) -> tuple[FeedEntry, ...]:
    """The entries without the last one if the cut has taken its address: it will come whole from elsewhere."""
    return entries[:-1] if not entries[-1].url and any(e.url for e in entries) else entries


def _rel(links: Iterable[Mapping[str, Any]], rel: str, base: str) -> str | None:
    found = next((_text(x.get("href")) for x in links if x.get("rel") == rel), "")
    return urls.tidy(found, base) if found else None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


# ── pages where a feed should be ────────────────────────────────────────────────────────────────────

_LINK = re.compile(r"<link\b[^<>]{0,1000}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"""([\w\-]{1,40})\s{0,3}=\s{0,3}(?:"([^"<>]{0,900})"|'([^'<>]{0,900})'|([^\s"'<>]{1,900}))"""
)
_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml")


def _looks_like_html(head: str) -> bool:
    return "<!doctype html" in head or re.search(r"<(?:html|head|body)[\s>]", head) is not None


def _html(text: str, *, url: str) -> Feed:
    return Feed(kind="html", alternates=alternates(text, url=url), notes=("not a feed",))


def alternates(text: str, *, url: str) -> tuple[Alternate, ...]:
    """The feeds that an HTML page announces."""
    out: dict[str, Alternate] = {}
    for tag in _LINK.findall(text[:500_000]):
        said = {
            m[1].lower(): plain_text.unescaped(m[2] or m[3] or m[4] or "") for m in _ATTRIBUTE.finditer(tag)
        }
        if (
            "alternate" in said.get("rel", "").lower().split()
            and said.get("type", "").lower().split(";")[0] in _FEED_TYPES
        ):
            href = urls.tidy(said.get("href", ""), url)
            if href and href not in out:
                out[href] = Alternate(url=href, title=plain_text.line(said.get("title")))
    return tuple(out.values())
