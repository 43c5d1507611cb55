"""Texts as TF-IDF rows: words and pairs of words, and the letters inside words (2 to 5 at a time).

The same numbers as scikit-learn's TfidfVectorizer (word 1-2, char_wb 2-5, sublinear, each block of length one; a test
compares them), but several times as fast: a language has few distinct syllables, so the letter n-grams of each are
looked up once and remembered.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:  # scipy takes half a second to import, and judging one text needs none of it
    from scipy.sparse import csr_matrix

Ids = npt.NDArray[np.int32]
Reals = npt.NDArray[np.float64]

_WORD = re.compile(r"\w+")
SHORTEST, LONGEST = 2, 5  # letters in one n-gram
HEAD = 3000  # code points of title and text that are read: what an article is about stands in its beginning
_REMEMBERED = 200_000  # syllables kept; beyond it the memory is begun anew (a text of random letters)


def words(text: str) -> list[str]:
    """The lower-cased words of the part of a text that is read."""
    return _WORD.findall(text[:HEAD].lower())


def letters(word: str) -> list[str]:
    """The letter n-grams of one word with a space on either side, as scikit-learn's ``char_wb`` cuts them."""
    padded = f" {word} "
    size = len(padded)
    found: list[str] = []
    for length in range(SHORTEST, LONGEST + 1):
        if length >= size:
            found.append(padded)
            break
        found += [padded[at : at + length] for at in range(size - length + 1)]
    return found


@dataclass(slots=True)
class Ngrams:
    """A vocabulary with its weights: the columns are the words (and pairs), then the letter n-grams.

    ``word_idf`` and ``letter_idf`` stand in the order of ``word_names`` and ``letter_names``.
    """

    word_names: list[str]
    letter_names: list[str]
    word_idf: Reals
    letter_idf: Reals
    _words: dict[str, int] = field(init=False, repr=False)
    _letters: dict[str, int] = field(init=False, repr=False)
    _known: dict[str, Ids] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._words = {name: place for place, name in enumerate(self.word_names)}
        self._letters = {name: place for place, name in enumerate(self.letter_names)}
        self._known = {}

    @property
    def width(self) -> int:
        """How many columns a row has."""
        return len(self.word_names) + len(self.letter_names)

    def matrix(self, texts: Iterable[str]) -> csr_matrix:
        """One row for each text."""
        from scipy.sparse import csr_matrix

        columns: list[Ids] = []
        values: list[Reals] = []
        ends = [0]
        for text in texts:
            here, weights = self.row(words(text))
            columns.append(here)
            values.append(weights)
            ends.append(ends[-1] + len(here))
        if not columns:
            return csr_matrix((0, self.width))
        return csr_matrix(
            (np.concatenate(values), np.concatenate(columns), np.array(ends)),
            shape=(len(columns), self.width),
        )

    def row(self, tokens: list[str]) -> tuple[Ids, Reals]:
        """(columns, values) of one text's words; each of the two blocks has length one, or is empty."""
        pairs = map(" ".join, zip(tokens, tokens[1:], strict=False))
        found = [place for place in map(self._words.get, chain(tokens, pairs)) if place is not None]
        word_ids, word_tf = np.unique(np.array(found, np.int32), return_counts=True)
        distinct = Counter(tokens)
        known = [self._of(word) for word in distinct]
        if known:
            each = np.fromiter(distinct.values(), np.float64, len(distinct))
            ids = np.concatenate(known)
            weights = np.repeat(each, [len(part) for part in known])
            totals: Reals = np.bincount(ids, weights).astype(np.float64) if len(ids) else np.zeros(0)
            letter_ids = np.flatnonzero(totals).astype(np.int32)
            letter_tf = totals[letter_ids]
        else:
            letter_ids, letter_tf = np.zeros(0, np.int32), np.zeros(0)
        word_values = _weigh(word_tf.astype(np.float64), self.word_idf[word_ids])
        letter_values = _weigh(letter_tf, self.letter_idf[letter_ids])
        return (
            np.concatenate([word_ids, letter_ids + np.int32(len(self.word_names))]),
            np.concatenate([word_values, letter_values]),
        )

    def _of(self, word: str) -> Ids:
        found = self._known.get(word)
        if found is None:
            if len(self._known) > _REMEMBERED:
                self._known.clear()
            places = [self._letters[part] for part in letters(word) if part in self._letters]
            found = self._known[word] = np.array(places, np.int32)
        return found


def _weigh(counts: Reals, idf: Reals) -> Reals:
    values: Reals = (1.0 + np.log(counts)) * idf
    length = math.sqrt(float(values @ values))
    return values / length if length else values


def learn(
    texts: Iterable[str], *, most_words: int, most_letters: int, least_words: int = 3, least_letters: int = 5
) -> tuple[Ngrams, csr_matrix]:
    """The vocabulary of many texts and their rows, as ``Ngrams.matrix`` would give them.

    Kept is what stands in at least ``least_…`` texts, the most frequent ``most_…`` of it. All at once rather than text
    by text: the letters come as one product of sparse matrices, texts by syllables times syllables by letters.
    """
    from scipy.sparse import hstack

    numbers: dict[str, int] = {}
    rows = [
        np.array([numbers.setdefault(word, len(numbers)) for word in words(text)], np.int64) for text in texts
    ]
    names = list(numbers)
    singles = _counts(rows, len(names))
    pair_keys, pair_rows = _pairs(rows, len(names))
    pairs = _counts(pair_rows, len(pair_keys))
    one_ids, one_idf = _kept(singles, least_words, most_words)
    two_ids, two_idf = _kept(pairs, least_words, max(most_words - len(one_ids), 0))
    parts: dict[str, int] = {}
    inside = _counts(
        [
            np.array([parts.setdefault(part, len(parts)) for part in letters(name)], np.int64)
            for name in names
        ],
        len(parts),
    )
    lettered = (singles @ inside).tocsr()
    letter_ids, letter_idf = _kept(lettered, least_letters, most_letters)
    part_names = list(parts)
    keys = pair_keys[two_ids]
    word_names = [names[place] for place in one_ids]
    word_names += [f"{names[key // len(names)]} {names[key % len(names)]}" for key in keys]
    made = Ngrams(
        word_names,
        [part_names[place] for place in letter_ids],
        np.concatenate([one_idf, two_idf]),
        letter_idf,
    )
    word_block = hstack([singles[:, one_ids], pairs[:, two_ids]]).tocsr()
    blocks = [
        _weighed(word_block, made.word_idf),
        _weighed(lettered[:, letter_ids].tocsr(), letter_idf),
    ]
    return made, hstack(blocks).tocsr()


def _counts(rows: list[npt.NDArray[np.int64]], width: int) -> csr_matrix:
    from scipy.sparse import csr_matrix

    ends = np.cumsum([0, *map(len, rows)])
    flat = np.concatenate(rows) if rows else np.zeros(0, np.int64)
    counts = csr_matrix((np.ones(len(flat)), flat, ends), shape=(len(rows), width))
    counts.sum_duplicates()
    return counts


def _pairs(
    rows: list[npt.NDArray[np.int64]], width: int
) -> tuple[npt.NDArray[np.int64], list[npt.NDArray[np.int64]]]:
    """The distinct pairs of neighbours as first * width + second, and each text as numbers of those pairs."""
    keyed = [row[:-1] * width + row[1:] for row in rows]
    if not keyed:
        return np.zeros(0, np.int64), []
    found, places = np.unique(np.concatenate(keyed), return_inverse=True)
    return found, np.split(places.astype(np.int64), np.cumsum([len(row) for row in keyed])[:-1])


def _kept(counts: csr_matrix, least: int, most: int) -> tuple[npt.NDArray[np.int64], Reals]:
    df = np.bincount(counts.indices, minlength=counts.shape[1])
    ids = np.flatnonzero(df >= least)
    if len(ids) > most:
        ids = np.sort(ids[np.argsort(-df[ids], kind="stable")[:most]])
    idf: Reals = np.log((1 + counts.shape[0]) / (1 + df[ids])) + 1
    return ids, idf


def _weighed(counts: csr_matrix, idf: Reals) -> csr_matrix:
    """Sublinear counts times idf, each row of length one."""
    out = counts.copy()
    out.data = (1.0 + np.log(out.data)) * idf[out.indices]
    squares = np.add.reduceat(np.append(out.data**2, 0.0), out.indptr[:-1]) if out.shape[0] else np.zeros(0)
    sizes = np.diff(out.indptr)
    lengths = np.sqrt(np.where(sizes > 0, squares, 1.0))
    out.data /= np.repeat(lengths, sizes)
    return out
