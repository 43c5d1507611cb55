"""Claims and what was established about them: evidence, attempts to reach the source, verdicts of two persons.

The gate itself (who, how many, with what evidence) is the database's: migration 0004. What it refuses comes back as
Forbidden, Conflict, Invalid or NotFound.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from db.core.connection import Connection, many, one, rules


class Verdict(StrEnum):
    """What was established about a claim (the same words as the database's check)."""

    AUTHENTIC = "authentic"
    PARTLY_FALSE = "partly_false"
    FABRICATED = "fabricated"
    ACCURATE = "accurate"
    NOT_CHECKABLE = "not_checkable"
    INSUFFICIENT = "insufficient"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One checkable sentence, with the verdict in force, or ``withdrawn`` where the public label was taken back."""

    id: int
    case_id: int | None
    body: str
    said_on: date | None
    place: str | None
    field: str | None
    channel: str | None
    criticised_agency: str | None
    created_at: datetime
    created_name: str
    verdict: str | None
    verdict_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A piece of evidence that stands."""

    id: int
    claim_id: int
    kind: str
    title: str
    url: str | None
    body: str | None
    issuer: str | None
    independent: bool
    capture_id: int | None
    file_sha256: str | None
    added_by: int
    display_name: str
    added_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """An attempt to reach the source, the office, a witness."""

    id: int
    claim_id: int
    whom: str
    how: str
    at: datetime
    result: str
    display_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A proposed verdict with what became of it. ``text_sha256`` is the digest of what an approver must have read;
    ``now_sha256`` the digest as things stand: where they differ, evidence changed after the proposal."""

    id: int
    claim_id: int
    code: str
    what_is_true: str
    reasoning: str
    counter_evidence: str
    emergency_reason: str | None
    proposed_by: int
    proposed_name: str
    proposed_at: datetime
    text_sha256: str
    now_sha256: str
    decision: str | None
    decided_by: int | None
    decided_name: str | None
    decided_at: datetime | None
    decision_reason: str | None


def add(
    conn: Connection,
    *,
    case_id: int | None,
    body: str,
    user_id: int,
    said_on: date | None = None,
    place: str = "",
    field: str = "",
    channel: str = "",
    criticised_agency: str = "",
    replaces: int | None = None,
) -> int:
    """Keeps a claim; returns its number. A claim's wording is never changed: a better one is a new claim, which may
    replace one on which nothing has been built; the articles of the old one are then the new one's too."""
    with rules(), conn.transaction():
        row = conn.execute(
            "INSERT INTO claims (case_id, body, said_on, place, field, channel, criticised_agency, created_by, replaces)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id",
            [
                case_id, body, said_on, place or None, field or None, channel or None, criticised_agency or None,
                user_id, replaces,
            ],
        ).fetchone()  # fmt: skip
        assert row is not None
        if replaces is not None:
            conn.execute(
                "INSERT INTO claim_articles (claim_id, article_id, version_id, relation, quote, start_at, end_at, set_by)"
                " SELECT %s, article_id, version_id, relation, quote, start_at, end_at, set_by FROM claim_articles WHERE claim_id = %s ORDER BY id",
                [row[0], replaces],
            )
    return int(row[0])


def get(conn: Connection, claim_id: int) -> Claim:
    """The claim, or NotFound."""
    return one(
        conn,
        Claim,
        "SELECT c.id, c.case_id, c.body, c.said_on, c.place, c.field, c.channel, c.criticised_agency, c.created_at,"
        " u.display_name AS created_name, CASE WHEN withdrawn(f.verdict_id) THEN 'withdrawn' ELSE f.code END AS verdict,"
        " f.approved_at AS verdict_at FROM claims c"
        " JOIN users u ON u.id = c.created_by LEFT JOIN latest_verdicts f ON f.claim_id = c.id WHERE c.id = %s",
        [claim_id],
    )


def of_case(conn: Connection, *, case_id: int) -> list[Claim]:
    """The claims of a case, oldest first."""
    return many(
        conn,
        Claim,
        "SELECT c.id, c.case_id, c.body, c.said_on, c.place, c.field, c.channel, c.criticised_agency, c.created_at,"
        " u.display_name AS created_name, c.code AS verdict, c.approved_at AS verdict_at FROM claims_in_force c"
        " JOIN users u ON u.id = c.created_by WHERE c.case_id = %s ORDER BY c.id",
        [case_id],
        often=True,
    )


def listed(
    conn: Connection, *, text: str = "", verdict: str = "", before: int | None = None, limit: int = 50,
    restricted: bool = True,
) -> list[Claim]:  # fmt: skip
    """Claims, newest first, whose words hold ``text`` (marks may be missing) and whose verdict in force is ``verdict``
    (``unrated``: none); below the number ``before``; those of restricted cases only where ``restricted`` says so."""
    return many(
        conn,
        Claim,
        # chosen first, joined afterwards: a page of fifty asks for fifty verdicts
        "WITH c AS MATERIALIZED (SELECT id, case_id, body, said_on, place, field, channel, criticised_agency, created_at, created_by, code, approved_at"
        "   FROM claims_in_force s WHERE (%(before)s::bigint IS NULL OR id < %(before)s)"
        "   AND (%(text)s = '' OR strpos(fold(body), fold(%(text)s)) > 0)"
        "   AND (%(verdict)s = '' OR coalesce(code, 'unrated') = %(verdict)s)"
        "   AND (%(restricted)s OR NOT EXISTS (SELECT FROM cases k WHERE k.id = s.case_id AND k.restricted))"
        "   ORDER BY id DESC LIMIT %(limit)s)"
        " SELECT c.id, c.case_id, c.body, c.said_on, c.place, c.field, c.channel, c.criticised_agency, c.created_at,"
        " u.display_name AS created_name, c.code AS verdict, c.approved_at AS verdict_at FROM c"
        " JOIN users u ON u.id = c.created_by ORDER BY c.id DESC",
        {"text": text, "verdict": verdict, "before": before, "limit": limit, "restricted": restricted},
    )


def add_evidence(
    conn: Connection,
    *,
    claim_id: int,
    kind: str,
    title: str,
    user_id: int,
    url: str = "",
    body: str = "",
    issuer: str = "",
    independent: bool = False,
    capture_id: int | None = None,
    file_sha256: str | None = None,
) -> int:
    """Keeps a piece of evidence; returns its number."""
    with rules(), conn.transaction():
        row = conn.execute(
            "INSERT INTO evidence (claim_id, kind, title, url, body, issuer, independent, capture_id, file_sha256, added_by)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id",
            [
                claim_id,
                kind,
                title,
                url or None,
                body or None,
                issuer or None,
                independent,
                capture_id,
                file_sha256,
                user_id,
            ],
        ).fetchone()
        if capture_id is not None:
            # a capture that is evidence is passed by when old captures go
            conn.execute("UPDATE captures SET held = true WHERE id = %s", [capture_id])
    assert row is not None
    return int(row[0])


def withdraw_evidence(conn: Connection, *, evidence_id: int, user_id: int) -> int:
    """Withdraws a piece: a row of its own says so, the piece itself stays on record. Returns the claim's number."""
    with rules(), conn.transaction():
        row = conn.execute(
            "INSERT INTO evidence (claim_id, kind, title, added_by, replaces, withdrawn)"
            " SELECT claim_id, kind, title, %(user)s, id, true FROM standing_evidence WHERE id = %(id)s RETURNING claim_id",
            {"id": evidence_id, "user": user_id},
        ).fetchone()
    if row is None:
        from db.core.errors import Conflict

        raise Conflict("this piece of evidence was withdrawn already", code="evidence.withdrawn")
    return int(row[0])


def evidence_of(conn: Connection, *, case_id: int) -> list[Evidence]:
    """The evidence that stands for the claims of a case, oldest first."""
    return many(
        conn,
        Evidence,
        "SELECT e.id, e.claim_id, e.kind, e.title, e.url, e.body, e.issuer, e.independent, e.capture_id, e.file_sha256,"
        " e.added_by, u.display_name, e.added_at FROM standing_evidence e JOIN claims c ON c.id = e.claim_id"
        " JOIN users u ON u.id = e.added_by WHERE c.case_id = %s ORDER BY e.id",
        [case_id],
        often=True,
    )


def add_attempt(
    conn: Connection, *, claim_id: int, whom: str, how: str, at: datetime, result: str, user_id: int
) -> int:
    """Logs an attempt to reach somebody (a role or an outlet, not a private name)."""
    with rules(), conn.transaction():
        row = conn.execute(
            "INSERT INTO contact_attempts (claim_id, whom, how, at, result, made_by) VALUES (%s, %s, %s, %s, %s, %s) RETURNING id",
            [claim_id, whom, how, at, result, user_id],
        ).fetchone()
    assert row is not None
    return int(row[0])


def attempts_of(conn: Connection, *, case_id: int) -> list[Attempt]:
    """Attempts logged for the claims of a case, oldest first."""
    return many(
        conn,
        Attempt,
        "SELECT t.id, t.claim_id, t.whom, t.how, t.at, t.result, u.display_name FROM contact_attempts t"
        " JOIN claims c ON c.id = t.claim_id JOIN users u ON u.id = t.made_by WHERE c.case_id = %s ORDER BY t.id",
        [case_id],
    )


def propose(
    conn: Connection,
    *,
    claim_id: int,
    code: str,
    what_is_true: str,
    reasoning: str,
    counter_evidence: str,
    user_id: int,
    emergency_reason: str = "",
) -> int:
    """Proposes a verdict; returns its number. Refused where the evidence rule is not met."""
    with rules(), conn.transaction():
        row = conn.execute(
            "INSERT INTO verdicts (claim_id, code, what_is_true, reasoning, counter_evidence, emergency_reason, proposed_by, text_sha256)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, '') RETURNING id",
            [claim_id, code, what_is_true, reasoning, counter_evidence, emergency_reason or None, user_id],
        ).fetchone()
    assert row is not None
    return int(row[0])


def decide(
    conn: Connection,
    *,
    verdict_id: int,
    decision: str,
    user_id: int,
    seen_sha256: str,
    reason: str = "",
    independence: bool = False,
) -> int:
    """Approves, returns or asks for a third person; ``seen_sha256`` is the digest of the text that was on the screen,
    ``independence`` what approving "not true" asks for: the person confirms that a piece is independent of the office."""
    with rules(), conn.transaction():
        row = conn.execute(
            "INSERT INTO verdict_decisions (verdict_id, decision, decided_by, reason, seen_sha256, independence_confirmed)"
            " VALUES (%s, %s, %s, %s, %s, %s) RETURNING id",
            [verdict_id, decision, user_id, reason or None, seen_sha256, independence or None],
        ).fetchone()
    assert row is not None
    return int(row[0])


def proposals_of(conn: Connection, *, case_id: int) -> list[Proposal]:
    """All proposed verdicts of a case, newest first, each with the decision on it."""
    return many(
        conn,
        Proposal,
        "SELECT v.id, v.claim_id, v.code, v.what_is_true, v.reasoning, v.counter_evidence, v.emergency_reason, v.proposed_by,"
        " p.display_name AS proposed_name, v.proposed_at, v.text_sha256, verdict_digest(v) AS now_sha256, d.decision,"
        " d.decided_by, x.display_name AS decided_name, d.decided_at, d.reason AS decision_reason"
        " FROM verdicts v JOIN claims c ON c.id = v.claim_id JOIN users p ON p.id = v.proposed_by"
        " LEFT JOIN LATERAL (SELECT decision, decided_by, decided_at, reason FROM verdict_decisions WHERE verdict_id = v.id"
        "   ORDER BY decision = 'split', id DESC LIMIT 1) d ON true LEFT JOIN users x ON x.id = d.decided_by"
        " WHERE c.case_id = %s ORDER BY v.id DESC",
        [case_id],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimState:
    """Where a verified claim stands now: its verdict in force (or ``withdrawn``), its case, and what the public reads
    about it."""

    id: int
    code: str
    case_id: int | None
    restricted: bool
    publication_id: int | None


def current_states(conn: Connection, *, ids: list[int]) -> list[ClaimState]:
    """How those of the claims ``ids`` stand that have a verdict in force."""
    return many(
        conn,
        ClaimState,
        "SELECT c.id, c.code, c.case_id, coalesce(k.restricted, false) AS restricted,"
        " (SELECT p.id FROM publications p WHERE p.claim_id = c.id AND p.kind <> 'withdrawal'"
        "   AND NOT EXISTS (SELECT FROM publications n WHERE n.replaces = p.id)) AS publication_id"
        " FROM claims_in_force c LEFT JOIN cases k ON k.id = c.case_id WHERE c.id = ANY (%s) AND c.code IS NOT NULL",
        [ids],
        often=True,
    )
