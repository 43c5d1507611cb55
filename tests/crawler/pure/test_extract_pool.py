"""The extraction pool: a full queue costs nobody their page, a page that does not end costs only itself."""

import asyncio
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
    monkeypatch.setattr(extract_pool, "LONGEST", 1.0)
    came = asyncio.run(_all(ExtractPool(processes=1), *[(_slow, 0.1)] * 40))
    assert came == [0.1] * 40


def test_a_page_that_does_not_end_costs_only_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extract_pool, "LONGEST", 2.0)
    came = asyncio.run(_all(ExtractPool(processes=2), (_slow, 600.0), *[(_slow, 0.05)] * 30))
    assert isinstance(came[0], SetAside)
    assert came[1:] == [0.05] * 30


def test_a_page_that_ends_its_process_is_set_aside() -> None:
    (came,) = asyncio.run(_all(ExtractPool(processes=1), (_crash,)))
    assert isinstance(came, SetAside)
