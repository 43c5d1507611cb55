"""Restricted matters (personal data, party discipline): read by verifiers, approvers and the leader, by nobody else.

A case that is restricted, its event, its articles' pages, its claims, answers, packs and reports do not exist for a
monitor. Programs (the API) and the public never meet them; lists for export hold them for verifiers and approvers.

Who may is decided here alone. An address names a case, an event, an article or a claim by one of the converters below
(``<case:case_id>``) and is asked about before its view runs; a view reads the number that a form sends by ``in_form`` (or
``all_in_form``), which asks the same. Tests hold addresses and forms to that.
"""

from __future__ import annotations

from flask import Flask, request
from werkzeug.routing import IntegerConverter

from db.accounts.users import UserRole
from db.core.errors import NotFound
from db.desk import cases
from db.desk.cases import Case
from review_ui.web import forms
from review_ui.web.auth import somebody
from review_ui.web.transaction import conn

SEERS = frozenset({UserRole.VERIFIER, UserRole.APPROVER, UserRole.LEADER})


class MatterNumber(IntegerConverter):
    """A number in an address; ``kind``: of what, as ``cases.any_restricted`` calls it."""

    kind = ""


class CaseNumber(MatterNumber):
    """``<case:…>``"""

    kind = "cases"


class EventNumber(MatterNumber):
    """``<event:…>``"""

    kind = "events"


class ArticleNumber(MatterNumber):
    """``<article:…>``"""

    kind = "articles"


class ClaimNumber(MatterNumber):
    """``<claim:…>``"""

    kind = "claims"


CONVERTERS: dict[str, type[MatterNumber]] = {
    "case": CaseNumber,
    "event": EventNumber,
    "article": ArticleNumber,
    "claim": ClaimNumber,
}


def seen() -> bool:
    """Whether the signed-in person reads restricted matters."""
    person = somebody()
    return person is not None and person.role in SEERS


def check(**numbers: list[int]) -> None:
    """Raises NotFound where the signed-in person does not read restricted matters and one of the ``numbers`` (by kind: cases,
    events, articles, claims) is one or belongs to one."""
    if seen() or not any(numbers.values()):
        return
    if cases.any_restricted(conn(), **{one.kind: numbers.get(one.kind, []) for one in CONVERTERS.values()}):
        raise NotFound("Matter not found", code="row.not_found")


def case(case_id: int) -> Case:
    """The case; NotFound for one that does not exist, or not for this person."""
    found = cases.get(conn(), case_id)
    if found.restricted and not seen():
        raise NotFound("Case not found", code="row.not_found")
    return found


def in_form(kind: str, field: str, *, default: int | None = None) -> int:
    """The number of a case, event, article or claim (``kind``, plural) that a field of the form names."""
    number = forms.whole(field, default=default)
    check(**{kind: [number] if number else []})
    return number


def all_in_form(kind: str, field: str) -> list[int]:
    """The numbers that all fields of this name hold (ticked boxes)."""
    numbers = forms.wholes(field)
    check(**{kind: numbers})
    return numbers


def register(app: Flask) -> None:
    """Gives addresses their converters, and answers 404 where one names what the person may not know of. After auth, before
    the screens."""
    app.url_map.converters.update(CONVERTERS)

    @app.before_request
    def refuse() -> None:
        if somebody() is None or request.url_rule is None:
            return
        found: dict[str, list[int]] = {}
        for name, converter in request.url_rule._converters.items():
            if isinstance(converter, MatterNumber):
                number = int((request.view_args or {})[name])
                if number < 10**18:  # no more digits than a number of ours has
                    found.setdefault(converter.kind, []).append(number)
        check(**found)
