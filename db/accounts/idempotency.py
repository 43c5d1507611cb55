"""Forms that were sent twice: the second press of a button adds nothing a second time."""

from __future__ import annotations

from datetime import timedelta

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


def forget(conn: Connection) -> int:
    """Removes what is older than an hour; returns how many rows went."""
    return conn.execute("DELETE FROM sent_forms WHERE at < now() - interval '1 hour'").rowcount
