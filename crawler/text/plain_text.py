"""Marked-up snippets to plain text: titles and summaries of feeds, meta data, entities written twice."""

import html
import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from lxml import etree

_TAG = re.compile(
    r"<(?:[a-zA-Z][^<>]{0,4000}|/[a-zA-Z][^<>]{0,200}|!--[^<>]{0,2000}--|!\[CDATA\[|!DOCTYPE[^<>]{0,200}|\?[^<>]{0,200})>|\]\]>"
)
_DROPPED = re.compile(r"<(script|style)\b[^<>]{0,2000}>.{0,20000}?</\1\s*>", re.IGNORECASE | re.DOTALL)
_BREAK = re.compile(
    r"</?(?:p|br|div|li|ul|ol|tr|table|h[1-6]|blockquote|section|article)\b[^<>]{0,2000}>", re.IGNORECASE
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
# Invisible and meaningless: soft hyphen, byte order mark, word joiner, direction marks, C0 and C1 controls without
# white space. Zero-width space and joiners stay: Lao, Thai and Khmer part words with them.
_INVISIBLE = re.compile(
    "[\u200e\u200f\u2060\u00ad\ufeff\u202a-\u202e\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufffe\uffff\ud800-\udfff]"
)


_DATA = re.compile(
    r"data:[\w.+\-]{1,60}/[\w.+\-]{1,80}(?:;[\w.+\-]{1,40}(?:=[\w.+\-]{1,60})?){0,5},[^\"'<>\s&]*(?:[\r\n][A-Za-z0-9+/=]{20,})*",
    re.IGNORECASE,
)


def without_data_addresses(markup: str) -> str:
    """Markup without the contents of ``data:`` addresses: pictures written into it may be longer than the text."""
    return _DATA.sub("data:,", markup) if "data:" in markup else markup


def line(text: str | None) -> str:
    """One line of plain text in NFC: white space folded, invisible characters and controls removed."""
    if not text:
        return ""
    return unicodedata.normalize("NFC", " ".join(_INVISIBLE.sub("", text).split()))


_PARTING = {
    "br",
    "p",
    "div",
    "li",
    "ul",
    "ol",
    "td",
    "th",
    "tr",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "section",
    "article",
    "hr",
    "img",
}
_SILENT = {"script", "style", "noscript", "template"}
_WORD_ENDS = re.compile(r"[^\W\d_]{2}$|[)\]”’»]$|[^\W\d_][.,;:!?…]$")
_NEW_WORD = re.compile(r"[(\[“«]?[^\W\d_]|\d+[/:.\-h]\d|\d{2}")


def parts_words(before: str, after: str) -> bool:
    """Whether the border of two inline elements parts words that nothing else parts: "Lào Cai" and "Sau", but not a drop
    cap and its word, nor "H" and "2"."""
    if not before or not after or before[-1].isspace() or after[0].isspace():
        return False
    start = _NEW_WORD.match(after)
    if start is None or not _WORD_ENDS.search(before[-2:]):
        return False
    letter = after[start.end() - 1] if not after[0].isdigit() else ""
    if not letter:
        return before[-1].islower()
    if not letter.isupper():
        return False
    return not before[-1].isupper() or after[start.end() : start.end() + 1].islower()


def joined(pieces: Iterable[str]) -> str:
    """Texts of neighbouring inline elements as one text, words kept apart (see `parts_words`)."""
    out: list[str] = []
    for piece in pieces:
        if piece:
            if out and parts_words(
                out[-1][-2:] if len(out[-1]) > 1 or len(out) < 2 else out[-2][-1:] + out[-1], piece
            ):
                out.append(" ")
            out.append(piece)
    return "".join(out)


def of_element(node: Any) -> str:
    """One line of the text of an lxml element: block elements and line breaks part words, inline ones where words would
    run together."""
    return line(joined(_pieces(node)))


def _pieces(node: Any) -> Iterable[str]:
    for event, child in etree.iterwalk(node, events=("start", "end", "comment", "pi")):
        tag = child.tag
        silent = not isinstance(tag, str) or tag in _SILENT
        if child is not node and tag in _PARTING:
            yield " "
        if event == "start":
            yield "" if silent else child.text or ""
        elif child is not node:
            yield child.tail or ""


def unescaped(text: str) -> str:
    """Entities resolved, also those escaped twice (``&amp;quot;``), at most three times."""
    for _ in range(3):
        if not _ENTITY.search(text):
            break
        text = html.unescape(text)
    return text


def plain(markup: str | None) -> str:
    """One line of plain text from a snippet that may hold tags and entities; a bare ``<`` or ``&`` stays."""
    if not markup:
        return ""
    text = markup
    for _ in range(2):  # markup may be escaped inside markup: &lt;b&gt;
        if "<" in text:
            text = (
                _TAG.sub(" ", _BREAK.sub(" ", _DROPPED.sub(" ", text)))
                if _BREAK.search(text)
                else joined(_TAG.split(_DROPPED.sub(" ", text)))
            )
        if not _ENTITY.search(text):
            break
        text = html.unescape(text)
    return line(text)


def paragraphs(markup: str | None) -> str:
    """Plain paragraphs parted by newlines from an HTML snippet such as a feed's ``content:encoded``."""
    if not markup:
        return ""
    text = _BREAK.sub("\n", _DROPPED.sub("\n", markup)) if "<" in markup else markup
    lines = (line(html.unescape(joined(_TAG.split(part)))) for part in text.split("\n"))
    return "\n".join(part for part in lines if part)
