"""Marked-up snippets to plain text: titles and summaries of feeds, meta data, entities written twice."""

import html
import re
import unicodedata

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
                else _TAG.sub("", _DROPPED.sub(" ", text))
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
    lines = (line(html.unescape(_TAG.sub("", part))) for part in text.split("\n"))
    return "\n".join(part for part in lines if part)
