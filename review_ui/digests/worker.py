"""What the desk's worker does for digests and the overview: daily counts, the weekly drafts, the reminder."""

from __future__ import annotations

from datetime import datetime, timedelta

from db.core.connection import Connection
from db.core.settings import Settings
from db.desk import digest_schedule
from db.queries import daily_stats, digest_rows
from review_ui.digests import drafts, schedule

SCOPES = ("domestic", "foreign")
LATEST = timedelta(days=2)  # a worker that was off for longer does not make last week's draft after the fact


def run(conn: Connection, *, settings: Settings, now: datetime) -> dict[str, int]:
    """One round; returns how many days were counted, drafts made and reminders noted."""
    counted = daily_stats.bring_up(conn, now=now)
    issue = schedule.issue(schedule.plan(digest_rows.settings(conn, "digest")), now=now)
    made = reminded = 0
    for scope in SCOPES:
        first, last = issue.from_on, issue.to_on
        timely = now - issue.draft_at <= LATEST
        if (
            timely
            and digest_schedule.begin(conn, scope=scope, from_on=first, to_on=last)
            and not digest_schedule.made_by_hand(conn, scope=scope, from_on=first, to_on=last)
        ):
            drafts.make(conn, scope=scope, from_on=first, to_on=last, created_by=None)
            made += 1
        if issue.remind_at <= now <= issue.due_at:
            reminded += digest_schedule.remind(conn, scope=scope, from_on=first, to_on=last)
    return {"days_counted": counted, "digests_drafted": made, "digest_reminders": reminded}
