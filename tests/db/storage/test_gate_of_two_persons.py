"""What the database refuses whoever asks: every attempt here is plain SQL as the application's role."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import psycopg
import pytest
import seeding

from db.desk import cases, claims

REFUSED = {"KT403", "KT404", "KT409", "KT422", "42501", "23514", "23502", "23503", "23505"}


@dataclass
class Scene:
    """A case in `verify` with one claim whose evidence would carry any label, and one person of each role."""

    case: int
    claim: int
    archived: int
    monitor: int
    verifier: int
    other: int
    approver: int
    second: int
    leader: int
    admin: int
    gone: int
    verdict: int = 0
    sha: str = ""


def evidence(conn, claim, user, **more):
    return claims.add_evidence(
        conn, **{"claim_id": claim, "user_id": user, "kind": "primary", "title": "Biên bản thử", **more}
    )


@pytest.fixture
def scene(conn):
    people = {
        role: seeding.user(conn, role=role).id
        for role in ("monitor", "verifier", "approver", "leader", "admin")
    }
    other, second = seeding.user(conn, role="verifier").id, seeding.user(conn, role="approver").id
    gone = seeding.user(conn, role="approver").id
    conn.execute("UPDATE users SET disabled_at = now() WHERE id = %s", [gone])
    case = seeding.case(conn)
    cases.act(
        conn,
        case_id=case,
        action="escalate",
        user_id=people["monitor"],
        seen_version=1,
        data={"to_verify": "Đập sắp vỡ"},
    )
    claim = claims.add(
        conn, case_id=case, body="Đập Bản Thử sắp vỡ", user_id=people["verifier"], criticised_agency="so-thu"
    )
    evidence(conn, claim, people["verifier"], independent=True)
    evidence(conn, claim, people["verifier"], kind="press", title="Bài báo thử")
    archived = evidence(
        conn, claim, people["verifier"], kind="archived_item", title="Bản lưu", file_sha256="0" * 64
    )
    claims.add_attempt(
        conn, claim_id=claim, whom="Trang tin thử", how="thư", at=datetime.now(UTC), result="chưa trả lời", user_id=people["verifier"]
    )  # fmt: skip
    return Scene(case=case, claim=claim, archived=archived, other=other, second=second, gone=gone, **people)


@pytest.fixture
def proposed(conn, scene):
    """The same, with `fabricated` proposed by the verifier and waiting for an approver."""
    scene.verdict = claims.propose(
        conn, claim_id=scene.claim, code="fabricated", what_is_true="Đập an toàn", reasoning="Biên bản", counter_evidence="không thấy",
        user_id=scene.verifier,
    )  # fmt: skip
    cases.act(conn, case_id=scene.case, action="propose", user_id=scene.verifier, seen_version=2)
    (scene.sha,) = conn.execute("SELECT text_sha256 FROM verdicts WHERE id = %s", [scene.verdict]).fetchone()
    return scene


def refused(conn, sql, values):
    """The statement fails with a refusal, and leaves nothing behind."""
    with pytest.raises(psycopg.Error) as caught, conn.transaction():
        conn.execute(sql, values)
    assert caught.value.sqlstate in REFUSED, caught.value
    return caught.value


PROPOSE = (
    "INSERT INTO verdicts (claim_id, code, what_is_true, reasoning, counter_evidence, emergency_reason, proposed_by, text_sha256)"
    " VALUES (%(claim)s, %(code)s, %(true)s, 'lập luận', %(counter)s, %(emergency)s, %(by)s, '')"
)
DECIDE = (
    "INSERT INTO verdict_decisions (verdict_id, decision, decided_by, reason, seen_sha256)"
    " VALUES (%(verdict)s, %(decision)s, %(by)s, %(reason)s, %(sha)s)"
)
ACT = (
    "INSERT INTO case_actions (case_id, action, from_state, to_state, actor_id, reason, data, seen_version)"
    " VALUES (%(case)s, %(action)s, 'publish', 'published', %(by)s, %(reason)s, %(data)s, %(seen)s)"
)


# ── proposing ───────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("role", ["monitor", "leader", "admin", "gone"])
def test_a_verdict_is_proposed_by_verifiers_and_approvers_only(conn, scene, role):
    refused(
        conn,
        PROPOSE,
        {
            "claim": scene.claim,
            "code": "insufficient",
            "true": "x",
            "counter": "x",
            "emergency": None,
            "by": getattr(scene, role),
        },
    )


@pytest.mark.parametrize("code", ["partly_false", "fabricated"])
@pytest.mark.parametrize(
    "missing",
    [
        "DELETE one",
        "no independent piece",
        "only the criticised office speaks",
        "no archived copy",
        "no attempt",
        "blank counter-evidence",
        "blank truth",
        "invisible counter-evidence",
    ],
)
def test_not_true_needs_every_part_of_the_evidence_rule(conn, code, missing):
    verifier = seeding.user(conn, role="verifier").id
    claim = claims.add(
        conn, case_id=seeding.case(conn), body="Câu thử", user_id=verifier, criticised_agency="so-thu"
    )
    if missing != "DELETE one":
        evidence(conn, claim, verifier, kind="press", title="Bài báo")
    evidence(
        conn, claim, verifier, independent=missing != "no independent piece",
        issuer="so-thu" if missing == "only the criticised office speaks" else "",
    )  # fmt: skip
    if missing != "no archived copy":
        evidence(conn, claim, verifier, kind="archived_item", file_sha256="1" * 64)
    if missing != "no attempt":
        claims.add_attempt(
            conn, claim_id=claim, whom="a", how="b", at=datetime.now(UTC), result="c", user_id=verifier
        )
    refused(
        conn,
        PROPOSE,
        {
            "claim": claim, "code": code, "emergency": None, "by": verifier,
            "true": " " if missing == "blank truth" else "x", "counter": {"blank counter-evidence": " \n", "invisible counter-evidence": "\u200b\u00a0"}.get(missing, "x"),
        },
    )  # fmt: skip


def test_withdrawn_evidence_no_longer_counts(conn, scene):
    claims.withdraw_evidence(conn, evidence_id=scene.archived, user_id=scene.verifier)
    refused(
        conn,
        PROPOSE,
        {
            "claim": scene.claim,
            "code": "fabricated",
            "true": "x",
            "counter": "x",
            "emergency": None,
            "by": scene.verifier,
        },
    )


def test_an_emergency_is_for_disasters_and_public_safety_only(conn, scene):
    values = {
        "claim": scene.claim,
        "code": "fabricated",
        "true": "x",
        "counter": "x",
        "emergency": "gấp",
        "by": scene.verifier,
    }
    refused(conn, PROPOSE, values)
    conn.execute("UPDATE cases SET field = 'disaster-epidemic' WHERE id = %s", [scene.case])
    conn.execute(PROPOSE, values)


def test_authentic_needs_evidence_too(conn, scene):
    bare = claims.add(conn, case_id=scene.case, body="Câu khác", user_id=scene.verifier)
    refused(
        conn,
        PROPOSE,
        {
            "claim": bare,
            "code": "authentic",
            "true": "x",
            "counter": "x",
            "emergency": None,
            "by": scene.verifier,
        },
    )


# ── approving ───────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("role", ["monitor", "verifier", "other", "leader", "admin", "gone"])
@pytest.mark.parametrize("decision", ["approve", "return", "split"])
def test_only_an_approver_in_service_decides_on_a_verdict(conn, proposed, role, decision):
    refused(
        conn,
        DECIDE,
        {
            "verdict": proposed.verdict,
            "decision": decision,
            "by": getattr(proposed, role),
            "reason": "x",
            "sha": proposed.sha,
        },
    )


def test_one_person_cannot_propose_and_approve(conn, scene):
    verdict = claims.propose(
        conn, claim_id=scene.claim, code="fabricated", what_is_true="x", reasoning="x", counter_evidence="x", user_id=scene.approver
    )  # fmt: skip
    (sha,) = conn.execute("SELECT text_sha256 FROM verdicts WHERE id = %s", [verdict]).fetchone()
    refused(
        conn,
        DECIDE,
        {"verdict": verdict, "decision": "approve", "by": scene.approver, "reason": None, "sha": sha},
    )


def test_whoever_touched_the_evidence_last_cannot_approve(conn, scene):
    evidence(conn, scene.claim, scene.approver, kind="press", title="Thêm vào")
    verdict = claims.propose(
        conn, claim_id=scene.claim, code="fabricated", what_is_true="x", reasoning="x", counter_evidence="x", user_id=scene.verifier
    )  # fmt: skip
    (sha,) = conn.execute("SELECT text_sha256 FROM verdicts WHERE id = %s", [verdict]).fetchone()
    refused(
        conn,
        DECIDE,
        {"verdict": verdict, "decision": "approve", "by": scene.approver, "reason": None, "sha": sha},
    )
    conn.execute(
        DECIDE, {"verdict": verdict, "decision": "approve", "by": scene.second, "reason": None, "sha": sha}
    )


def test_a_text_other_than_the_one_shown_is_not_approved(conn, proposed):
    refused(
        conn,
        DECIDE,
        {
            "verdict": proposed.verdict,
            "decision": "approve",
            "by": proposed.approver,
            "reason": None,
            "sha": "f" * 64,
        },
    )


def test_evidence_added_after_the_proposal_stops_the_approval(conn, proposed):
    evidence(conn, proposed.claim, proposed.other, kind="press", title="Thêm sau")
    refused(
        conn,
        DECIDE,
        {
            "verdict": proposed.verdict,
            "decision": "approve",
            "by": proposed.approver,
            "reason": None,
            "sha": proposed.sha,
        },
    )


def test_an_older_proposal_cannot_be_approved_past_a_newer_one(conn, proposed):
    claims.propose(
        conn, claim_id=proposed.claim, code="insufficient", what_is_true="x", reasoning="x", counter_evidence="x", user_id=proposed.other
    )  # fmt: skip
    refused(
        conn,
        DECIDE,
        {
            "verdict": proposed.verdict,
            "decision": "approve",
            "by": proposed.approver,
            "reason": None,
            "sha": proposed.sha,
        },
    )


def test_a_verdict_is_decided_once(conn, proposed):
    conn.execute(
        DECIDE,
        {
            "verdict": proposed.verdict,
            "decision": "approve",
            "by": proposed.approver,
            "reason": None,
            "sha": proposed.sha,
        },
    )
    refused(
        conn,
        DECIDE,
        {
            "verdict": proposed.verdict,
            "decision": "approve",
            "by": proposed.second,
            "reason": None,
            "sha": proposed.sha,
        },
    )


def test_whoever_asked_for_a_third_person_is_not_that_person(conn, proposed):
    conn.execute(
        DECIDE,
        {
            "verdict": proposed.verdict,
            "decision": "split",
            "by": proposed.approver,
            "reason": "khó",
            "sha": proposed.sha,
        },
    )
    refused(
        conn,
        DECIDE,
        {
            "verdict": proposed.verdict,
            "decision": "approve",
            "by": proposed.approver,
            "reason": None,
            "sha": proposed.sha,
        },
    )
    conn.execute(
        DECIDE,
        {
            "verdict": proposed.verdict,
            "decision": "approve",
            "by": proposed.second,
            "reason": None,
            "sha": proposed.sha,
        },
    )


@pytest.mark.parametrize("decision", ["return", "split"])
def test_returning_needs_a_reason(conn, proposed, decision):
    refused(
        conn,
        DECIDE,
        {
            "verdict": proposed.verdict,
            "decision": decision,
            "by": proposed.approver,
            "reason": " ",
            "sha": proposed.sha,
        },
    )


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
    claims.decide(conn, verdict_id=verdict, decision="approve", user_id=scene.approver, seen_sha256=sha)
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


def test_two_people_with_all_the_evidence_do_get_through(conn, proposed):
    claims.decide(
        conn,
        verdict_id=proposed.verdict,
        decision="approve",
        user_id=proposed.approver,
        seen_sha256=proposed.sha,
    )
    for seen, action in ((3, "approve"), (4, "to_publish")):
        cases.act(conn, case_id=proposed.case, action=action, user_id=proposed.approver, seen_version=seen)
    assert cases.get(conn, proposed.case).state == "publish"
