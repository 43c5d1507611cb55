"""The leading sentences of a text (title and three sentences), each embedded once; their mean stands for the text.

Leaving one out is arithmetic on the mean: no sentence is embedded twice.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from classifier.facts.record import Facts
from classifier.meaning.embedding import Embedder, Vectors
from classifier.text.prepared_text import PreparedText

SENTENCES = 3  # after the title


@dataclass(frozen=True, slots=True)
class EmbeddedLead:
    """``spans``: begin and end of each piece in the body; ``vectors``: a row for each."""

    spans: tuple[tuple[int, int], ...]
    vectors: Vectors

    @property
    def mean(self) -> Vectors:
        """The vector that stands for the text, of length one."""
        return middle(self.vectors)

    def without(self, number: int) -> Vectors:
        """The vector with one piece left out."""
        return middle(np.delete(self.vectors, number, axis=0))


def middle(vectors: Vectors) -> Vectors:
    """The mean of vectors, brought to length one."""
    found = vectors.mean(axis=0)
    return np.asarray(found / max(float(np.linalg.norm(found)), 1e-6), np.float32)


def pieces(reading: PreparedText, facts: Facts) -> tuple[tuple[int, int], ...]:
    """Begin and end of the title, if there is one, and of the sentences after it."""
    title = reading.title.strip()
    start = len(reading.title) - len(reading.title.lstrip())
    spans = [(start, start + len(title))] if title else []
    spans += [(one.start, one.end) for one in facts.sentences if not one.title][:SENTENCES]
    return tuple(spans)


def embedded(reading: PreparedText, facts: Facts, embedder: Embedder) -> EmbeddedLead | None:
    """The leading sentences with their vectors; None for a text without any."""
    spans = pieces(reading, facts)
    if not spans:
        return None
    return EmbeddedLead(spans, embedder([reading.body[start:end] for start, end in spans]))
