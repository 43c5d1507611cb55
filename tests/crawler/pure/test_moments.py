"""Dates as newspapers write them."""

from datetime import UTC, datetime, timedelta

import pytest

from crawler.text import dates

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "raw",
    [
        "Fri, 12 Sep 2025 08:15:00 +0700",
        "Fri, 12 Sep 2025 08:15:00 GMT+7",
        "Fri, 12 Sep 2025 01:15:00 GMT",
        "12 Sep 2025 01:15 Z",
        "2025-09-12T08:15:00+07:00",
        "2025-09-12T08:15:00.000 +07:00",
        "2025-09-12T08:15:00+0700",
        "2025-09-12T01:15:00Z",
        "2025-09-12 01:15:00.0 UTC",
        "Thứ sáu, 12/9/2025, 08:15 (GMT+7)",
        "12/09/2025 08:15 GMT+7Chia sẻ",
        "1757639700",
        "1757639700000",
    ],
)
def test_a_stated_offset_is_kept(raw: str) -> None:
    moment = dates.parse(raw, now=NOW)
    assert moment is not None
    assert moment.at == datetime(2025, 9, 12, 1, 15, tzinfo=UTC)
    assert not moment.assumed


@pytest.mark.parametrize(
    "raw",
    [
        "2025-09-12T08:15:00",
        "2025-09-12 08:15",
        "Ngày đăng: 12/09/2025 - 08:15 | Lượt xem: 37",
        "(Cập nhật lúc 08:15, ngày 12/9/2025)",
        "Cập nhật ngày 12/09/2025 lúc 08:15",
        "08h15 ngày 12/09/2025",
        "08:15 | 12/09/2025",
        "12.09.2025, 08:15",
        "12-09-2025 08:15:00",
        "12/09/2025 08:15:00 SA",
        "12/9/2025 8:15 AM",
        "Sep 12, 2025 8:15 AM",
        "12 tháng 9 năm 2025 08:15",
        "2025年9月12日 08:15",
        "Publié le 12 septembre 2025 à 08:15",
        "Thứ Sáu, 08:15, 12/09/2025",
        "Fri, 09/12/2025 - 08:15",
    ],
)
def test_without_a_zone_hanoi_is_assumed_and_marked(raw: str) -> None:
    moment = dates.parse(raw, now=NOW)
    assert moment is not None
    assert moment.at == datetime(2025, 9, 12, 1, 15, tzinfo=UTC)
    assert moment.assumed
    assert moment.at.utcoffset() == timedelta(hours=7)


@pytest.mark.parametrize("raw", ["12/9/2025", "2025-09-12", "12 tháng 9, 2025"])
def test_a_day_without_a_time_says_so(raw: str) -> None:
    moment = dates.parse(raw, now=NOW)
    assert moment is not None
    assert moment.day_only


@pytest.mark.parametrize(
    "raw",
    [
        None,
        "",
        "hôm nay",
        "99/99/2025 08:15",
        "1970-01-01T07:00:00+07:00",
        "2203-01-01T00:00:00Z",
        "9999-12-31",
        "2025-13-45",
        "0214 000 0000",
        "x" * 500,
    ],
)
def test_nothing_or_an_impossible_date_is_none(raw: str | None) -> None:
    assert dates.parse(raw, now=NOW) is None


def test_a_day_ahead_is_believed_and_two_are_not() -> None:
    assert dates.parse("2026-01-01T20:00:00Z", now=NOW) is not None
    assert dates.parse("2026-01-03T00:00:00Z", now=NOW) is None
