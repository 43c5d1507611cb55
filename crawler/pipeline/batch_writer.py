"""Writing in threads of their own: the loop that fetches never waits for the database, and articles share transactions.

What waits when a thread is free is written together and committed once. Where that fails, each piece of work is done
again in a transaction of its own, so that a bad one costs only itself.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from db.core.connection import Connection

MOST_TOGETHER = 16  # pieces of work in one transaction: more save nothing, and keep those who wait
THREADS = 2  # threads: while one waits for the database, the other has work for it
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class _QueuedWork:
    """Work that waits, and where its outcome goes."""

    work: Callable[[Connection], Any]
    loop: asyncio.AbstractEventLoop
    outcome: asyncio.Future[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class _WorkResult:
    """What came of a piece of work: its result, or the error it ended with."""

    queued_work: _QueuedWork
    result: Any = None
    error: BaseException | None = None


class BatchWriter:
    """Threads with a connection each, opened by ``connect`` when it is first needed and again when it was lost;
    ``before_commit`` is called before each commit (the bytes that rows speak of go to disk first)."""

    def __init__(
        self, connect: Callable[[], Connection], *, before_commit: Callable[[], None] = lambda: None
    ) -> None:
        self._threads = [_WriterThread(connect, before_commit) for _ in range(THREADS)]
        self._started = False

    async def run(self, work: Callable[[Connection], T], *, order: int) -> T:
        """Does ``work`` in a transaction; returns its result when it is committed, raises what it raised.

        Work of the same ``order`` (a source) is done in the order it was asked for: each piece sees what the one before wrote.
        ``work`` gets a connection in a transaction, reads and writes nothing else, and may be called a second time after
        everything the first call wrote was rolled back.
        """
        loop = asyncio.get_running_loop()
        outcome: asyncio.Future[T] = loop.create_future()
        if not self._started:
            self._started = True
            for thread in self._threads:
                thread.start()
        self._threads[order % THREADS].waiting.put(_QueuedWork(work=work, loop=loop, outcome=outcome))
        return await outcome

    def close(self) -> None:
        """Does what waits still, then ends the threads and their connections."""
        if self._started:
            for thread in self._threads:
                thread.waiting.put(None)
            for thread in self._threads:
                thread.join()


class _WriterThread(threading.Thread):
    """One thread: takes what waits, writes it, tells what came of it, until a None says that it is over."""

    def __init__(self, connect: Callable[[], Connection], before_commit: Callable[[], None]) -> None:
        super().__init__(name="writer", daemon=True)
        self.waiting: queue.SimpleQueue[_QueuedWork | None] = queue.SimpleQueue()
        self._connect, self._before_commit = connect, before_commit
        self._conn: Connection | None = None

    def run(self) -> None:
        """Until it is over."""
        while (batch := self._next_batch())[-1] is not None:
            self._write(batch)
        self._write(batch[:-1])
        if self._conn is not None:
            self._conn.close()

    def _next_batch(self) -> list[_QueuedWork | None]:
        """What waits now, at least one piece; ends with the None that says that it is over."""
        batch = [self.waiting.get()]
        while len(batch) < MOST_TOGETHER and batch[-1] is not None:
            try:
                batch.append(self.waiting.get_nowait())
            except queue.Empty:
                break
        return batch

    def _write(self, batch: list[_QueuedWork | None]) -> None:
        _deliver(self._run_batch([queued_work for queued_work in batch if queued_work is not None]))

    def _run_batch(self, queued: list[_QueuedWork]) -> list[_WorkResult]:
        """All queued in one transaction; where that fails each in one of its own."""
        if len(queued) > 1:
            try:
                conn = self._connection()
                with conn.transaction():
                    done = [
                        _WorkResult(queued_work=queued_work, result=queued_work.work(conn))
                        for queued_work in queued
                    ]
                    self._before_commit()
                return done
            except Exception:  # noqa: S110 - whose fault it was shows below, where each is alone
                pass
        return [self._run_single(queued_work) for queued_work in queued]

    def _run_single(self, queued_work: _QueuedWork) -> _WorkResult:
        try:
            conn = self._connection()
            with conn.transaction():
                result = queued_work.work(conn)
                self._before_commit()
        except Exception as exc:  # handed to whoever asked, whatever it is
            return _WorkResult(queued_work=queued_work, error=exc)
        return _WorkResult(queued_work=queued_work, result=result)

    def _connection(self) -> Connection:
        if self._conn is None or self._conn.closed:
            self._conn = self._connect()
        return self._conn


def _deliver(done: list[_WorkResult]) -> None:
    """Hands outcomes over to the loops that wait for them, all of a loop in one call."""
    for loop in {each.queued_work.loop for each in done}:
        mine = [each for each in done if each.queued_work.loop is loop]
        loop.call_soon_threadsafe(_resolve, mine)


def _resolve(done: list[_WorkResult]) -> None:
    for each in done:
        if each.queued_work.outcome.done():  # whoever asked was cancelled meanwhile
            continue
        if each.error is not None:
            each.queued_work.outcome.set_exception(each.error)
        else:
            each.queued_work.outcome.set_result(each.result)
