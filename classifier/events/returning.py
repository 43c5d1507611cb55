"""Brings closed cases back whose event tells something new: asks the store, ``news_after_closing`` decides."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

import db.catalogue.rows
import db.judging.case_returns
from classifier.events import news_after_closing
from classifier.events.news_after_closing import ReturnRules
from db.core.connection import Connection
from db.judging.events import Member


def consider(
    conn: Connection, *, event_id: int, members: Sequence[Member], fresh: AbstractSet[int] = frozenset()
) -> bool:
    """Whether the event's closed case came back; nothing is asked of an event without one but that. ``fresh``: articles that
    count as news whenever they came."""
    case = db.judging.case_returns.closed(conn, event_id=event_id)
    if case is None:
        return False
    found = news_after_closing.news(members, case.closed_at, rules(conn), fresh=fresh)
    return bool(found) and db.judging.case_returns.bring_back(
        conn, case=case, news=[one.as_data() for one in found]
    )


def rules(conn: Connection) -> ReturnRules:
    """What staff set (``returns.*``)."""
    return ReturnRules(
        death=_on(conn, "death"),
        new_harm=_on(conn, "new_harm"),
        criticism=_on(conn, "criticism"),
        refutation=_on(conn, "refutation"),
        higher_band=_on(conn, "higher_band"),
        outlets=int(db.catalogue.rows.number(conn, "returns.outlets")),
    )


def _on(conn: Connection, name: str) -> bool:
    return db.catalogue.rows.value(conn, f"returns.{name}") is True
