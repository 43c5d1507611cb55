"""From what a browser sends to values: each function reads one field or raises Invalid with a sentence."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from flask import request
from flask_babel import gettext

from db.errors import Invalid

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
SHORT, LONG = 500, 20_000  # characters; a whole page of A4 is about 3,000
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def clean(value: str) -> str:
    """The text as we keep it: NFC, one kind of line end, no control characters, no blanks around."""
    value = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))
    return _UNSEEN.sub("", value).strip()


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
        return None if only is None else datetime.combine(only, time(17), ZONE).astimezone(UTC)
    if not 1900 <= found.year <= 2200:
        raise Invalid(field, gettext("Ngày không đúng. Viết như 21/11/2026."))
    if found.tzinfo is None:
        found = (
            datetime.combine(found.date(), time(17)) if "T" not in value and " " not in value else found
        ).replace(tzinfo=ZONE)
    return found.astimezone(UTC)
