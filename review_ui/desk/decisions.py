"""One decision on one case: hold it, move it, keep the opinion, let it go. All in the request's transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import flash, g, request, url_for
from flask_babel import gettext

from db.accounts.users import User
from db.core.connection import Connection
from db.core.errors import Conflict, Invalid
from db.desk import cases, leases, reviews
from db.desk.cases import Case
from review_ui.claims import quote
from review_ui.web import auth
from review_ui.web.auth import somebody
from review_ui.web.labels import DISMISS_REASONS, label

QUICK = ("dismiss", "escalate", "route_critical")


@contextmanager
def telling_what_changed(conn: Connection, *, case_id: int, seen: int) -> Iterator[None]:
    """On a conflict the error page gets the movements made since the person looked, and the version to send again.
    Who moved the case themselves is not told that somebody else did."""
    try:
        yield
    except Conflict as why:
        g.changes = cases.history(conn, case_id=case_id, since_version=seen)
        if g.changes:
            g.fresh = {"seen": str(cases.get(conn, case_id).version)}
        person = somebody()
        own = person is not None and all(change.actor_id == person.id for change in g.changes)
        if g.changes and own and why.code == "case.moved":
            raise Conflict(
                gettext(
                    "Bạn vừa xử lý hồ sơ này rồi, ở lần bấm trước hoặc ở thẻ khác. Những thay đổi nằm ở dưới."
                )
            ) from why
        raise


def quick(
    conn: Connection,
    *,
    case_id: int,
    action: str,
    user: User,
    seen: int,
    reason_code: str = "",
    reason: str = "",
    to_verify: str = "",
    no_claim: bool = False,
    into_event: int | None = None,
) -> int:
    """A plain triage decision; returns the movement's number. A sentence sent to be verified becomes a claim of the case.

    Raises Conflict when somebody else has the case in hand or has moved it, Invalid when a reason is missing.
    """
    words = reason or (str(DISMISS_REASONS[reason_code]) if reason_code in DISMISS_REASONS else "")
    data: dict[str, Any] = {}
    if reason_code:
        data["reason_code"] = reason_code
    if action == "escalate":
        if to_verify:
            data["to_verify"] = to_verify
        if no_claim:
            data["no_checkable_claim"] = "true"
    if action == "merge":
        if into_event is None:
            raise Invalid("into_event", gettext("Hãy cho biết số của sự việc sẽ gộp vào."))
        data["into_event"] = into_event
    leases.take(conn, case_id=case_id, user_id=user.id, counted=False)
    done = cases.act(
        conn, case_id=case_id, action=action, user_id=user.id, seen_version=seen, reason=words, data=data
    )
    reviews.record(
        conn,
        case_id=case_id,
        user_id=user.id,
        outcome=action,
        reason=words,
        case_action=done,
        relevance="none" if reason_code == "not_local" else None,
    )
    if action == "escalate" and to_verify and not no_claim:
        quote.keep_quoted(conn, case=cases.get(conn, case_id), words=to_verify, user_id=user.id)
    leases.release(conn, case_id=case_id, user_id=user.id)
    return done


def offer_undo(*, case_id: int, action: str, title: str, seen: int, done: int, back: str) -> None:
    """The toast that takes the step back, for ten seconds."""
    flash(
        {  # type: ignore[arg-type]
            "text": f"{label('action', action)}: {title[:80]}{'…' if len(title) > 80 else ''}",
            "address": url_for("cases.undo", case_id=case_id),
            "fields": {"seen": seen + 1, "done": done, "back": back[:1500]},
        },
        "undo",
    )


def back_to(target: str | None, default: str) -> str:
    """An address on this site to return to."""
    return target if target and auth.safe_next(target) == target else default


def back_of(case: Case) -> str:
    """Where a form on a case's or an event's page leads back to."""
    default = (
        url_for("events.show", event_id=case.event_id)
        if case.event_id
        else url_for("cases.show", case_id=case.id)
    )
    return back_to(request.form.get("back"), default)
