"""Sent twice: the second press of a button adds nothing, and what a page's outbox sends again is answered as before."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from psycopg.types.json import Jsonb

from db.core.connection import Connection

WITHIN = timedelta(minutes=1)  # the same words twice within it are one press too many; later they are meant


def first_time(conn: Connection, *, user_id: int, digest: str) -> bool:
    """Whether this person sends this form for the first time within the last minute; two at once have one winner."""
    return (
        conn.execute(
            "INSERT INTO sent_forms (user_id, digest) VALUES (%(user)s, %(digest)s)"
            " ON CONFLICT (user_id, digest) DO UPDATE SET at = clock_timestamp()"
            " WHERE sent_forms.at < clock_timestamp() - %(within)s",
            {"user": user_id, "digest": digest, "within": WITHIN},
        ).rowcount
        == 1
    )


def answered(conn: Connection, *, user_id: int, key: UUID) -> dict[str, Any] | None:
    """What this person's action ``key`` was answered with, or None where it comes for the first time: it is theirs to carry
    out then, in this transaction. Two at once have one winner, the other waits for its answer."""
    fresh = conn.execute(
        "INSERT INTO sent_actions (user_id, key) VALUES (%s, %s) ON CONFLICT DO NOTHING", [user_id, key]
    ).rowcount
    if fresh:
        return None
    row = conn.execute(
        "SELECT answer FROM sent_actions WHERE user_id = %s AND key = %s", [user_id, key]
    ).fetchone()
    return cast("dict[str, Any]", row[0]) if row and row[0] is not None else {}


def keep_answer(conn: Connection, *, user_id: int, key: UUID, answer: dict[str, Any]) -> None:
    """Keeps what the action ``key`` was answered with."""
    conn.execute(
        "UPDATE sent_actions SET answer = %s WHERE user_id = %s AND key = %s", [Jsonb(answer), user_id, key]
    )


def forget(conn: Connection) -> int:
    """Removes forms older than an hour and actions older than 30 days (a browser may come back after a holiday); returns how
    many rows went."""
    return (
        conn.execute("DELETE FROM sent_forms WHERE at < now() - interval '1 hour'").rowcount
        + conn.execute("DELETE FROM sent_actions WHERE at < now() - interval '30 days'").rowcount
    )
