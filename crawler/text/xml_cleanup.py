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


def without_controls(text: str) -> str:
    """The text without characters that XML forbids, written out or as references."""
    once = _CONTROL_REFERENCE.sub("", _CONTROL.sub("", text))
    return _CONTROL_REFERENCE.sub(" ", once)  # what stood around one may make another


def bare(text: str) -> str:
    """The text without its declaration (the encoding it states is settled by now) and doctype."""
    return _DOCTYPE.sub("", _DECLARATION.sub("", text, count=1), count=1)
