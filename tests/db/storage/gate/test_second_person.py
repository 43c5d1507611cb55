"""Two persons are two persons: whose account one other person made, reset or gave a second factor does not count for a while."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest
import seeding
from gate_scene import DECIDE, evidence

from db.accounts import second_person, users
from db.core.connection import Connection
from db.core.errors import Forbidden
from db.desk import claims, notifications
from db.ops import doctor

HASH = "$argon2id$x"


@pytest.fixture
def office(owner_conn: Connection) -> Connection:
    """The owner's connection, three days set, after a first verdict of people who are there for long."""
    owner_conn.execute("UPDATE gate SET second_person_wait = '3 days'")
    return owner_conn


class Scene:
    """A case whose claim carries any label, and people who have been there for long."""

    def __init__(self, conn: Connection) -> None:
        self.conn = conn
        self.people = {
            name: seeding.user(conn, role=name.removeprefix("second_").removeprefix("third_")).id
            for name in ("verifier", "approver", "second_approver", "third_approver", "admin", "leader")
        }
        # the first verdict of the installation: from here on new accounts wait
        self.decide(self.propose(self.people["verifier"]), self.people["approver"])

    def propose(self, by: int) -> int:
        claim = claims.add(self.conn, case_id=seeding.case(self.conn), body="Đập sắp vỡ", user_id=by)
        evidence(self.conn, claim, by)
        return claims.propose(
            self.conn, claim_id=claim, code="authentic", what_is_true="x", reasoning="x", counter_evidence="x", user_id=by
        )  # fmt: skip

    def decide(self, verdict: int, by: int) -> None:
        (sha,) = self.conn.execute(
            "SELECT text_sha256 FROM verdicts WHERE id = %s", [verdict]
        ).fetchone() or ("",)
        claims.decide(self.conn, verdict_id=verdict, decision="approve", user_id=by, seen_sha256=sha)

    def approved(self, proposer: int, approver: int) -> bool:
        verdict = self.propose(proposer)
        try:
            self.decide(verdict, approver)
        except Forbidden as why:
            return why.code != "account.fresh"
        return True


@pytest.fixture
def scene_of(office: Connection) -> Scene:
    return Scene(office)


def ghost(scene: Scene, role: str) -> int:
    return seeding.user(scene.conn, role=role).id


CHANGES = {
    "password": lambda conn, who: users.set_password(conn, user_id=who, password_hash=HASH, must_change=True),
    "second factor": lambda conn, who: users.set_second_factor(conn, user_id=who, secret="A" * 32, step=None, actor="x"),
    "mail address": lambda conn, who: conn.execute(
        "SELECT change_account(id, display_name, role, agency, 'a@b.example') FROM users WHERE id = %s", [who]
    ),
    "role and back": lambda conn, who: [
        conn.execute("SELECT change_account(id, display_name, %s, agency, email) FROM users WHERE id = %s", [role, who])
        for role in ("leader", "approver")
    ],
    "disabled and back": lambda conn, who: [
        conn.execute("SELECT set_account_state(%s, %s)", [who, gone]) for gone in (True, False)
    ],
}  # fmt: skip


def test_accounts_of_before_the_first_verdict_count_at_once(office: Connection) -> None:
    scene = Scene(office)
    assert scene.approved(scene.people["verifier"], scene.people["second_approver"])


@pytest.mark.parametrize("made", ["the approver", "the proposer", "both"])
def test_an_account_that_was_just_made_is_no_second_person(scene_of: Scene, made: str) -> None:
    proposer = scene_of.people["verifier"] if made == "the approver" else ghost(scene_of, "verifier")
    approver = scene_of.people["approver"] if made == "the proposer" else ghost(scene_of, "approver")
    assert not scene_of.approved(proposer, approver)


@pytest.mark.parametrize("change", CHANGES)
def test_an_account_that_somebody_else_changed_is_no_second_person(scene_of: Scene, change: str) -> None:
    CHANGES[change](scene_of.conn, scene_of.people["approver"])
    assert not scene_of.approved(scene_of.people["verifier"], scene_of.people["approver"])
    assert scene_of.approved(scene_of.people["verifier"], scene_of.people["second_approver"])


def test_after_the_time_it_counts(scene_of: Scene) -> None:
    new = ghost(scene_of, "approver")
    scene_of.conn.execute("UPDATE gate SET second_person_wait = '0'")
    assert scene_of.approved(scene_of.people["verifier"], new)


def test_another_approver_confirms_it_but_not_for_their_own_decisions(scene_of: Scene) -> None:
    conn, new = scene_of.conn, ghost(scene_of, "verifier")
    second_person.confirm(conn, user_id=new, confirmed_by=scene_of.people["approver"])
    assert not scene_of.approved(new, scene_of.people["approver"])
    assert scene_of.approved(new, scene_of.people["second_approver"])
    second_person.confirm(conn, user_id=new, confirmed_by=scene_of.people["third_approver"])
    assert scene_of.approved(new, scene_of.people["approver"])
    CHANGES["password"](conn, new)  # given away again: the confirmation was for the time before
    assert not scene_of.approved(new, scene_of.people["second_approver"])


@pytest.mark.parametrize("who", ["verifier", "admin", "leader", "itself", "another new one"])
def test_who_may_not_confirm(scene_of: Scene, who: str) -> None:
    new = ghost(scene_of, "approver")
    by = {"itself": new, "another new one": ghost(scene_of, "approver")}.get(who) or scene_of.people[who]
    with pytest.raises(Forbidden):
        second_person.confirm(scene_of.conn, user_id=new, confirmed_by=by)


def test_every_approver_is_told_and_nobody_else(scene_of: Scene) -> None:
    conn, people = scene_of.conn, scene_of.people
    new = ghost(scene_of, "verifier")
    users.set_password(conn, user_id=people["approver"], password_hash=HASH, must_change=True)
    for name in ("approver", "second_approver", "third_approver"):
        told = [
            (one.kind, one.done) for one in notifications.unseen(conn, user_id=people[name], restricted=True)
        ]
        assert told[:2] == [("account", "password"), ("account", "made")], name
    for name in ("verifier", "admin", "leader"):
        assert notifications.unseen(conn, user_id=people[name], restricted=True) == []
    assert notifications.unseen(conn, user_id=new, restricted=True) == []


def test_of_an_account_that_decides_nothing_nobody_is_told(scene_of: Scene) -> None:
    seen = notifications.count(scene_of.conn, user_id=scene_of.people["approver"], restricted=True)
    ghost(scene_of, "monitor")
    ghost(scene_of, "admin")
    assert notifications.count(scene_of.conn, user_id=scene_of.people["approver"], restricted=True) == seen


def test_letters_and_publications_ask_too(scene_of: Scene) -> None:
    conn, new = scene_of.conn, ghost(scene_of, "approver")
    with pytest.raises(psycopg.Error, match="counts as a second person"), conn.transaction():
        conn.execute("SELECT require_persons(%s, %s)", [new, scene_of.people["verifier"]])
    for name in ("check_decision", "check_publication", "check_response_approval", "move_digest"):
        (text,) = conn.execute("SELECT prosrc FROM pg_proc WHERE proname = %s", [name]).fetchone() or ("",)
        assert "require_persons(" in text, name


def test_returning_a_proposal_needs_no_second_person(scene_of: Scene) -> None:
    verdict = scene_of.propose(scene_of.people["verifier"])
    new = ghost(scene_of, "approver")
    scene_of.conn.execute(
        DECIDE, {"verdict": verdict, "decision": "return", "by": new, "reason": "thiếu", "sha": ""}
    )


def test_the_application_sets_nothing_of_the_gate(conn: Connection) -> None:
    for statement in (
        "UPDATE gate SET second_person_wait = '0'",
        "UPDATE users SET entrusted_at = NULL",
        "UPDATE account_confirmations SET confirmed_by = 1",
        "DELETE FROM account_confirmations",
        "DELETE FROM user_identities",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), conn.transaction():
            conn.execute(statement)  # type: ignore[call-overload]


def test_the_setting_is_shown_and_its_change_is_audited(owner_conn: Connection) -> None:
    second_person.set_wait(owner_conn, days=5)
    assert second_person.wait(owner_conn) == timedelta(days=5)
    action, after = owner_conn.execute(
        "SELECT action, after FROM audit ORDER BY id DESC LIMIT 1"
    ).fetchone() or ("", {})
    assert action == "gate.change"
    assert after["second_person_wait"] == "5 days"
    said = [one.what for one in doctor._second_persons(owner_conn)]
    assert "accounts made or reset count as a second person after 5 days" in said[0]
    second_person.set_wait(owner_conn, days=0)
    assert next(doctor._second_persons(owner_conn)).level == "warning"
