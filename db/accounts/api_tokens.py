"""Tokens with which programs use the API: scoped, expiring, kept as hashes."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from db.core.connection import Connection, first, many

SCOPES = ("articles", "events", "claims", "reports", "metrics")


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A token as the administrator sees it."""

    id: int
    name: str
    scopes: list[str]
    made_name: str
    made_at: datetime
    expires_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearer:
    """Who calls with a token, and what for."""

    id: int
    name: str
    scopes: list[str]


def make(conn: Connection, *, name: str, scopes: list[str], days: int, user_id: int, actor: str) -> str:
    """A new token; its secret is returned once and kept nowhere."""
    secret = f"kt_{secrets.token_urlsafe(32)}"
    row = conn.execute(
        "INSERT INTO api_tokens (name, token_sha256, scopes, made_by, expires_at) VALUES (%s, %s, %s, %s, now() + %s) RETURNING id",
        [name, _digest(secret), scopes, user_id, timedelta(days=days)],
    ).fetchone()
    assert row is not None
    conn.execute(
        "SELECT note_in_audit(%s, 'admin', 'token.make', %s, NULL, jsonb_build_object('scopes', %s::text[]))",
        [actor, f"token:{row[0]}", scopes],
    )
    return secret


def bearer(conn: Connection, secret: str) -> Bearer | None:
    """Whose token this is, or None for one that is unknown, ended or expired."""
    return first(
        conn,
        Bearer,
        "SELECT id, name, scopes FROM api_tokens WHERE token_sha256 = %s AND ended_at IS NULL AND expires_at > now()",
        [_digest(secret)],
    )


def listed(conn: Connection) -> list[Token]:
    """All tokens, newest first."""
    return many(
        conn,
        Token,
        "SELECT t.id, t.name, t.scopes, u.display_name AS made_name, t.made_at, t.expires_at, t.ended_at"
        " FROM api_tokens t JOIN users u ON u.id = t.made_by ORDER BY t.id DESC",
    )


def end(conn: Connection, *, token_id: int, actor: str) -> None:
    """Ends a token at once."""
    done = conn.execute(
        "UPDATE api_tokens SET ended_at = now() WHERE id = %s AND ended_at IS NULL RETURNING id", [token_id]
    ).fetchone()
    if done is not None:
        conn.execute("SELECT note_in_audit(%s, 'admin', 'token.end', %s)", [actor, f"token:{token_id}"])


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
