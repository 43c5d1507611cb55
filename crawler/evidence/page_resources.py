"""What a page needs to look as it did: style sheets, pictures, fonts, named by the page and by its style sheets. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urldefrag, urljoin

from lxml import etree, html
from w3lib.url import safe_url_string

from crawler.text.markup_bounds import bounded

Kind = Literal["style", "image", "font"]
_URL = re.compile(r"url\(\s*(?:\"([^\"]{1,2000})\"|'([^']{1,2000})'|([^)\s\"']{1,2000}))\s*\)", re.IGNORECASE)
_IMPORT = re.compile(
    r"@import\s+(?:url\()?\s*[\"']?([^\"')\s;]{1,2000})[\"']?\s*\)?([^;]{0,200});", re.IGNORECASE
)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_FONT = re.compile(r"\.(?:woff2?|ttf|otf|eot)(?:$|[?#])", re.IGNORECASE)
# where pages keep the address of a picture that a script would load later; without scripts it is the picture
LAZY = ("data-src", "data-original", "data-lazy-src")


@dataclass(frozen=True, slots=True, kw_only=True)
class Needed:
    """One thing a page needs, by its address."""

    url: str
    kind: Kind


def of_page(body: bytes, *, url: str, encoding: str | None = None) -> list[Needed]:
    """What a page names, style sheets first, each address once, in the page's order; [] for what cannot be read."""
    if not body.strip():
        return []
    try:
        # any encoding of markup keeps ASCII apart (charset is the parser's): letters are not looked at here
        bound = bounded(body.decode("latin-1")).encode("latin-1")
        root = html.document_fromstring(bound, parser=html.HTMLParser(encoding=encoding, huge_tree=False))
    except (ValueError, LookupError, etree.ParserError):
        return []
    named = next((one.get("href") for one in root.iter("base") if one.get("href")), None)
    base = _absolute(named or "", url) or url
    found = [*_styles(root, base), *_images(root, base)]
    for one in root.iter("style"):
        found += of_style(one.text or "", url=base)
    for one in root.iter(etree.Element):
        found += of_style(one.get("style") or "", url=base)
    return _once(sorted(found, key=lambda one: one.kind != "style"))


def of_style(text: str, *, url: str) -> list[Needed]:
    """What a style sheet names: further sheets, pictures, fonts."""
    text = _COMMENT.sub("", text)
    found: list[Needed] = []
    for name, media in _IMPORT.findall(text):
        if "print" not in media:
            found += _needed(name, url, "style")
    imported = {one.url for one in found}
    for groups in _URL.findall(text):
        name = next(filter(None, groups), "")
        kind: Kind = "font" if _FONT.search(name) else "image"
        found += [one for one in _needed(name, url, kind) if one.url not in imported]
    return _once(found)


def _styles(root: html.HtmlElement, base: str) -> Iterator[Needed]:
    for link in root.iter("link"):
        words = (link.get("rel") or "").lower().split()
        if "stylesheet" in words and "alternate" not in words and link.get("media", "").lower() != "print":
            yield from _needed(link.get("href") or "", base, "style")


def _images(root: html.HtmlElement, base: str) -> Iterator[Needed]:
    for image in root.iter("img"):
        for name in ("src", *LAZY):
            yield from _needed(image.get(name) or "", base, "image")
        if not any(image.get(name) for name in ("src", *LAZY)):
            yield from _needed(_largest(image.get("srcset") or ""), base, "image")
    for video in root.iter("video"):
        yield from _needed(video.get("poster") or "", base, "image")


def _largest(srcset: str) -> str:
    """The last address of a srcset: papers write them from small to large."""
    return srcset.split(",")[-1].strip().split(" ")[0]


def _needed(name: str, base: str, kind: Kind) -> list[Needed]:
    name = name.strip()
    if not name or name.lower().startswith(("data:", "blob:", "about:", "javascript:", "#")):
        return []
    target = _absolute(name, base)
    return [Needed(url=target, kind=kind)] if target else []


def _absolute(name: str, base: str) -> str | None:
    """As a browser would ask for it, tracking parameters included; None for what is no web address."""
    try:
        found: str = urldefrag(safe_url_string(urljoin(base, name)))[0]
    except ValueError:
        return None
    return found if found.startswith(("http://", "https://")) else None


def _once(found: list[Needed]) -> list[Needed]:
    first: dict[str, Needed] = {}
    for one in found:
        first.setdefault(one.url, one)
    return list(first.values())
