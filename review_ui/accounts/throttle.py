"""How often somebody may try to sign in: per person and network, per network, and per account from everywhere."""

from __future__ import annotations

from datetime import timedelta

from flask_babel import gettext

from db.accounts import sign_in_attempts
from db.core.connection import Connection

TRIES, TRIES_OF_NETWORK, WITHIN = 5, 60, timedelta(minutes=15)  # chosen 2026-11-21
# Guesses at one account from many networks. Its owner is not locked out by them: networks from which the account was
# opened within the days that attempts are kept go by TRIES alone. Chosen 2026-11-29.
TRIES_OF_ACCOUNT = 25


def held_up(conn: Connection, *, name: str, network: str) -> bool:
    """Whether this attempt must wait. Attempts at the same account and from the same network wait for each other from here
    to the end of their transactions: a parallel burst gets no more guesses than one after another."""
    sign_in_attempts.begin(conn, name=name, prefix=network)
    failed = sign_in_attempts.failures(conn, name=name, prefix=network, within=WITHIN)
    return (
        failed.of_name >= TRIES
        or failed.of_network >= TRIES_OF_NETWORK
        or (failed.of_account >= TRIES_OF_ACCOUNT and not failed.known_network)
    )


def sentence() -> str:
    """What somebody who must wait is told."""
    return str(gettext("Sai quá nhiều lần. Hãy đợi %(n)s phút rồi thử lại.", n=WITHIN.seconds // 60))
