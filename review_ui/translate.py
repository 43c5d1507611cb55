"""Keeps the English texts: `python -m review_ui.translate` reads all screens, completes the .po files, compiles them.

Source texts are Vietnamese; each room of screens keeps its own folder (see app.TRANSLATIONS). A text already translated
in another folder is not asked for twice. Ends 1 and names what has no English yet.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from review_ui.app import HERE, TRANSLATIONS

METHODS = [("**.py", "python"), ("templates/**.html", "jinja2"), ("**/templates/**.html", "jinja2")]
OPTIONS = {
    name: {"trimmed": "true", "silent": "false"} for name in ("templates/**.html", "**/templates/**.html")
}
KEYWORDS = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "lazy_gettext": None,
    "lazy_ngettext": (1, 2),
    "N_": None,
}
FIRST = datetime(2026, 11, 21, tzinfo=UTC)


def texts() -> Iterator[tuple[str, str | tuple[str, ...]]]:
    """(file, text) for everything the screens say; a pair for texts with a plural."""
    for file, _line, message, _comments, _context in extract_from_dir(
        str(HERE), METHODS, OPTIONS, keywords=KEYWORDS, strip_comment_tags=True
    ):
        if message and message != ("", ""):
            yield file, message


def folder_of(file: str) -> Path:
    """The translations folder that keeps a file's texts: its own room's, else the common one."""
    for name in TRANSLATIONS[1:]:
        room = name.split("/")[0]
        if file.startswith((f"{room}/", f"templates/{room}/")):
            return HERE / name
    return HERE / TRANSLATIONS[0]


def empty() -> Catalog:
    """A new English catalogue. Its date is fixed: that of the run would change files that say the same."""
    return Catalog(locale="en", project="kiemtin", charset="utf-8", creation_date=FIRST)


def load(folder: Path) -> Catalog:
    """The English catalogue of a folder; a new one where there is none."""
    path = folder / "en" / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        return empty()
    with path.open("rb") as file:
        return read_po(file, locale="en")


def translated(message: object) -> bool:
    """Whether a message has its English text, every plural form included."""
    text = getattr(message, "string", "")
    return all(text) if isinstance(text, (tuple, list)) else bool(text)


def update() -> list[str]:
    """Brings all .po and .mo files up to date with the screens; returns the texts without English."""
    catalogues = {HERE / name: load(HERE / name) for name in TRANSLATIONS}
    wanted: dict[Path, Catalog] = {folder: empty() for folder in catalogues}
    for place, text in texts():
        wanted[folder_of(place)].add(text)
    known = {
        message.id: message.string
        for catalogue in catalogues.values()
        for message in catalogue
        if message.id and translated(message)
    }
    missing: list[str] = []
    placed: set[object] = set()
    for folder, catalogue in wanted.items():
        out = empty()
        for message in catalogue:
            key = message.id[0] if isinstance(message.id, (tuple, list)) else message.id
            if not message.id or key in placed:
                continue
            placed.add(key)
            found = known.get(message.id)
            out.add(message.id, string=found, flags=message.flags)
            if found is None:
                missing.append(str(key))
        if not len(out):
            continue
        path = folder / "en" / "LC_MESSAGES"
        path.mkdir(parents=True, exist_ok=True)
        with (path / "messages.po").open("wb") as po:
            write_po(po, out, no_location=True, sort_output=True, omit_header=False, width=110)
        with (path / "messages.mo").open("wb") as mo:
            write_mo(mo, out)
    return missing


def main() -> None:
    """Updates the files and says what is missing."""
    missing = update()
    for text in missing:
        print(text)
    sys.exit(1 if missing else 0)


if __name__ == "__main__":
    main()
