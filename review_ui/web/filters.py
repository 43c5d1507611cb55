"""How values look to people: times in Vietnam's zone, ages, numbers, highlighted text. Registered as filters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

import flask_babel
from flask import Flask, current_app, g, request
from markupsafe import Markup

from db.core.time import HANOI
from db.queries.event_pages import PendingCorrection
from review_ui.web import error_messages, i18n
from review_ui.web.choices import named
from review_ui.web.i18n import counted as ngettext
from review_ui.web.i18n import text as gettext
from review_ui.web.labels import label

_MENTION = re.compile(r"(@[a-z][a-z0-9._-]{1,39})")


def _markup(macro: str, *given: object) -> Markup:
    """What a macro of templates/markup.html makes of ``given``."""
    made: Markup = getattr(current_app.jinja_env.get_template("markup.html").module, macro)(*given)
    return made


def now() -> datetime:
    """The moment of this request: one for the whole page, so that ages agree."""
    if "now" not in g:
        g.now = datetime.now(UTC)
    found: datetime = g.now
    return found


def moment(value: datetime | None) -> str:
    """``07:30 21/11/2026``; an empty string for None."""
    return value.astimezone(HANOI).strftime("%H:%M %d/%m/%Y") if value else ""


def read_moment(written: str) -> str:
    """The moment of an ISO text as it is kept in JSON, as ``moment`` writes it."""
    return moment(datetime.fromisoformat(written))


def day(value: date | datetime | None) -> str:
    """``21/11/2026``; an empty string for None."""
    if value is None:
        return ""
    return (value.astimezone(HANOI) if isinstance(value, datetime) else value).strftime("%d/%m/%Y")


def span(minutes: float) -> str:
    """A length of time in its largest unit, in words."""
    minutes = abs(minutes)
    unit = 1 if minutes < 60 else 60 if minutes < 48 * 60 else 24 * 60
    return _length(i18n.reader(), unit, int(minutes // unit))


@lru_cache(maxsize=4096)
def _length(_language: str, unit: int, count: int) -> str:
    """So many minutes, hours (60) or days (1440) in words of the reader's language; a page says it for thirty cards."""
    if unit == 60:
        return str(ngettext("%(num)d giờ", "%(num)d giờ", count))
    if unit > 60:
        return str(ngettext("%(num)d ngày", "%(num)d ngày", count))
    return str(ngettext("%(num)d phút", "%(num)d phút", count) if count else gettext("dưới 1 phút"))


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
    exact = value.astimezone(UTC).isoformat(timespec="seconds")
    return _markup("time", exact, moment(value), words)


def number(value: float | int | None) -> str:
    """A number with the separators of the reader's language."""
    if value is None:
        return "–"
    shown = f"{value:,}" if isinstance(value, int) else f"{value:,.2f}"
    if i18n.reader() == "vi":
        shown = shown.translate(str.maketrans(",.", ".,"))
    return shown


def lines(value: str | None) -> Markup:
    """Text with its line ends as paragraphs; markup in it stays text."""
    return _markup("paragraphs", [part for part in (value or "").split("\n") if part.strip()])


def page_address(**changes: object) -> str:
    """This page's address with some query values replaced (None removes one)."""
    values = request.args.to_dict(flat=False)
    for name, value in changes.items():
        if value is None:
            values.pop(name, None)
        else:
            values[name] = [str(value)]
    query = urlencode([(name, value) for name, found in values.items() for value in found])
    return request.path + ("?" + query if query else "")


def attributes(**given: object) -> Markup:
    """HTML attributes from names and values; None and False leave one out, True gives it no value."""
    pairs = [
        (name.rstrip("_").replace("_", "-"), value)
        for name, value in given.items()
        if value is not None and value is not False
    ]
    return _markup("attributes", pairs)


def options(choices: Mapping[Any, Any] | Iterable[tuple[Any, Any]], value: object = "") -> Markup:
    """The choices of a list as HTML, ``value`` chosen."""
    return _markup("options", choices.items() if isinstance(choices, Mapping) else choices, str(value))


def spread(card: Any) -> str:
    """How long an event took from its first to its last telling."""
    return span((card.last_at - card.started_at).total_seconds() / 60)


def persons(people: list[Any]) -> list[tuple[int, str]]:
    """Accounts as choices of a list."""
    return [(person.id, f"{person.display_name} ({label('role', person.role)})") for person in people]


def tellings(found: list[Any]) -> list[tuple[int, str]]:
    """Articles of an event as choices of a list."""
    return [(one.article_id, f"{one.outlet}: {one.title}"[:120]) for one in found]


def quoted(actions: list[Any]) -> str:
    """The sentence that triage asked to verify, to begin a claim with."""
    return next((str(one.data["to_verify"]) for one in reversed(actions) if one.data.get("to_verify")), "")


def local_input(value: datetime | None) -> str:
    """A moment as a ``datetime-local`` field takes it."""
    return value.astimezone(HANOI).strftime("%Y-%m-%dT%H:%M") if value else ""


def pairs(names: list[str], table: str = "") -> list[tuple[str, str]]:
    """Names as choices of a list, with their labels where a table is given."""
    return [(name, label(table, name) if table else name) for name in names]


def mentioning(value: str) -> Markup:
    """A note's paragraphs with its @mentions in bold."""
    return _markup("mentions", [_MENTION.split(part) for part in value.split("\n") if part.strip()])


def term(deadline: Any) -> str:
    """A deadline's length in words: ``3 ngày làm việc``."""
    count = deadline.value
    if deadline.unit == "hours":
        return str(ngettext("%(num)d giờ", "%(num)d giờ", count))
    if deadline.unit == "working_days":
        return str(ngettext("%(num)d ngày làm việc", "%(num)d ngày làm việc", count))
    return str(ngettext("%(num)d ngày", "%(num)d ngày", count))


def in_words(value: str | None) -> str:
    """A text of the shipped catalogue or of a published label in the reader's language; staff's own words as they stand."""
    # a plain text, escaped where it is shown: our own `gettext` answers markup
    return flask_babel.gettext(value) if value else ""


def map_words(names: Any, words: dict[str, Any]) -> list[str]:
    """Names as people say them; a name without a word stays as it is."""
    return [str(words.get(name, name)) for name in names]


def outcome(correction: PendingCorrection) -> str:
    """What became of a wish to split, merge or move an event, in words."""
    words = error_messages.of(correction.outcome_code or "", correction.outcome_values)
    return words or correction.outcome or ""


def register(app: Flask) -> None:
    """Gives the templates these filters and functions."""
    app.jinja_env.filters.update(
        moment=moment,
        read_moment=read_moment,
        day=day,
        ago=ago,
        number=number,
        lines=lines,
        spread=spread,
        named=named,
        persons=persons,
        mentioning=mentioning,
        tellings=tellings,
        quoted=quoted,
        local_input=local_input,
        pairs=pairs,
        term=term,
        map_words=map_words,
        in_words=in_words,
        outcome=outcome,
    )
    app.jinja_env.globals.update(page_address=page_address, attributes=attributes, options=options, now=now)
