"""Files that staff hand in as evidence: kept under their own hash, never under a name somebody chose."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from flask import current_app
from flask_babel import gettext
from werkzeug.datastructures import FileStorage

from db.core.errors import Invalid, Unavailable
from db.core.settings import Settings

LARGEST = 20 * 2**20  # bytes


def keep(file: FileStorage) -> str:
    """Stores the file below KIEMTIN_HOME/captures/handed_in and returns its SHA-256; the same file is kept once.

    Raises Invalid when it is empty or larger than 20 MB, Unavailable when the folder cannot be written.
    """
    data = file.stream.read(LARGEST + 1)
    if not data:
        raise Invalid("file", gettext("Tệp trống. Hãy chọn tệp khác."))
    if len(data) > LARGEST:
        raise Invalid("file", gettext("Tệp lớn hơn 20 MB. Hãy chọn tệp nhỏ hơn."))
    name = hashlib.sha256(data).hexdigest()
    path = place(name)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}.draft")
        draft.write_bytes(data)
        draft.replace(path)
    except OSError as why:
        raise Unavailable(gettext("Không ghi được tệp vào kho lưu. Hãy báo quản trị.")) from why
    return name


def place(sha256: str) -> Path:
    """Where the file of this hash is kept."""
    settings: Settings = current_app.extensions["kiemtin.settings"]
    return settings.captures / "handed_in" / sha256[:2] / sha256
