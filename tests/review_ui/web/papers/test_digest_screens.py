"""The digest screens and the overview, as each role sees them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import seeding

from db.queries import daily_stats
from review_ui.digests.render.formats import FORMATS


def week(conn):
    at = datetime.now(UTC) - timedelta(hours=3)
    article = seeding.article(conn, published_at=at, title="=Bụi & <b>nước thải</b> ở khu công nghiệp")
    seeding.judgement(conn, article_id=article, criticism="high")
    seeding.event(conn, articles=[article])
    on = at.date()
    return {"scope": "domestic", "from": str(on - timedelta(days=3)), "to": str(on + timedelta(days=3))}


def made(client, conn, **more):
    answer = client.post("/digests/new", data={**week(conn), **more})
    assert answer.status_code == 303, answer.text
    return answer.location


def test_a_draft_is_made_read_edited_approved_issued_and_corrected(sign_in, conn):
    maker, checker = sign_in("verifier"), sign_in("approver")
    address = made(maker, conn)
    page = maker.get(address).text
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in page
    assert "=Bụi &amp; &lt;b&gt;nước thải&lt;/b&gt;" in page
    assert "cần người khác duyệt" in page
    assert maker.get(f"{address}/edit").status_code == 200
    assert (
        maker.post(f"{address}/edit", data={"seen_version": 1, "p-outlook": "Câu của cán bộ."}).status_code
        == 303
    )
    assert "Câu của cán bộ." in maker.get(address).text
    assert checker.post(f"{address}/step", data={"seen_version": 2, "step": "approve"}).status_code == 303
    again = checker.post(f"{address}/step", data={"seen_version": 2, "step": "approve"})
    assert (again.status_code, again.location) == (303, address), "the second press is answered as done"
    issue = {"seen_version": 3, "number": "9", "signed_on": "2026-11-20", "signer": "Lê Thị Thử"}
    assert checker.post(f"{address}/issue", data=issue).status_code == 303
    for form in FORMATS:
        first, second = (maker.get(f"{address}/download/{form}") for _ in range(2))
        assert first.data == second.data
        assert "du-thao" not in first.headers["Content-Disposition"]
    again = checker.post(f"{address}/correct", data={"correction": "Sửa tên địa bàn."})
    assert again.status_code == 303
    assert "Sửa tên địa bàn." in checker.get(again.location).text


def test_a_stale_page_is_refused_and_nothing_typed_is_lost(sign_in, conn):
    client = sign_in("verifier")
    address = made(client, conn)
    client.post(f"{address}/edit", data={"seen_version": 1, "p-outlook": "Một."})
    answer = client.post(
        f"{address}/edit", data={"seen_version": 1, "p-outlook": "Hai điều tôi đã gõ rất lâu."}
    )
    assert answer.status_code == 409
    assert "Hai điều tôi đã gõ rất lâu." in answer.text


@pytest.mark.parametrize("form", FORMATS)
def test_a_draft_downloads_in_every_form_and_the_download_is_audited(sign_in, conn, form):
    client = sign_in("verifier")
    address = made(client, conn)
    answer = client.get(f"{address}/download/{form}")
    assert answer.status_code == 200
    assert "du-thao" in answer.headers["Content-Disposition"]
    row = conn.execute(
        "SELECT actor, after->>'format' FROM audit WHERE action = 'digest.download' ORDER BY id DESC LIMIT 1"
    )
    assert row.fetchone() == (client.person.name, form)


def test_charts_are_drawn_on_the_server(sign_in, conn):
    client = sign_in("verifier")
    address = made(client, conn)
    assert client.get(f"{address}/chart/by-day.svg").mimetype == "image/svg+xml"
    assert client.get(f"{address}/chart/none.svg").status_code == 404


@pytest.mark.parametrize(
    "data", [{"from": "2026-11-20", "to": "2026-11-01"}, {"from": "nay"}, {"scope": "x"}, {"to": ""}]
)
def test_a_wrong_range_is_one_sentence(sign_in, conn, data):
    assert sign_in("verifier").post("/digests/new", data={**week(conn), **data}).status_code == 422


def test_an_empty_range_is_a_digest_too(sign_in):
    client = sign_in("verifier")
    answer = client.post("/digests/new", data={"scope": "foreign", "from": "2001-01-01", "to": "2001-01-07"})
    assert "không ghi nhận tin, bài nào" in client.get(answer.location).text


@pytest.mark.parametrize("role", ["monitor", "leader"])
def test_readers_read_and_change_nothing(sign_in, conn, role):
    address = made(sign_in("verifier"), conn)
    reader = sign_in(role)
    assert reader.get("/digests").status_code == 200
    assert "Sửa nội dung" not in reader.get(address).text
    assert reader.get(f"{address}/download/pdf").status_code == 200
    for path in ("edit", "step", "issue", "correct", "refresh"):
        assert reader.post(f"{address}/{path}", data={"seen_version": 1}).status_code == 403


def test_an_admin_reads_no_digests(sign_in):
    assert sign_in("admin").get("/digests").status_code == 403


def test_unknown_digests_and_forms_are_not_found(sign_in, conn):
    client = sign_in("verifier")
    assert client.get("/digests/999999").status_code == 404
    assert client.get(f"{made(client, conn)}/download/odt").status_code == 404


@pytest.mark.parametrize("role", ["monitor", "verifier", "approver", "leader", "admin"])
def test_everybody_has_an_overview_even_of_nothing(sign_in, role):
    assert sign_in(role).get("/").status_code == 200


def test_the_overview_counts_and_charts_what_was_published(sign_in, conn):
    week(conn)
    daily_stats.bring_up(conn, now=datetime.now(UTC))
    page = sign_in("approver").get("/?days=14").text
    assert 'class="chart"' in page
    assert "<strong>1</strong> chờ phân loại" in page
    assert "cơ quan báo chí không được xếp theo sắc thái" in page


def test_the_overview_needs_a_signed_in_person(anybody):
    assert anybody.get("/").status_code == 303


def test_an_issue_that_is_due_and_not_out_is_told_on_the_overview(sign_in, conn):
    conn.execute(
        "INSERT INTO digest_schedule_runs (scope, from_on, to_on, reminded_at) VALUES ('domestic', '2026-11-12', '2026-11-18', now())"
    )
    assert "đến giờ phát hành mà chưa xong" in sign_in("verifier").get("/").text


def test_a_draft_asked_for_twice_is_made_once(sign_in, conn):
    client = sign_in("verifier")
    entry = {"scope": "domestic", "from": "2026-11-16", "to": "2026-11-20"}
    assert client.post("/digests/new", data=entry).status_code == 303
    again = client.post("/digests/new", data=entry)
    assert (again.status_code, again.location) == (303, "/digests")
    assert conn.execute("SELECT count(*) FROM digests").fetchone() == (1,)
