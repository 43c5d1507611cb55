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
HANDS = 2  # threads: while one waits for the database, the other has work for it
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wish:
    """Work that waits, and where its outcome goes."""

    work: Callable[[Connection], Any]
    loop: asyncio.AbstractEventLoop
    outcome: asyncio.Future[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Done:
    """What came of a piece of work: its result, or the error it ended with."""

    wish: _Wish
    result: Any = None
    error: BaseException | None = None


class Writer:
    """Threads with a connection each, opened by ``connect`` when it is first needed and again when it was lost."""

    def __init__(self, connect: Callable[[], Connection]) -> None:
        self._hands = [_Hand(connect) for _ in range(HANDS)]
        self._begun = False

    async def do(self, work: Callable[[Connection], T], *, order: int) -> T:
        """Does ``work`` in a transaction; returns its result when it is committed, raises what it raised.

        Work of the same ``order`` (a source) is done in the order it was asked for: each piece sees what the one before wrote.
        ``work`` gets a connection in a transaction, reads and writes nothing else, and may be called a second time after
        everything the first call wrote was rolled back.
        """
        loop = asyncio.get_running_loop()
        outcome: asyncio.Future[T] = loop.create_future()
        if not self._begun:
            self._begun = True
            for hand in self._hands:
                hand.start()
        self._hands[order % HANDS].waiting.put(_Wish(work=work, loop=loop, outcome=outcome))
        return await outcome

    def close(self) -> None:
        """Does what waits still, then ends the threads and their connections."""
        if self._begun:
            for hand in self._hands:
                hand.waiting.put(None)
            for hand in self._hands:
                hand.join()


class _Hand(threading.Thread):
    """One thread: takes what waits, writes it, tells what came of it, until a None says that it is over."""

    def __init__(self, connect: Callable[[], Connection]) -> None:
        super().__init__(name="writer", daemon=True)
        self.waiting: queue.SimpleQueue[_Wish | None] = queue.SimpleQueue()
        self._connect = connect
        self._conn: Connection | None = None

    def run(self) -> None:
        """Until it is over."""
        while (batch := self._taken())[-1] is not None:
            self._write(batch)
        self._write(batch[:-1])
        if self._conn is not None:
            self._conn.close()

    def _taken(self) -> list[_Wish | None]:
        """What waits now, at least one piece; ends with the None that says that it is over."""
        batch = [self.waiting.get()]
        while len(batch) < MOST_TOGETHER and batch[-1] is not None:
            try:
                batch.append(self.waiting.get_nowait())
            except queue.Empty:
                break
        return batch

    def _write(self, batch: list[_Wish | None]) -> None:
        _tell(self._done([wish for wish in batch if wish is not None]))

    def _done(self, wishes: list[_Wish]) -> list[_Done]:
        """All wishes in one transaction; where that fails each in one of its own."""
        if len(wishes) > 1:
            try:
                conn = self._ready()
                with conn.transaction():
                    return [_Done(wish=wish, result=wish.work(conn)) for wish in wishes]
            except Exception:  # noqa: S110 - whose fault it was shows below, where each is alone
                pass
        return [self._alone(wish) for wish in wishes]

    def _alone(self, wish: _Wish) -> _Done:
        try:
            conn = self._ready()
            with conn.transaction():
                result = wish.work(conn)
        except Exception as why:  # handed to whoever asked, whatever it is
            return _Done(wish=wish, error=why)
        return _Done(wish=wish, result=result)

    def _ready(self) -> Connection:
        if self._conn is None or self._conn.closed:
            self._conn = self._connect()
        return self._conn


def _tell(done: list[_Done]) -> None:
    """Hands outcomes over to the loops that wait for them, all of a loop in one call."""
    for loop in {each.wish.loop for each in done}:
        mine = [each for each in done if each.wish.loop is loop]
        loop.call_soon_threadsafe(_settle, mine)


def _settle(done: list[_Done]) -> None:
    for each in done:
        if each.wish.outcome.done():  # whoever asked was cancelled meanwhile
            continue
        if each.error is not None:
            each.wish.outcome.set_exception(each.error)
        else:
            each.wish.outcome.set_result(each.result)
