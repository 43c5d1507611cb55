"""Phrase matching: every phrase of the fact layer's vocabulary that stands in a text, found in one pass over its words.

``vocabulary.csv`` holds the phrases by language, role (happening, outcome, unit, mod ...), value and, for cues of
modality, scope: ``b`` before the happening, ``a`` after it, ``s`` in its sentence, ``t`` anywhere in the text.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import NamedTuple

from classifier.text.prepared_text import PreparedText
from db.core.text import fold, strip_marks

_WORD = re.compile(r"\w+|%")
_EASTERN = ("zh",)
# Chat spelling of common small words; a text that uses one of them means the other.
_CHAT = {
    "k": "không",
    "ko": "không",
    "kg": "không",
    "hok": "không",
    "khong": "không",
    "dc": "được",
    "đc": "được",
}
# Words of one syllable that are other words once their marks are gone: not looked for in text without marks.
_NEVER_PLAIN = frozenset(
    ["dai", "lo", "lu", "sap", "nut", "loc", "em", "minh", "nha", "k", "tr", "do", "m", "than", "dan", "no", "do", "ta", "can", "ly", "ban", "vu", "bo", "trom", "cuop", "thua", "hoa", "thang", "ca", "cho", "dien", "duong", "cau", "tu", "bao", "cong", "loa", "xa", "cot", "may", "tram", "ke", "cong", "den", "nop", "hen", "hua", "doi", "phong", "chong", "tranh", "thoat", "ngan", "chan", "het", "giam", "xoa", "lo", "neu", "se", "sap", "nghi", "don", "toi", "chau", "con", "the", "vui", "mat", "ro", "sot", "non", "bi", "tin", "khan", "nong", "cuc", "so", "bao", "qua", "tren", "gan", "tam", "kip", "ngan", "thang", "hang"]
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Phrase:
    """One phrase: what it stands for."""

    role: str
    value: str
    scope: str
    text: str


class PhraseHit(NamedTuple):
    """``body[start:end]`` holds the phrase."""

    start: int
    end: int
    role: str
    value: str
    scope: str


_Entries = list[tuple[tuple[str, ...], list[Phrase]]]
# by first word: phrases of two and more words by their second, the longest first; then those of one word under ""
_Index = dict[str, dict[str, _Entries]]


class Phrases:
    """The vocabulary of all languages, indexed by first word; of one role the longest phrase at a place wins."""

    def __init__(self, rows: tuple[tuple[str, str, str, str, str], ...]) -> None:
        self._index: dict[str, _Index] = {}
        self._plain: _Index = {}
        eastern: dict[str, dict[str, list[Phrase]]] = {}
        for lang, role, value, scope, written in rows:
            phrase = Phrase(role, value, scope, written)
            if lang in _EASTERN:
                eastern.setdefault(lang, {}).setdefault(written, []).append(phrase)
                continue
            words = tuple(_WORD.findall(fold(unicodedata.normalize("NFC", written)).lower()))
            if not words:
                continue
            _file(self._index.setdefault(lang, {}), words, phrase)
            if lang == "vi":
                bare = tuple(map(strip_marks, words))
                if len(bare) > 1 or bare[0] not in _NEVER_PLAIN:
                    _file(self._plain, bare, phrase)
        for index in (*self._index.values(), self._plain):
            for following in index.values():
                for entries in following.values():
                    entries.sort(key=lambda entry: -len(entry[0]))
        self._eastern = eastern
        self._patterns = {
            lang: re.compile(
                "(?=(" + "|".join(map(re.escape, sorted(known, key=lambda one: -len(one)))) + "))"
            )
            for lang, known in eastern.items()
        }

    def find(self, reading: PreparedText, limit: int) -> list[PhraseHit]:
        """Every phrase in the first ``limit`` code points of the body, in order of place."""
        code = reading.language.code
        if code in self._patterns:
            return self._in_eastern(reading.folded[:limit], code)
        words, spans = reading.words, reading.spans
        index = self._index.get(code, self._index["vi"])
        if code == "vi":
            if reading.language.plain:
                words = list(map(strip_marks, words))
                index = self._plain
            elif not _CHAT.keys().isdisjoint(words):
                words = [_CHAT.get(word, word) for word in words]
        elif code not in self._index and not reading.folded.isascii():
            index = self._index["vi"]
        return _in_words(words, spans, index, limit)

    def _in_eastern(self, text: str, code: str) -> list[PhraseHit]:
        hits: list[PhraseHit] = []
        known = self._eastern[code]
        reach: dict[str, int] = {}
        for match in self._patterns[code].finditer(text):
            written, start = match.group(1), match.start()
            for phrase in known[written]:
                if reach.get(phrase.role, -1) <= start:
                    hits.append(
                        PhraseHit(start, start + len(written), phrase.role, phrase.value, phrase.scope)
                    )
            for phrase in known[written]:
                reach[phrase.role] = max(reach.get(phrase.role, -1), start + len(written))
        return hits


def _file(index: _Index, words: tuple[str, ...], phrase: Phrase) -> None:
    entries = index.setdefault(words[0], {}).setdefault(words[1] if len(words) > 1 else "", [])
    for known, phrases in entries:
        if known == words:
            phrases.append(phrase)
            return
    entries.append((words, [phrase]))


def _in_words(words: list[str], spans: list[tuple[int, int]], index: _Index, limit: int) -> list[PhraseHit]:
    hits: list[PhraseHit] = []
    reach: dict[str, int] = {}
    last = len(words) - 1
    for at in [at for at, word in enumerate(words) if word in index]:
        start = spans[at][0]
        if start > limit:
            break
        following = index[words[at]]
        longer = following.get(words[at + 1], ()) if at < last else ()
        alone = following.get("", ())
        if not longer and not alone:
            continue
        taken: set[str] = set()
        for phrase_words, phrases in (*longer, *alone):
            size = len(phrase_words)
            if size > 1 and tuple(words[at : at + size]) != phrase_words:
                continue
            end = spans[at + size - 1][1]
            # no phrase goes over a stop: "vùi. Lấp" is none
            if size > 1 and end - start > sum(map(len, phrase_words)) + 2 * size:
                continue
            for phrase in phrases:
                role = phrase.role
                if role not in taken and reach.get(role, -1) <= start:
                    hits.append(PhraseHit(start, end, role, phrase.value, phrase.scope))
            for phrase in phrases:
                taken.add(phrase.role)
                if reach.get(phrase.role, -1) < end:
                    reach[phrase.role] = end
    return hits


@cache
def shipped() -> Phrases:
    """The vocabulary that ships with the product; read once."""
    with (resources.files(__package__) / "vocabulary.csv").open(encoding="utf-8") as file:
        rows = tuple(
            (row["lang"], row["role"], row["value"], row["scope"], written.strip())
            for row in csv.DictReader(file)
            for written in row["phrases"].split("|")
            if written.strip()
        )
    return Phrases(rows)
