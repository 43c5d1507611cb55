"""Fact extraction: one pass over a prepared text gives all its facts."""

from __future__ import annotations

from classifier.facts.record import Facts
from classifier.places.gazetteer import Gazetteer
from classifier.places.locate import Places
from classifier.text.prepared_text import PreparedText


class FactReader:
    """The vocabulary and the gazetteer made ready; ``read`` is pure, the same text gives the same facts."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer

    def read(self, reading: PreparedText, found: Places | None = None) -> Facts:
        """The facts of a text; ``found``: its places, where they were located already."""
        return Facts()
