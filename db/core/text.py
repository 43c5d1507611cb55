"""Text normalisation: folding of accents, case and signs, and the likeness of two texts. Pure; said once for all rooms.

``fold`` and ``strip_marks`` keep the number of code points of NFC text, so that an offset stays an offset; ``plain`` does
not and is for comparison alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import lru_cache

_TONE_PLACE = {  # the newer spelling to the older one, which most of the press writes
    "oà": "òa", "oá": "óa", "oả": "ỏa", "oã": "õa", "oạ": "ọa",
    "oè": "òe", "oé": "óe", "oẻ": "ỏe", "oẽ": "õe", "oẹ": "ọe",
    "uỳ": "ùy", "uý": "úy", "uỷ": "ủy", "uỹ": "ũy", "uỵ": "ụy",
}  # fmt: skip
_TONE_PLACE |= {new.upper(): old.upper() for new, old in _TONE_PLACE.items()}
_TONE_PLACE |= {new[0].upper() + new[1:]: old[0].upper() + old[1:] for new, old in _TONE_PLACE.items()}
_TONED = re.compile("[" + "".join({pair[1] for pair in _TONE_PLACE}) + r"](?!\w)")
_SIGN_OF = {
    **dict.fromkeys(
        "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u3000\t", " "
    ),
    **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad", " "),  # invisible: parts words for matching
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\uff0d", "-"),
    **dict.fromkeys("\u2018\u2019\u201b\u02bc", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u00ab\u00bb", '"'),
}
_SIGNS = re.compile("[" + "".join(_SIGN_OF) + "]")
_COMBINING = re.compile("[\u0300-\u036f]")
_WORD = re.compile(r"\w+")


def fold(text: str) -> str:
    """NFC text for comparison, of the same length: case kept; tone place, spaces, hyphens, quotes made one."""
    if not _SIGNS.search(text):
        folded = text
    else:
        folded = _SIGNS.sub(lambda found: _SIGN_OF[found.group()], text)
    moved: list[str] | None = None
    # Searching for the second letter of the pair is ten times as fast as for the pair: few syllables end in it.
    for found in _TONED.finditer(folded):
        end = found.end()
        pair = _TONE_PLACE.get(folded[end - 2 : end])
        if pair is not None and folded[end - 3 : end - 2] not in ("q", "Q"):
            moved = moved or list(folded)
            moved[end - 2 : end] = pair
    return "".join(moved) if moved else folded


def strip_marks(text: str) -> str:
    """Latin text without its marks ("Bắc Hà" → "Bac Ha"), case kept; the length stays that of the NFC text."""
    if text.isascii():
        return text
    return "".join(map(_bare, text))


@lru_cache(maxsize=4096)
def _bare(letter: str) -> str:
    if letter in "đĐ":
        return "d" if letter == "đ" else "D"
    first = unicodedata.normalize("NFD", letter)[0]
    return first if first.isascii() else letter


def plain(text: str) -> str:
    """Lower case without any mark, so that spelling habits (hoà, hòa), decomposition and lost accents part nothing."""
    return _COMBINING.sub("", unicodedata.normalize("NFD", text.lower())).replace("đ", "d")


def is_marked(text: str) -> bool:
    """Whether something is written with marks (accents, đ)."""
    return any(unicodedata.combining(sign) or sign in "đĐ" for sign in unicodedata.normalize("NFD", text))


def words(text: str) -> list[str]:
    """The words of a text in NFC, case kept."""
    return _WORD.findall(unicodedata.normalize("NFC", text))


def likeness(one: str, two: str) -> float:
    """Share of common words of two texts, case apart, 0..1 (multiset F1); 1 for two texts without words."""
    a, b = Counter(words(one.lower())), Counter(words(two.lower()))
    total = sum(a.values()) + sum(b.values())
    return 2 * sum((a & b).values()) / total if total else 1.0
