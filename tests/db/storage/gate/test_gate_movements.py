"""Movements the table does not know, rows nobody changes, columns nobody sets: every attempt here is plain SQL as the application's role."""

from __future__ import annotations

import pytest
import seeding
from gate_scene import ACT, refused

from db.desk import cases, claims


# ── movements ───────────────────────────────────────────────────────────────────────────────────────────────────
def test_every_pair_of_state_and_step_that_the_table_does_not_know_is_refused(conn, owner_conn):
    steps = cases.steps(conn)
    known = {(step.from_state, step.action) for step in steps}
    people = {
        role: seeding.user(owner_conn, role=role).id
        for role in ("approver", "verifier", "monitor", "leader", "admin")
    }
    case = seeding.case(owner_conn)
    tried = 0
    for state in cases.CaseState:
        owner_conn.execute("UPDATE cases SET state = %s WHERE id = %s", [state, case])
        for action in {step.action for step in steps}:
            if (state, action) in known:
                continue
            tried += 1
            why = refused(
                owner_conn,
                ACT,
                {
                    "case": case,
                    "action": action,
                    "by": people["approver"],
                    "reason": "x",
                    "data": "{}",
                    "seen": 1,
                },
            )
            assert why.sqlstate == "KT409"
    assert tried > 150


def test_every_step_is_refused_to_every_role_it_is_not_for(owner_conn):
    case = seeding.case(owner_conn)
    people = {
        role: seeding.user(owner_conn, role=role).id
        for role in ("approver", "verifier", "monitor", "leader", "admin")
    }
    for step in cases.steps(owner_conn):
        owner_conn.execute("UPDATE cases SET state = %s WHERE id = %s", [step.from_state, case])
        for role, person in people.items():
            if role not in step.roles:
                why = refused(
                    owner_conn,
                    ACT,
                    {
                        "case": case,
                        "action": step.action,
                        "by": person,
                        "reason": "x",
                        "data": "{}",
                        "seen": 1,
                    },
                )
                assert why.sqlstate == "KT403", (step, role)


def test_a_case_of_accurate_criticism_never_reaches_publication(conn, scene):
    conn.execute(
        ACT,
        {
            "case": scene.case,
            "action": "route_critical",
            "by": scene.verifier,
            "reason": "phản ánh đúng",
            "data": "{}",
            "seen": 2,
        },
    )
    refused(
        conn,
        ACT,
        {
            "case": scene.case,
            "action": "to_publish",
            "by": scene.approver,
            "reason": "x",
            "data": "{}",
            "seen": 3,
        },
    )


def test_publication_needs_an_approved_public_label(conn, scene):
    verdict = claims.propose(
        conn, claim_id=scene.claim, code="insufficient", what_is_true="x", reasoning="x", counter_evidence="x", user_id=scene.verifier
    )  # fmt: skip
    cases.act(conn, case_id=scene.case, action="propose", user_id=scene.verifier, seen_version=2)
    refused(
        conn,
        ACT,
        {
            "case": scene.case,
            "action": "approve",
            "by": scene.approver,
            "reason": None,
            "data": "{}",
            "seen": 3,
        },
    )
    (sha,) = conn.execute("SELECT text_sha256 FROM verdicts WHERE id = %s", [verdict]).fetchone()
    claims.decide(
        conn,
        verdict_id=verdict,
        decision="approve",
        user_id=scene.approver,
        seen_sha256=sha,
        independence=True,
    )
    cases.act(conn, case_id=scene.case, action="approve", user_id=scene.approver, seen_version=3)
    refused(
        conn,
        ACT,
        {
            "case": scene.case,
            "action": "to_publish",
            "by": scene.approver,
            "reason": None,
            "data": "{}",
            "seen": 4,
        },
    )


def test_a_stale_version_moves_nothing(conn, scene):
    refused(
        conn,
        ACT,
        {
            "case": scene.case,
            "action": "dismiss",
            "by": scene.verifier,
            "reason": "x",
            "data": "{}",
            "seen": 1,
        },
    )


def test_only_ones_own_last_step_is_undone_and_never_an_approval(conn, scene):
    (last,) = conn.execute("SELECT max(id) FROM case_actions WHERE case_id = %s", [scene.case]).fetchone()
    undo = "INSERT INTO case_actions (case_id, action, from_state, to_state, actor_id, seen_version, reverses) VALUES (%s, 'undo', '', '', %s, 2, %s)"
    refused(conn, undo, [scene.case, scene.verifier, last])
    refused(conn, undo, [scene.case, scene.monitor, last - 1 if last > 1 else None])
    conn.execute(undo, [scene.case, scene.monitor, last])
    assert cases.get(conn, scene.case).state == "flagged"


# ── rows that nobody changes, columns that nobody sets ──────────────────────────────────────────────────────────
APPEND_ONLY = ["audit", "case_actions", "reviews", "stances", "notes", "claims", "claim_articles", "evidence", "contact_attempts",
               "verdicts", "verdict_decisions", "adjudications", "versions", "judgements"]  # fmt: skip


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("how", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}", "TRUNCATE {0} CASCADE"])
def test_what_was_said_is_never_changed(conn, proposed, table, how):
    (column,) = conn.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_identity = 'NO' AND column_name <> 'id' LIMIT 1",
        [table],
    ).fetchone()
    refused(conn, how.format(table, column), [])


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE cases SET state = 'published'",
        "UPDATE cases SET critical = false",
        "UPDATE cases SET version = 1",
        "UPDATE cases SET wants_second = false",
        "DELETE FROM cases",
        "INSERT INTO cases (title, state) VALUES ('x', 'published')",
        "UPDATE transitions SET roles = '{admin}'",
        "INSERT INTO transitions VALUES ('flagged', 'publish', 'published', '{admin}', false)",
        "INSERT INTO case_states VALUES ('done', 11)",
        "INSERT INTO audit (id, at, actor, action, subject, prev_hash, hash) VALUES (99999, now(), 'x', 'x', 'x', '', '')",
        "ALTER TABLE verdicts DISABLE TRIGGER ALL",
        "DROP TRIGGER verdict_decisions_are_checked ON verdict_decisions",
        "CREATE OR REPLACE FUNCTION require_evidence(v verdicts) RETURNS void LANGUAGE sql AS ''",
        "SET session_replication_role = replica",
        "SET ROLE kiemtin_owner",
        "DELETE FROM users",
        "CREATE TABLE mine (id int)",
    ],
)
def test_the_rules_themselves_are_out_of_the_applications_reach(conn, scene, sql):
    refused(conn, sql, [])


@pytest.mark.parametrize("role", ["leader", "admin", "gone"])
@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO notes (case_id, user_id, body) VALUES (%(case)s, %(by)s, 'x')",
        "INSERT INTO reviews (case_id, user_id, outcome) VALUES (%(case)s, %(by)s, 'dismiss')",
        "INSERT INTO claims (case_id, body, created_by) VALUES (%(case)s, 'x', %(by)s)",
        "INSERT INTO evidence (claim_id, kind, title, added_by) VALUES (%(claim)s, 'press', 'x', %(by)s)",
        "INSERT INTO contact_attempts (claim_id, whom, how, at, result, made_by) VALUES (%(claim)s, 'x', 'x', now(), 'x', %(by)s)",
        "INSERT INTO adjudications (case_id, outcome, reason, user_id) VALUES (%(case)s, 'dismiss', 'x', %(by)s)",
    ],
)
def test_who_reads_or_runs_the_system_writes_no_content(conn, scene, sql, role):
    refused(conn, sql, {"case": scene.case, "claim": scene.claim, "by": getattr(scene, role)})
