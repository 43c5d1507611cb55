"""What the weekly schedule has done, so that two workers make nothing twice."""

from __future__ import annotations

from datetime import date

from db.core.connection import Connection


def begin(conn: Connection, *, scope: str, from_on: date, to_on: date) -> bool:
    """Whether this transaction is the one that makes the draft of the week."""
    row = conn.execute(
        "INSERT INTO digest_schedule_runs (scope, from_on, to_on) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING RETURNING true",
        [scope, from_on, to_on],
    ).fetchone()
    return row is not None


def made_by_hand(conn: Connection, *, scope: str, from_on: date, to_on: date) -> bool:
    """Whether somebody already made a digest of exactly these days."""
    row = conn.execute(
        "SELECT EXISTS (SELECT FROM digests WHERE scope = %s AND from_on = %s AND to_on = %s AND state <> 'discarded')",
        [scope, from_on, to_on],
    ).fetchone()
    return bool(row and row[0])


def remind(conn: Connection, *, scope: str, from_on: date, to_on: date) -> int:
    """Notes the reminder of an issue that is not out yet; 1 where it was due now, 0 where it was given or not needed."""
    row = conn.execute(
        "UPDATE digest_schedule_runs r SET reminded_at = now() WHERE scope = %(scope)s AND from_on = %(from)s AND to_on = %(to)s"
        " AND reminded_at IS NULL AND NOT EXISTS (SELECT FROM digests d WHERE d.scope = r.scope AND d.from_on = r.from_on"
        " AND d.to_on = r.to_on AND d.state = 'issued') RETURNING true",
        {"scope": scope, "from": from_on, "to": to_on},
    ).fetchone()
    return int(row is not None)


def reminded(conn: Connection) -> list[tuple[int, str, date, date, str]]:
    """Issues whose reminder was given and that are not out yet: (digest or 0, scope, first day, last day, state)."""
    rows = conn.execute(
        "SELECT coalesce(d.id, 0), r.scope, r.from_on, r.to_on, coalesce(d.state, 'none') FROM digest_schedule_runs r"
        " LEFT JOIN LATERAL (SELECT id, state FROM digests WHERE scope = r.scope AND from_on = r.from_on AND to_on = r.to_on"
        " AND state <> 'discarded' ORDER BY id DESC LIMIT 1) d ON true"
        " WHERE r.reminded_at > now() - interval '2 days' AND coalesce(d.state, 'none') <> 'issued' ORDER BY r.scope"
    ).fetchall()
    return [(int(number), str(scope), first, last, str(state)) for number, scope, first, last, state in rows]
