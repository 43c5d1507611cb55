"""Finds the catalogue's words in an item, with offsets: syllable by syllable, accents kept, case not.

A term is one or more syllables; ``*`` between two stands for up to four syllables of the same sentence
(``khởi tố * cán bộ``). Terms in Chinese, Japanese or Korean are found anywhere, since words are not parted there.
A term of signal ``mask`` hides the words beneath it ("vi phạm pháp luật" is not "phạm pháp"); one of signal ``averted``
or ``averts`` what goes before ("tảo hôn giảm một nửa") or follows it ("đẩy lùi tảo hôn").
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field

from classifier.text import Reading, fold, strip_marks
from db.catalogue.terms import Term

LONGEST = 20_000  # code points that are searched: the subject of an article shows long before (2026-11-21)
EASTERN = frozenset({"zh", "ja", "ko"})
_WORD = re.compile(r"\w+")
_TERM = re.compile(r"\w+|\*")
_EAST = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_STOP = re.compile(r"[.!?;:…](?=\s|$)|\n")
_JOIN = " \t-./&'\"“”‘"
_GAP = 4  # syllables that a * may stand for
_MASK = "mask"
_AVERTS, _AVERTED = "averts", "averted"  # said before and after what did not happen or has become rarer
_HAPPENINGS = ("harm", "criticism")
_CLOSE = {_AVERTS: 12, _AVERTED: 30}  # code points between the cue and what did not happen


@dataclass(frozen=True, slots=True)
class Hit:
    """One term found: ``body[start:end]`` of the reading, in code points."""

    term: Term
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Phrase:
    term: Term
    rest: tuple[str, ...]  # the syllables after the first, * for a gap


@dataclass(slots=True)
class _Node:
    """The phrases that begin with one syllable: by the syllable after it, by the one after a gap, or alone."""

    alone: list[_Phrase] = field(default_factory=list)
    next: dict[str, list[_Phrase]] = field(default_factory=dict)
    gap: dict[str, list[_Phrase]] = field(default_factory=dict)


_Words = list[tuple[str, int, int]]
_Index = dict[str, _Node]


class Lexicon:
    """The terms of a catalogue, ready to be found; building takes some 50 ms, so keep it."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self._latin: dict[str, _Index] = {}
        self._plain: _Index = {}
        self._east: dict[str, dict[str, list[Term]]] = {}
        for term in terms:
            written = fold(unicodedata.normalize("NFC", term.term)).lower()
            if _EAST.search(written):
                self._east.setdefault(term.lang, {}).setdefault(written[0], []).append(term)
                continue
            first, *rest = _TERM.findall(written) or [""]
            if not first or first == "*" or (rest and rest[-1] == "*"):
                continue
            _file(self._latin.setdefault(term.lang, {}), first, _Phrase(term, tuple(rest)))
            # A single syllable without its marks is too many words at once ("to", "lu", "no").
            if term.lang == "vi" and rest:
                _file(self._plain, strip_marks(first), _Phrase(term, tuple(map(strip_marks, rest))))
        for index in (self._plain, *self._latin.values()):
            for node in index.values():
                for phrases in node.next.values():
                    phrases.sort(key=lambda phrase: -len(phrase.rest))
        for found in self._east.values():
            for terms_here in found.values():
                terms_here.sort(key=lambda term: -len(term.term))

    def find(self, reading: Reading) -> list[Hit]:
        """Every term in the item, in order of place; of one signal and kind the longest at a place wins."""
        text = reading.folded[:LONGEST]
        code = reading.language.code
        hits: list[Hit] = []
        if code in EASTERN:
            hits = _in_east(text, self._east.get(code, {}))
        else:
            words = [(match.group().lower(), match.start(), match.end()) for match in _WORD.finditer(text)]
            if reading.language.plain:
                hits = _in_words(text, [(strip_marks(word), a, b) for word, a, b in words], self._plain)
            elif code in self._latin:
                hits = _in_words(text, words, self._latin[code])
            else:  # language not known: all of them
                for index in self._latin.values():
                    hits += _in_words(text, words, index)
        return _unmasked(text, hits)


def _file(index: _Index, first: str, phrase: _Phrase) -> None:
    node = index.setdefault(first, _Node())
    if not phrase.rest:
        node.alone.append(phrase)
    elif phrase.rest[0] == "*":
        node.gap.setdefault(phrase.rest[1], []).append(phrase)
    else:
        node.next.setdefault(phrase.rest[0], []).append(phrase)


def _in_words(text: str, words: _Words, index: _Index) -> list[Hit]:
    hits: list[Hit] = []
    reach: dict[tuple[str, str | None], int] = {}
    last = len(words) - 1
    for at, (word, start, end) in enumerate(words):
        node = index.get(word)
        if node is None:
            continue
        if node.next and at < last:
            third = words[at + 2][0] if at + 2 <= last else ""
            for phrase in node.next.get(words[at + 1][0], ()):
                # Many phrases begin alike ("người dân …"): a look at the third syllable spares most of the work.
                if len(phrase.rest) > 1 and phrase.rest[1] not in ("*", third):
                    continue
                key = (phrase.term.signal, phrase.term.kind)
                if reach.get(key, -1) <= start and (stop := _match(text, words, at, phrase.rest)):
                    hits.append(Hit(phrase.term, start, stop))
                    if "*" not in phrase.rest:
                        reach[key] = stop
        if node.gap:
            for ahead in range(at + 1, min(at + 2 + _GAP, last + 1)):
                for phrase in node.gap.get(words[ahead][0], ()):
                    if stop := _match(text, words, at, phrase.rest):
                        hits.append(Hit(phrase.term, start, stop))
        for phrase in node.alone:
            key = (phrase.term.signal, phrase.term.kind)
            if reach.get(key, -1) <= start:
                hits.append(Hit(phrase.term, start, end))
                reach[key] = end
    return hits


def _match(text: str, words: _Words, at: int, rest: tuple[str, ...]) -> int:
    """Where a phrase that began at word ``at`` ends; 0 if it does not stand there."""
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


def _in_east(text: str, index: dict[str, list[Term]]) -> list[Hit]:
    hits: list[Hit] = []
    reach: dict[str, int] = {}
    for match in _EAST.finditer(text):
        start = match.start()
        for term in index.get(match.group(), ()):
            if reach.get(term.signal, -1) <= start and text.startswith(term.term, start):
                hits.append(Hit(term, start, start + len(term.term)))
                reach[term.signal] = start + len(term.term)
    return hits


def _unmasked(text: str, hits: list[Hit]) -> list[Hit]:
    """The hits without those inside a longer mask, and without what is said to be averted."""
    masks = sorted((hit.start, hit.end) for hit in hits if hit.term.signal == _MASK)
    kept = [hit for hit in hits if hit.term.signal != _MASK]
    if masks:
        starts = [start for start, _ in masks]

        def hidden(hit: Hit) -> bool:
            before = bisect_right(starts, hit.start)
            return any(
                hit.end <= end and (start, end) != (hit.start, hit.end)
                for start, end in masks[max(before - 3, 0) : before]
            )

        kept = [hit for hit in kept if not hidden(hit)]
    cues = [hit for hit in kept if hit.term.signal in (_AVERTS, _AVERTED)]
    if cues:
        kept = [hit for hit in kept if hit not in cues and not _averted(text, hit, cues)]
    return sorted(kept, key=lambda hit: (hit.start, hit.end))


def _averted(text: str, hit: Hit, cues: list[Hit]) -> bool:
    """Whether the text says beside it that it was prevented, fought or has become rarer."""
    if hit.term.signal not in _HAPPENINGS:
        return False
    for cue in cues:
        one, other = (cue, hit) if cue.term.signal == _AVERTS else (hit, cue)
        between = text[one.end : other.start]
        if (
            one.end <= other.start
            and len(between) <= _CLOSE[cue.term.signal]
            and not re.search("[.!?;:…,\n]", between)
        ):
            return True
    return False
