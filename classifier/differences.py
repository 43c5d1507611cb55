"""What the outlets of one event tell differently: counts of dead and hurt, measures, times, names. Shown, never judged.

A difference is a cue to look, not a fault: the number of victims grows in the hours after an accident. So every value
is given with who says it and when, in order of publication.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """An article of the event; ``body`` is NFC title, line feed, text (or its beginning)."""

    article_id: int
    source: str
    at: datetime | None
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Where an article says it; offsets in code points of ``body``."""

    article_id: int
    source: str
    at: datetime | None
    as_written: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One of the values told, with everyone who tells it, first published first."""

    value: str
    tellings: tuple[Said, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Two or more values for one thing; ``kind`` figure | name | time, ``label`` what is counted, in Vietnamese."""

    kind: str
    label: str
    values: tuple[Value, ...]
    matters: bool  # a cue strong enough to ask for a check
    weight: float

    @property
    def sentence(self) -> str:
        """«số người chết: 8 (…), 9 (…)», for a card."""
        told = ", ".join(
            f"{value.value} ({', '.join(dict.fromkeys(said.source for said in value.tellings))})"
            for value in self.values
        )
        return f"{self.label}: {told}"

    def as_data(self) -> dict[str, Any]:
        """For the store and the screens."""
        return {
            "kind": self.kind, "label": self.label, "matters": self.matters,
            "values": [
                {
                    "value": value.value,
                    "tellings": [
                        {
                            "article": said.article_id, "source": said.source,
                            "at": said.at.isoformat() if said.at else None, "text": said.as_written,
                            "start": said.start, "end": said.end,
                        }
                        for said in value.tellings
                    ],
                }
                for value in self.values
            ],
        }  # fmt: skip


def between(tellings: Sequence[Telling]) -> list[Difference]:
    """The differences between articles of one event, the weightiest first."""
    return []
