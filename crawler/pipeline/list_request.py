"""Asking for a list: with patience where the server is in trouble, and read in a process of its own."""

from __future__ import annotations

from crawler.feeds.entry import Feed
from crawler.http.response import HttpResponse
from crawler.http.retry import with_retries
from crawler.http.url_policy import Allowed
from crawler.pipeline.context import CrawlContext
from crawler.pipeline.extract_pool import clock_of
from db.press.sources import PolledSource

LARGEST_LIST = 60 * 2**20  # bytes unpacked; a sitemap may hold 50 MB (sitemaps.org)


async def fetch_list(
    ctx: CrawlContext, source: PolledSource, allowed: Allowed, url: str, headers: dict[str, str]
) -> HttpResponse:
    """Asks, and asks again where the server is only in trouble: by hand up to four times, a worker twice."""
    return await with_retries(
        lambda: ctx.fetcher.get(
            url, allowed, gap=source.delay, headers=headers, largest=LARGEST_LIST, refresh=True
        ),
        attempts=4 if ctx.once else 2,
    )


async def read_list(ctx: CrawlContext, source: PolledSource, answer: HttpResponse) -> Feed:
    """What a feed or sitemap says."""
    return await ctx.extract_pool.feed(
        answer.body,
        url=answer.final_url,
        content_type=answer.last.header("content-type"),
        zone=clock_of(source),
    )
