"""Vector index of claims: cosines of turned sentence embeddings, kept in 8 bits.

Turning takes away what language, marks and register put into an embedding (``claim_turn`` of the learned weights): the
mean, the strongest common directions, and what differs between a text and the same text without its marks.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from classifier.meaning.embedding import Vectors
from classifier.meaning.heads import Heads

Bytes = npt.NDArray[np.int8]
_STEPS = 127.0
_WIDEST = 0.5
_BLOCK = 8192  # rows turned into floating point at a time: they stay in the processor's cache


def turned(heads: Heads, vectors: Vectors) -> Vectors:
    """Embeddings as claims are compared by, each of length one."""
    rows = (vectors - heads.claim_centre) @ heads.claim_turn
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6), np.float32)


def to_bytes(vectors: Vectors) -> Bytes:
    """Turned vectors in 8 bits a component."""
    stored: Bytes = np.clip(np.rint(vectors * (_STEPS / _WIDEST)), -_STEPS, _STEPS).astype(np.int8)
    return stored


class VectorIndex:
    """Rows are claims in the order in which they were added; a row of zeros is near nothing."""

    def __init__(self, width: int) -> None:
        self._rows = np.zeros((0, width), np.int8)

    def replace(self, kept: Sequence[int], fresh: Bytes) -> None:
        """Keeps the rows ``kept``, in that order, and adds ``fresh`` after them."""
        self._rows = np.concatenate([self._rows[list(kept)], fresh])

    def scores(self, asked: Vectors) -> Vectors:
        """For each claim the best cosine with any of ``asked``."""
        best = np.zeros(len(self._rows), np.float32)
        if not len(asked):
            return best
        across = np.ascontiguousarray(asked.T) * np.float32(_WIDEST / _STEPS)
        for at in range(0, len(self._rows), _BLOCK):
            best[at : at + _BLOCK] = (self._rows[at : at + _BLOCK].astype(np.float32) @ across).max(axis=1)
        return best
