"""The public's way in, and staff's side of it."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import flask
import pytest
import seeding
from itsdangerous import TimestampSigner

from db.core.connection import Connection
from db.desk import cases, reports
from review_ui.public import report_form

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64
LINK = "https://bao.test/tin-hu-cau.html"


def opened(app: flask.Flask, ago: int = 60) -> str:
    import time

    signer = TimestampSigner(str(app.secret_key), salt="report")
    signer.get_timestamp = lambda: int(time.time()) - ago  # type: ignore[method-assign]
    return signer.sign(b"report").decode()


@pytest.fixture
def send(app: flask.Flask, anybody) -> Callable:
    def go(**fields: object):
        fields = {
            "opened": opened(app),
            "url": LINK,
            "what": "Tin này nói cầu đã sập, nhưng cầu vẫn còn.",
            **fields,
        }
        return anybody.post("/report", data=fields, content_type="multipart/form-data")

    return go


def code_in(page: str) -> str:
    found = re.search(r'class="code">([A-Z0-9-]+)<', page)
    assert found
    return found[1]


def test_anybody_reports_a_link_and_follows_it_by_the_receipt(send, anybody, conn: Connection) -> None:
    answer = send()
    assert answer.status_code == 200
    code = code_in(answer.text)
    assert re.fullmatch(r"\w{4}-\w{4}-\w{4}", code)
    assert "đang chờ xem" in anybody.get(f"/report/{code}").text
    assert anybody.get(f"/report/{code.lower().replace('-', '')}").status_code == 200
    row = conn.execute("SELECT receipt_sha256, quarantined, prefix FROM reports").fetchone()
    assert code not in row[0]
    assert row[1] is False
    assert row[2].endswith("/24")


def test_an_unknown_receipt_is_one_sentence(anybody) -> None:
    answer = anybody.get("/report/AAAA-AAAA-AAAA")
    assert answer.status_code == 404
    assert "Không có tin báo nào" in answer.text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"what": ""}, "Hãy điền ô này"),
        ({"url": ""}, "Hãy ghi đường dẫn hoặc đính kèm"),
        ({"url": "khong-phai-dia-chi"}, "Đường dẫn không đúng"),
        ({"contact": "0912 000 000"}, "đánh dấu đồng ý"),
        ({"file": (io.BytesIO(b"MZ\x90\0program"), "anh.png")}, "Chỉ nhận ảnh"),
        ({"file": (io.BytesIO(b"<svg onload=alert(1)>"), "anh.png")}, "Chỉ nhận ảnh"),
        ({"file": (io.BytesIO(b"PK\x03\x04"), "anh.zip")}, "Chỉ nhận ảnh"),
        ({"file": (io.BytesIO(PNG + b"\0" * (50 * 2**20)), "anh.png")}, "Tệp quá lớn"),
    ],
)
def test_a_wrong_report_is_told_why_and_nothing_typed_is_lost(
    send, conn: Connection, fields: dict, sentence: str
) -> None:
    answer = send(**fields)
    assert answer.status_code == 422
    assert sentence in answer.text
    if "what" not in fields:
        assert "nhưng cầu vẫn còn" in answer.text
    assert conn.execute("SELECT count(*) FROM reports").fetchone() == (0,)
    assert conn.execute("SELECT count(*) FROM uploads").fetchone() == (0,)


def test_a_pasted_megabyte_is_answered_and_given_back_whole(send, anybody) -> None:
    pasted = "Tin đồn rất dài. " * 60_000
    answer = send(what=pasted)
    assert answer.status_code == 422
    assert "Dài quá" in answer.text
    assert pasted.strip() in answer.text
    assert "maxlength" not in anybody.get("/report").text


def test_what_looks_automatic_is_kept_apart_not_thrown_away(app: flask.Flask, send, conn: Connection) -> None:
    for fields in ({"website": "http://x"}, {"opened": opened(app, ago=0)}, {"opened": "forged"}):
        assert send(**fields).status_code == 200
    assert conn.execute("SELECT count(*), bool_and(quarantined) FROM reports").fetchone() == (3, True)


def test_a_flood_from_one_network_is_kept_apart_and_then_asked_to_come_back(send, conn: Connection) -> None:
    answers = [send(url=f"https://bao.test/{n}").status_code for n in range(32)]
    assert answers[:30] == [200] * 30
    assert answers[30:] == [503, 503]
    assert conn.execute("SELECT count(*) FROM reports WHERE NOT quarantined").fetchone() == (5,)


def test_a_contact_is_sealed_seen_only_for_a_reason_and_every_look_is_in_the_audit(
    send, sign_in, conn: Connection
) -> None:
    send(contact="0912 345 678", consent="1")
    number = conn.execute("SELECT id FROM reports").fetchone()[0]
    with pytest.raises(Exception, match="permission denied"), conn.transaction():
        conn.execute("SELECT sealed FROM contacts")
    monitor, verifier = sign_in("monitor"), sign_in("verifier")
    assert "0912" not in monitor.get(f"/reports/{number}").text
    assert monitor.post(f"/reports/{number}/contact", data={"reason": "hỏi thêm"}).status_code == 403
    assert verifier.post(f"/reports/{number}/contact", data={"reason": ""}).status_code == 422
    shown = verifier.post(f"/reports/{number}/contact", data={"reason": "hỏi thêm về ngày"})
    assert "0912 345 678" in shown.text
    looks = conn.execute("SELECT actor, reason FROM audit WHERE action = 'contact.view'").fetchall()
    assert looks == [(verifier.person.name, "hỏi thêm về ngày")]
    assert "0912" not in str(conn.execute("SELECT before, after, reason FROM audit").fetchall())


def test_ninety_days_after_closing_the_contact_is_gone_and_the_receipt_still_answers(
    send, anybody, sign_in, conn: Connection, owner_conn: Connection
) -> None:
    code = code_in(send(contact="0912 345 678", consent="1").text)
    number = conn.execute("SELECT id FROM reports").fetchone()[0]
    staff = sign_in("verifier")
    assert staff.post(f"/reports/{number}/case", data={"title": "Cầu"}).status_code == 303
    assert reports.purge(conn) == 0
    case = conn.execute("SELECT case_id FROM report_cases").fetchone()[0]
    version = conn.execute("SELECT version FROM cases WHERE id = %s", [case]).fetchone()[0]
    cases.act(
        conn,
        case_id=case,
        action="dismiss",
        user_id=staff.person.id,
        seen_version=version,
        reason="đã rõ",
        data={},
    )
    assert conn.execute("SELECT state FROM cases WHERE id = %s", [case]).fetchone() == ("closed",)
    # the clock is pushed on by asking for fewer days than none: closing lies in the past of this very moment
    assert reports.purge(conn, after_closing=90) == 0
    assert reports.purge(conn, after_closing=-1) == 1
    assert staff.post(f"/reports/{number}/contact", data={"reason": "x"}).status_code == 404
    assert "Đã xử lý xong" in anybody.get(f"/report/{code}").text


def test_a_repeat_of_the_same_address_joins_the_same_case(send, sign_in, conn: Connection) -> None:
    send()
    send(url=LINK + "?utm_source=facebook")
    first, second = [row[0] for row in conn.execute("SELECT id FROM reports ORDER BY id").fetchall()]
    staff = sign_in("monitor")
    staff.post(f"/reports/{first}/case", data={"title": "Cầu"})
    assert "Đã có hồ sơ" in staff.get(f"/reports/{second}").text
    staff.post(f"/reports/{second}/case")
    assert conn.execute("SELECT count(DISTINCT case_id), count(*) FROM report_cases").fetchone() == (1, 2)


def test_a_file_is_kept_as_received_and_only_ever_downloaded(send, sign_in, conn: Connection) -> None:
    send(file=(io.BytesIO(PNG), "../../etc/anh <b>.png"))
    number, kind, name = conn.execute(
        "SELECT r.id, u.kind, u.name FROM reports r JOIN uploads u ON u.sha256 = r.file_sha256"
    ).fetchone()
    assert (kind, name) == ("image/png", "anh <b>.png")
    answer = sign_in("monitor").get(f"/reports/{number}/file")
    assert answer.data == PNG
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_staff_enter_what_came_by_telephone_and_read_out_the_receipt(sign_in, conn: Connection) -> None:
    answer = sign_in("monitor").post(
        "/reports/new", data={"channel": "phone", "what": "Người dân hỏi tin vỡ đập."}
    )
    assert answer.status_code == 200
    assert re.search(r"\w{4}-\w{4}-\w{4}", answer.text)
    assert conn.execute("SELECT channel, entered_by IS NOT NULL FROM reports").fetchone() == ("phone", True)


def test_a_refusal_reaches_the_reporter(send, anybody, sign_in, conn: Connection) -> None:
    code = code_in(send().text)
    number = conn.execute("SELECT id FROM reports").fetchone()[0]
    sign_in("monitor").post(f"/reports/{number}/refuse", data={"reason": "Thuộc tỉnh khác"})
    assert "Thuộc tỉnh khác" in anybody.get(f"/report/{code}").text


def test_each_report_stands_in_one_list_until_and_after_something_became_of_it(
    send, sign_in, conn: Connection
) -> None:
    for name in ("cau", "cho", "ho"):
        send(url=f"https://mxh.example/{name}")
    linked, refused, waiting = [
        row[0] for row in conn.execute("SELECT id FROM reports ORDER BY id").fetchall()
    ]
    staff = sign_in("monitor")
    staff.post(f"/reports/{linked}/case", data={"title": "Cầu"})
    staff.post(f"/reports/{refused}/refuse", data={"reason": "Thuộc tỉnh khác"})
    for which, number in (("open", waiting), ("linked", linked), ("refused", refused)):
        shown = staff.get(f"/reports?which={which}").text
        assert {one for one in (linked, refused, waiting) if f'/reports/{one}"' in shown} == {number}


def test_leaders_and_admins_do_not_read_reports(sign_in) -> None:
    for role in ("leader", "admin"):
        assert sign_in(role).get("/reports").status_code == 403


def test_markup_in_a_report_is_text(send, sign_in, conn: Connection) -> None:
    send(
        what="<script>alert(1)</script><img src=x onerror=alert(1)>",
        url='https://bao.test/"><script>alert(2)</script>',
    )
    number = conn.execute("SELECT id FROM reports").fetchone()[0]
    page = sign_in("monitor").get(f"/reports/{number}").text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert seeding is not None


# ── sent twice ──────────────────────────────────────────────────────────────────────────────────────────────────────


def page_mark(page: str) -> str:
    found = re.search(r'name="opened" value="([^"]+)"', page)
    assert found
    return found[1]


def test_a_page_sent_twice_is_one_report_with_one_receipt(send, anybody, conn: Connection) -> None:
    mark = page_mark(anybody.get("/report").text)
    first, second = (code_in(send(opened=mark).text) for _ in range(2))
    assert first == second
    assert conn.execute("SELECT count(*) FROM reports").fetchone() == (1,)
    assert code_in(send(opened=mark, what="Cầu khác cũng bị nói sai.").text) != first
    assert code_in(send(opened=page_mark(anybody.get("/report").text)).text) != first
    assert conn.execute("SELECT count(*) FROM reports").fetchone() == (3,)


def test_a_report_entered_twice_by_staff_is_one(sign_in, conn: Connection) -> None:
    client = sign_in()
    entry = {
        "opened": page_mark(client.get("/reports/new").text), "channel": "phone", "what": "Cầu vẫn còn.", "contact": "0912 000 000",
    }  # fmt: skip
    first, second = (client.post("/reports/new", data=entry).text for _ in range(2))
    shown = re.compile(r"<strong>(\w{4}-\w{4}-\w{4})</strong>")
    assert shown.findall(first) == shown.findall(second) != []
    assert conn.execute("SELECT count(*) FROM reports").fetchone() == (1,)


def test_a_report_opens_one_case(send, sign_in, conn: Connection) -> None:
    send()
    number = conn.execute("SELECT id FROM reports").fetchone()[0]
    client = sign_in()
    first, second = (
        client.post(f"/reports/{number}/case", data={"title": title}) for title in ("Một", "Hai")
    )
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert conn.execute("SELECT count(*) FROM cases").fetchone() == (1,)


def test_a_report_is_refused_once(send, sign_in, conn: Connection) -> None:
    send()
    number = conn.execute("SELECT id FROM reports").fetchone()[0]
    client = sign_in()
    assert client.post(f"/reports/{number}/refuse", data={"reason": "Lý do một"}).status_code == 303
    again = client.post(f"/reports/{number}/refuse", data={"reason": "Lý do hai"})
    assert again.status_code == 409
    assert "Lý do hai" in again.text
    assert client.post(f"/reports/{number}/case", data={"title": "x"}).status_code == 409
    assert conn.execute("SELECT count(*) FROM cases").fetchone() == (0,)


def test_files_have_a_daily_quota_and_reports_without_a_file_are_still_taken(send, conn, monkeypatch):
    monkeypatch.setattr(report_form, "BYTES_OF_NETWORK", 3 * len(PNG))
    answers = [
        send(file=(io.BytesIO(PNG + bytes([n])), "anh.png"), what=f"Tin số {n} sai.") for n in range(3)
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 422]
    assert "Hôm nay chưa nhận thêm tệp" in answers[-1].text
    assert send().status_code == 200


@pytest.mark.parametrize(("what", "value"), [("BYTES_OF_ALL", 10), ("KEPT_FREE", 2**60)])
def test_no_file_is_taken_beyond_what_all_may_send_or_the_disk_has_room_for(send, monkeypatch, what, value):
    monkeypatch.setattr(report_form, what, value)
    assert send(file=(io.BytesIO(PNG), "anh.png")).status_code == 422
    assert send().status_code == 200
