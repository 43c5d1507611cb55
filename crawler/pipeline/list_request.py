"""Asking for a list: with patience where the server is in trouble, and read in a process of its own."""

from __future__ import annotations

import asyncio

from crawler.feeds.entry import Feed
from crawler.http.client import FetchError
from crawler.http.rate_limit import PATIENCE
from crawler.http.response import HttpResponse
from crawler.http.url_policy import Allowed
from crawler.pipeline.context import Collector
from db.press.sources import PolledSource

LARGEST_LIST = 60 * 2**20  # bytes unpacked; a sitemap may hold 50 MB (sitemaps.org)


async def patiently(
    c: Collector, source: PolledSource, allowed: Allowed, url: str, headers: dict[str, str]
) -> HttpResponse:
    """Asks, and asks again where the server is only in trouble: by hand up to four times, a worker twice."""
    most = 4 if c.once else 2
    for attempt in range(1, most + 1):
        try:
            return await c.fetcher.get(
                url, allowed, gap=source.delay, headers=headers, largest=LARGEST_LIST, refresh=True
            )
        except FetchError as why:
            if attempt == most or why.kind in ("refused", "name", "timeout") or (why.wait or 0) > PATIENCE:
                raise
            await asyncio.sleep(min(why.wait or 2.0 * attempt, PATIENCE))
    raise AssertionError("unreachable")


async def read_list(c: Collector, source: PolledSource, answer: HttpResponse) -> Feed:
    """What a feed or sitemap says."""
    return await c.readers.feed(
        answer.body,
        url=answer.final_url,
        content_type=answer.last.header("content-type"),
        language=source.language,
    )
