"""What staff set is what happens: the notice's hours and fields, the largest file, reports that are due."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
import seeding
from psycopg.types.json import Jsonb

from db.core.connection import Connection
from db.core.errors import Forbidden
from db.desk import publications


def put(conn: Connection, name: str, value: str, kind: str = "text") -> None:
    conn.execute("DELETE FROM catalogue_entries WHERE kind = 'setting' AND name = %s", [name])
    data = {"name": name, "value": value, "type": kind, "section": "x", "title": "x", "title_en": "x"}
    conn.execute(
        "INSERT INTO catalogue_entries (kind, name, data) VALUES ('setting', %s, %s)", [name, Jsonb(data)]
    )


def test_the_notice_lasts_as_long_and_stands_in_the_fields_that_staff_set(conn):
    person, case = seeding.user(conn, role="verifier"), seeding.case(conn)
    conn.execute("UPDATE cases SET field = 'health' WHERE id = %s", [case])
    with pytest.raises(Forbidden), conn.transaction():
        publications.post_notice(conn, case_id=case, body="Đang xác minh.", user_id=person.id)
    put(conn, "notice.fields", "health|security-order", "list")
    put(conn, "notice.hours", "6", "integer")
    made = publications.post_notice(conn, case_id=case, body="Đang xác minh.", user_id=person.id)
    posted, ends = conn.execute("SELECT posted_at, ends_at FROM notices WHERE id = %s", [made]).fetchone()
    assert ends - posted == timedelta(hours=6)


def test_a_file_larger_than_staff_allow_is_refused_with_the_figure(conn, sign_in):
    put(conn, "reports.largest_megabytes", "1", "integer")
    said = sign_in("monitor").post(
        "/reports/new",
        data={
            "what": "Tin sai",
            "channel": "phone",
            "file": (io.BytesIO(b"\x89PNG\r\n\x1a\n" + b"0" * 2**20), "a.png"),
        },
        content_type="multipart/form-data",
    )
    assert said.status_code == 422
    assert "nhiều nhất 1 MB" in said.text


def test_a_report_that_is_due_reminds_on_the_first_page_and_beside_the_digests(conn, sign_in):
    conn.execute("DELETE FROM catalogue_entries WHERE kind = 'deadline'")
    data = {
        "name": "giao_ban",
        "title": "Báo cáo giao ban",
        "kind": "report",
        "due": "weekly sun",
        "confirmed": False,
    }
    conn.execute(
        "INSERT INTO catalogue_entries (kind, name, data) VALUES ('deadline', 'giao_ban', %s)", [Jsonb(data)]
    )
    client = sign_in("verifier")
    assert (
        "Báo cáo giao ban: hạn" in client.get("/").text
        or "Báo cáo giao ban: hạn" in client.get("/overview").text
    )
    page = client.get("/digests").text
    assert "Báo cáo sắp đến hạn" in page
    assert "thời hạn chưa được xác nhận" in page
