"""Copies and events of a list of items, without a store: what ``kiemtin group`` prints and measurements use."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from classifier.events import clustering, near_duplicates, vectors
from classifier.events.regions import Provinces
from classifier.text.item import Item

MANY = 500  # items from which a file says itself what is common; in a few the event's own words would count as such


class Grouped(TypedDict):
    """One item's place: ``copy_of`` the id of the first publication it copies, ``event`` a key shared by one event."""

    id: str
    copy_of: str | None
    event: str


def group(items: Sequence[Item], provinces: Provinces) -> list[Grouped]:
    """Places the items as they would come in, the oldest first; a copy stands in the event of its first publication."""
    marks = [provinces.marks(title=item.title, text=item.text, at=item.date) for item in items]
    first = near_duplicates.first_publishers(
        [
            near_duplicates.print_of(
                title=item.title,
                text=item.text,
                source=item.source or "",
                at=item.date,
                marks=named,
            )
            for item, named in zip(items, marks, strict=True)
        ]
    )
    told = [
        provinces.story(title=item.title, text=item.text, at=item.date, marks=named)
        for item, named in zip(items, marks, strict=True)
    ]
    background = vectors.plain_background(provinces.own)
    if len(told) >= MANY:
        background.add(story.vector for story in told)
    alone = [number for number, copied in enumerate(first) if copied is None]
    placed = clustering.grouped([told[number] for number in alone], background.rarity())
    event = {number: alone[place] for number, place in zip(alone, placed, strict=True)}
    return [
        Grouped(
            id=item.id,
            copy_of=None if (copied := first[number]) is None else items[copied].id,
            event=f"event-{event[number if copied is None else copied] + 1}",
        )
        for number, item in enumerate(items)
    ]
