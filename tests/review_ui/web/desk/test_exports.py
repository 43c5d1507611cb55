"""Lists as files: whole, counted, harmless, audited."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta

import openpyxl
import pytest
import seeding

TITLE = '=HYPERLINK("http://x") & <b> 老街 🎉\x07'


def published(conn, **more):
    article = seeding.article(conn, title=TITLE, published_at=datetime.now(UTC) - timedelta(hours=2), **more)
    seeding.judgement(conn, article_id=article)
    return article


def rows(answer):
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_a_csv_is_complete_counted_and_no_formula(sign_in, conn):
    published(conn)
    published(conn)
    found = rows(sign_in("verifier").get("/exports/articles.csv"))
    assert found[-1] == ["Số dòng: 2"]
    assert len(found) == 4
    assert found[1][5].startswith("'=HYPERLINK")
    assert "\x07" not in found[1][5]


def test_a_workbook_is_typed_and_counted(sign_in, conn):
    published(conn)
    sheet = openpyxl.load_workbook(io.BytesIO(sign_in("leader").get("/exports/articles.xlsx").data)).active
    assert sheet["F2"].data_type == "s"
    assert isinstance(sheet["A2"].value, int)
    assert sheet["B2"].is_date
    assert [cell.value for cell in sheet["A"]][-1] == "Số dòng: 1"


def test_who_exported_what_is_in_the_audit(sign_in, conn):
    published(conn)
    client = sign_in("verifier")
    assert client.get("/exports/articles.csv").data
    row = conn.execute(
        "SELECT actor, after->>'rows', after->>'complete' FROM audit WHERE action = 'export'"
    ).fetchone()
    assert row == (client.person.name, "1", "true")


@pytest.mark.parametrize("name", ["articles", "cases", "claims", "sources"])
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_every_list_exports_also_when_empty(sign_in, name, form):
    answer = sign_in("approver").get(f"/exports/{name}.{form}?from=2001-01-01&to=2001-01-02")
    assert answer.status_code == 200
    assert answer.data


def test_restricted_cases_are_for_the_narrower_view(sign_in, conn):
    case = seeding.case(conn, title="Nội dung hạn chế")
    conn.execute("UPDATE cases SET restricted = true WHERE id = %s", [case])
    assert "Nội dung hạn chế" not in sign_in("monitor").get("/exports/cases.csv").text
    assert "Nội dung hạn chế" in sign_in("approver").get("/exports/cases.csv").text


@pytest.mark.parametrize(
    "path, status",
    [("nothing.csv", 404), ("cases.pdf", 404), ("cases.csv?from=2026-02-02&to=2026-01-01", 422)],
)
def test_wrong_wishes_are_one_sentence(sign_in, path, status):
    assert sign_in("verifier").get(f"/exports/{path}").status_code == status


def test_the_page_offers_every_list(sign_in):
    assert sign_in("verifier").get("/exports").status_code == 200


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_private_persons_leave_the_house_by_initials_in_every_list(sign_in, conn, form):
    named = "Hộ ông Giàng A Thử mất nhà; Chủ tịch UBND xã Lê Văn Mẫu đến thăm"
    article = seeding.article(conn, title=named, published_at=datetime.now(UTC) - timedelta(hours=2))
    seeding.judgement(conn, article_id=article)
    event = seeding.event(conn, articles=[article])
    client = sign_in("verifier")
    (case,) = conn.execute("SELECT id FROM cases WHERE event_id = %s", [event]).fetchone()
    conn.execute("INSERT INTO claims (case_id, body, created_by) VALUES (%s, %s, %s)", [case, named, client.person.id])  # fmt: skip
    for name in ("articles", "cases", "claims"):
        data = client.get(f"/exports/{name}.{form}").data
        if form == "csv":
            said = data.decode("utf-8-sig")
        else:
            sheet = openpyxl.load_workbook(io.BytesIO(data)).active
            said = "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row)
        assert "Giàng" not in said, name
        assert "Hộ ông G.A.T. mất nhà" in said, name
        assert "Lê Văn Mẫu" in said, "an official is named with the office"
