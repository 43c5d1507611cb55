"""Pictures wait for a pause in the reading, and the readers make room for the browser."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
import seeding

from crawler.evidence import screenshot_jobs
from crawler.evidence.screenshot_jobs import ScreenshotQueue
from crawler.pipeline.extract_pool import ExtractPool
from db.core.connection import Connection
from db.core.time import HANOI

PAGE = b"<html><body><h1>Tin</h1><p>" + b"Mot doan van. " * 40 + b"</p></body></html>"


class Queue:
    """In the place of Procrastinate: counts what is deferred."""

    def __init__(self) -> None:
        self.deferred = 0

    def task(self, **_: object) -> object:
        return lambda _: self

    def configure(self, **_: object) -> Queue:
        return self

    async def defer_async(self) -> None:
        self.deferred += 1


class Pausing:
    """In the place of the readers: says how long nothing was read."""

    def __init__(self, pause: float) -> None:
        self._pause = pause

    def idle_seconds(self) -> float:
        return self._pause


@pytest.fixture
def readers() -> Iterator[ExtractPool]:
    found = ExtractPool(processes=1)
    yield found
    found.close()


async def read(readers: ExtractPool) -> str:
    page = await readers.page(
        PAGE, url="http://bao.example/tin-1.html", headers={}, status=200, hosts=(), zone=HANOI
    )
    return page.text[:12]


def waiting_capture(owner: psycopg.Connection, *, at: datetime) -> None:
    """A capture of an article that has no picture yet."""
    article = seeding.article(owner)
    owner.execute(
        """WITH asked AS (INSERT INTO capture_requests (article_id, kind, asked_by) VALUES (%(article)s, 'flag', 'x') RETURNING id),
                kept AS (INSERT INTO captures (at, url, final_url, status, payload_sha256, decoded_sha256, bytes, warc_file, warc_offset)
                         VALUES (%(at)s, 'x', 'x', 200, 'x', 'x', 1, 'x', 0) RETURNING id)
           INSERT INTO exact_captures (capture_id, captured_at, request_id, warc_sha256, warc_bytes, record, audit_id)
           SELECT kept.id, %(at)s, asked.id, 'x', 1, '{}', 1 FROM asked, kept""",
        {"article": article, "at": at},
    )


def test_readers_that_rest_have_no_processes_and_read_again_when_asked(readers: ExtractPool) -> None:
    async def twice() -> None:
        assert await read(readers) == "Mot doan van"
        readers.release()
        assert readers._idle == []
        assert await read(readers) == "Mot doan van"

    asyncio.run(twice())


def test_readers_do_not_rest_over_a_page(readers: ExtractPool) -> None:
    async def meanwhile() -> None:
        page = asyncio.create_task(read(readers))
        await asyncio.sleep(0)
        assert readers.idle_seconds() == 0
        readers.release()
        assert await page == "Mot doan van"
        assert readers.idle_seconds() > 0

    asyncio.run(meanwhile())


@pytest.mark.parametrize(
    ("pause", "minutes", "deferred"),
    [(screenshot_jobs.PAUSE + 1, 0, 1), (1.0, 0, 0), (1.0, 11, 1)],
    ids=["the crawl pauses", "the crawl is at work", "the crawl never paused for ten minutes"],
)
def test_pictures_wait_for_a_pause_but_not_for_ever(
    conn: Connection, pause: float, minutes: int, deferred: int
) -> None:
    waiting_capture(conn, at=datetime.now(UTC) - timedelta(minutes=minutes))
    queue = Queue()
    asyncio.run(ScreenshotQueue(queue, conn, Pausing(pause)).sweep())  # type: ignore[arg-type]
    assert queue.deferred == deferred
