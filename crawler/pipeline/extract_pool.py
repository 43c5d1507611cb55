"""The extraction pool: processes that read pages and feeds. Extraction is 92 % of the work and would stall the loop that fetches."""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from datetime import UTC, datetime, tzinfo
from typing import Any, TypeVar
from urllib.parse import urlsplit

from crawler.extract import article
from crawler.extract.article import ExtractedPage
from crawler.feeds import syndication
from crawler.feeds.entry import Feed
from crawler.text import zones
from db.core.errors import SetAside
from db.press.sources import PolledSource

PROCESSES = 2
LONGEST = 60.0  # seconds for one page once it is being read; the slowest real page took 2 s
# After a page that did not end, its host's next pages have so many seconds, and one process, for so long.
LONGEST_IN_DOUBT, DOUBTED = 10.0, 3600.0
MOST_ATTEMPTS = 2  # of a page whose reading ends its process
T = TypeVar("T")


def clock_of(source: PolledSource) -> tzinfo:
    """The clock that a source means by a date without a zone: Hanoi's for a domestic one, else its country's or language's."""
    return zones.of_source(source.language, scope=source.scope, home=source.home)


class ExtractPool:
    """Processes that read one page each at a time; a page that does not end costs its own process and nobody else's. They
    leave with their parent, even when it was killed."""

    def __init__(self, processes: int = PROCESSES) -> None:
        self._free = asyncio.Semaphore(processes)
        self._idle: list[ProcessPoolExecutor] = []  # one process each
        self._doubtful: dict[
            str, float
        ] = {}  # hosts of pages that did not end, and until when they are doubted
        self._one_doubtful = asyncio.Semaphore(1)
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
        zone: tzinfo,
    ) -> ExtractedPage:
        """What a page says; SetAside when reading it does not end."""
        return await self._run(
            _page, body, url, dict(headers), status, tuple(hosts), zone, host=urlsplit(url).netloc
        )

    async def feed(self, body: bytes, *, url: str, content_type: str | None, zone: tzinfo) -> Feed:
        """What a feed says; SetAside when reading it does not end."""
        return await self._run(_feed, body, url, content_type, zone, host=urlsplit(url).netloc)

    def idle_seconds(self) -> float:
        """Seconds since anything was read; 0 while something is."""
        return 0.0 if self._reading else time.monotonic() - self._read_at

    def release(self) -> None:
        """Gives the processes' memory back while nothing is read; the next page starts new ones."""
        if not self._reading:
            self.close()

    def close(self) -> None:
        """Ends the processes."""
        while self._idle:
            self._idle.pop().shutdown(wait=True, cancel_futures=True)

    async def _run(self, function: Callable[..., T], *given: Any, host: str = "") -> T:
        """What ``function`` makes of ``given``. Pages of a host that is doubted have less time and take one process of all
        at most: however many it sends, the others are read."""
        self._reading += 1
        try:
            if self._doubtful.get(host, 0.0) < time.monotonic():
                return await self._read(function, *given, host=host, seconds=LONGEST)
            async with self._one_doubtful:
                return await self._read(function, *given, host=host, seconds=LONGEST_IN_DOUBT)
        finally:
            self._reading -= 1
            self._read_at = time.monotonic()

    async def _read(self, function: Callable[..., T], *given: Any, host: str, seconds: float) -> T:
        async with self._free:
            for _ in range(MOST_ATTEMPTS):
                try:
                    return await self._in_a_process(function, *given, seconds=seconds)
                except TimeoutError as exc:
                    # it would not end the second time either
                    self._doubtful[host] = time.monotonic() + DOUBTED
                    raise SetAside("the page could not be read: reading it did not end") from exc
                except BrokenProcessPool as exc:
                    error = exc
            raise SetAside("the page could not be read: reading it did not end") from error

    async def _in_a_process(self, function: Callable[..., T], *given: Any, seconds: float) -> T:
        process = self._idle.pop() if self._idle else _new_process()
        try:
            # the clock of the page begins when its process is there
            await asyncio.wrap_future(process.submit(os.getpid))
            result = await asyncio.wait_for(asyncio.wrap_future(process.submit(function, *given)), seconds)
        except (TimeoutError, BrokenProcessPool, asyncio.CancelledError):
            _end(process)
            raise
        except BaseException:
            self._idle.append(process)
            raise
        self._idle.append(process)
        return result


def _new_process() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(
        1, mp_context=multiprocessing.get_context("spawn"), initializer=_begin, initargs=(os.getpid(),)
    )


def _end(pool: ProcessPoolExecutor) -> None:
    """Kills the process, whatever it does."""
    for process in list((getattr(pool, "_processes", None) or {}).values()):
        with contextlib.suppress(OSError):
            process.kill()
    pool.shutdown(wait=False, cancel_futures=True)


def _begin(parent: int) -> None:
    import signal

    from db.ops.parent_watch import leave_with_parent

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    leave_with_parent(parent)


def _page(
    body: bytes, url: str, headers: dict[str, str], status: int, hosts: tuple[str, ...], zone: tzinfo
) -> ExtractedPage:
    return article.read(
        body,
        url=url,
        headers=headers,
        status=status,
        now=datetime.now(UTC),
        hosts=hosts,
        zone=zone,
    )


def _feed(body: bytes, url: str, content_type: str | None, zone: tzinfo) -> Feed:
    return syndication.read(body, url=url, content_type=content_type, now=datetime.now(UTC), zone=zone)
