"""Files that are believed once they are written: whole or not there, for their owner alone, drafts of killed work removed."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from db.core import durable_files

NOBODY = 2**22 + 1  # above the largest process number of Linux


def rights(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_new_folders_and_the_file_are_private_whatever_the_mask(tmp_path: Path) -> None:
    mask = os.umask(0)
    try:
        durable_files.write(tmp_path / "a" / "b" / "tệp", b"1", mode=0o600)
    finally:
        os.umask(mask)
    assert [rights(tmp_path / name) for name in ("a", "a/b", "a/b/tệp")] == [0o700, 0o700, 0o600]


def test_the_draft_is_private_while_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    real = os.fsync

    def look(descriptor: int) -> None:
        seen.extend(rights(path) for path in tmp_path.glob(".*.part"))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", look)
    durable_files.write(tmp_path / "x", b"1", mode=0o600)
    assert seen == [0o600]


def test_a_disk_that_refuses_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    durable_files.write(tmp_path / "x", b"old")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        durable_files.write(tmp_path / "x", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["x"]
    assert (tmp_path / "x").read_bytes() == b"old"


def test_drafts_of_killed_processes_go_and_those_of_living_ones_stay(tmp_path: Path) -> None:
    for name in (f".a.{NOBODY}.part", f".a.{os.getpid()}.part", "b.part", f"c.{NOBODY}.part"):
        (tmp_path / name).touch()
    durable_files.write(tmp_path / "new", b"")
    assert {path.name for path in tmp_path.iterdir()} == {
        f".a.{os.getpid()}.part", "b.part", f"c.{NOBODY}.part", "new",
    }  # fmt: skip
