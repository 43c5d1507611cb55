"""Which account a person at the sign-in provider is: bound at the first sign-in, never made with rights by itself."""

from __future__ import annotations

import hashlib

import psycopg

from db.accounts import users
from db.accounts.users import User
from db.core.connection import Connection, rules
from db.core.errors import Conflict
from db.core.session_key import proof


def bound(conn: Connection, *, issuer: str, subject: str) -> User | None:
    """The account bound to this person of this provider, in service or not; None where none is."""
    row = conn.execute(
        "SELECT user_id FROM user_identities WHERE issuer = %s AND subject = %s", [issuer, subject]
    ).fetchone()
    return None if row is None else users.get(conn, int(row[0]))


def with_email(conn: Connection, email: str) -> User | None:
    """The account whose mail address this is, whatever its capitals; None where no account has it."""
    row = conn.execute("SELECT id FROM users WHERE lower(email) = lower(%s)", [email]).fetchone()
    return None if row is None else users.get(conn, int(row[0]))


def bind(conn: Connection, *, issuer: str, subject: str, user: User, key: str) -> None:
    """Binds a person of the provider to an account (``key``: the installation's session key); Conflict when the account is another person's there already."""
    try:
        with conn.transaction():
            there = hashlib.sha256(f"{issuer}|{subject}".encode()).hexdigest()
            with rules():
                conn.execute(
                    "SELECT bind_identity(%s, %s, %s, %s)",
                    [issuer, subject, user.id, proof(key, there, user.id, "bind")],
                )
    except psycopg.errors.UniqueViolation as why:
        raise Conflict(
            "this account is bound to another person of the provider", code="identity.bound"
        ) from why
    conn.execute(
        "SELECT note_in_audit(%s, %s, 'identity.bind', %s)", [user.name, user.role, f"users:{user.name}"]
    )


def release(conn: Connection, *, user_id: int, actor: str) -> int:
    """Unbinds an account (its person left the provider, or has a new identity there); returns how many bonds went."""
    with rules():
        row = conn.execute("SELECT release_identities(%s)", [user_id]).fetchone()
    gone = int(row[0]) if row else 0
    if gone:
        name = users.get(conn, user_id).name
        conn.execute("SELECT note_in_audit(%s, NULL, 'identity.release', %s)", [actor, f"users:{name}"])
    return gone


def bound_accounts(conn: Connection) -> set[int]:
    """The accounts that somebody has signed in to through the provider."""
    return {int(row[0]) for row in conn.execute("SELECT DISTINCT user_id FROM user_identities").fetchall()}
