"""When to ask again, and whether to believe "not modified"."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from crawler.pipeline import poll_schedule
from crawler.pipeline.poll_schedule import Bounds
from db.press.poll_state import Rhythm

NOW = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
BOUNDS = Bounds(floor=5, ceiling=360, full_hours=24)
FEED = Rhythm(url="https://bao.vn/rss", source_id=1, interval_minutes=60)


def test_nothing_new_lengthens_and_much_new_shortens_the_interval_within_bounds() -> None:
    assert poll_schedule.interval(FEED, entries=20, fresh=0, now=NOW, bounds=BOUNDS) == 70
    assert poll_schedule.interval(FEED, entries=20, fresh=18, now=NOW, bounds=BOUNDS) == 5
    assert poll_schedule.interval(FEED, entries=20, fresh=10, now=NOW, bounds=BOUNDS) == 60
    assert (
        poll_schedule.interval(
            replace(FEED, interval_minutes=358), entries=0, fresh=0, now=NOW, bounds=BOUNDS
        )
        == 360
    )


def test_a_search_is_asked_at_most_every_half_hour_and_other_lists_as_staff_say() -> None:
    assert poll_schedule.of_kind(BOUNDS, "search").floor == 30
    assert poll_schedule.of_kind(BOUNDS, "search").ceiling == BOUNDS.ceiling
    assert poll_schedule.of_kind(BOUNDS, "feed") == BOUNDS


def test_a_pinned_source_stays_at_the_floor() -> None:
    assert poll_schedule.interval(replace(FEED, pinned=True), entries=0, fresh=0, now=NOW, bounds=BOUNDS) == 5


def test_failures_back_off_to_a_day_and_no_further() -> None:
    assert poll_schedule.after_failure(replace(FEED, failures=1), bounds=BOUNDS) == 120
    assert poll_schedule.after_failure(replace(FEED, failures=50), bounds=BOUNDS) == 1440


def test_a_validator_is_believed_once_and_then_proved() -> None:
    fresh = replace(FEED, etag='"a"', last_full_at=NOW)
    assert poll_schedule.asks_conditionally(fresh, now=NOW, bounds=BOUNDS)
    assert not poll_schedule.asks_conditionally(replace(fresh, polls_since_full=1), now=NOW, bounds=BOUNDS)
    assert poll_schedule.asks_conditionally(
        replace(fresh, polls_since_full=1, proofs=1), now=NOW, bounds=BOUNDS
    )
    late = NOW + timedelta(hours=25)
    assert not poll_schedule.asks_conditionally(replace(fresh, proofs=7), now=late, bounds=BOUNDS)


def test_a_validator_that_stays_while_the_list_changes_is_never_sent_again() -> None:
    before = replace(FEED, etag='"a"', body_sha256="1", last_full_at=NOW, polls_since_full=1)
    caught = poll_schedule.proved(before, etag='"a"', last_modified=None, body_sha256="2")
    assert not caught.validators_trusted
    assert not poll_schedule.asks_conditionally(replace(caught, last_full_at=NOW), now=NOW, bounds=BOUNDS)


def test_a_validator_that_told_the_truth_is_believed_longer() -> None:
    before = replace(FEED, etag='"a"', body_sha256="1", last_full_at=NOW, polls_since_full=1)
    assert poll_schedule.proved(before, etag='"a"', last_modified=None, body_sha256="1").proofs == 1


def test_looks_follow_the_offsets_and_end() -> None:
    offsets = poll_schedule.parse_offsets("1h|24h|7d|nonsense")
    assert offsets == [timedelta(hours=1), timedelta(hours=24), timedelta(days=7)]
    assert poll_schedule.next_look(NOW, now=NOW, offsets=offsets) == NOW + timedelta(hours=1)
    assert poll_schedule.next_look(NOW, now=NOW + timedelta(hours=2), offsets=offsets) == NOW + timedelta(
        hours=24
    )
    assert poll_schedule.next_look(NOW, now=NOW + timedelta(days=8), offsets=offsets) is None
