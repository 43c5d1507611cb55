"""Hosts and their robots.txt: one row each, so that pace and rules hold across any number of workers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from db.core.connection import Connection, first, one


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Whether a request may start now; if not, seconds until it may, and how many of them the server asked for."""

    granted: bool
    wait: float = 0.0
    quiet: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Robots:
    """robots.txt of an origin as last read; ``why`` it could not be, then nothing is asked there."""

    origin: str
    status: int | None
    body: str
    why: str | None
    fetched_at: datetime


def know(conn: Connection, host: str) -> None:
    """Makes the row of a host, if there is none."""
    conn.execute("INSERT INTO hosts (host) VALUES (%s) ON CONFLICT DO NOTHING", [host])


def take_turn(conn: Connection, host: str, *, gap: float) -> Turn:
    """Takes the next turn at ``host`` if it has come: one atomic update, whoever asks; ``gap`` in seconds.

    Nothing is reserved ahead, so that a Retry-After that arrives meanwhile binds those who wait.
    """
    taken = conn.execute(
        """UPDATE hosts SET last_request_at = clock_timestamp(),
             next_request_at = clock_timestamp() + make_interval(secs => %(gap)s)
           WHERE host = %(host)s AND next_request_at <= clock_timestamp() AND quiet_until <= clock_timestamp()
             AND last_request_at + make_interval(secs => %(gap)s) <= clock_timestamp()""",
        {"host": host, "gap": gap},
    ).rowcount
    if taken:
        return Turn(granted=True)
    # never asked is '-infinity', which PostgreSQL subtracts since 17 only: the moment itself bounds it from below
    return one(
        conn,
        Turn,
        """SELECT false AS granted,
             extract(epoch FROM greatest(next_request_at, quiet_until, last_request_at + make_interval(secs => %(gap)s),
                     now_is) - now_is)::float AS wait,
             extract(epoch FROM greatest(quiet_until, now_is) - now_is)::float AS quiet
           FROM hosts, (SELECT clock_timestamp() AS now_is OFFSET 0) moment WHERE host = %(host)s""",
        {"host": host, "gap": gap},
    )


def seen(conn: Connection, host: str, *, gap: float) -> None:
    """A request was answered just now: the next one starts no sooner than ``gap`` seconds from now."""
    conn.execute(
        """UPDATE hosts SET last_request_at = clock_timestamp(),
             next_request_at = greatest(next_request_at, clock_timestamp() + make_interval(secs => %(gap)s)),
             down_until = '-infinity'
           WHERE host = %(host)s""",
        {"host": host, "gap": gap},
    )


def quiet(conn: Connection, host: str, *, until: datetime, why: str) -> None:
    """The server asks to be left alone until then."""
    conn.execute(
        "UPDATE hosts SET quiet_until = greatest(quiet_until, %s), why = %s WHERE host = %s",
        [until, why, host],
    )


def down(conn: Connection, host: str, *, minutes: float, why: str) -> None:
    """Nobody answered there: the workers ask again after ``minutes``."""
    conn.execute(
        "UPDATE hosts SET down_until = clock_timestamp() + make_interval(secs => %s), why = %s WHERE host = %s",
        [minutes * 60, why, host],
    )


def is_down(conn: Connection, host: str) -> bool:
    """Whether nobody answered there within the last minutes."""
    return (
        conn.execute(
            "SELECT FROM hosts WHERE host = %s AND down_until > clock_timestamp()", [host]
        ).fetchone()
        is not None
    )


def robots(conn: Connection, origin: str) -> Robots | None:
    """robots.txt of an origin as last read, or None."""
    return first(
        conn, Robots, "SELECT origin, status, body, why, fetched_at FROM robots WHERE origin = %s", [origin]
    )


def keep_robots(conn: Connection, origin: str, *, status: int | None, body: str, why: str | None) -> None:
    """Remembers what robots.txt of an origin says now."""
    conn.execute(
        """INSERT INTO robots (origin, status, body, why) VALUES (%s, %s, %s, %s)
           ON CONFLICT (origin) DO UPDATE SET status = excluded.status, body = excluded.body, why = excluded.why,
             fetched_at = now()""",
        [origin, status, body.replace("\0", ""), why],
    )
