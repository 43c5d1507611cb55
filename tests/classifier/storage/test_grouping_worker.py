"""The classify worker on a real database: judged once, copies linked, events begun and joined, corrections applied."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import seeding

import db.desk.claims
import db.judging.event_index
import db.judging.judgements
from classifier.pipeline import worker
from db.catalogue import files

SHIPPED = files.shipped("laocai")
NOON = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=6)
CRASH = "Xe khách lao xuống vực ở xã Bản Thử, Lào Cai, 3 người chết"
CRASH_TEXT = (
    "Chiếc xe khách chở 20 người mất lái khi đổ đèo Mây Thử, xã Bản Thử, tỉnh Lào Cai, rơi xuống vực sâu khoảng 30 m."
    " Lãnh đạo xã cho biết 3 người chết tại chỗ, 12 người bị thương đã được đưa đến bệnh viện tỉnh cấp cứu trong sáng nay."
)
RETOLD = "Thêm một nạn nhân vụ xe khách lao xuống vực ở Bản Thử, Lào Cai không qua khỏi"
RETOLD_TEXT = (
    "Xe khách rơi xuống vực trên đèo Mây Thử, xã Bản Thử, tỉnh Lào Cai làm 4 người chết, 12 người bị thương, theo bệnh viện tỉnh."
    " Chiếc xe khách được cho là mất phanh khi đổ đèo vào rạng sáng."
)
FAIR = "Lễ hội hoa ban thu hút du khách đến thị trấn ven hồ"
FAIR_TEXT = "Hàng nghìn du khách xem múa xòe và thưởng thức ẩm thực trong ba ngày hội mùa xuân tại khu vườn hoa ven hồ."


@pytest.fixture
def bench(conn):
    return worker.prepare(conn, shipped=SHIPPED)


def told(conn, title, body, *, hours=0, source=None):
    return seeding.article(
        conn, source_id=source, title=title, body=body, published_at=NOON + timedelta(hours=hours)
    )


def event_of(conn, article):
    row = conn.execute("SELECT event_id FROM event_members WHERE article_id = %s", [article]).fetchone()
    return row and row[0]


def ask(conn, kind, event, articles=(), into=None):
    user = seeding.user(conn)
    conn.execute(
        "INSERT INTO event_corrections (kind, event_id, article_ids, into_event, asked_by) VALUES (%s, %s, %s, %s, %s)",
        [kind, event, list(articles), into, user.id],
    )


def test_every_version_is_judged_once(conn, bench):
    article = told(conn, CRASH, CRASH_TEXT)
    seeding.version(conn, article_id=article, title=CRASH, body=CRASH_TEXT + " Cập nhật.")
    assert worker.run(conn, bench).judged == 2
    assert worker.run(conn, bench).judged == 0


def test_two_tellings_are_one_event_and_their_figures_a_difference(conn, bench):
    first, second = told(conn, CRASH, CRASH_TEXT), told(conn, RETOLD, RETOLD_TEXT, hours=0.5)
    other = told(conn, FAIR, FAIR_TEXT)
    worker.run(conn, bench)
    assert event_of(conn, first) == event_of(conn, second) != event_of(conn, other)
    row = conn.execute(
        "SELECT articles, outlets, relevance, check_band, flagged, differences FROM events WHERE id = %s",
        [event_of(conn, first)],
    ).fetchone()
    assert row[:5] == (2, 2, "core", "medium", True)
    assert {(d["label"], tuple(v["value"] for v in d["values"])) for d in row[5]} >= {
        ("số người chết", ("3", "4"))
    }


def test_one_happening_in_two_languages_becomes_one_event_and_later_articles_find_it(conn, bench):
    foreign = seeding.source(conn, scope="foreign", language="en")
    crash = told(
        conn,
        "Xe khách lao xuống vực ở Sa Pa, Lào Cai, 3 người chết, 12 người bị thương",
        "Xe mất phanh khi đổ đèo.",
    )
    worker.run(conn, bench)
    english = seeding.article(
        conn, source_id=foreign, language="en", title="Three killed, 12 injured as bus plunges into ravine in Sa Pa, Vietnam",
        body="The bus fell into a ravine in Lao Cai province, police said.", published_at=NOON + timedelta(hours=5),
    )  # fmt: skip
    other = seeding.article(
        conn, source_id=foreign, language="en", title="Sa Pa, Vietnam: 40 new homestays open for the season",
        body="Tourism officials in Lao Cai province expect more visitors.", published_at=NOON + timedelta(hours=5),
    )  # fmt: skip
    worker.run(conn, bench)
    assert event_of(conn, crash) == event_of(conn, english) != event_of(conn, other)
    again = seeding.article(
        conn, source_id=foreign, language="en", title="Bus plunges into ravine in Sa Pa: police question driver",
        body="Three people were killed when the bus fell into a ravine in Lao Cai province.", published_at=NOON + timedelta(hours=20),
    )  # fmt: skip
    worker.run(conn, bench)
    assert event_of(conn, again) == event_of(conn, crash)


def test_a_flagged_event_opens_a_case_and_a_fair_does_not(conn, bench):
    told(conn, CRASH, CRASH_TEXT)
    fair = told(conn, FAIR, FAIR_TEXT)
    worker.run(conn, bench)
    assert conn.execute("SELECT count(*) FROM cases").fetchone() == (1,)
    assert conn.execute("SELECT flagged FROM events WHERE id = %s", [event_of(conn, fair)]).fetchone() == (
        False,
    )


def test_the_first_publisher_is_the_earliest_also_when_it_is_found_last(conn, bench):
    late = told(conn, "Tin vắn: " + CRASH, CRASH_TEXT, hours=2)
    worker.run(conn, bench)
    early = told(conn, CRASH, CRASH_TEXT)
    worker.run(conn, bench)
    assert conn.execute("SELECT article_id, copy_of FROM copies").fetchall() == [(late, early)]
    assert event_of(conn, late) == event_of(conn, early)


def test_a_copy_keeps_a_part_of_its_priority(conn, bench):
    first, beside = told(conn, CRASH, CRASH_TEXT), told(conn, CRASH, CRASH_TEXT, hours=1)
    worker.run(conn, bench)
    copied = told(conn, CRASH, CRASH_TEXT, hours=2)
    worker.run(conn, bench)
    priority = dict(conn.execute("SELECT article_id, priority FROM judgements").fetchall())
    assert priority[copied] == priority[beside] < priority[first] / 2


def test_the_window_that_staff_set_is_kept(conn, bench):
    assert bench.silence == timedelta(days=10)


def test_what_came_in_first_but_was_published_later_does_not_lay_the_ground(conn, bench):
    second = told(conn, RETOLD, RETOLD_TEXT, hours=1)
    first = told(conn, CRASH, CRASH_TEXT)
    worker.run(conn, bench)
    row = conn.execute(
        "SELECT e.first_article_id, e.articles FROM events e JOIN event_members m ON m.event_id = e.id WHERE m.article_id = %s",
        [second],
    ).fetchone()
    assert row == (first, 2)


def test_a_worker_finds_what_another_placed(conn, bench):
    other = worker.prepare(conn, shipped=SHIPPED)
    worker.run(conn, other)
    first = told(conn, CRASH, CRASH_TEXT)
    worker.run(conn, bench)
    copied, retold = told(conn, CRASH, CRASH_TEXT, hours=2), told(conn, RETOLD, RETOLD_TEXT, hours=1)
    worker.run(conn, other)
    assert event_of(conn, first) == event_of(conn, retold) == event_of(conn, copied)
    assert conn.execute("SELECT article_id, copy_of FROM copies").fetchall() == [(copied, first)]


def test_a_profile_that_another_worker_wrote_anew_is_read_anew(conn, bench):
    first = told(conn, CRASH, CRASH_TEXT)
    worker.run(conn, bench)
    event = event_of(conn, first)

    def held():
        standing = db.judging.event_index.current_profiles(conn, event_ids=[event])
        profile = bench.window.profiles(conn, standing)[event]
        return profile.members, profile.change == standing[0].change

    assert held() == (1, True)
    told(conn, RETOLD, RETOLD_TEXT, hours=1)
    worker.run(conn, worker.prepare(conn, shipped=SHIPPED))
    assert held() == (2, True)


def test_what_comes_in_together_finds_each_other_and_what_is_stored(conn, bench):
    stored = told(conn, CRASH, CRASH_TEXT, hours=3)
    worker.run(conn, bench)
    copied = told(conn, "Tin vắn: " + CRASH, CRASH_TEXT, hours=2)
    first = told(conn, CRASH, CRASH_TEXT, hours=1)
    retold, again = (told(conn, RETOLD, RETOLD_TEXT, hours=hours) for hours in (4, 5))
    worker.run(conn, bench)
    assert dict(conn.execute("SELECT article_id, copy_of FROM copies").fetchall()) == {
        stored: first, copied: first, again: retold,
    }  # fmt: skip
    assert len({event_of(conn, one) for one in (stored, copied, first, retold, again)}) == 1


def test_a_version_that_copies_no_longer_is_no_copy(conn, bench):
    told(conn, CRASH, CRASH_TEXT)
    copied = told(conn, CRASH, CRASH_TEXT, hours=1)
    worker.run(conn, bench)
    seeding.version(conn, article_id=copied, title=FAIR, body=FAIR_TEXT)
    worker.run(conn, bench)
    assert conn.execute("SELECT count(*) FROM copies").fetchone() == (0,)


def test_what_a_died_worker_had_in_mind_harms_nobody(conn, bench):
    worker.run(conn, bench)
    conn.execute("SAVEPOINT before")
    told(conn, CRASH, CRASH_TEXT)
    worker.run(conn, bench)
    conn.execute("ROLLBACK TO before")
    again, retold = told(conn, CRASH, CRASH_TEXT), told(conn, RETOLD, RETOLD_TEXT, hours=1)
    worker.run(conn, bench)
    assert event_of(conn, again) == event_of(conn, retold)


def test_staff_split_and_the_machine_leaves_it_so(conn, bench):
    first, second = told(conn, CRASH, CRASH_TEXT), told(conn, RETOLD, RETOLD_TEXT, hours=1)
    worker.run(conn, bench)
    ask(conn, "split", event_of(conn, first), [second])
    assert worker.run(conn, bench).corrected == 1
    assert event_of(conn, first) != event_of(conn, second)
    seeding.version(conn, article_id=second, title=RETOLD, body=RETOLD_TEXT + " Cập nhật.")
    worker.run(conn, bench)
    assert event_of(conn, first) != event_of(conn, second)


def test_staff_merge_and_what_is_like_either_finds_the_whole(conn, bench):
    crash, fair = told(conn, CRASH, CRASH_TEXT), told(conn, FAIR, FAIR_TEXT)
    worker.run(conn, bench)
    whole = event_of(conn, crash)
    ask(conn, "merge", event_of(conn, fair), into=whole)
    worker.run(conn, bench)
    again = told(
        conn, "Du khách đông kín lễ hội hoa ban bên hồ", FAIR_TEXT[:60] + " theo ban tổ chức.", hours=1
    )
    worker.run(conn, bench)
    assert {event_of(conn, fair), event_of(conn, again)} == {whole}


def test_staff_move_an_article(conn, bench):
    crash, retold, fair = (
        told(conn, CRASH, CRASH_TEXT),
        told(conn, RETOLD, RETOLD_TEXT),
        told(conn, FAIR, FAIR_TEXT),
    )
    worker.run(conn, bench)
    ask(conn, "move", event_of(conn, crash), [retold], into=event_of(conn, fair))
    worker.run(conn, bench)
    assert event_of(conn, retold) == event_of(conn, fair)


def test_a_correction_that_can_do_nothing_says_so_and_is_done(conn, bench):
    crash = told(conn, CRASH, CRASH_TEXT)
    worker.run(conn, bench)
    ask(conn, "split", event_of(conn, crash), [crash])
    worker.run(conn, bench)
    outcome = conn.execute("SELECT outcome FROM event_corrections WHERE applied_at IS NOT NULL").fetchone()
    assert outcome == ("all articles would leave; nothing was done",)


def check_of(conn, article):
    return conn.execute(
        "SELECT check_band, (SELECT array_agg(r->>'rule') FROM jsonb_array_elements(reasons) r) FROM events WHERE id = %s",
        [event_of(conn, article)],
    ).fetchone()


def test_what_is_removed_or_reported_later_asks_for_a_check_without_a_new_article(conn, bench):
    crash = told(conn, CRASH, CRASH_TEXT)
    worker.run(conn, bench)
    assert check_of(conn, crash)[0] == "low"
    conn.execute(
        "UPDATE articles SET state = 'gone', gone_at = now(), gone_how = '404' WHERE id = %s", [crash]
    )
    conn.execute(
        "INSERT INTO reports (receipt_sha256, url, what_is_wrong, article_id) VALUES ('x', 'http://x/', 'Sai số người chết', %s)",
        [crash],
    )
    worker.run(conn, bench)
    band, rules = check_of(conn, crash)
    assert band == "medium"
    assert {"event: removed later", "event: reported by the public"} <= set(rules)


def test_a_claim_found_false_is_noticed_when_it_is_told_again(conn, bench):
    people = [seeding.user(conn, role=role).id for role in ("verifier", "approver")]
    claim = db.desk.claims.add(
        conn, case_id=None, body="Đập hồ Mây Thử bị vỡ, cuốn trôi hàng trăm hộ dân", user_id=people[0],
    )  # fmt: skip
    for kind in ("primary", "press"):
        db.desk.claims.add_evidence(
            conn, claim_id=claim, user_id=people[0], kind=kind, title="Biên bản thử", independent=True
        )
    db.desk.claims.add_evidence(
        conn,
        claim_id=claim,
        user_id=people[0],
        kind="archived_item",
        title="Bản lưu",
        file_sha256=seeding.upload(conn),
    )
    db.desk.claims.add_attempt(
        conn, claim_id=claim, whom="Trang tin thử", how="thư", at=datetime.now(UTC), result="chưa trả lời", user_id=people[0]
    )  # fmt: skip
    verdict = db.desk.claims.propose(
        conn, claim_id=claim, code="fabricated", what_is_true="Đập an toàn", reasoning="Biên bản", counter_evidence="không thấy",
        user_id=people[0],
    )  # fmt: skip
    (sha,) = conn.execute("SELECT text_sha256 FROM verdicts WHERE id = %s", [verdict]).fetchone()
    conn.execute(
        "INSERT INTO verdict_decisions (verdict_id, decision, decided_by, seen_sha256, independence_confirmed) VALUES (%s, 'approve', %s, %s, true)",
        [verdict, people[1], sha],
    )
    again = told(
        conn, "Đập hồ Mây Thử ở Lào Cai bị vỡ, cuốn trôi hàng trăm hộ dân", "Người dân kể lại trong sáng nay."
    )
    worker.run(conn, bench)
    band, rules = check_of(conn, again)
    assert band != "low"
    assert "check: near a claim found false" in rules


def test_grouping_forgets_what_ended_long_ago(conn, bench):
    article = seeding.article(conn, title=CRASH, body=CRASH_TEXT, published_at=NOON - timedelta(days=90))
    worker.run(conn, bench)
    assert db.judging.event_index.forget_older(conn, days=60) > 0
    assert conn.execute("SELECT count(*) FROM copy_prints WHERE article_id = %s", [article]).fetchone() == (
        0,
    )
    assert event_of(conn, article) is not None


def test_one_template_with_two_happenings_is_no_copy_and_two_events(conn, bench):
    told_of = "Cháy nhà dân ở {place}, {dead}"
    body = (
        "Khoảng {hour} giờ ngày {day}, một ngôi nhà sàn ở {place}, tỉnh Lào Cai bất ngờ bốc cháy dữ dội. Lực lượng cảnh sát"
        " phòng cháy chữa cháy cùng dân quân và người dân đã dùng mọi phương tiện tại chỗ để dập lửa, cứu tài sản."
        " Vụ cháy khiến {dead}. Nguyên nhân ban đầu được xác định do chập điện, thiệt hại đang được thống kê."
    )
    first = {"place": "xã Bản Xèo", "dead": "2 người chết", "hour": 2, "day": f"{NOON:%d/%m/%Y}"}
    other = {
        "place": "xã Nậm Chày", "dead": "4 người chết", "hour": 21, "day": f"{NOON - timedelta(days=4):%d/%m/%Y}",
    }  # fmt: skip
    one = told(conn, told_of.format(**first), body.format(**first))
    two = told(conn, told_of.format(**other), body.format(**other), hours=-90)
    worker.run(conn, bench)
    assert conn.execute("SELECT count(*) FROM copies").fetchone() == (0,)
    assert event_of(conn, one) != event_of(conn, two)


def test_the_facts_of_a_version_are_read_once(conn, bench, monkeypatch):
    read_of = []
    reader = type(bench.judge.facts)
    whole = reader.read_with_phrases

    def counted(self, reading, *given, **named):
        read_of.append(reading.title)
        return whole(self, reading, *given, **named)

    monkeypatch.setattr(reader, "read_with_phrases", counted)
    told(conn, CRASH, CRASH_TEXT)
    worker.run(conn, bench)
    assert read_of == [CRASH]
