"""The first day's list says what is missing, and a daily backup is whole in both places or told."""

from __future__ import annotations

import errno
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import seeding

import db.ops.embedded_postgres
from db.core.connection import Connection
from db.core.errors import Unavailable
from db.core.settings import Settings
from db.ops import first_day, kept_backups
from db.ops.first_day import SetupStep


def step(conn: Connection, home: Path, code: str, **more: object) -> SetupStep:
    found = first_day.steps(conn, Settings(home=home, **more))  # type: ignore[arg-type]
    return next(one for one in found if one.code == code)


def test_people_are_enough_when_two_may_decide_and_one_approves(conn: Connection, tmp_path: Path) -> None:
    assert not step(conn, tmp_path, "people").done
    for role, done in (("verifier", False), ("verifier", False), ("admin", False), ("approver", True)):
        seeding.user(conn, role=role)
        assert step(conn, tmp_path, "people").done is done, role


def test_sources_are_done_when_one_reads_and_none_is_untried(conn: Connection, tmp_path: Path) -> None:
    for status, done in (("enabled", True), ("to_probe", False)):
        conn.execute(
            "INSERT INTO sources (name, title, home, hosts, status) VALUES (%(n)s, %(n)s, 'https://b.example/', '{b.example}', %(n)s)",
            {"n": status},
        )
        assert step(conn, tmp_path, "sources").done is done


def test_an_unconfirmed_deadline_is_left_to_do(conn: Connection, tmp_path: Path) -> None:
    for confirmed, done in (("true", True), ("false", False)):
        conn.execute(
            "INSERT INTO catalogue_entries (kind, name, data) VALUES ('deadline', %s, %s)",
            [confirmed, f'{{"name": "{confirmed}", "confirmed": {confirmed}}}'],
        )
        assert step(conn, tmp_path, "deadlines").done is done


def test_the_office_is_what_its_settings_say(conn: Connection, tmp_path: Path) -> None:
    found = step(conn, tmp_path, "contact")
    assert not found.done
    assert set(found.settings) == {"fetch.contact", "bulletin.contact"}
    assert step(conn, tmp_path, "clock").done
    assert step(conn, tmp_path, "address", allowed_hosts=("tin.example",)).done


def test_a_daily_backup_goes_to_both_places_and_is_remembered(
    urls: db.ops.embedded_postgres.Urls, conn: Connection, tmp_path: Path
) -> None:
    home, first, second = (tmp_path / name for name in ("home", "one", "two"))
    home.mkdir()
    old = first / "kiemtin-20200101T000000Z.tar"
    first.mkdir()
    old.touch()
    file = kept_backups.daily(urls.owner or "", home, first, second=second, days=1, weeks=0)
    assert (second / file.name).read_bytes() == file.read_bytes()
    assert not old.exists()
    assert step(conn, home, "backup").done
    assert kept_backups.last(home).file == file  # type: ignore[union-attr]


def test_a_second_place_that_is_full_loses_nothing(
    urls: db.ops.embedded_postgres.Urls, conn: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, first, second = (tmp_path / name for name in ("home", "one", "two"))
    for folder in (home, first, second):
        folder.mkdir()
    old = [first / "kiemtin-20200101T000000Z.tar", second / "kiemtin-20200101T000000Z.tar"]
    for path in old:
        path.touch()

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(Unavailable, match="its copy in"):
        kept_backups.daily(urls.owner or "", home, first, second=second, days=1, weeks=0)
    assert all(path.exists() for path in old)
    assert list(second.iterdir()) == [old[1]]
    assert not step(conn, home, "backup").done


def test_a_backup_that_is_old_is_to_do_again(conn: Connection, tmp_path: Path) -> None:
    for age, done in ((timedelta(hours=20), True), (timedelta(days=3), False)):
        (tmp_path / "last-backup.json").write_text(
            f'{{"at": "{(datetime.now(UTC) - age).isoformat()}", "file": "x"}}'
        )
        assert step(conn, tmp_path, "backup").done is done
