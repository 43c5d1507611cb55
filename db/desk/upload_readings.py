"""What was read out of uploads: pending ones, results, the same picture again, text as corrected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from db.core.connection import Connection, many, one

KINDS = ("image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", "video/mp4")
MOST_TRIES = 3  # of a file whose reading ended with its process: killed by chance, or by the file
# A missing reader may be installed; a reading that was cut short is begun again. Only one process reads (a lock of the jobs).
_DUE = (
    "(r.sha256 IS NULL OR (r.outcome = 'no_reader' AND r.readers <> %(readers)s)"
    " OR (r.outcome = 'begun' AND r.tries < %(tries)s))"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadUpload:
    """An upload that waits to be read; ``kind`` is its media type by content."""

    sha256: str
    kind: str
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedInFile:
    """An upload; ``kind`` by content, ``name`` as it came, ``bytes`` its size."""

    sha256: str
    bytes: int
    kind: str
    name: str
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadReading:
    """The outcome of reading an upload; ``body``: the message, private numbers masked, as staff corrected it where they did."""

    sha256: str
    readers: str
    outcome: str
    why: str | None
    width: int | None
    height: int | None
    sheets: int
    seconds: float | None
    screenshot: bool
    body: str
    read_at: datetime
    corrected_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadLine:
    """A recognised line with its box in shares of the sheet (``left_at top_at right_at bottom_at``)."""

    sheet: int
    position: int
    words: str
    role: str
    rule: str | None
    left_at: float
    top_at: float
    right_at: float
    bottom_at: float
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RememberedPicture:
    """A remembered picture that shares a word of the hash with the searched one."""

    sha256: str
    sheet: int
    bits: bytes
    core: bytes
    quality: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureLikeness:
    """An earlier upload that shows the same picture; ``case_id`` and ``report_id`` where it was handed in (None: neither)."""

    sheet: int
    earlier: str
    earlier_sheet: int
    differing: int
    correlation: float
    seen_in: str
    received_at: datetime
    case_id: int | None
    report_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadMark:
    """A statement of the file about itself."""

    kind: str
    name: str
    value: str
    holds: bool | None


def pending(conn: Connection, *, readers: str, most: int) -> list[UnreadUpload]:
    """Uploads without a reading, oldest first; such as no reader was there for come back when there are others."""
    return many(
        conn, UnreadUpload,
        "SELECT u.sha256, u.kind, u.bytes FROM uploads u LEFT JOIN upload_readings r ON r.sha256 = u.sha256"
        f" WHERE u.kind = ANY(%(kinds)s) AND {_DUE} ORDER BY u.received_at, u.sha256 LIMIT %(most)s",
        {"readers": readers, "most": most, "kinds": list(KINDS), "tries": MOST_TRIES},
    )  # fmt: skip


def store(
    conn: Connection, *, sha256: str, readers: str, outcome: str, why: str | None, size: tuple[int, int] | None, sheets: int,
    seconds: float | None, screenshot: bool, body: str, lines: Sequence[UploadLine], prints: Sequence[RememberedPicture],
    keys: Sequence[list[int]], marks: Sequence[UploadMark], likenesses: Sequence[tuple[int, RememberedPicture, int, float, str]],
) -> None:  # fmt: skip
    """Keeps a reading with all its parts; an earlier one of the same upload gives way."""
    conn.execute("DELETE FROM upload_readings WHERE sha256 = %s", [sha256])
    conn.execute(
        "INSERT INTO upload_readings (sha256, readers, outcome, why, width, height, sheets, seconds, screenshot, body)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [sha256, readers, outcome, why, *(size or (None, None)), sheets, seconds, screenshot, body],
    )
    with conn.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO upload_lines (sha256, sheet, position, words, role, rule, left_at, top_at, right_at, bottom_at, confidence)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [(sha256, line.sheet, line.position, line.words, line.role, line.rule, line.left_at, line.top_at, line.right_at,
              line.bottom_at, line.confidence) for line in lines],
        )  # fmt: skip
        cursor.executemany(
            "INSERT INTO upload_prints (sha256, sheet, bits, core, quality, keys) VALUES (%s, %s, %s, %s, %s, %s)",
            [
                (sha256, one.sheet, one.bits, one.core, one.quality, words)
                for one, words in zip(prints, keys, strict=True)
            ],
        )
        cursor.executemany(
            "INSERT INTO upload_marks (sha256, position, kind, name, value, holds) VALUES (%s, %s, %s, %s, %s, %s)",
            [
                (sha256, number, mark.kind, mark.name, mark.value, mark.holds)
                for number, mark in enumerate(marks)
            ],
        )
        cursor.executemany(
            "INSERT INTO upload_likenesses (sha256, sheet, earlier, earlier_sheet, differing, correlation, seen_in)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s)",
            [
                (sha256, sheet, one.sha256, one.sheet, bits, share, view)
                for sheet, one, bits, share, view in likenesses
            ],
        )


def begin(conn: Connection, *, sha256: str, readers: str) -> None:
    """Enters that a reading begins, and counts the tries."""
    conn.execute(
        "INSERT INTO upload_readings (sha256, readers, outcome, why)"
        " VALUES (%s, %s, 'begun', 'reading this file ended before it was done; look at it by eye')"
        " ON CONFLICT (sha256) DO UPDATE SET tries = upload_readings.tries + 1, readers = excluded.readers",
        [sha256, readers],
    )


def any_pending(conn: Connection, *, readers: str) -> bool:
    """Whether an upload waits to be read."""
    return bool(pending(conn, readers=readers, most=1))


def candidates(
    conn: Connection, *, keys: list[int], without: str, most: int = 4000
) -> list[RememberedPicture]:
    """Prints of other uploads that share a key; what they are is for the caller to compare."""
    return many(
        conn, RememberedPicture,
        "SELECT sha256, sheet, bits, core, quality FROM upload_prints WHERE keys && %s::int[] AND sha256 <> %s LIMIT %s",
        [keys, without, most],
    )  # fmt: skip


def reading(conn: Connection, *, sha256: str) -> UploadReading:
    """The reading of an upload. Raises NotFound where it was not read yet."""
    return one(
        conn, UploadReading,
        "SELECT r.sha256, r.readers, r.outcome, r.why, r.width, r.height, r.sheets, r.seconds, r.screenshot,"
        " coalesce(c.body, r.body) AS body, r.read_at, u.display_name AS corrected_by FROM upload_readings r"
        " LEFT JOIN LATERAL (SELECT body, written_by FROM upload_corrections WHERE sha256 = r.sha256 ORDER BY id DESC LIMIT 1) c ON true"
        " LEFT JOIN users u ON u.id = c.written_by WHERE r.sha256 = %s",
        [sha256],
    )  # fmt: skip


def body(conn: Connection, *, sha256: str) -> str:
    """The message in an upload as it stands, empty where nothing was read yet."""
    row = conn.execute(
        "SELECT coalesce((SELECT c.body FROM upload_corrections c WHERE c.sha256 = r.sha256 ORDER BY c.id DESC LIMIT 1), r.body)"
        " FROM upload_readings r WHERE r.sha256 = %s",
        [sha256],
    ).fetchone()
    return str(row[0]) if row else ""


def lines(conn: Connection, *, sha256: str) -> list[UploadLine]:
    """Recognised lines in reading order."""
    return many(
        conn, UploadLine,
        "SELECT sheet, position, words, role, rule, left_at, top_at, right_at, bottom_at, confidence FROM upload_lines"
        " WHERE sha256 = %s ORDER BY sheet, position",
        [sha256],
    )  # fmt: skip


def marks(conn: Connection, *, sha256: str) -> list[UploadMark]:
    """Marks of origin, as the file states them."""
    return many(
        conn,
        UploadMark,
        "SELECT kind, name, value, holds FROM upload_marks WHERE sha256 = %s ORDER BY position",
        [sha256],
    )


def likenesses(conn: Connection, *, sha256: str) -> list[PictureLikeness]:
    """Uploads that show the same picture, whichever was read first; with the case and report where they were handed in."""
    return many(
        conn, PictureLikeness,
        "WITH pairs AS ("
        " SELECT sheet, earlier, earlier_sheet, differing, correlation, seen_in FROM upload_likenesses WHERE sha256 = %(sha)s"
        " UNION ALL SELECT earlier_sheet, sha256, sheet, differing, correlation, seen_in FROM upload_likenesses WHERE earlier = %(sha)s)"
        " SELECT p.sheet, p.earlier, p.earlier_sheet, p.differing, p.correlation, p.seen_in, up.received_at,"
        " (SELECT coalesce((SELECT cl.case_id FROM evidence e JOIN claims cl ON cl.id = e.claim_id WHERE e.file_sha256 = p.earlier"
        "   ORDER BY e.id LIMIT 1), (SELECT rc.case_id FROM reports r JOIN report_cases rc ON rc.report_id = r.id WHERE r.file_sha256 = p.earlier"
        "   ORDER BY r.id LIMIT 1))) AS case_id,"
        " (SELECT r.id FROM reports r WHERE r.file_sha256 = p.earlier ORDER BY r.id LIMIT 1) AS report_id"
        " FROM pairs p JOIN uploads up ON up.sha256 = p.earlier ORDER BY p.differing, up.received_at",
        {"sha": sha256},
    )  # fmt: skip


def cases_of(conn: Connection, *, sha256: str) -> list[int]:
    """Cases whose evidence or reports hold this upload."""
    rows = conn.execute(
        "SELECT c.case_id FROM evidence e JOIN claims c ON c.id = e.claim_id WHERE e.file_sha256 = %(sha)s"
        " UNION SELECT rc.case_id FROM reports r JOIN report_cases rc ON rc.report_id = r.id WHERE r.file_sha256 = %(sha)s",
        {"sha": sha256},
    ).fetchall()
    return sorted(case_id for (case_id,) in rows)


def upload(conn: Connection, *, sha256: str) -> HandedInFile:
    """An upload as it was handed in. Raises NotFound."""
    return one(
        conn,
        HandedInFile,
        "SELECT sha256, bytes, kind, name, received_at FROM uploads WHERE sha256 = %s",
        [sha256],
    )


def correct(conn: Connection, *, sha256: str, body: str, user_id: int) -> None:
    """Keeps the text as a person corrected it; the machine's reading stays beside it."""
    conn.execute(
        "INSERT INTO upload_corrections (sha256, body, written_by) VALUES (%s, %s, %s)",
        [sha256, body, user_id],
    )
