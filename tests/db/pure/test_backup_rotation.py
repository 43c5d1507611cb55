"""Which backups are let go: the newest stay, one a week before them, and nothing of a foreign name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from db.ops.kept_backups import beyond, last

NOW = datetime(2026, 11, 29, 1, 30, tzinfo=UTC)


def files(count: int) -> list[Path]:
    return [Path(f"kiemtin-{NOW - timedelta(days=n):%Y%m%dT%H%M%S}Z.tar") for n in range(count)]


def test_a_year_of_days_leaves_the_newest_and_one_of_each_week_before() -> None:
    gone = set(beyond(files(365), days=7, weeks=4))
    kept = [path for path in files(365) if path not in gone]
    assert kept[:7] == files(7)
    assert len(kept) == 11
    weeks = [datetime.strptime(path.name[8:16], "%Y%m%d").isocalendar()[:2] for path in kept[7:]]
    assert len(set(weeks)) == 4


@pytest.mark.parametrize("count", range(8))
def test_what_there_is_no_more_of_is_kept(count: int) -> None:
    assert beyond(files(count), days=7, weeks=0) == []


def test_foreign_files_are_never_touched() -> None:
    foreign = [
        Path(name)
        for name in ("kiemtin.tar", "kiemtin-20261101T013000Z.tar.part", "x-20261101T013000Z.tar", "ảnh.png")
    ]
    assert beyond([*foreign, *files(3)], days=0, weeks=0) == files(3)


def test_several_on_one_day_count_as_what_they_are() -> None:
    same = [Path(f"kiemtin-20261129T0{hour}0000Z.tar") for hour in range(9)]
    assert sorted(beyond(same, days=3, weeks=1)) == same[:5]


@pytest.mark.parametrize("said", ["", "{}", "[]", '{"at": "x", "file": "y"}', "\x00"])
def test_an_unreadable_note_is_none(tmp_path: Path, said: str) -> None:
    assert last(tmp_path) is None
    (tmp_path / "last-backup.json").write_text(said)
    assert last(tmp_path) is None
