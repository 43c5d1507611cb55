"""What a period holds, counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from review_ui.digests import figures, labels
from review_ui.digests.figures import count, period_before, shares, stories, territory, tone, year_before


def items():
    from digest_week import items as week

    return week()


def test_a_copy_is_counted_once_and_said_to_be_one():
    rows = items()
    found = count(rows)
    copies = [i for i in rows if i.copy_of is not None and i.relevance == "core"]
    assert found.copies == len(copies) > 0
    assert found.items == len([i for i in rows if i.copy_of is None and i.relevance == "core"])


def test_a_mere_mention_is_counted_apart():
    rows = items()
    assert count(rows).mentions == sum(i.relevance == "mention" and i.copy_of is None for i in rows) > 0


def test_figures_of_territory_place_and_day_add_up():
    found = count(items())
    assert sum(sum(t.values()) for t in found.by_territory.values()) == found.items
    assert sum(found.by_day.values()) == found.items
    assert sum(found.tones.values()) == found.items
    assert sum(found.by_outlet.values()) == found.items


def test_no_figure_crosses_tone_with_an_outlet():
    assert all(isinstance(value, int) for value in count(items()).by_outlet.values())


def test_stance_is_counted_from_staffs_marks_alone():
    rows = [replace(item, stance=None) for item in items()]
    assert not count(rows).marks
    assert count(rows).tones == count(items()).tones


def test_an_empty_period_has_figures():
    found = count([])
    assert (found.items, found.outlets, found.events, found.share("harm")) == (0, 0, 0, 0.0)


def test_criticism_stands_before_harm():
    item = replace(items()[0], harm="high", criticism="medium")
    assert tone(item) == "criticism"


@pytest.mark.parametrize(
    "named, expected",
    [
        (("old_laocai",), "old_laocai"),
        (("yenbai", "new"), "yenbai"),
        (("old_laocai", "yenbai"), "both"),
        (("new",), "new"),
        ((), "unknown"),
    ],
)
def test_the_territory_of_an_item_follows_its_most_exact_places(named, expected):
    assert territory(replace(items()[0], territories=named)) == expected


@pytest.mark.parametrize("parts", [(1, 1, 1), (0, 0, 0), (7, 0, 3), (1, 2, 996), (646, 217, 137)])
def test_shares_add_up_to_a_hundred(parts):
    assert round(sum(shares(parts)), 1) == (100.0 if sum(parts) else 0.0)


@pytest.mark.parametrize(
    "span, before",
    [
        ((date(2026, 11, 16), date(2026, 11, 22)), (date(2026, 11, 9), date(2026, 11, 15))),
        ((date(2026, 3, 1), date(2026, 3, 31)), (date(2026, 2, 1), date(2026, 2, 28))),
        ((date(2026, 1, 1), date(2026, 6, 30)), (date(2025, 7, 1), date(2025, 12, 31))),
        ((date(2026, 1, 1), date(2026, 12, 31)), (date(2025, 1, 1), date(2025, 12, 31))),
        ((date(2026, 1, 1), date(2026, 1, 31)), (date(2025, 12, 1), date(2025, 12, 31))),
    ],
)
def test_the_period_before_keeps_the_kind_of_the_period(span, before):
    assert period_before(*span) == before


def test_a_week_is_compared_with_the_week_of_the_same_number():
    assert year_before(date(2026, 11, 16), date(2026, 11, 22)) == (date(2025, 11, 17), date(2025, 11, 23))


def test_a_leap_day_is_compared_with_the_end_of_february():
    assert year_before(date(2028, 2, 1), date(2028, 2, 29)) == (date(2027, 2, 1), date(2027, 2, 28))


def test_a_story_names_its_outlets_in_order_of_publication():
    story = stories(items())[0]
    everyone = sorted((*story.items, *story.copies), key=lambda i: (i.at, i.id))
    assert story.outlets == tuple(dict.fromkeys(i.outlet for i in everyone))


def test_a_story_whose_first_publication_is_older_than_the_period_is_told_by_its_earliest_copy():
    copy = replace(items()[0], id=99, copy_of=5, event=77)
    (story,) = figures.stories([copy, replace(copy, id=100, at=copy.at + timedelta(hours=1))])
    assert [i.id for i in story.items] == [99]
    assert [i.id for i in story.copies] == [100]


@pytest.mark.parametrize(
    "span, name",
    [
        ((date(2026, 11, 16), date(2026, 11, 22)), "tuần 47 năm 2026"),
        ((date(2026, 11, 1), date(2026, 11, 30)), "tháng 11 năm 2026"),
        ((date(2026, 1, 1), date(2026, 6, 30)), "6 tháng đầu năm 2026"),
        ((date(2026, 4, 1), date(2026, 6, 30)), "quý II năm 2026"),
        ((date(2026, 1, 1), date(2026, 12, 31)), "năm 2026"),
        ((date(2026, 11, 3), date(2026, 11, 3)), "ngày 03/11/2026"),
        ((date(2026, 11, 3), date(2026, 11, 12)), "từ ngày 03/11/2026 đến ngày 12/11/2026"),
    ],
)
def test_periods_are_called_as_offices_call_them(span, name):
    assert labels.period(*span) == name


def test_months_below_three_and_days_below_ten_are_padded_as_the_decree_says():
    assert labels.written_date("Lào Cai", date(2026, 1, 5), year=2026) == "Lào Cai, ngày 05 tháng 01 năm 2026"
    assert (
        labels.written_date("Lào Cai", date(2026, 11, 21), year=2026) == "Lào Cai, ngày 21 tháng 11 năm 2026"
    )
    assert labels.written_date("Lào Cai", date(2026, 3, 9), year=2026) == "Lào Cai, ngày 09 tháng 3 năm 2026"
    assert labels.written_number(5, "BC-SVHTTDL") == "Số: 05/BC-SVHTTDL"
