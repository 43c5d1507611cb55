"""Section pages of a paper that has no feed: the links of its menu. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any
from urllib.parse import urlsplit

from crawler.extract.link_lists import looks_like_article
from crawler.text import charset as encodings
from crawler.text.markup_bounds import bounded
from db.press import urls

MOST = 12  # section pages asked for one paper
_NAMED = re.compile(r"/(?:chuyen-muc|category|danh-muc|section|chuyen-trang|muc|c)/[^/]+/?$", re.IGNORECASE)
_NEVER = re.compile(
    r"/(?:tag|tu-khoa|search|tim-kiem|login|dang-nhap|dang-ky|rss|feed|lien-he|contact|about|gioi-thieu|quang-cao|toa-soan"
    r"|privacy|terms|author|tac-gia|user|account|cdn-cgi|video|podcast|anh|photo|en|amp)(?:[/.\-]|$)"
    r"|\.(?:jpe?g|png|gif|webp|svg|pdf|docx?|xlsx?|zip|rar|mp[34]|css|js|xml|rss)$",
    re.IGNORECASE,
)


def section_links(body: bytes, *, url: str, charset: str | None, hosts: Collection[str]) -> list[str]:
    """Addresses of the sections that a front page's menu names, in page order, at most MOST."""
    from lxml import etree, html

    try:
        tree: Any = html.document_fromstring(
            bounded(encodings.decode(body, charset=charset).text.replace("\0", "")).encode(
                "utf-8", "replace"
            ),
            parser=html.HTMLParser(encoding="utf-8"),
        )
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return []
    base = tree.find(".//base[@href]")
    root = urls.tidy(base.get("href"), url) or url if base is not None else url
    found: dict[str, str] = {}
    for node in tree.iter("a"):
        target = urls.tidy(node.get("href") or "", root)
        if target is None or not urls.belongs(target, hosts) or urls.is_front_page(target):
            continue
        path = urlsplit(target).path
        if _NEVER.search(path) or looks_like_article(target) > 0.4:
            continue
        short = len([p for p in path.split("/") if p]) <= 2
        if _NAMED.search(path) or (short and _in_menu(node) and len(node.text_content().split()) <= 6):
            found.setdefault(urls.identity(target), target)
    return list(found.values())[:MOST]


def _in_menu(node: Any) -> bool:
    for parent in node.iterancestors():
        names = f"{parent.get('class') or ''} {parent.get('id') or ''}"
        if parent.tag == "nav" or re.search(
            r"\b(?:nav|menu|navbar|main-?menu|category)\b", names, re.IGNORECASE
        ):
            return True
        if parent.tag == "body":
            return False
    return False
