"""Kept pages read again with today's readers: what differs becomes a reading beside the version, nothing is asked of a paper."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from crawler.extract import article as pages
from crawler.extract.article import PageKind
from crawler.http import content_encoding, warc_writer
from crawler.pipeline import store_article
from crawler.pipeline.context import CrawlContext
from crawler.pipeline.extract_pool import clock_of
from crawler.pipeline.fetch_articles import entry_from_ledger
from db.core.errors import KiemtinError
from db.core.text import likeness
from db.press import articles, links, readings, sources
from db.press.readings import KeptPage

AT_ONCE = 8  # pages at once: the reading processes are the limit


@dataclass(slots=True, kw_only=True)
class RereadTally:
    """What reading again came to; ``fields``: how often each field was mended."""

    read: int = 0
    mended: int = 0
    unreadable: int = 0
    fields: dict[str, int] = field(default_factory=dict)


async def reread_all(ctx: CrawlContext, *, source_id: int | None = None) -> RereadTally:
    """Reads every kept page again, of all sources or one. Killed in the middle, what was noted stays noted."""
    tally = RereadTally()
    queue = readings.kept_pages(ctx.conn, source_id=source_id)

    async def work() -> None:
        for kept in queue:
            await _reread(ctx, kept, tally)

    await asyncio.gather(*(work() for _ in range(AT_ONCE)))
    return tally


async def _reread(ctx: CrawlContext, kept: KeptPage, tally: RereadTally) -> None:
    source = sources.get(ctx.conn, kept.source_id)
    try:
        stored = warc_writer.read(ctx.warc.folder, kept.warc_file, kept.warc_offset)
        headers = {name.lower(): value for name, value in stored.headers}
        codings = [value for name, value in stored.headers if name.lower() == "content-encoding"]
        most = ctx.fetcher.limits.largest
        body = content_encoding.unpack_undeclared(
            content_encoding.unpack(stored.payload, codings, limit=most), limit=most
        )
        page = await ctx.extract_pool.page(
            body,
            url=kept.final_url,
            headers=headers,
            status=stored.status,
            hosts=source.hosts,
            zone=clock_of(source),
        )
    except (KiemtinError, content_encoding.Broken, content_encoding.UnpackedTooLarge):
        tally.unreadable += 1
        return
    tally.read += 1
    link = links.reload(ctx.conn, kept.identity)
    page = pages.merge_feed_entry(page, entry_from_ledger(link) if link else None, language=source.language)
    version = articles.latest(ctx.conn, kept.article_id)
    several = page.next_links and len(version.body) > len(
        page.text
    )  # only the first of its pages is in this capture
    if page.kind != PageKind.ARTICLE or several or likeness(page.text, version.body) < store_article.UNALIKE:
        tally.unreadable += page.kind != PageKind.ARTICLE
        return
    new = store_article.with_previous_values(store_article.version_of(page), version)
    changed = readings.differing(readings.last(ctx.conn, kept.version_id) or version, new)
    if not changed:
        return
    with ctx.conn.transaction():
        readings.add(
            ctx.conn, article_id=kept.article_id, version_id=kept.version_id, reading=new, changed=changed
        )
    tally.mended += 1
    for name in changed:
        tally.fields[name] = tally.fields.get(name, 0) + 1
