"""What pages call the province and the public bulletin: from the catalogue, so that no code knows either."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import psycopg
import psycopg_pool
from flask import Flask, g
from flask_babel import gettext

from db.catalogue import rows
from db.core.time import HANOI
from db.queries import letterheads
from review_ui.web import transaction


def _known(name: str, ask: Callable[[], str], otherwise: str) -> str:
    """What ``ask`` finds, once a request; ``otherwise`` where the database cannot be asked (pages of errors)."""
    kept: dict[str, str] = g.setdefault("place_names", {})
    if name not in kept:
        if transaction.lost():
            return otherwise
        try:
            kept[name] = ask() or otherwise
        except (psycopg.Error, psycopg_pool.PoolTimeout):
            return otherwise
    return kept[name]


def province() -> str:
    """As sentences name it: "tỉnh Lào Cai"."""
    today = datetime.now(HANOI).date()
    return _known(
        "province", lambda: letterheads.province(transaction.conn(), on=today)[0], gettext("địa phương")
    )


def bulletin_title() -> str:
    """The name of the public pages (setting ``bulletin.title``)."""
    return _known(
        "title", lambda: rows.text(transaction.conn(), "bulletin.title"), gettext("Kiểm chứng thông tin")
    )


def bulletin_contact() -> str:
    """Where the public may write or call (setting ``bulletin.contact``); '' where nothing is set."""
    return _known("contact", lambda: rows.text(transaction.conn(), "bulletin.contact"), "")


def responsible() -> str:
    """The office that answers for the public pages; '' where the catalogue names none."""

    def ask() -> str:
        found = letterheads.of_role(transaction.conn(), "press_authority", on=datetime.now(HANOI).date())
        return found.issuer if found else ""

    return _known("office", ask, "")


def register(app: Flask) -> None:
    """Gives the templates these names."""
    app.jinja_env.globals.update(
        province=province,
        bulletin_title=bulletin_title,
        bulletin_contact=bulletin_contact,
        responsible=responsible,
    )
