"""Texts of a page that may hold a date: its short visible lines, and attributes of elements that are named for dates."""

from __future__ import annotations

from typing import Any

from lxml import etree

from crawler.extract.class_names import words_of
from crawler.extract.date_labels import DATE_NAMES, HINT
from crawler.text import plain_text

LONGEST_LINE = 200  # letters of a visible line that may be a date line
MOST_LINES = 400
_TEXTS: Any = etree.XPath("descendant::text()[normalize-space()]")
_BLOCKS = {
    "p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "dl", "dt", "dd", "table", "tr", "td", "th", "article", "section",
    "main", "header", "footer", "aside", "blockquote", "figure", "figcaption", "center", "address", "body", "form", "nav", "details",
}  # fmt: skip
_UNSEEN = {"script", "style", "noscript", "template", "option", "textarea", "title", "head", "svg", "iframe"}


def dated_texts(root: Any) -> list[tuple[str, Any]]:
    """(text, element) of the short lines that may hold a date; a line is what stands between block borders or breaks."""
    out: list[tuple[str, Any]] = []
    seen: set[Any] = set()
    for node in _TEXTS(root):
        if not HINT.search(node):
            continue
        parent = node.getparent()
        element = parent.getparent() if node.is_tail and parent is not None else parent
        if element is None or any(e.tag in _UNSEEN for e in (element, *element.iterancestors())):
            continue
        text, holder = _line_around(node, element)
        if text and holder not in seen or text and holder is None:
            if holder is not None:
                seen.add(holder)
            out.append((text, element if holder is None else holder))
        if len(out) >= MOST_LINES:
            break
    return out


def dated_attributes(root: Any) -> list[tuple[Any, str]]:
    """(element, date text) of elements that keep their date in an attribute: ``<time datetime>``, ``<span title>``."""
    out: list[tuple[Any, str]] = []
    for node in _WITH_ATTRIBUTE(root):
        if node.tag != "time" and not words_of(node) & DATE_NAMES:
            continue
        raw = next((v for a in _DATE_ATTRIBUTES if (v := (node.get(a) or "").strip())), "")
        if raw and len(out) < MOST_LINES:
            out.append((node, raw))
    return out


_DATE_ATTRIBUTES = (
    "datetime",
    "data-datetime",
    "data-date",
    "data-time",
    "data-published",
    "data-timestamp",
    "data-pubdate",
    "title",
)
_WITH_ATTRIBUTE: Any = etree.XPath("descendant::*[" + " or ".join(f"@{a}" for a in _DATE_ATTRIBUTES) + "]")


def _line_around(node: Any, element: Any) -> tuple[str, Any]:
    """The line a text node stands in, and the element that is the line; None where it is a part of a longer one."""
    block = element
    while block.tag not in _BLOCKS and block.getparent() is not None:
        block = block.getparent()
    whole = text_of(block)
    if len(whole) <= LONGEST_LINE:
        return whole, block
    inner = element
    while inner is not block:  # a span of its own within a longer block
        text = text_of(inner)
        if len(text) <= LONGEST_LINE and inner.tag != "a":
            return text, inner
        inner = inner.getparent()
    own = plain_text.line(str(node))
    return (own, None) if len(own) <= LONGEST_LINE and _between_breaks(node) else ("", None)


def text_of(element: Any) -> str:
    return plain_text.line(" ".join(element.itertext())) if element is not None else ""


def _between_breaks(node: Any) -> bool:
    """Whether a text node is a line by itself: breaks, or the border of its block, on both sides."""
    parent = node.getparent()
    before = parent if node.is_tail else None
    after = parent.getnext() if node.is_tail else (parent[0] if len(parent) else None)
    return all(side is None or side.tag in ("br", "hr") or side.tag in _BLOCKS for side in (before, after))
