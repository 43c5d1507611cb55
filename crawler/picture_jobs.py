"""The queue of pictures: apart from the crawl's, one at a time, each run in a process of its own, so that a browser never
holds up the crawl."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys

import procrastinate

from crawler import rendering
from db import exact_captures
from db.connection import Connection

QUEUE = "pictures"
LONGEST = 1800.0  # seconds of one run, which works off all that waits


class Pictures:
    """The queue's task, the sweep that defers it, and the one process that may be at work."""

    def __init__(self, app: procrastinate.App, conn: Connection) -> None:
        self._conn = conn
        self._process: asyncio.subprocess.Process | None = None
        self._task = app.task(name="crawler.pictures", queue=QUEUE, pass_context=False)(self._run)

    async def sweep(self) -> None:
        """Defers a run when captures wait for pictures."""
        if exact_captures.unpictured(self._conn, browser=rendering.installed() is not None, most=1):
            with contextlib.suppress(procrastinate.exceptions.AlreadyEnqueued):
                await self._task.configure(lock=QUEUE, queueing_lock=QUEUE).defer_async()

    async def _run(self) -> None:
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
