"""Boxes of other articles inside the running text, found by how they are built and not by what they are called.

A box is the largest element around a linked headline or a linked picture that begins with it and holds, for each such
link, at most a lead of that article. What holds half of the text is no box.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import urljoin, urlsplit

from crawler.extract.text_blocks import Block
from crawler.text import plain_text

LONGEST_LEAD = 450  # letters of the summaries beside one link
MOST_LINES = 3  # paragraphs beside one link
ENOUGH_OUTSIDE = 200  # letters of the article that must stand outside
LARGEST_SHARE = 0.5  # of the prose; more is a page of short pieces
MOST_LINKS = 200

_HEADINGS = ("h2", "h3", "h4", "h5", "h6")
_BOXES = (
    "div",
    "section",
    "aside",
    "article",
    "blockquote",
    "table",
    "ul",
    "ol",
    "li",
    "figure",
    "td",
    "tr",
    "tbody",
    "dl",
)
_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|svg|pdf|docx?|xlsx?|mp[34])(?:$|\?)", re.IGNORECASE)


def orders(blocks: Sequence[Block], container: Any, *, url: str) -> set[int]:
    """The orders of the blocks that stand in boxes of other articles; ``url``: the page's own."""
    if container is None:
        return set()
    links = [a for a in list(container.iter("a"))[:MOST_LINKS] if _leads_to_article(a, url) and _card(a)]
    if not links:
        return set()
    total = sum(len(b.text) for b in blocks if b.link_share < 0.4)
    found: set[int] = set()
    for link in links:
        held = _around(link, container, blocks, cards=set(links))
        found |= {b.order for b in held}
    taken = sum(len(b.text) for b in blocks if b.order in found and b.link_share < 0.4)
    return found if total - taken >= ENOUGH_OUTSIDE and taken <= LARGEST_SHARE * total else set()


def _leads_to_article(link: Any, url: str) -> bool:
    href = (link.get("href") or "").strip()
    if not href or href.startswith(("#", "javascript:", "mailto:", "tel:")) or _FILE.search(href):
        return False
    try:
        target, own = urlsplit(urljoin(url, href)), urlsplit(url)
    except ValueError:
        return False
    alike = target.netloc.removeprefix("www.") == own.netloc.removeprefix("www.")
    return alike and target.path not in ("", "/", own.path)


def _card(link: Any) -> bool:
    """Whether a link is a headline or a picture of its own, and not a word of a sentence."""
    for parent in (link, *link.iterancestors()):
        if parent.tag in _HEADINGS:
            return True
        if parent.tag in ("p", *_BOXES):
            break
    return link.find(".//img") is not None or any(link.find(f".//{h}") is not None for h in _HEADINGS)


def _around(link: Any, container: Any, blocks: Sequence[Block], *, cards: set[Any]) -> list[Block]:
    """The blocks of the largest box around a link that begins with a card and holds little else."""
    best: list[Block] = []
    box = link
    for _ in range(8):
        box = box.getparent()
        if box is None or box is container or box.tag in ("body", "main"):
            break
        if box.tag not in _BOXES and box.tag not in _HEADINGS:
            continue
        inside = _inside(blocks, box)
        if not inside and box.tag in _HEADINGS:
            continue
        count = sum(1 for a in box.iter("a") if a in cards)
        prose = [b for b in inside if b.link_share < 0.4]
        small = sum(len(b.text) for b in prose) <= LONGEST_LEAD * count and len(prose) <= MOST_LINES * count
        if not small or not _begins_with_card(box, cards):
            break
        best = inside
    return best


def _begins_with_card(box: Any, cards: set[Any]) -> bool:
    """Whether nothing but a short heading or a picture stands in a box before its first card."""
    before = 0
    for node in box.iter():
        if node in cards:
            return before <= 60
        if isinstance(node.tag, str) and node is not box and node.text:
            before += len(plain_text.line(node.text))
        elif node is box and box.text:
            before += len(plain_text.line(box.text))
    return False


def _inside(blocks: Sequence[Block], box: Any) -> list[Block]:
    members = set(box.iter())
    return [b for b in blocks if b.element in members]
