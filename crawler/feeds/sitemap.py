"""Sitemaps, news sitemaps and sitemap indexes: their text to entries and further maps."""

from __future__ import annotations

import re
from datetime import datetime, tzinfo

from crawler.feeds.entry import MOST_ENTRIES, Feed, SubMap, entry
from crawler.text import dates, plain_text, xml_cleanup
from db.core.language import from_tag
from db.press import urls


def read(text: str, *, url: str, now: datetime, zone: tzinfo) -> Feed:
    """The sitemap in an XML text; kind ``unknown`` where it is none. ``url``: where it came from."""
    from lxml import etree

    bare = xml_cleanup.ampersands_escaped(xml_cleanup.bare(xml_cleanup.without_controls(text)))
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
            said.setdefault(_local_name(part.tag), part.text or "")
        if not said.get("loc", "").strip():
            continue
        if _local_name(node.tag) == "sitemap":
            loc = urls.tidy(said["loc"], url)
            moment = dates.parse(said.get("lastmod"), now=now, zone=zone)
            if loc:
                maps.append(SubMap(url=loc, modified_at=moment.at if moment else None))
            continue
        language = language or from_tag(said.get("language"))
        publisher = publisher or plain_text.plain(said.get("name"))
        rows.append(
            entry(
                link=said["loc"], base=url, now=now, zone=zone, title=said.get("title", ""),
                published_raw=said.get("publication_date"), updated_raw=said.get("lastmod"),
                language=said.get("language"), tags=said.get("keywords", "").split(","),
            )
        )  # fmt: skip
        if len(rows) >= MOST_ENTRIES:
            notes = (*notes, "too many entries")
            break
    kind = (
        "sitemapindex"
        if _local_name(root.tag).lower() == "sitemapindex" or (maps and not rows)
        else "sitemap"
    )
    return Feed(
        kind=kind, title=publisher, language=language, entries=tuple(rows), sitemaps=tuple(maps), notes=notes
    )


def is_address_list(text: str) -> bool:
    """Whether a text is a sitemap of plain lines, an address each (sitemaps.org, "Text file")."""
    lines = [line.strip() for line in text[:20_000].split("\n")[:50]]
    given = [line for line in (lines[:-1] if len(text) > 20_000 else lines) if line]
    return bool(given) and all(re.fullmatch(r"https?://[^\s<>\"]+", line) for line in given)


def read_address_list(text: str, *, url: str, now: datetime, zone: tzinfo) -> Feed:
    """The sitemap in a text of addresses; lines that are none are left out."""
    links = [found for line in text.split("\n") if (found := line.strip()) and urls.tidy(found)]
    rows = tuple(entry(link=link, base=url, now=now, zone=zone) for link in links[:MOST_ENTRIES])
    return Feed(
        kind="sitemap", entries=rows, notes=("too many entries",) if len(links) > MOST_ENTRIES else ()
    )


def _local_name(tag: str) -> str:
    """The name without its namespace, or without a prefix that the document does not declare (``news:news``)."""
    return tag.rsplit("}", 1)[-1].rsplit(":", 1)[-1]
