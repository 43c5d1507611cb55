"""Questions to the memory of verified claims as rows: asked by review_ui, answered by the classifier's worker."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from db.core.connection import Connection, first, many, one

LONGEST = 20_000  # code points of a text that are asked about
FRESH = timedelta(minutes=1)  # an answer older than this is shown and asked for again
CHANNEL = "claim_lookups"


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupAnswer:
    """What was answered; ``answered_at`` is None while nothing was."""

    answered_at: datetime | None
    answer: list[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingLookup:
    """A question that waits."""

    text_sha256: str
    body: str


def key_of(text: str) -> str:
    """The name of a question: the digest of its text."""
    return hashlib.sha256(text[:LONGEST].encode("utf-8", "replace")).hexdigest()


def ask(conn: Connection, text: str) -> LookupAnswer:
    """What is known of ``text``; where nothing is, or only an old answer, the question is put and the worker told."""
    row = one(
        conn, LookupAnswer,
        "INSERT INTO claim_lookups (text_sha256, body) VALUES (%(key)s, %(body)s) ON CONFLICT (text_sha256) DO UPDATE"
        " SET asked_at = CASE WHEN claim_lookups.answered_at < now() - %(fresh)s AND claim_lookups.answered_at >= claim_lookups.asked_at"
        " THEN now() ELSE claim_lookups.asked_at END RETURNING answered_at, answer",
        {"key": key_of(text), "body": text[:LONGEST].replace("\0", " "), "fresh": FRESH},
    )  # fmt: skip
    conn.execute("SELECT pg_notify(%s, '')", [CHANNEL])
    return row


def answer_of(conn: Connection, key: str) -> LookupAnswer | None:
    """The answer to the question of this name; None where it was never put, or was forgotten."""
    return first(
        conn, LookupAnswer, "SELECT answered_at, answer FROM claim_lookups WHERE text_sha256 = %s", [key]
    )


def waiting(conn: Connection, *, limit: int = 20) -> list[WaitingLookup]:
    """Questions without an answer, oldest first; locked until the transaction ends."""
    return many(
        conn, WaitingLookup,
        "SELECT text_sha256, body FROM claim_lookups WHERE answered_at IS NULL OR answered_at < asked_at"
        " ORDER BY asked_at LIMIT %s FOR UPDATE SKIP LOCKED",
        [limit],
    )  # fmt: skip


def answered(conn: Connection, key: str, answer: Sequence[Mapping[str, Any]]) -> None:
    """Keeps an answer."""
    conn.execute(
        "UPDATE claim_lookups SET answered_at = clock_timestamp(), answer = %s WHERE text_sha256 = %s",
        [json.dumps(answer, ensure_ascii=False), key],
    )


def forget(conn: Connection) -> int:
    """Drops questions of more than a day ago; how many."""
    return conn.execute("DELETE FROM claim_lookups WHERE asked_at < now() - interval '1 day'").rowcount


def listen(conn: Connection) -> None:
    """From now on this connection (autocommit) is told of questions."""
    conn.execute("LISTEN claim_lookups")


def kept_vectors(conn: Connection, *, weights: str, ids: Sequence[int]) -> dict[int, bytes]:
    """Vectors of these claims that were turned by these weights."""
    rows = conn.execute(
        "SELECT claim_id, vector FROM claim_vectors WHERE weights = %s AND claim_id = ANY (%s)",
        [weights, list(ids)],
    ).fetchall()
    return {int(number): bytes(vector) for number, vector in rows}


def keep_vectors(conn: Connection, *, weights: str, vectors: Mapping[int, bytes]) -> None:
    """Keeps vectors of claims; a claim's older one goes."""
    with conn.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO claim_vectors (claim_id, weights, vector) VALUES (%s, %s, %s)"
            " ON CONFLICT (claim_id) DO UPDATE SET weights = excluded.weights, vector = excluded.vector",
            [(number, weights, vector) for number, vector in vectors.items()],
        )
