"""Kept bytes read back from disk: what a database speaks of and the folder no longer holds whole is named."""

from __future__ import annotations

import stat
from collections import Counter
from collections.abc import Iterator

from db.core.connection import Connection
from db.core.settings import Settings
from db.press import captures, warc


def faults(conn: Connection, settings: Settings) -> Iterator[tuple[str, str]]:
    """(what, mend) for captures that are missing, damaged or open to others; captures of cases and the newest are read."""
    folder = settings.captures
    if not folder.exists():
        kept = conn.execute("SELECT EXISTS (SELECT FROM captures)").fetchone()
        if kept and kept[0]:
            yield (
                f"captures are recorded, but {folder} is missing",
                "mount the shared folder, or restore it from a backup",
            )
        return
    if stat.S_IMODE(folder.stat().st_mode) & 0o077:
        yield f"{folder} can be read by others", f"chmod -R go= {folder}"
    looked = captures.to_read_back(conn)
    wrong: Counter[tuple[str, str]] = Counter()
    for _number, file, offset, digest in looked:
        if why := warc.fault(folder, file, offset, digest):
            wrong[why, file] += 1
    for (why, file), count in sorted(wrong.items()):
        yield (
            f"{count} of {len(looked)} captures that were read back are {why}: {file}",
            f"bring {folder / file} back from a backup; packs and pages name what is missing meanwhile",
        )
