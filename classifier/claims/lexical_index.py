"""Lexical index of claims: the cosine of a sentence's weighted words with every claim, in one sparse product."""

from __future__ import annotations

import zlib
from array import array
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
from scipy import sparse

from db.core.claim_words import Features, norm

_COLUMNS = (
    1 << 20
)  # features are hashed: names of a hundred thousand claims would weigh more than their numbers
Reals = npt.NDArray[np.float32]


class LexicalIndex:
    """Rows are claims in the order in which they were added."""

    def __init__(self) -> None:
        self._by_feature = sparse.csr_matrix((_COLUMNS, 0), dtype=np.float32)

    def replace(self, kept: Sequence[int], fresh: Iterable[Features]) -> None:
        """Keeps the rows ``kept``, in that order, and adds ``fresh`` after them."""
        rows = _rows(fresh)
        if kept:
            rows = sparse.vstack([self._by_feature.T.tocsr()[kept], rows], format="csr")
        self._by_feature = rows.T.tocsr()

    def scores(self, told: Sequence[Features]) -> tuple[Reals, npt.NDArray[np.int32]]:
        """For each claim the best cosine of any of ``told``, and which one it was."""
        count = self._by_feature.shape[1]
        best, said_in = np.zeros(count, np.float32), np.zeros(count, np.int32)
        products = _rows(told) @ self._by_feature
        for number in range(len(told)):
            part = slice(products.indptr[number], products.indptr[number + 1])
            claims, score = products.indices[part], products.data[part]
            better = score > best[claims]
            best[claims[better]], said_in[claims[better]] = score[better], number
        return best, said_in


def _rows(told: Iterable[Features]) -> sparse.csr_matrix:
    values, columns, ends = array("f"), array("i"), array("i", [0])
    for features in told:
        length = norm(features) or 1.0
        for name, weight in features.items():
            columns.append(zlib.crc32(name.encode()) & (_COLUMNS - 1))
            values.append(weight / length)
        ends.append(len(columns))
    made = sparse.csr_matrix(
        (np.frombuffer(values, np.float32), np.frombuffer(columns, np.int32), np.frombuffer(ends, np.int32)),
        shape=(len(ends) - 1, _COLUMNS),
    )
    made.sum_duplicates()
    return made
