"""Walks the audit chain and says whether it is whole."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from psycopg.types.json import Jsonb

from db.core.connection import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One audit row; ``before`` and ``after`` as PostgreSQL prints their jsonb, for the hash is over that text."""

    id: int
    at: str
    actor: str
    role: str | None
    action: str
    subject: str
    before: str | None
    after: str | None
    reason: str | None
    prev_hash: str
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditResult:
    """The result of a walk: how many rows were read, the head, and what is wrong with the first bad row, if any."""

    rows: int
    head: str
    bad_row: int | None = None
    why: str | None = None


def row_hash(row: Row) -> str:
    """SHA-256 (hex) as the function audit_hash of migration 0001 computes it: length before value, NFC, '-' for null."""
    fields = [
        row.prev_hash, str(row.id), row.at, row.actor, row.role, row.action, row.subject, row.before, row.after, row.reason,
    ]  # fmt: skip
    parts = []
    for field in fields:
        if field is None:
            parts.append("-")
            continue
        value = unicodedata.normalize("NFC", field).encode()
        parts.append(f"{len(value)}:{value.decode()}")
    return hashlib.sha256("|".join(parts).encode()).hexdigest()


def walk(conn: Connection, *, expected_head: str | None = None) -> AuditResult:
    """Reads the whole chain in order and stops at the first row that does not fit.

    ``expected_head`` is a head hash noted outside (printed in a digest, time-stamped): a cut or rewritten tail
    is only found against such an anchor.
    """
    count, head, seen_expected = 0, "", expected_head is None
    with conn.cursor(name="audit_walk") as cursor:
        cursor.itersize = 5000
        cursor.execute(f"SELECT {ROW} FROM audit ORDER BY id")
        for values in cursor:
            row = Row(**dict(zip(Row.__slots__, values, strict=True)))
            count += 1
            if row.id != count:
                return AuditResult(
                    rows=count,
                    head=head,
                    bad_row=count,
                    why=f"row {count} is missing: the next one is {row.id}",
                )
            if row.prev_hash != head:
                return AuditResult(
                    rows=count,
                    head=head,
                    bad_row=row.id,
                    why=f"row {row.id} does not follow the row before it",
                )
            if row.hash != row_hash(row):
                return AuditResult(
                    rows=count,
                    head=head,
                    bad_row=row.id,
                    why=f"row {row.id} ({row.action} of {row.subject}) was changed",
                )
            head = row.hash
            seen_expected = seen_expected or head == expected_head
    if not seen_expected:
        return AuditResult(
            rows=count,
            head=head,
            bad_row=count,
            why="the head noted outside is not in the chain: its tail was cut or rewritten",
        )
    return AuditResult(rows=count, head=head)


def note(
    conn: Connection,
    *,
    actor: str,
    role: str | None,
    action: str,
    subject: str,
    after: dict[str, object] | None = None,
) -> None:
    """Writes a row of the audit about what somebody looked at or took out; changes of rows write their own."""
    conn.execute(
        "SELECT note_in_audit(%s, %s, %s, %s, NULL, %s)",
        [actor, role, action, subject, None if after is None else Jsonb(after)],
    )


ROW = (
    "id, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), actor, role, action, subject,"
    " before::text, after::text, reason, prev_hash, hash"
)


def rows_about(conn: Connection, subjects: list[str]) -> list[Row]:
    """The rows about the subjects, in the order of the chain."""
    found = conn.execute(
        f"SELECT {ROW} FROM audit WHERE subject = ANY (%s) ORDER BY id", [subjects]
    ).fetchall()
    return [Row(**dict(zip(Row.__slots__, values, strict=True))) for values in found]


def links(conn: Connection, *, since: int) -> list[tuple[int, str]]:
    """Numbers and hashes of the chain from row ``since`` to its head."""
    return conn.execute("SELECT id, hash FROM audit WHERE id >= %s ORDER BY id", [since]).fetchall()


def hash_of(conn: Connection, number: int) -> str:
    """The hash of one row; empty where there is none."""
    row = conn.execute("SELECT hash FROM audit WHERE id = %s", [number]).fetchone()
    return str(row[0]) if row else ""


def head(conn: Connection) -> tuple[int, str, datetime] | None:
    """Number, hash and time of the last row; None while nothing has been audited."""
    return conn.execute("SELECT id, hash, at FROM audit ORDER BY id DESC LIMIT 1").fetchone()
