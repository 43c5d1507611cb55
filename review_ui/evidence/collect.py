"""Reads a case and the kept bytes of its articles."""

from __future__ import annotations

import contextlib
import hashlib
import io
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import IO

from warcio.archiveiterator import ArchiveIterator

from db.core import audit
from db.core.connection import Connection
from db.core.errors import NotFound
from db.core.time import HANOI
from db.desk import evidence_packs, stamp_requests
from db.press import evidence_captures
from db.press.evidence_captures import Exact, Rendering
from db.press.warc import DamagedRecord, damage_named, entity, records
from db.queries import evidence_pack, letterheads
from db.queries.evidence_pack import PackCapture
from review_ui.evidence.material import (
    Custody,
    Material,
    PackClaim,
    PackItem,
    PackRecord,
    PackUpload,
)

WHEN = {"flag": "khi đánh dấu", "decision": "khi quyết định"}


def collect(conn: Connection, *, case_id: int, home: Path, operator: str, operator_role: str) -> Material:
    """Everything a pack of the case needs; what cannot be read is named in the item, never left out in silence.

    Raises NotFound for an unknown case.
    """
    case = evidence_pack.case(conn, case_id)
    if case is None:
        raise NotFound(f"there is no case {case_id}")
    number = evidence_packs.next_number(conn, case_id)
    claims = _claims(conn, case_id)
    items = [
        _item(conn, home, n, article_id)
        for n, article_id in enumerate(
            evidence_pack.articles(conn, case_id=case_id, event_id=case["event_id"]), 1
        )
    ]
    captures = [kept.capture.id for item in items for kept in item.captures]
    today = datetime.now(HANOI).date()
    head = letterheads.of_role(conn, "press_authority", on=today) or letterheads.of_agency(
        conn, "Cơ quan lập hồ sơ", on=today
    )
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
        place=head.place,
        issuer=head.issuer,
        parent=head.superior,
        symbol=f"BC-{head.symbol}" if head.symbol else "",
        capacity=head.capacity,
    )


def _item(conn: Connection, home: Path, place: int, article_id: int) -> PackItem:
    article = evidence_pack.article(conn, article_id)
    versions = evidence_pack.versions(conn, article_id)
    captures = evidence_pack.captures(conn, article_id)
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
    token = stamp_requests.token_of(conn, f"capture:{capture.id}")
    return PackRecord(
        capture=capture, warc=warc, exact=exact, rendering=tried, token=token, **pictures
    )  # fmt: skip


def _notes(conn: Connection, article_id: int, kept: list[PackRecord]) -> list[str]:
    """What could not be had besides the bytes themselves."""
    notes = [
        f"Lưu nguyên văn {WHEN[kind]} không thực hiện được (lý do ghi trong capture.json)"
        for kind in evidence_pack.failed_captures(conn, article_id)
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
        try:
            answer_id, end = _extent(file, capture)
        except DamagedRecord as why:
            raise ValueError("tệp bị hỏng hoặc bị cắt") from why
    if answer_id is None:
        raise ValueError("không có bản ghi nào ở vị trí đã ghi")
    with path.open("rb") as file:
        file.seek(capture.warc_offset)
        return file.read(end - capture.warc_offset)


def _extent(file: IO[bytes], capture: PackCapture) -> tuple[str | None, int]:
    """The name of the answer's record at the file's position (None: there is none) and where the exchange ends."""
    answer_id, end = None, 0
    with damage_named():
        iterator = ArchiveIterator(file)
        for record in iterator:
            headers = record.rec_headers
            if answer_id is None:
                if hashlib.sha256(entity(record)).hexdigest() != capture.payload_sha256:
                    raise DamagedRecord("the payload is not the one entered at capture")
                answer_id = headers.get_header("WARC-Record-ID")
            elif headers.get_header("WARC-Concurrent-To") != answer_id:
                break
            iterator.read_to_end(record)
            end = iterator.get_record_offset() + iterator.get_record_length()
    return answer_id, end


def shown(warc: bytes, *, most: int) -> bytes:
    """The body of the first answer in ``warc`` as a reader would see it, all codings undone, at most ``most`` bytes."""
    with damage_named():
        for record in records(io.BytesIO(warc)):
            return bytes(record.content_stream().read(most))
    return b""


def _claims(conn: Connection, case_id: int) -> list[PackClaim]:
    claims = evidence_pack.claims(conn, case_id)
    return [PackClaim(**claim) for claim in claims]


def _uploads(conn: Connection, home: Path, case_id: int) -> list[PackUpload]:
    rows = evidence_pack.uploads(conn, case_id)
    found = []
    for sha256, name, kind in rows:
        path = home / "uploads" / sha256[:2] / sha256
        if not path.exists():  # where evidence was kept until 0.3
            path = home / "captures" / "handed_in" / sha256[:2] / sha256
        if path.exists() and hashlib.sha256(content := path.read_bytes()).hexdigest() == sha256:
            found.append(PackUpload(sha256=sha256, name=name, kind=kind, content=content))
    return found


def custody(conn: Connection, case_id: int, claim_ids: list[int], capture_ids: list[int]) -> Custody:
    """The audit rows of the case, its claims and captures, with the chain from the first of them to the head."""
    subjects = [
        f"case:{case_id}", *(f"claim:{claim}" for claim in claim_ids), *(f"capture:{number}" for number in capture_ids),
    ]  # fmt: skip
    rows = audit.rows_about(conn, subjects)
    head = audit.head(conn)
    first = rows[0].id if rows else (head[0] if head else 0) + 1
    links = audit.links(conn, since=first)
    before = audit.hash_of(conn, first - 1)
    return Custody(
        rows=rows,
        before=before,
        links=links,
        head=links[-1][1] if links else before,
    )
