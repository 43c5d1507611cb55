"""Undo after any history equals never having done it: random histories of several people, played twice, once without what was
undone; and in none of them does accurate criticism, or one person alone, come to the bulletin."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
import seeding
from gate_scene import evidence

from db.core.connection import Connection
from db.core.errors import KiemtinError
from db.desk import cases, claims, publications, reviews

PEOPLE = ("monitor", "verifier", "second_verifier", "approver", "second_approver")
QUICK = ("dismiss", "escalate", "route_critical")


@dataclass
class Played:
    """A case, its claim, and what stands of what was done with it."""

    case: int
    claim: int
    people: dict[str, int]
    done: list[str] = field(default_factory=list)
    published_as_criticism: bool = False


def begin(conn: Connection, people: dict[str, int], *, check: str) -> Played:
    case = seeding.case(conn, check=check)
    conn.execute("UPDATE cases SET due_at = '2026-12-20 08:00+07' WHERE id = %s", [case])
    claim = claims.add(conn, case_id=case, body="Đập Bản Thử sắp vỡ", user_id=people["verifier"])
    evidence(conn, claim, people["verifier"], independent=True)
    evidence(conn, claim, people["verifier"], kind="press", title="Bài báo thử")
    evidence(conn, claim, people["verifier"], kind="archived_item", title="Bản lưu", file_sha256="0" * 64)
    claims.add_attempt(
        conn, claim_id=claim, whom="Trang tin thử", how="thư", at=datetime.now(UTC), result="chưa trả lời", user_id=people["verifier"]
    )  # fmt: skip
    return Played(case, claim, people)


def act(conn: Connection, played: Played, action: str, who: int) -> None:
    """One step with what the desk writes beside it; KiemtinError where it is refused, and nothing is done then."""
    seen = cases.get(conn, played.case).version
    with conn.transaction():
        if action == "propose":
            claims.propose(
                conn, claim_id=played.claim, code="fabricated", what_is_true="Đập an toàn", reasoning="Biên bản", counter_evidence="không thấy", user_id=who
            )  # fmt: skip
        if action == "approve":
            verdict, sha = conn.execute(
                "SELECT id, text_sha256 FROM verdicts WHERE claim_id = %s ORDER BY id DESC LIMIT 1",
                [played.claim],
            ).fetchone() or (0, "")
            claims.decide(
                conn, verdict_id=verdict, decision="approve", user_id=who, seen_sha256=sha, independence=True
            )
        if action == "publish":
            (sha,) = conn.execute(
                "SELECT text_sha256 FROM verdicts WHERE claim_id = %s ORDER BY id DESC LIMIT 1",
                [played.claim],
            ).fetchone() or ("",)
            publications.publish(conn, claim_id=played.claim, kind="label", user_id=who, seen_sha256=sha)
        done = cases.act(
            conn, case_id=played.case, action=action, user_id=who, seen_version=seen, reason="lý do thử", data={"no_checkable_claim": "true"}
        )  # fmt: skip
        if action in QUICK:
            reviews.record(
                conn, case_id=played.case, user_id=who, outcome=action, reason="lý do thử", case_action=done
            )
    if action == "publish":
        played.published_as_criticism |= standing_criticism(conn, played.case)


def standing_criticism(conn: Connection, case: int) -> bool:
    """By the history alone: a step to the road of criticism that nobody took back."""
    history = cases.history(conn, case_id=case)
    taken_back = {one.reverses for one in history if one.action == "undo"}
    return any(one.action == "route_critical" and one.id not in taken_back for one in history)


def undo(conn: Connection, played: Played, who: int) -> None:
    last = cases.history(conn, case_id=played.case)[-1]
    cases.undo(
        conn,
        case_id=played.case,
        user_id=who,
        seen_version=cases.get(conn, played.case).version,
        action_id=last.id,
    )


def opinion(conn: Connection, played: Played, who: int, outcome: str) -> None:
    reviews.record(
        conn, case_id=played.case, user_id=who, outcome=outcome, reason="ý kiến thứ hai", blind=True
    )


def fate(conn: Connection, played: Played) -> tuple[object, ...]:
    case = cases.get(conn, played.case)
    return case.state, case.critical, case.wants_second, case.outcome, case.due_at is None


def tried(work: Callable[[], None]) -> bool:
    try:
        work()
    except KiemtinError:
        return False
    return True


def test_undo_after_any_history_equals_never_having_done_it(conn: Connection, soak: int) -> None:
    chance = random.Random(1511)
    people = {name: seeding.user(conn, role=name.removeprefix("second_")).id for name in PEOPLE}
    steps = cases.steps(conn)
    conn.execute(
        "INSERT INTO catalogue_entries (kind, name, data) VALUES ('label', 'fabricated', '{\"title\": \"Tin giả\"}')"
    )
    undone = reached = 0
    for number in range(100 * soak):
        check = chance.choice(["low", "high"])
        played, plain = begin(conn, people, check=check), begin(conn, people, check=check)
        for _ in range(chance.randint(4, 20)):
            state = cases.get(conn, played.case).state
            options = [step for step in steps if step.from_state == state]
            onward = [one for one in options if one.action in ("propose", "approve", "to_publish", "publish")]
            step = chance.choice(onward or options) if chance.random() < 0.6 else chance.choice(options)
            fit = [name for name in PEOPLE if name.removeprefix("second_") in step.roles]
            who = people[chance.choice(fit if chance.random() < 0.8 else list(PEOPLE))]
            if not tried(lambda: act(conn, played, step.action, who)):  # noqa: B023
                assert not tried(lambda: act(conn, plain, step.action, who)), (number, step)  # noqa: B023
                continue
            other, word = people[chance.choice(PEOPLE)], chance.choice(QUICK)
            between = chance.random() < 0.15 and step.action in QUICK
            if between:
                opinion(conn, played, other, word)
            if chance.random() < 0.4 and tried(lambda: undo(conn, played, who)):  # noqa: B023
                undone += 1
                played.done.append(f"{step.action} undone")
            else:
                played.done.append(step.action)
                act(conn, plain, step.action, who)
            if between:
                opinion(conn, plain, other, word)
            assert fate(conn, played) == fate(conn, plain), (number, played.done)
            if standing_criticism(conn, played.case):
                assert cases.get(conn, played.case).critical, (number, played.done)
        assert not played.published_as_criticism, (number, played.done)
        reached += "publish" in played.done
    assert undone > 20 * soak
    assert reached > 5 * soak
    assert conn.execute(
        "SELECT count(*) FROM verdicts v JOIN verdict_decisions d ON d.verdict_id = v.id WHERE d.decision = 'approve' AND d.decided_by = v.proposed_by"
    ).fetchone() == (0,)


def test_criticism_that_was_said_twice_stays_when_the_second_time_is_undone(conn: Connection) -> None:
    people = {name: seeding.user(conn, role=name.removeprefix("second_")).id for name in PEOPLE}
    played = begin(conn, people, check="low")
    act(conn, played, "route_critical", people["monitor"])
    act(conn, played, "return", people["verifier"])
    act(conn, played, "route_critical", people["verifier"])
    undo(conn, played, people["verifier"])
    case = cases.get(conn, played.case)
    assert (case.state, case.critical) == ("verify", True)
    act(conn, played, "propose", people["verifier"])
    act(conn, played, "approve", people["approver"])
    with pytest.raises(KiemtinError, match="accurate criticism"):
        act(conn, played, "to_publish", people["approver"])


def test_what_a_third_person_calls_criticism_is_never_published(conn: Connection) -> None:
    people = {name: seeding.user(conn, role=name.removeprefix("second_")).id for name in PEOPLE}
    played = begin(conn, people, check="low")
    act(conn, played, "escalate", people["monitor"])
    opinion(conn, played, people["second_verifier"], "route_critical")
    reviews.adjudicate(
        conn,
        case_id=played.case,
        outcome="route_critical",
        reason="Phản ánh đúng",
        user_id=people["second_approver"],
    )
    act(conn, played, "propose", people["verifier"])
    act(conn, played, "approve", people["approver"])
    with pytest.raises(KiemtinError, match="accurate criticism"):
        act(conn, played, "to_publish", people["approver"])


def test_the_clock_after_an_undo_is_as_it_was(conn: Connection) -> None:
    people = {name: seeding.user(conn, role=name.removeprefix("second_")).id for name in PEOPLE}
    played = begin(conn, people, check="low")
    act(conn, played, "escalate", people["monitor"])
    before = cases.get(conn, played.case).due_at
    act(conn, played, "need_info", people["verifier"])
    undo(conn, played, people["verifier"])
    assert cases.get(conn, played.case).due_at == before
    act(conn, played, "need_info", people["verifier"])
    act(conn, played, "resume", people["verifier"])
    moved = cases.get(conn, played.case).due_at
    assert before is not None
    assert moved is not None
    assert moved > before
    undo(conn, played, people["verifier"])
    assert cases.get(conn, played.case).due_at == before
    act(conn, played, "resume", people["verifier"])
    later = cases.get(conn, played.case).due_at
    assert later is not None
    assert later > moved  # it waited on while the undone step stood


def test_a_day_that_somebody_set_meanwhile_stays(conn: Connection) -> None:
    people = {name: seeding.user(conn, role=name.removeprefix("second_")).id for name in PEOPLE}
    played = begin(conn, people, check="low")
    for action in ("escalate", "need_info", "resume"):
        act(conn, played, action, people["verifier"])
    wanted = datetime.now(UTC) + timedelta(days=9)
    conn.execute("UPDATE cases SET due_at = %s WHERE id = %s", [wanted, played.case])
    undo(conn, played, people["verifier"])
    assert cases.get(conn, played.case).due_at == wanted


@pytest.mark.parametrize("what", ["joined", "renamed column"])
def test_a_case_that_others_moved_is_not_undone_and_nobody_writes_what_is_restored(
    conn: Connection, owner_conn: Connection, what: str
) -> None:
    people = {name: seeding.user(owner_conn, role=name.removeprefix("second_")).id for name in PEOPLE}
    played = begin(owner_conn, people, check="low")
    act(owner_conn, played, "route_critical", people["verifier"])
    if what == "joined":
        owner_conn.execute(
            "UPDATE cases SET state = 'closed', version = version + 1 WHERE id = %s", [played.case]
        )
        assert not tried(lambda: undo(owner_conn, played, people["verifier"]))
    else:
        (step,) = owner_conn.execute(
            "INSERT INTO case_actions (case_id, action, from_state, to_state, actor_id, reason, seen_version, restores)"
            " VALUES (%s, 'return', '', '', %s, 'x', 2, '{\"critical\": false}') RETURNING restores->'critical'",
            [played.case, people["verifier"]],
        ).fetchone() or (None,)
        assert step is True


def test_what_a_verdict_hangs_on_is_not_undone(conn: Connection) -> None:
    people = {name: seeding.user(conn, role=name.removeprefix("second_")).id for name in PEOPLE}
    played = begin(conn, people, check="low")
    act(conn, played, "escalate", people["monitor"])
    act(conn, played, "propose", people["verifier"])
    assert not tried(lambda: undo(conn, played, people["verifier"]))
    act(conn, played, "return", people["approver"])
    with pytest.raises((KiemtinError, psycopg.Error)):
        undo(conn, played, people["approver"])
