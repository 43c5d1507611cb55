"""Articles share transactions; what is wrong with one of them costs that one alone."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from functools import partial

import psycopg
import pytest

from crawler.pipeline.batch_writer import BatchWriter
from db.core.connection import Connection, connect


def note(conn: Connection, host: str) -> int:
    """Writes a host; the number of the transaction it was written in."""
    row = conn.execute(
        "INSERT INTO hosts (host) VALUES (%s) RETURNING pg_current_xact_id()::text::bigint", [host]
    ).fetchone()
    assert row is not None
    return int(row[0])


def hosts(conn: Connection) -> set[str]:
    return {host for (host,) in conn.execute("SELECT host FROM hosts WHERE host LIKE '%.write.test'")}


def together(url: str, *works: Callable[[Connection], int]) -> list[int | BaseException]:
    """What became of pieces of work that all waited while the thread was busy."""

    async def ask() -> list[int | BaseException]:
        writer, free = BatchWriter(lambda: connect(url, autocommit=True)), threading.Event()
        busy = asyncio.ensure_future(writer.run(lambda conn: free.wait(20), order=7))
        await asyncio.sleep(0.1)
        asked = [asyncio.ensure_future(writer.run(work, order=7)) for work in works]
        await asyncio.sleep(0)
        free.set()
        try:
            await busy
            return await asyncio.gather(*asked, return_exceptions=True)
        finally:
            writer.close()

    return asyncio.run(ask())


def test_what_waits_together_is_committed_together(committed: Connection, database_url: str) -> None:
    done = together(database_url, *(partial(note, host=f"{n}.write.test") for n in range(5)))
    assert len(set(done)) == 1
    assert hosts(committed) == {f"{n}.write.test" for n in range(5)}


def test_a_bad_one_costs_only_itself(committed: Connection, database_url: str) -> None:
    def bad(conn: Connection) -> int:
        note(conn, "half.write.test")
        return int(conn.execute("SELECT 1 / 0").fetchone()[0])  # type: ignore[index]

    good = [partial(note, host=f"{n}.write.test") for n in range(4)]
    done = together(database_url, good[0], good[1], bad, good[2], good[3])
    assert isinstance(done[2], psycopg.errors.DivisionByZero)
    assert hosts(committed) == {f"{n}.write.test" for n in range(4)}, "the bad one left nothing behind"


def test_an_error_of_the_work_itself_rolls_back_what_it_wrote(
    committed: Connection, database_url: str
) -> None:
    def bad(conn: Connection) -> int:
        note(conn, "half.write.test")
        raise LookupError("of ours")

    done = together(database_url, bad)
    assert isinstance(done[0], LookupError)
    assert hosts(committed) == set()


def test_a_lost_connection_costs_nothing(committed: Connection, database_url: str) -> None:
    lost: list[bool] = []

    def loses_it(conn: Connection) -> int:
        if not lost:
            lost.append(True)
            conn.close()
        return note(conn, "lost.write.test")

    done = together(database_url, partial(note, host="before.write.test"), loses_it)
    assert not [each for each in done if isinstance(each, BaseException)]
    assert hosts(committed) == {"before.write.test", "lost.write.test"}


def test_closing_does_what_waits_still(committed: Connection, database_url: str) -> None:
    async def ask() -> None:
        writer = BatchWriter(lambda: connect(database_url, autocommit=True))
        asked = asyncio.ensure_future(writer.run(partial(note, host="last.write.test"), order=7))
        await asyncio.sleep(0)
        await asyncio.to_thread(writer.close)
        await asked

    asyncio.run(ask())
    assert hosts(committed) == {"last.write.test"}


@pytest.mark.parametrize("cancelled", [1, 3])
def test_whoever_does_not_wait_any_longer_disturbs_nobody(
    committed: Connection, database_url: str, cancelled: int
) -> None:
    async def ask() -> None:
        writer = BatchWriter(lambda: connect(database_url, autocommit=True))
        asked = [
            asyncio.ensure_future(writer.run(partial(note, host=f"{n}.write.test"), order=7)) for n in range(cancelled + 1)
        ]  # fmt: skip
        await asyncio.sleep(0)
        for each in asked[:cancelled]:
            each.cancel()
        await asked[-1]
        await asyncio.to_thread(writer.close)

    asyncio.run(ask())
    assert f"{cancelled}.write.test" in hosts(committed)


def test_of_one_source_each_piece_sees_what_the_one_before_wrote_and_another_source_does_not_wait(
    committed: Connection, database_url: str
) -> None:
    async def ask() -> None:
        writer, free = BatchWriter(lambda: connect(database_url, autocommit=True)), threading.Event()
        held = asyncio.ensure_future(
            writer.run(lambda conn: (note(conn, "1.write.test"), free.wait(20)), order=2)
        )
        after = asyncio.ensure_future(writer.run(hosts, order=2))
        assert await writer.run(hosts, order=3) == set()
        free.set()
        await held
        assert await after == {"1.write.test"}
        await asyncio.to_thread(writer.close)

    asyncio.run(ask())
