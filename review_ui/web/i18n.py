"""The words of templates in the reader's language: looked up in translations that are found once a request.

A queue page asks for seven hundred. Jinja's own way carries the template's whole context along with each of them.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, g
from flask_babel import get_locale, get_translations
from markupsafe import Markup


def _translations() -> Any:
    try:
        return g.translations
    except RuntimeError:  # nobody's answer: a worker's
        return get_translations()
    except AttributeError:
        g.translations = get_translations()
        return g.translations


def reader() -> str:
    """The language of this answer: vi or en. Asked for every label of a page, found once."""
    try:
        return str(g.reader)
    except RuntimeError:
        return "vi"
    except AttributeError:
        g.reader = str(get_locale() or "vi")
        return str(g.reader)


def text(message: str, **values: object) -> Markup:
    """``message`` in the language of this answer, its ``%(name)s`` filled with escaped values."""
    # our own texts, not what somebody sent; doubled per cent signs stand for one, as where there are values
    said = Markup(_translations().ugettext(message))  # noqa: S704
    return said % values if "%" in said else said


def counted(one: str, many: str, num: int, **values: object) -> Markup:
    """``one`` or ``many``, as the language counts; ``num`` may stand in the text."""
    said = Markup(_translations().ungettext(one, many, num))  # noqa: S704 - as above
    return said % {"num": num, **values}


def register(app: Flask) -> None:
    """Gives the templates ``_``, ``gettext`` and ``ngettext``."""
    app.jinja_env.globals.update(_=text, gettext=text, ngettext=counted)
