"""What a disk refuses is one line to the administrator, with the mend; other errors stay loud."""

from __future__ import annotations

import errno
from pathlib import Path

import fasteners
import pytest

import kiemtin
from db.core.connection import mendable
from db.core.errors import Unavailable


@pytest.mark.parametrize(
    "number", [errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOSPC, errno.EDQUOT, errno.EIO]
)
def test_a_refusal_of_the_disk_names_the_file(number: int) -> None:
    said = mendable(OSError(number, "x", "/var/lib/kiemtin/captures"))
    assert isinstance(said, Unavailable)
    assert "/var/lib/kiemtin/captures" in str(said)
    assert "\n" not in str(said)


@pytest.mark.parametrize(
    "why", [OSError(errno.EBADF, "x"), FileNotFoundError(2, "x"), KeyError("x"), OSError()]
)
def test_a_mistake_of_ours_is_none(why: Exception) -> None:
    assert mendable(why) is None


def test_up_on_a_home_that_cannot_be_written_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> bool:
        raise OSError(errno.EROFS, "Read-only file system", str(tmp_path / "up.lock"))

    monkeypatch.setattr(fasteners.InterProcessLock, "acquire", refuse)
    with pytest.raises(Unavailable, match="cannot be written"), kiemtin._only_one(tmp_path):
        pass
