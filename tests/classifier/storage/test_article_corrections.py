"""What staff put right in an article is obeyed at once, stays when it is judged again, and can be given back."""

from datetime import UTC, datetime, timedelta

import pytest
import seeding

import db.desk.article_corrections
import db.judging.article_corrections
from classifier.pipeline import worker
from db.catalogue import files
from db.core.errors import Forbidden, Invalid

SHIPPED = files.shipped("laocai")
NOON = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=6)
TITLE = "Lật xe tải ở xã Bản Hồ, Lào Cai, hai người bị thương"
TEXT = (
    "Sáng nay một chiếc xe tải chở gỗ lật ở khúc cua xã Bản Hồ, tỉnh Lào Cai, hai người bị thương được đưa tới trạm y tế, đường tắc ba giờ."
    " Người dân góp tay dọn gỗ khỏi mặt đường, tài xế khai mất phanh khi đổ dốc, công an xã đang làm rõ."
)


@pytest.fixture
def bench(conn):
    return worker.prepare(conn, shipped=SHIPPED)


@pytest.fixture
def person(conn):
    return seeding.user(conn)


def told(conn, title=TITLE, body=TEXT, *, hours=0):
    return seeding.article(conn, title=title, body=body, published_at=NOON + timedelta(hours=hours))


def correct(conn, article, person, **said):
    return db.desk.article_corrections.correct(conn, article_id=article, user_id=person.id, **said)


def judged(conn, article):
    return conn.execute("SELECT result FROM judgements WHERE article_id = %s ORDER BY id DESC LIMIT 1", [article]).fetchone()[0]  # fmt: skip


def event(conn, article):
    return conn.execute(
        "SELECT e.relevance, e.harm_band, e.criticism_band, e.places, e.topics, e.priority FROM events e JOIN event_members m"
        " ON m.event_id = e.id WHERE m.article_id = %s",
        [article],
    ).fetchone()


def test_signal_relevance_place_and_topic_are_obeyed_in_judgement_and_event(conn, bench, person):
    article = told(conn)
    worker.run(conn, bench)
    before = event(conn, article)
    assert before[1] != "low"
    correct(conn, article, person, aspect="harm", value="low", reason="diễn lại cảnh quay phim")
    correct(conn, article, person, aspect="criticism", value="high")
    correct(conn, article, person, aspect="place", value="p15-new", says="no")
    correct(conn, article, person, aspect="place", value="d085-old")
    correct(conn, article, person, aspect="topic", value="Giao thông thử")
    assert worker.run(conn, bench).corrected == 1
    relevance, harm, criticism, places, topics, _ = event(conn, article)
    assert (relevance, harm, criticism) == (before[0], "low", "high")
    assert "p15-new" not in places
    assert "d085-old" in places
    assert "Giao thông thử" in topics
    assert judged(conn, article)["criticism"]["reasons"][0]["rule"] == "criticism: staff"
    correct(conn, article, person, aspect="relevance", value="none")
    worker.run(conn, bench)
    assert event(conn, article)[0] == "none"
    assert event(conn, article)[5] < before[5]


def test_a_corrected_article_stays_so_when_its_text_changes_and_the_machine_gets_the_word_back(
    conn, bench, person
):
    article = told(conn)
    worker.run(conn, bench)
    correct(conn, article, person, aspect="harm", value="low")
    worker.run(conn, bench)
    seeding.version(conn, article_id=article, title=TITLE, body=TEXT + " Cập nhật lúc trưa.")
    worker.run(conn, bench)
    assert event(conn, article)[1] == "low"
    correct(conn, article, person, aspect="harm", says="machine")
    worker.run(conn, bench)
    assert event(conn, article)[1] != "low"


def test_a_detached_copy_stays_detached_when_it_or_another_is_read_again(conn, bench, person):
    first = told(conn)
    second = told(conn, title="Xe chở gỗ đổ ở Bản Hồ", hours=1)
    worker.run(conn, bench)
    assert conn.execute("SELECT article_id, copy_of FROM copies").fetchall() == [(second, first)]
    correct(conn, second, person, aspect="copy", says="no")
    worker.run(conn, bench)
    assert conn.execute("SELECT count(*) FROM copies").fetchone() == (0,)
    seeding.version(conn, article_id=second, title=TITLE, body=TEXT + " Cập nhật.")
    third = told(conn, title="Tắc đường ba giờ vì xe gỗ", hours=2)
    worker.run(conn, bench)
    assert conn.execute("SELECT article_id, copy_of FROM copies").fetchall() == [(third, first)]


def test_what_staff_said_last_counts_and_training_reads_it(conn, bench, person):
    article = told(conn)
    correct(conn, article, person, aspect="relevance", value="none")
    correct(conn, article, person, aspect="relevance", value="mention")
    (one,) = db.judging.article_corrections.current_corrections(conn, article_ids=[article])[article]
    assert (one.aspect, one.value) == ("relevance", "mention")
    worker.run(conn, bench)
    assert event(conn, article)[0] == "mention"


@pytest.mark.parametrize(
    "said",
    [
        {"aspect": "harm", "value": "very"},
        {"aspect": "relevance", "value": "core", "says": "no"},
        {"aspect": "place"},
        {"aspect": "copy", "says": "yes"},
    ],
)
def test_what_no_aspect_takes_is_refused(conn, person, said):
    with pytest.raises(Invalid):
        correct(conn, told(conn), person, **said)


def test_who_may_not_correct_is_refused_and_who_does_is_audited(conn, person):
    article = told(conn)
    with pytest.raises(Forbidden):
        correct(conn, article, seeding.user(conn, role="leader"), aspect="harm", value="low")
    correct(conn, article, person, aspect="harm", value="low")
    assert conn.execute("SELECT count(*) FROM audit WHERE action = 'article.correct'").fetchone() == (1,)
