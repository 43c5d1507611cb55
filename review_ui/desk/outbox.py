"""What the page's own module asks for: decisions sent behind, the text beside the list, what came in meanwhile.

The page keeps what was pressed in an outbox and sends it until it is answered. Each action carries a key made when it was
pressed, so that sending it again changes nothing, and the number of the person who pressed it, so that whoever has
signed in meanwhile in the same browser does not decide in their name. Answers are JSON; refusals too (review_ui/web/errors.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, g, jsonify, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from db.accounts import idempotency
from db.core.errors import Conflict, Invalid
from db.desk import cases, claim_articles
from db.desk.cases import Case
from db.queries import event_pages, queue
from db.queries.event_pages import Event
from review_ui.claims import suggest
from review_ui.desk import highlighting
from review_ui.desk.events import ArticleColumn, columns_of
from review_ui.desk.queue import begin_of_day, decided
from review_ui.web import access, choices, forms
from review_ui.web.auth import READERS, STAFF, roles, user
from review_ui.web.transaction import conn

screen = Blueprint("outbox", __name__)

TELLINGS = 8  # of an event are read beside the list; the event's page has all


@dataclass(frozen=True, slots=True, kw_only=True)
class PaneView:
    """A case's event as it is read beside the list: whole texts with marks, and what the machine says of them."""

    case: Case
    event: Event | None
    columns: list[ArticleColumn]
    left_out: int
    groups: list[highlighting.Group]
    refuting: highlighting.Refuting
    outlets: dict[int, str]
    places: list[str]
    similar: suggest.Suggestions


def _key() -> UUID:
    try:
        return UUID(request.form.get("key", ""))
    except ValueError:
        raise Invalid(
            "key", gettext("Yêu cầu gửi lên không đọc được. Hãy tải lại trang rồi thử lại.")
        ) from None


def _same_person() -> None:
    if forms.whole("person") != user().id:
        g.signed_out = True  # for the sender: keep it until the right person is back
        raise Conflict(
            gettext(
                "Quyết định này do người khác bấm trước khi đổi tài khoản; hãy đăng nhập lại đúng tài khoản để gửi."
            )
        )


@screen.post("/queue/send")
@roles(*STAFF)
def send() -> Response:
    """One decision out of the outbox, or the taking back of one (``action`` undo); answered the same however often it is sent."""
    _same_person()
    key = _key()
    known = idempotency.answered(conn(), user_id=user().id, key=key)
    if known is not None:
        return jsonify(known)
    case_id, seen = access.in_form("cases", "case"), forms.version("seen")
    if request.form.get("action") == "undo":
        cases.undo(
            conn(), case_id=case_id, user_id=user().id, seen_version=seen, action_id=forms.whole("done")
        )
        done = 0
    else:
        done = decided(case_id, seen=seen)
    case = cases.get(conn(), case_id)
    answer = {"case": case_id, "done": done, "version": case.version, "state": case.state}
    idempotency.keep_answer(conn(), user_id=user().id, key=key, answer=answer)
    return jsonify(answer)


@screen.get("/queue/news")
@roles(*READERS)
def news() -> Response:
    """How many cases came into triage since the page was made, how many wait, how many the person decided today."""
    try:
        since = forms.instant(request.args.get("since", ""))
    except ValueError:
        raise Invalid("since", gettext("Ô này cần một thời điểm.")) from None
    found = queue.progress(
        conn(), user_id=user().id, today=begin_of_day(), since=since, restricted=access.seen()
    )
    counts = queue.counts(conn(), viewer=user().id, restricted=access.seen())
    return jsonify({"fresh": found.fresh, "done": found.done, "waiting": counts.triage})


@screen.get("/queue/pane/<case:case_id>")
@roles(*READERS)
def pane(case_id: int) -> str:
    """The text beside the list."""
    case = access.case(case_id)
    event = event_pages.event(conn(), case.event_id) if case.event_id is not None else None
    tellings = event_pages.tellings(conn(), event_id=event.id, limit=TELLINGS, whole=True) if event else []
    carried = claim_articles.of_articles(
        conn(), article_ids=[one.article_id for one in tellings], restricted=access.seen()
    )
    lists = choices.lists()
    reasons = highlighting.reasons_of_event(event.reasons, lists.outlet_titles) if event else []
    bands = (
        {"check": event.check_band, "harm": event.harm_band, "criticism": event.criticism_band}
        if event
        else {}
    )
    return render_template(
        "desk/pane.html",
        page=PaneView(
            case=case,
            event=event,
            columns=columns_of(tellings, carried),
            left_out=max(0, event.articles - len(tellings)) if event else 0,
            groups=highlighting.groups(reasons, bands, {}),
            refuting=highlighting.refuting(
                (one.article for one in reasons if one.signal == "rebuttal"),
                articles=event.articles if event else 0,
            ),
            outlets={one.article_id: one.outlet for one in tellings},
            places=[lists.titles.get(place, place) for place in (event.places if event else [])],
            similar=suggest.alike(
                f"{case.title}.\n{tellings[0].excerpt[:2000]}" if tellings else case.title, but_case=case.id
            ),
        ),
    )
