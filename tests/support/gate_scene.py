"""A case ready to be decided, one person of each role, and the statements by which each attempt is made."""

from __future__ import annotations

from dataclasses import dataclass

import psycopg
import pytest
import seeding

from db.desk import claims

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
    if sha256 := more.get("file_sha256"):
        seeding.upload(conn, sha256)
    return claims.add_evidence(
        conn, **{"claim_id": claim, "user_id": user, "kind": "primary", "title": "Biên bản thử", **more}
    )


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
    "INSERT INTO verdict_decisions (verdict_id, decision, decided_by, reason, seen_sha256, independence_confirmed)"
    " VALUES (%(verdict)s, %(decision)s, %(by)s, %(reason)s, %(sha)s, true)"
)
ACT = (
    "INSERT INTO case_actions (case_id, action, from_state, to_state, actor_id, reason, data, seen_version)"
    " VALUES (%(case)s, %(action)s, 'publish', 'published', %(by)s, %(reason)s, %(data)s, %(seen)s)"
)
