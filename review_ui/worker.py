"""The review room's worker: in every round each part does what is due; one failing part does not stop the others."""

from __future__ import annotations

import importlib
import importlib.util
import threading
from datetime import UTC, datetime

import psycopg
import structlog

from db.core.connection import connect
from db.core.errors import KiemtinError
from db.core.settings import Settings

log = structlog.get_logger("kiemtin.desk")

# Modules with `run(conn, *, settings, now) -> dict[str, int]`: what was done, by name. A room of screens adds its own.
PARTS = (
    "review_ui.desk.housekeeping",
    "review_ui.digests.worker",
    "review_ui.alerts.worker",
    "review_ui.claims.worker",
    "review_ui.evidence.worker",
)
PAUSE_SECONDS = 15.0  # a killed browser's lease is gone at most this long after its five minutes


def round_once(url: str, *, settings: Settings, now: datetime | None = None) -> dict[str, int]:
    """Does once what is due in every part, each in its own transaction; returns what was done, `failed` included."""
    done: dict[str, int] = {}
    now = now or datetime.now(UTC)
    for name in PARTS:
        if not _exists(name):
            continue
        part = importlib.import_module(name)
        with connect(url, application="kiemtin desk") as conn:
            try:
                for what, count in part.run(conn, settings=settings, now=now).items():
                    done[what] = done.get(what, 0) + count
                conn.commit()
            except (KiemtinError, psycopg.Error) as why:
                conn.rollback()
                done["failed"] = done.get("failed", 0) + 1
                # a database's detail quotes the row it refused: what people wrote does not go into a log
                said = why.diag.message_primary if isinstance(why, psycopg.Error) else str(why)
                log.error("part failed", part=name, why=said or type(why).__name__)
    return done


def _exists(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False  # its room is not there either


def forever(url: str, *, settings: Settings, stop: threading.Event) -> None:
    """Rounds until ``stop`` is set; a database that is away is waited for."""
    while not stop.is_set():
        try:
            done = round_once(url, settings=settings)
        except KiemtinError as why:
            log.error("round failed", why=str(why))
        else:
            if any(done.values()):
                log.info("round", **done)
        stop.wait(PAUSE_SECONDS)
