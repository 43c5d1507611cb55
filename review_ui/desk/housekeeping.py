"""What the desk's worker does in every round: leases that ran out, old forms and sign-in attempts, next month's partitions."""

from __future__ import annotations

from datetime import datetime

from db.accounts import idempotency, users
from db.core.connection import Connection
from db.core.settings import Settings
from db.desk import leases
from db.press import captures


def run(conn: Connection, *, settings: Settings, now: datetime) -> dict[str, int]:
    """One round; returns how many rows each duty touched."""
    return {
        "leases_expired": leases.expire(conn),
        "forms_forgotten": idempotency.forget(conn),
        "sign_ins_forgotten": users.forget_old(conn),
        "months_made": captures.ensure_months(conn),
    }
