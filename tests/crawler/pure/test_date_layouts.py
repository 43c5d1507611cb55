"""Dates in the layouts and languages of the press, and what a feed tells of how it writes them."""

from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.feeds import syndication
from crawler.text import date_conventions, dates
from crawler.text.date_conventions import DateConventions
from crawler.text.dates import DayOrder
from db.core.time import HANOI

NOW = datetime(2026, 11, 29, 3, 0, tzinfo=UTC)
TABLE = Path(__file__).parent.parent / "layouts" / "date_texts.tsv"
ROWS = [
    line.split("\t")
    for line in TABLE.read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


@pytest.mark.parametrize("language,text,wanted", ROWS)
def test_a_date_text_is_read_to_the_minute_or_not_at_all(language: str, text: str, wanted: str) -> None:
    moment = dates.parse(text, now=NOW)
    if moment is None:
        assert wanted == "-"
        return
    form = "%Y-%m-%d" if moment.day_only else "%Y-%m-%dT%H:%M"
    assert moment.at.astimezone(HANOI).strftime(form) == wanted


def _feed(*dated: str) -> bytes:
    items = "".join(
        f"<item><title>Tin {n}</title><link>https://bao.example/{n}.html</link><pubDate>{d}</pubDate></item>"
        for n, d in enumerate(dated)
    )
    return f'<rss version="2.0"><channel><title>Báo</title>{items}</channel></rss>'.encode()


@pytest.mark.parametrize("proof", ["10/21/2026 7:05:00 AM", "10/21/2026 07:05"])
@pytest.mark.parametrize("place", [0, 1])
def test_one_item_tells_the_order_of_a_feed(proof: str, place: int) -> None:
    rows = ["10/7/2026 06:30", "10/6/2026 06:30"]
    rows.insert(place, proof)
    feed = syndication.read(_feed(*rows), url="https://bao.example/rss", now=NOW)
    assert {e.published_at.month for e in feed.entries if e.published_at} == {10}


@pytest.mark.parametrize(
    "raws,order",
    [
        (["13/10/2026", "05/10/2026"], DayOrder.DAY_FIRST),
        (["10/13/2026", "10/05/2026"], DayOrder.MONTH_FIRST),
        (
            ["11/12/2026 08:00", "11/11/2026 08:00"],
            DayOrder.MONTH_FIRST,
        ),  # the eleventh of December is to come
        (["05/10/2026", "06/10/2026", "07/10/2026"], DayOrder.DAY_FIRST),  # three days of one month
        (["10/05/2026", "10/06/2026", "10/07/2026"], DayOrder.MONTH_FIRST),
        (["13/10/2026", "10/13/2026"], None),  # both orders in one feed: nothing is learned
        (["2026-10-05 08:00"], None),
        ([], None),
    ],
)
def test_the_order_is_learned_from_all_items_and_the_day_of_reading(
    raws: list[str], order: DayOrder | None
) -> None:
    assert date_conventions.learn(raws, now=NOW, zone=HANOI).order is order


def test_what_was_learned_stays_where_a_feed_tells_nothing() -> None:
    before = DateConventions(order=DayOrder.MONTH_FIRST, offset=timedelta(hours=7), gmt_is_local=True)
    assert date_conventions.learn(["2026-10-05"], now=NOW, zone=HANOI, before=before) == before
    assert DateConventions.from_record(before.as_record()) == before


@pytest.mark.parametrize("record", [{}, {"order": "x", "offset_minutes": "7"}, {"offset_minutes": 9999}])
def test_a_spoilt_record_is_as_if_nothing_was_learned(record: dict[str, object]) -> None:
    assert DateConventions.from_record(record) == DateConventions()


def test_the_zone_that_items_state_holds_for_those_that_state_none() -> None:
    feed = _feed("Fri, 20 Nov 2026 08:00:00 +0900", "2026-11-20 09:00:00")
    entries = syndication.read(feed, url="https://bao.example/rss", now=NOW).entries
    assert [e.published_at.utcoffset() for e in entries if e.published_at] == [timedelta(hours=9)] * 2
    assert [e.published_assumed for e in entries] == [False, True]


def test_gmt_that_lies_ahead_of_the_clock_is_local_time() -> None:
    feed = _feed("Sun, 29 Nov 2026 09:30:00 GMT", "Sun, 29 Nov 2026 08:00:00 GMT")
    entries = syndication.read(feed, url="https://bao.example/rss", now=NOW).entries
    assert [e.published_at for e in entries] == [
        datetime(2026, 11, 29, 2, 30, tzinfo=UTC), datetime(2026, 11, 29, 1, 0, tzinfo=UTC),
    ]  # fmt: skip
    assert all(e.published_assumed for e in entries)


def test_gmt_that_three_pages_show_as_their_own_clock_is_local_time() -> None:
    feed = [datetime(2026, 11, 20, h, 0, tzinfo=UTC) for h in (8, 9, 10)]
    pages = [at.replace(tzinfo=HANOI) for at in feed]
    assert date_conventions.gmt_is_local(list(zip(feed, pages, strict=True)))
    assert not date_conventions.gmt_is_local(list(zip(feed[:2], pages[:2], strict=True)))
    assert not date_conventions.gmt_is_local([(at, at.astimezone(HANOI)) for at in feed])


@pytest.mark.parametrize(
    "zone,month",
    [("America/New_York", 10), ("Asia/Manila", 10), ("Asia/Ho_Chi_Minh", 5), ("Europe/London", 5)],
)
def test_a_numeric_day_means_what_its_zone_writes(zone: str, month: int) -> None:
    moment = dates.parse("10/05/2026 08:00", now=NOW, zone=ZoneInfo(zone))
    assert moment is not None
    assert moment.at.month == month
    assert moment.exchanged is not None


def test_an_english_clock_against_the_habit_leaves_the_order_in_doubt() -> None:
    moment = dates.parse("10/05/2026 03:42 PM", now=NOW)
    assert moment is not None
    assert moment.doubtful
    assert moment.with_exchange().at.month == 10


@pytest.mark.parametrize("order", list(permutations(("2026", "11", "20")))[:2])
@pytest.mark.parametrize("separator", ["/", "-", "."])
def test_a_year_first_is_read_with_any_separator(order: tuple[str, ...], separator: str) -> None:
    moment = dates.parse(separator.join(order), now=NOW)
    assert moment is not None
    assert (moment.at.month, moment.at.day) == (11, 20)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["20/11/2026", "10/5/26", "15:42", "8", "giờ", "15", "phút", "PM", "+07:00", "GMT+7", "tháng", "năm", "2026", "年11月", "20日", "오후", "๒๐", "พ.ย.", "Nov", ",", "|", "-", "T", "Z", "Thứ", "99"]
        ),
        max_size=60,
    ),
    st.sampled_from([" ", "", ", "]),
)  # fmt: skip
def test_any_row_of_date_pieces_is_read(pieces: list[str], glue: str) -> None:
    text = glue.join(pieces)
    dates.parse(text, now=NOW)
    dates.find_in(text, now=NOW)
    date_conventions.learn([text], now=NOW, zone=HANOI)


@pytest.mark.parametrize("prefixed", ["news:", "n:"])
def test_a_sitemap_with_a_prefix_it_does_not_declare_is_read(prefixed: str) -> None:
    p = prefixed
    raw = (
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>https://bao.example/a-1.html</loc>'
        f"<{p}news><{p}publication_date>2026-11-20T08:15:00+07:00</{p}publication_date><{p}title>Cầu mới</{p}title></{p}news></url></urlset>"
    )
    (entry,) = syndication.read(raw.encode(), url="https://bao.example/map.xml", now=NOW).entries
    assert (entry.title, entry.published_at) == ("Cầu mới", datetime(2026, 11, 20, 1, 15, tzinfo=UTC))
