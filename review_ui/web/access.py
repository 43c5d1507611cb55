"""Restricted matters (personal data, party discipline): read by verifiers, approvers and the leader, by nobody else.

A case that is restricted, its event, its articles' pages, its claims, answers, packs and reports do not exist for a
monitor. Programs (the API) and the public never meet them; lists for export hold them for verifiers and approvers.

Whatever an address or a form names is asked about here, once, before any view runs (``register``): a screen that takes a
case, an event, an article or a claim under one of the names below needs no check of its own.
"""

from __future__ import annotations

import re

from flask import Flask, request

from db.accounts.users import UserRole
from db.core.errors import NotFound
from db.desk import cases
from db.desk.cases import Case
from review_ui.web.auth import somebody
from review_ui.web.transaction import conn

SEERS = frozenset({UserRole.VERIFIER, UserRole.APPROVER, UserRole.LEADER})
# Under which names addresses and forms speak of a case, an event, an article, a claim.
NAMED: dict[str, tuple[str, ...]] = {
    "cases": ("case_id", "case", "chosen"),
    "events": ("event_id", "into_event"),
    "articles": ("article_id", "article", "only_article"),
    "claims": ("claim_id",),
}
# "7", or "7:1" where a card is chosen with the version that was seen; no more digits than a number of ours has
_NUMBER = re.compile(r"\s*(\d{1,18})\d*(?::\d*)?\s*", re.ASCII)


def seen() -> bool:
    """Whether the signed-in person reads restricted matters."""
    person = somebody()
    return person is not None and person.role in SEERS


def case(case_id: int) -> Case:
    """The case; NotFound for one that does not exist, or not for this person."""
    found = cases.get(conn(), case_id)
    if found.restricted and not seen():
        raise NotFound("Case not found")
    return found


def named() -> dict[str, list[int]]:
    """The numbers of cases, events, articles and claims that the address and the fields of this request name."""
    given = request.view_args or {}
    return {
        kind: [
            int(found[1])
            for name in names
            for value in (*([str(given[name])] if name in given else []), *request.values.getlist(name))
            if (found := _NUMBER.fullmatch(value)) is not None
        ]
        for kind, names in NAMED.items()
    }


def register(app: Flask) -> None:
    """Answers 404 to whoever is signed in, does not read restricted matters, and names one. Must come after auth."""

    @app.before_request
    def refuse() -> None:
        if somebody() is None or seen():
            return
        numbers = named()
        if any(numbers.values()) and cases.any_restricted(conn(), **numbers):
            raise NotFound("Matter not found")
