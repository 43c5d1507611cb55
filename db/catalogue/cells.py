"""A record's fields as text cells (files) and as JSON (rows), by the annotations of its dataclass. Pure."""

import re
import types
from collections.abc import Callable
from dataclasses import MISSING, Field, fields
from datetime import date
from functools import cache, partial
from math import isfinite
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from db.core.errors import Invalid

SEPARATOR = "|"


_HINTS: dict[
    type[Any], dict[str, Any]
] = {}  # read once per record class: thousands of terms are read at a start


def _hints(record: type[Any]) -> dict[str, Any]:
    if record not in _HINTS:
        _HINTS[record] = get_type_hints(record)
    return _HINTS[record]


def columns(record: type[Any]) -> tuple[str, ...]:
    """The column names of a record, in the order of its dataclass."""
    return tuple(field.name for field in fields(record))


def required(field: "Field[Any]") -> bool:
    """Whether a row must fill this field."""
    return field.default is MISSING and field.default_factory is MISSING


def to_cell(value: Any) -> str:
    """One value as a CSV cell: lists joined by ``|``, dates ISO, None empty."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return SEPARATOR.join(to_cell(item) for item in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    return (
        f"{value:g}"
        if isinstance(value, float) and value == round(value, 4) and abs(value) < 1e5
        else str(value)
    )


def from_cells(record: type[Any], row: dict[str, str]) -> Any:
    """A record from text cells; Invalid names the column and the mend."""
    values: dict[str, Any] = {}
    hints = _hints(record)
    for field in fields(record):
        text = row.get(field.name, "").strip()
        if text:
            values[field.name] = _reader(hints[field.name])(field.name, text)
        elif required(field):
            raise Invalid(field.name, "is empty; this column must be filled", code="cell.empty")
    return _made(record, values)


def to_json(record: Any) -> dict[str, Any]:
    """A record as JSON values: lists for tuples, ISO dates; None and empty lists left out."""
    out: dict[str, Any] = {}
    for field in fields(record):
        value = getattr(record, field.name)
        if isinstance(value, tuple):
            value = list(value)
        elif isinstance(value, date):
            value = value.isoformat()
        if value is not None and value != []:
            out[field.name] = value
    return out


def from_json(record: type[Any], data: dict[str, Any]) -> Any:
    """A record from stored or uploaded JSON; keys the record no longer has are left aside."""
    values: dict[str, Any] = {}
    hints = _hints(record)
    for field in fields(record):
        value = data.get(field.name)
        if value is None:
            if required(field):
                raise Invalid(field.name, "is missing", code="cell.empty")
            continue
        values[field.name] = _reader(hints[field.name])(field.name, value)
    return _made(record, values)


def _made(record: type[Any], values: dict[str, Any]) -> Any:
    start, end = values.get("valid_from"), values.get("valid_to")
    if isinstance(start, date) and isinstance(end, date) and end < start:
        raise Invalid(
            "valid_to",
            f"{end} lies before valid_from {start}; swap or mend the dates",
            code="cell.dates",
            values={"end": str(end), "start": str(start)},
        )
    return record(**values)


@cache
def _reader(hint: Any) -> Callable[[str, Any], Any]:
    """What reads a column's value, text or already JSON, as the annotation asks."""
    if get_origin(hint) in (Union, types.UnionType):
        return _reader(next(part for part in get_args(hint) if part is not type(None)))
    if get_origin(hint) is tuple:
        one = _reader(get_args(hint)[0])
        return lambda column, value: tuple(
            one(column, item) for item in (value if isinstance(value, list) else _parts(value))
        )
    if get_origin(hint) is Literal:
        return partial(_one_of, get_args(hint))
    readers = {bool: _boolean, int: _integer, float: _number, date: _date, str: _text}
    return readers[hint]


def fault(column: str, value: object, what: str, code: str, **values: object) -> Invalid:
    """The error of a cell: its value as it was written, ``what`` is wrong with it, the code of that and further values."""
    return Invalid(column, f"{value!r} {what}", code=code, values={"value": repr(value), **values})


def _one_of(allowed: tuple[Any, ...], column: str, value: Any) -> Any:
    if value not in allowed:
        known = ", ".join(map(str, allowed))
        raise fault(column, value, f"is not one of {known}", "cell.one_of", known=known)
    return value


def _parts(value: Any) -> list[str]:
    return [part.strip() for part in str(value).split(SEPARATOR) if part.strip()]


def _boolean(column: str, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    words = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
    if str(value).lower() not in words:
        raise fault(column, value, "is neither yes nor no", "cell.yes_no")
    return words[str(value).lower()]


def whole(text: str) -> int:
    """A whole number as people write it in figures 0 to 9; ValueError for anything else (``int`` takes ``1_0`` and ``٣٠``)."""
    if not re.fullmatch(r"[-+]?\d{1,15}", text, re.ASCII):
        raise ValueError(text)
    return int(text)


def decimal(text: str) -> float:
    """A finite number with a point, in figures 0 to 9; ValueError for anything else."""
    if not re.fullmatch(r"[-+]?(\d+(\.\d*)?|\.\d+)(e[-+]?\d+)?", text, re.ASCII | re.IGNORECASE):
        raise ValueError(text)
    if not isfinite(number := float(text)):
        raise ValueError(text)
    return number


def _integer(column: str, value: Any) -> int:
    try:
        return whole(value) if isinstance(value, str) else int(value)
    except (TypeError, ValueError):
        raise fault(column, value, "is not a whole number", "cell.whole") from None


def _number(column: str, value: Any) -> float:
    try:
        number = decimal(value) if isinstance(value, str) else float(value)
    except (TypeError, ValueError):
        raise fault(
            column, value, "is not a number; write a point, no thousands mark", "cell.number"
        ) from None
    if number != number or number in (float("inf"), float("-inf")):
        raise fault(column, value, "is not a finite number", "cell.number")
    return number


def _date(column: str, value: Any) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise fault(column, value, "is not a date; write YYYY-MM-DD", "cell.date") from None


def _text(column: str, value: Any) -> str:
    if not isinstance(value, str):
        raise fault(column, value, "is not text", "cell.text")
    return value
