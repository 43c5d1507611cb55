"""Who is looking at a case now: a lease that a heartbeat keeps alive; how long and how many are settings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from psycopg.types.json import Jsonb

from db.accounts import limits as desk_limits
from db.core.connection import Connection, first
from db.core.errors import Conflict


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """A case in somebody's hands until ``expires_at``."""

    case_id: int
    user_id: int
    display_name: str
    taken_at: datetime
    expires_at: datetime


def of_case(conn: Connection, *, case_id: int) -> Lease | None:
    """Whose hands the case is in, or None when it is free."""
    return first(
        conn,
        Lease,
        "SELECT l.case_id, l.user_id, u.display_name, l.taken_at, l.expires_at FROM leases l JOIN users u ON u.id = l.user_id"
        " WHERE l.case_id = %s AND l.expires_at > now()",
        [case_id],
        often=True,
    )


def take(conn: Connection, *, case_id: int, user_id: int, counted: bool = True) -> Lease:
    """Takes a free case (or renews one's own); one winner however many ask at once.

    Raises Conflict when somebody else has it or, where it is ``counted``, when the person holds as many as they may.
    """
    limits = desk_limits.read(conn)
    if counted:
        # one at a time per person, so that two open tabs cannot both be the third
        conn.execute("SELECT pg_advisory_xact_lock(hashtext('kiemtin.leases'), %s)", [user_id])
        others = conn.execute(
            "SELECT count(*) FROM leases WHERE user_id = %s AND case_id <> %s AND expires_at > now()",
            [user_id, case_id],
        ).fetchone()
        if others and others[0] >= limits.most:
            raise Conflict(
                f"you have {limits.most} cases open already; finish or release one first",
                code="lease.most",
                values={"n": limits.most},
            )
    conn.execute(
        "INSERT INTO leases (case_id, user_id, expires_at) VALUES (%(case)s, %(user)s, clock_timestamp() + %(lasts)s)"
        " ON CONFLICT (case_id) DO UPDATE SET user_id = EXCLUDED.user_id, expires_at = EXCLUDED.expires_at,"
        " taken_at = CASE WHEN leases.user_id = EXCLUDED.user_id THEN leases.taken_at ELSE clock_timestamp() END"
        " WHERE leases.user_id = EXCLUDED.user_id OR leases.expires_at <= clock_timestamp()",
        {"case": case_id, "user": user_id, "lasts": limits.lease},
    )
    held = of_case(conn, case_id=case_id)
    if held is None or held.user_id != user_id:
        raise _held(held)
    return held


def take_over(conn: Connection, *, case_id: int, user_id: int, actor: str) -> Lease:
    """Takes a case out of another's hands; noted in the audit with both names."""
    before = of_case(conn, case_id=case_id)
    if before is not None and before.user_id != user_id:
        conn.execute("DELETE FROM leases WHERE case_id = %s AND user_id = %s", [case_id, before.user_id])
        conn.execute(
            "SELECT note_in_audit(%s, NULL, 'lease.take_over', %s, %s, NULL)",
            [actor, f"case:{case_id}", Jsonb({"owner": before.display_name})],
        )
    return take(conn, case_id=case_id, user_id=user_id)


def beat(conn: Connection, *, case_id: int, user_id: int) -> datetime:
    """Keeps one's lease alive; returns until when. Conflict when it has gone to somebody else or was released."""
    row = conn.execute(
        "UPDATE leases SET expires_at = clock_timestamp() + %s WHERE case_id = %s AND user_id = %s RETURNING expires_at",
        [desk_limits.read(conn).lease, case_id, user_id],
    ).fetchone()
    if row is None:
        held = of_case(conn, case_id=case_id)
        if held:
            raise _held(held)
        raise Conflict("the case is no longer in your hands", code="lease.lost")
    until: datetime = row[0]
    return until


def _held(lease: Lease | None) -> Conflict:
    name = lease.display_name if lease else "somebody"
    return Conflict(f"{name} is working on this case", code="lease.held", values={"name": name})


def release(conn: Connection, *, case_id: int, user_id: int) -> None:
    """Gives a case back; nothing happens when it was not one's own."""
    conn.execute("DELETE FROM leases WHERE case_id = %s AND user_id = %s", [case_id, user_id])


def expire(conn: Connection) -> int:
    """Removes leases that have run out (they bind nobody even before) and those of people who are signed in nowhere;
    returns how many."""
    return conn.execute(
        "DELETE FROM leases l WHERE expires_at <= now() OR NOT EXISTS (SELECT FROM sessions s"
        " WHERE s.user_id = l.user_id AND s.ended_at IS NULL AND s.expires_at > now())"
    ).rowcount
