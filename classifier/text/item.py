"""What is judged: items as the command line, the store and the gold files give them."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.core.errors import Invalid
from db.core.time import HANOI  # dates without an offset are local time


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One article, post or feed entry; ``date`` is aware, ``lang`` an ISO 639-1 hint that the text may overrule."""

    id: str
    title: str
    text: str
    lang: str | None = None
    source: str | None = None
    url: str | None = None
    date: datetime | None = None


def read_items(lines: Iterable[str]) -> Iterator[Item]:
    """Items from JSON Lines, empty lines passed over; Invalid names the line and the mend."""
    for number, data in read_objects(lines):
        yield item_from(data, where=f"line {number}")


def read_objects(lines: Iterable[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    """(line number, object) of JSON Lines; Invalid when a line is no JSON object."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            data = json.loads(line)
        except (json.JSONDecodeError, RecursionError):
            raise Invalid("items", f"line {number}: not valid JSON; write one JSON object a line") from None
        if not isinstance(data, dict):
            raise Invalid(
                "items", f'line {number}: not a JSON object; write {{"id": …, "title": …, "text": …}}'
            )
        yield number, data


def item_from(data: dict[str, Any], *, where: str) -> Item:
    """An item from a decoded object; ``where`` begins the message of Invalid."""
    name = data.get("id")
    if isinstance(name, int) and not isinstance(name, bool):
        name = str(name)
    if not isinstance(name, str) or not name.strip():
        raise Invalid("id", f"{where}: id is missing or no text; give every item its own id")
    if "title" not in data and "text" not in data:
        raise Invalid("text", f"{where}: neither title nor text; an item needs at least one of them")
    words = {key: _text(data, key, where) for key in ("title", "text", "lang", "source", "url")}
    return Item(
        id=name,
        title=words["title"] or "",
        text=words["text"] or "",
        lang=words["lang"] or None,
        source=words["source"] or None,
        url=words["url"] or None,
        date=_date(data.get("date"), where),
    )


def _text(data: dict[str, Any], key: str, where: str) -> str | None:
    value = data.get(key)
    if value is not None and not isinstance(value, str):
        raise Invalid(key, f"{where}: {key} is no text; put it in quotation marks")
    # A lone surrogate cannot be stored or printed; the replacement sign keeps the offsets.
    return None if value is None else value.encode("utf-8", "replace").decode("utf-8")


def _date(value: Any, where: str) -> datetime | None:
    if value is None or value == "":
        return None
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise Invalid(
            "date", f"{where}: date {value!r} is not ISO 8601; write 2026-01-31T08:00:00+07:00"
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=HANOI)
