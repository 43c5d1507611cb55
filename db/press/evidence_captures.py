"""Exact captures (whole exchanges kept at flag and decision time) and the pictures made of them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, LiteralString

from psycopg.types.json import Jsonb

from db.core.connection import Connection, many
from db.core.errors import NotFound

MOST_TRIES = 3  # of a browser at one capture


@dataclass(frozen=True, slots=True, kw_only=True)
class Exact:
    """One exact capture: its file by SHA-256, the crawler's record of it, and its place in the audit."""

    capture_id: int
    captured_at: datetime
    kind: str
    article_id: int | None
    warc_file: str
    warc_sha256: str
    warc_bytes: int
    record: dict[str, Any]
    audit_id: int
    audit_hash: str
    asked_by: str
    asked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendering:
    """One try at pictures of a capture; without pictures ``why`` says why not, in a sentence."""

    capture_id: int
    made_at: datetime
    browser: str | None
    screenshot_sha256: str | None
    screenshot_bytes: int | None
    pdf_sha256: str | None
    pdf_bytes: int | None
    record: dict[str, Any]
    why: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingCapture:
    """A capture that no picture was made of yet."""

    capture_id: int
    captured_at: datetime
    warc_file: str
    warc_sha256: str
    final_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureRow:
    """A capture of a case as its page lists it; ``why``: why there is no picture, or no capture at all."""

    article_id: int
    title: str
    kind: str
    capture_id: int | None
    at: datetime
    status: int | None
    pictured: bool
    why: str | None


def add(
    conn: Connection, *, capture_id: int, captured_at: datetime, request_id: int, warc_sha256: str, warc_bytes: int,
    record: dict[str, Any], noted: dict[str, Any], kind: str, reason: str,
) -> None:  # fmt: skip
    """Enters an exact capture and notes it in the audit (``noted``: the few facts that the chain carries)."""
    row = conn.execute(
        "SELECT note_in_audit('crawler', NULL, %s, %s, NULL, %s, %s)",
        [f"capture.{kind}", f"capture:{capture_id}", Jsonb(noted), reason],
    ).fetchone()
    assert row is not None
    conn.execute(
        "INSERT INTO exact_captures (capture_id, captured_at, request_id, warc_sha256, warc_bytes, record, audit_id)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s)",
        [capture_id, captured_at, request_id, warc_sha256, warc_bytes, Jsonb(record), row[0]],
    )


_EXACT: LiteralString = """
    SELECT e.capture_id, e.captured_at, c.kind, c.article_id, c.warc_file, e.warc_sha256, e.warc_bytes, e.record, e.audit_id,
           a.hash AS audit_hash, r.asked_by, r.asked_at
      FROM captures c JOIN exact_captures e ON e.capture_id = c.id AND e.captured_at = c.at
      JOIN audit a ON a.id = e.audit_id JOIN capture_requests r ON r.id = e.request_id"""


def of_article(conn: Connection, article_id: int) -> list[Exact]:
    """Exact captures of an article, oldest first."""
    return many(
        conn,
        Exact,
        _EXACT + " WHERE c.article_id = %s ORDER BY e.captured_at, e.capture_id",
        [article_id],
    )


def unstamped(conn: Connection, *, most: int = 100) -> list[Exact]:
    """Exact captures for which no time stamp was asked yet, oldest first."""
    return many(
        conn,
        Exact,
        _EXACT
        + " WHERE NOT EXISTS (SELECT FROM stamp_requests s WHERE s.subject = 'capture:' || e.capture_id)"
        " ORDER BY e.capture_id LIMIT %s",
        [most],
    )


def of_case(conn: Connection, case_id: int) -> list[CaptureRow]:
    """What was asked for of a case's articles at flag and decision, newest first, and what came of it."""
    return many(
        conn,
        CaptureRow,
        """SELECT r.article_id, a.title, r.kind, c.id AS capture_id, coalesce(c.at, r.asked_at) AS at, c.status,
                  p.screenshot_sha256 IS NOT NULL AS pictured, coalesce(r.why, p.why) AS why
             FROM capture_requests r JOIN articles a ON a.id = r.article_id
             LEFT JOIN exact_captures e ON e.request_id = r.id
             LEFT JOIN captures c ON c.id = e.capture_id AND c.at = e.captured_at
             LEFT JOIN LATERAL (SELECT screenshot_sha256, why FROM renderings WHERE capture_id = e.capture_id
                                 ORDER BY screenshot_sha256 IS NULL, id DESC LIMIT 1) p ON true
            WHERE r.kind IN ('flag', 'decision') AND r.article_id IN (
                  SELECT m.article_id FROM cases k JOIN event_members m ON m.event_id = k.event_id WHERE k.id = %(case)s
                  UNION SELECT ca.article_id FROM claims q JOIN claim_articles ca ON ca.claim_id = q.id WHERE q.case_id = %(case)s)
            ORDER BY r.article_id, at DESC LIMIT 200""",
        {"case": case_id},
    )


def renderings(conn: Connection, capture_ids: list[int]) -> dict[int, Rendering]:
    """The last try at pictures of each capture; captures without a try are not in it."""
    found = many(
        conn,
        Rendering,
        """SELECT DISTINCT ON (capture_id) capture_id, made_at, browser, screenshot_sha256, screenshot_bytes, pdf_sha256,
                  pdf_bytes, record, why FROM renderings WHERE capture_id = ANY (%s)
            ORDER BY capture_id, screenshot_sha256 IS NULL, id DESC""",
        [capture_ids],
    )
    return {one.capture_id: one for one in found}


def unpictured(conn: Connection, *, browser: bool, most: int = 20) -> list[PendingCapture]:
    """Captures of pages that wait for pictures, oldest first; ``browser``: one is installed here, so that it is worth a try."""
    return many(
        conn,
        PendingCapture,
        """SELECT e.capture_id, e.captured_at, c.warc_file, e.warc_sha256, c.final_url
             FROM exact_captures e JOIN captures c ON c.id = e.capture_id AND c.at = e.captured_at
            WHERE CASE WHEN %(browser)s THEN
                    NOT EXISTS (SELECT FROM renderings r WHERE r.capture_id = e.capture_id AND r.screenshot_sha256 IS NOT NULL)
                    AND (SELECT count(*) FROM renderings r WHERE r.capture_id = e.capture_id AND r.browser IS NOT NULL) < %(tries)s
                  ELSE NOT EXISTS (SELECT FROM renderings r WHERE r.capture_id = e.capture_id) END
            ORDER BY e.capture_id LIMIT %(most)s""",
        {"browser": browser, "tries": MOST_TRIES, "most": most},
    )


def pictured(
    conn: Connection, capture_id: int, *, browser: str | None, record: dict[str, Any], why: str | None,
    screenshot: tuple[str, int] | None = None, pdf: tuple[str, int] | None = None,
) -> None:  # fmt: skip
    """Enters a try at pictures: SHA-256 and size of screenshot and PDF, or why there are none."""
    conn.execute(
        "INSERT INTO renderings (capture_id, browser, screenshot_sha256, screenshot_bytes, pdf_sha256, pdf_bytes, record, why)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
        [capture_id, browser, *(screenshot or (None, None)), *(pdf or (None, None)), Jsonb(record), why],
    )


# ── files, below KIEMTIN_HOME/captures ──────────────────────────────────────────────────────────────────


def whole_file(folder: Path, name: str, sha256: str) -> Path:
    """The WARC file of an exact capture, its bytes checked; NotFound with one sentence when it is missing or damaged."""
    path = folder / name
    _whole(path, sha256, f"the capture file {name}")
    return path


def picture(folder: Path, sha256: str, ending: str) -> Path:
    """Where a screenshot (``.png``) or PDF (``.pdf``) is kept."""
    return folder / "pictures" / sha256[:2] / f"{sha256}{ending}"


def whole_picture(folder: Path, sha256: str, ending: str) -> bytes:
    """The bytes of a kept picture; NotFound with one sentence when they are missing or damaged."""
    return _whole(picture(folder, sha256, ending), sha256, f"the picture {sha256[:12]}…{ending}")


def _whole(path: Path, sha256: str, what: str) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as why:
        raise NotFound(f"{what} is not on disk; restore it from a backup") from why
    if hashlib.sha256(content).hexdigest() != sha256:
        raise NotFound(f"{what} is damaged: its SHA-256 is not the one entered at capture")
    return content
