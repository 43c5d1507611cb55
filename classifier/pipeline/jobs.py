"""When the classifier works: Procrastinate on the same PostgreSQL nudges it, the tables say what there is to do."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

import procrastinate

import db.desk.upload_readings
import db.judging.event_index
import db.judging.models
from classifier.claims.lookups import LookupAnswerer
from classifier.events.candidate_cache import Window
from classifier.learning.champion import catalogue_of
from classifier.pictures import reader
from classifier.pipeline import nightly as night
from classifier.pipeline import worker
from db.catalogue import Catalogue
from db.core.connection import connect

QUEUE = "classify"
UPLOADS = "uploads"  # apart from judging: reading a picture takes seconds
UPLOADS_LONGEST = 1800  # seconds of one run, which works off what waits
RENEW_SECONDS = 600  # the catalogue is read anew after so long
REMEMBERED_DAYS = 60  # what grouping remembers of ended events and their texts

log = logging.getLogger(__name__)


class Sweeper:
    """One worker's bench, kept between sweeps; one sweep at a time."""

    def __init__(self, url: str, *, shipped: Catalogue | None = None) -> None:
        self._url = url
        self._shipped = shipped
        self._bench: worker.Bench | None = None
        self._made_at = datetime.min.replace(tzinfo=UTC)
        self._busy = threading.Lock()

    def sweep(self, *, stop: Callable[[], bool] = lambda: False) -> worker.Done:
        """Works off what is pending."""
        with self._busy, connect(self._url, autocommit=True, application="kiemtin classify") as conn:
            age = (datetime.now(UTC) - self._made_at).total_seconds()
            champion = db.judging.models.champion_name(conn) or ""
            bench = self._bench
            if bench is None or age > RENEW_SECONDS or (champion and champion != bench.model):
                window = bench.window if bench else None
                bench = self._bench = worker.prepare(conn, shipped=self._shipped, window=window)
                self._made_at = datetime.now(UTC)
            done = worker.run(conn, bench, stop=stop)
            if done.judged or done.corrected:
                log.info(
                    "%d judged, %d events begun, %d copies, %d corrections",
                    done.judged,
                    done.events,
                    done.copies,
                    done.corrected,
                )
            return done

    def night(self) -> None:
        """Trains, looks for drift and chooses what else people should see; once a day, at the time staff set."""
        with connect(self._url, application="kiemtin classify") as conn:
            now = datetime.now(UTC)
            if not night.due(conn, now=now):
                return
            report = night.run(conn, now=now, shipped=self._shipped or Catalogue())
        log.info("night: %s", report["training"])

    def read_uploads(self, *, stop: Callable[[], bool] = lambda: False) -> None:
        """Reads what people sent in, in a process of its own: what it costs in memory ends with it."""
        with connect(self._url, application="kiemtin classify") as conn:
            if not db.desk.upload_readings.any_pending(conn, readers=reader.readers()):
                return
        process = subprocess.Popen([sys.executable, "-m", "kiemtin", "uploads"], start_new_session=True)
        ends_at = time.monotonic() + UPLOADS_LONGEST
        try:
            while process.poll() is None and time.monotonic() < ends_at and not stop():
                time.sleep(0.5)
        finally:
            if process.poll() is None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def forget(self) -> int:
        """Drops what grouping no longer needs to remember."""
        with self._busy:
            if self._bench is not None:
                self._bench.window = Window()  # filled anew from what is still remembered
        with connect(self._url, autocommit=True, application="kiemtin classify") as conn:
            return db.judging.event_index.forget_older(conn, days=REMEMBERED_DAYS)


def app_of(url: str, sweeper: Sweeper, *, stop: Callable[[], bool] = lambda: False) -> procrastinate.App:
    """The job engine with the classifier's tasks: a sweep every ten seconds, forgetting at night."""
    app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=url, min_size=1, max_size=4))

    @app.periodic(cron="* * * * * */10", periodic_id="classify")
    @app.task(queue=QUEUE, name="classifier.sweep", queueing_lock="classifier.sweep")
    def sweep(timestamp: int) -> None:
        sweeper.sweep(stop=stop)

    @app.periodic(cron="*/10 * * * *", periodic_id="night")  # at the hour that staff set
    @app.task(queue=QUEUE, name="classifier.night", queueing_lock="classifier.night")
    def at_night(timestamp: int) -> None:
        sweeper.night()

    @app.periodic(cron="* * * * * */15", periodic_id="uploads")
    @app.task(queue=UPLOADS, name="classifier.uploads", queueing_lock="classifier.uploads", lock="pictures")
    def read_uploads(timestamp: int) -> None:
        sweeper.read_uploads(stop=stop)

    @app.periodic(cron="40 3 * * *", periodic_id="forget")
    @app.task(queue=QUEUE, name="classifier.forget", queueing_lock="classifier.forget")
    def forget(timestamp: int) -> None:
        sweeper.forget()

    return app


def forever(url: str, *, shipped: Catalogue | None = None) -> None:
    """Runs the worker until it is told to stop (SIGTERM, SIGINT); what it is doing is finished first."""
    stopping = threading.Event()
    sweeper = Sweeper(url, shipped=shipped)
    LookupAnswerer(url, lambda conn: catalogue_of(conn, shipped or Catalogue()), stopping.is_set).start()
    sweeper.sweep()
    app = app_of(url, sweeper, stop=stopping.is_set)
    with app.open():
        app.run_worker(
            queues=[QUEUE, UPLOADS], delete_jobs="successful", concurrency=2, shutdown_graceful_timeout=30
        )
