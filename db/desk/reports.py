"""Reports sent in by the public or entered by staff, their receipts, and the contacts that nobody may keep."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import LiteralString

from db.core.connection import Connection, first, many, one, rules
from db.core.errors import Conflict, NotFound

# no letters and figures that a voice on the telephone confuses: 0 O, 1 I L, 2 Z, 5 S, 8 B
ALPHABET = "34679ACDEFGHJKMNPQRTUVWXY"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report as staff see it; whoever sent it in is not in it."""

    id: int
    received_at: datetime
    channel: str
    entered_by: str | None
    url: str | None
    file_sha256: str | None
    file_kind: str | None
    what_is_wrong: str
    article_id: int | None
    quarantined: bool
    case_id: int | None
    case_state: str | None
    refused_reason: str | None
    has_contact: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptOutcome:
    """What a receipt tells: where the matter stands, and what was published or answered."""

    received_at: datetime
    state: str | None
    changed_at: datetime | None
    refused_reason: str | None
    publication_id: int | None
    outcome: str | None


def receipt_code(seed: bytes | None = None) -> str:
    """A receipt code, 12 letters (about 55 bits) in groups a person can read out: a fresh one, or the one that belongs to
    ``seed`` (at least 16 bytes that nobody can guess)."""
    number = int.from_bytes(seed or secrets.token_bytes(32), "big")
    letters = "".join(ALPHABET[number // len(ALPHABET) ** n % len(ALPHABET)] for n in range(12))
    return "-".join(letters[n : n + 4] for n in (0, 4, 8))


def _sealed_code(code: str) -> str:
    plain = "".join(letter for letter in code.upper() if letter.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()


def add(
    conn: Connection,
    *,
    code: str,
    channel: str,
    url: str | None,
    identity: str | None,
    file_sha256: str | None,
    what_is_wrong: str,
    prefix: str | None,
    entered_by: int | None,
    quarantined: bool,
) -> int:
    """Stores a report under its receipt ``code``; the article at that address is found where we hold it. Raises Conflict
    where a report with this receipt is kept already."""
    row = conn.execute(
        "INSERT INTO reports (receipt_sha256, channel, entered_by, url, identity, file_sha256, what_is_wrong, article_id, prefix, quarantined)"
        " VALUES (%(code)s, %(channel)s, %(entered_by)s, %(url)s, %(identity)s, %(file)s, %(what)s,"
        "  (SELECT id FROM articles WHERE identity = %(identity)s"
        "   UNION SELECT article_id FROM article_addresses WHERE identity = %(identity)s LIMIT 1),"
        "  %(prefix)s, %(quarantined)s) ON CONFLICT (receipt_sha256) DO NOTHING RETURNING id",
        {
            "code": _sealed_code(code), "channel": channel, "entered_by": entered_by, "url": url, "identity": identity,
            "file": file_sha256, "what": what_is_wrong, "prefix": prefix, "quarantined": quarantined,
        },
    ).fetchone()  # fmt: skip
    if row is None:
        raise Conflict("this report is kept already", code="report.kept")
    return int(row[0])


def seal_contact(conn: Connection, *, report_id: int, sealed: bytes, purpose: str) -> None:
    """Keeps the encrypted contact of a report apart from it."""
    conn.execute(
        "INSERT INTO contacts (report_id, sealed, purpose) VALUES (%s, %s, %s)", [report_id, sealed, purpose]
    )


def contact(conn: Connection, *, report_id: int, user_id: int, reason: str) -> bytes:
    """The encrypted contact; the look is in the audit. Raises Forbidden, Invalid (no reason) or NotFound (purged)."""
    with rules():
        row = conn.execute("SELECT look_at_contact(%s, %s, %s)", [report_id, user_id, reason]).fetchone()
    assert row is not None
    return bytes(row[0])


def recent_from(conn: Connection, *, prefix: str, within: timedelta) -> int:
    """How many reports came from a network lately."""
    row = conn.execute(
        "SELECT count(*) FROM reports WHERE prefix = %s AND received_at > now() - %s", [prefix, within]
    ).fetchone()
    return int(row[0]) if row else 0


def by_receipt(conn: Connection, code: str) -> ReceiptOutcome | None:
    """What became of the report with this receipt, or None for a code that was never given out."""
    return first(
        conn,
        ReceiptOutcome,
        "SELECT r.received_at, c.state, c.changed_at, f.reason AS refused_reason, c.outcome,"
        " (SELECT p.id FROM publications p JOIN claims cl ON cl.id = p.claim_id WHERE cl.case_id = c.id"
        "   ORDER BY p.id DESC LIMIT 1) AS publication_id"
        " FROM reports r LEFT JOIN report_cases rc ON rc.report_id = r.id LEFT JOIN cases c ON c.id = rc.case_id"
        " LEFT JOIN report_refusals f ON f.report_id = r.id WHERE r.receipt_sha256 = %s",
        [_sealed_code(code)],
    )


def number_of(conn: Connection, code: str) -> int:
    """The number of the report with this receipt, or NotFound."""
    row = conn.execute("SELECT id FROM reports WHERE receipt_sha256 = %s", [_sealed_code(code)]).fetchone()
    if row is None:
        raise NotFound("Report not found", code="row.not_found")
    return int(row[0])


def get(conn: Connection, report_id: int) -> Report:
    """The report, or NotFound."""
    return one(
        conn,
        Report,
        "SELECT r.id, r.received_at, r.channel, u.display_name AS entered_by, r.url, r.file_sha256, up.kind AS file_kind,"
        " r.what_is_wrong, r.article_id, r.quarantined, rc.case_id, c.state AS case_state, f.reason AS refused_reason,"
        " has_contact(r.id) AS has_contact"
        " FROM reports r LEFT JOIN users u ON u.id = r.entered_by LEFT JOIN uploads up ON up.sha256 = r.file_sha256"
        " LEFT JOIN report_cases rc ON rc.report_id = r.id LEFT JOIN cases c ON c.id = rc.case_id"
        " LEFT JOIN report_refusals f ON f.report_id = r.id WHERE r.id = %s",
        [report_id],
    )


_WHICH: dict[str, LiteralString] = {
    "open": "NOT r.settled AND NOT r.quarantined",
    "quarantined": "NOT r.settled AND r.quarantined",
    "linked": "rc.case_id IS NOT NULL",
    "refused": "f.reason IS NOT NULL",
}


def listed(conn: Connection, *, which: str, before: int | None = None, limit: int = 50) -> list[Report]:
    """Reports, newest first: ``which`` is open (no case, not refused), quarantined, linked or refused."""
    return many(
        conn,
        Report,
        "SELECT r.id, r.received_at, r.channel, u.display_name AS entered_by, r.url, r.file_sha256, up.kind AS file_kind,"
        " r.what_is_wrong, r.article_id, r.quarantined, rc.case_id, c.state AS case_state, f.reason AS refused_reason,"
        " has_contact(r.id) AS has_contact"
        " FROM reports r LEFT JOIN users u ON u.id = r.entered_by LEFT JOIN uploads up ON up.sha256 = r.file_sha256"
        " LEFT JOIN report_cases rc ON rc.report_id = r.id LEFT JOIN cases c ON c.id = rc.case_id"
        " LEFT JOIN report_refusals f ON f.report_id = r.id"
        " WHERE (%(before)s::bigint IS NULL OR r.id < %(before)s) AND "
        + _WHICH[which]
        + " ORDER BY r.id DESC LIMIT %(limit)s",
        {"before": before, "limit": limit},
    )


def case_for(conn: Connection, report: Report) -> int | None:
    """The case a report belongs to already: that of its article's event, or of an earlier report of the same address."""
    row = conn.execute(
        "SELECT c.id FROM cases c JOIN event_members m ON m.event_id = c.event_id WHERE m.article_id = %(article)s"
        " UNION ALL SELECT rc.case_id FROM reports o JOIN report_cases rc ON rc.report_id = o.id"
        "  WHERE o.identity IS NOT NULL AND o.identity = (SELECT identity FROM reports WHERE id = %(report)s) AND o.id <> %(report)s"
        " LIMIT 1",
        {"article": report.article_id, "report": report.id},
    ).fetchone()
    return int(row[0]) if row else None


def hold(conn: Connection, report_id: int) -> Report:
    """The report, kept from others until this transaction ends: what becomes of it is decided by one at a time."""
    conn.execute("SELECT FROM reports WHERE id = %s FOR UPDATE", [report_id])
    return get(conn, report_id)


def link(conn: Connection, *, report_id: int, case_id: int) -> None:
    """Ties a report to a case; raises Conflict when it was refused before."""
    refused = conn.execute("SELECT FROM report_refusals WHERE report_id = %s", [report_id]).fetchone()
    if refused is not None:
        raise Conflict("this report was refused before", code="report.refused")
    conn.execute(
        "INSERT INTO report_cases (report_id, case_id) VALUES (%s, %s)"
        " ON CONFLICT (report_id) DO UPDATE SET case_id = EXCLUDED.case_id, linked_at = now()",
        [report_id, case_id],
    )
    conn.execute("UPDATE reports SET quarantined = false WHERE id = %s AND quarantined", [report_id])


def refuse(conn: Connection, *, report_id: int, user_id: int, reason: str) -> None:
    """Refuses a report with the reason that its receipt will show; raises NotFound, or Conflict when it is in a case
    or was refused before: the reason that the reporter may have read stays."""
    if hold(conn, report_id).refused_reason is not None:
        raise Conflict("this report was refused before", code="report.refused")
    if conn.execute("SELECT FROM report_cases WHERE report_id = %s", [report_id]).fetchone() is not None:
        raise Conflict("this report belongs to a case", code="report.in_case")
    conn.execute(
        "INSERT INTO report_refusals (report_id, refused_by, reason) VALUES (%s, %s, %s)",
        [report_id, user_id, reason],
    )


def add_upload(conn: Connection, *, sha256: str, size: int, kind: str, name: str, received_from: str) -> None:
    """Enters a file handed in; the same bytes twice are one file."""
    conn.execute(
        "INSERT INTO uploads (sha256, bytes, kind, name, received_from) VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
        [sha256, size, kind, name, received_from],
    )


def public_uploads(conn: Connection, *, prefix: str, within: timedelta) -> tuple[int, int]:
    """Bytes of files that the public sent lately: from this network, and altogether."""
    row = conn.execute(
        "SELECT coalesce(sum(u.bytes) FILTER (WHERE r.prefix = %(prefix)s), 0)::bigint, coalesce(sum(u.bytes), 0)::bigint"
        " FROM reports r JOIN uploads u ON u.sha256 = r.file_sha256"
        " WHERE r.entered_by IS NULL AND r.received_at > now() - %(within)s",
        {"prefix": prefix, "within": within},
    ).fetchone()
    return (int(row[0]), int(row[1])) if row else (0, 0)


def one_at_a_time(conn: Connection, *, prefix: str) -> None:
    """Lets reports from one network wait for each other until their transactions end, so that each counts those before."""
    conn.execute("SELECT pg_advisory_xact_lock(hashtextextended('report ' || %s, 0))", [prefix])


def purge(conn: Connection, *, after_closing: int = 90, at_most: int = 180, prefixes: int = 7) -> int:
    """Removes contacts and address prefixes whose days are over (days from the settings); answers how many contacts."""
    row = conn.execute("SELECT purge_personal(%s, %s, %s)", [after_closing, at_most, prefixes]).fetchone()
    return int(row[0]) if row else 0
