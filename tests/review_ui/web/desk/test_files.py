"""A file that was sent in, on the desk: picture with boxes, text to correct, the same picture again, who may see it."""

from __future__ import annotations

import io
import random
from pathlib import Path

import pytest
import seeding
from drawn_pictures import CHANGES, landscape

from db.core.connection import Connection
from db.desk import reports, upload_readings
from db.desk.upload_readings import RememberedPicture, UploadLine, UploadMark
from db.queries import evidence_pack
from review_ui.web import uploads

SHA = "ab" * 32


def read(conn: Connection, sha256: str, *, body: str = "Cầu treo Cốc Lầu đứt cáp", likenesses=()) -> None:
    """An upload with a reading, as the classifier would store it."""
    reports.add_upload(
        conn, sha256=sha256, size=2048, kind="image/jpeg", name="anh.jpg", received_from="public"
    )
    upload_readings.store(
        conn, sha256=sha256, readers="1 vie+eng", outcome="read", why=None, size=(900, 1600), sheets=1, seconds=None, screenshot=True,
        body=body,
        lines=[UploadLine(sheet=1, position=0, words="<b>Vàng Thị Mẩy</b>", role="frame", rule="sender", left_at=0.1, top_at=0.1,
                          right_at=0.4, bottom_at=0.13, confidence=90)],
        prints=[], keys=[], marks=[UploadMark(kind="exif", name="camera", value="May thu 3", holds=None)], likenesses=likenesses,
    )  # fmt: skip


def test_the_text_is_shown_corrected_and_kept_under_the_name_of_who_did(sign_in, conn: Connection) -> None:
    read(conn, SHA)
    browser = sign_in("monitor")
    page = browser.get(f"/files/{SHA}").text
    assert "Cầu treo Cốc Lầu đứt cáp" in page
    assert "<b>Vàng" not in page
    assert "May thu 3" in page
    assert browser.post(f"/files/{SHA}/text", data={"body": "Cầu treo Cốc Lầu bị đứt cáp"}).status_code == 303
    page = browser.get(f"/files/{SHA}").text
    assert "bị đứt cáp" in page
    assert f"{browser.person.display_name} đã sửa" in page


def test_the_same_picture_leads_to_the_earlier_file_and_its_report(sign_in, conn: Connection) -> None:
    other = "cd" * 32
    read(conn, other)
    report = reports.add(
        conn, code="A" * 12, channel="web", url=None, identity=None, file_sha256=other, what_is_wrong="Ảnh cũ", prefix=None,
        entered_by=None, quarantined=False,
    )  # fmt: skip
    earlier = RememberedPicture(sha256=other, sheet=1, bits=bytes(32), core=bytes(1024), quality=80)
    read(conn, SHA, likenesses=[(1, earlier, 4, 0.99, "whole")])
    page = sign_in("verifier").get(f"/files/{SHA}").text
    assert f"/files/{other}" in page
    assert f"/reports/{report}" in page


@pytest.mark.parametrize("outcome", ["too_large", "broken", "kind", "no_reader", "too_slow", "begun"])
def test_what_was_not_read_is_said_in_words(sign_in, conn: Connection, outcome: str) -> None:
    reports.add_upload(conn, sha256=SHA, size=1, kind="image/png", name="a.png", received_from="public")
    upload_readings.store(
        conn, sha256=SHA, readers="1", outcome=outcome, why="a sentence", size=None, sheets=0, seconds=None, screenshot=False, body="",
        lines=[], prints=[], keys=[], marks=[], likenesses=[],
    )  # fmt: skip
    page = sign_in("monitor").get(f"/files/{SHA}")
    assert page.status_code == 200
    assert outcome not in page.text


@pytest.mark.parametrize(
    "address", ["/files/zz", "/files/" + "0" * 64, "/files/../x", "/files/" + "0" * 64 + "/picture/1"]
)
def test_an_unknown_file_is_not_found(sign_in, address: str) -> None:
    assert sign_in("monitor").get(address).status_code in (404, 308)


def test_a_file_of_a_restricted_case_alone_is_not_there_for_a_monitor(sign_in, conn: Connection) -> None:
    read(conn, SHA)
    case = seeding.case(conn)
    report = reports.add(
        conn, code="B" * 12, channel="web", url=None, identity=None, file_sha256=SHA, what_is_wrong="x", prefix=None, entered_by=None,
        quarantined=False,
    )  # fmt: skip
    conn.execute("INSERT INTO report_cases (report_id, case_id) VALUES (%s, %s)", [report, case])
    conn.execute("UPDATE cases SET restricted = true WHERE id = %s", [case])
    assert sign_in("monitor").get(f"/files/{SHA}").status_code == 404
    assert sign_in("verifier").get(f"/files/{SHA}").status_code == 200


def test_the_drawn_picture_is_served_as_pixels(sign_in, app, conn: Connection) -> None:
    read(conn, SHA)
    home: Path = app.extensions["kiemtin.settings"].home
    path = home / "uploads" / "previews" / SHA[:2] / f"{SHA}-1.jpg"
    path.parent.mkdir(parents=True)
    CHANGES["halved"](landscape(3), random.Random(1)).save(path, "JPEG")
    answer = sign_in("monitor").get(f"/files/{SHA}/picture/1")
    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
    assert f"/files/{SHA}/picture/1" in sign_in("monitor").get(f"/files/{SHA}").text


def test_a_file_handed_in_as_evidence_is_read_and_stands_in_the_pack(sign_in, app, conn: Connection) -> None:
    case = seeding.case(conn)
    browser = sign_in("verifier")
    browser.post(
        f"/cases/{case}/claims",
        data={"claim": "Cầu treo Cốc Lầu đứt cáp sáng 12/8", "field": "other", "channel": "social"},
    )
    claim = conn.execute("SELECT id FROM claims WHERE case_id = %s", [case]).fetchone()[0]
    file = (io.BytesIO(b"\xd0\xcf\x11\xe0 a paper of the bridge's owner"), "bien-ban.doc")
    answer = browser.post(
        f"/cases/{case}/evidence",
        data={"claim_id": str(claim), "kind": "primary", "title": "Biên bản kiểm tra", "file": file},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 303, answer.text
    [(sha256, name, kind)] = evidence_pack.uploads(conn, case)
    assert (name, kind) == ("bien-ban.doc", "application/octet-stream")
    assert uploads.content(app.extensions["kiemtin.settings"].home, sha256).startswith(b"\xd0\xcf")
