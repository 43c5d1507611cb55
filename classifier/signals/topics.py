"""Which resolutions, subjects and fields an item touches, by the words that the catalogue lists for each.

A topic is met by one of its words in title or lead, or by two different ones further down; single words in a long
text say too little ("doanh nghiệp" stands in most of them).
"""

import re
from collections.abc import Iterable
from datetime import date

from classifier.text.prepared_text import PreparedText
from db.catalogue import Catalogue
from db.core.text import fold

LEAD = 400  # code points of the text in which one word is enough
LONGEST = 8000  # code points that are read: what an article is about shows in its first half
_WORDS = re.compile(r"\w+")

_Phrases = dict[str, list[tuple[tuple[str, ...], str]]]


class Topics:
    """The catalogue's topics and fields, ready for matching."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._span = {topic.name: (topic.valid_from, topic.valid_to) for topic in catalogue.topics}
        self._topics = _phrases((topic.name, topic.keywords) for topic in catalogue.topics)
        self._fields = _phrases((one.name, one.keywords) for one in catalogue.fields)
        self._other = next((one.name for one in catalogue.fields if not one.keywords), None)

    def match(self, reading: PreparedText) -> tuple[str, ...]:
        """Names of the topics of an item that hold on its day, most words met first."""
        on = reading.item.date.date() if reading.item.date else None
        return tuple(name for name, _ in _met(reading, self._topics) if on is None or self._holds(name, on))

    def field(self, reading: PreparedText) -> str | None:
        """The one field of the national centre that fits best; the field without words stands for the rest."""
        met = _met(reading, self._fields)
        return met[0][0] if met else self._other

    def _holds(self, name: str, on: date) -> bool:
        start, end = self._span[name]
        return (start is None or start <= on) and (end is None or on <= end)


def _phrases(rows: Iterable[tuple[str, tuple[str, ...]]]) -> _Phrases:
    phrases: _Phrases = {}
    for name, keywords in rows:
        for keyword in keywords:
            words = tuple(_WORDS.findall(fold(keyword).lower()))
            if words:
                phrases.setdefault(words[0], []).append((words, name))
    return phrases


def _met(reading: PreparedText, phrases: _Phrases) -> list[tuple[str, int]]:
    words = reading.words[: reading.words_before(LONGEST)]
    early = reading.words_before(len(reading.title) + 1 + LEAD)
    seen: dict[str, set[tuple[str, ...]]] = {}
    sure: set[str] = set()
    for at in [at for at, word in enumerate(words) if word in phrases]:
        for phrase, name in phrases[words[at]]:
            if len(phrase) == 1 or tuple(words[at : at + len(phrase)]) == phrase:
                seen.setdefault(name, set()).add(phrase)
                if at < early:
                    sure.add(name)
    met = [(name, len(found)) for name, found in seen.items() if name in sure or len(found) > 1]
    return sorted(met, key=lambda one: (-one[1], one[0]))
