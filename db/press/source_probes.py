"""Trials of sources: asked for one by one or as a round, answered by the crawler, kept and compared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from db.core.connection import Connection, first, many
from db.core.errors import Invalid, NotFound

SCOPES = ("all", "untried", "failed")  # and group:NAME
_LOCKS = 0x6B75  # our key of advisory locks for trials ("ku"), the second is the trial


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """An open trial; ``enables``: a shipped source that works is enabled."""

    id: int
    source_id: int
    round_id: int | None
    enables: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialRound:
    """Trials asked for in one go, and how far they are."""

    id: int
    scope: str
    asked_at: datetime
    asked_by: str | None
    enables: bool
    trials: int
    open: int
    works: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceTrial:
    """A source with its last trial and the outcome of the one before; ``code``: works, old or why not."""

    source_id: int
    name: str
    title: str
    home: str
    tier: str | None
    locality: str | None
    status: str
    lists: int
    asked_at: datetime | None
    answered_at: datetime | None
    ok: bool | None
    code: str | None
    code_before: str | None
    result: Any


def waiting(conn: Connection, *, round_id: int | None = None, most: int = 10_000) -> list[Wish]:
    """Open trials: those asked for alone first, then by weight of the source (the province's own press first)."""
    return many(
        conn,
        Wish,
        f"""SELECT p.id, p.source_id, p.round_id, coalesce(r.enables, true) AS enables
           FROM source_probes p JOIN sources s ON s.id = p.source_id LEFT JOIN trial_rounds r ON r.id = p.round_id
           WHERE p.answered_at IS NULL AND (%(round)s::integer IS NULL OR p.round_id = %(round)s)
           ORDER BY p.round_id IS NOT NULL, {_WEIGHT}, p.id LIMIT %(most)s""",
        {"round": round_id, "most": most},
    )


# the province's press and offices, then the neighbours', then the country's, then the rest
_WEIGHT = """CASE WHEN s.tier LIKE 'province%%' THEN 0 WHEN s.tier = 'neighbour' THEN 1 WHEN s.tier LIKE 'central%%' THEN 2
               WHEN s.scope = 'domestic' THEN 3 ELSE 4 END"""


def hold(conn: Connection, probe_id: int) -> bool:
    """Takes a trial for this connection; False when another process has it. The lock goes with its connection."""
    row = conn.execute("SELECT pg_try_advisory_lock(%s, %s)", [_LOCKS, probe_id % 2**31]).fetchone()
    return bool(row and row[0])


def let_go(conn: Connection, probe_id: int) -> None:
    """Gives a held trial back."""
    conn.execute("SELECT pg_advisory_unlock(%s, %s)", [_LOCKS, probe_id % 2**31])


def answer(conn: Connection, probe_id: int, *, ok: bool, code: str, result: dict[str, Any]) -> None:
    """Writes what a trial found."""
    conn.execute(
        """UPDATE source_probes SET answered_at = now(), ok = %s, code = %s, result = %s
           WHERE id = %s AND answered_at IS NULL""",
        [ok, code, Jsonb(result), probe_id],
    )


def record(conn: Connection, source_id: int, *, ok: bool, code: str, result: dict[str, Any]) -> None:
    """Keeps a trial that was asked for and answered at once, on the command line."""
    conn.execute(
        "INSERT INTO source_probes (source_id, answered_at, ok, code, result) VALUES (%s, now(), %s, %s, %s)",
        [source_id, ok, code, Jsonb(result)],
    )


def ask(conn: Connection, source_id: int, *, user_id: int) -> None:
    """Asks the crawler to try a source; one open request is enough."""
    conn.execute(
        """INSERT INTO source_probes (source_id, asked_by) SELECT %(source)s, %(user)s
           WHERE NOT EXISTS (SELECT FROM source_probes WHERE source_id = %(source)s AND answered_at IS NULL)""",
        {"source": source_id, "user": user_id},
    )


# ── rounds ──────────────────────────────────────────────────────────────────────────────────────────────


def begin_round(conn: Connection, *, scope: str, user_id: int | None, enables: bool = True) -> TrialRound:
    """A round over the sources of ``scope``; the open round of that scope where there is one: it goes on.

    Raises Invalid for an unknown scope, NotFound where no source belongs to it.
    """
    group = scope.removeprefix("group:") if scope.startswith("group:") else None
    if scope not in SCOPES and not group:
        raise Invalid("scope", "the scope of a round must be all, untried, failed or group:NAME")
    going_on = [r for r in rounds(conn, most=20) if r.scope == scope and r.open]
    if going_on:
        return going_on[0]
    row = conn.execute(
        """WITH chosen AS (
             SELECT s.id FROM sources s LEFT JOIN LATERAL (SELECT ok FROM source_probes p
               WHERE p.source_id = s.id AND p.answered_at IS NOT NULL ORDER BY p.id DESC LIMIT 1) last ON true
             WHERE CASE WHEN %(group)s::text IS NOT NULL THEN %(group)s = ANY (s.groups)
                        WHEN %(scope)s = 'untried' THEN last.ok IS NULL AND s.status = 'to_probe'
                        WHEN %(scope)s = 'failed' THEN NOT last.ok ELSE true END),
           made AS (INSERT INTO trial_rounds (asked_by, scope, enables)
             SELECT %(user)s, %(scope)s, %(enables)s WHERE EXISTS (SELECT FROM chosen) RETURNING id),
           asked AS (INSERT INTO source_probes (source_id, asked_by, round_id)
             SELECT chosen.id, %(user)s, made.id FROM chosen, made)
           SELECT id FROM made""",
        {"scope": scope, "group": group, "user": user_id, "enables": enables},
    ).fetchone()
    if row is None:
        raise NotFound(_NOTHING.get(scope, f"no source belongs to the group {group!r}"), code="trials.none")
    return next(r for r in rounds(conn, most=20) if r.id == row[0])


_NOTHING = {
    "all": "no source is known; import some with 'kiemtin catalogue import'",
    "untried": "every source has been tried; 'kiemtin sources try --failed' tries those again that did not work",
    "failed": "no source failed its last trial",
}


def rounds(conn: Connection, *, most: int) -> list[TrialRound]:
    """The last rounds, the newest first."""
    return many(
        conn,
        TrialRound,
        """SELECT r.id, r.scope, r.asked_at, u.display_name AS asked_by, r.enables, count(p.id)::int AS trials,
                  count(p.id) FILTER (WHERE p.answered_at IS NULL)::int AS open, count(p.id) FILTER (WHERE p.ok)::int AS works
           FROM trial_rounds r LEFT JOIN users u ON u.id = r.asked_by LEFT JOIN source_probes p ON p.round_id = r.id
           GROUP BY r.id, u.display_name ORDER BY r.id DESC LIMIT %s""",
        [most],
    )


def newest_round(conn: Connection) -> TrialRound | None:
    """The round asked for last, or None."""
    return next(iter(rounds(conn, most=1)), None)


_TRIALS = f"""SELECT s.id AS source_id, s.name, s.title, s.home, s.tier, s.locality, s.status, p.asked_at, p.answered_at, p.ok,
    p.code, before.code AS code_before, p.result,
    (SELECT count(*) FROM source_addresses a WHERE a.source_id = s.id AND a.retired_at IS NULL)::int AS lists
  FROM sources s
  LEFT JOIN LATERAL (SELECT * FROM source_probes WHERE source_id = s.id AND {{which}} ORDER BY id DESC LIMIT 1) p ON true
  LEFT JOIN LATERAL (SELECT code FROM source_probes WHERE source_id = s.id AND id < p.id AND answered_at IS NOT NULL
    ORDER BY id DESC LIMIT 1) before ON true
  WHERE {{wanted}} ORDER BY {_WEIGHT}, s.name"""


def of_round(conn: Connection, round_id: int) -> list[SourceTrial]:
    """The trials of a round, by weight of the source."""
    query = _TRIALS.format(which="round_id = %(round)s", wanted="p.id IS NOT NULL")
    return many(conn, SourceTrial, query, {"round": round_id})


def left_over(conn: Connection) -> list[SourceTrial]:
    """Sources that are not read: tried without success, or still to be tried; what staff paused by choice is not."""
    wanted = "s.status <> 'enabled' AND (p.ok IS NOT TRUE) AND (s.status = 'to_probe' OR p.id IS NOT NULL)"
    return many(conn, SourceTrial, _TRIALS.format(which="answered_at IS NOT NULL", wanted=wanted), {})


def enable_working(conn: Connection) -> list[str]:
    """Enables every source that waits (to_probe, or paused since it was entered) and whose last trial went well; their names."""
    rows = conn.execute(
        """UPDATE sources s SET status = 'enabled', updated_at = now()
           WHERE s.status <> 'enabled' AND EXISTS (
             SELECT FROM (SELECT ok, code FROM source_probes p WHERE p.source_id = s.id AND p.answered_at IS NOT NULL
                          ORDER BY p.id DESC LIMIT 1) last WHERE last.ok AND last.code IS DISTINCT FROM 'old')
           RETURNING s.name"""
    ).fetchall()
    return sorted(str(name) for (name,) in rows)


def newest(conn: Connection, source_id: int) -> SourceTrial | None:
    """The last trial of a source that was answered, or None."""
    query = _TRIALS.format(which="answered_at IS NOT NULL", wanted="s.id = %(id)s AND p.id IS NOT NULL")
    return first(conn, SourceTrial, query, {"id": source_id})
