"""Pages that stand in for a missing article under its address: the front page, or one page for all that is gone.

Such a page answers 200 and may look like an article. It is told by what else the source shows: it says what the front
page says, or word for word what another of its addresses says.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from crawler.extract.article import ExtractedPage
from crawler.http.url_policy import Allowed
from crawler.pipeline import store_article
from crawler.pipeline.context import CrawlContext
from crawler.pipeline.multipage import read_page
from db.core.errors import KiemtinError
from db.core.text import likeness
from db.press import articles
from db.press.sources import PolledSource

LIKE_FRONT = 0.6  # share of common article links above which a page is the front page in disguise


@dataclass(slots=True, kw_only=True)
class FrontPages:
    """Front pages of the sources of this round, asked for only where a page is suspicious."""

    pages: dict[int, ExtractedPage | None] = field(default_factory=dict)


def is_like(page: ExtractedPage, front: ExtractedPage) -> bool:
    """Whether a page lists what the front page lists, or says what it says."""
    mine, theirs = {x.url for x in page.links}, {x.url for x in front.links}
    if (
        len(theirs) >= 3
        and len(mine & theirs) / len(mine | theirs) >= LIKE_FRONT
        and page.title == front.title
    ):
        return True
    return bool(front.text) and likeness(page.text, front.text) >= store_article.NEARLY_SAME


async def is_soft_404(
    ctx: CrawlContext,
    source: PolledSource,
    allowed: Allowed,
    page: ExtractedPage,
    fronts: FrontPages,
    *,
    besides: int | None = None,
) -> bool:
    """Whether a suspicious page shows something else than its article; ``besides``: that article, where it is stored."""
    version = store_article.version_of(page)
    if articles.says_the_same(ctx.conn, source.id, text_sha256=version.text_sha256, besides=besides):
        return True
    if source.id not in fronts.pages:
        try:
            fronts.pages[source.id], _ = await read_page(ctx, source, allowed, source.home)
        except KiemtinError:
            fronts.pages[source.id] = None  # it cannot be compared now: the page is judged by itself
    front = fronts.pages[source.id]
    return front is not None and is_like(page, front)
