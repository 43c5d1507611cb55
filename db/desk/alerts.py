"""Alert rules, what they found, and the outbox. Written by review_ui."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from db.core.connection import Connection, many, one


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What is watched. ``value``: signal, place, field, factor or hours, as the kind needs."""

    id: int
    title: str
    kind: str  # spike, high_band, place, field, source_silent, clock
    value: str
    enabled: bool
    urgent: bool  # passes quiet hours
    enabled_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where findings of a rule go."""

    id: int
    rule_id: int
    channel: str  # mail, webhook, telegram
    address: str
    role: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDelivery:
    """A delivery whose time has come, with what it tells."""

    id: int
    channel: str
    address: str
    urgent: bool
    message_id: UUID
    tries: int
    subject: str
    link: str
    rule: str
    found_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """A delivery for the log."""

    id: int
    rule: str
    subject: str
    channel: str
    address: str
    found_at: datetime
    due_at: datetime
    tries: int
    sent_at: datetime | None
    given_up_at: datetime | None
    last_why: str | None


def rules(conn: Connection) -> list[Rule]:
    """All rules, by title."""
    return many(
        conn,
        Rule,
        "SELECT id, title, kind, value, enabled, urgent, enabled_at FROM alert_rules ORDER BY title, id",
    )


def rule(conn: Connection, rule_id: int) -> Rule:
    """The rule, or NotFound."""
    return one(
        conn,
        Rule,
        "SELECT id, title, kind, value, enabled, urgent, enabled_at FROM alert_rules WHERE id = %s",
        [rule_id],
    )


def add_rule(
    conn: Connection, *, title: str, kind: str, value: str, urgent: bool, created_by: int | None
) -> int:
    """A new rule, switched off; returns its id."""
    row = conn.execute(
        "INSERT INTO alert_rules (title, kind, value, urgent, created_by) VALUES (%s, %s, %s, %s, %s) RETURNING id",
        [title, kind, value, urgent, created_by],
    ).fetchone()
    assert row is not None
    return int(row[0])


def switch(conn: Connection, rule_id: int, *, enabled: bool) -> None:
    """Switches a rule on or off. What happened before it was switched on is never sent."""
    conn.execute(
        "UPDATE alert_rules SET enabled = %(on)s, enabled_at = CASE WHEN %(on)s THEN now() END WHERE id = %(id)s",
        {"on": enabled, "id": rule_id},
    )


def remove_rule(conn: Connection, rule_id: int) -> None:
    """Removes a rule with its targets, findings and log."""
    conn.execute("DELETE FROM alert_rules WHERE id = %s", [rule_id])


def targets(conn: Connection) -> list[Target]:
    """All targets, by rule."""
    return many(
        conn, Target, "SELECT id, rule_id, channel, address, role FROM alert_targets ORDER BY rule_id, id"
    )


def add_target(conn: Connection, *, rule_id: int, channel: str, address: str, role: str | None) -> None:
    """Adds a target; the same one twice is one."""
    conn.execute(
        "INSERT INTO alert_targets (rule_id, channel, address, role) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
        [rule_id, channel, address, role],
    )


def remove_target(conn: Connection, target_id: int) -> None:
    """Removes a target; what waits for it is still delivered."""
    conn.execute("DELETE FROM alert_targets WHERE id = %s", [target_id])


def note_finding(
    conn: Connection, *, rule_id: int, key: str, subject: str, link: str, urgent: bool, due_at: datetime
) -> bool:
    """Stores a finding and its deliveries to every target of the rule, once for each key; whether it is new."""
    row = conn.execute(
        "INSERT INTO alert_findings (rule_id, key, subject, link) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (rule_id, key) DO NOTHING RETURNING id",
        [rule_id, key, subject, link],
    ).fetchone()
    if row is None:
        return False
    conn.execute(
        "INSERT INTO alert_deliveries (finding_id, channel, address, urgent, due_at)"
        " SELECT %s, channel, address, %s, %s FROM alert_targets WHERE rule_id = %s",
        [row[0], urgent, due_at, rule_id],
    )
    return True


def waiting(conn: Connection, *, now: datetime, most: int) -> list[DueDelivery]:
    """Deliveries of the address that waits longest, held by this transaction; other workers pass them by.

    A message that was tried before comes back with exactly what it held: under its old id nothing new may travel,
    or a receiver that drops doubles would drop the new with the old.
    """
    return many(
        conn,
        DueDelivery,
        """
        WITH next AS (SELECT channel, address, tries, message_id FROM alert_deliveries
                       WHERE sent_at IS NULL AND given_up_at IS NULL AND due_at <= %(now)s
                       ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
        SELECT d.id, d.channel, d.address, d.urgent, d.message_id, d.tries, f.subject, f.link, r.title AS rule, f.found_at
          FROM alert_deliveries d JOIN next n ON n.channel = d.channel AND n.address = d.address
          JOIN alert_findings f ON f.id = d.finding_id JOIN alert_rules r ON r.id = f.rule_id
         WHERE d.sent_at IS NULL AND d.given_up_at IS NULL AND d.due_at <= %(now)s
           AND (n.tries = 0 AND d.tries = 0 OR n.tries > 0 AND d.message_id = n.message_id)
         ORDER BY d.urgent DESC, f.id LIMIT %(most)s
           FOR UPDATE OF d SKIP LOCKED
        """,
        {"now": now, "most": most},
    )


def sent_lately(conn: Connection, *, channel: str, address: str, now: datetime) -> list[datetime]:
    """When messages went to an address in the last hour, oldest first; several findings in one message count once."""
    rows = conn.execute(
        "SELECT min(sent_at) FROM alert_deliveries WHERE channel = %s AND address = %s AND sent_at > %s GROUP BY message_id ORDER BY 1",
        [channel, address, now - timedelta(hours=1)],
    ).fetchall()
    return [at for (at,) in rows]


def mark_sent(conn: Connection, ids: list[int], *, message_id: UUID, at: datetime) -> None:
    """The receiver said yes to these, in one message."""
    conn.execute(
        "UPDATE alert_deliveries SET sent_at = %s, message_id = %s, tries = tries + 1, last_why = NULL WHERE id = ANY (%s)",
        [at, message_id, ids],
    )


def postpone(conn: Connection, ids: list[int], *, until: datetime) -> None:
    """Not now: quiet hours or the rate guard."""
    conn.execute("UPDATE alert_deliveries SET due_at = %s WHERE id = ANY (%s)", [until, ids])


def mark_failed(
    conn: Connection, ids: list[int], *, message_id: UUID, why: str, until: datetime, given_up: bool
) -> None:
    """The receiver did not take them: the same message is tried again at ``until``."""
    conn.execute(
        "UPDATE alert_deliveries SET tries = tries + 1, last_why = %(why)s, due_at = %(until)s, message_id = %(message)s,"
        " given_up_at = CASE WHEN %(given_up)s THEN now() END WHERE id = ANY (%(ids)s)",
        {"why": why[:300], "until": until, "message": message_id, "given_up": given_up, "ids": ids},
    )


def log(conn: Connection, *, most: int) -> list[Logged]:
    """The newest deliveries, sent or not."""
    return many(
        conn,
        Logged,
        "SELECT d.id, r.title AS rule, f.subject, d.channel, d.address, f.found_at, d.due_at, d.tries, d.sent_at, d.given_up_at, d.last_why"
        " FROM alert_deliveries d JOIN alert_findings f ON f.id = d.finding_id JOIN alert_rules r ON r.id = f.rule_id"
        " ORDER BY d.id DESC LIMIT %s",
        [most],
    )
