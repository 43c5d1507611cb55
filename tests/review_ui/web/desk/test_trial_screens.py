"""Many sources tried from the screen, a source added by its address, papers that moved or merged."""

from __future__ import annotations

import csv
import io

import seeding

from db.press import source_probes, source_proposals


def answered(conn, code: str, **result) -> None:
    """Answers every open trial."""
    for wish in source_probes.waiting(conn):
        told = {"works": code == "works", "lists": [], "articles": [], "moved_to": None, **result}
        source_probes.answer(conn, wish.id, ok=code == "works", code=code, result=told)


def waiting_source(conn, **words) -> int:
    source = seeding.source(conn, **words)
    conn.execute("UPDATE sources SET status = 'to_probe' WHERE id = %s", [source])
    return source


def test_a_round_is_asked_for_once_and_shows_its_progress_reasons_and_mends(sign_in, conn) -> None:
    waiting_source(conn, title="Báo Một")
    waiting_source(conn, title="Báo Hai")
    admin = sign_in("admin")
    for _ in range(2):  # pressed twice: the same round
        assert admin.post("/sources/trials", data={"scope": "untried"}).status_code == 303
    assert conn.execute("SELECT count(*) FROM trial_rounds").fetchone() == (1,)
    page = admin.get("/sources/trials").text
    assert "Đã thử 0 trong 2 nguồn" in page and 'http-equiv="refresh"' in page
    answered(conn, "challenge")
    page = admin.get("/sources/trials").text
    assert "trang chỉ hiện bước kiểm tra chống truy cập tự động" in page
    assert "liên hệ tòa soạn" in page and 'http-equiv="refresh"' not in page
    left = list(csv.DictReader(io.StringIO(admin.get("/sources/left.csv").text.removeprefix("\ufeff"))))
    assert {row["title"] for row in left} == {"Báo Một", "Báo Hai"}
    assert admin.post("/sources/trials", data={"scope": "untried"}).status_code == 404


def test_what_works_is_enabled_with_one_press(sign_in, conn) -> None:
    source = waiting_source(conn, title="Báo Ba")
    admin = sign_in("admin")
    admin.post("/sources/trials", data={"scope": "all"})
    answered(conn, "works")
    assert "Bật 1 nguồn đọc được" in admin.get("/sources/trials").text
    admin.post("/sources/trials/enable")
    assert conn.execute("SELECT status FROM sources WHERE id = %s", [source]).fetchone() == ("enabled",)


def test_results_of_two_rounds_are_compared(sign_in, conn) -> None:
    waiting_source(conn, title="Báo Bốn")
    admin = sign_in("admin")
    admin.post("/sources/trials", data={"scope": "all"})
    answered(conn, "timeout")
    admin.post("/sources/trials", data={"scope": "failed"})
    answered(conn, "works")
    page = admin.get("/sources/trials").text
    assert "máy chủ trả lời quá chậm" in page and "đọc được" in page


def test_a_source_is_added_by_an_address_with_one_confirmation(sign_in, conn) -> None:
    admin = sign_in("admin")
    where = admin.post("/sources/propose", data={"url": "https://bao-nam.example/tin/bai-1.html"}).headers[
        "Location"
    ]
    assert "đang xem địa chỉ này" in admin.get(where).text
    (asked,) = source_proposals.waiting(conn)
    entered = {"name": "bao-nam.example", "title": "bao-nam.example", "home": "https://bao-nam.example/",
               "hosts": ["bao-nam.example"], "feeds": ["https://bao-nam.example/rss.xml"]}  # fmt: skip
    article = {"taken": True, "title": "Chợ phiên <b>", "lead": "Sapo", "letters": 900, "authors": ["An"], "url": "u",
               "published_at": "2026-11-20T08:00:00+07:00", "code": None, "why": None}  # fmt: skip
    result = {"works": True, "code": "works", "articles": [article], "lists": []}
    source_proposals.answer(conn, asked.id, entered=entered, result=result, why=None)
    page = admin.get(where).text
    assert (
        "https://bao-nam.example/rss.xml" in page and "Chợ phiên &lt;b&gt;" in page and "20/11/2026" in page
    )
    sent = {"title": "Báo Năm", "language": "vi", "scope": "domestic"}
    assert admin.post(where, data=sent).status_code == 303
    row = conn.execute("SELECT title, status FROM sources WHERE name = 'bao-nam.example'").fetchone()
    assert row == ("Báo Năm", "enabled")
    assert admin.post(where, data=sent).status_code == 409


def test_an_address_that_cannot_be_looked_at_says_why_and_offers_nothing(sign_in, conn) -> None:
    admin = sign_in("admin")
    where = admin.post("/sources/propose", data={"url": "https://bao-sau.example"}).headers["Location"]
    (asked,) = source_proposals.waiting(conn)
    source_proposals.answer(conn, asked.id, entered=None, result=None, why="it already belongs to source 3")
    assert "Không xem được địa chỉ này" in admin.get(where).text
    assert admin.post(where, data={"title": "x"}).status_code == 422


def test_a_moved_paper_takes_its_new_host_and_is_tried_again(sign_in, conn) -> None:
    source = waiting_source(conn, title="Báo Bảy")
    admin = sign_in("admin")
    admin.post("/sources/trials", data={"scope": "all"})
    answered(conn, "moved", moved_to="https://bao-bay-moi.example/")
    assert "Chuyển sang địa chỉ mới" in admin.get("/sources/trials").text
    answer = admin.post(f"/sources/{source}/move", data={"url": "https://bao-bay-moi.example/tin"})
    assert answer.status_code == 303
    home, hosts = conn.execute("SELECT home, hosts FROM sources WHERE id = %s", [source]).fetchone()
    assert home == "https://bao-bay-moi.example/" and "bao-bay-moi.example" in hosts and len(hosts) > 1
    assert [w.source_id for w in source_probes.waiting(conn)] == [source]


def test_a_host_of_another_paper_is_no_new_address_but_a_merger(sign_in, conn) -> None:
    one, two = seeding.source(conn, title="Báo Tám"), seeding.source(conn, title="Báo Chín")
    host, name = conn.execute("SELECT hosts[1], name FROM sources WHERE id = %s", [two]).fetchone()
    admin = sign_in("admin")
    refused = admin.post(f"/sources/{one}/move", data={"url": f"https://{host}/"})
    assert refused.status_code == 422 and "Báo Chín" in refused.text
    assert admin.post(f"/sources/{one}/merge", data={"into": name}).status_code == 303
    row = conn.execute("SELECT status, merged_into, hosts FROM sources WHERE id = %s", [one]).fetchone()
    assert row[:2] == ("paused", two) and host in row[2]
    own = conn.execute("SELECT name FROM sources WHERE id = %s", [one]).fetchone()[0]
    assert admin.post(f"/sources/{two}/merge", data={"into": own}).status_code == 422
