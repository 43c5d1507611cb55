"""Copies: one text in several papers. A copy is one voice; who published it first speaks.

A text is the set of its three-syllable shingles, hashed. The title takes no part: papers rewrite titles. Candidates are
found by a sample of the hashes that is the same in every text (the smallest ones), so an excerpt shares its sample with
the whole it was cut from; what decides is the exact overlap of the full sets.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from classifier.events.inverted_index import Keys, Postings
from classifier.events.naming_facts import Marks, contradiction
from db.core.text import plain

Hashes: TypeAlias = npt.NDArray[np.uint32]

# scripts without spaces give one word per character; everything else splits at what is no letter or digit
_WORD = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]|[^\W\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]+")
LONGEST = 200_000  # code points read of one text: a copy shows itself long before
SAMPLE = 32  # hashes kept of a short text; a long one keeps a sixteenth
SHARED = 2  # keys in common that make a candidate
MOST_ALIKE = 40  # candidates whose full hashes are compared
SHORT = 40  # shingles; below it a text may be a paper's standing line rather than a story
NEAR = timedelta(days=14)
NEARLY_ALL = 0.85  # share from which a text is taken over whole, whatever its beginning
_BEGINNING = 8  # hashes kept of a text's first words
_FIRST_WORDS = 26
_STANDING = re.compile(
    r"\b(ban tin|chuong trinh|moi quy|quy doc gia|quy vi|ban doc theo doi|cap nhat tin tuc|xem ket qua)\b"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Print:
    """What is remembered of a text to know its copies.

    ``hashes``: sorted distinct 32-bit hashes of the body's three-syllable shingles; ``title``: the folded words of the
    title; ``source``: the outlet, "" where unknown; ``at``: publication or first sight, None where unknown.
    """

    hashes: Hashes
    title: frozenset[str]
    source: str = ""
    at: datetime | None = None
    marks: Marks = frozenset()  # facts that name the happening
    standing: bool = False  # a line that a paper prints under many titles

    @property
    def keys(self) -> Keys:
        """The hashes by which candidates are looked up, as signed numbers."""
        return self.hashes[: max(SAMPLE, len(self.hashes) // 16)].view(np.int32)


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicateMatch:
    """One text found in another: ``similarity`` 0..1 is the share of the shorter one's shingles that both hold."""

    similarity: float
    method: str  # whole | excerpt


def words(text: str) -> list[str]:
    """The folded syllables of ``text``, in order."""
    return _WORD.findall(plain(text[:LONGEST]))


@lru_cache(maxsize=65536)
def _word_hash(word: str) -> int:
    return zlib.crc32(word.encode())


def shingles(text: str) -> Hashes:
    """Sorted distinct hashes of each run of three syllables; of one or two syllables, the run itself; empty for none."""
    found = words(text)
    if not found:
        return np.empty(0, dtype=np.uint32)
    h = np.fromiter((_word_hash(word) for word in found), dtype=np.uint64, count=len(found))
    if len(h) < 3:
        h = np.concatenate([h, np.zeros(3 - len(h), dtype=np.uint64)])
    # odd 64-bit constants of splitmix64 (Steele, Lea, Flood 2014): order matters, all bits mix
    mixed = (
        h[:-2] * np.uint64(0x9E3779B97F4A7C15)
        + h[1:-1] * np.uint64(0xBF58476D1CE4E5B9)
        + h[2:] * np.uint64(0x94D049BB133111EB)
    )
    mixed ^= mixed >> np.uint64(31)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    return np.unique((mixed >> np.uint64(32)).astype(np.uint32))


def print_of(
    *, title: str, text: str, source: str = "", at: datetime | None = None, marks: Marks = frozenset()
) -> Print:
    """What is remembered of an item; ``text`` is the body without the title."""
    first = shingles(" ".join(words(text[:400])[:_FIRST_WORDS]))
    marks = marks | {f"ld:{number}" for number in first[:_BEGINNING].tolist()}
    standing = len(text) < 600 and _STANDING.search(plain(text)) is not None
    return Print(
        hashes=shingles(text),
        title=frozenset(words(title)),
        source=source,
        at=at,
        standing=standing,
        marks=marks,
    )


def compare(one: Print, other: Print) -> DuplicateMatch | None:
    """Whether one text takes over the other's and tells of the same: likeness of more than a shared paragraph, and no
    contradiction in the naming facts."""
    match = likeness(one, other)
    if match is None or contradiction(one.marks, other.marks) or _paragraph_alone(one, other, match):
        return None
    return match


def _paragraph_alone(one: Print, other: Print, match: DuplicateMatch) -> bool:
    """Whether two texts begin as two and share a paragraph further down: an office's advice, a background of last year."""
    if match.similarity >= NEARLY_ALL or len(one.title & other.title) >= 0.4 * max(
        1, min(len(one.title), len(other.title))
    ):
        return False
    return not _begins_in(one, other) and not _begins_in(other, one)


def _begins_in(one: Print, other: Print) -> bool:
    """Whether anything of the beginning of ``one`` stands in ``other``; unknown beginnings count as if."""
    begins = np.array([int(mark[3:]) for mark in one.marks if mark.startswith("ld:")], dtype=np.uint32)
    return len(begins) < _BEGINNING // 2 or bool(np.isin(begins, other.hashes).any())


def likeness(one: Print, other: Print) -> DuplicateMatch | None:
    """Whether one text takes over the other's words, and how; None when they share no more than quotations and formulas.

    The shares were chosen on synthetic copies of real articles: a tenth of the words changed leaves .73 of the
    shingles, while price tables, draws and forecasts of one paper share up to .45 from day to day.
    """
    short, long = sorted((len(one.hashes), len(other.hashes)))
    if short < 8:
        return None
    common = len(np.intersect1d(one.hashes, other.hashes, assume_unique=True))
    contained = common / short
    apart = abs(one.at - other.at) if one.at is not None and other.at is not None else None
    if apart is not None and apart > NEAR and (contained < 0.9 or short < 100):
        return None  # a series has its formulas; only whole texts are taken up again after weeks
    if short < SHORT:
        # a few lines: nearly the same words, and one subject, for a standing line ("Mời bạn đọc …") has many
        if (
            contained < 0.6
            or common / (short + long - common) < 0.5
            or not _one_subject(one, other, contained, apart)
        ):
            return None
        return DuplicateMatch(similarity=contained, method="whole")
    whole = short >= 0.7 * long
    if contained < (0.5 if whole else 0.55) or common < 25:
        return None
    return DuplicateMatch(similarity=contained, method="whole" if whole else "excerpt")


def _one_subject(one: Print, other: Print, contained: float, apart: timedelta | None) -> bool:
    if one.source and other.source and one.source != other.source:
        return True
    if apart is not None and apart > timedelta(days=2):
        return False
    if len(one.title & other.title) >= 0.4 * max(1, min(len(one.title), len(other.title))):
        return True
    return contained >= 0.95 and not (one.standing and other.standing)


def earlier(one: tuple[datetime | None, int], other: tuple[datetime | None, int]) -> bool:
    """Whether ``one`` (time, arrival) was published before ``other``; where a time is unknown arrival decides."""
    if one[0] is not None and other[0] is not None and one[0] != other[0]:
        return one[0] < other[0]
    return one[1] < other[1]


class PrintIndex:
    """Prints in memory, found by their samples: for a file of items, and for tests and measurements."""

    def __init__(self) -> None:
        self._prints: list[Print] = []
        self._where = Postings()

    def add(self, print_: Print) -> int:
        """Takes a print in and gives its number."""
        number = len(self._prints)
        self._prints.append(print_)
        self._where.add(number, print_.keys.tolist())
        return number

    def matches(self, print_: Print) -> list[tuple[int, DuplicateMatch]]:
        """Numbers of the prints that share their text with ``print_``, nearest first."""
        likely = self._where.shared(print_.keys, least=SHARED, most=MOST_ALIKE)
        return verified(print_, likely, self._prints.__getitem__)


def verified(
    print_: Print, candidates: Iterable[int], look_up: Callable[[int], Print]
) -> list[tuple[int, DuplicateMatch]]:
    """The candidates whose full text confirms the match, nearest first."""
    found = []
    for number in candidates:
        if (match := compare(print_, look_up(number))) is not None:
            found.append((number, match))
    found.sort(key=lambda pair: -pair[1].similarity)
    return found


def first_publishers(prints: list[Print]) -> list[int | None]:
    """For each print, in order, the number of the first publication it copies, or None where it copies none."""
    shelf = PrintIndex()
    parent = list(range(len(prints)))

    def top(number: int) -> int:
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = parent[number]
        return number

    for number, print_ in enumerate(prints):
        for other, _ in shelf.matches(print_):
            one, two = top(number), top(other)
            if one != two:
                if earlier((prints[one].at, one), (prints[two].at, two)):
                    parent[two] = one
                else:
                    parent[one] = two
        shelf.add(print_)
    return [None if top(number) == number else top(number) for number in range(len(prints))]
