"""Source health: failing, silent, volume: three different things, one sentence each."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from crawler.pipeline import source_health
from db.press.source_health import HealthSigns

NOW = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
WELL = HealthSigns(
    lists=2, polled=2, failing=0, failures=0, empty=0, last_ok_at=NOW, why=None, kind=None,
    last_article_at=NOW, last_published_at=NOW - timedelta(hours=2), gap_hours=4.0, this_week=40, weeks_mean=42.0,
    weeks_deviation=5.0, weeks_known=9,
)  # fmt: skip


def state(signs: HealthSigns) -> str:
    return source_health.judge(signs, now=NOW, factor=3.0)[0]


def test_a_source_that_does_as_always_is_well() -> None:
    assert state(WELL) == "ok"


def test_a_source_never_polled_is_unprobed() -> None:
    assert state(replace(WELL, polled=0)) == "unprobed"


def test_failing_needs_all_lists_and_says_why_in_both_languages() -> None:
    bad = replace(
        WELL, failing=2, failures=7, kind="refused", why="nobody answers there (connection refused)"
    )
    found = source_health.judge(bad, now=NOW, factor=3.0)
    assert found[0] == "failing"
    assert "máy chủ không trả lời" in found[1]
    assert "7 times" in found[2]
    assert state(replace(bad, failing=1)) == "ok"


def test_silence_is_measured_by_the_sources_own_rhythm() -> None:
    quiet = replace(WELL, last_published_at=NOW - timedelta(hours=40))
    assert state(quiet) == "silent"
    assert state(replace(quiet, gap_hours=30.0)) == "ok"


def test_a_source_whose_rhythm_is_not_known_yet_is_silent_after_two_weeks() -> None:
    young = replace(WELL, gap_hours=None, weeks_known=1)
    assert state(replace(young, last_published_at=NOW - timedelta(days=3))) == "ok"
    assert state(replace(young, last_published_at=NOW - timedelta(days=60))) == "silent"


def test_a_week_far_off_the_own_mean_is_a_volume_signal() -> None:
    assert state(replace(WELL, this_week=3)) == "volume"
    assert state(replace(WELL, this_week=95)) == "volume"
    assert state(replace(WELL, this_week=47)) == "ok"


def test_every_kind_of_failure_has_vietnamese_words() -> None:
    for kind in (
        "refused",
        "name",
        "timeout",
        "cut",
        "broken",
        "robots",
        "asked",
        "gate",
        "loop",
        "not_a_feed",
        "http_503",
    ):
        assert source_health.reason_vi(kind, "english words") != "english words"


def test_a_source_whose_pages_are_all_refused_is_failing_though_its_lists_answer() -> None:
    shut = replace(WELL, refused=5, refused_kind="challenge")
    found = source_health.judge(shut, now=NOW, factor=3.0)
    assert found[0] == "failing"
    assert "không đọc được trang bài nào" in found[1]
    assert "none of its article pages" in found[2]
    assert state(replace(shut, whole=1)) == "ok"
    assert state(replace(shut, refused=2)) == "ok"
    assert "403" in source_health.judge(replace(shut, refused_kind="http_403"), now=NOW, factor=3.0)[1]
