"""How values look to people: times in Vietnam's zone, ages, numbers, highlighted text. Registered as filters."""

from __future__ import annotations

from datetime import UTC, date, datetime

from flask import Flask, g, request
from flask_babel import get_locale, gettext, ngettext
from markupsafe import Markup, escape

from review_ui.forms import ZONE


def now() -> datetime:
    """The moment of this request: one for the whole page, so that ages agree."""
    if "now" not in g:
        g.now = datetime.now(UTC)
    found: datetime = g.now
    return found


def moment(value: datetime | None) -> str:
    """``07:30 21/11/2026``; an empty string for None."""
    return value.astimezone(ZONE).strftime("%H:%M %d/%m/%Y") if value else ""


def day(value: date | datetime | None) -> str:
    """``21/11/2026``; an empty string for None."""
    if value is None:
        return ""
    return (value.astimezone(ZONE) if isinstance(value, datetime) else value).strftime("%d/%m/%Y")


def span(minutes: float) -> str:
    """A length of time in its largest unit, in words."""
    minutes = abs(minutes)
    if minutes < 1:
        return gettext("dưới 1 phút")
    if minutes < 60:
        return ngettext("%(num)d phút", "%(num)d phút", int(minutes))
    if minutes < 48 * 60:
        return ngettext("%(num)d giờ", "%(num)d giờ", int(minutes // 60))
    return ngettext("%(num)d ngày", "%(num)d ngày", int(minutes // (24 * 60)))


def ago(value: datetime | None) -> Markup:
    """How long ago (or until when), with the exact moment in the element's title."""
    if value is None:
        return Markup("")
    minutes = (now() - value).total_seconds() / 60
    if minutes < 0:
        words = gettext("còn %(span)s", span=span(minutes))
    elif minutes < 1:
        words = gettext("vừa xong")
    else:
        words = gettext("%(span)s trước", span=span(minutes))
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        value.astimezone(UTC).isoformat(timespec="seconds"), moment(value), words
    )


def number(value: float | int | None) -> str:
    """A number with the separators of the reader's language."""
    if value is None:
        return "–"
    shown = f"{value:,}" if isinstance(value, int) else f"{value:,.2f}"
    if str(get_locale() or "vi").startswith("vi"):
        shown = shown.translate(str.maketrans(",.", ".,"))
    return shown


def lines(value: str | None) -> Markup:
    """Text with its line ends as paragraphs; markup in it stays text."""
    parts = [part for part in (value or "").split("\n") if part.strip()]
    return Markup("").join(Markup("<p>{}</p>").format(part) for part in parts)


def page_address(**changes: object) -> str:
    """This page's address with some query values replaced (None removes one)."""
    values = request.args.to_dict(flat=False)
    for name, value in changes.items():
        if value is None:
            values.pop(name, None)
        else:
            values[name] = [str(value)]
    from urllib.parse import urlencode

    query = urlencode([(name, value) for name, found in values.items() for value in found])
    return request.path + ("?" + query if query else "")


def attributes(**given: object) -> Markup:
    """HTML attributes from names and values; None and False leave one out, True gives it no value."""
    out = Markup("")
    for name, value in given.items():
        if value is None or value is False:
            continue
        name = name.rstrip("_").replace("_", "-")
        out += Markup(" {}").format(name) if value is True else Markup(' {}="{}"').format(name, escape(value))
    return out


def register(app: Flask) -> None:
    """Gives the templates these filters and functions."""
    app.jinja_env.filters.update(moment=moment, day=day, ago=ago, number=number, lines=lines)
    app.jinja_env.globals.update(page_address=page_address, attributes=attributes, now=now)
