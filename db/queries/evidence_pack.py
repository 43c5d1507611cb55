"""What an evidence pack of a case is read from: case, articles with texts and captures, claims, files handed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.rows import dict_row

from db.core.connection import Connection, first, many

_CAPTURE = (
    "id, at, url, final_url, status, payload_sha256, decoded_sha256, bytes, warc_file, warc_offset, kind"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PackCapture:
    """One exchange with a server that was kept: where its bytes lie and what they hash to."""

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
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PackVersion:
    """A text that the article had, and when it was seen."""

    number: int
    seen_at: datetime
    title: str
    body: str
    text_sha256: str
    reader: str


def case(conn: Connection, case_id: int) -> dict[str, Any] | None:
    """The case by the names of its columns; None where there is none."""
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(
            "SELECT id, title, state, opened_at, critical, field, agency, event_id FROM cases WHERE id = %s",
            [case_id],
        ).fetchone()


def articles(conn: Connection, *, case_id: int, event_id: int | None) -> list[int]:
    """The articles of the case's event and of its claims, first published first."""
    rows = conn.execute(
        "SELECT a.id FROM articles a WHERE a.id IN ("
        "  SELECT article_id FROM event_members WHERE event_id = %(event)s"
        "  UNION SELECT ca.article_id FROM claim_articles ca JOIN claims_in_force c ON c.id = ca.claim_id WHERE c.case_id = %(case)s"
        ") ORDER BY coalesce(a.published_at, a.first_seen_at), a.id",
        {"event": event_id, "case": case_id},
    ).fetchall()
    return [int(number) for (number,) in rows]


def article(conn: Connection, article_id: int) -> dict[str, Any]:
    """Address, title, state and outlet of an article by the names of a pack's item."""
    with conn.cursor(row_factory=dict_row) as cursor:
        found = cursor.execute(
            "SELECT a.url, a.canonical_url, a.title, a.state, a.gone_how, a.published_at, s.title AS outlet"
            " FROM articles a JOIN sources s ON s.id = a.source_id WHERE a.id = %s",
            [article_id],
        ).fetchone()
    assert found is not None
    return found


def versions(conn: Connection, article_id: int) -> list[PackVersion]:
    """The texts an article had, oldest first."""
    return many(
        conn,
        PackVersion,
        "SELECT number, seen_at, title, body, text_sha256, reader FROM versions WHERE article_id = %s ORDER BY number",
        [article_id],
    )


def captures(conn: Connection, article_id: int) -> list[PackCapture]:
    """What was kept of an article, oldest first."""
    return many(
        conn,
        PackCapture,
        f"SELECT {_CAPTURE} FROM captures WHERE article_id = %s ORDER BY at, id",
        [article_id],
    )


def capture(conn: Connection, *, article_id: int, capture_id: int) -> PackCapture | None:
    """One capture of an article; None where it has none of this number."""
    return first(
        conn,
        PackCapture,
        f"SELECT {_CAPTURE} FROM captures WHERE article_id = %s AND id = %s",
        [article_id, capture_id],
    )


def failed_captures(conn: Connection, article_id: int) -> list[str]:
    """Kinds of captures that were asked for and could not be had."""
    rows = conn.execute(
        "SELECT DISTINCT kind FROM capture_requests WHERE article_id = %s AND kind IN ('flag', 'decision')"
        " AND answered_at IS NOT NULL AND capture_id IS NULL ORDER BY kind",
        [article_id],
    ).fetchall()
    return [kind for (kind,) in rows]


def claims(conn: Connection, case_id: int) -> list[dict[str, Any]]:
    """The claims of a case that stand with verdict, evidence and contact attempts, by the names of a pack's claim."""
    with conn.cursor(row_factory=dict_row) as cursor:
        found = cursor.execute(
            "SELECT c.id, c.body, c.said_on, c.field, c.code, c.what_is_true, c.reasoning, c.counter_evidence,"
            " p.role AS proposed_role, c.proposed_at, a.role AS approved_role, c.approved_at, c.text_sha256,"
            " (SELECT e.data->>'title' FROM catalogue_entries e WHERE e.kind = 'label' AND e.name = c.code"
            "    AND (e.valid_to IS NULL OR e.valid_to >= current_date) ORDER BY e.valid_from DESC NULLS LAST LIMIT 1) AS label"
            " FROM claims_in_force c LEFT JOIN users p ON p.id = c.proposed_by LEFT JOIN users a ON a.id = c.approved_by"
            " WHERE c.case_id = %s ORDER BY c.id",
            [case_id],
        ).fetchall()
        for claim in found:
            claim["evidence"] = cursor.execute(
                "SELECT id, kind, title, url, issuer, independent, capture_id, file_sha256, added_at FROM standing_evidence"
                " WHERE claim_id = %s ORDER BY id",
                [claim["id"]],
            ).fetchall()
            claim["attempts"] = cursor.execute(
                "SELECT whom, how, at, result FROM contact_attempts WHERE claim_id = %s ORDER BY at",
                [claim["id"]],
            ).fetchall()
    return found


def uploads(conn: Connection, case_id: int) -> list[tuple[str, str, str]]:
    """Hash, name and kind of the files that stand among the case's evidence; until 0.3 such files had no row of their own."""
    return conn.execute(
        "SELECT DISTINCT ON (e.file_sha256) e.file_sha256, coalesce(u.name, e.title), coalesce(u.kind, 'application/octet-stream')"
        " FROM standing_evidence e LEFT JOIN uploads u ON u.sha256 = e.file_sha256"
        " JOIN claims_in_force c ON c.id = e.claim_id WHERE c.case_id = %s AND e.file_sha256 IS NOT NULL ORDER BY e.file_sha256, e.id",
        [case_id],
    ).fetchall()
