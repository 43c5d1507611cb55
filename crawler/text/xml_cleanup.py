"""XML as newspapers send it, made bare for a parser: control characters, declarations and doctypes taken out."""

from __future__ import annotations

import re

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_CONTROL_REFERENCE = re.compile(
    r"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01]|5529[6-9]|55[3-9]\d\d|56\d{3}|57[0-2]\d\d|573[0-3]\d|5734[0-3]|6553[45])"
    r"|[xX]0*(?:[0-8bBcCeEfF]|1[0-9a-fA-F]|[dD][89a-fA-F][0-9a-fA-F]{2}|[fF]{3}[eEfF]));"
)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,400}\?>", re.IGNORECASE)
_DOCTYPE = re.compile(r"<!DOCTYPE[^\[>]{0,1000}(?:\[(?:[^\]]|\](?!\s*>)){0,200000}\]\s*)?>", re.IGNORECASE)


_REFERENCE = re.compile(r"&(?!(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});)")
_OTHER_LINK = re.compile(
    r"""(<(?:\w{1,20}:)?link\b(?=[^<>]{0,800}\srel\s{0,3}=\s{0,3}["']?(?!alternate\b)\w)[^<>]{0,1600}(?<!/)>)[^<>]{1,4000}(?=</)"""
)


def ampersands_escaped(text: str) -> str:
    """The text with ``&`` written as a reference where it begins none, CDATA sections apart."""
    out, at = [], 0
    while (start := text.find("<![CDATA[", at)) >= 0 and (end := text.find("]]>", start)) >= 0:
        out += [_REFERENCE.sub("&amp;", text[at:start]), text[start : end + 3]]
        at = end + 3
    return "".join([*out, _REFERENCE.sub("&amp;", text[at:])])


def without_words_in_links(text: str) -> str:
    """The text without what stands inside ``<link rel="enclosure">…</link>``: a parser would take it for the item's address."""
    return _OTHER_LINK.sub(r"\1", text)


def without_leading_remarks(text: str) -> str:
    """The text from its first element on: comments, declarations and processing instructions before it left out."""
    at = 0
    while found := re.compile(r"\s*<(!--|\?)").match(text, at):
        end = text.find("-->" if found[1] == "!--" else "?>", found.end())
        if end < 0:
            return text[at:]
        at = end + (3 if found[1] == "!--" else 2)
    return text[at:]


def without_controls(text: str) -> str:
    """The text without characters that XML forbids, written out or as references."""
    once = _CONTROL_REFERENCE.sub("", _CONTROL.sub("", text))
    return _CONTROL_REFERENCE.sub(" ", once)  # what stood around one may make another


def bare(text: str) -> str:
    """The text without its declaration (the encoding it states is settled by now) and doctype."""
    return _DOCTYPE.sub("", _DECLARATION.sub("", text, count=1), count=1)
