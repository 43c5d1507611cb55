"""The page at an article's address, fetched and read, all its parts joined."""

from __future__ import annotations

from crawler.extract import article
from crawler.extract.article import ExtractedPage, PageKind
from crawler.http.errors import Elsewhere, FetchError, Refused
from crawler.http.response import HttpResponse
from crawler.http.url_policy import Allowed
from crawler.pipeline.context import CrawlContext
from crawler.pipeline.extract_pool import clock_of
from db.press import urls
from db.press.sources import PolledSource

MOST_PARTS = 12  # pages of one article


async def read_page(
    ctx: CrawlContext, source: PolledSource, allowed: Allowed, url: str
) -> tuple[ExtractedPage | None, HttpResponse]:
    """The page at an address, all its parts joined; None with the answer when its status is no success.

    Raises what :meth:`Fetcher.get` raises; Fault when the answer is empty.
    """
    answer = await ctx.fetcher.get(url, allowed, gap=source.delay, refresh=True)
    if answer.status == 304 or answer.status >= 400 or answer.status < 200:
        return None, answer
    if not answer.body.strip():
        raise FetchError("empty", "the answer is empty")
    page = await _read(ctx, source, answer)
    if page.kind != PageKind.ARTICLE or page.part != 1 or not page.next_links:
        return page, answer
    parts, seen = [page], {urls.identity(page.url), urls.identity(answer.final_url)}
    waiting = list(page.next_links)
    while waiting and len(parts) < MOST_PARTS:
        target = waiting.pop(0)
        if target in seen:
            continue
        seen.add(target)
        try:
            more = await ctx.fetcher.get(target, allowed, gap=source.delay)
        except (Refused, Elsewhere):
            break
        if more.status != 200:
            break
        part = await _read(ctx, source, more)
        if part.part == 1 or not part.text:
            break
        parts.append(part)
        waiting += [u for u in part.next_links if u not in seen and u not in waiting]
    return article.join(parts), answer


async def _read(ctx: CrawlContext, source: PolledSource, answer: HttpResponse) -> ExtractedPage:
    return await ctx.extract_pool.page(
        answer.body, url=answer.final_url, headers=answer.header_map(), status=answer.status, hosts=source.hosts,
        zone=clock_of(source),
    )  # fmt: skip
