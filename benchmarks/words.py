"""Invented words, as common and as rare as in the press: for the benchmarks that need texts nobody wrote."""

from __future__ import annotations

import random

import numpy as np

_STARTS = [
    "b",
    "c",
    "ch",
    "d",
    "đ",
    "g",
    "gi",
    "h",
    "kh",
    "l",
    "m",
    "n",
    "ng",
    "nh",
    "ph",
    "qu",
    "r",
    "s",
    "t",
    "th",
    "tr",
    "v",
    "x",
]
_MIDDLES = [
    "a",
    "ă",
    "â",
    "e",
    "ê",
    "i",
    "o",
    "ô",
    "ơ",
    "u",
    "ư",
    "iê",
    "uô",
    "ươ",
    "à",
    "á",
    "ạ",
    "ả",
    "ấ",
    "ậ",
    "ề",
    "ế",
    "ó",
    "ò",
    "ụ",
    "ừ",
]
_ENDS = ("", "n", "ng", "t", "c", "m", "p", "nh")
# syllables of the Vietnamese kind, marks included, the commonest first by Zipf's law
SYLLABLES = tuple(start + middle + end for middle in _MIDDLES for end in _ENDS for start in _STARTS)
ZIPF = tuple(1 / rank for rank in range(1, len(SYLLABLES) + 1))


def drawn(draw: random.Random, count: int) -> list[str]:
    """Some words in a row."""
    return draw.choices(SYLLABLES, ZIPF, k=count)


def numbers(draw: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    """Places in ``SYLLABLES``, by their frequencies: rows of texts, columns of words."""
    bounds = np.cumsum(ZIPF)
    return np.searchsorted(bounds / bounds[-1], draw.random(shape)).astype(np.int32)


def share(rank: int, length: int) -> float:
    """In what share of texts of ``length`` words the word of this rank (0 is the commonest) stands."""
    return 1 - (1 - ZIPF[rank] / sum(ZIPF)) ** length
