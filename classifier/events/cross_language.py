"""Whether an event that has just begun is told already in another language: asks the store, ``across`` decides."""

from __future__ import annotations

import unicodedata

import db.judging.events
from classifier.events import cross_language_rule
from classifier.events.cross_language_rule import Marks, NamedPlace
from classifier.events.vectors import lead_of
from db.core.connection import Connection
from db.judging.events import Member

MOST_MEMBERS = 10  # articles of an event that are held against the new one


def find(conn: Connection, event_id: int, *, provinces: frozenset[str]) -> int | None:
    """The event in another language that tells of the same happening, or None; ``provinces``: ids of whole provinces."""
    members = db.judging.events.members(conn, event_id)
    mine = [marks for member in members if (marks := _marks(member, provinces)) is not None]
    if not mine:
        return None
    first = mine[0]
    places = sorted({place for member in members for place in _ids(member)})
    for other in db.judging.events.in_other_languages(
        conn,
        language=first.language,
        places=places,
        earliest=first.at - cross_language_rule.DAYS,
        latest=first.at + cross_language_rule.DAYS,
    ):
        for member in db.judging.events.members(conn, other)[:MOST_MEMBERS]:
            theirs = _marks(member, provinces)
            if theirs is not None and any(cross_language_rule.one_happening(one, theirs) for one in mine):
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
    return cross_language_rule.marks(
        language=result["language"],
        at=member.at,
        passage=unicodedata.normalize("NFC", f"{member.title}\n{lead_of(member.head)}"),
        places=[
            NamedPlace(
                id=one["id"], as_written=body[one["start"] : one["end"]], province=one["id"] in provinces
            )
            for one in result["relevance"]["places"]
        ],
        bad=result["harm"]["band"] != "low",
    )
