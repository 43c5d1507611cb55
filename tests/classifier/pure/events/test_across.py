"""Two languages, one happening: joined by place, day, numbers and names, never by the place alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from classifier.events.cross_language_rule import NamedPlace, marks, numbers, one_happening

NOON = datetime(2026, 3, 1, 5, tzinfo=UTC)


SA_PA = NamedPlace(id="d088-old", as_written="Sa Pa", province=False)
BAC_HA = NamedPlace(id="d085-old", as_written="Bắc Hà", province=False)


def told(language, passage, *, places=(SA_PA,), bad=True, hours=0.0):
    return marks(language=language, at=NOON + timedelta(hours=hours), passage=passage, places=places, bad=bad)


VI = told(
    "vi",
    "Xe khách lao xuống vực ở Sa Pa, 3 người chết, 12 người bị thương\nTai nạn lúc 5h ngày 1/3 tại đèo Mây Thử.",
)


@pytest.mark.parametrize(
    "other",
    [
        told(
            "en",
            "Three killed, 12 injured as bus plunges into ravine in Sa Pa\nThe crash happened on March 1.",
            hours=9,
        ),
        told("zh", "越南沙坝客车坠崖致三人死亡12人受伤", hours=20),
        told("fr", "Vietnam : un car chute dans un ravin à Sapa, trois morts et 12 blessés", hours=30),
    ],
)
def test_the_same_place_days_and_counts_join(other):
    assert one_happening(VI, other)
    assert one_happening(other, VI)


@pytest.mark.parametrize(
    "other",
    [
        told("en", "Bus crash in Sa Pa kills two"),
        told("en", "Three killed, 12 injured as bus plunges into ravine", hours=80),
        told("en", "Three killed, 12 injured in Bac Ha", places=(BAC_HA,)),
        told("en", "Three chefs and 12 dishes at the Sa Pa food festival", bad=False),
        told("vi", "Xe khách lao xuống vực ở Sa Pa, 3 người chết, 12 người bị thương"),
        told("en", "Three killed, 12 injured", places=()),
    ],
)
def test_other_counts_days_places_kinds_or_the_same_language_do_not(other):
    assert not one_happening(VI, other)


def test_names_count_where_counts_are_few():
    one = told("vi", "Bắt Trần Văn Thử và Lý Thị Mẫu ở Sa Pa", bad=True)
    assert one_happening(one, told("en", "Police arrest Tran Van Thu and Ly Thi Mau in Sa Pa"))


def test_dates_hours_years_and_roads_are_no_counts():
    assert numbers("Lúc 5h ngày 12/3/2026, quốc lộ 70, km 15, năm 2026") == frozenset()
    assert numbers("1.200 hộ, ba người, 8 nhà") == {1200, 3, 8}
    assert numbers("3月1日两人死亡") == {2}
