"""The extraction pool: processes that read pages and feeds. Extraction is 92 % of the work and would stall the loop that fetches."""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import time
import weakref
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any, TypeVar

from crawler.extract import article
from crawler.extract.article import ExtractedPage
from crawler.feeds import syndication
from crawler.feeds.entry import Feed
from db.core.errors import SetAside
from db.core.time import HANOI

PROCESSES = 2
LONGEST = 90.0  # seconds for one page once it is being read; the slowest real page took 2 s
MOST_ATTEMPTS = 2  # of a page whose reading does not end or ends its process
T = TypeVar("T")

# Where a date names no zone, the press of a language means its own clock (chosen 2026-11).
ZONES: Mapping[str, tzinfo] = {
    "vi": HANOI,
    "zh": timezone(timedelta(hours=8)),
    "th": timezone(timedelta(hours=7)),
    "lo": timezone(timedelta(hours=7)),
    "km": timezone(timedelta(hours=7)),
    "ja": timezone(timedelta(hours=9)),
    "ko": timezone(timedelta(hours=9)),
}


def zone_of(language: str) -> tzinfo:
    """The clock that a source's undated zone means."""
    return ZONES.get(language.split("-")[0], UTC)


class ExtractPool:
    """A pool of reading processes; they leave with their parent, even when it was killed."""

    def __init__(self, processes: int = PROCESSES) -> None:
        self._processes = processes
        self._pool: ProcessPoolExecutor | None = None
        self._out_of_time: weakref.WeakSet[ProcessPoolExecutor] = weakref.WeakSet()
        self._reading = 0
        self._read_at = time.monotonic()

    async def page(
        self,
        body: bytes,
        *,
        url: str,
        headers: Mapping[str, str],
        status: int,
        hosts: Sequence[str],
        language: str,
    ) -> ExtractedPage:
        """What a page says; SetAside when reading it does not end."""
        return await self._run(_page, body, url, dict(headers), status, tuple(hosts), language)

    async def feed(self, body: bytes, *, url: str, content_type: str | None, language: str) -> Feed:
        """What a feed says; SetAside when reading it does not end."""
        return await self._run(_feed, body, url, content_type, language)

    def idle_seconds(self) -> float:
        """Seconds since anything was read; 0 while something is."""
        return 0.0 if self._reading else time.monotonic() - self._read_at

    def release(self) -> None:
        """Gives the processes' memory back while nothing is read; the next page starts new ones."""
        if not self._reading:
            self.close()

    async def _run(self, function: Callable[..., T], *given: Any) -> T:
        self._reading += 1
        try:
            return await self._in_a_process(function, *given)
        finally:
            self._reading -= 1
            self._read_at = time.monotonic()

    async def _in_a_process(self, function: Callable[..., T], *given: Any) -> T:
        attempt = 1
        while True:
            pool = self._ready()
            try:
                return await _result(pool.submit(function, *given))
            except TimeoutError as exc:
                self._out_of_time.add(pool)
                self._discard(pool)
                error: Exception = exc
            except BrokenProcessPool as exc:
                self._discard(pool)
                error = exc
                if pool in self._out_of_time:  # ended for another page's sake: that costs this one nothing
                    continue
            if attempt == MOST_ATTEMPTS:
                raise SetAside("the page could not be read: reading it did not end") from error
            attempt += 1

    def _ready(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                self._processes,
                mp_context=multiprocessing.get_context("spawn"),
                initializer=_begin,
                initargs=(os.getpid(),),
            )
        return self._pool

    def _discard(self, pool: ProcessPoolExecutor) -> None:
        if self._pool is pool:
            self._pool = None
        for process in list((getattr(pool, "_processes", None) or {}).values()):
            with contextlib.suppress(OSError):
                process.kill()
        # no cancel_futures: who waits for a page must hear of a broken pool, not that the crawl was called off
        pool.shutdown(wait=False)

    def close(self) -> None:
        """Ends the processes."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None


async def _result(work: Future[T]) -> T:
    """What comes of ``work``; TimeoutError when it has been under way for LONGEST.

    Waiting for a free process does not count: on a busy machine the queue alone may take longer than a page may.
    """
    waiting = asyncio.wrap_future(work)
    while True:
        under_way = work.running()
        done, _ = await asyncio.wait([waiting], timeout=LONGEST)
        if done:
            return waiting.result()
        if under_way:
            waiting.cancel()
            raise TimeoutError


def _begin(parent: int) -> None:
    import signal

    from db.ops.parent_watch import leave_with_parent

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    leave_with_parent(parent)


def _page(
    body: bytes, url: str, headers: dict[str, str], status: int, hosts: tuple[str, ...], language: str
) -> ExtractedPage:
    return article.read(
        body,
        url=url,
        headers=headers,
        status=status,
        now=datetime.now(UTC),
        hosts=hosts,
        zone=zone_of(language),
    )


def _feed(body: bytes, url: str, content_type: str | None, language: str) -> Feed:
    return syndication.read(
        body, url=url, content_type=content_type, now=datetime.now(UTC), zone=zone_of(language)
    )
