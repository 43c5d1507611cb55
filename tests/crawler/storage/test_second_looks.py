"""Two looks make a removal: hours apart by themselves, or one after the other by hand, never two at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import seeding

from crawler.http.warc_writer import WarcWriter
from crawler.pipeline import recheck
from crawler.pipeline.context import CrawlContext, Tally
from crawler.pipeline.poll_schedule import Bounds
from db.core.connection import Connection
from db.press import articles, rechecks
from db.press.articles import Article, NewVersion

TEXT = NewVersion(title="Lũ quét ở Khe Mẫu", lead="", body="Một lũ quét.\nBa người bị thương.", language="vi")


def by_hand(conn: Connection, tmp_path: Path, *, started_at: datetime) -> CrawlContext:
    """A collector as ``recheck --all`` makes it; nothing is fetched here."""
    nothing = cast(Any, None)
    return CrawlContext(
        conn=conn, writer=nothing, fetcher=nothing, transport=nothing, extract_pool=nothing, warc=WarcWriter(tmp_path), bounds=Bounds(), recheck_offsets=[timedelta(hours=1)],
        watched_offsets=[], once=True, started_at=started_at,
    )  # fmt: skip


def article(conn: Connection) -> Article:
    made = articles.add(
        conn, source_id=seeding.source(conn), url="https://bao.vn/a", identity="bao.vn/a", canonical_url=None, reading=TEXT,
        partial=False, next_look_at=datetime.now(UTC),
    )  # fmt: skip
    assert made is not None
    return articles.get(conn, made)


def missing(c: CrawlContext, found: Article, *, forced: bool) -> str:
    return recheck._record_missing(
        c, found, recheck.Observation(missing="404"), Tally(), forced=forced, kind="recheck"
    )[0]


def test_a_second_look_by_hand_counts_at_any_time(conn: Connection, tmp_path: Path) -> None:
    found = article(conn)
    first = by_hand(conn, tmp_path, started_at=datetime.now(UTC) - timedelta(minutes=2))
    assert missing(first, found, forced=True) == "missing"
    later = replace(first, started_at=datetime.now(UTC) + timedelta(seconds=1))
    assert missing(later, found, forced=True) == "gone"


def test_two_rounds_by_hand_at_once_are_one_look(conn: Connection, tmp_path: Path) -> None:
    found = article(conn)
    began = datetime.now(UTC) - timedelta(minutes=2)
    assert missing(by_hand(conn, tmp_path, started_at=began), found, forced=True) == "missing"
    beside = by_hand(conn, tmp_path, started_at=began + timedelta(seconds=5))
    assert missing(beside, found, forced=True) == "missing"
    assert articles.get(conn, found.id).state == "live"


def test_a_look_by_itself_waits_for_the_hours_between(conn: Connection, tmp_path: Path) -> None:
    found = article(conn)
    c = by_hand(conn, tmp_path, started_at=datetime.now(UTC))
    missing(c, found, forced=False)
    assert missing(c, found, forced=False) == "missing"
    last = rechecks.last(conn, found.id)
    assert last is not None
    assert last.outcome == "missing"


def test_another_article_that_says_the_same_is_found_within_the_source_alone(conn: Connection) -> None:
    found = article(conn)
    own = found.source_id
    assert articles.says_the_same(conn, own, text_sha256=TEXT.text_sha256, besides=None)
    assert not articles.says_the_same(conn, own, text_sha256=TEXT.text_sha256, besides=found.id)
    other = seeding.source(conn, name="khac")
    assert not articles.says_the_same(conn, other, text_sha256=TEXT.text_sha256, besides=None)
