"""What waits for one person: verdicts and letters to sign, cases to verify or to answer, what came back, what is late.

Every list is read from the open cases (partial indexes), never from the archive, and no further than it is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString

from db.core.connection import Connection, many

COUNTED = 100  # beyond this a count says "99+"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItem:
    """A line of a list. ``number``: of the verdict, letter, report or digest, else of the case; ``code``: the verdict's, the
    letter's kind, the digest's scope, the case's state; ``by_name`` None where it was the machine."""

    number: int
    case_id: int | None
    title: str
    code: str
    by_name: str | None
    at: datetime
    due_at: datetime | None


# name of the list -> its lines. Parameters: me, restricted.
_SEEN: LiteralString = " AND NOT c.elsewhere AND (%(restricted)s OR NOT c.restricted)"
_CASE: LiteralString = (
    "SELECT c.id AS number, c.id AS case_id, c.title, c.state AS code, u.display_name AS by_name, c.changed_at AS at, c.due_at"
    " FROM cases c LEFT JOIN users u ON u.id = c.assigned_to WHERE "
)
_PRESSING: LiteralString = " ORDER BY c.due_at NULLS LAST, c.priority DESC, c.id"
LISTS: dict[str, LiteralString] = {
    # a verdict on one's own proposal is another's to sign
    "verdicts": "SELECT v.id AS number, c.id AS case_id, cl.body AS title, v.code, u.display_name AS by_name, v.proposed_at AS at, c.due_at"
    " FROM cases c JOIN claims cl ON cl.case_id = c.id AND NOT EXISTS (SELECT FROM claims n WHERE n.replaces = cl.id)"
    " JOIN LATERAL (SELECT x.id, x.code, x.proposed_by, x.proposed_at FROM verdicts x WHERE x.claim_id = cl.id ORDER BY x.id DESC LIMIT 1) v ON true"
    " JOIN users u ON u.id = v.proposed_by WHERE c.state = 'decide' AND v.proposed_by <> %(me)s"
    " AND NOT EXISTS (SELECT FROM verdict_decisions d WHERE d.verdict_id = v.id AND (d.decision <> 'split' OR d.decided_by = %(me)s))"
    + _SEEN + _PRESSING,
    "letters": "SELECT r.id AS number, c.id AS case_id, t.subject AS title, r.kind AS code, u.display_name AS by_name, t.written_at AS at, r.due_on::timestamptz AS due_at"
    " FROM cases c JOIN responses r ON r.case_id = c.id"
    " JOIN LATERAL (SELECT x.id, x.subject, x.written_by, x.written_at FROM response_texts x WHERE x.response_id = r.id ORDER BY x.id DESC LIMIT 1) t ON true"
    " JOIN users u ON u.id = t.written_by WHERE c.state <> 'closed' AND t.written_by <> %(me)s"
    " AND NOT EXISTS (SELECT FROM response_approvals a WHERE a.text_id = t.id)" + _SEEN
    + " ORDER BY r.due_on NULLS LAST, r.id",
    "publish": _CASE + "c.state = 'publish'" + _SEEN + _PRESSING,
    "digests": "SELECT d.id AS number, NULL::bigint AS case_id, to_char(d.from_on, 'DD/MM') || ' – ' || to_char(d.to_on, 'DD/MM/YYYY') AS title, d.scope AS code, u.display_name AS by_name,"
    " d.created_at AS at, NULL::timestamptz AS due_at FROM digests d LEFT JOIN users u ON u.id = d.created_by"
    " WHERE d.state IN ('draft', 'edited', 'approved') AND d.to_on > current_date - 30 ORDER BY d.to_on, d.id",
    # sent back by whoever signs, with the reason, and not proposed again
    "returned": "SELECT v.id AS number, c.id AS case_id, cl.body AS title, v.code, u.display_name AS by_name, d.decided_at AS at, c.due_at"
    " FROM cases c JOIN claims cl ON cl.case_id = c.id"
    " JOIN LATERAL (SELECT x.id, x.code, x.proposed_by FROM verdicts x WHERE x.claim_id = cl.id ORDER BY x.id DESC LIMIT 1) v ON true"
    " JOIN verdict_decisions d ON d.verdict_id = v.id AND d.decision = 'return' JOIN users u ON u.id = d.decided_by"
    " WHERE c.state = 'verify' AND v.proposed_by = %(me)s" + _SEEN + _PRESSING,
    "verify": _CASE + "c.state = 'verify' AND (c.assigned_to IS NULL OR c.assigned_to = %(me)s)" + _SEEN
    + " ORDER BY c.assigned_to NULLS LAST, c.due_at NULLS LAST, c.priority DESC, c.id",
    "answer": _CASE + "c.state = 'respond' AND NOT EXISTS (SELECT FROM responses r WHERE r.case_id = c.id)" + _SEEN + _PRESSING,
    "asked": _CASE + "c.state = 'waiting' AND c.due_at < now() + interval '1 day'" + _SEEN + _PRESSING,
    "reports": "SELECT r.id AS number, NULL::bigint AS case_id, left(r.what_is_wrong, 200) AS title, r.channel AS code, NULL::text AS by_name, r.received_at AS at,"
    " NULL::timestamptz AS due_at FROM reports r WHERE NOT r.settled ORDER BY r.id",
    "triage": _CASE + "c.state IN ('flagged', 'triage')" + _SEEN + " ORDER BY c.priority DESC, c.id DESC",
    "second": _CASE + "c.wants_second AND NOT EXISTS (SELECT FROM reviews r WHERE r.case_id = c.id AND r.user_id = %(me)s)"
    " AND (%(restricted)s OR NOT c.restricted) ORDER BY c.priority DESC, c.id DESC",
    "mine": _CASE + "c.state NOT IN ('closed', 'verify') AND c.assigned_to = %(me)s" + _SEEN + _PRESSING,
    "late": _CASE + "c.state <> 'closed' AND c.due_at < now()" + _SEEN + " ORDER BY c.due_at, c.id",
}  # fmt: skip


def items(conn: Connection, name: str, *, user_id: int, restricted: bool, most: int) -> list[WorkItem]:
    """The first ``most`` lines of a list. ``restricted``: matters of the narrower view too."""
    return many(
        conn, WorkItem, LISTS[name] + " LIMIT %(most)s", {"me": user_id, "restricted": restricted, "most": most}
    )  # fmt: skip


def counts(conn: Connection, names: tuple[str, ...], *, user_id: int, restricted: bool) -> dict[str, int]:
    """How many lines each of the lists has, no further than ``COUNTED``."""
    parameters = {"me": user_id, "restricted": restricted, "most": COUNTED}
    found = {}
    for name in names:
        query: LiteralString = "SELECT count(*)::int FROM (" + LISTS[name] + " LIMIT %(most)s) x"
        row = conn.execute(query, parameters, prepare=True).fetchone()
        found[name] = int(row[0]) if row else 0
    return found
