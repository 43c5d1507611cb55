"""Digests as rows: drafts, staff's wording, steps, and the bytes of what was issued. Written by review_ui."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from psycopg.types.json import Jsonb

from db.core.connection import Connection, many, one, rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """A digest without its content; days are Vietnamese days, both ends included."""

    id: int
    scope: str
    from_on: date
    to_on: date
    state: str  # draft, edited, approved, issued, discarded
    version: int
    row_count: int
    created_at: datetime
    created_by: str | None  # account name; None: the schedule
    replaces: int | None
    replaced_by: int | None
    correction: str | None
    approved_by: str | None
    approved_at: datetime | None
    number: int | None
    signed_on: date | None
    signer: str
    issued_by: str | None
    issued_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """The bytes of an issued digest in one format."""

    digest_id: int
    format: str
    bytes: bytes
    sha256: str  # hex
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedFile:
    """An issued file without its bytes."""

    format: str
    sha256: str
    size: int  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestStep:
    """What was done with a digest, by whom."""

    step: str
    actor: str
    at: datetime
    reason: str | None


def create(
    conn: Connection,
    *,
    scope: str,
    from_on: date,
    to_on: date,
    content: Mapping[str, Any],
    row_count: int,
    created_by: int | None,
    replaces: int | None = None,
    correction: str | None = None,
) -> int:
    """A new draft; returns its id. Raises Forbidden, or Conflict where ``replaces`` cannot be corrected."""
    with rules():
        row = conn.execute(
            "INSERT INTO digests (scope, from_on, to_on, content, row_count, created_by, replaces, correction)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s) RETURNING id",
            [scope, from_on, to_on, Jsonb(content), row_count, created_by, replaces, correction],
        ).fetchone()
    assert row is not None
    return int(row[0])


def get(conn: Connection, digest_id: int) -> Digest:
    """The digest, or NotFound."""
    return one(
        conn,
        Digest,
        "SELECT d.id, d.scope, d.from_on, d.to_on, d.state, d.version, d.row_count, d.created_at, c.name AS created_by, d.replaces,"
        " (SELECT r.id FROM digests r WHERE r.replaces = d.id AND r.state = 'issued') AS replaced_by, d.correction,"
        " a.name AS approved_by, d.approved_at, d.number, d.signed_on, d.signer, i.name AS issued_by, d.issued_at"
        " FROM digests d LEFT JOIN users c ON c.id = d.created_by LEFT JOIN users a ON a.id = d.approved_by"
        " LEFT JOIN users i ON i.id = d.issued_by WHERE d.id = %s",
        [digest_id],
    )


def latest(conn: Connection, *, most: int = 50) -> list[Digest]:
    """The newest digests, without the discarded ones."""
    return many(
        conn,
        Digest,
        "SELECT d.id, d.scope, d.from_on, d.to_on, d.state, d.version, d.row_count, d.created_at, c.name AS created_by, d.replaces,"
        " (SELECT r.id FROM digests r WHERE r.replaces = d.id AND r.state = 'issued') AS replaced_by, d.correction,"
        " a.name AS approved_by, d.approved_at, d.number, d.signed_on, d.signer, i.name AS issued_by, d.issued_at"
        " FROM digests d LEFT JOIN users c ON c.id = d.created_by LEFT JOIN users a ON a.id = d.approved_by"
        " LEFT JOIN users i ON i.id = d.issued_by WHERE d.state <> 'discarded' ORDER BY d.to_on DESC, d.id DESC LIMIT %s",
        [most],
    )


def content(conn: Connection, digest_id: int) -> Any:
    """The content tree as collected (JSON data)."""
    row = conn.execute("SELECT content FROM digests WHERE id = %s", [digest_id]).fetchone()
    return None if row is None else row[0]


def edits(conn: Connection, digest_id: int) -> dict[str, str]:
    """Staff's latest wording by paragraph key."""
    rows = conn.execute(
        "SELECT DISTINCT ON (key) key, body FROM digest_edits WHERE digest_id = %s ORDER BY key, id DESC",
        [digest_id],
    ).fetchall()
    return dict(rows)


def editors(conn: Connection, digest_id: int) -> list[int]:
    """Ids of the accounts that changed a word of it or made it: those who may not approve it."""
    rows = conn.execute(
        "SELECT user_id FROM digest_edits WHERE digest_id = %(id)s"
        " UNION SELECT created_by FROM digests WHERE id = %(id)s AND created_by IS NOT NULL",
        {"id": digest_id},
    ).fetchall()
    return [user_id for (user_id,) in rows]


def edit(conn: Connection, digest_id: int, *, key: str, body: str, user_id: int, seen_version: int) -> None:
    """Stores a paragraph's new wording. Raises Conflict when the digest changed meanwhile or is past editing."""
    with rules():
        conn.execute(
            "INSERT INTO digest_edits (digest_id, key, body, user_id, seen_version) VALUES (%s, %s, %s, %s, %s)",
            [digest_id, key, body, user_id, seen_version],
        )


def step(
    conn: Connection,
    digest_id: int,
    step: str,
    *,
    actor_id: int,
    seen_version: int,
    reason: str | None = None,
) -> None:
    """Approves, returns or discards. Raises Forbidden, Conflict or Invalid as the database decides."""
    with rules():
        conn.execute(
            "INSERT INTO digest_steps (digest_id, step, actor_id, reason, seen_version) VALUES (%s, %s, %s, %s, %s)",
            [digest_id, step, actor_id, reason, seen_version],
        )


def issue(
    conn: Connection,
    digest_id: int,
    *,
    actor_id: int,
    seen_version: int,
    number: int | None,
    signed_on: date | None,
    signer: str,
    files: Mapping[str, bytes],
    printed: tuple[int, str] | None = None,
) -> None:
    """Issues an approved digest with its four files; from then on nothing of it changes. ``printed``: number and hash of
    the audit's row that the files print, which ``audit verify`` looks for."""
    with rules():
        conn.execute(
            "INSERT INTO digest_steps (digest_id, step, actor_id, seen_version, number, signed_on, signer, printed_row, printed_head)"
            " VALUES (%s, 'issue', %s, %s, %s, %s, %s, %s, %s)",
            [digest_id, actor_id, seen_version, number, signed_on, signer, *(printed or (None, None))],
        )
        for form, data in sorted(files.items()):
            conn.execute(
                "INSERT INTO digest_files (digest_id, format, bytes, sha256) VALUES (%s, %s, %s, %s)",
                [digest_id, form, data, hashlib.sha256(data).hexdigest()],
            )
        conn.execute("SET CONSTRAINTS digest_steps_have_files IMMEDIATE")


def file(conn: Connection, digest_id: int, form: str) -> File:
    """The stored bytes of an issued digest, or NotFound."""
    return one(
        conn,
        File,
        "SELECT digest_id, format, bytes, sha256, made_at FROM digest_files WHERE digest_id = %s AND format = %s",
        [digest_id, form],
    )


def kept(conn: Connection, digest_id: int) -> list[IssuedFile]:
    """Which files of an issued digest are kept."""
    return many(
        conn,
        IssuedFile,
        "SELECT format, sha256, octet_length(bytes) AS size FROM digest_files WHERE digest_id = %s ORDER BY format",
        [digest_id],
    )


def steps(conn: Connection, digest_id: int) -> list[DigestStep]:
    """What was done with it, oldest first."""
    return many(
        conn,
        DigestStep,
        "SELECT s.step, u.name AS actor, s.at, s.reason FROM digest_steps s JOIN users u ON u.id = s.actor_id"
        " WHERE s.digest_id = %s ORDER BY s.id",
        [digest_id],
    )


def note_download(
    conn: Connection, digest_id: int, *, actor: str, role: str, form: str, rows: int, state: str
) -> None:
    """Who took a copy, in which form, with how many rows: into the audit."""
    conn.execute(
        "SELECT note_in_audit(%s, %s, 'digest.download', %s, NULL, %s)",
        [actor, role, f"digest:{digest_id}", Jsonb({"format": form, "rows": rows, "state": state})],
    )
