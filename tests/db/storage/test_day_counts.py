"""Daily counts agree with the digest's own figures."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import seeding

from db.queries import daily_stats
from review_ui.digests import collect
from review_ui.digests.figures import count

AT = datetime(2026, 3, 4, 3, tzinfo=UTC)
DAY = date(2026, 3, 4)


def published(conn, **bands):
    article = seeding.article(conn, published_at=AT)
    seeding.judgement(conn, article_id=article, **bands)
    conn.execute(
        "INSERT INTO mentions (version_id, article_id, place, territory, as_written, start_at, end_at)"
        " SELECT version_id, id, 'xa-thu', 'yenbai', 'Xã Thử', 0, 6 FROM articles WHERE id = %s",
        [article],
    )
    return article


def test_counts_of_a_day_are_those_of_the_digest(conn):
    rows = [
        published(conn, criticism="high", harm="high"),
        published(conn, harm="medium"),
        published(conn),
        published(conn),
    ]
    conn.execute(
        "INSERT INTO copies (article_id, copy_of, similarity, method) VALUES (%s, %s, 1, 'whole')",
        [rows[3], rows[2]],
    )
    daily_stats.bring_up(conn, now=AT + timedelta(days=1))
    figures = count(collect.items(conn, scope="domestic", from_on=DAY, to_on=DAY))
    (volume,) = daily_stats.by_day(conn, first=DAY, last=DAY)
    assert (volume.items, volume.copies) == (figures.items, figures.copies) == (3, 1)
    (place,) = daily_stats.by_name(conn, "place", first=DAY, last=DAY, most=9)
    assert (place.items, place.criticism, place.harm) == (3, 1, 1)
    (part,) = daily_stats.by_name(conn, "territory", first=DAY, last=DAY, most=9)
    assert (part.name, part.items) == ("yenbai", 3)
    (outlet, *_rest) = daily_stats.by_outlet(conn, first=DAY, last=DAY, most=9)
    assert (outlet.criticism, outlet.harm) == (0, 0)


def test_counting_again_changes_nothing(conn):
    published(conn)
    daily_stats.bring_up(conn, now=AT)
    before = daily_stats.by_day(conn, first=DAY, last=DAY)
    daily_stats.bring_up(conn, now=AT)
    assert daily_stats.by_day(conn, first=DAY, last=DAY) == before


def test_a_new_judgement_moves_the_day_it_belongs_to(conn):
    article = published(conn)
    daily_stats.bring_up(conn, now=AT)
    seeding.version(conn, article_id=article, title="Bản mới", body="Nội dung.", published_at=AT)
    seeding.judgement(conn, article_id=article, criticism="high")
    daily_stats.bring_up(conn, now=AT + timedelta(days=40))
    (everything,) = daily_stats.by_name(conn, "all", first=DAY, last=DAY, most=1)
    assert everything.criticism == 1
