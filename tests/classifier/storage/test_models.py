"""Models in the database: one champion, roll-back, decisions to learn from, the night's work."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import seeding

import db.judging.models
import db.judging.sampling
from classifier.learning import nightly_training
from classifier.learning.champion import champion_of
from classifier.pipeline import nightly
from classifier.text.item import Item
from db.catalogue import files
from db.core.errors import NotFound
from db.core.time import HANOI
from db.desk import reviews

SHIPPED = files.shipped("laocai")
NOW = datetime.now(UTC)
BAD = "Tai nạn giao thông ở km {n}, {n} người tử vong, xe khách lao xuống vực lúc rạng sáng"
CROSS = "Người dân thôn {n} bức xúc, kêu cứu vì công trình chậm tiến độ, chính quyền đùn đẩy trách nhiệm"
CALM = "Lễ hội mùa xuân thứ {n} thu hút du khách trải nghiệm ẩm thực, ngắm hoa bên suối"


def harvest(first: int = 1) -> list[Item]:
    texts = [form.format(n=number) for number in range(first, first + 180) for form in (BAD, CROSS, CALM)]
    return [Item(id=str(place), title=text, text="") for place, text in enumerate(texts)]


def store(conn, name, *, wins):
    db.judging.models.store(conn, name=name, rules="r", card={"a": 1}, artifact=b"x", wins=wins)


def test_there_is_one_champion_and_a_way_back(conn):
    store(conn, "first", wins=True)
    store(conn, "second", wins=True)
    store(conn, "third", wins=False)
    assert {one.name: one.state for one in db.judging.models.listed(conn)} == {
        "first": "retired", "second": "champion", "third": "challenger",
    }  # fmt: skip
    db.judging.models.promote(conn, name="first")
    assert db.judging.models.champion_name(conn) == "first"
    with pytest.raises(NotFound):
        db.judging.models.promote(conn, name="nobody")


def test_the_same_model_is_kept_once(conn):
    store(conn, "first", wins=True)
    store(conn, "first", wins=True)
    assert len(db.judging.models.listed(conn)) == 1


def test_training_on_a_harvest_makes_the_first_champion_and_judges_with_it(conn):
    assert champion_of(conn) is None
    outcome = nightly_training.run(conn, SHIPPED, harvest=harvest())
    assert outcome.champion
    model = champion_of(conn)
    assert model is not None
    assert model.name == outcome.model == db.judging.models.champion_name(conn)
    assert model.card["forbidden_uses"]


def test_a_champion_of_another_version_yields_to_the_rules_and_to_the_next_training(conn):
    store(conn, "of-another-version", wins=True)
    assert champion_of(conn) is None
    assert nightly_training.run(conn, SHIPPED, harvest=harvest()).champion


def test_a_harvest_that_is_too_small_changes_nothing(conn):
    outcome = nightly_training.run(conn, SHIPPED, harvest=harvest()[:10])
    assert not outcome.champion
    assert db.judging.models.champion(conn) is None


def test_stored_articles_are_the_harvest_where_none_is_given(conn):
    seeding.article(conn, title=BAD.format(n=1))
    assert nightly_training.run(conn, SHIPPED).items == 1


def decided(conn, person, outcome, *, title, **more):
    article = seeding.article(conn, title=title, body="")
    event = seeding.event(conn, articles=[article], flagged=True)
    case = conn.execute("SELECT id FROM cases WHERE event_id = %s", [event]).fetchone()[0]
    reviews.record(conn, case_id=case, user_id=person.id, outcome=outcome, **more)
    return event


def test_decisions_are_read_without_those_made_for_reasons_outside_the_text(conn):
    person = seeding.user(conn)
    decided(conn, person, "route_critical", title="Dân kêu cứu", signals=["criticism"])
    decided(conn, person, "dismiss", title="Lễ hội", outside_text=True, reason="quen biết")
    decided(conn, person, "merge", title="Trùng", reason="trùng")
    told = db.judging.models.decisions(conn)
    assert [(one.outcome, one.title, one.signals) for one in told] == [
        ("route_critical", "Dân kêu cứu", ["criticism"])
    ]


def test_enough_decisions_move_the_model_and_say_so_on_its_card(conn):
    person = seeding.user(conn)
    for number in range(26):
        critical = number % 2 == 0
        decided(
            conn, person, "route_critical" if critical else "dismiss",
            title=("Chủ tịch xã vắng mặt tại buổi tiếp dân" if critical else CALM).format(n=number),
            reason="" if critical else "tin thường",
        )  # fmt: skip
    outcome = nightly_training.run(conn, SHIPPED, harvest=harvest())
    assert outcome.decisions == 26
    assert outcome.card["decisions"] == 26
    assert outcome.card["outlets"]
    model = champion_of(conn)
    assert model is not None
    assert model.learned is not None


def test_a_champion_that_learned_waits_for_new_decisions_before_it_yields(conn):
    person = seeding.user(conn)
    for number in range(26):
        decided(
            conn,
            person,
            "route_critical" if number % 2 else "dismiss",
            title=CALM.format(n=number),
            reason="x",
        )
    first = nightly_training.run(conn, SHIPPED, harvest=harvest())
    second = nightly_training.run(conn, SHIPPED, harvest=harvest(500))
    assert first.champion
    assert not second.champion
    assert "needed for the test" in second.why


def test_the_night_trains_looks_and_chooses_once_a_day(conn):
    for number in range(4):
        article = seeding.article(conn, title=CALM.format(n=number))
        seeding.event(conn, articles=[article], flagged=False)
    # the last 23:00 that has passed: what was seeded just now must not lie a day back from it
    late = (NOW.astimezone(HANOI) - timedelta(hours=23)).replace(hour=23, minute=0)
    assert not nightly.due(conn, now=late.replace(hour=0))
    assert nightly.due(conn, now=late)
    report = nightly.run(conn, now=late, shipped=SHIPPED)
    assert report["drift"]["psi_harm"] is None
    assert report["recall"]["recall"] is None
    assert sum(report["shown"].values()) >= 1
    assert not nightly.due(conn, now=late)
    assert db.judging.sampling.watched(conn)[0].report["training"]["champion"] is False


def test_what_was_drawn_for_the_audit_keeps_its_probability_and_opens_a_case(conn):
    event = seeding.event(conn, articles=[seeding.article(conn)], flagged=False)
    db.judging.sampling.show(conn, event_id=event, how="audit", inclusion=0.1)
    row = conn.execute(
        "SELECT e.selected_by, e.inclusion, c.id IS NOT NULL FROM events e LEFT JOIN cases c ON c.event_id = e.id"
        " WHERE e.id = %s",
        [event],
    ).fetchone()
    assert row == ("audit", pytest.approx(0.1), True)
    person = seeding.user(conn)
    case = conn.execute("SELECT id FROM cases WHERE event_id = %s", [event]).fetchone()[0]
    reviews.record(conn, case_id=case, user_id=person.id, outcome="escalate")
    told = db.judging.sampling.opinions(conn, since=NOW - timedelta(days=1))
    assert [(one.event_id, one.wanted, one.selected_by) for one in told] == [(event, True, "audit")]
    assert nightly.look(conn, now=NOW + timedelta(minutes=1))["recall"]["missed"] == pytest.approx(10)
