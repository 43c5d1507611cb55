"""The claims of a case that stand and what is established about each: what letters and papers may say of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from db.core.connection import Connection, many

FALSE = frozenset({"partly_false", "fabricated"})


@dataclass(frozen=True, slots=True, kw_only=True)
class EstablishedClaim:
    """A claim that no other replaces. ``code``: its verdict in force, ``withdrawn``, or None while nothing is established;
    ``evidence``: titles of the pieces that stand, the suspect's own copy left out."""

    id: int
    body: str
    said_on: date | None
    field: str | None
    code: str | None
    what_is_true: str | None
    approved_at: datetime | None
    evidence: list[str]


def of_case(conn: Connection, case_id: int) -> list[EstablishedClaim]:
    """The claims of the case that stand, oldest first."""
    return many(
        conn,
        EstablishedClaim,
        "SELECT c.id, c.body, c.said_on, c.field, c.code, c.what_is_true, c.approved_at,"
        " ARRAY(SELECT e.title FROM standing_evidence e WHERE e.claim_id = c.id AND e.kind <> 'archived_item' ORDER BY e.id) AS evidence"
        " FROM claims_in_force c WHERE c.case_id = %s ORDER BY c.id",
        [case_id],
    )
