"""An item made ready once for all that reads it: NFC body, the same body folded for comparison, language.

Folding never changes the number of code points, so an offset in ``folded`` is the same offset in ``body``:
tone marks go where the press puts them (hoà → hòa), all hyphens become "-", all single spaces " ".
"""

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from operator import itemgetter

from classifier.text import language
from classifier.text.item import Item
from classifier.text.language import Language

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
WORDS_READ = 20_000  # the subject of an article shows long before (2026-11-21)
_WORD = re.compile(r"\w+")
_ACCENTS = {letter: "d" if letter == "đ" else "D" for letter in "đĐ"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedText:
    """An item as all matchers read it; every offset counts code points of ``body`` (= title, line feed, text)."""

    item: Item
    title: str  # NFC
    text: str  # NFC
    body: str
    folded: str  # as long as body, same positions
    language: Language
    words: list[str]  # of the first WORDS_READ code points of folded, in lower case
    spans: list[tuple[int, int]]  # where each of them stands

    def words_before(self, end: int) -> int:
        """How many of the words end at or before code point ``end``."""
        return bisect_right(self.spans, end, key=itemgetter(1))


def read(item: Item) -> PreparedText:
    """The item in NFC with its folded form and language; computed once and handed on."""
    title = unicodedata.normalize("NFC", item.title)
    text = unicodedata.normalize("NFC", item.text)
    body = f"{title}\n{text}"
    folded = fold(body)
    words, spans = _words(folded[:WORDS_READ])
    return PreparedText(
        item=item,
        title=title,
        text=text,
        body=body,
        folded=folded,
        language=language.detect(body, item.lang),
        words=words,
        spans=spans,
    )


def _words(folded: str) -> tuple[list[str], list[tuple[int, int]]]:
    spans = [match.span() for match in _WORD.finditer(folded)]
    low = folded.lower()
    if len(low) == len(folded):
        return [low[start:end] for start, end in spans], spans
    # a letter may have more than one lower-case letter (İ)
    return [folded[start:end].lower() for start, end in spans], spans


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
    """Latin text without its marks ("Bắc Hà" → "Bac Ha"); the length stays that of the NFC text."""
    if text.isascii():
        return text
    return "".join(_bare(letter) for letter in text)


def _bare(letter: str) -> str:
    if letter in _ACCENTS:
        return _ACCENTS[letter]
    first = unicodedata.normalize("NFD", letter)[0]
    return first if first.isascii() else letter
