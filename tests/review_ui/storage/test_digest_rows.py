"""A digest in the database: two persons, frozen bytes, corrections; and what is collected for one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
import seeding

from db.core.errors import Conflict, Forbidden, Invalid
from db.core.time import HANOI
from db.desk import digests
from review_ui.digests import collect, content, drafts
from review_ui.digests.compose import compose
from review_ui.digests.sections import Section

DAY = date(2026, 11, 17)
AT = datetime(2026, 11, 17, 3, tzinfo=UTC)


def draft(conn, person, **more):
    return drafts.make(
        conn, scope="domestic", from_on=DAY, to_on=DAY + timedelta(days=5), created_by=person.id, **more
    )


def approved(conn):
    maker, checker = seeding.user(conn, role="verifier"), seeding.user(conn, role="approver")
    made = draft(conn, maker)
    digests.step(conn, made, "approve", actor_id=checker.id, seen_version=1)
    return digests.get(conn, made), maker, checker


def issued(conn):
    digest, maker, checker = approved(conn)
    drafts.issue(
        conn, digest, actor_id=checker.id, seen_version=2, number=7, signed_on=DAY, signer="Trần Văn Thử"
    )
    return digests.get(conn, digest.id), maker, checker


def test_who_made_a_digest_does_not_approve_it(conn):
    person = seeding.user(conn, role="approver")
    made = draft(conn, person)
    with pytest.raises(Forbidden, match="second person"):
        digests.step(conn, made, "approve", actor_id=person.id, seen_version=1)


def test_who_changed_a_word_does_not_approve_it(conn):
    maker, editor = seeding.user(conn, role="verifier"), seeding.user(conn, role="approver")
    made = draft(conn, maker)
    digests.edit(conn, made, key="outlook", body="Dự báo mới.", user_id=editor.id, seen_version=1)
    with pytest.raises(Forbidden, match="second person"):
        digests.step(conn, made, "approve", actor_id=editor.id, seen_version=2)


@pytest.mark.parametrize("role", ["monitor", "leader", "admin"])
def test_digests_are_not_made_by_everybody(conn, role):
    with pytest.raises(Forbidden):
        draft(conn, seeding.user(conn, role=role))


def test_a_verifier_does_not_approve(conn):
    made = draft(conn, seeding.user(conn, role="verifier"))
    with pytest.raises(Forbidden, match="approvers alone"):
        digests.step(conn, made, "approve", actor_id=seeding.user(conn, role="verifier").id, seen_version=1)


def test_a_stale_edit_is_refused(conn):
    maker, editor = seeding.user(conn, role="verifier"), seeding.user(conn, role="verifier")
    made = draft(conn, maker)
    digests.edit(conn, made, key="outlook", body="Một.", user_id=maker.id, seen_version=1)
    with pytest.raises(Conflict, match="changed meanwhile"):
        digests.edit(conn, made, key="outlook", body="Hai.", user_id=editor.id, seen_version=1)


def test_an_approved_digest_is_not_edited_but_may_be_returned_with_a_reason(conn):
    digest, maker, _ = approved(conn)
    with pytest.raises(Conflict), conn.transaction():
        digests.edit(conn, digest.id, key="outlook", body="x", user_id=maker.id, seen_version=2)
    with pytest.raises(Invalid), conn.transaction():
        digests.step(conn, digest.id, "return", actor_id=maker.id, seen_version=2)
    digests.step(conn, digest.id, "return", actor_id=maker.id, seen_version=2, reason="Sai số liệu")
    assert digests.get(conn, digest.id).state == "edited"
    assert digests.get(conn, digest.id).approved_by is None


def test_an_unapproved_digest_is_not_issued(conn):
    person = seeding.user(conn, role="verifier")
    made = digests.get(conn, draft(conn, person))
    with pytest.raises(Conflict, match="only an approved digest"):
        drafts.issue(conn, made, actor_id=person.id, seen_version=1, number=None, signed_on=None, signer="")


def test_an_issued_digest_has_four_files_with_their_hashes(conn):
    digest, _, _ = issued(conn)
    assert {kept.format for kept in digests.kept(conn, digest.id)} == {"docx", "pdf", "xlsx", "html"}
    assert digests.file(conn, digest.id, "docx").bytes == digests.file(conn, digest.id, "docx").bytes


def test_issuing_without_all_four_files_is_refused(conn):
    digest, _, checker = approved(conn)
    with pytest.raises(Conflict, match="four files"):
        digests.issue(
            conn,
            digest.id,
            actor_id=checker.id,
            seen_version=2,
            number=None,
            signed_on=None,
            signer="",
            files={"pdf": b"%PDF"},
        )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE digests SET signer = 'x' WHERE id = %s",
        "DELETE FROM digests WHERE id = %s",
        "UPDATE digest_files SET bytes = '' WHERE digest_id = %s",
        "DELETE FROM digest_files WHERE digest_id = %s",
        "UPDATE digest_edits SET body = 'x' WHERE digest_id = %s",
        "DELETE FROM digest_steps WHERE digest_id = %s",
    ],
)
def test_what_was_issued_is_not_changed_by_the_application_nor_by_the_owner(conn, owner_conn, statement):
    digest, _, _ = issued(conn)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        conn.execute(statement, [digest.id])
    # statement triggers fire for the owner whether a row is found or not; for digests the row trigger is tested below
    if "digests " not in statement:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            owner_conn.execute(statement, [digest.id])


def test_the_owner_does_not_change_an_issued_digest_either(owner_conn):
    digest, _, _ = issued(owner_conn)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        owner_conn.execute("UPDATE digests SET signer = 'x' WHERE id = %s", [digest.id])


def test_files_are_not_added_after_the_issue(conn):
    digest, _, _ = approved(conn)
    with pytest.raises(psycopg.DatabaseError, match="stored when it is issued"):
        conn.execute(
            "INSERT INTO digest_files (digest_id, format, bytes, sha256) VALUES (%s, 'pdf', 'x', encode(sha256('x'), 'hex'))",
            [digest.id],
        )


def test_a_correction_is_a_new_issue_that_says_what_changed(conn):
    digest, maker, _ = issued(conn)
    made = drafts.correct(conn, digest, correction="Sửa số liệu tại Bảng 1.", user_id=maker.id, recount=False)
    document = drafts.document(conn, digests.get(conn, made))
    assert content.body(document)[0].text == "Sửa số liệu tại Bảng 1."
    assert document.head.number is None
    with pytest.raises(Conflict, match="exists already"):
        drafts.correct(conn, digest, correction="Lần hai.", user_id=maker.id, recount=False)


def test_a_draft_counted_again_keeps_the_wording(conn):
    maker = seeding.user(conn, role="verifier")
    made = draft(conn, maker)
    digests.edit(conn, made, key="outlook", body="Dự báo của cán bộ.", user_id=maker.id, seen_version=1)
    fresh = drafts.refresh(conn, digests.get(conn, made), user_id=maker.id, seen_version=2)
    assert (
        content.editable(drafts.document(conn, digests.get(conn, fresh)))["outlook"].own
        == "Dự báo của cán bộ."
    )
    assert digests.get(conn, made).state == "discarded"


def test_every_step_is_in_the_audit(conn):
    digest, _, _ = issued(conn)
    rows = conn.execute(
        "SELECT action FROM audit WHERE subject = %s ORDER BY id", [f"digest:{digest.id}"]
    ).fetchall()
    assert [action for (action,) in rows] == [
        "digest.draft",
        "digest.approve",
        "digest.issue",
        *["digest.file"] * 4,
    ]


def published(conn, *, source=None, at=AT, **bands):
    article = seeding.article(conn, source_id=source, published_at=at)
    seeding.judgement(conn, article_id=article, **bands)
    return article


def test_a_day_ends_at_midnight_in_vietnam(conn):
    inside = published(conn, at=datetime(2026, 11, 17, 16, 59, tzinfo=UTC))
    outside = published(conn, at=datetime(2026, 11, 17, 17, tzinfo=UTC))
    found = {item.id for item in collect.items(conn, scope="domestic", from_on=DAY, to_on=DAY)}
    assert inside in found
    assert outside not in found


def test_each_scope_has_its_own_outlets(conn):
    abroad = published(conn, source=seeding.source(conn, scope="foreign"))
    assert abroad not in {i.id for i in collect.items(conn, scope="domestic", from_on=DAY, to_on=DAY)}
    assert abroad in {i.id for i in collect.items(conn, scope="foreign", from_on=DAY, to_on=DAY)}


def test_the_newest_judgement_counts(conn):
    article = published(conn, criticism="high")
    seeding.version(conn, article_id=article, title="Bản sửa", body="Đã đính chính.", published_at=AT)
    seeding.judgement(conn, article_id=article, criticism="low")
    (item,) = [i for i in collect.items(conn, scope="domestic", from_on=DAY, to_on=DAY) if i.id == article]
    assert item.criticism == "low"


def test_a_copy_of_a_foreign_original_counts_once_at_home(conn):
    origin = published(conn, source=seeding.source(conn, scope="foreign"))
    copies = [published(conn), published(conn)]
    for copy in copies:
        conn.execute(
            "INSERT INTO copies (article_id, copy_of, similarity, method) VALUES (%s, %s, 1, 'whole')",
            [copy, origin],
        )
    found = {i.id: i.copy_of for i in collect.items(conn, scope="domestic", from_on=DAY, to_on=DAY)}
    assert sorted([found[copy] is None for copy in copies]) == [False, True]


def step(conn, event, action, to_state):
    conn.execute(
        "INSERT INTO case_actions (case_id, action, from_state, to_state, actor_id, seen_version, reason)"
        " SELECT id, %s, state, %s, %s, version, 'vì thế' FROM cases WHERE event_id = %s",
        [action, to_state, seeding.user(conn, role="approver").id, event],
    )


def routed_today(conn, event, *, by_a_person=True):
    if by_a_person:
        step(conn, event, "route_critical", "respond")
    on = datetime.now(HANOI).date()
    return collect.collect(conn, scope="domestic", from_on=on, to_on=on)


def test_criticism_is_a_matter_to_answer_with_its_agency_and_clock(conn):
    article = published(conn, criticism="high")
    event = seeding.event(conn, articles=[article])
    conn.execute(
        "UPDATE cases SET agency = 'so-thu', due_at = %s WHERE event_id = %s", [AT + timedelta(days=9), event]
    )
    assert (
        routed_today(conn, event, by_a_person=False).unread >= 1
    )  # the machine's opinion alone is no matter of anybody
    facts = routed_today(conn, event)
    (matter,) = [m for m in facts.matters if m.event == event]
    assert matter.section is Section.ROUTED
    assert (matter.critical, matter.agency, matter.due_on) == (True, "so-thu", date(2026, 11, 26))


def test_a_dismissed_case_is_nobodys_matter(conn):
    article = published(conn, criticism="high")
    event = seeding.event(conn, articles=[article])
    person = seeding.user(conn, role="monitor")
    conn.execute(
        "INSERT INTO case_actions (case_id, action, from_state, to_state, actor_id, seen_version, reason)"
        " SELECT id, 'dismiss', 'flagged', 'closed', %s, 1, 'không liên quan' FROM cases WHERE event_id = %s",
        [person.id, event],
    )
    facts = collect.collect(conn, scope="domestic", from_on=DAY, to_on=DAY)
    assert event not in {m.event for m in facts.matters}


def test_an_open_case_of_an_earlier_week_is_carried_over(conn):
    article = published(conn, at=AT - timedelta(days=30), criticism="high")
    event = seeding.event(conn, articles=[article])
    step(conn, event, "route_critical", "respond")
    far = datetime.now(UTC).astimezone(HANOI).date() + timedelta(days=30)
    facts = collect.collect(conn, scope="domestic", from_on=far, to_on=far)
    assert event in {m.event for m in facts.told(Section.CARRIED)}


def test_a_range_in_the_wrong_order_is_refused(conn):
    with pytest.raises(Invalid, match="swap"):
        collect.collect(conn, scope="domestic", from_on=DAY, to_on=DAY - timedelta(days=1))


def test_an_empty_range_is_an_honest_document(conn):
    facts = collect.collect(conn, scope="foreign", from_on=date(2001, 1, 1), to_on=date(2001, 1, 7))
    assert content.row_count(compose(facts)) == 0


def test_the_schedule_drafts_both_digests_once(conn):
    from db.core.settings import Settings
    from review_ui.digests import worker

    now = datetime(2026, 11, 19, 1, 30, tzinfo=UTC)  # Thursday 08:30 in Vietnam
    settings = Settings(home=Path("/nowhere"))
    assert worker.run(conn, settings=settings, now=now)["digests_drafted"] == 2
    assert worker.run(conn, settings=settings, now=now)["digests_drafted"] == 0
    assert worker.run(conn, settings=settings, now=now + timedelta(hours=5))["digest_reminders"] == 2
    assert worker.run(conn, settings=settings, now=now + timedelta(hours=5))["digest_reminders"] == 0
    assert {(d.scope, d.created_by) for d in digests.latest(conn)} == {("domestic", None), ("foreign", None)}
