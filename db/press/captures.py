"""Captures: where the bytes that were received lie, and their hashes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from db.core.connection import Connection, one


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """One kept answer; ``payload_sha256`` is of the body as received (still compressed), ``decoded_sha256`` of what it unpacks to."""

    id: int
    at: datetime
    url: str
    final_url: str
    status: int
    payload_sha256: str
    decoded_sha256: str
    bytes: int
    warc_file: str
    warc_offset: int
    article_id: int | None
    kind: str
    held: bool


def add(
    conn: Connection, *, at: datetime, url: str, final_url: str, status: int, payload_sha256: str, decoded_sha256: str,
    size: int, warc_file: str, warc_offset: int, article_id: int | None, kind: str,
) -> int:  # fmt: skip
    """Enters a capture; returns its number. The bytes are on disk already."""
    row = conn.execute(
        """INSERT INTO captures (at, url, final_url, status, payload_sha256, decoded_sha256, bytes, warc_file,
                                 warc_offset, article_id, kind)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id""",
        [
            at,
            url,
            final_url,
            status,
            payload_sha256,
            decoded_sha256,
            size,
            warc_file,
            warc_offset,
            article_id,
            kind,
        ],
    ).fetchone()
    assert row is not None
    return int(row[0])


def assign_article(conn: Connection, capture_id: int, *, at: datetime, article_id: int) -> None:
    """Ties a capture to the article that was read from it."""
    conn.execute(
        "UPDATE captures SET article_id = %s WHERE id = %s AND at = %s", [article_id, capture_id, at]
    )


def asked_as(conn: Connection, article_id: int, *, final_url: str) -> str:
    """The address under which an article was first asked for, where redirects led from it to ``final_url``; else that."""
    row = conn.execute(
        "SELECT url FROM captures WHERE article_id = %s AND final_url = %s ORDER BY at, id LIMIT 1",
        [article_id, final_url],
    ).fetchone()
    return str(row[0]) if row else final_url


def hold(conn: Connection, article_id: int) -> None:
    """Holds every capture of an article back from retention: it belongs to a case now."""
    conn.execute("UPDATE captures SET held = true WHERE article_id = %s AND NOT held", [article_id])


def get(conn: Connection, capture_id: int) -> Capture:
    """The capture, or NotFound."""
    return one(
        conn,
        Capture,
        """SELECT id, at, url, final_url, status, payload_sha256, decoded_sha256, bytes, warc_file, warc_offset,
                  article_id, kind, held FROM captures WHERE id = %s""",
        [capture_id],
    )


def files_before(conn: Connection, *, before: datetime) -> list[str]:
    """WARC files with captures older than ``before`` and none held; reads the old months alone."""
    rows = conn.execute(
        "SELECT warc_file FROM captures WHERE at < %s GROUP BY warc_file HAVING NOT bool_or(held) ORDER BY warc_file",
        [before],
    ).fetchall()
    return [str(name) for (name,) in rows]


def drop_months(conn: Connection, *, before: datetime) -> list[str]:
    """Drops the months of captures and polls that lie wholly before ``before``, months with held captures apart."""
    row = conn.execute("SELECT drop_months(%s)", [before]).fetchone()
    return list(row[0]) if row else []


def ensure_months(conn: Connection) -> int:
    """Makes the partitions (polls, captures) of this month and the next; how many were made."""
    row = conn.execute("SELECT ensure_months()").fetchone()
    return int(row[0]) if row else 0


def to_read_back(conn: Connection, *, held: int = 300, newest: int = 100) -> list[tuple[int, str, int, str]]:
    """Captures by which the state of the folder is judged: those that belong to cases, newest first, and the newest of all.
    (number, WARC file, offset, SHA-256 of the payload)"""
    rows = conn.execute(
        "(SELECT id, warc_file, warc_offset, payload_sha256 FROM captures WHERE held ORDER BY at DESC LIMIT %s)"
        " UNION (SELECT id, warc_file, warc_offset, payload_sha256 FROM captures ORDER BY at DESC LIMIT %s)",
        [held, newest],
    ).fetchall()
    return [(int(number), str(file), int(offset), str(digest)) for number, file, offset, digest in rows]
