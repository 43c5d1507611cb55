"""From what a browser sends to values: each function reads one field or raises Invalid with a sentence."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection
from datetime import UTC, date, datetime, time
from typing import TypeVar

from flask import request
from flask_babel import gettext

from db.core.errors import Invalid
from db.core.time import HANOI

Key = TypeVar("Key")
SHORT, LONG = 500, 20_000  # characters; a whole page of A4 is about 3,000
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
# What nobody sees and the database's blank() counts as nothing; a test compares the two lists character by character.
_NOTHING = re.compile(
    r"[\u0000-\u0020\u007f-\u00a0\u00ad\u034f\u061c\u115f-\u1160\u1680\u17b4-\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f\u205f-\u206f"
    r"\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]*"
)


def clean(value: str) -> str:
    """The text as we keep it: NFC, one kind of line end, no control characters, no blanks around; '' where nobody would
    see anything of it."""
    value = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))
    value = _UNSEEN.sub("", value).strip()
    return "" if _NOTHING.fullmatch(value) else value


def text(field: str, *, required: bool = False, limit: int = SHORT) -> str:
    """A text field; '' when it was left empty."""
    value = clean(request.values.get(field, ""))
    if required and not value:
        raise Invalid(field, gettext("Hãy điền ô này."))
    if len(value) > limit:
        raise Invalid(
            field,
            gettext("Dài quá: %(n)s ký tự, nhiều nhất %(limit)s. Hãy rút gọn.", n=len(value), limit=limit),
        )
    return value


def choice(field: str, allowed: Collection[str], *, required: bool = False) -> str:
    """One of ``allowed``, or '' when nothing was chosen."""
    value = request.values.get(field, "")
    if not value and not required:
        return ""
    if value not in allowed:
        raise Invalid(field, gettext("Hãy chọn một mục trong danh sách."))
    return value


def flag(field: str) -> bool:
    """Whether a box was ticked."""
    return request.values.get(field, "") not in ("", "0", "false", "off")


def whole(field: str, *, default: int | None = None) -> int:
    """A whole number up to 2^63; Invalid when it is none and there is no default."""
    value = request.values.get(field, "").strip()
    if not value and default is not None:
        return default
    if not re.fullmatch(r"\d{1,18}", value, re.ASCII):
        raise Invalid(field, gettext("Ô này cần một số nguyên."))
    return int(value)


def version(field: str, *, default: int | None = None) -> int:
    """The version of a thing as it was shown (a 32-bit number in the database)."""
    found = whole(field, default=default)
    if found >= 2**31:
        raise Invalid(field, gettext("Ô này cần một số nguyên."))
    return found


def page_mark(read: Callable[[str], Key]) -> tuple[Key, int] | None:
    """Where a list goes on: the ``after`` of an address that a list of ours wrote (``key:number`` of its last row), or None
    on the first page. ``read`` makes the key of its text and raises ValueError for one that no row can have."""
    value = request.args.get("after", "")
    if not value:
        return None
    key, _, number = value.rpartition(":")
    try:
        if not re.fullmatch(r"\d{1,18}", number, re.ASCII):
            raise ValueError(number)
        return read(key), int(number)
    except ValueError as why:
        raise Invalid("after", gettext("Địa chỉ trang không đúng. Hãy mở lại danh sách.")) from why


def real(written: str) -> float:
    """A number that PostgreSQL's ``real`` holds; ValueError for any other."""
    found = float(written)
    if found and not 1e-37 < abs(found) < 1e38:  # NaN is neither
        raise ValueError(written)
    return found


def instant(written: str) -> datetime:
    """A moment with its zone, in the years a desk knows; ValueError for any other."""
    found = datetime.fromisoformat(written)
    if found.tzinfo is None or not 1900 <= found.year <= 2200:
        raise ValueError(written)
    return found


def wholes(field: str, *, limit: int = 500) -> list[int]:
    """The numbers of all fields of this name (ticked boxes), in order, each once."""
    values = request.values.getlist(field)
    if len(values) > limit or not all(re.fullmatch(r"\d{1,18}", value, re.ASCII) for value in values):
        raise Invalid(field, gettext("Danh sách chọn không hợp lệ hoặc quá dài."))
    return list(dict.fromkeys(int(value) for value in values))


def day(field: str, *, required: bool = False) -> date | None:
    """A day as a date field sends it (``2026-11-21``) or as people write it (``21/11/2026``)."""
    value = request.values.get(field, "").strip()
    if not value:
        if required:
            raise Invalid(field, gettext("Hãy chọn ngày."))
        return None
    for shape in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            found = datetime.strptime(value, shape).date()
        except ValueError:
            continue
        if 1900 <= found.year <= 2200:
            return found
    raise Invalid(field, gettext("Ngày không đúng. Viết như 21/11/2026."))


def moment(field: str) -> datetime | None:
    """A local date and time as ``datetime-local`` sends it, or a day (then its end of office hours, 17:00)."""
    value = request.values.get(field, "").strip()
    if not value:
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        only = day(field)
        return None if only is None else datetime.combine(only, time(17), HANOI).astimezone(UTC)
    if not 1900 <= found.year <= 2200:
        raise Invalid(field, gettext("Ngày không đúng. Viết như 21/11/2026."))
    if found.tzinfo is None:
        found = (
            datetime.combine(found.date(), time(17)) if "T" not in value and " " not in value else found
        ).replace(tzinfo=HANOI)
    return found.astimezone(UTC)
