"""Feeds and sitemaps: bytes to entries. Nothing is rejected for being ill-formed; what is odd becomes a note.

RSS, Atom, RDF and their dialects go through feedparser, with its sanitising and URL resolution off (3.4 times
faster; callers sanitise before display). feedparser loses entries after control characters and garbles text
under a wrong encoding declaration, so the bytes are decoded here first and the better of two readings wins.
"""

import hashlib
import io
import json
import re
import xml.sax
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from typing import Any

from crawler import encodings, languages, moments, texts
from db import addresses

MOST_ENTRIES = 50_000  # a sitemap's own limit (sitemaps.org); of longer lists the rest is left, with a note
MOST_ITEMS = 20_000  # of an RSS or Atom feed; the longest seen holds 5,000
LONGEST_FIELD = 400_000  # code points kept of one summary or content


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
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
    entries: tuple[Entry, ...] = ()
    sitemaps: tuple[SubMap, ...] = ()
    alternates: tuple[Alternate, ...] = ()
    hub: str | None = None
    next_url: str | None = None
    ttl_minutes: int | None = None
    encoding: str = ""
    notes: tuple[str, ...] = ()


_ITEM = re.compile(r"<(?:[\w\-]+:)?(?:item|entry)[\s>/]", re.IGNORECASE)
_FRAME = re.compile(r"<(?:[\w\-]+:)?(?:rss|feed|rdf|channel)[\s>:]", re.IGNORECASE)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_CONTROL_REFERENCE = re.compile(r"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01])|[xX]0*(?:[0-8bBcCeEfF]|1[0-9a-fA-F]));")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,400}\?>", re.IGNORECASE)
_DOCTYPE = re.compile(r"<!DOCTYPE[^\[>]{0,1000}(?:\[(?:[^\]]|\](?!\s*>)){0,200000}\]\s*)?>", re.IGNORECASE)


def read(
    raw: bytes, *, url: str, content_type: str | None = None, now: datetime, zone: tzinfo = moments.HANOI
) -> Feed:
    """The feed, sitemap or page in ``raw``. Never raises for what the bytes are.

    ``url``: where they came from, for relative links. ``now`` (aware) bounds believable dates; ``zone``
    stands in where a date names none.
    """
    try:
        raw = encodings.unpack(raw)
    except encodings.TooLarge:
        return Feed(kind="unknown", url=url, notes=("unpacks to too much",))
    decoded = encodings.decode(raw, charset=encodings.charset_of(content_type))
    text = decoded.text.lstrip("\ufeff \t\r\n\x00")
    notes = ("wrong encoding declared",) if "declared encoding is wrong" in decoded.notes else ()
    head = text[:3000].lower()
    if text.startswith(("{", "[")):
        feed = _json_feed(text, url=url, now=now, zone=zone)
    elif "<urlset" in head or "<sitemapindex" in head:
        feed = _sitemap(text, url=url, now=now, zone=zone)
    elif _looks_like_html(head) and not _ITEM.search(text[:200_000]):
        feed = _html(text, url=url)
    else:
        feed = _syndication(raw, text, url=url, content_type=content_type, now=now, zone=zone)
    if feed.kind not in ("html", "unknown") and not feed.entries and not feed.sitemaps:
        notes = (*notes, "empty")
    if any(not e.url for e in feed.entries):
        notes = (*notes, "entries without address")
    return replace(feed, url=url, encoding=decoded.encoding, notes=(*feed.notes, *notes))


def entry(
    *,
    link: str | None,
    base: str,
    now: datetime,
    zone: tzinfo = moments.HANOI,
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
) -> Entry:
    """An Entry from raw parts: address resolved, title and summary made plain, date parsed, key and digest set."""
    url = addresses.tidy(link, base) if link else None
    title, summary = texts.plain(title[:20_000]), texts.plain(summary[:LONGEST_FIELD])
    body = texts.paragraphs(content[:LONGEST_FIELD])
    raw = texts.line(published_raw) or None
    moment = moments.parse(raw, now=now, zone=zone)
    updated = moments.parse(updated_raw, now=now, zone=zone)
    if url:
        key = addresses.identity(url)
    elif guid:
        key = f"guid:{guid[:500]}"
    else:
        key = "hash:" + hashlib.sha256(f"{title}\n{raw or summary}".encode()).hexdigest()[:32]
    seen = "\x1f".join((title, summary, body, raw or ""))
    return Entry(
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
        authors=tuple(dict.fromkeys(a for a in map(texts.plain, authors) if a)),
        language=languages.from_tag(language),
        tags=tuple(dict.fromkeys(t for t in map(texts.plain, tags) if t)),
        publisher=texts.plain(publisher) or None,
        publisher_url=addresses.tidy(publisher_url, base) if publisher_url else None,
        digest=hashlib.sha256(seen.encode("utf-8", "replace")).hexdigest()[:32],
    )


# ── RSS, Atom, RDF ──────────────────────────────────────────────────────────────────────────────────


def _syndication(
    raw: bytes, text: str, *, url: str, content_type: str | None, now: datetime, zone: tzinfo
) -> Feed:
    text, more = _bounded(text)
    due = len(_ITEM.findall(text))
    if not due and not _FRAME.search(text[:100_000]):
        return Feed(kind="unknown", notes=("not a feed",))
    cleaned = _CONTROL_REFERENCE.sub("", _CONTROL.sub("", text))
    bare = _DOCTYPE.sub("", _DECLARATION.sub("", cleaned, count=1), count=1)
    parsed, found = _feedparser(bare.encode("utf-8", "replace"), url, "application/xml; charset=utf-8")
    if found < due:  # cut off, or a dialect that needs its own declaration
        for other in (
            _feedparser(b"" if more else raw, url, content_type or "application/xml"),
            _feedparser(_mended(bare).encode("utf-8", "replace"), url, "application/xml; charset=utf-8"),
        ):
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
    entries = tuple(_entry(e, base=url, now=now, zone=zone) for e in parsed.entries)
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
        title=texts.plain(_text(about.get("title"))),
        home=addresses.tidy(_text(about.get("link")), url) if about.get("link") else None,
        language=languages.from_tag(
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


def _entry(item: Mapping[str, Any], *, base: str, now: datetime, zone: tzinfo) -> Entry:
    get = dict(item).get
    link = _text(get("link"))
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
        published_raw=_text(get("published")) or _text(get("updated")) or _text(get("created")),
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
            and moments.plausible(at, now=now)
            and moments.parse(made.published_raw, now=datetime.max.replace(tzinfo=UTC)) is None
        ):
            made = replace(made, published_at=at)
    return made


def _from_parts(parts: Any) -> datetime | None:
    try:
        year, month, day, hour, minute, second = parts[:6]
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except (TypeError, ValueError):
        return None


def _mended(text: str) -> str:
    """Bare ampersands escaped and a cut end closed, for a second reading."""
    return re.sub(r"&(?!#?\w{1,31};)", "&amp;", text)


def _without_cut(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """The entries without the last one if the cut has taken its address: it will come whole from elsewhere."""
    return entries[:-1] if not entries[-1].url and any(e.url for e in entries) else entries


def _rel(links: Iterable[Mapping[str, Any]], rel: str, base: str) -> str | None:
    found = next((_text(x.get("href")) for x in links if x.get("rel") == rel), "")
    return addresses.tidy(found, base) if found else None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


# ── JSON Feed ───────────────────────────────────────────────────────────────────────────────────────


def _json_feed(text: str, *, url: str, now: datetime, zone: tzinfo) -> Feed:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return Feed(kind="unknown", notes=("not a feed",))
    items = data.get("items") if isinstance(data, dict) else None
    if not isinstance(data, dict) or not isinstance(items, list):
        return Feed(kind="unknown", notes=("not a feed",))
    language = _text(data.get("language"))
    entries = []
    for item in items[:MOST_ENTRIES]:
        if not isinstance(item, dict):
            continue
        people = item.get("authors") or [item.get("author")]
        names = (
            [_text(a.get("name")) for a in people if isinstance(a, dict)] if isinstance(people, list) else []
        )
        guid = str(item["id"]) if isinstance(item.get("id"), str | int) else None
        link = _text(item.get("url")) or _text(item.get("external_url"))
        if not link and guid and re.match(r"https?://", guid):
            link = guid
        tags = item.get("tags")
        body = _text(item.get("content_html")) or "\n".join(
            f"<p>{p}</p>" for p in _text(item.get("content_text")).split("\n")
        )
        entries.append(
            entry(
                link=link, base=url, now=now, zone=zone, guid=guid, title=_text(item.get("title")),
                summary=_text(item.get("summary")), content=body if texts.plain(body) else "",
                published_raw=_text(item.get("date_published")) or _text(item.get("date_modified")),
                updated_raw=_text(item.get("date_modified")), authors=names,
                language=_text(item.get("language")) or language,
                tags=[t for t in tags if isinstance(t, str)] if isinstance(tags, list) else (),
            )
        )  # fmt: skip
    hubs = data.get("hubs")
    hub = (
        next((_text(h.get("url")) for h in hubs if isinstance(h, dict)), "") if isinstance(hubs, list) else ""
    )
    return Feed(
        kind="json",
        title=texts.plain(_text(data.get("title"))),
        home=addresses.tidy(_text(data.get("home_page_url")), url),
        language=languages.from_tag(language),
        entries=tuple(entries),
        hub=addresses.tidy(hub, url),
        next_url=addresses.tidy(_text(data.get("next_url")), url),
        notes=("too many entries",) if len(items) > MOST_ENTRIES else (),
    )


# ── sitemaps ────────────────────────────────────────────────────────────────────────────────────────


def _sitemap(text: str, *, url: str, now: datetime, zone: tzinfo) -> Feed:
    from lxml import etree

    bare = _DOCTYPE.sub("", _DECLARATION.sub("", _CONTROL.sub("", text), count=1), count=1)
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True
    )
    try:
        root = etree.fromstring(bare.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        root = None
    if root is None:
        return Feed(kind="unknown", notes=("not a feed",))
    notes = ("ill-formed",) if len(parser.error_log) else ()
    rows, maps, language, publisher = [], [], None, ""
    for node in root.iter("{*}url", "{*}sitemap"):
        said: dict[str, str] = {}
        for part in node.iter("{*}*"):
            said.setdefault(etree.QName(part).localname, part.text or "")
        if not said.get("loc", "").strip():
            continue
        if etree.QName(node).localname == "sitemap":
            loc = addresses.tidy(said["loc"], url)
            moment = moments.parse(said.get("lastmod"), now=now, zone=zone)
            if loc:
                maps.append(SubMap(url=loc, modified_at=moment.at if moment else None))
            continue
        language = language or languages.from_tag(said.get("language"))
        publisher = publisher or texts.plain(said.get("name"))
        rows.append(
            entry(
                link=said["loc"], base=url, now=now, zone=zone, title=said.get("title", ""),
                published_raw=said.get("publication_date") or said.get("lastmod"), updated_raw=said.get("lastmod"),
                language=said.get("language"), tags=said.get("keywords", "").split(","),
            )
        )  # fmt: skip
        if len(rows) >= MOST_ENTRIES:
            notes = (*notes, "too many entries")
            break
    kind = (
        "sitemapindex"
        if etree.QName(root).localname.lower() == "sitemapindex" or (maps and not rows)
        else "sitemap"
    )
    return Feed(
        kind=kind, title=publisher, language=language, entries=tuple(rows), sitemaps=tuple(maps), notes=notes
    )


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
        said = {m[1].lower(): texts.unescaped(m[2] or m[3] or m[4] or "") for m in _ATTRIBUTE.finditer(tag)}
        if (
            "alternate" in said.get("rel", "").lower().split()
            and said.get("type", "").lower().split(";")[0] in _FEED_TYPES
        ):
            href = addresses.tidy(said.get("href", ""), url)
            if href and href not in out:
                out[href] = Alternate(url=href, title=texts.line(said.get("title")))
    return tuple(out.values())
