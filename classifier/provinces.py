"""Which provinces and countries a headline and lead name: two like happenings in two of them are two events."""

from __future__ import annotations

import re
from collections.abc import Iterable

from classifier.text import fold
from db.catalogue import Catalogue


class Provinces:
    """The names of all provinces, the catalogue's own among them, and of the countries it knows."""

    def __init__(self, names: Iterable[str], own: Iterable[str] = ()) -> None:
        self.own = tuple(sorted(set(own)))
        forms = sorted({fold(name) for name in names if len(name) > 2}, key=lambda name: (-len(name), name))
        self._pattern = (
            re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, forms)) + r")(?!\w)") if forms else None
        )

    @classmethod
    def from_catalogue(cls, catalogue: Catalogue) -> Provinces:
        """Own provinces from the places, all others from the rules on names borne elsewhere."""
        own = [place.bare for place in catalogue.places if place.level == "province"]
        other = [
            value
            for rule in catalogue.rules
            if rule.kind == "abroad" or (rule.kind == "elsewhere" and rule.name.startswith("provinces"))
            for value in rule.values
        ]
        return cls([*own, *other], own)

    def find(self, passage: str) -> frozenset[str]:
        """The names that stand in an NFC passage, capitalised as names are."""
        if self._pattern is None:
            return frozenset()
        return frozenset(self._pattern.findall(fold(passage)))
