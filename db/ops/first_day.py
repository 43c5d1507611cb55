"""The first day's list: what an office must have before the desk can work, each with whether it is done.

The administrator's page and ``kiemtin setup`` show the same list; it is looked up anew each time, so there is nothing to
resume. Steps come in the order in which they are done.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from db.catalogue import rows
from db.core.connection import Connection
from db.core.settings import Settings
from db.ops import kept_backups

BACKUP_AGE = timedelta(days=2)  # a daily backup that was missed once


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupStep:
    """A step: its ``code`` (the words stand with whoever shows it), whether it is done, what is missing (``values``: numbers
    and names), the setting to be filled where it is one, and whether the desk can work without it."""

    code: str
    done: bool
    needed: bool = True
    settings: tuple[str, ...] = ()
    values: dict[str, Any] = field(default_factory=dict)


def steps(conn: Connection, settings: Settings) -> list[SetupStep]:
    """The list as it stands now."""
    return [
        _filled(conn, "office", ("digest.superior", "digest.place", "digest.symbol")),
        _filled(conn, "contact", ("fetch.contact", "bulletin.contact")),
        _people(conn),
        _sources(conn),
        _confirmed(conn, "deadlines", "deadline"),
        _confirmed(conn, "holidays", "holiday"),
        _mail(conn),
        _backup(settings.home),
        _address(settings),
        _clock(conn),
    ]


def _filled(conn: Connection, code: str, names: tuple[str, ...]) -> SetupStep:
    empty = tuple(name for name in names if not rows.text(conn, name).strip())
    return SetupStep(code=code, done=not empty, settings=empty)


def _people(conn: Connection) -> SetupStep:
    found: dict[str, int] = dict(
        conn.execute(
            "SELECT role, count(*)::int FROM users WHERE disabled_at IS NULL GROUP BY role"
        ).fetchall()
    )
    deciding = found.get("verifier", 0) + found.get("approver", 0)
    return SetupStep(
        code="people",
        done=deciding >= 2 and found.get("approver", 0) >= 1,
        values={"verifiers": found.get("verifier", 0), "approvers": found.get("approver", 0)},
    )


def _sources(conn: Connection) -> SetupStep:
    found: dict[str, int] = dict(
        conn.execute("SELECT status, count(*)::int FROM sources GROUP BY status").fetchall()
    )
    untried, enabled = found.get("to_probe", 0), found.get("enabled", 0)
    return SetupStep(
        code="sources", done=enabled > 0 and untried == 0, values={"enabled": enabled, "untried": untried}
    )


def _confirmed(conn: Connection, code: str, kind: str) -> SetupStep:
    today = datetime.now(UTC).date()
    row = conn.execute(
        # confirmed is what one of its rows, of whatever date, says to be
        "SELECT count(*)::int, count(*) FILTER (WHERE NOT confirmed)::int FROM ("
        "SELECT bool_or(coalesce((data->>'confirmed')::boolean, false)) AS confirmed FROM catalogue_entries WHERE kind = %s AND (data->>'valid_to' IS NULL OR (data->>'valid_to')::date >= %s)"
        " AND (data->>'day' IS NULL OR (data->>'day')::date BETWEEN %s AND %s)"
        " GROUP BY name) entry",
        [kind, today, today, today + timedelta(days=365)],
    ).fetchone()
    known, waiting = row or (0, 0)
    return SetupStep(code=code, done=known > 0 and waiting == 0, values={"waiting": waiting, "all": known})


def _mail(conn: Connection) -> SetupStep:
    names = ("alerts.mail_server", "alerts.mail_from", "alerts.address")
    empty = tuple(name for name in names if not rows.text(conn, name).strip())
    if rows.value(conn, "alerts.enabled") is not True:
        empty = (*empty, "alerts.enabled")
    return SetupStep(code="mail", done=not empty, needed=False, settings=empty)


def _backup(home: Path) -> SetupStep:
    last = kept_backups.last(home)
    return SetupStep(
        code="backup",
        done=last is not None and datetime.now(UTC) - last.at < BACKUP_AGE,
        values={"at": last.at if last else None},
    )


def _address(settings: Settings) -> SetupStep:
    return SetupStep(
        code="address",
        done=bool(settings.allowed_hosts),
        needed=False,
        values={"hosts": " ".join(settings.allowed_hosts)},
    )


def _clock(conn: Connection) -> SetupStep:
    row = conn.execute("SELECT extract(epoch FROM clock_timestamp())::float").fetchone()
    apart = abs(datetime.now(UTC).timestamp() - float(row[0])) if row else 0.0
    return SetupStep(code="clock", done=apart < 60, values={"seconds": round(apart)})


def as_json(found: list[SetupStep]) -> str:
    """The list for programs."""
    return json.dumps(
        [
            {
                "step": one.code,
                "done": one.done,
                "needed": one.needed,
                "settings": one.settings,
                "values": one.values,
            }
            for one in found
        ],
        ensure_ascii=False,
        default=str,
    )
