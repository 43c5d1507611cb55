"""Whether an event that has just begun is told already in another language: asks the store, ``across`` decides."""

from __future__ import annotations

import unicodedata

import db.events
from classifier import across
from classifier.across import Marks, Place
from classifier.stories import lead_of
from db.connection import Connection
from db.events import Member

MOST_MEMBERS = 10  # articles of an event that are held against the new one


def find(conn: Connection, event_id: int, *, provinces: frozenset[str]) -> int | None:
    """The event in another language that tells of the same happening, or None; ``provinces``: ids of whole provinces."""
    members = db.events.members(conn, event_id)
    mine = [marks for member in members if (marks := _marks(member, provinces)) is not None]
    if not mine:
        return None
    first = mine[0]
    places = sorted({place for member in members for place in _ids(member)})
    for other in db.events.in_other_languages(
        conn,
        language=first.language,
        places=places,
        earliest=first.at - across.DAYS,
        latest=first.at + across.DAYS,
    ):
        for member in db.events.members(conn, other)[:MOST_MEMBERS]:
            theirs = _marks(member, provinces)
            if theirs is not None and any(across.one_happening(one, theirs) for one in mine):
                return other
    return None


def _ids(member: Member) -> list[str]:
    return [place["id"] for place in member.result["relevance"]["places"]] if member.result else []


def _marks(member: Member, provinces: frozenset[str]) -> Marks | None:
    """What of an article can be held against another language; None where it is not about the province."""
    result = member.result
    if result is None or result["relevance"]["label"] == "none" or not result["relevance"]["places"]:
        return None
    body = unicodedata.normalize("NFC", f"{member.title}\n{member.head}")
    return across.marks(
        language=result["language"],
        at=member.at,
        passage=unicodedata.normalize("NFC", f"{member.title}\n{lead_of(member.head)}"),
        places=[
            Place(id=one["id"], as_written=body[one["start"] : one["end"]], province=one["id"] in provinces)
            for one in result["relevance"]["places"]
        ],
        bad=result["harm"]["band"] != "low",
    )
