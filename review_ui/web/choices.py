"""Lists of choices. A long one (places, outlets) is read once and kept for as long as its rows stay as they are."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass

from flask import current_app, g

from db.core.connection import Connection
from db.queries import event_pages
from db.queries.event_pages import NamedChoice
from review_ui.web.transaction import conn


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """What every queue page offers, and the titles that its cards name places and newspapers by."""

    places: list[tuple[str, str]]
    outlets: list[tuple[str, str]]
    titles: dict[str, str]
    outlet_titles: dict[str, str]


class ChoiceCache:
    """The lists of one process, read anew when the database says that their rows have changed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: tuple[tuple[int, str], Lists] | None = None

    def lists(self, conn_: Connection) -> Lists:
        """The lists as they stand now."""
        # asked before the rows are read: a change between the two is read twice, never missed
        state = event_pages.lists_state(conn_)
        with self._lock:
            if self._kept is None or self._kept[0] != state:
                self._kept = state, _read(conn_)
            return self._kept[1]


def named(entries: Iterable[NamedChoice]) -> list[tuple[str, str]]:
    """Catalogue entries as choices of a list, in Vietnamese alphabetical order as far as code points go."""
    return sorted(((entry.name, entry.title) for entry in entries), key=lambda pair: pair[1].casefold())


def lists() -> Lists:
    """The lists for this request."""
    if "lists" not in g:
        shelf: ChoiceCache = current_app.extensions.setdefault("kiemtin.lists", ChoiceCache())
        g.lists = shelf.lists(conn())
    found: Lists = g.lists
    return found


def _read(conn_: Connection) -> Lists:
    outlets = named(event_pages.outlets(conn_))
    return Lists(
        places=named(event_pages.places(conn_)),
        outlets=outlets,
        titles=event_pages.place_titles(conn_),
        outlet_titles=dict(outlets),
    )
