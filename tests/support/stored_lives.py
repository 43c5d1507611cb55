"""Lives of cases written into the database as they would stand there, past the triggers: their times lie in the past."""

from __future__ import annotations

import random
from typing import Any

import seeding
from case_lives import Life

from db.core.connection import Connection

GUARDED = (
    "cases", "case_actions", "case_joins", "events", "claims", "verdicts", "verdict_decisions", "publications", "responses",
    "response_outcomes",
)  # fmt: skip


def store(owner: Connection, lives: list[Life]) -> dict[int, int]:
    """Writes ``lives``; returns the number of each stored case by the number of its life. Undone steps lie between."""
    for table in GUARDED:
        owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")  # type: ignore[call-overload]
    person = seeding.user(owner, role="approver").id
    article = seeding.article(owner)
    return {life.case: _store(owner, life, person=person, article=article) for life in lives}


def _id(conn: Connection, sql: Any, values: list[Any]) -> int:
    row = conn.execute(sql, values).fetchone()
    assert row is not None
    return int(row[0])


def _store(conn: Connection, life: Life, *, person: int, article: int) -> int:
    event = None
    if not life.citizen:
        event = _id(
            conn,
            "INSERT INTO events (title, started_at, last_at, first_article_id, scopes) VALUES ('x', %s, %s, %s, '{domestic}') RETURNING id",
            [life.published_at, life.published_at, article],
        )
    steps = [h.at for h in life.happenings if h.what == "step"]
    case = _id(
        conn,
        "INSERT INTO cases (event_id, title, state, opened_at, opened_by, changed_at, restricted, elsewhere)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s) RETURNING id",
        [
            event, f"Vụ việc {life.case}", life.state, life.opened_at, "report" if life.citizen else "classifier",
            steps[-1] if steps else life.opened_at, life.restricted, life.elsewhere,
        ],
    )  # fmt: skip
    verdict = claim = 0
    state = "flagged"
    for h in life.happenings:
        if h.what == "concluded":
            claim, verdict = _concluded(conn, case, h.at, person=person, outcome=h.outcome)
        elif h.what == "withdrawn" and verdict:
            _withdrawn(conn, claim, verdict, h.at, person=person)
        elif h.what == "reply":
            answer = _id(
                conn,
                "INSERT INTO responses (case_id, kind, drafted_by) VALUES (%s, 'absorb', %s) RETURNING id",
                [case, person],
            )
            conn.execute(
                "INSERT INTO response_outcomes (response_id, outcome, set_by, set_at) VALUES (%s, %s, %s, %s)",
                [answer, h.outcome, person, h.at],
            )
        elif h.action == "joined":
            conn.execute(
                "INSERT INTO case_joins (case_id, into_case, at, from_state, to_state, seen_version) VALUES (%s, %s, %s, %s, 'closed', 1)",
                [case, _other(conn, case), h.at, state],
            )
            state = "closed"
        elif h.action == "come_back":  # its event told something new
            conn.execute(
                "INSERT INTO case_returns (case_id, at, closed_at, seen_version, news) VALUES (%s, %s, %s, 1, '[]')",
                [case, h.at, h.at],
            )
            state = h.to_state
        elif h.what == "step":
            _step(
                conn,
                case,
                h.at,
                h.action,
                state,
                h.to_state,
                person=person,
                undone=random.Random(case).random() < 0.2,
            )
            state = h.to_state
    return case


def _other(conn: Connection, case: int) -> int:
    return _id(
        conn,
        "SELECT coalesce((SELECT max(id) FROM cases WHERE id < %s), (SELECT min(id) FROM cases WHERE id <> %s))",
        [case, case],
    )


def _step(
    conn: Connection,
    case: int,
    at: Any,
    action: str,
    from_state: str,
    to_state: str,
    *,
    person: int,
    undone: bool,
) -> None:
    insert = (
        "INSERT INTO case_actions (case_id, action, from_state, to_state, actor_id, at, seen_version, reverses)"
        " VALUES (%s, %s, %s, %s, %s, %s, 1, %s) RETURNING id"
    )
    if undone:  # a slip of the finger at the same moment, taken back
        slip = _id(conn, insert, [case, "dismiss", from_state, "closed", person, at, None])
        _id(conn, insert, [case, "undo", "closed", from_state, person, at, slip])
    _id(conn, insert, [case, action, from_state, to_state, person, at, None])


def _concluded(conn: Connection, case: int, at: Any, *, person: int, outcome: str) -> tuple[int, int]:
    claim = _id(
        conn,
        "INSERT INTO claims (case_id, body, created_by) VALUES (%s, 'Đập vỡ', %s) RETURNING id",
        [case, person],
    )
    verdict = _id(
        conn,
        "INSERT INTO verdicts (claim_id, code, what_is_true, reasoning, counter_evidence, proposed_by, proposed_at, text_sha256)"
        " VALUES (%s, %s, 'Đập an toàn', 'Vì thế', 'Không có', %s, %s, 'x') RETURNING id",
        [claim, outcome, person, at],
    )
    conn.execute(
        "INSERT INTO verdict_decisions (verdict_id, decision, decided_by, decided_at, seen_sha256) VALUES (%s, 'approve', %s, %s, 'x')",
        [verdict, person, at],
    )
    return claim, verdict


def _withdrawn(conn: Connection, claim: int, verdict: int, at: Any, *, person: int) -> None:
    conn.execute(
        "INSERT INTO publications (claim_id, verdict_id, kind, code, label, claim, what_is_true, why, office, text_sha256, published_by,"
        " published_at, public_note) VALUES (%s, %s, 'withdrawal', 'fabricated', 'Tin giả', 'Đập vỡ', 'x', 'x', 'x', 'x', %s, %s, 'Nhầm')",
        [claim, verdict, person, at],
    )
