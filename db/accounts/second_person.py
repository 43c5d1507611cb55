"""Accounts that do not count as a second person yet: made, reset or given a second factor by somebody else lately.

The rule is the database's (``db/sql/16_second_person.sql``); here its setting is read and set, and its accounts are listed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from db.core.connection import Connection, act_as, many, rules
from db.core.errors import Invalid

LONGEST = 365  # days


@dataclass(frozen=True, slots=True, kw_only=True)
class FreshAccount:
    """An account with a deciding role that counts as a second person ``from_at`` on; ``confirmed`` where another approver
    vouched for it (not beside that approver)."""

    id: int
    name: str
    display_name: str
    role: str
    entrusted_by: str
    entrusted_at: datetime
    from_at: datetime
    confirmed: bool


def fresh(conn: Connection) -> list[FreshAccount]:
    """Accounts in service that may propose or approve and do not count beside everybody yet, the latest first."""
    return many(
        conn,
        FreshAccount,
        "SELECT id, name, display_name, role, entrusted_by, entrusted_at, entrusted_at + wait AS from_at,"
        " counts_from(id, '{}') = '-infinity' AS confirmed FROM users, LATERAL (SELECT second_person_wait AS wait FROM gate) g"
        " WHERE disabled_at IS NULL AND role IN ('verifier', 'approver') AND entrusted_at + wait > now()"
        " AND counts_from(id, ARRAY(SELECT confirmed_by FROM account_confirmations)) > now() ORDER BY entrusted_at DESC, id",
    )


def wait(conn: Connection) -> timedelta:
    """How long an account that was made or reset does not count as a second person; the owner's setting."""
    row = conn.execute("SELECT second_person_wait FROM gate").fetchone()
    return timedelta(days=3) if row is None else timedelta(seconds=row[0].total_seconds())


def set_wait(conn: Connection, *, days: int) -> None:
    """Sets it. ``conn``: the owner's; the audit keeps what it was."""
    if not 0 <= days <= LONGEST:
        raise Invalid("days", f"days must be 0 to {LONGEST}")
    act_as(conn, "command line")
    conn.execute("UPDATE gate SET second_person_wait = make_interval(days => %s)", [days])


def confirm(conn: Connection, *, user_id: int, confirmed_by: int) -> None:
    """An approver says that an account is the person it names: it counts as a second person from now on."""
    with rules():
        conn.execute(
            "INSERT INTO account_confirmations (user_id, confirmed_by) VALUES (%s, %s)",
            [user_id, confirmed_by],
        )
