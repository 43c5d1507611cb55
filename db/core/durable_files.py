"""Files that are believed once they are written: private from their first byte, whole or not there, on disk before a row
speaks of them. Drafts carry the number of their process, so that what a killed one left behind is known and removed."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path

import psutil

PRIVATE_FOLDER, PRIVATE_FILE, KEPT_FILE = 0o700, 0o600, 0o440
_DRAFT = re.compile(r"\.(?P<name>.+)\.(?P<process>\d+)\.part")


def write(path: Path, content: bytes, *, mode: int = KEPT_FILE) -> None:
    """Puts ``content`` at ``path``, replacing what was there; returns when it would survive a power cut. OSError as it comes:
    then nothing of it is left."""
    make_folder(path.parent)
    remove_left_drafts(path.parent)
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE), "wb") as file:
            file.write(content)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        draft.replace(path)
        sync(path.parent)
    except OSError:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise


def make_folder(folder: Path) -> None:
    """Makes the folder and its missing parents, each for its owner alone; those that are there keep their rights."""
    for missing in reversed([one for one in (folder, *folder.parents) if not one.exists()]):
        missing.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)


def sync(path: Path) -> None:
    """Waits until a file's bytes (or a folder's names) are on disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove_left_drafts(folder: Path) -> int:
    """Removes drafts in the folder whose process is no more; returns how many."""
    left = [
        entry
        for entry in folder.glob(".*.part")
        if (made := _DRAFT.fullmatch(entry.name)) and not psutil.pid_exists(int(made["process"]))
    ]
    for entry in left:
        entry.unlink(missing_ok=True)
    return len(left)
