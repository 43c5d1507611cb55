"""What the database refuses whoever asks: every attempt here is plain SQL as the application's role."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import seeding
from gate_scene import DECIDE, PROPOSE, evidence, refused

from db.desk import cases, claims


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


def test_two_people_with_all_the_evidence_do_get_through(conn, proposed):
    claims.decide(
        conn,
        verdict_id=proposed.verdict,
        decision="approve",
        user_id=proposed.approver,
        seen_sha256=proposed.sha,
        independence=True,
    )
    for seen, action in ((3, "approve"), (4, "to_publish")):
        cases.act(conn, case_id=proposed.case, action=action, user_id=proposed.approver, seen_version=seen)
    assert cases.get(conn, proposed.case).state == "publish"


# ── what words mean ─────────────────────────────────────────────────────────────────────────────────────────────
def test_blank_means_blank_in_every_script(conn):
    """Over all of Unicode: what nobody sees is blank, every letter, digit, mark of punctuation and symbol is not."""
    import unicodedata

    found = {
        n
        for (n,) in conn.execute(
            "SELECT n FROM generate_series(1, 1114111) n WHERE n NOT BETWEEN 55296 AND 57343 AND blank(chr(n))"
        ).fetchall()
    }
    shown_formats = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD}
    fillers = {0x115F, 0x1160, 0x3164, 0xFFA0, 0x2800}
    for n in range(1, 0x110000):
        kind = unicodedata.category(chr(n))
        if kind in ("Cc", "Cf", "Zs", "Zl", "Zp") and n not in shown_formats:
            assert n in found, hex(n)
        elif kind[0] in "LNPS" and n not in fillers:
            assert n not in found, hex(n)
    assert fillers <= found
    assert conn.execute("SELECT blank(%s), blank(%s)", ["\u3164\u2800 \u115f\U000e0041", "ㅤa"]).fetchone() == (
        True,
        False,
    )


@pytest.mark.parametrize("hours", [-24 * 9, -24 * 365 * 20, 1])
def test_an_attempt_lies_between_the_first_appearance_and_now(conn, scene, hours):
    refused(
        conn,
        "INSERT INTO contact_attempts (claim_id, whom, how, at, result, made_by)"
        " VALUES (%(claim)s, 'a', 'b', now() + make_interval(hours => %(hours)s), 'c', %(by)s)",
        {"claim": scene.claim, "hours": hours, "by": scene.verifier},
    )


@pytest.mark.parametrize("relation", ["refutes", "unrelated", None, "asserts then refutes"])
def test_only_an_article_that_carries_the_claim_is_the_disputed_item(conn, scene, relation):
    article = seeding.article(conn)
    (capture,) = conn.execute(
        "INSERT INTO captures (at, url, final_url, status, payload_sha256, decoded_sha256, bytes, warc_file, warc_offset, article_id)"
        " VALUES (now(), 'http://a', 'http://a', 200, 'x', 'x', 1, 'a', 0, %s) RETURNING id",
        [article],
    ).fetchone()
    for one in (relation or "").split(" then "):
        if one:
            conn.execute(
                "INSERT INTO claim_articles (claim_id, article_id, relation, set_by) VALUES (%s, %s, %s, %s)",
                [scene.claim, article, one, scene.verifier],
            )
    entry = "INSERT INTO evidence (claim_id, kind, title, capture_id, added_by) VALUES (%(claim)s, 'archived_item', 'x', %(capture)s, %(by)s)"
    values = {"claim": scene.claim, "capture": capture, "by": scene.verifier}
    assert refused(conn, entry, values).diag.constraint_name == "evidence.not_disputed"
    conn.execute(
        "INSERT INTO claim_articles (claim_id, article_id, relation, set_by) VALUES (%s, %s, 'repeats', %s)",
        [scene.claim, article, scene.verifier],
    )
    conn.execute(entry, values)


@pytest.mark.parametrize("column", ["capture_id", "file_sha256"])
def test_a_copy_that_nobody_holds_is_no_copy(conn, scene, column):
    refused(
        conn,
        f"INSERT INTO evidence (claim_id, kind, title, {column}, added_by) VALUES (%(claim)s, 'archived_item', 'x', '999999', %(by)s)",
        {"claim": scene.claim, "by": scene.verifier},
    )


def test_any_file_on_any_piece_is_no_copy_of_the_disputed_item(conn, scene):
    claims.withdraw_evidence(conn, evidence_id=scene.archived, user_id=scene.verifier)
    evidence(conn, scene.claim, scene.verifier, kind="press", title="Bài", file_sha256="1" * 64)
    values = {
        "claim": scene.claim,
        "code": "fabricated",
        "true": "x",
        "counter": "x",
        "emergency": None,
        "by": scene.verifier,
    }
    assert refused(conn, PROPOSE, values).diag.constraint_name == "evidence.archived_item"


def test_who_approves_confirms_independence(conn, proposed):
    values = {
        "verdict": proposed.verdict,
        "decision": "approve",
        "by": proposed.approver,
        "reason": None,
        "sha": proposed.sha,
    }
    said = refused(conn, DECIDE.replace("true)", "NULL)"), values)
    assert said.diag.constraint_name == "verdict.independence"
