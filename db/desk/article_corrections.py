"""Corrections that staff make to an article: relevance, signals, places, topics, that it is no copy. Written by review_ui."""

from __future__ import annotations

from typing import Literal

from db.core.connection import Connection, rules
from db.core.errors import Invalid

Aspect = Literal["relevance", "harm", "criticism", "check", "rebuttal", "place", "topic", "copy"]
_VALUES = {
    "relevance": ("core", "mention", "none"),
    **dict.fromkeys(("harm", "criticism", "check", "rebuttal"), ("low", "medium", "high")),
}


def correct(
    conn: Connection,
    *,
    article_id: int,
    aspect: Aspect,
    user_id: int,
    value: str = "",
    says: Literal["yes", "no", "machine"] = "yes",
    reason: str = "",
) -> int:
    """Stores a correction and gives its number; the classifier carries it out with its next sweep.

    ``value``: the label, the band, the place's id or the topic's name; ``says``: whether the place or topic is there (``copy``
    knows ``no`` alone), ``machine`` gives the word back. Raises Invalid for what no aspect takes.
    """
    if says != "machine" and value not in _VALUES.get(aspect, (value,)):
        raise Invalid("value", f"{aspect} is one of {', '.join(_VALUES[aspect])}, not {value!r}")
    if aspect in ("place", "topic") and not value:
        raise Invalid("value", f"name the {aspect}")
    if says == "no" and aspect not in ("place", "topic", "copy"):
        raise Invalid("says", f"say what {aspect} is instead")
    if aspect == "copy" and says == "yes":
        raise Invalid("says", "an article can be taken out of its copies, not put among them")
    with rules(), conn.transaction():
        row = conn.execute(
            "INSERT INTO article_corrections (article_id, aspect, value, says, reason, made_by) VALUES (%s, %s, %s, %s, %s, %s)"
            " RETURNING id",
            [article_id, aspect, value, says, reason or None, user_id],
        ).fetchone()
    assert row is not None
    return int(row[0])
