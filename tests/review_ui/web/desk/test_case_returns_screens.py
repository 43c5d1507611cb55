"""A closed case that came back says so on the queue, with what is new; its history says that nobody did it."""

import pytest
import seeding
from psycopg.types.json import Jsonb

from db.desk import cases

NEWS = [
    {"reason": "death", "article": 1, "outlet": "Báo Thử", "before": "0", "now": "2", "text": "2 người chết"},
    {"reason": "higher_band", "article": 1, "outlet": "Báo Thử", "before": "check:low", "now": "check:high", "text": "đồn"},
]  # fmt: skip


@pytest.fixture
def returned(conn):
    case, monitor = seeding.case(conn, title="Sạt lở ở Bản Thử"), seeding.user(conn)
    cases.act(conn, case_id=case, action="dismiss", user_id=monitor.id, seen_version=1, reason="tin thường")
    article = seeding.article(conn, title="Thêm nạn nhân")
    news = [one | {"article": article} for one in NEWS]
    assert conn.execute("SELECT bring_back(%s, 2, %s)", [case, Jsonb(news)]).fetchone() == (True,)
    return case, monitor


def test_the_card_says_that_it_was_closed_and_what_is_new(conn, sign_in, returned):
    seeding.case(conn, title="Hội chợ ven hồ")
    page = sign_in("monitor").get("/queue").text
    assert "Đã đóng, có tin mới" in page
    assert "Có người chết</strong> (0 → 2)" in page
    assert "Mức dấu hiệu tăng" in page
    only = sign_in("monitor").get("/queue?news=1").text
    assert "Sạt lở ở Bản Thử" in only
    assert "Hội chợ ven hồ" not in only


def test_decided_again_the_mark_is_gone_and_the_history_tells_both(conn, sign_in, returned):
    case, monitor = returned
    client = sign_in(person=monitor)
    page = client.get(f"/cases/{case}").text
    assert "Có tin mới, tự trở lại" in page
    client.post(
        "/queue/decide",
        data={"case": case, "seen": 3, "action": "dismiss:routine", "query": "", "following": 0},
    )
    assert conn.execute("SELECT state, returned_at FROM cases WHERE id = %s", [case]).fetchone() == (
        "closed",
        None,
    )
    assert "Đã đóng, có tin mới" not in client.get("/queue?tab=closed").text


def test_whoever_closed_it_reads_it_on_the_first_page(sign_in, returned):
    _, monitor = returned
    assert "Đã đóng, nay có tin mới" in sign_in(person=monitor).get("/work").text
