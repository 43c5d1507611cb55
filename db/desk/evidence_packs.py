"""Packs that were made of a case: numbered, never replaced."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from db.core.connection import Connection, many


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """One pack that was made; ``stamped_at`` is None until an authority's token came."""

    number: int
    sha256: str
    bytes: int
    items: int
    missing: int
    fingerprint: str
    made_by: str
    made_at: datetime
    stamped_at: datetime | None
    stamp_awaited: bool


def begin(conn: Connection, case_id: int) -> bool:
    """Waits for another pack of the case that is being made; whether there is such a case."""
    conn.execute("SELECT pg_advisory_xact_lock(hashtext('kiemtin.evidence'), %s)", [case_id])
    return conn.execute("SELECT FROM cases WHERE id = %s", [case_id]).fetchone() is not None


def next_number(conn: Connection, case_id: int) -> int:
    """The number of the case's next pack."""
    row = conn.execute("SELECT count(*) + 1 FROM evidence_packs WHERE case_id = %s", [case_id]).fetchone()
    return int(row[0]) if row else 1


def enter(
    conn: Connection,
    *,
    case_id: int,
    number: int,
    sha256: str,
    size: int,
    items: int,
    missing: int,
    fingerprint: str,
    audit_head: str,
    made_by: str,
) -> int:
    """Enters a pack that was made; returns its row's number."""
    row = conn.execute(
        "INSERT INTO evidence_packs (case_id, number, sha256, bytes, items, missing, fingerprint, audit_head, made_by)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id",
        [case_id, number, sha256, size, items, missing, fingerprint, audit_head, made_by],
    ).fetchone()
    assert row is not None
    return int(row[0])


def of_case(conn: Connection, case_id: int) -> list[Pack]:
    """The packs of a case, newest first."""
    return many(
        conn,
        Pack,
        "SELECT p.number, p.sha256, p.bytes, p.items, p.missing, p.fingerprint, p.made_by, p.made_at,"
        " (SELECT s.given_at FROM stamp_requests s WHERE s.subject = 'pack:' || p.id ORDER BY s.id DESC LIMIT 1) AS stamped_at,"
        " EXISTS (SELECT FROM stamp_requests s WHERE s.subject = 'pack:' || p.id AND s.token IS NULL) AS stamp_awaited"
        " FROM evidence_packs p WHERE p.case_id = %s ORDER BY p.number DESC",
        [case_id],
    )


def sha256_of(conn: Connection, *, case_id: int, number: int) -> str | None:
    """The hash of a pack; None where there is none of this number."""
    row = conn.execute(
        "SELECT sha256 FROM evidence_packs WHERE case_id = %s AND number = %s", [case_id, number]
    ).fetchone()
    return str(row[0]) if row else None
