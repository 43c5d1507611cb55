"""Finds the catalogue's words in a text, with offsets: syllable by syllable, accents kept, case and tone place not.

A term is one or more syllables; ``*`` between two stands for up to four syllables of the same sentence
(``khởi tố * cán bộ``). Terms in Chinese, Japanese or Korean are found anywhere, since words are not parted there.
A term of signal ``mask`` hides the words beneath it ("phòng chống ma túy" is not about drugs found).
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from db.catalogue.terms import Term

_WORD = re.compile(r"\w+")
_EAST = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_VIETNAMESE = re.compile(r"[ăâđêôơưáàảãạấầẩẫậắằẳẵặéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ]", re.IGNORECASE)
_STOP = re.compile(r"[.!?;:\n…](?=\s|$)|\n")
_JOIN = " \u00a0\t-–./&'’\"“”‘"
_GAP = 4  # syllables that a * may stand for
_TONE_PLACE = {  # the newer spelling, which only dictionaries use, to the one the press writes
    "oà": "òa", "oá": "óa", "oả": "ỏa", "oã": "õa", "oạ": "ọa",
    "oè": "òe", "oé": "óe", "oẻ": "ỏe", "oẽ": "õe", "oẹ": "ọe",
    "uỳ": "ùy", "uý": "úy", "uỷ": "ủy", "uỹ": "ũy", "uỵ": "ụy",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hit:
    """One term found: ``text[start:end]`` in code points of the text that was searched."""

    term: Term
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Phrase:
    term: Term
    rest: tuple[str, ...]  # the syllables after the first, * for a gap


@lru_cache(maxsize=65536)
def folded(syllable: str) -> str:
    """A syllable for comparison: lower case, tone mark where the press writes it."""
    low = syllable.lower()
    for new, old in _TONE_PLACE.items():
        if low.endswith(new) and not low.startswith("qu"):
            return low[: -len(new)] + old
    return low


@lru_cache(maxsize=65536)
def bare(syllable: str) -> str:
    """A folded syllable without any mark, for texts that were typed without accents."""
    plain = unicodedata.normalize("NFD", syllable.replace("đ", "d"))
    return "".join(char for char in plain if not unicodedata.combining(char))


def is_accentless(text: str) -> bool:
    """Whether a text of some length holds no Vietnamese mark at all; only its beginning is read."""
    head = text[:4000]
    return not _VIETNAMESE.search(head) and not _EAST.search(head)


class Lexicon:
    """The terms of a catalogue, ready to be found; building takes some milliseconds, keep it."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self._phrases: dict[str, list[_Phrase]] = {}
        self._bare: dict[str, list[_Phrase]] = {}
        self._east: dict[str, list[Term]] = {}
        for term in terms:
            written = unicodedata.normalize("NFC", term.term)
            if _EAST.search(written):
                self._east.setdefault(written[0], []).append(term)
                continue
            parts = [folded(part) for part in re.findall(r"\w+|\*", written)]
            if not parts or parts[0] == "*":
                continue
            self._phrases.setdefault(parts[0], []).append(_Phrase(term, tuple(parts[1:])))
            plain = [bare(part) for part in parts]
            # One or two short syllables without marks are other words too ("to", "chet" is safe, "lu" is not).
            if term.lang == "vi" and "*" not in plain and len(plain) >= 2:
                self._bare.setdefault(plain[0], []).append(_Phrase(term, tuple(plain[1:])))
        for index in (self._phrases, self._bare):
            for phrases in index.values():
                phrases.sort(key=lambda phrase: -len(phrase.rest))
        for found in self._east.values():
            found.sort(key=lambda term: -len(term.term))

    def find(self, text: str) -> list[Hit]:
        """Every term in the text in order of place; within one signal and kind the longest at a place wins."""
        words = [(folded(match.group()), match.start(), match.end()) for match in _WORD.finditer(text)]
        hits = self._in_words(text, words, self._phrases)
        if is_accentless(text):
            hits += self._in_words(text, [(bare(word), a, b) for word, a, b in words], self._bare)
        if self._east and _EAST.search(text):
            hits += self._in_east(text)
        return _unmasked(hits)

    def _in_words(
        self, text: str, words: list[tuple[str, int, int]], index: dict[str, list[_Phrase]]
    ) -> list[Hit]:
        hits: list[Hit] = []
        reach: dict[tuple[str, str | None], int] = {}
        for at, (word, start, end) in enumerate(words):
            phrases = index.get(word)
            if phrases is None:
                continue
            for phrase in phrases:
                key = (phrase.term.signal, phrase.term.kind)
                if reach.get(key, -1) > start:
                    continue
                stop = _match(text, words, at, phrase.rest) if phrase.rest else end
                if stop:
                    hits.append(Hit(phrase.term, start, stop))
                    if "*" not in phrase.rest:
                        reach[key] = stop
        return hits

    def _in_east(self, text: str) -> list[Hit]:
        hits: list[Hit] = []
        reach: dict[str, int] = {}
        for match in _EAST.finditer(text):
            start = match.start()
            for term in self._east.get(match.group(), ()):
                if reach.get(term.signal, -1) <= start and text.startswith(term.term, start):
                    hits.append(Hit(term, start, start + len(term.term)))
                    reach[term.signal] = start + len(term.term)
        return hits


def _match(text: str, words: list[tuple[str, int, int]], at: int, rest: tuple[str, ...]) -> int:
    """Where a phrase that began at word ``at`` ends, 0 if it does not stand there."""
    here = at
    position = 0
    while position < len(rest):
        part = rest[position]
        if part == "*":
            wanted = rest[position + 1]
            for ahead in range(here + 1, min(here + 2 + _GAP, len(words))):
                if words[ahead][0] == wanted:
                    if _STOP.search(text, words[here][2], words[ahead][1]):
                        return 0
                    here = ahead
                    break
            else:
                return 0
            position += 2
            continue
        if here + 1 >= len(words) or words[here + 1][0] != part:
            return 0
        gap = text[words[here][2] : words[here + 1][1]]
        if gap != " " and (gap.strip(_JOIN) or ". " in gap):
            return 0
        here += 1
        position += 1
    return words[here][2]


def _unmasked(hits: list[Hit]) -> list[Hit]:
    masks = [hit for hit in hits if hit.term.signal == "mask"]
    if masks:
        hits = [
            hit
            for hit in hits
            if hit.term.signal != "mask"
            and not any(mask.start <= hit.start and hit.end <= mask.end for mask in masks)
        ]
    return sorted(hits, key=lambda hit: (hit.start, hit.end))
