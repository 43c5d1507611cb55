"""Backups that are made every day without a person: named by their time, old ones let go, the last one remembered.

Kept are the newest ``days`` and of each earlier week the newest, ``weeks`` of them. Only files of the form this module names
are ever removed, and only after a new one is whole on disk, in the second folder too where there is one.
"""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from db.core import durable_files
from db.core.errors import Unavailable
from db.ops.backup import backup, sha256_of

_NAME = re.compile(r"kiemtin-(\d{8}T\d{6})Z\.tar")
_LAST = "last-backup.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class LastBackup:
    """The last daily backup that ended well."""

    at: datetime
    file: Path


def daily(
    owner_url: str, home: Path, folder: Path, *, second: Path | None = None, days: int = 7, weeks: int = 4,
    now: datetime | None = None,
) -> Path:  # fmt: skip
    """Writes today's backup into ``folder`` and a copy into ``second``, then lets old ones go; returns the file.

    Raises Unavailable where a place cannot be written: what is there stays as it is.
    """
    at = now or datetime.now(UTC)
    file = folder / f"kiemtin-{at:%Y%m%dT%H%M%S}Z.tar"
    for place in filter(None, (folder, second)):
        try:
            durable_files.make_folder(place)
        except OSError as why:
            raise Unavailable(f"the backup folder {place} cannot be made ({why.strerror})") from why
    backup(owner_url, home, file)
    if second is not None:
        _copy(file, second)
    durable_files.write(
        home / _LAST,
        json.dumps({"at": at.isoformat(), "file": str(file)}).encode(),
        mode=durable_files.PRIVATE_FILE,
    )
    for place in filter(None, (folder, second)):
        for old in beyond(list(place.iterdir()), days=days, weeks=weeks):
            old.unlink(missing_ok=True)
    return file


def _copy(file: Path, second: Path) -> None:
    """A copy that is compared before it gets its name."""
    target, draft = second / file.name, second / f".{file.name}.part"
    try:
        shutil.copyfile(file, draft)
        draft.chmod(durable_files.PRIVATE_FILE)
        durable_files.sync(draft)
        if sha256_of(draft) != sha256_of(file):
            raise Unavailable(f"the copy of the backup in {second} differs from it; look at that disk")
        draft.replace(target)
        durable_files.sync(second)
    except OSError as why:
        raise Unavailable(
            f"the backup {file} is whole, its copy in {second} cannot be written ({why.strerror})"
        ) from why
    finally:
        draft.unlink(missing_ok=True)


def beyond(files: list[Path], *, days: int, weeks: int) -> list[Path]:
    """Which of these files are let go; foreign names never are."""
    ours = sorted(
        (path for path in files if _NAME.fullmatch(path.name)), key=lambda path: path.name, reverse=True
    )
    rest, kept_weeks = ours[days:], set[tuple[int, int]]()
    gone = []
    for path in rest:
        made = datetime.strptime(path.name, "kiemtin-%Y%m%dT%H%M%SZ.tar").replace(tzinfo=UTC)
        week = made.isocalendar()[:2]
        if week in kept_weeks or len(kept_weeks) >= weeks:
            gone.append(path)
        else:
            kept_weeks.add(week)
    return gone


def last(home: Path) -> LastBackup | None:
    """The last daily backup; None where there was none or its note cannot be read."""
    try:
        said = json.loads((home / _LAST).read_text(encoding="utf-8"))
        return LastBackup(at=datetime.fromisoformat(said["at"]), file=Path(said["file"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
