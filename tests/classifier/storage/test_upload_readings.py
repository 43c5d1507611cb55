"""Uploads are read once, kept with their parts, found again; a killed or missing reader loses nothing."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import pytest
import seeding
from drawn_pictures import CHANGES, landscape

from classifier.pictures import ocr, reader
from classifier.pipeline import uploads
from db.core.connection import Connection
from db.core.errors import NotFound
from db.desk import reports, upload_readings


def handed_in(conn: Connection, home: Path, image, kind: str = "image/png") -> str:
    """Keeps a picture as an upload; its SHA-256."""
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return kept(conn, home, stream.getvalue(), kind)


def kept(conn: Connection, home: Path, content: bytes, kind: str) -> str:
    digest = hashlib.sha256(content).hexdigest()
    path = home / "uploads" / digest[:2] / digest
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    reports.add_upload(
        conn, sha256=digest, size=len(content), kind=kind, name="anh.png", received_from="public"
    )
    return digest


def test_the_same_picture_again_is_told_with_the_first_and_a_stranger_is_not(
    conn: Connection, tmp_path: Path
) -> None:
    import random

    first = handed_in(conn, tmp_path, landscape(11))
    stranger = handed_in(conn, tmp_path, landscape(12))
    assert uploads.work_off(conn, home=tmp_path) == 2
    again = handed_in(conn, tmp_path, CHANGES["captioned"](landscape(11), random.Random(1)))
    assert uploads.work_off(conn, home=tmp_path) == 1
    assert [row.earlier for row in upload_readings.likenesses(conn, sha256=again)] == [first]
    assert [row.earlier for row in upload_readings.likenesses(conn, sha256=first)] == [again]
    assert upload_readings.likenesses(conn, sha256=stranger) == []


def test_what_cannot_be_read_is_an_outcome_with_a_sentence_and_is_not_tried_again(
    conn: Connection, tmp_path: Path
) -> None:
    broken = kept(conn, tmp_path, b"\x89PNG\r\n\x1a\n" + bytes(50), "image/png")
    gone = handed_in(conn, tmp_path, landscape(13))
    (tmp_path / "uploads" / gone[:2] / gone).unlink()
    assert uploads.work_off(conn, home=tmp_path) == 2
    assert uploads.work_off(conn, home=tmp_path) == 0
    assert upload_readings.reading(conn, sha256=broken).outcome in ("kind", "broken")
    assert "restore" in (upload_readings.reading(conn, sha256=gone).why or "")


def test_without_tesseract_it_is_said_and_read_when_it_is_there(
    conn: Connection, tmp_path: Path, monkeypatch
) -> None:
    sha256 = handed_in(conn, tmp_path, landscape(14))
    with monkeypatch.context() as without:
        without.setattr(ocr, "installed", lambda: ())
        uploads.work_off(conn, home=tmp_path)
        assert upload_readings.reading(conn, sha256=sha256).outcome == "no_reader"
        assert "tesseract-ocr-vie" in (upload_readings.reading(conn, sha256=sha256).why or "")
        assert not upload_readings.any_pending(conn, readers=reader.readers())
    if "vie" in ocr.installed():
        assert uploads.work_off(conn, home=tmp_path) == 1
        assert upload_readings.reading(conn, sha256=sha256).outcome == "read"


def test_a_reading_that_ends_its_process_is_begun_three_times_at_most(
    conn: Connection, tmp_path: Path, monkeypatch
) -> None:
    unlucky = handed_in(conn, tmp_path, landscape(15))
    begun = []

    def killed(path: Path, media_type: str):
        begun.append(path.name)
        raise KeyboardInterrupt

    with monkeypatch.context() as cut:
        cut.setattr(reader, "read", killed)
        for _ in range(3):
            with pytest.raises(KeyboardInterrupt):
                uploads.work_off(conn, home=tmp_path)
        assert uploads.work_off(conn, home=tmp_path) == 0
    assert begun == [unlucky] * 3
    assert upload_readings.reading(conn, sha256=unlucky).outcome == "begun"


def test_a_reading_cut_short_once_is_made_the_next_time(conn: Connection, tmp_path: Path) -> None:
    sha256 = handed_in(conn, tmp_path, landscape(17))
    upload_readings.begin(conn, sha256=sha256, readers=reader.readers())
    assert uploads.work_off(conn, home=tmp_path) == 1
    assert upload_readings.reading(conn, sha256=sha256).outcome in ("read", "no_reader")


def test_staff_correct_the_text_and_the_newest_stands(conn: Connection, tmp_path: Path) -> None:
    sha256 = handed_in(conn, tmp_path, landscape(16))
    with pytest.raises(NotFound):
        upload_readings.reading(conn, sha256=sha256)
    uploads.work_off(conn, home=tmp_path)
    lan = seeding.user(conn, role="monitor")
    for body in ("Cầu treo đứt cáp", "Cầu treo Cốc Lầu đứt cáp"):
        upload_readings.correct(conn, sha256=sha256, body=body, user_id=lan.id)
    found = upload_readings.reading(conn, sha256=sha256)
    assert (found.body, found.corrected_by) == ("Cầu treo Cốc Lầu đứt cáp", lan.display_name)
