"""Retrying within one round: a request that failed for a passing reason is made again after a pause."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from crawler.http.errors import FetchError
from crawler.http.rate_limit import PATIENCE

T = TypeVar("T")
NOT_AGAIN = frozenset(
    {"refused", "name", "timeout"}
)  # kinds of which a second try in the same round brings nothing


async def with_retries(
    request: Callable[[], Awaitable[T]],
    *,
    attempts: int,
    pause: float = 2.0,
    not_again: frozenset[str] = NOT_AGAIN,
) -> T:
    """What ``request`` returns, made at most ``attempts`` times; between two the server's own wish or ``pause`` seconds, growing.

    Raises the last FetchError; at once where its kind is one of ``not_again`` or the server wants a longer pause
    than PATIENCE.
    """
    attempt = 0
    while True:
        attempt += 1
        try:
            return await request()
        except FetchError as exc:
            if attempt >= attempts or exc.kind in not_again or (exc.wait or 0) > PATIENCE:
                raise
            await asyncio.sleep(min(exc.wait or pause * attempt, PATIENCE))
