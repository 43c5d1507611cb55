"""Cases: where the work on an event stands, every movement, and who owes what until when.

The rules (which step, which role, which version, which reason) stand in the database, migration 0004; a refusal comes
back as Forbidden, Conflict, Invalid or NotFound.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from psycopg.types.json import Jsonb

from db.core.connection import Connection, act_as, first, many, one, rules
from db.core.errors import Conflict, Invalid, NotFound


class CaseState(StrEnum):
    """Where the work stands (the same words, in the same order, as the table case_states)."""

    FLAGGED = "flagged"
    TRIAGE = "triage"
    VERIFY = "verify"
    WAITING = "waiting"
    DECIDE = "decide"
    RESPOND = "respond"
    PUBLISH = "publish"
    PUBLISHED = "published"
    FOLLOW_UP = "follow_up"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A case. ``version`` counts its movements; ``critical`` cases are answered and never published."""

    id: int
    event_id: int | None
    title: str
    state: str
    version: int
    opened_at: datetime
    opened_by: str
    changed_at: datetime
    priority: float
    field: str | None
    critical: bool
    restricted: bool
    emergency: bool
    assigned_to: int | None
    assigned_name: str | None
    agency: str | None
    due_at: datetime | None
    outcome: str | None
    wants_second: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One movement of a case, with who made it; nobody where two events became one without anyone asking."""

    id: int
    action: str
    from_state: str
    to_state: str
    actor_id: int | None
    display_name: str | None
    role: str | None
    at: datetime
    reason: str | None
    data: dict[str, Any]
    seen_version: int
    reverses: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """A line of the transition table."""

    from_state: str
    action: str
    to_state: str
    roles: list[str]
    needs_reason: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A remark of a colleague."""

    id: int
    user_id: int
    display_name: str
    at: datetime
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRow:
    """A row of the audit chain, as the screens show it."""

    id: int
    at: datetime
    actor: str
    role: str | None
    action: str
    subject: str
    before: Any
    after: Any
    reason: str | None


_CASES: Final = (
    "SELECT c.id, c.event_id, c.title, c.state, c.version, c.opened_at, c.opened_by, c.changed_at, c.priority, c.field,"
    " c.critical, c.restricted, c.emergency, c.assigned_to, u.display_name AS assigned_name, c.agency, c.due_at,"
    " c.outcome, c.wants_second FROM cases c LEFT JOIN users u ON u.id = c.assigned_to"
)


def get(conn: Connection, case_id: int) -> Case:
    """The case, or NotFound."""
    return one(
        conn,
        Case,
        _CASES + " WHERE c.id = %s",
        [case_id],
        often=True,
    )


def hold(conn: Connection, case_id: int) -> int:
    """Keeps others from moving the case until this transaction ends; returns its version now. Whoever moves a case after
    writing to the audit holds it first: all take the case before the audit, so that no two wait for each other."""
    row = conn.execute("SELECT version FROM cases WHERE id = %s FOR NO KEY UPDATE", [case_id]).fetchone()
    if row is None:
        raise NotFound("Case not found", code="row.not_found")
    return int(row[0])


def of_event(conn: Connection, event_id: int) -> Case | None:
    """The case of an event, or None where the event was never flagged."""
    return first(
        conn,
        Case,
        _CASES + " WHERE c.event_id = %s",
        [event_id],
        often=True,
    )


def open_by_staff(
    conn: Connection, *, event_id: int | None, title: str, field: str | None, actor: str
) -> Case:
    """Opens a case by hand, for an event that was not flagged or for something that has no press item yet."""
    act_as(conn, actor)
    if event_id is not None and of_event(conn, event_id) is not None:
        raise Conflict("this event has a case already", code="case.exists")
    row = conn.execute(
        "INSERT INTO cases (event_id, title, opened_by, field, title_written)"
        " VALUES (%(event)s, %(title)s, 'staff', %(field)s,"
        " NOT EXISTS (SELECT FROM events WHERE id = %(event)s AND title = %(title)s)) RETURNING id",
        {"event": event_id, "title": title, "field": field},
    ).fetchone()
    if row is None:
        raise Conflict("this event has a case already", code="case.exists")
    conn.execute("SELECT note_in_audit(%s, NULL, 'case.open', %s)", [actor, f"case:{row[0]}"])
    return get(conn, int(row[0]))


def act(
    conn: Connection,
    *,
    case_id: int,
    action: str,
    user_id: int,
    seen_version: int,
    reason: str = "",
    data: dict[str, Any] | None = None,
) -> int:
    """Moves a case one step; returns the number of the movement.

    Raises Conflict when the case has moved since ``seen_version`` or has no such step, Forbidden for the wrong role,
    Invalid when a reason or what the step needs is missing.
    """
    with rules(), conn.transaction():
        row = conn.execute(
            "INSERT INTO case_actions (case_id, action, from_state, to_state, actor_id, reason, data, seen_version)"
            " VALUES (%s, %s, '', '', %s, %s, %s, %s) RETURNING id",
            [case_id, action, user_id, reason or None, Jsonb(data or {}), seen_version],
        ).fetchone()
    assert row is not None
    return int(row[0])


# Decided together with a verdict or a publication: nobody takes these back by an undo (the database refuses it).
LASTING = frozenset({"propose", "approve", "split", "publish", "withdraw", "correct"})


def undo(conn: Connection, *, case_id: int, user_id: int, seen_version: int, action_id: int) -> int:
    """Takes back one's own last movement within fifteen seconds, by a movement of its own; none of ``LASTING``."""
    with rules(), conn.transaction():
        row = conn.execute(
            "INSERT INTO case_actions (case_id, action, from_state, to_state, actor_id, seen_version, reverses)"
            " VALUES (%s, 'undo', '', '', %s, %s, %s) RETURNING id",
            [case_id, user_id, seen_version, action_id],
        ).fetchone()
    assert row is not None
    return int(row[0])


def history(conn: Connection, *, case_id: int, since_version: int = 0) -> list[Action]:
    """The movements of a case, oldest first; with ``since_version`` those made after that version was seen."""
    return many(
        conn,
        Action,
        "SELECT a.id, a.action, a.from_state, a.to_state, a.actor_id, u.display_name, u.role, a.at, a.reason, a.data,"
        " a.seen_version, a.reverses FROM case_actions a JOIN users u ON u.id = a.actor_id"
        " WHERE a.case_id = %(case)s AND a.seen_version >= %(since)s UNION ALL"
        # its event went into another: no step of the table, and made by whoever asked or by nobody
        " SELECT 0, 'join', j.from_state, j.to_state, j.asked_by, u.display_name, u.role, j.at, NULL,"
        " jsonb_build_object('into_case', j.into_case), j.seen_version, NULL"
        " FROM case_joins j LEFT JOIN users u ON u.id = j.asked_by"
        " WHERE j.case_id = %(case)s AND j.seen_version >= %(since)s UNION ALL"
        # its event told something new: no step of the table either, and nobody's
        " SELECT 0, 'come_back', 'closed', 'flagged', NULL, NULL, NULL, r.at, NULL, jsonb_build_object('news', r.news), r.seen_version, NULL"
        " FROM case_returns r WHERE r.case_id = %(case)s AND r.seen_version >= %(since)s ORDER BY 8, 1",
        {"case": case_id, "since": since_version},
        often=True,
    )


def steps(conn: Connection) -> list[Transition]:
    """The whole transition table, in the order of the states."""
    return many(
        conn,
        Transition,
        "SELECT t.from_state, t.action, t.to_state, t.roles, t.needs_reason FROM transitions t"
        " JOIN case_states s ON s.state = t.from_state JOIN case_states z ON z.state = t.to_state"
        " ORDER BY s.position, z.position, t.action",
    )


def steps_from(conn: Connection, *, state: str, role: str) -> list[Transition]:
    """The steps out of a state that are open to a role."""
    return [step for step in steps(conn) if step.from_state == state and role in step.roles]


def assign(
    conn: Connection,
    *,
    case_id: int,
    assigned_to: int | None,
    agency: str | None,
    due_at: datetime | None,
    field: str | None,
    restricted: bool,
    emergency: bool,
    actor: str,
) -> None:
    """Says who works on it, which office owes the answer, until when, and of what kind it is; audited by trigger."""
    act_as(conn, actor)
    _may_hold(conn, assigned_to)
    conn.execute(
        "UPDATE cases SET assigned_to = %s, agency = %s, due_at = %s, field = %s, restricted = %s, emergency = %s WHERE id = %s",
        [assigned_to, agency, due_at, field, restricted, emergency, case_id],
    )


def rename(conn: Connection, *, case_id: int, title: str, actor: str) -> None:
    """Gives the case and its event a title of a person's, which no telling changes any more; audited by trigger."""
    act_as(conn, actor)
    row = conn.execute(
        "UPDATE cases SET title = %s, title_written = true WHERE id = %s RETURNING event_id", [title, case_id]
    ).fetchone()
    if row is not None and row[0] is not None:
        conn.execute(
            "UPDATE events SET title = %(t)s, written_title = %(t)s WHERE id = %(id)s",
            {"t": title, "id": row[0]},
        )


def _may_hold(conn: Connection, user_id: int | None) -> None:
    """Raises Invalid for an account that cases are not given to: unknown, out of service, leader or administrator."""
    if user_id is None:
        return
    able = conn.execute(
        "SELECT FROM users WHERE id = %s AND disabled_at IS NULL AND role IN ('monitor', 'verifier', 'approver')",
        [user_id],
    ).fetchone()
    if able is None:
        raise Invalid(
            "assigned_to",
            "cases are assigned to monitors, verifiers and approvers in service",
            code="case.assignee",
        )


def set_due(conn: Connection, *, case_id: int, due_at: datetime, actor: str) -> None:
    """Sets until when the case is due; audited by trigger."""
    act_as(conn, actor)
    conn.execute("UPDATE cases SET due_at = %s WHERE id = %s", [due_at, case_id])


def hand_to(conn: Connection, *, case_ids: list[int], user_id: int | None, actor: str) -> int:
    """Assigns several cases at once; returns how many. Raises Invalid for somebody who holds no cases."""
    act_as(conn, actor)
    _may_hold(conn, user_id)
    return conn.execute("UPDATE cases SET assigned_to = %s WHERE id = ANY (%s)", [user_id, case_ids]).rowcount


def remark(conn: Connection, *, case_id: int, user_id: int, body: str) -> None:
    """Keeps a note."""
    with rules(), conn.transaction():
        conn.execute(
            "INSERT INTO notes (case_id, user_id, body) VALUES (%s, %s, %s)", [case_id, user_id, body]
        )


def notes(conn: Connection, *, case_id: int) -> list[Note]:
    """The notes on a case, oldest first."""
    return many(
        conn,
        Note,
        "SELECT n.id, n.user_id, u.display_name, n.at, n.body FROM notes n JOIN users u ON u.id = n.user_id"
        " WHERE n.case_id = %s ORDER BY n.id",
        [case_id],
        often=True,
    )


def audited(
    conn: Connection,
    *,
    subject: str = "",
    actor: str = "",
    action: str = "",
    before: int | None = None,
    limit: int = 100,
) -> list[AuditRow]:
    """Rows of the audit chain, newest first, of a subject, an actor, an action; below the number ``before``."""
    return many(
        conn,
        AuditRow,
        "SELECT id, at, actor, role, action, subject, before, after, reason FROM audit"
        " WHERE (%(subject)s = '' OR subject = %(subject)s) AND (%(actor)s = '' OR actor = %(actor)s)"
        " AND (%(action)s = '' OR action = %(action)s) AND (%(before)s::bigint IS NULL OR id < %(before)s)"
        " ORDER BY id DESC LIMIT %(limit)s",
        {"subject": subject, "actor": actor, "action": action, "before": before, "limit": limit},
    )


def restricted_articles(conn: Connection, *, article_ids: list[int]) -> set[int]:
    """Those of the articles that belong to the event of a restricted case."""
    return {
        int(row[0])
        for row in conn.execute(
            "SELECT m.article_id FROM event_members m JOIN cases k ON k.event_id = m.event_id AND k.restricted"
            " WHERE m.article_id = ANY (%s)",
            [article_ids],
        ).fetchall()
    }


def any_restricted(
    conn: Connection, *, cases: list[int], events: list[int], articles: list[int], claims: list[int]
) -> bool:
    """Whether any of these is a restricted case, or its event, one of its articles, one of its claims."""
    row = conn.execute(
        "SELECT EXISTS (SELECT FROM cases WHERE id = ANY (%(cases)s) AND restricted)"
        " OR EXISTS (SELECT FROM cases WHERE event_id = ANY (%(events)s) AND restricted)"
        " OR EXISTS (SELECT FROM event_members m JOIN cases k ON k.event_id = m.event_id AND k.restricted"
        "   WHERE m.article_id = ANY (%(articles)s))"
        " OR EXISTS (SELECT FROM claims c JOIN cases k ON k.id = c.case_id AND k.restricted WHERE c.id = ANY (%(claims)s))",
        {"cases": cases, "events": events, "articles": articles, "claims": claims},
        prepare=True,
    ).fetchone()
    return row is not None and bool(row[0])
