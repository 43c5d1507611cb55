"""Accounts and their sessions."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from db.accounts import limits as desk_limits
from db.core.connection import Connection, act_as, first, many, one, rules
from db.core.errors import Conflict, Invalid, NotFound
from db.core.session_key import proof


class UserRole(StrEnum):
    """What a person may do (the same words as the database's own check)."""

    MONITOR = "monitor"
    VERIFIER = "verifier"
    APPROVER = "approver"
    LEADER = "leader"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """An account. ``preferences`` holds keys, theme and saved filters; ``agency`` is a catalogue name; ``email`` is the
    address by which the office's provider knows the person, where it does."""

    id: int
    name: str
    display_name: str
    role: str
    password_hash: str
    must_change: bool
    totp_secret: str | None
    totp_last: int | None
    agency: str | None
    language: str
    preferences: dict[str, Any]
    created_at: datetime
    disabled_at: datetime | None
    email: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """An account by its names and role, for lists of people to choose from."""

    id: int
    name: str
    display_name: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Session(User):
    """An account with how long its session has lain unused, and the settings that say how long it may."""

    unused: timedelta
    settings: dict[str, str | None] | None


def add(
    conn: Connection,
    *,
    name: str,
    role: str,
    password_hash: str,
    display_name: str | None = None,
    agency: str | None = None,
    must_change: bool = True,
    actor: str = "command line",
) -> User:
    """Makes an account; Conflict when the name is taken, Invalid when name or role is not of the allowed form."""
    act_as(conn, actor)
    try:
        with conn.transaction():
            (made,) = conn.execute(
                "SELECT add_account(%s, %s, %s, %s, %s, %s)",
                [name, display_name or name, role, password_hash, agency, must_change],
            ).fetchone() or (0,)
            return get(conn, int(made))
    except psycopg.errors.UniqueViolation as why:
        raise Conflict(
            f"an account named {name} exists already; choose another name",
            code="account.name_taken",
            values={"name": name},
        ) from why
    except psycopg.errors.CheckViolation as why:
        if "role" in (why.diag.constraint_name or ""):
            raise Invalid("role", f"role must be one of {', '.join(UserRole)}") from why
        raise Invalid(
            "name",
            "name must be 2 to 40 small letters, digits, dots, hyphens or underscores, a letter first",
            code="account.name",
        ) from why


def get(conn: Connection, user_id: int) -> User:
    """The account with this number, or NotFound."""
    return one(
        conn,
        User,
        "SELECT id, name, display_name, role, password_hash, must_change, totp_secret, totp_last, agency, language,"
        " preferences, created_at, disabled_at, email FROM users WHERE id = %s",
        [user_id],
    )


def named(conn: Connection, name: str) -> User | None:
    """The account of this name, or None."""
    return first(
        conn,
        User,
        "SELECT id, name, display_name, role, password_hash, must_change, totp_secret, totp_last, agency, language,"
        " preferences, created_at, disabled_at, email FROM users WHERE name = %s",
        [name],
    )


def everyone(conn: Connection) -> list[User]:
    """All accounts, those in use first, by name."""
    return many(
        conn,
        User,
        "SELECT id, name, display_name, role, password_hash, must_change, totp_secret, totp_last, agency, language,"
        " preferences, created_at, disabled_at, email FROM users ORDER BY disabled_at IS NOT NULL, name",
    )


def colleagues(conn: Connection) -> list[Colleague]:
    """Those who decide content, by name, accounts in use alone."""
    return many(
        conn,
        Colleague,
        "SELECT id, name, display_name, role FROM users WHERE disabled_at IS NULL"
        " AND role IN ('monitor', 'verifier', 'approver') ORDER BY name",
        often=True,
    )


def set_password(
    conn: Connection, *, user_id: int, password_hash: str, must_change: bool, actor: str = "command line"
) -> None:
    """Replaces the password and ends all sessions of the account."""
    act_as(conn, actor)
    with rules():
        conn.execute("SELECT set_password(%s, %s, %s)", [user_id, password_hash, must_change])


def set_second_factor(
    conn: Connection, *, user_id: int, secret: str | None, step: int | None, actor: str
) -> None:
    """Sets (or with None removes) the secret of the second factor; ``step`` is the code's time step just used."""
    act_as(conn, actor)
    with rules():
        conn.execute("SELECT set_second_factor(%s, %s, %s)", [user_id, secret, step])


def use_step(conn: Connection, *, user_id: int, step: int) -> bool:
    """Marks a code's time step as used; False when it, or a later one, was used before."""
    return conn.execute("SELECT use_second_factor(%s, %s)", [user_id, step]).fetchone() == (True,)


def set_state(conn: Connection, *, name: str, disabled: bool, actor: str = "command line") -> User:
    """Disables or re-enables an account; a disabled one loses its sessions, its leases and its assignments."""
    act_as(conn, actor)
    user = named(conn, name)
    if user is None:
        raise NotFound(f"no account is named {name}; see `kiemtin users list`")
    with rules():
        conn.execute("SELECT set_account_state(%s, %s)", [user.id, disabled])
    if disabled:
        conn.execute("DELETE FROM leases WHERE user_id = %s", [user.id])
        conn.execute(
            "UPDATE cases SET assigned_to = NULL WHERE assigned_to = %s AND state <> 'closed'", [user.id]
        )
    return get(conn, user.id)


def change(
    conn: Connection,
    *,
    user_id: int,
    display_name: str,
    role: str,
    agency: str | None,
    actor: str,
    email: str | None = None,
) -> None:
    """Changes what the administrator may change of an account; Invalid for an unknown role or no mail address, Conflict
    for an address that another account has."""
    if role not in set(UserRole):
        raise Invalid("role", f"role must be one of {', '.join(UserRole)}")
    act_as(conn, actor)
    try:
        with conn.transaction():
            conn.execute(
                "SELECT change_account(%s, %s, %s, %s, %s)", [user_id, display_name, role, agency, email]
            )
    except psycopg.errors.UniqueViolation as why:
        raise Conflict("another account has this mail address", code="account.mail_taken") from why
    except psycopg.errors.CheckViolation as why:
        raise Invalid("email", "this is no mail address", code="account.mail") from why


def set_language(conn: Connection, *, user_id: int, language: str) -> None:
    """Remembers the language of a person's screens (``vi`` or ``en``)."""
    conn.execute("UPDATE users SET language = %s WHERE id = %s", [language, user_id])


def prefer(conn: Connection, *, user_id: int, preferences: dict[str, Any]) -> None:
    """Sets some preferences; others stay. A None value removes one."""
    conn.execute(
        "UPDATE users SET preferences = jsonb_strip_nulls(preferences || %s) WHERE id = %s",
        [Jsonb(preferences), user_id],
    )


# ── sessions ────────────────────────────────────────────────────────────────────────────────────────────────────
def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def begin_session(conn: Connection, *, user_id: int, key: str, signed_in_by: str = "password") -> str:
    """Begins a session that ends after the longest time the settings allow; the token goes to the browser alone.

    ``key`` is the session key of the installation (``db.core.settings.session_key``): the database takes a session only
    from who knows it. ``signed_in_by`` is ``password``, or ``oidc`` for the office's own provider.
    """
    token = secrets.token_urlsafe(32)
    said = proof(key, _digest(token), user_id, signed_in_by)
    with rules():
        conn.execute(
            "SELECT open_session(%s, %s, %s, %s, %s)",
            [_digest(token), user_id, desk_limits.read(conn).lasts, signed_in_by, said],
        )
    hold_session(conn, token=token)
    return token


def hold_session(conn: Connection, *, token: str) -> None:
    """Tells the database whose session this transaction acts in; '' for nobody's."""
    conn.execute("SELECT set_config('kiemtin.session', %s, true)", [token])


def of_session(conn: Connection, *, token: str) -> User | None:
    """Whose session this is; None when it has ended, expired or lain idle, or the account is disabled.

    Being asked counts as use, noted once a minute. Who came through the provider need not change a one-time password
    that they never used.
    """
    session = first(
        conn,
        _Session,
        "SELECT u.id, u.name, u.display_name, u.role, u.password_hash, u.must_change AND s.signed_in_by = 'password' AS must_change,"
        " u.totp_secret, u.totp_last, u.agency, u.language, u.preferences, u.created_at, u.disabled_at, u.email,"
        " now() - s.seen_at AS unused, (SELECT jsonb_object_agg(name, data->>'value') FROM catalogue_entries"
        "   WHERE kind = 'setting' AND name = ANY (%(settings)s)) AS settings"
        " FROM sessions s JOIN users u ON u.id = s.user_id"
        " WHERE s.token_sha256 = %(token)s AND s.ended_at IS NULL AND s.expires_at > now() AND u.disabled_at IS NULL",
        {"token": _digest(token), "settings": list(desk_limits.SETTINGS)},
        often=True,
    )
    if session is None:
        return None
    limits = desk_limits.limits(session.settings or {})
    if session.unused >= (limits.idle_admin if session.role == UserRole.ADMIN else limits.idle):
        return None
    if session.unused > timedelta(minutes=1):
        conn.execute("UPDATE sessions SET seen_at = now() WHERE token_sha256 = %s", [_digest(token)])
    return session


def end_session(conn: Connection, *, token: str) -> None:
    """Ends one session."""
    conn.execute("UPDATE sessions SET ended_at = now() WHERE token_sha256 = %s", [_digest(token)])


def end_all(conn: Connection, *, user_id: int, but: str | None = None) -> None:
    """Ends all sessions of an account, but the one of the token ``but``."""
    conn.execute(
        "UPDATE sessions SET ended_at = now() WHERE user_id = %s AND ended_at IS NULL AND token_sha256 <> %s",
        [user_id, _digest(but) if but else ""],
    )


def forget_old(conn: Connection) -> int:
    """Removes attempts older than seven days and sessions ended a month ago; returns how many rows went."""
    gone = conn.execute("DELETE FROM login_attempts WHERE at < now() - interval '7 days'").rowcount
    gone += conn.execute(
        "DELETE FROM sessions WHERE coalesce(ended_at, expires_at) < now() - interval '30 days'"
    ).rowcount
    return gone
