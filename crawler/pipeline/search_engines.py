"""Search endpoints as lists: Google News RSS, Bing News RSS, GDELT DOC 2.0. Their results are followed only to the catalogue.

Google's links lead through its own host and are not resolved (a redirect by script): title, link and publisher are
kept. Bing's carry the true address as a parameter. GDELT asks for at most one request in five seconds and gives titles only.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from crawler.feeds.entry import FeedEntry, entry
from crawler.http.response import HttpResponse
from crawler.pipeline.extract_pool import clock_of
from db.press import urls

if TYPE_CHECKING:
    from crawler.pipeline.context import CrawlContext
    from db.press.sources import PolledSource

MOST = 250  # GDELT's own limit; the RSS ones give about 100


async def read_search(ctx: CrawlContext, source: PolledSource, answer: HttpResponse) -> list[FeedEntry]:
    """The results in an answer, addresses made direct where they can be."""
    if answer.body.lstrip()[:1] == b"{" and b'"articles"' in answer.body[:2000]:
        return gdelt(answer.body, base=answer.final_url, now=datetime.now(UTC))
    feed = await ctx.extract_pool.feed(
        answer.body,
        url=answer.final_url,
        content_type=answer.last.header("content-type"),
        zone=clock_of(source),
    )
    return [direct(entry) for entry in feed.entries[:MOST]]


def direct(entry: FeedEntry) -> FeedEntry:
    """The entry with the true address (Bing's ``url`` parameter) and a title without `` - Outlet`` (Google)."""
    from dataclasses import replace

    url = entry.url
    parts = urlsplit(url)
    if parts.hostname and parts.hostname.endswith("bing.com"):
        inner = parse_qs(parts.query).get("url", [""])[0]
        url = urls.tidy(inner) or url
    title = entry.title
    if entry.publisher and title.endswith(f" - {entry.publisher}"):
        title = title[: -len(entry.publisher) - 3]
    return replace(entry, url=url, title=title)


def gdelt(body: bytes, *, base: str, now: datetime) -> list[FeedEntry]:
    """Entries of a GDELT DOC 2.0 article list (``mode=artlist&format=json``); broken JSON gives none."""
    try:
        data = json.loads(body.decode("utf-8", "replace"), strict=False)
    except ValueError:
        return []
    rows = data.get("articles") if isinstance(data, dict) else None
    out = []
    for row in rows[:MOST] if isinstance(rows, list) else []:
        if not isinstance(row, dict) or not isinstance(row.get("url"), str):
            continue
        seen = str(row.get("seendate") or "")
        when = (
            f"{seen[:4]}-{seen[4:6]}-{seen[6:8]}T{seen[9:11]}:{seen[11:13]}:{seen[13:15]}Z"
            if len(seen) >= 15
            else None
        )
        made = entry(
            link=row["url"], base=base, now=now, title=str(row.get("title") or ""), published_raw=when,
            publisher=str(row.get("domain") or ""),
        )  # fmt: skip
        if made.url:
            out.append(made)
    return out
