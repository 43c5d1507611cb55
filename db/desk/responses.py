"""Answers: what the office does about a case, its text, the second person's approval, and what came of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from db.core.connection import Connection, many, one, rules

KINDS = ("rebuttal", "reply_to_press", "ask_correction", "absorb", "warn_public", "none")


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeResponse:
    """A response with its newest text, who approved it, and its last outcome."""

    id: int
    case_id: int
    kind: str
    agency: str | None
    due_on: date | None
    drafted_at: datetime
    text_id: int | None
    addressee: str | None
    subject: str | None
    body: str | None
    text_sha256: str | None
    written_by: int | None
    written_name: str | None
    written_at: datetime | None
    approved_name: str | None
    approved_at: datetime | None
    outcome: str | None
    sent: bool
    outcome_document: str | None
    outcome_at: datetime | None


_ANSWERS = """
    SELECT r.id, r.case_id, r.kind, r.agency, r.due_on, r.drafted_at, t.id AS text_id, t.addressee, t.subject, t.body, t.text_sha256,
           t.written_by, w.display_name AS written_name, t.written_at, p.display_name AS approved_name, a.approved_at,
           o.outcome, EXISTS (SELECT FROM response_outcomes x WHERE x.response_id = r.id AND x.outcome = 'sent') AS sent, o.document AS outcome_document, o.set_at AS outcome_at
      FROM responses r
      LEFT JOIN LATERAL (SELECT x.id, x.addressee, x.subject, x.body, x.text_sha256, x.written_by, x.written_at FROM response_texts x WHERE x.response_id = r.id ORDER BY x.id DESC LIMIT 1) t ON true
      LEFT JOIN users w ON w.id = t.written_by
      LEFT JOIN response_approvals a ON a.text_id = t.id LEFT JOIN users p ON p.id = a.approved_by
      LEFT JOIN LATERAL (SELECT x.outcome, x.document, x.set_at FROM response_outcomes x WHERE x.response_id = r.id ORDER BY x.id DESC LIMIT 1) o ON true
     WHERE r.case_id = %(case)s AND (%(response)s::bigint IS NULL OR r.id = %(response)s) ORDER BY r.id
"""


def digest(addressee: str, subject: str, body: str) -> str:
    """What an approver signs: SHA-256 of addressee, subject and text."""
    return hashlib.sha256("\n".join((addressee, subject, body)).encode()).hexdigest()


def begin(
    conn: Connection, *, case_id: int, kind: str, agency: str | None, due_on: date | None, user_id: int
) -> int:
    """Begins a response to a case."""
    row = conn.execute(
        "INSERT INTO responses (case_id, kind, agency, due_on, drafted_by) VALUES (%s, %s, %s, %s, %s) RETURNING id",
        [case_id, kind, agency, due_on, user_id],
    ).fetchone()
    assert row is not None
    return int(row[0])


def write(
    conn: Connection,
    *,
    response_id: int,
    addressee: str,
    subject: str,
    body: str,
    user_id: int,
    seen_text: int | None = None,
) -> int:
    """A new text of the response; the ones before it stay, and an approval of them no longer counts.

    ``seen_text`` is the text that the writer had before them (None: there is none yet). Raises Conflict when another
    text was written meanwhile, or when the letter was sent.
    """
    with rules():
        row = conn.execute(
            "INSERT INTO response_texts (response_id, addressee, subject, body, text_sha256, written_by, replaces)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s) RETURNING id",
            [response_id, addressee, subject, body, digest(addressee, subject, body), user_id, seen_text],
        ).fetchone()
    assert row is not None
    return int(row[0])


def approve(conn: Connection, *, text_id: int, seen_sha256: str, user_id: int) -> None:
    """The second person's approval; Forbidden for the writer, Conflict when the text changed meanwhile or was approved
    already."""
    with rules():
        conn.execute(
            "INSERT INTO response_approvals (text_id, approved_by, seen_sha256) VALUES (%s, %s, %s)",
            [text_id, user_id, seen_sha256],
        )


def record_outcome(
    conn: Connection,
    *,
    response_id: int,
    outcome: str,
    document: str | None,
    url: str | None,
    note: str | None,
    user_id: int,
) -> None:
    """What came of a response, as a person found it; Conflict when it is called sent before it was approved."""
    with rules():
        conn.execute(
            "INSERT INTO response_outcomes (response_id, outcome, document, url, note, set_by) VALUES (%s, %s, %s, %s, %s, %s)",
            [response_id, outcome, document, url, note, user_id],
        )


def of_case(conn: Connection, *, case_id: int) -> list[OfficeResponse]:
    """The responses of a case, oldest first."""
    return many(conn, OfficeResponse, _ANSWERS, {"case": case_id, "response": None})


def get(conn: Connection, *, case_id: int, response_id: int) -> OfficeResponse:
    """One response of a case, or NotFound."""
    return one(conn, OfficeResponse, _ANSWERS, {"case": case_id, "response": response_id})


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """What an outlet has of an article now that carried a claim of the case, beside what it had when we wrote."""

    article_id: int
    outlet: str
    claim: str
    gone: bool
    old_title: str
    old_body: str
    new_title: str
    new_body: str
    seen_at: datetime


def later_versions(conn: Connection, *, case_id: int, response_id: int) -> list[Later]:
    """Articles that carry a claim of the case and changed, or went, after the answer was sent; the newest version beside
    the last one before. Nothing for an answer that was not sent."""
    return many(
        conn,
        Later,
        "WITH sent AS (SELECT min(set_at) AS at FROM response_outcomes WHERE response_id = %(response)s AND outcome = 'sent'),"
        " carriers AS (SELECT DISTINCT ON (k.claim_id, k.article_id) k.claim_id, k.article_id, k.relation, c.body AS claim"
        "   FROM claim_articles k JOIN claims_in_force c ON c.id = k.claim_id WHERE c.case_id = %(case)s"
        "   ORDER BY k.claim_id, k.article_id, k.set_by IS NULL, k.id DESC)"
        " SELECT a.id AS article_id, s.title AS outlet, r.claim, a.state = 'gone' AND a.gone_at > sent.at AS gone,"
        " o.title AS old_title, o.body AS old_body, n.title AS new_title, n.body AS new_body,"
        " CASE WHEN a.state = 'gone' THEN a.gone_at ELSE n.seen_at END AS seen_at"
        " FROM sent JOIN carriers r ON r.relation IN ('asserts', 'repeats') JOIN articles a ON a.id = r.article_id"
        " JOIN sources s ON s.id = a.source_id JOIN versions n ON n.id = a.version_id"
        " JOIN LATERAL (SELECT v.title, v.body FROM versions v WHERE v.article_id = a.id AND v.seen_at <= sent.at"
        "   ORDER BY v.number DESC LIMIT 1) o ON true"
        " WHERE n.seen_at > sent.at OR (a.state = 'gone' AND a.gone_at > sent.at) ORDER BY a.id",
        {"case": case_id, "response": response_id},
    )


def pauses(conn: Connection, *, case_id: int, since: datetime) -> list[tuple[datetime, datetime | None]]:
    """The stretches after ``since`` in which the case waited for somebody else; an open one ends with None."""
    return [
        (max(begun, since), ended)
        for begun, ended in conn.execute(
            "SELECT at, lead_at FROM (SELECT at, to_state, lead(at) OVER (ORDER BY id) AS lead_at FROM case_actions"
            " WHERE case_id = %s) steps WHERE to_state = 'waiting' AND (lead_at IS NULL OR lead_at > %s)",
            [case_id, since],
        ).fetchall()
    ]
