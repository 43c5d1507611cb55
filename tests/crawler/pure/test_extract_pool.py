"""The extraction pool: a full queue costs nobody their page, a page that does not end costs only itself."""

import asyncio
import contextlib
import os
import time

import pytest

from crawler.pipeline import extract_pool
from crawler.pipeline.extract_pool import ExtractPool
from db.core.errors import SetAside


def _slow(seconds: float) -> float:
    time.sleep(seconds)
    return seconds


def _crash() -> None:
    os._exit(3)


async def _all(pool: ExtractPool, *work: tuple[object, ...]) -> list[object]:
    try:
        return await asyncio.gather(*(pool._run(*each) for each in work), return_exceptions=True)  # type: ignore[arg-type]
    finally:
        pool.close()


def test_waiting_for_a_free_process_is_no_fault_of_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extract_pool, "LONGEST", 5.0)
    came = asyncio.run(_all(ExtractPool(processes=1), *[(_slow, 0.2)] * 40))
    assert came == [0.2] * 40


def test_a_page_that_does_not_end_costs_only_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extract_pool, "LONGEST", 2.0)
    came = asyncio.run(_all(ExtractPool(processes=2), (_slow, 600.0), *[(_slow, 0.05)] * 30))
    assert isinstance(came[0], SetAside)
    assert came[1:] == [0.05] * 30


def test_a_page_that_ends_its_process_is_set_aside() -> None:
    (came,) = asyncio.run(_all(ExtractPool(processes=1), (_crash,)))
    assert isinstance(came, SetAside)


def test_a_process_ended_for_one_page_takes_no_other_page_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extract_pool, "LONGEST", 3.0)
    came = asyncio.run(_all(ExtractPool(processes=3), (_slow, 600.0), (_crash,), (_slow, 2.0), (_slow, 1.0)))
    assert [isinstance(one, SetAside) for one in came] == [True, True, False, False]


def test_a_host_whose_pages_do_not_end_takes_one_process_and_little_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(extract_pool, "LONGEST", 1.0)
    monkeypatch.setattr(extract_pool, "LONGEST_IN_DOUBT", 0.2)
    order: list[str] = []

    async def read(pool: ExtractPool, name: str, seconds: float, host: str) -> None:
        with contextlib.suppress(SetAside):
            await pool._run(_slow, seconds, host=host)
        order.append(name)

    async def crawl() -> None:
        pool = ExtractPool(processes=2)
        await read(pool, "first stuck", 600.0, "stuck.example")
        stuck = [read(pool, f"stuck {n}", 600.0, "stuck.example") for n in range(20)]
        await asyncio.gather(*stuck, *(read(pool, "other", 0.0, "other.example") for _ in range(10)))
        pool.close()

    asyncio.run(crawl())
    assert order.index("stuck 19") > max(place for place, name in enumerate(order) if name == "other")
