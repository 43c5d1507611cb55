"""The page reader and the feed reader on the same bytes, for tests that feed them garbage."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from crawler.extract import article
from crawler.feeds import syndication

NOW = datetime(2026, 1, 1, tzinfo=UTC)
HANG = 120  # seconds after which a reading counts as hanging; the slowest of the garbage takes a few


def read_both(raw: bytes) -> None:
    """Reads as a page and as a feed; both must say what they saw."""
    page = article.read(raw, url="http://bao.example/bai-4001.html", now=NOW)
    assert page.reason
    feed = syndication.read(raw, url="http://bao.example/rss", now=NOW)
    assert feed.kind in ("rss", "atom", "rdf", "json", "sitemap", "sitemapindex", "html", "unknown")


@contextmanager
def no_hang() -> Iterator[None]:
    """Raises AssertionError in the main thread when what stands inside takes longer than HANG."""

    def stop(*_: object) -> None:
        raise AssertionError("the reader hangs")

    old = signal.signal(signal.SIGALRM, stop)
    signal.alarm(HANG)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, old)
