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

from classifier.text.prepared_text import WORDS_READ, PreparedText
from db.catalogue.terms import Term
from db.core.text import fold, strip_marks

EASTERN = frozenset({"zh", "ja", "ko"})
_TERM = re.compile(r"\w+|\*")
_EAST = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_STOP = re.compile(r"[.!?;:…](?=\s|$)|\n")
_JOIN = " \t-./&'\"“”‘"
_GAP = 4  # syllables that a * may stand for
_MASK = "mask"
_AVERTS, _AVERTED = "averts", "averted"  # said before and after what did not happen or has become rarer
_HAPPENINGS = ("harm", "criticism")
_LONGEST_CUE = 80  # code points that a cue, gaps included, may be long
_CLOSE = {_AVERTS: 12, _AVERTED: 30}  # code points between the cue and what did not happen


@dataclass(frozen=True, slots=True)
class TermHit:
    """One term found: ``body[start:end]`` of the reading, in code points."""

    term: Term
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Tail:
    term: Term
    rest: tuple[str, ...]  # the syllables after a gap; * for a further gap


@dataclass(slots=True)
class _Node:
    """What the syllables so far lead to: terms that end here, by the next syllable, by the one after a gap."""

    terms: list[Term] = field(default_factory=list)
    next: dict[str, "_Node"] = field(default_factory=dict)
    gap: dict[str, list[_Tail]] = field(default_factory=dict)


_Spans = list[tuple[int, int]]
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
            _file(self._latin.setdefault(term.lang, {}), term, [first, *rest])
            # A single syllable without its marks is too many words at once ("to", "lu", "no").
            if term.lang == "vi" and rest:
                _file(self._plain, term, list(map(strip_marks, [first, *rest])))
        for found in self._east.values():
            for terms_here in found.values():
                terms_here.sort(key=lambda term: -len(term.term))

    def find(self, reading: PreparedText) -> list[TermHit]:
        """Every term in the item, in order of place; of one signal and kind the longest at a place wins."""
        text = reading.folded[:WORDS_READ]
        code = reading.language.code
        hits: list[TermHit] = []
        if code in EASTERN:
            hits = _in_east(text, self._east.get(code, {}))
        else:
            words, spans = reading.words, reading.spans
            if reading.language.plain:
                hits = _in_words(text, list(map(strip_marks, words)), spans, self._plain)
            elif code in self._latin:
                hits = _in_words(text, words, spans, self._latin[code])
            else:  # language not known: all of them
                for index in self._latin.values():
                    hits += _in_words(text, words, spans, index)
        return _unmasked(text, hits)


def _file(index: _Index, term: Term, parts: list[str]) -> None:
    node = index.setdefault(parts[0], _Node())
    for place, part in enumerate(parts[1:], 1):
        if part == "*":
            node.gap.setdefault(parts[place + 1], []).append(_Tail(term, tuple(parts[place + 1 :])))
            return
        node = node.next.setdefault(part, _Node())
    node.terms.append(term)


def _in_words(text: str, words: list[str], spans: _Spans, index: _Index) -> list[TermHit]:
    hits: list[TermHit] = []
    reach: dict[tuple[str, str | None], int] = {}
    size = len(words)
    for at, word in enumerate(words):
        node = index.get(word)
        if node is None:
            continue
        start = spans[at][0]
        here = at
        ended: list[tuple[list[Term], int]] = []
        while True:
            if node.terms:
                ended.append((node.terms, spans[here][1]))
            if node.gap:
                hits += _after_gap(text, words, spans, start, here, node.gap)
            here += 1
            if here == size or (following := node.next.get(words[here])) is None:
                break
            node = following
            if not _joined(text, spans[here - 1][1], spans[here][0]):
                break
        for terms, stop in reversed(ended):
            for term in terms:
                key = (term.signal, term.kind)
                if reach.get(key, -1) <= start:
                    hits.append(TermHit(term, start, stop))
                    reach[key] = stop
    return hits


def _joined(text: str, end: int, start: int) -> bool:
    """Whether two neighbouring syllables belong to one phrase, by what stands between them."""
    gap = text[end:start]
    return gap == " " or not (gap.strip(_JOIN) or ". " in gap)


def _after_gap(
    text: str, words: list[str], spans: _Spans, start: int, here: int, gap: dict[str, list[_Tail]]
) -> list[TermHit]:
    """Phrases with a gap after word ``here``, begun at ``start``."""
    hits: list[TermHit] = []
    for ahead in range(here + 1, min(here + 2 + _GAP, len(words))):
        for tail in gap.get(words[ahead], ()):
            if words.index(words[ahead], here + 1) == ahead and (
                stop := _match(text, words, spans, here, ("*", *tail.rest))
            ):
                hits.append(TermHit(tail.term, start, stop))
    return hits


def _match(text: str, words: list[str], spans: _Spans, here: int, rest: tuple[str, ...]) -> int:
    """Where a phrase that goes on after word ``here`` ends; 0 if it does not stand there."""
    gap = False
    for part in rest:
        if part == "*":
            gap = True
            continue
        if gap:
            until = min(here + 2 + _GAP, len(words))
            ahead = next((place for place in range(here + 1, until) if words[place] == part), 0)
            if not ahead or _STOP.search(text, spans[here][1], spans[ahead][0]):
                return 0
            here, gap = ahead, False
            continue
        here += 1
        if here >= len(words) or words[here] != part or not _joined(text, spans[here - 1][1], spans[here][0]):
            return 0
    return spans[here][1]


def _in_east(text: str, index: dict[str, list[Term]]) -> list[TermHit]:
    hits: list[TermHit] = []
    reach: dict[str, int] = {}
    for match in _EAST.finditer(text):
        start = match.start()
        for term in index.get(match.group(), ()):
            if reach.get(term.signal, -1) <= start and text.startswith(term.term, start):
                hits.append(TermHit(term, start, start + len(term.term)))
                reach[term.signal] = start + len(term.term)
    return hits


def _unmasked(text: str, hits: list[TermHit]) -> list[TermHit]:
    """The hits without those inside a longer mask, and without what is said to be averted."""
    masks = sorted((hit.start, hit.end) for hit in hits if hit.term.signal == _MASK)
    kept = [hit for hit in hits if hit.term.signal != _MASK]
    if masks:
        starts = [start for start, _ in masks]

        def hidden(hit: TermHit) -> bool:
            before = bisect_right(starts, hit.start)
            for start, end in masks[max(before - 3, 0) : before]:
                if hit.end <= end and (start, end) != (hit.start, hit.end):
                    return True
            return False

        kept = [hit for hit in kept if not hidden(hit)]
    cues = sorted((hit for hit in kept if hit.term.signal in (_AVERTS, _AVERTED)), key=lambda cue: cue.end)
    if cues:
        ends = [cue.end for cue in cues]
        kept = [
            hit
            for hit in kept
            if hit.term.signal not in (_AVERTS, _AVERTED)
            and not (hit.term.signal in _HAPPENINGS and _averted(text, hit, _near(hit, cues, ends)))
        ]
    return sorted(kept, key=lambda hit: (hit.start, hit.end))


def _near(hit: TermHit, cues: list[TermHit], ends: list[int]) -> list[TermHit]:
    """The cues that stand near enough to speak of the hit; ``cues`` and their ``ends`` ascend."""
    reach = max(_CLOSE.values())
    return cues[
        bisect_right(ends, hit.start - reach - 1) : bisect_right(ends, hit.end + reach + _LONGEST_CUE)
    ]


def _averted(text: str, hit: TermHit, cues: list[TermHit]) -> bool:
    """Whether the text says beside it that it was prevented, fought or has become rarer."""
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
