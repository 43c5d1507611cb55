"""Which time-stamp authorities staff configured, and the queue of stamps still to come."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from db.core.connection import Connection
from db.core.errors import TryLater
from review_ui.evidence import stamps
from review_ui.evidence.export import Authorities

FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=10), timedelta(hours=6)


def configured(conn: Connection, home: Path) -> Authorities:
    """Addresses from the setting ``timestamp_authorities`` (default none), certificates from home/keys/tsa-ca.pem."""
    row = conn.execute(
        "SELECT data->>'value' FROM catalogue_entries WHERE kind = 'setting' AND name = 'timestamp_authorities'"
        " AND (valid_to IS NULL OR valid_to >= current_date) ORDER BY valid_from DESC NULLS LAST LIMIT 1"
    ).fetchone()
    urls = (
        tuple(url for url in (row[0] or "").replace("|", " ").split() if url.startswith("http"))
        if row
        else ()
    )
    path = home / "keys" / "tsa-ca.pem"
    return Authorities(urls=urls, certificates=path.read_bytes() if path.exists() else None)


def work_off(conn: Connection, authorities: Authorities, *, limit: int = 4) -> int:
    """Asks for stamps that are due, at most ``limit``; returns how many came. Called by the desk's worker."""
    if not authorities.urls:
        return 0
    waiting = conn.execute(
        "SELECT id, data, tries FROM stamp_requests WHERE token IS NULL AND next_try_at <= now() ORDER BY next_try_at"
        " LIMIT %s FOR UPDATE SKIP LOCKED",
        [limit],
    ).fetchall()
    came = 0
    for number, data, tries in waiting:
        for url in authorities.urls:
            try:
                token = stamps.ask(bytes(data), url)
            except TryLater as why:
                pause = min(FIRST_PAUSE * 2**tries, LONGEST_PAUSE)
                conn.execute(
                    "UPDATE stamp_requests SET tries = tries + 1, why = %s, next_try_at = now() + %s WHERE id = %s",
                    [str(why), pause, number],
                )
                continue
            conn.execute(
                "UPDATE stamp_requests SET tries = tries + 1, why = NULL, authority = %s, token = %s, given_at = now() WHERE id = %s",
                [url, token, number],
            )
            came += 1
            break
    return came
