"""Rows that were rewritten by somebody who owns the tables are found, though the chain itself is whole."""

from __future__ import annotations

import hashlib

import pytest
from gate_scene import Scene
from psycopg import sql

import db.core.audit
from db.core.audit_tables import difference
from db.core.connection import Connection
from db.desk import cases, claims, publications


@pytest.fixture
def conn(owner_conn: Connection) -> Connection:
    """The owner's connection: whoever holds it can switch every rule off."""
    return owner_conn


@pytest.fixture
def published(conn: Connection, proposed: Scene) -> Scene:
    conn.execute(
        "INSERT INTO catalogue_entries (kind, name, data) VALUES ('label', 'fabricated', '{\"title\": \"Tin giả\"}')"
    )
    claims.decide(
        conn, verdict_id=proposed.verdict, decision="approve", user_id=proposed.approver, seen_sha256=proposed.sha, independence=True
    )  # fmt: skip
    cases.act(conn, case_id=proposed.case, action="approve", user_id=proposed.approver, seen_version=3)
    cases.act(conn, case_id=proposed.case, action="to_publish", user_id=proposed.approver, seen_version=4)
    publications.publish(
        conn, claim_id=proposed.claim, kind="label", user_id=proposed.approver, seen_sha256=proposed.sha
    )
    return proposed


FORGED = {
    "verdict's reasoning": ("verdicts", "UPDATE verdicts SET reasoning = 'khác'"),
    "verdict's code": ("verdicts", "UPDATE verdicts SET code = 'partly_false'"),
    "verdict's proposer": ("verdicts", "UPDATE verdicts SET proposed_by = (SELECT max(id) FROM users)"),
    "verdict gone": ("verdict", "DELETE FROM publications; DELETE FROM verdict_decisions; DELETE FROM verdicts"),
    "decision's person": ("verdict_decisions", "UPDATE verdict_decisions SET decided_by = (SELECT max(id) FROM users)"),
    "decision's day": ("verdict_decisions", "UPDATE verdict_decisions SET decided_at = decided_at - interval '9 days'"),
    "decision added": (
        "verdict_decisions",
        "INSERT INTO verdict_decisions (verdict_id, decision, decided_by, seen_sha256) SELECT verdict_id, 'split', decided_by, 'x' FROM verdict_decisions",
    ),
    "evidence's title": ("evidence", "UPDATE evidence SET title = 'khác' WHERE id = (SELECT min(id) FROM evidence)"),
    "evidence's independence": ("evidence", "UPDATE evidence SET independent = NOT independent"),
    "evidence gone": ("evidence", "DELETE FROM evidence WHERE id = (SELECT max(id) FROM evidence)"),
    "evidence added": (
        "evidence",
        "INSERT INTO evidence (claim_id, kind, title, added_by) SELECT claim_id, kind, title, added_by FROM evidence LIMIT 1",
    ),
    "attempt's time": ("contact_attempts", "UPDATE contact_attempts SET at = at - interval '1 hour'"),
    "publication's why": ("publications", "UPDATE publications SET why = 'khác'"),
    "publication's evidence": ("publications", "UPDATE publications SET evidence = '[{\"title\": \"Bịa\"}]'"),
    "publication gone": ("publications", "DELETE FROM publications"),
    "publication added": (
        "publications",
        "INSERT INTO publications (claim_id, verdict_id, kind, code, label, claim, what_is_true, why, office, text_sha256, published_by)"
        " SELECT claim_id, verdict_id, kind, code, label, claim, what_is_true, why, office, text_sha256, published_by FROM publications",
    ),
    "a role": ("users", "UPDATE users SET role = 'approver' WHERE role = 'leader'"),
    "a password": ("users", "UPDATE users SET password_hash = 'mine' WHERE id = (SELECT max(id) FROM users)"),
    "a second factor": ("users", "UPDATE users SET totp_secret = 'MINE' WHERE id = (SELECT max(id) FROM users)"),
    "who was entrusted": ("users", "UPDATE users SET entrusted_at = NULL WHERE id = (SELECT max(id) FROM users)"),
    "a disabled one back": ("users", "UPDATE users SET disabled_at = NULL WHERE disabled_at IS NOT NULL"),
    "an account added": (
        "users",
        "INSERT INTO users (name, display_name, role, password_hash) VALUES ('ghost', 'Ghost', 'approver', 'x')",
    ),
}  # fmt: skip


def test_what_the_desk_did_agrees_with_the_chain(conn: Connection, published: Scene) -> None:
    assert difference(conn) is None
    claims.withdraw_evidence(conn, evidence_id=published.archived, user_id=published.other)
    conn.execute("SELECT set_password(%s, 'other', true)", [published.leader])
    conn.execute("SET timezone = 'Pacific/Chatham'")
    assert difference(conn) is None


@pytest.mark.parametrize("forged", FORGED)
def test_a_row_that_was_rewritten_without_the_rules_is_named(
    conn: Connection, published: Scene, forged: str
) -> None:
    table, statements = FORGED[forged]
    for name in ("verdicts", "verdict_decisions", "evidence", "contact_attempts", "publications", "users"):
        conn.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(sql.Identifier(name)))
    for statement in statements.split(";"):
        assert conn.execute(statement).rowcount > 0  # type: ignore[call-overload]
    assert db.core.audit.walk(conn).why is None
    said = difference(conn)
    assert said is not None
    assert said.startswith(table), said


def test_a_stamped_head_that_is_not_in_the_chain_is_named(conn: Connection, published: Scene) -> None:
    number, head, _ = db.core.audit.head(conn) or (0, "", None)
    conn.execute(
        "INSERT INTO stamp_requests (subject, data) VALUES (%s, convert_to(%s, 'UTF8'))",
        [f"audit:{number}", head],
    )
    assert difference(conn) is None
    other = hashlib.sha256(b"another past").hexdigest()
    conn.execute(
        "INSERT INTO stamp_requests (subject, data) VALUES (%s, convert_to(%s, 'UTF8'))",
        [f"audit:{number - 1}", other],
    )
    assert difference(conn) == f"row {number - 1}: a time stamp holds another hash of it"
