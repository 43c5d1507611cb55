"""Reads a case and the kept bytes of its articles."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import io
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from psycopg.rows import class_row, dict_row
from warcio.archiveiterator import ArchiveIterator

from db.core.audit import Row
from db.core.connection import Connection
from db.core.errors import NotFound
from db.press import evidence_captures
from db.press.evidence_captures import Exact, Rendering
from db.press.warc import entity
from review_ui.evidence.material import (
    Custody,
    Material,
    PackCapture,
    PackClaim,
    PackItem,
    PackRecord,
    PackUpload,
    PackVersion,
)

WHEN = {"flag": "khi đánh dấu", "decision": "khi quyết định"}


def collect(conn: Connection, *, case_id: int, home: Path, operator: str, operator_role: str) -> Material:
    """Everything a pack of the case needs; what cannot be read is named in the item, never left out in silence.

    Raises NotFound for an unknown case.
    """
    with conn.cursor(row_factory=dict_row) as cursor:
        case = cursor.execute(
            "SELECT id, title, state, opened_at, critical, field, agency, event_id FROM cases WHERE id = %s",
            [case_id],
        ).fetchone()
    if case is None:
        raise NotFound(f"there is no case {case_id}")
    number = _one(conn, "SELECT count(*) + 1 FROM evidence_packs WHERE case_id = %s", [case_id])
    claims = _claims(conn, case_id)
    items = [
        _item(conn, home, n, article_id)
        for n, article_id in enumerate(_articles(conn, case_id, case["event_id"]), 1)
    ]
    captures = [kept.capture.id for item in items for kept in item.captures]
    return Material(
        case_id=case["id"],
        title=case["title"],
        state=case["state"],
        opened_at=case["opened_at"],
        critical=case["critical"],
        field=case["field"],
        agency=case["agency"],
        items=items,
        claims=claims,
        uploads=_uploads(conn, home, case_id),
        custody=custody(conn, case_id, [claim.id for claim in claims], captures),
        operator=operator,
        operator_role=operator_role,
        made_at=datetime.now(UTC).replace(microsecond=0),
        number=int(number),
        software=f"kiemtin/{version('kiemtin')}",
    )


def _one(conn: Connection, query: Any, parameters: list[Any]) -> Any:
    row = conn.execute(query, parameters).fetchone()
    return row[0] if row else None


def _articles(conn: Connection, case_id: int, event_id: int | None) -> list[int]:
    rows = conn.execute(
        "SELECT a.id FROM articles a WHERE a.id IN ("
        "  SELECT article_id FROM event_members WHERE event_id = %(event)s"
        "  UNION SELECT ca.article_id FROM claim_articles ca JOIN claims c ON c.id = ca.claim_id WHERE c.case_id = %(case)s"
        ") ORDER BY coalesce(a.published_at, a.first_seen_at), a.id",
        {"event": event_id, "case": case_id},
    ).fetchall()
    return [row[0] for row in rows]


def _item(conn: Connection, home: Path, place: int, article_id: int) -> PackItem:
    with conn.cursor(row_factory=dict_row) as cursor:
        article = cursor.execute(
            "SELECT a.url, a.canonical_url, a.title, a.state, a.gone_how, a.published_at, s.title AS outlet"
            " FROM articles a JOIN sources s ON s.id = a.source_id WHERE a.id = %s",
            [article_id],
        ).fetchone()
    assert article is not None
    with conn.cursor(row_factory=class_row(PackVersion)) as cursor:
        versions = cursor.execute(
            "SELECT number, seen_at, title, body, text_sha256, reader FROM versions WHERE article_id = %s ORDER BY number",
            [article_id],
        ).fetchall()
    with conn.cursor(row_factory=class_row(PackCapture)) as cursor:
        captures = cursor.execute(
            "SELECT id, at, url, final_url, status, payload_sha256, decoded_sha256, bytes, warc_file, warc_offset, kind"
            " FROM captures WHERE article_id = %s ORDER BY at, id",
            [article_id],
        ).fetchall()
    kept, missing = [], []
    exact = {one.capture_id: one for one in evidence_captures.of_article(conn, article_id)}
    tried = evidence_captures.renderings(conn, list(exact))
    for capture in captures:
        try:
            if capture.id in exact:
                kept.append(_exact(conn, home, capture, exact[capture.id], tried.get(capture.id)))
            else:
                kept.append(PackRecord(capture=capture, warc=exchange(home / "captures", capture)))
        except (OSError, ValueError) as why:
            missing.append(f"Bản lưu {capture.id} ({capture.at:%Y-%m-%d %H:%M:%S} UTC) không đọc được: {why}")
    if not captures:
        missing.append("Bài này không có bản lưu nào: nội dung lấy từ danh mục tin của cơ quan báo chí")
    return PackItem(
        evidence=f"E{place:02d}-{article_id}",
        article_id=article_id,
        versions=versions,
        captures=kept,
        missing=missing,
        notes=_notes(conn, article_id, kept),
        **article,
    )


def _exact(
    conn: Connection, home: Path, capture: PackCapture, exact: Exact, tried: Rendering | None
) -> PackRecord:
    """An exact capture with its pictures and its time stamp; raises ValueError when the WARC is not what was entered."""
    folder = home / "captures"
    try:
        warc = evidence_captures.whole_file(folder, exact.warc_file, exact.warc_sha256).read_bytes()
    except NotFound as why:
        raise ValueError("tệp không còn trên đĩa hoặc không khớp mã băm đã ghi khi thu") from why
    pictures: dict[str, bytes] = {}
    if tried is not None and tried.screenshot_sha256 and tried.pdf_sha256:
        with contextlib.suppress(NotFound):  # then the notes say so
            pictures = {
                "screenshot": evidence_captures.whole_picture(folder, tried.screenshot_sha256, ".png"),
                "pdf": evidence_captures.whole_picture(folder, tried.pdf_sha256, ".pdf"),
            }
    token = _one(
        conn,
        "SELECT token FROM stamp_requests WHERE subject = %s AND token IS NOT NULL ORDER BY id LIMIT 1",
        [f"capture:{capture.id}"],
    )
    return PackRecord(
        capture=capture, warc=warc, exact=exact, rendering=tried, token=bytes(token) if token else None, **pictures
    )  # fmt: skip


def _notes(conn: Connection, article_id: int, kept: list[PackRecord]) -> list[str]:
    """What could not be had besides the bytes themselves."""
    notes = [
        f"Lưu nguyên văn {WHEN[kind]} không thực hiện được (lý do ghi trong capture.json)"
        for (kind,) in conn.execute(
            "SELECT DISTINCT kind FROM capture_requests WHERE article_id = %s AND kind IN ('flag', 'decision')"
            " AND answered_at IS NOT NULL AND capture_id IS NULL ORDER BY kind",
            [article_id],
        )
    ]
    short = [
        str(one.capture.id) for one in kept if one.exact and one.exact.record["completeness"]["not_captured"]
    ]
    if short:
        notes.append(
            f"Một số hình ảnh, tệp trình bày của trang không lưu được ở bản lưu {', '.join(short)} (danh sách, lý do trong capture.json)"
        )
    notes += [
        f"Bản lưu {one.capture.id} chưa có ảnh chụp và bản in PDF: {_why_no_picture(one)}"
        for one in kept
        if one.exact and one.screenshot is None
    ]
    return notes


def _why_no_picture(one: PackRecord) -> str:
    tried = one.rendering
    if tried is None:
        return "trình duyệt chưa chụp xong khi lập hồ sơ"
    if tried.screenshot_sha256:
        return "tệp không còn nguyên vẹn trên đĩa"
    return "trình duyệt không hiển thị được trang" if tried.browser else "máy thu thập không có trình duyệt"


def exchange(folder: Path, capture: PackCapture) -> bytes:
    """The gzip'd WARC records of one capture as they lie on disk: the answer, and the request beside it.

    Raises OSError when the file is missing and ValueError when the bytes are not what was recorded.
    """
    path = folder / capture.warc_file
    if not path.exists():
        raise OSError(f"tệp {capture.warc_file} không còn trên đĩa")
    with path.open("rb") as file:
        file.seek(capture.warc_offset)
        end = answer_id = None
        iterator = ArchiveIterator(file)
        try:
            for record in iterator:
                headers = record.rec_headers
                if answer_id is None:
                    digest = hashlib.sha256(entity(record)).hexdigest()
                    if digest != capture.payload_sha256:
                        raise ValueError("mã băm không khớp với mã đã ghi khi thu")
                    answer_id = headers.get_header("WARC-Record-ID")
                elif headers.get_header("WARC-Concurrent-To") != answer_id:
                    break
                iterator.read_to_end(record)
                end = iterator.get_record_offset() + iterator.get_record_length()
        except (EOFError, gzip.BadGzipFile) as why:
            raise ValueError("tệp bị hỏng hoặc bị cắt") from why
    if answer_id is None or end is None:
        raise ValueError("không có bản ghi nào ở vị trí đã ghi")
    with path.open("rb") as file:
        file.seek(capture.warc_offset)
        return file.read(end - capture.warc_offset)


def shown(warc: bytes, *, most: int) -> bytes:
    """The body of the first answer in ``warc`` as a reader would see it, all codings undone, at most ``most`` bytes."""
    for record in ArchiveIterator(io.BytesIO(warc)):
        return bytes(record.content_stream().read(most))
    return b""


def _claims(conn: Connection, case_id: int) -> list[PackClaim]:
    with conn.cursor(row_factory=dict_row) as cursor:
        claims = cursor.execute(
            "SELECT c.id, c.body, c.said_on, c.field, f.code, f.what_is_true, f.reasoning, f.counter_evidence,"
            " p.role AS proposed_role, f.proposed_at, a.role AS approved_role, f.approved_at, f.text_sha256,"
            " (SELECT e.data->>'title' FROM catalogue_entries e WHERE e.kind = 'label' AND e.name = f.code"
            "    AND (e.valid_to IS NULL OR e.valid_to >= current_date) ORDER BY e.valid_from DESC NULLS LAST LIMIT 1) AS label"
            " FROM claims c LEFT JOIN verdicts_in_force f ON f.claim_id = c.id"
            " LEFT JOIN users p ON p.id = f.proposed_by LEFT JOIN users a ON a.id = f.approved_by"
            " WHERE c.case_id = %s ORDER BY c.id",
            [case_id],
        ).fetchall()
        for claim in claims:
            claim["evidence"] = cursor.execute(
                "SELECT id, kind, title, url, issuer, independent, capture_id, file_sha256, added_at FROM standing_evidence"
                " WHERE claim_id = %s ORDER BY id",
                [claim["id"]],
            ).fetchall()
            claim["attempts"] = cursor.execute(
                "SELECT whom, how, at, result FROM contact_attempts WHERE claim_id = %s ORDER BY at",
                [claim["id"]],
            ).fetchall()
    return [PackClaim(**claim) for claim in claims]


def _uploads(conn: Connection, home: Path, case_id: int) -> list[PackUpload]:
    rows = conn.execute(
        "SELECT DISTINCT u.sha256, u.name, u.kind FROM uploads u JOIN standing_evidence e ON e.file_sha256 = u.sha256"
        " JOIN claims c ON c.id = e.claim_id WHERE c.case_id = %s ORDER BY u.sha256",
        [case_id],
    ).fetchall()
    found = []
    for sha256, name, kind in rows:
        path = home / "uploads" / sha256[:2] / sha256
        if path.exists() and hashlib.sha256(content := path.read_bytes()).hexdigest() == sha256:
            found.append(PackUpload(sha256=sha256, name=name, kind=kind, content=content))
    return found


def custody(conn: Connection, case_id: int, claim_ids: list[int], capture_ids: list[int]) -> Custody:
    """The audit rows of the case, its claims and captures, with the chain from the first of them to the head."""
    subjects = [
        f"case:{case_id}", *(f"claim:{claim}" for claim in claim_ids), *(f"capture:{number}" for number in capture_ids),
    ]  # fmt: skip
    fields = dict.fromkeys(Row.__slots__)
    values = conn.execute(
        "SELECT id, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), actor, role, action, subject,"
        " before::text, after::text, reason, prev_hash, hash FROM audit WHERE subject = ANY (%s) ORDER BY id",
        [subjects],
    ).fetchall()
    rows = [Row(**dict(zip(fields, row, strict=True))) for row in values]
    first = rows[0].id if rows else (_one(conn, "SELECT max(id) FROM audit", []) or 0) + 1
    links = conn.execute("SELECT id, hash FROM audit WHERE id >= %s ORDER BY id", [first]).fetchall()
    before = _one(conn, "SELECT hash FROM audit WHERE id = %s", [first - 1]) or ""
    return Custody(
        rows=rows,
        before=before,
        links=[(number, digest) for number, digest in links],
        head=links[-1][1] if links else before,
    )
