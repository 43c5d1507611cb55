"""What the desk's worker does for alerts: look, note, deliver. Nothing leaves while alerts are switched off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from db.core.connection import Connection
from db.core.errors import TryLater
from db.core.settings import Settings
from db.desk import alerts
from db.queries import digest_rows
from review_ui.alerts import find, policy, send

# A round is one transaction: were the machine to die in it, at most so many messages would be sent a second time,
# with the same Message-ID.
MESSAGES = 5
FINDINGS_IN_A_MESSAGE = 50
# An event written late is still found: each look reaches back so far, and the keys keep it from being told twice.
BACK = timedelta(hours=6)

Sender = Callable[..., Any]


def run(conn: Connection, *, settings: Settings, now: datetime, sender: Sender = send.send) -> dict[str, int]:
    """One round; returns how many findings were new and how many messages went out or failed."""
    rules = policy.read(digest_rows.settings(conn, "alerts"))
    rules = replace(rules, inner_hosts=settings.webhook_hosts)
    if not rules.enabled:
        return {"alerts_found": 0, "alerts_sent": 0, "alerts_failed": 0}
    return {
        "alerts_found": _look(conn, rules, now=now),
        **_deliver(conn, rules, settings=settings, now=now, sender=sender),
    }


def _look(conn: Connection, rules: policy.Policy, *, now: datetime) -> int:
    new = 0
    for rule in alerts.rules(conn):
        if not rule.enabled or rule.enabled_at is None:
            continue
        since = max(rule.enabled_at, now - BACK)
        for finding in find.find(conn, rule, policy=rules, since=since, now=now):
            new += alerts.note_finding(
                conn,
                rule_id=rule.id,
                key=finding.key,
                subject=finding.subject,
                link=finding.link,
                urgent=rule.urgent,
                due_at=policy.first_due(rules, now=now, urgent=rule.urgent),
            )
    return new


def _deliver(
    conn: Connection, rules: policy.Policy, *, settings: Settings, now: datetime, sender: Sender
) -> dict[str, int]:
    sent = failed = 0
    while sent + failed < MESSAGES:
        waiting = alerts.waiting(conn, now=now, most=FINDINGS_IN_A_MESSAGE)
        if not waiting:
            break
        ids = [w.id for w in waiting]
        channel, address = waiting[0].channel, waiting[0].address
        urgent = any(w.urgent for w in waiting)
        lately = alerts.sent_lately(conn, channel=channel, address=address, now=now)
        if (until := policy.held_until(rules, now=now, urgent=urgent, sent=lately)) is not None:
            alerts.postpone(conn, ids, until=until)
            continue
        # a message tried before keeps its id; a fresh one takes the first finding's
        message_id = next((w.message_id for w in waiting if w.tries), waiting[0].message_id)
        try:
            sender(channel, address, waiting, policy=rules, message_id=message_id, home=settings.home)
        except TryLater as why:
            tries = max(w.tries for w in waiting)
            alerts.mark_failed(
                conn,
                ids,
                message_id=message_id,
                why=str(why),
                until=policy.next_try(tries=tries, now=now),
                given_up=now - min(w.found_at for w in waiting) > policy.GIVEN_UP_AFTER,
            )
            failed += 1
        else:
            alerts.mark_sent(conn, ids, message_id=message_id, at=now)
            sent += 1
    return {"alerts_sent": sent, "alerts_failed": failed}
