"""How often somebody may try to sign in: per person and network, so that nobody can lock a colleague out."""

from __future__ import annotations

from datetime import timedelta

from flask_babel import gettext

from db.accounts import users
from db.core.connection import Connection

TRIES, TRIES_OF_NETWORK, WITHIN = 5, 60, timedelta(minutes=15)  # chosen 2026-11-21


def held_up(conn: Connection, *, name: str, network: str) -> bool:
    """Whether this name from this network, or the network as a whole, must wait."""
    failed = users.failures(conn, name=name, prefix=network, within=WITHIN)
    return failed.of_name >= TRIES or failed.of_prefix >= TRIES_OF_NETWORK


def sentence() -> str:
    """What somebody who must wait is told."""
    return str(gettext("Sai quá nhiều lần. Hãy đợi %(n)s phút rồi thử lại.", n=WITHIN.seconds // 60))
