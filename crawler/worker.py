"""The crawl worker: Procrastinate decides when and where, the rows say what; Scrapy runs in the worker's own loop.

A sweep defers one visit per due source under a lock on its host. A lost or doubled job loses and doubles nothing:
what is due is read from the tables each time, and a source is held by a lock that dies with its process.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import procrastinate
import psycopg

from crawler.evidence import capture as exact_captures
from crawler.evidence import screenshot_jobs
from crawler.pipeline import context, recheck, source_health
from crawler.pipeline.add_source import ProposalRunner
from crawler.pipeline.context import CrawlContext, Tally, guarded
from crawler.pipeline.source_visit import visit_source
from crawler.pipeline.trial_rounds import TrialRunner
from db.catalogue import rows
from db.core.connection import Connection
from db.core.settings import Settings
from db.ops import embedded_postgres
from db.press import articles, captures, rechecks, sources, urls

QUEUE = "crawl"
QUEUES = (QUEUE, screenshot_jobs.QUEUE)
AT_ONCE = 24  # visits of one worker; most of a visit is waiting for the pace
SWEEP = 10.0  # seconds between two looks for what is due
HEARTBEAT, STALLED = 5.0, 20.0  # seconds; a killed worker's jobs are taken over after the second
HEALTH = 120.0
DAY = 86400.0


class CrawlWorker:
    """One crawl worker: its tasks and the sweeps that defer them.

    ``name``, ``group``: the only source, the only group of sources it cares for.
    """

    def __init__(self, ctx: CrawlContext, settings: Settings, *, name: str | None, group: str | None) -> None:
        self._ctx = ctx
        self._conn = ctx.conn
        self._settings = settings
        self._name = name
        self._group = group
        self._app = procrastinate.App(
            connector=procrastinate.PsycopgConnector(
                conninfo=embedded_postgres.urls(settings).app, min_size=1, max_size=4
            )
        )
        self._visit_task = self._app.task(name="crawler.visit", queue=QUEUE, pass_context=False)(self.visit)
        self._capture_task = self._app.task(name="crawler.capture", queue=QUEUE, pass_context=False)(
            self.capture
        )
        self._trials = TrialRunner(ctx)
        self._proposals = ProposalRunner(ctx)
        self._screenshots = screenshot_jobs.ScreenshotQueue(self._app, ctx.conn, ctx.extract_pool)

    async def run(self) -> None:
        """Works until it is cancelled."""
        async with self._app.open_async():
            beats = [
                asyncio.create_task(_repeat(sweep, seconds=seconds, about=about))
                for seconds, sweep, about in (
                    (SWEEP, self.defer_visits, "sweep"),
                    (SWEEP, self.defer_captures, "capture requests"),
                    (SWEEP / 2, self.answer_trials, "trials of sources"),
                    (SWEEP, self._screenshots.sweep, "pictures"),
                    (HEALTH, self.judge_health, "health"),
                    (DAY, self.prune, "pruning"),
                )
            ]
            try:
                await asyncio.gather(
                    _serve(self._app, QUEUE, at_once=AT_ONCE),
                    _serve(self._app, screenshot_jobs.QUEUE, at_once=1),
                )
            finally:
                self._screenshots.stop()
                for beat in beats:
                    beat.cancel()
                await asyncio.gather(*beats, return_exceptions=True)
                await self._trials.stop()
                await self._proposals.stop()

    # ── tasks ───────────────────────────────────────────────────────────────────────────────────────────

    async def visit(self, source_id: int) -> None:
        """Task: one visit to a source, the re-checks that are due there, and its health."""
        source = sources.get(self._conn, source_id)
        is_merged = (
            sources.merged_into(self._conn, source_id) is not None
        )  # read no more, its archive is looked at
        if source.status != "enabled" and not is_merged:
            return
        tally = Tally()
        if not is_merged:
            await guarded(visit_source(self._ctx, source, tally), about=source.name)
        due = articles.due_looks(self._conn, everything=False, source_id=source_id, most=200)
        if due:
            rechecked = recheck.recheck_source(self._ctx, source, due, tally, forced=False)
            await guarded(rechecked, about=source.name)
        source_health.compute(self._conn, source)

    async def capture(self, request_id: int) -> None:
        """Task: one capture that another room asked for."""
        request = rechecks.open_request(self._conn, request_id)
        if request is None:
            return
        if request.kind in ("flag", "decision"):
            captured = exact_captures.fulfil(self._ctx, request)
        else:
            captured = recheck.answer_request(self._ctx, request, Tally())
        await guarded(captured, about=f"capture request {request.id}")

    # ── sweeps ──────────────────────────────────────────────────────────────────────────────────────────

    async def defer_visits(self) -> None:
        """Defers a visit to each source with something to do."""
        await _free_stalled(self._app)
        for source in self.due():
            with contextlib.suppress(procrastinate.exceptions.AlreadyEnqueued):
                await self._visit_task.configure(
                    lock=f"host:{urls.host_of(source.home)}", queueing_lock=f"visit:{source.id}"
                ).defer_async(source_id=source.id)

    async def defer_captures(self) -> None:
        """Defers each open capture request."""
        for request in rechecks.requests(self._conn):
            with contextlib.suppress(procrastinate.exceptions.AlreadyEnqueued):
                await self._capture_task.configure(
                    lock=f"capture:{request.id}", queueing_lock=f"capture:{request.id}"
                ).defer_async(request_id=request.id)

    async def answer_trials(self) -> None:
        """Tries the sources that staff asked to be tried, one or many, on the sources screen."""
        self._trials.start_waiting()
        self._proposals.start_waiting()

    async def judge_health(self) -> None:
        """Judges the health of every enabled source."""
        for source in sources.enabled(self._conn, group=self._group):
            source_health.compute(self._conn, source)

    async def prune(self) -> None:
        """Makes the months ahead; drops finished jobs and captures past their retention."""
        captures.ensure_months(self._conn)
        for queue in QUEUES:
            await self._app.job_manager.delete_old_jobs(
                nb_hours=24, queue=queue, include_failed=True, include_cancelled=True
            )
        drop_old_captures(self._conn, self._settings.captures)

    def due(self) -> list[sources.PolledSource]:
        """Sources with something to do now."""
        found = sources.due(self._conn, group=self._group)
        known = {s.id for s in found}
        found += [
            sources.get(self._conn, n)
            for n in articles.sources_with_looks(self._conn, group=self._group)
            if n not in known
        ]
        return [s for s in found if self._name in (None, s.name)]


def work(conn: Connection, settings: Settings, *, name: str | None, group: str | None) -> None:
    """Runs until told to stop (Ctrl-C, SIGTERM)."""
    logging.getLogger("procrastinate").setLevel(logging.CRITICAL)

    async def run() -> None:
        ctx = await context.start(conn, settings, once=False)
        try:
            await CrawlWorker(ctx, settings, name=name, group=group).run()
        finally:
            await context.stop(ctx)

    with contextlib.suppress(KeyboardInterrupt):
        context.run(run)


async def _serve(app: procrastinate.App, queue: str, *, at_once: int) -> None:
    await app.run_worker_async(
        queues=[queue], concurrency=at_once, install_signal_handlers=False, update_heartbeat_interval=HEARTBEAT,
        stalled_worker_timeout=STALLED, shutdown_graceful_timeout=3.0, fetch_job_polling_interval=2.0,
    )  # fmt: skip


async def _repeat(action: Callable[[], Awaitable[None]], *, seconds: float, about: str) -> None:
    while True:
        await guarded(action(), about=about)
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
