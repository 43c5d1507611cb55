"""Search: marks first, newest first, page by page, whatever shelf an article stands on."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import seeding

from db.core.connection import Connection
from db.queries import search
from db.queries.search import Query

SHELF = 8192  # articles, as in migration 0010


def article(
    conn: Connection, number: int, title: str, *, at: datetime | None = None, source_id: int = 0
) -> int:
    """A stored article of this number whose words are those of its title."""
    source_id = source_id or seeding.source(conn)
    at = at or datetime(2026, 5, 1, tzinfo=UTC)
    conn.execute(
        "INSERT INTO articles (id, source_id, url, identity, title, language, published_at) OVERRIDING SYSTEM VALUE"
        " VALUES (%(id)s, %(source)s, %(key)s, %(key)s, %(title)s, 'vi', %(at)s)",
        {"id": number, "source": source_id, "key": f"https://o.example/{number}", "title": title, "at": at},
    )
    conn.execute(
        "INSERT INTO article_words (article_id, published_at, shelves, search) SELECT id, published_at,"
        " shelves(id, source_id, language, published_at), searched(title, lead, '') FROM articles WHERE id = %s",
        [number],
    )
    return number


def found(conn: Connection, text: str, **more: object) -> list[int]:
    return [hit.id for hit in search.articles(conn, query=Query(text=text, **more)).hits]  # type: ignore[arg-type]


def test_hits_come_newest_first_across_the_borders_of_shelves(conn):
    source = seeding.source(conn)
    numbers = [2, SHELF - 1, SHELF, SHELF + 1, 5 * SHELF]
    for number in numbers:
        article(conn, number, "lũ quét qua bản", source_id=source)
    assert found(conn, "lũ quét") == numbers[::-1]


def test_pages_by_key_show_every_hit_once_and_the_same_marks_before_other_marks(conn):
    source = seeding.source(conn)
    exact = [article(conn, n, f"chợ bản số {n}", source_id=source) for n in range(1, 30, 3)]
    other = [article(conn, n, f"chó bán số {n}", source_id=source) for n in range(2, 30, 3)]
    shown, page = [], search.articles(conn, query=Query(text="chợ bản"), limit=3)
    shown += page.hits
    while page.after:
        page = search.articles(conn, query=Query(text="chợ bản"), after=page.after, limit=3)
        shown += page.hits
    assert [hit.id for hit in shown] == exact[::-1] + other[::-1]
    assert [hit.marks for hit in shown] == [True] * len(exact) + [False] * len(other)


def test_what_is_typed_without_marks_finds_every_marking(conn):
    numbers = [article(conn, 1, "chợ bản"), article(conn, 2, "chó bán")]
    assert found(conn, "cho ban") == numbers[::-1]


def test_outlet_language_and_days_narrow_and_an_unknown_outlet_finds_nothing(conn):
    ours = seeding.source(conn, name="bao-nui")
    late = datetime(2026, 4, 30, 17, 30, tzinfo=UTC)  # the first of May in Vietnam
    wanted = article(conn, 10, "mưa đá", at=late, source_id=ours)
    article(conn, 11, "mưa đá", at=datetime(2026, 4, 30, 16, 30, tzinfo=UTC), source_id=ours)
    elsewhere = article(conn, 12, "mưa đá", at=late)
    assert found(conn, "mưa đá", source="bao-nui", since=date(2026, 5, 1)) == [wanted]
    assert found(conn, "mưa đá", since=date(2026, 5, 1), until=date(2026, 5, 1)) == [elsewhere, wanted]
    assert found(conn, "mưa đá", since=date(1999, 1, 1), until=date(2026, 4, 30)) == [11]
    assert found(conn, "mưa đá", language="en") == []
    assert found(conn, "mưa đá", source="khong-co") == []


def test_counting_stops_where_the_page_says_more_than(conn):
    source = seeding.source(conn)
    for number in range(1, search.COUNTED + 30):
        article(conn, number, "họp dân" if number > 5 else "họp dận", source_id=source)
    assert search.count(conn, query=Query(text="họp dận")) == (search.COUNTED, True)
    assert search.count(conn, query=Query(text="dận", until=date(2026, 4, 30))) == (0, False)


def test_where_patience_ends_the_page_says_so_and_the_next_one_goes_on(conn, monkeypatch):
    source = seeding.source(conn)
    numbers = [article(conn, SHELF * n, "lũ quét", source_id=source) for n in range(1, 9)]
    monkeypatch.setattr(search, "PATIENCE", timedelta(0))
    page, shown, looks = search.articles(conn, query=Query(text="lũ quét")), [], 1
    while not page.whole:
        assert page.after is not None
        shown += page.hits
        page, looks = search.articles(conn, query=Query(text="lũ quét"), after=page.after), looks + 1
        assert looks < 20
    assert shown + page.hits == sorted(shown + page.hits, key=lambda hit: -hit.id)
    assert [hit.id for hit in shown + page.hits] == numbers[::-1]


def test_a_question_that_only_excludes_finds_nothing(conn):
    article(conn, 1, "lũ quét")
    assert found(conn, "-mưa") == []


@pytest.mark.parametrize("text", ['""', "-", "-khôngcó", '"lũ quét', "lũ OR", "' & !", "a" * 200])
def test_whatever_is_typed_is_a_question_and_never_an_error(conn, text):
    article(conn, 1, "lũ quét")
    assert found(conn, text) in ([], [1])


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        (None, None, None),
        (date(2025, 11, 30), date(2026, 1, 2), ["m24310", "m24311", "m24312"]),
        (date(2020, 3, 1), date(2023, 2, 1), ["y2020", "y2021", "y2022", "y2023"]),
        (date(2026, 5, 2), date(2026, 4, 1), []),
    ],
)
def test_a_range_of_days_is_looked_for_by_months_and_a_long_one_by_years(since, until, expected):
    assert search.times(since, until) == expected


def test_a_search_in_an_old_month_finds_what_was_published_then_wherever_it_was_stored(conn):
    source = seeding.source(conn)
    then, now = datetime(2024, 3, 5, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC)
    old = [article(conn, n, "lũ quét", at=then, source_id=source) for n in (7, SHELF + 3)]
    for n in range(2, 8):
        article(conn, SHELF * n, "lũ quét", at=now, source_id=source)
    late = article(conn, SHELF * 9, "lũ quét", at=then, source_id=source)  # an old article found today
    march = {"since": date(2024, 3, 1), "until": date(2024, 3, 31)}
    assert found(conn, "lũ quét", **march) == [late, old[1], old[0]]
    conn.execute("UPDATE article_words SET published_at = %s, shelves = shelves(article_id, %s, 'vi', %s) WHERE article_id = %s",
                 [then, source, then, SHELF * 5])  # fmt: skip
    assert found(conn, "lũ quét", **march) == [late, SHELF * 5, old[1], old[0]]


def test_a_phrase_is_compared_with_every_text_that_holds_its_words(conn, monkeypatch):
    source = seeding.source(conn)
    wanted = []
    for n in range(1, 200):
        if n % 60 == 0:
            wanted.append(article(conn, n, "lũ quét qua bản", source_id=source))
        else:
            article(conn, n, "quét sân sau lũ", source_id=source)
    monkeypatch.setattr(
        search, "PATIENCE", timedelta(minutes=5)
    )  # a loaded machine may not cut the answer short
    assert found(conn, '"lũ quét"') == wanted[::-1]
    assert found(conn, '"lu quet" -ban') == []
    monkeypatch.setattr(search, "PATIENCE", timedelta(0))
    page, shown = search.articles(conn, query=Query(text='"lũ quét"')), []
    while not page.whole:
        shown += page.hits
        page = search.articles(conn, query=Query(text='"lũ quét"'), after=page.after)
    assert [hit.id for hit in shown + page.hits] == wanted[::-1]
