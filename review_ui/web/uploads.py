"""Files handed in by people: typed by their content, kept under their hash, never served back as active content."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from flask_babel import gettext

from db.catalogue import rows
from db.core import durable_files
from db.core.connection import Connection
from db.core.errors import Invalid, NotFound
from db.desk import reports
from review_ui.web import forms

# What a capture of a post can be, by the bytes it begins with; everything else is refused, whatever its name says.
_KINDS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file as it was kept."""

    sha256: str
    size: int
    kind: str
    name: str


def kind_of(content: bytes) -> str | None:
    """The media type that the bytes themselves show, or None for what is not taken (programs, archives, markup)."""
    for start, kind in _KINDS:
        if content.startswith(start):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content[4:8] == b"ftyp":
        brand = content[8:12]
        return "image/heic" if brand in (b"heic", b"heix", b"mif1") else "video/mp4"
    return _text(content)


def _text(content: bytes) -> str | None:
    try:
        words = content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    start = words.lstrip("\ufeff \t\r\n")[:200].lower()
    strange = any(ord(letter) < 32 and letter not in "\t\r\n\f" for letter in words)
    if not words.strip() or strange or start.startswith(("<", "#!", "mz", "@echo")):
        return None
    return "text/plain"


def largest(conn: Connection) -> int:
    """The largest file that is taken, in bytes (setting ``reports.largest_megabytes``)."""
    return int(rows.number(conn, "reports.largest_megabytes")) * 2**20


def keep(
    conn: Connection, *, home: Path, content: bytes, name: str, received_from: str, any_kind: bool = False
) -> Upload:
    """Keeps a file as received; raises Invalid for one that is empty, too large or of a kind that is not taken.

    ``any_kind``: staff hand in papers of every kind as evidence; what is no picture, PDF, clip or text is kept as bytes.
    """
    if not content:
        raise Invalid("file", gettext("Tệp rỗng. Hãy chọn lại tệp."))
    if len(content) > (most := largest(conn)):
        raise Invalid(
            "file",
            gettext("Tệp quá lớn (nhiều nhất %(n)s MB). Hãy gửi ảnh chụp màn hình.", n=most // 2**20),
        )
    kind = kind_of(content) or ("application/octet-stream" if any_kind else None)
    if kind is None:
        raise Invalid(
            "file", gettext("Chỉ nhận ảnh, PDF, video MP4 hoặc văn bản thuần. Tệp này thuộc loại khác.")
        )
    digest = hashlib.sha256(content).hexdigest()
    path = place(home, digest)
    if not path.exists():
        durable_files.write(path, content)
    shown = forms.clean(Path(forms.clean(name).replace("\\", "/")).name)[:120] or "tep"
    reports.add_upload(
        conn, sha256=digest, size=len(content), kind=kind, name=shown, received_from=received_from
    )
    return Upload(sha256=digest, size=len(content), kind=kind, name=shown)


def place(home: Path, sha256: str) -> Path:
    """Where the bytes with this hash lie."""
    return home / "uploads" / sha256[:2] / sha256


def content(home: Path, sha256: str) -> bytes:
    """The bytes as received; raises NotFound when they are gone or no longer what they were."""
    path = place(home, sha256)
    if not path.exists() or hashlib.sha256(found := path.read_bytes()).hexdigest() != sha256:
        raise NotFound(gettext("Tệp này không còn hoặc đã hỏng trên đĩa."))
    return found
