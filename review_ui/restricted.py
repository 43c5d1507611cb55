"""Restricted matters (personal data, party discipline): read by verifiers, approvers and the leader, by nobody else.

A case that is restricted, its event, its articles' pages, its claims, answers, packs and reports do not exist for a
monitor. Programs (the API) and the public never meet them; lists for export hold them for verifiers and approvers.
"""

from __future__ import annotations

from db import cases
from db.cases import Case
from db.errors import NotFound
from db.users import Role
from review_ui.auth import somebody
from review_ui.transaction import conn

SEERS = frozenset({Role.VERIFIER, Role.APPROVER, Role.LEADER})


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
