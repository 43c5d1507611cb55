"""Where addresses of outlets were last seen in public material, and what became of outlets: moved, merged, closed."""

from dataclasses import dataclass
from typing import Literal

from db.catalogue import cells
from db.core.connection import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """An address of an outlet as public material names it; nobody has tried it unless a trial says so.

    ``seen_on`` in words of the finder (a day, a month, ``≈2026-10``); ``confidence`` of the finder.
    """

    source: str
    kind: Literal["feed", "sitemap", "section", "channel"]
    url: str
    seen_on: str
    seen_in: str
    confidence: Literal["high", "medium", "low"]
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletChange:
    """What happened to an outlet, when and where that is said; ``happened_on`` in words of the finder."""

    source: str
    happened_on: str
    what: str
    seen_in: str
    confidence: Literal["high", "medium", "low"]


def all_of_source(conn: Connection, name: str) -> list[Sighting]:
    """Every address seen of a source, channels included, the surest first."""
    rows = conn.execute(
        """SELECT data FROM catalogue_entries WHERE kind = 'sighting' AND data ->> 'source' = %s
           ORDER BY array_position(ARRAY['high', 'medium', 'low'], data ->> 'confidence'), name""",
        [name],
    ).fetchall()
    return [cells.from_json(Sighting, data) for (data,) in rows]


def of_source(conn: Connection, name: str) -> list[Sighting]:
    """Addresses seen of a source that can be tried as lists, the surest first."""
    rows = conn.execute(
        """SELECT data FROM catalogue_entries WHERE kind = 'sighting' AND data ->> 'source' = %s AND data ->> 'kind' <> 'channel'
           ORDER BY array_position(ARRAY['high', 'medium', 'low'], data ->> 'confidence'),
                    array_position(ARRAY['feed', 'sitemap', 'section'], data ->> 'kind'), name""",
        [name],
    ).fetchall()
    return [cells.from_json(Sighting, data) for (data,) in rows]
