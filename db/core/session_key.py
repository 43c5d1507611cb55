"""The key by which the database knows sessions that the application opened: derived from KIEMTIN_SECRET_KEY, never sent.

The database keeps the two pads of HMAC-SHA-256 over it (table ``gate``, which only the owner reads); ``store`` writes them at
every migration. Who knows the database password alone cannot make a ``proof`` and therefore opens no session.
"""

from __future__ import annotations

import hashlib
import hmac

from db.core.connection import Connection

_BLOCK = 64  # bytes, of SHA-256


def _derived(secret: str) -> bytes:
    return hmac.digest(secret.encode(), b"kiemtin: sessions of the database", hashlib.sha256)


def proof(secret: str, token_sha256: str, user_id: int, signed_in_by: str) -> bytes:
    """HMAC-SHA-256 over what a session says of itself, as the function open_session computes it."""
    said = f"{token_sha256}|{user_id}|{signed_in_by}"
    return hmac.digest(_derived(secret), said.encode(), hashlib.sha256)


def store(conn: Connection, secret: str) -> None:
    """Keeps the pads in the database. ``conn``: the owner's. Unchanged where they are there already."""
    block = _derived(secret).ljust(_BLOCK, b"\0")
    inner, outer = bytes(b ^ 0x36 for b in block), bytes(b ^ 0x5C for b in block)
    conn.execute(
        "UPDATE gate SET inner_pad = %(inner)s, outer_pad = %(outer)s"
        " WHERE (inner_pad, outer_pad) IS DISTINCT FROM (%(inner)s, %(outer)s)",
        {"inner": inner, "outer": outer},
    )
