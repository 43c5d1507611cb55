"""The queue of pictures: apart from the crawl's, one at a time, each run in a process of its own, so that a browser never
holds up the crawl. Pictures are in no hurry (the bytes are kept already): they wait for a pause in the reading, and the
reading processes make room for the browser, which is larger than both."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from datetime import UTC, datetime, timedelta

import procrastinate

from crawler.evidence import screenshots
from crawler.pipeline.extract_pool import ExtractPool
from db.core.connection import Connection
from db.press import evidence_captures

QUEUE = "pictures"
LONGEST = 1800.0  # seconds of one run, which works off all that waits
PAUSE = 15.0  # seconds without a page to read: the crawl's burst is over
PATIENCE = timedelta(minutes=10)  # a crawl that never pauses does not put pictures off for longer


class ScreenshotQueue:
    """The queue's task, the sweep that defers it, and the one process that may be at work."""

    def __init__(self, app: procrastinate.App, conn: Connection, extract_pool: ExtractPool) -> None:
        self._conn, self._extract_pool = conn, extract_pool
        self._process: asyncio.subprocess.Process | None = None
        self._task = app.task(name="crawler.pictures", queue=QUEUE, pass_context=False)(self._run)

    async def sweep(self) -> None:
        """Defers a run when captures wait for pictures and the crawl pauses, or has not paused for long."""
        waiting = evidence_captures.unpictured(
            self._conn, browser=screenshots.installed() is not None, most=1
        )
        if not waiting:
            return
        if (
            self._extract_pool.idle_seconds() >= PAUSE
            or datetime.now(UTC) - waiting[0].captured_at > PATIENCE
        ):
            with contextlib.suppress(procrastinate.exceptions.AlreadyEnqueued):
                await self._task.configure(lock=QUEUE, queueing_lock=QUEUE).defer_async()

    async def _run(self) -> None:
        self._extract_pool.release()
        # a session of its own, so that the browser and its helpers end with it
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "kiemtin", "pictures", start_new_session=True
        )
        try:
            async with asyncio.timeout(LONGEST):
                await self._process.wait()
        finally:
            self.stop()

    def stop(self) -> None:
        """Ends the process that is at work, with its browser; what it had to do is still due."""
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
