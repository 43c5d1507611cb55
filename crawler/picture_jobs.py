"""The queue of pictures: apart from the crawl's, one at a time, each run in a process of its own, so that a browser never
holds up the crawl."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Awaitable, Callable

import procrastinate

from crawler import rendering
from db import exact_captures
from db.connection import Connection

QUEUE = "pictures"
LONGEST = 1800.0  # seconds of one run, which works off all that waits


def enter(app: procrastinate.App, conn: Connection) -> Callable[[], Awaitable[None]]:
    """Enters the queue's task; returns the sweep that defers it when captures wait for pictures."""

    @app.task(name="crawler.pictures", queue=QUEUE, pass_context=False)
    async def pictures() -> None:
        process = await asyncio.create_subprocess_exec(sys.executable, "-m", "kiemtin", "pictures")
        try:
            async with asyncio.timeout(LONGEST):
                await process.wait()
        finally:
            if process.returncode is None:
                process.terminate()

    async def sweep() -> None:
        if exact_captures.unpictured(conn, browser=rendering.installed() is not None, most=1):
            with contextlib.suppress(procrastinate.exceptions.AlreadyEnqueued):
                await pictures.configure(lock=QUEUE, queueing_lock=QUEUE).defer_async()

    return sweep
