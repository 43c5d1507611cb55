"""A closed case comes back by itself when its event tells something new, and says what."""

from datetime import UTC, datetime, timedelta

import pytest
import seeding

import db.desk.cases
from classifier.pipeline import worker
from db.catalogue import files
from db.core.errors import Conflict

SHIPPED = files.shipped("laocai")
NOON = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=6)
SLIDE = "Sạt lở đất ở xã Y Tý, Lào Cai, hai người bị thương"
SLIDE_TEXT = "Đất đá tràn xuống đường ở xã Y Tý, tỉnh Lào Cai lúc rạng sáng, hai người bị thương, giao thông tắc nhiều giờ."
DEADLY = "Sạt lở đất ở xã Y Tý, Lào Cai: một người bị thương đã tử vong"
DEADLY_TEXT = "Một trong hai người bị thương trong vụ sạt lở đất ở xã Y Tý, tỉnh Lào Cai đã tử vong, nâng số người chết lên 1 người chết."
OPEN = "Đường qua xã Y Tý, Lào Cai thông sau vụ sạt lở đất"
OPEN_TEXT = "Đường qua xã Y Tý, tỉnh Lào Cai đã thông sau vụ sạt lở đất lúc rạng sáng làm hai người bị thương, tắc nhiều giờ."


@pytest.fixture
def bench(conn):
    return worker.prepare(conn, shipped=SHIPPED)


@pytest.fixture
def closed(conn, bench):
    told(conn, SLIDE, SLIDE_TEXT)
    worker.run(conn, bench)
    (case, version) = conn.execute("SELECT id, version FROM cases").fetchone()
    person = seeding.user(conn)
    db.desk.cases.act(
        conn, case_id=case, action="dismiss", user_id=person.id, seen_version=version, reason="tin thường"
    )
    return case, person


def told(conn, title, body, *, hours=0):
    return seeding.article(conn, title=title, body=body, published_at=NOON + timedelta(hours=hours))


def row(conn, case):
    return conn.execute("SELECT state, outcome, returned_at IS NOT NULL, facets && '{news}' FROM cases WHERE id = %s", [case]).fetchone()  # fmt: skip


def test_a_death_brings_a_dismissed_case_back_with_what_is_new(conn, bench, closed):
    case, person = closed
    deadly = told(conn, DEADLY, DEADLY_TEXT, hours=2)
    worker.run(conn, bench)
    assert row(conn, case) == ("flagged", None, True, True)
    outcome, news = conn.execute(
        "SELECT outcome, news FROM case_returns WHERE case_id = %s", [case]
    ).fetchone()
    assert outcome == "dismiss"
    assert (news[0]["reason"], news[0]["article"], news[0]["now"]) == ("death", deadly, "1")
    assert conn.execute("SELECT kind FROM staff_notices WHERE user_id = %s", [person.id]).fetchall() == [
        ("returned",)
    ]
    assert [step.action for step in db.desk.cases.history(conn, case_id=case)] == ["dismiss", "come_back"]


def test_a_quiet_follow_up_and_a_second_sweep_leave_it_closed(conn, bench, closed):
    case, _ = closed
    told(conn, OPEN, OPEN_TEXT, hours=2)
    worker.run(conn, bench)
    worker.run(conn, bench)
    assert row(conn, case) == ("closed", "dismiss", False, False)


def test_closed_again_it_comes_back_for_further_news_only(conn, bench, closed):
    case, person = closed
    told(conn, DEADLY, DEADLY_TEXT, hours=2)
    worker.run(conn, bench)
    done = db.desk.cases.act(
        conn, case_id=case, action="dismiss", user_id=person.id, seen_version=3, reason="đã biết"
    )
    told(conn, OPEN, OPEN_TEXT, hours=3)
    worker.run(conn, bench)
    assert row(conn, case) == ("closed", "dismiss", False, False)
    db.desk.cases.undo(conn, case_id=case, user_id=person.id, seen_version=4, action_id=done)
    assert row(conn, case) == ("flagged", None, True, True)


def test_what_staff_switched_off_leaves_it_closed(conn, bench, closed):
    case, _ = closed
    for name, value in (("death", "no"), ("new_harm", "no"), ("higher_band", "no"), ("criticism", "no")):
        conn.execute(
            "INSERT INTO catalogue_entries (kind, name, data) VALUES ('setting', %s, jsonb_build_object('name', %s::text, 'value', %s::text,"
            " 'type', 'boolean', 'section', 'review', 'title', '', 'title_en', '', 'unit', ''))",
            [f"returns.{name}", f"returns.{name}", value],
        )  # fmt: skip
    told(conn, DEADLY, DEADLY_TEXT, hours=2)
    worker.run(conn, bench)
    assert row(conn, case)[0] == "closed"


def test_nothing_but_a_closed_case_seen_as_it_is_comes_back(conn, closed):
    case, person = closed
    news = '[{"reason": "death"}]'
    for seen, said in ((1, news), (2, "[]")):
        assert conn.execute("SELECT bring_back(%s, %s, %s)", [case, seen, said]).fetchone() == (False,)
    assert conn.execute("SELECT bring_back(%s, %s, %s)", [case, 2, news]).fetchone() == (True,)
    assert conn.execute("SELECT bring_back(%s, %s, %s)", [case, 3, news]).fetchone() == (False,)
    with pytest.raises(Conflict), conn.transaction():
        db.desk.cases.act(conn, case_id=case, action="dismiss", user_id=person.id, seen_version=2, reason="x")
