"""An item made ready once for all that reads it: NFC body, the same body folded for comparison, language.

Folding never changes the number of code points, so an offset in ``folded`` is the same offset in ``body``:
tone marks go where the press puts them (hoà → hòa), all hyphens become "-", all single spaces " ".
"""

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from operator import itemgetter

from classifier.text.item import Item
from db.core import language
from db.core.language import Language
from db.core.text import fold

WORDS_READ = 20_000  # the subject of an article shows long before (2026-11-21)
_WORD = re.compile(r"\w+")


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
