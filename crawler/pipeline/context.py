"""The context of a crawl: database, downloader, extraction pool and WARC writer of one process, and the loop they run on."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from crawler.http.client import Fetcher, FetchLimits
from crawler.http.product import user_agent
from crawler.http.rate_limit import PATIENCE, Pace
from crawler.http.scrapy_downloader import ScrapyTransport
from crawler.http.warc_writer import WarcWriter
from crawler.pipeline.batch_writer import BatchWriter
from crawler.pipeline.extract_pool import ExtractPool
from crawler.pipeline.poll_schedule import Bounds, parse_offsets
from db.catalogue import rows
from db.core.connection import Connection, connect
from db.core.errors import KiemtinError
from db.core.settings import Settings
from db.ops import embedded_postgres

log = logging.getLogger(__name__)

T = TypeVar("T")
NO_CONTACT = "https://kiemtin.invalid/contact-not-set"  # doctor asks for a real one; it is a setting of staff


@dataclass(slots=True, kw_only=True)
class Tally:
    """What a round has done so far, for its summary."""

    polled: int = 0
    new: int = 0
    changed: int = 0
    gone: int = 0
    back: int = 0
    looked: int = 0
    failed: list[dict[str, str]] = field(default_factory=list)

    def fail(self, source: str, why: str) -> None:
        """Notes why a source could not be read, each reason once."""
        if {"source": source, "why": why} not in self.failed:
            self.failed.append({"source": source, "why": why})


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlContext:
    """What the work of one process needs; ``once``: a round asked for by hand.

    ``writer`` stores articles beside the loop; ``conn`` is the loop's own.
    """

    conn: Connection
    writer: BatchWriter
    transport: ScrapyTransport
    fetcher: Fetcher
    extract_pool: ExtractPool
    warc: WarcWriter
    bounds: Bounds
    recheck_offsets: list[timedelta]
    watched_offsets: list[timedelta]
    once: bool
    started_at: datetime


async def start(conn: Connection, settings: Settings, *, once: bool) -> CrawlContext:
    """Makes the tools and starts the downloader on the running loop."""
    patience = PATIENCE if once else 20.0
    contact = (
        rows.text(conn, "fetch.contact").strip() or rows.text(conn, "bulletin.contact").strip() or NO_CONTACT
    )
    transport = ScrapyTransport()
    fetcher = Fetcher(
        conn,
        transport,
        pace=Pace(conn, patience=patience),
        agent=user_agent(contact),
        limits=FetchLimits(
            largest=int(rows.number(conn, "fetch.largest_megabytes")) * 2**20,
            longest=float(rows.number(conn, "fetch.longest_seconds")),
        ),
        fresh_robots=once,
    )
    await transport.open()
    url = embedded_postgres.urls(settings).app
    warc = WarcWriter(settings.captures)
    return CrawlContext(
        conn=conn,
        writer=BatchWriter(lambda: connect(url, autocommit=True), before_commit=warc.sync),
        transport=transport,
        fetcher=fetcher,
        extract_pool=ExtractPool(),
        warc=warc,
        bounds=Bounds(
            floor=rows.number(conn, "poll.floor_seconds") / 60,
            ceiling=rows.number(conn, "poll.ceiling_seconds") / 60,
            full_hours=rows.number(conn, "poll.full_fetch_hours"),
        ),
        recheck_offsets=parse_offsets(_list(conn, "recheck.offsets")),
        watched_offsets=parse_offsets(_list(conn, "recheck.flagged_offsets")),
        once=once,
        started_at=datetime.now(UTC),
    )


def _list(conn: Connection, name: str) -> str:
    found: object = rows.value(conn, name)
    return "|".join(map(str, found)) if isinstance(found, list | tuple) else str(found)


async def stop(ctx: CrawlContext) -> None:
    """Ends the downloader, the reading processes and the writing."""
    await ctx.transport.close()
    ctx.extract_pool.close()
    ctx.writer.close()
    ctx.warc.close()


def run(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Runs ``work`` on an asyncio loop under Twisted's reactor, as Scrapy needs it; once in a process.

    Ctrl-C cancels the work and lets it clean up.
    """
    from twisted.internet import asyncioreactor

    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    asyncioreactor.install(loop)  # type: ignore[no-untyped-call]
    from twisted.internet import reactor as installed

    reactor: Any = installed

    outcome: list[T] = []
    failure: list[BaseException] = []

    async def main() -> None:
        try:
            outcome.append(await work())
        except (Exception, asyncio.CancelledError) as exc:  # handed to the caller below, whatever it is
            failure.append(exc)
        finally:
            loop.call_soon(reactor.stop)

    import signal

    task: list[asyncio.Task[None]] = []

    def begin() -> None:
        task.append(loop.create_task(main()))

    def leave() -> None:
        for each in task:
            each.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, leave)
    reactor.callWhenRunning(begin)
    reactor.run(installSignalHandlers=False)
    if failure:
        if isinstance(failure[0], asyncio.CancelledError):
            raise KeyboardInterrupt
        raise failure[0]
    return outcome[0]


def run_once(conn: Connection, settings: Settings, work: Callable[[CrawlContext], Awaitable[T]]) -> T:
    """Runs ``work`` with tools made for one round by hand, which end with it; once in a process."""

    async def inner() -> T:
        ctx = await start(conn, settings, once=True)
        try:
            return await work(ctx)
        finally:
            await stop(ctx)

    return run(inner)


async def guarded(work: Awaitable[None], *, about: str) -> bool:
    """Awaits ``work``; an error we did not foresee is told with its address and costs nothing else: then False."""
    try:
        await work
        return True
    except asyncio.CancelledError:
        raise
    except KiemtinError as exc:
        log.warning("%s: %s", about, exc)
    except Exception:
        log.exception("unforeseen at %s", about)
    return False
