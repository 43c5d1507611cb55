"""How readers are scored side by side: the measure itself, without the readers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from benchmarks.peers.compare import f1, minute_right, score, table

TRUTH: dict[str, dict[str, Any]] = {
    "one": {
        "title": "Mưa lớn",
        "text": "Mưa lớn ở Khe Thử.",
        "published_at": "2025-09-12T08:15:00+07:00",
        "authors": ["Lò A"],
    },
    "two": {"title": "Họp chợ", "text": "Chợ họp lại.", "published_at": None},
}


@pytest.mark.parametrize(
    ("found", "truth", "expected"),
    [
        ("mưa lớn", "Mưa lớn", 1.0),
        ("mưa", "mưa lớn", 2 / 3),
        ("", "mưa", 0.0),
        (None, "mưa", 0.0),
        ("大雨", "大雪", 0.5),
    ],
)
def test_f1_counts_words_and_single_signs_where_there_are_no_spaces(
    found: str | None, truth: str, expected: float
) -> None:
    assert f1(found, truth) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("found", "right"),
    [
        ("2025-09-12T01:15:00+00:00", True),
        ("2025-09-12 08:15:20", True),
        ("2025-09-12T08:15:00+00:00", False),
        ("2025-09-12", False),
        (None, False),
        ("hôm qua", False),
    ],
)
def test_a_minute_is_right_in_any_zone_and_a_day_is_no_minute(found: str | None, right: bool) -> None:
    assert minute_right(found, datetime.fromisoformat("2025-09-12T08:15:00+07:00")) is right


def test_a_reader_that_raised_or_read_nothing_scores_nothing_and_is_counted() -> None:
    answer = {
        "version": "1",
        "ms": 2.0,
        "pages": {
            "one": {
                "title": "mưa lớn",
                "body": "Mưa lớn ở Khe Thử.",
                "published": "2025-09-12",
                "authors": ["lò a"],
            },
            "two": {"error": "ValueError: x"},
        },
    }
    found = score("theirs", answer, TRUTH)
    assert (found.body, found.title, found.day, found.minute, found.authors, found.failed) == (
        0.5,
        0.5,
        1.0,
        0.0,
        1.0,
        1,
    )
    assert "| theirs 1 | 0.500 | 0.500 | 1.000 | 0.000 | 1.000 | 1 | 2.0 |" in table([found])
