"""Sitemaps, news sitemaps and sitemap indexes: their text to entries and further maps."""

from __future__ import annotations

from datetime import datetime, tzinfo

from crawler.feeds.entry import MOST_ENTRIES, Feed, SubMap, entry
from crawler.text import dates, plain_text, xml_cleanup
from db.core.language import from_tag
from db.press import urls


def read(text: str, *, url: str, now: datetime, zone: tzinfo) -> Feed:
    """The sitemap in an XML text; kind ``unknown`` where it is none. ``url``: where it came from."""
    from lxml import etree

    bare = xml_cleanup.bare(xml_cleanup.without_controls(text))
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
                published_raw=said.get("publication_date") or said.get("lastmod"), updated_raw=said.get("lastmod"),
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


def _local_name(tag: str) -> str:
    """The name without its namespace, or without a prefix that the document does not declare (``news:news``)."""
    return tag.rsplit("}", 1)[-1].rsplit(":", 1)[-1]
