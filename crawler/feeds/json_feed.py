"""JSON Feed: its text to entries. What is not of its form is left out, nothing raises."""

from __future__ import annotations

import json
import re
from datetime import datetime, tzinfo
from typing import Any

from crawler.feeds.entry import MOST_ENTRIES, Feed, entry
from crawler.text import date_conventions, plain_text
from db.core.language import from_tag
from db.press import urls


def read(text: str, *, url: str, now: datetime, zone: tzinfo) -> Feed:
    """The feed in a JSON text; kind ``unknown`` where it is none. ``url``: where it came from."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return Feed(kind="unknown", notes=("not a feed",))
    items = data.get("items") if isinstance(data, dict) else None
    if not isinstance(data, dict) or not isinstance(items, list):
        return Feed(kind="unknown", notes=("not a feed",))
    language = _text(data.get("language"))
    conventions = date_conventions.learn(
        (_published(i) for i in items[:MOST_ENTRIES] if isinstance(i, dict)), now=now, zone=zone
    )
    entries = []
    for item in items[:MOST_ENTRIES]:
        if not isinstance(item, dict):
            continue
        people = item.get("authors") or [item.get("author")]
        names = (
            [_text(a.get("name")) for a in people if isinstance(a, dict)] if isinstance(people, list) else []
        )
        guid = str(item["id"]) if isinstance(item.get("id"), str | int) else None
        link = _text(item.get("url")) or _text(item.get("external_url"))
        if not link and guid and re.match(r"https?://", guid):
            link = guid
        tags = item.get("tags")
        body = _text(item.get("content_html")) or "\n".join(
            f"<p>{p}</p>" for p in _text(item.get("content_text")).split("\n")
        )
        entries.append(
            entry(
                link=link, base=url, now=now, zone=zone, guid=guid, title=_text(item.get("title")),
                summary=_text(item.get("summary")), content=body if plain_text.plain(body) else "",
                published_raw=_published(item), conventions=conventions,
                updated_raw=_text(item.get("date_modified")), authors=names,
                language=_text(item.get("language")) or language,
                tags=[t for t in tags if isinstance(t, str)] if isinstance(tags, list) else (),
            )
        )  # fmt: skip
    hubs = data.get("hubs")
    hub = (
        next((_text(h.get("url")) for h in hubs if isinstance(h, dict)), "") if isinstance(hubs, list) else ""
    )
    return Feed(
        kind="json",
        title=plain_text.plain(_text(data.get("title"))),
        home=urls.tidy(_text(data.get("home_page_url")), url),
        language=from_tag(language),
        entries=tuple(entries),
        hub=urls.tidy(hub, url),
        next_url=urls.tidy(_text(data.get("next_url")), url),
        notes=("too many entries",) if len(items) > MOST_ENTRIES else (),
    )


def _published(item: dict[str, Any]) -> str:
    return _text(item.get("date_published")) or _text(item.get("date_modified"))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
