"""How long a session and a lease last: settings of the catalogue, read with the request that needs them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from db.core.connection import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLimits:
    """A session ends ``lasts`` after signing in and ``idle`` after its last request (``idle_admin`` for those who run
    the system). A lease lasts ``lease`` after the last heartbeat, heartbeats stop ``lease_idle`` after the last touch of
    key or mouse, and a person holds at most ``most`` cases.

    The defaults hold where the catalogue was never imported. Five minutes and three open cases, heartbeat every 20 s:
    what a large moderation queue found bearable (AMO: 8 s, 16 s, 3 pages), stretched for slow office networks; the
    others are a working day and an hour away from the desk. Chosen 2026-11-21.
    """

    lasts: timedelta = timedelta(hours=12)
    idle: timedelta = timedelta(minutes=60)
    idle_admin: timedelta = timedelta(minutes=20)
    lease: timedelta = timedelta(minutes=5)
    lease_idle: timedelta = timedelta(minutes=10)
    most: int = 3


SETTINGS = {
    "desk.session_hours": "lasts",
    "desk.idle_minutes": "idle",
    "desk.idle_admin_minutes": "idle_admin",
    "desk.lease_minutes": "lease",
    "desk.lease_idle_minutes": "lease_idle",
    "desk.most_leases": "most",
}


def read(conn: Connection) -> SessionLimits:
    """The limits as staff have set them."""
    rows = conn.execute(
        "SELECT name, data->>'value' FROM catalogue_entries WHERE kind = 'setting' AND name = ANY (%s)",
        [list(SETTINGS)],
    ).fetchall()
    return limits({str(name): value for name, value in rows})


def limits(values: dict[str, str | None]) -> SessionLimits:
    """Limits from the settings' values; what is missing or no number above zero keeps its default."""
    found: dict[str, int] = {
        SETTINGS[name]: int(value)
        for name, value in values.items()
        if name in SETTINGS and value and value.isascii() and value.isdigit() and int(value) > 0
    }
    usual = SessionLimits()
    return SessionLimits(
        lasts=timedelta(hours=found["lasts"]) if "lasts" in found else usual.lasts,
        idle=timedelta(minutes=found["idle"]) if "idle" in found else usual.idle,
        idle_admin=timedelta(minutes=found["idle_admin"]) if "idle_admin" in found else usual.idle_admin,
        lease=timedelta(minutes=found["lease"]) if "lease" in found else usual.lease,
        lease_idle=timedelta(minutes=found["lease_idle"]) if "lease_idle" in found else usual.lease_idle,
        most=found.get("most", usual.most),
    )
