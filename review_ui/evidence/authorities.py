"""Which time-stamp authorities staff configured, and the queue of stamps still to come."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from db.core.connection import Connection
from db.core.errors import TryLater
from db.desk import stamp_requests
from review_ui.evidence import stamps
from review_ui.evidence.export import Authorities

FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=10), timedelta(hours=6)


def configured(conn: Connection, home: Path) -> Authorities:
    """Addresses from the setting ``timestamp_authorities`` (default none), certificates from home/keys/tsa-ca.pem."""
    named = stamp_requests.authorities(conn).replace("|", " ").split()
    urls = tuple(url for url in named if url.startswith("http"))
    path = home / "keys" / "tsa-ca.pem"
    return Authorities(urls=urls, certificates=path.read_bytes() if path.exists() else None)


def work_off(conn: Connection, authorities: Authorities, *, limit: int = 4) -> int:
    """Asks for stamps that are due, at most ``limit``; returns how many came. Called by the desk's worker."""
    if not authorities.urls:
        return 0
    came = 0
    for number, data, tries in stamp_requests.due(conn, limit=limit):
        for url in authorities.urls:
            try:
                token = stamps.ask(bytes(data), url)
            except TryLater as why:
                pause = min(FIRST_PAUSE * 2**tries, LONGEST_PAUSE)
                stamp_requests.failed(conn, number, why=str(why), pause=pause)
                continue
            stamp_requests.given(conn, number, authority=url, token=token)
            came += 1
            break
    return came
