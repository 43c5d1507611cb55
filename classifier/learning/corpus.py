"""The corpus of our own: invented items and sentences by six writers, labelled, that weights may be learned from.

Lines of ``classifier/corpus/hN_items.jsonl`` and ``hN_sentences.jsonl``, N the writer ("hand"). Hands in ``APART`` are
for measuring alone: no weight and no threshold is ever fitted on them. How to add to it: docs/corpus.md.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from classifier.text.item import Item, read_objects
from db.core.errors import Invalid
from db.core.time import HANOI

FOLDER = Path(__file__).parents[1] / "corpus"
LEARNED_FROM = ("h1", "h2", "h3", "h4")  # local paper, broadcast, gossip group, official notices
APART = ("h5", "h6")  # foreign press, citizens
SIGNALS = ("harm", "criticism", "check", "rebuttal")
RELEVANCE = ("core", "mention", "none")
MODALITIES = (
    "asserted", "reported", "denied", "averted", "planned", "drilled", "commemorated", "improved", "forecast", "asked",
    "alleged",
)  # fmt: skip
ATTRIBUTIONS = ("official", "witness", "outlet", "social", "unnamed", "none")


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusText:
    """One labelled item or single sentence.

    ``hand``: who wrote it; ``kind``: news, post, notice, letter, broadcast, or sentence. ``labels``: 0 or 1 by signal.
    ``spot``: the sentence of an item most worth checking, None where there is none. ``checkable``: sentences alone.
    """

    id: str
    hand: str
    lang: str
    kind: str
    title: str
    text: str
    day: date | None
    labels: dict[str, int]
    modality: str
    attribution: str
    relevance: str | None = None
    twin: str | None = None
    spot: str | None = None
    checkable: bool | None = None

    @property
    def item(self) -> Item:
        """As the judge reads it; published at noon of its day."""
        at = datetime(self.day.year, self.day.month, self.day.day, 12, tzinfo=HANOI) if self.day else None
        return Item(id=self.id, title=self.title, text=self.text, lang=self.lang, date=at)


def items(hands: Sequence[str] = LEARNED_FROM, folder: Path = FOLDER) -> list[CorpusText]:
    """The items of these hands, in the order of the files; Invalid names the line that is wrong."""
    return [one for hand in hands for one in _read(folder / f"{hand}_items.jsonl", hand)]


def sentences(hands: Sequence[str] = LEARNED_FROM, folder: Path = FOLDER) -> list[CorpusText]:
    """The single sentences of these hands."""
    return [one for hand in hands for one in _read(folder / f"{hand}_sentences.jsonl", hand)]


@cache
def relabelled(folder: Path = FOLDER) -> dict[str, dict[str, Any]]:
    """Labels that a second person gave without seeing the first, by the item's id."""
    lines = (folder / "relabelled.jsonl").read_text(encoding="utf-8").splitlines()
    return {row["id"]: row for row in map(json.loads, lines)}


def _read(path: Path, hand: str) -> Iterator[CorpusText]:
    try:
        with path.open(encoding="utf-8") as lines:
            for number, row in read_objects(lines):
                yield _text(row, hand, where=f"{path.name}, line {number}")
    except OSError as why:
        raise Invalid("corpus", f"{path} cannot be read ({why.strerror}); reinstall kiemtin") from None


def _text(row: dict[str, Any], hand: str, *, where: str) -> CorpusText:
    labels = row.get("labels")
    if not isinstance(labels, dict) or any(labels.get(name) not in (0, 1) for name in SIGNALS):
        raise Invalid("labels", f"{where}: labels must give 0 or 1 for each of {', '.join(SIGNALS)}")
    for name, allowed in (("modality", MODALITIES), ("attribution", ATTRIBUTIONS)):
        if row.get(name) not in allowed:
            raise Invalid(
                name, f"{where}: {name} {row.get(name)!r} is not known; write one of {', '.join(allowed)}"
            )
    relevance = row.get("relevance")
    if relevance is not None and relevance not in RELEVANCE:
        raise Invalid(
            "relevance", f"{where}: relevance {relevance!r} is not known; write core, mention or none"
        )
    title, text, spot = row.get("title", ""), row.get("text"), row.get("spot")
    if not isinstance(text, str) or not text.strip():
        raise Invalid("text", f"{where}: text is empty; write what a reader would meet")
    if spot is not None and spot not in title and spot not in text:
        raise Invalid("spot", f"{where}: spot stands neither in title nor text; copy it letter by letter")
    return CorpusText(
        id=str(row["id"]), hand=hand, lang=row["lang"], kind=row.get("kind", "sentence"), title=title, text=text,
        day=date.fromisoformat(row["date"]) if row.get("date") else None,
        labels={name: int(labels[name]) for name in SIGNALS}, modality=row["modality"], attribution=row["attribution"],
        relevance=relevance, twin=row.get("twin"), spot=spot,
        checkable=bool(row["checkable"]) if "checkable" in row else None,
    )  # fmt: skip
