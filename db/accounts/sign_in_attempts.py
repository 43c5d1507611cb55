"""Attempts to sign in: how many failed lately, of whom and from where. Addresses are kept as networks, for seven days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from db.core.connection import Connection, one


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedAttempts:
    """Failed attempts that still count: ``of_name`` from this network, ``of_network``, ``of_account`` from anywhere, each
    since the last success; ``known_network``: the account has been opened from there before."""

    of_name: int
    of_network: int
    of_account: int
    known_network: bool


def begin(conn: Connection, *, name: str, prefix: str) -> None:
    """Lets attempts at one account and from one network wait for each other until their transactions end, so that each
    counts those before it."""
    for what in (
        f"account {name[:80]}",
        f"network {prefix}",
    ):  # always in this order: nobody waits in a circle
        conn.execute("SELECT pg_advisory_xact_lock(hashtextextended('sign in ' || %s, 0))", [what])


def failures(conn: Connection, *, name: str, prefix: str, within: timedelta) -> FailedAttempts:
    """What failed within the last ``within``."""
    return one(
        conn,
        FailedAttempts,
        "WITH own AS (SELECT prefix, succeeded, at FROM login_attempts WHERE name = %(name)s)"
        " SELECT (SELECT count(*) FROM own WHERE prefix = %(prefix)s AND NOT succeeded AND at > now() - %(within)s"
        "           AND at > coalesce((SELECT max(at) FROM own WHERE prefix = %(prefix)s AND succeeded), '-infinity'))::int"
        "   AS of_name,"
        " (SELECT count(*) FROM login_attempts WHERE prefix = %(prefix)s AND NOT succeeded"
        "    AND at > now() - %(within)s)::int AS of_network,"
        " (SELECT count(*) FROM own WHERE NOT succeeded AND at > now() - %(within)s)::int AS of_account,"
        " EXISTS (SELECT FROM own WHERE prefix = %(prefix)s AND succeeded) AS known_network",
        {"name": name[:80], "prefix": prefix, "within": within},
    )


def note(conn: Connection, *, name: str, prefix: str, succeeded: bool) -> None:
    """Keeps an attempt, with the truncated address only."""
    conn.execute(
        "INSERT INTO login_attempts (name, prefix, succeeded, at) VALUES (%s, %s, %s, clock_timestamp())",
        [name[:80], prefix, succeeded],
    )
