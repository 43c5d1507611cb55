"""The crawl worker: Procrastinate decides when and where, the rows say what; Scrapy runs in the worker's own loop.

A sweep defers one visit per due source under a lock on its host. A lost or doubled job loses and doubles nothing:
what is due is read from the tables each time, and a source is held by a lock that dies with its process.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import procrastinate
import psycopg

from crawler.evidence import capture as exact_captures
from crawler.evidence import screenshot_jobs
from crawler.pipeline import context, probe_source, recheck, source_health
from crawler.pipeline.context import Collector, Tally, guarded
from crawler.pipeline.source_visit import visit
from db.catalogue import rows
from db.core.connection import Connection
from db.core.errors import KiemtinError
from db.core.settings import Settings
from db.ops import embedded_postgres
from db.press import articles, captures, rechecks, source_probes, sources, urls

QUEUE = "crawl"
QUEUES = (QUEUE, screenshot_jobs.QUEUE)
AT_ONCE = 24  # visits of one worker; most of a visit is waiting for the pace
SWEEP = 10.0  # seconds between two looks for what is due
HEARTBEAT, STALLED = 5.0, 20.0  # seconds; a killed worker's jobs are taken over after the second
HEALTH = 120.0
DAY = 86400.0


class Worker:
    """One crawl worker: its tools, and which sources it cares for."""

    def __init__(self, c: Collector, settings: Settings, *, name: str | None, group: str | None) -> None:
        self.c = c
        self.settings = settings
        self.name = name
        self.group = group

    def due(self) -> list[sources.PolledSource]:
        """Sources with something to do now."""
        found = sources.due(self.c.conn, group=self.group)
        known = {s.id for s in found}
        found += [
            sources.get(self.c.conn, n)
            for n in articles.sources_with_looks(self.c.conn, group=self.group)
            if n not in known
        ]
        return [s for s in found if self.name in (None, s.name)]


def work(conn: Connection, settings: Settings, *, name: str | None, group: str | None) -> None:
    """Runs until told to stop (Ctrl-C, SIGTERM)."""
    logging.getLogger("procrastinate").setLevel(logging.CRITICAL)
    with contextlib.suppress(KeyboardInterrupt):
        context.run(lambda: _work(conn, settings, name=name, group=group))


async def _work(conn: Connection, settings: Settings, *, name: str | None, group: str | None) -> None:
    c = await context.start(conn, settings, once=False)
    worker = Worker(c, settings, name=name, group=group)
    app = procrastinate.App(
        connector=procrastinate.PsycopgConnector(
            conninfo=embedded_postgres.urls(settings).app, min_size=1, max_size=4
        )
    )

    @app.task(name="crawler.visit", queue=QUEUE, pass_context=False)
    async def visit_source(source_id: int) -> None:
        source = sources.get(conn, source_id)
        if source.status != "enabled":
            return
        tally = Tally()
        await guarded(visit(c, source, tally), about=source.name)
        due = articles.due_looks(conn, everything=False, source_id=source_id, most=200)
        if due:
            await guarded(recheck.of_source(c, source, due, tally, forced=False), about=source.name)
        source_health.compute(conn, source)

    async def sweep() -> None:
        await _free_stalled(app)
        for source in worker.due():
            with contextlib.suppress(procrastinate.exceptions.AlreadyEnqueued):
                await visit_source.configure(
                    lock=f"host:{urls.host_of(source.home)}", queueing_lock=f"visit:{source.id}"
                ).defer_async(source_id=source.id)

    @app.task(name="crawler.capture", queue=QUEUE, pass_context=False)
    async def capture(request_id: int) -> None:
        request = rechecks.open_request(conn, request_id)
        if request is None:
            return
        exact = request.kind in ("flag", "decision")
        work = exact_captures.fulfil(c, request) if exact else recheck.answer_request(c, request, Tally())
        await guarded(work, about=f"capture request {request.id}")

    async def wishes() -> None:
        for request in rechecks.requests(conn):
            with contextlib.suppress(procrastinate.exceptions.AlreadyEnqueued):
                await capture.configure(
                    lock=f"capture:{request.id}", queueing_lock=f"capture:{request.id}"
                ).defer_async(request_id=request.id)

    async def trials() -> None:
        for wish in source_probes.waiting(conn):
            source = sources.get(conn, wish.source_id)
            listed = [(a.kind, a.url) for a in sources.addresses(conn, source.id)]
            try:
                result = await probe_source.trial(c, source, listed)
            except KiemtinError as why:
                result = {"works": False, "why": str(why)}
            probe_source.settle(conn, source, works=bool(result["works"]))
            source_probes.answer(conn, wish.id, ok=bool(result["works"]), result=result)

    async def judge() -> None:
        for source in sources.enabled(conn, group=group):
            source_health.compute(conn, source)

    async def prune() -> None:
        captures.ensure_months(conn)
        for queue in QUEUES:
            await app.job_manager.delete_old_jobs(
                nb_hours=24, queue=queue, include_failed=True, include_cancelled=True
            )
        drop_old_captures(conn, settings.captures)

    pictures = screenshot_jobs.ScreenshotQueue(app, conn, c.readers)
    async with app.open_async():
        beats = [
            asyncio.create_task(_every(SWEEP, sweep, "sweep")),
            asyncio.create_task(_every(SWEEP, wishes, "capture requests")),
            asyncio.create_task(_every(SWEEP / 2, trials, "trials of sources")),
            asyncio.create_task(_every(SWEEP, pictures.sweep, "pictures")),
            asyncio.create_task(_every(HEALTH, judge, "health")),
            asyncio.create_task(_every(DAY, prune, "pruning")),
        ]
        try:
            await asyncio.gather(
                _serve(app, QUEUE, at_once=AT_ONCE), _serve(app, screenshot_jobs.QUEUE, at_once=1)
            )
        finally:
            pictures.stop()
            for beat in beats:
                beat.cancel()
            await asyncio.gather(*beats, return_exceptions=True)
            await context.stop(c)


async def _serve(app: procrastinate.App, queue: str, *, at_once: int) -> None:
    await app.run_worker_async(
        queues=[queue], concurrency=at_once, install_signal_handlers=False, update_heartbeat_interval=HEARTBEAT,
        stalled_worker_timeout=STALLED, shutdown_graceful_timeout=3.0, fetch_job_polling_interval=2.0,
    )  # fmt: skip


async def _every(seconds: float, act: Any, about: str) -> None:
    while True:
        await guarded(act(), about=about)
        await asyncio.sleep(seconds)


async def _free_stalled(app: procrastinate.App) -> None:
    """Ends jobs whose worker was killed, so that their lock is free again; what they had to do is still due."""
    for queue in QUEUES:
        for job in await app.job_manager.get_stalled_jobs(queue=queue, seconds_since_heartbeat=STALLED):
            with contextlib.suppress(psycopg.Error, procrastinate.exceptions.ConnectorException):
                await app.job_manager.finish_job(
                    job, status=procrastinate.jobs.Status.FAILED, delete_job=True
                )


def drop_old_captures(conn: Connection, folder: Path) -> int:
    """Removes WARC files of the months past retention, those of cases apart, and drops the months; how many files."""
    limit = datetime.now(UTC) - timedelta(days=rows.number(conn, "captures.retention_days"))
    before = limit.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    dropped = 0
    for name in captures.files_before(conn, before=before):
        path = folder / name
        if path.exists():
            path.unlink()
            dropped += 1
    captures.drop_months(conn, before=before)
    return dropped
