"""/queue: one card per event, decided with one key each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from db.accounts import users
from db.core.errors import Conflict, Invalid
from db.core.time import HANOI
from db.desk import cases
from db.queries import queue
from db.queries.queue import Card, Filter, TabCounts
from review_ui.desk import decisions, highlighting
from review_ui.desk.events import quoted
from review_ui.web import access, choices, forms
from review_ui.web.auth import READERS, STAFF, roles, user
from review_ui.web.filters import now
from review_ui.web.idempotency import once_then
from review_ui.web.labels import DISMISS_REASONS, FIELDS, LANGUAGES, SCOPES, SIGNALS, STATES
from review_ui.web.transaction import conn

screen = Blueprint("queue", __name__)

TABS = ("triage", "verify", "decide", "answer", "second", "open", "closed")
CHOSEN = (
    "signal",
    "place",
    "outlet",
    "language",
    "scope",
    "field",
    "topic",
    "state",
    "mine",
    "unassigned",
    "due",
    "news",
)
ORDERS = ("priority", "newest", "clock")
PLACES_ON_A_CARD = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueCard:
    """A card with what the template prints: its reasons, the sentence to verify, the card that comes after it."""

    card: Card
    groups: list[highlighting.Group]
    to_verify: str
    places: list[str]
    following: int | None
    mine: bool
    held_by_other: bool
    can_decide: bool
    refuting: highlighting.Refuting
    strongest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePage:
    """All that the queue page shows."""

    tab: str
    wanted: Filter
    cards: list[QueueCard]
    counts: TabCounts
    after: str | None
    places: list[tuple[str, str]]
    outlets: list[tuple[str, str]]
    colleagues: list[users.Colleague]
    saved: list[dict[str, str]]
    query: str
    filtered: int
    state: str
    order: str
    progress: queue.Progress


def _wanted(tab: str) -> tuple[Filter, str]:
    state = forms.choice("state", tuple(STATES))
    states = (state,) if state else queue.GROUPS.get(tab, queue.GROUPS["open"])
    wanted = Filter(
        states=states,
        signal=forms.choice("signal", tuple(SIGNALS)),
        place=forms.text("place", limit=80),
        outlet=forms.text("outlet", limit=80),
        language=forms.text("language", limit=8),
        scope=forms.choice("scope", tuple(SCOPES)),
        field=forms.choice("field", tuple(FIELDS)),
        topic=forms.text("topic", limit=80),
        assigned_to=user().id if forms.flag("mine") else None,
        unassigned=forms.flag("unassigned"),
        due=forms.flag("due"),
        news=forms.flag("news"),
        viewer=user().id,
        sees_restricted=access.seen(),
    )
    return wanted, state


@screen.get("/queue")
@roles(*READERS)
def index() -> str:
    """The queue, or the part of it that the filters leave."""
    tab, order = forms.choice("tab", TABS) or "triage", "priority"
    wanted, state = _wanted(tab)
    if state == "closed":
        tab = "closed"
    if tab == "closed":
        found = queue.closed(conn(), wanted=wanted, after=forms.page_mark(forms.instant))
    elif tab == "second":
        found = queue.second(conn(), wanted=wanted, after=forms.page_mark(forms.real))
    else:
        order = forms.choice("order", ORDERS) or "priority"
        found = queue.page(conn(), wanted=wanted, after=forms.page_mark(forms.real), order=order)
    lists = choices.lists()
    quotes = (
        quoted(conn(), [highlighting.reasons_of_event(card.reasons) for card in found])
        if tab != "second"
        else {}
    )
    last = found[-1] if len(found) == queue.PAGE and order == "priority" else None
    key = "" if last is None else (last.changed_at.isoformat() if tab == "closed" else repr(last.priority))
    query = urlencode(
        [(name, value) for name, value in request.args.items(multi=True) if name != "after" and value]
    )
    page = QueuePage(
        tab=tab,
        wanted=wanted,
        cards=[_shown(card, found, n, lists, quotes, blind=tab == "second") for n, card in enumerate(found)],
        counts=queue.counts(conn(), viewer=user().id, restricted=access.seen()),
        after=f"{key}:{last.id}" if last else None,
        places=lists.places,
        outlets=lists.outlets,
        colleagues=users.colleagues(conn()),
        saved=user().preferences.get("filters", []),
        query=query,
        filtered=sum(1 for name in CHOSEN if request.args.get(name)),
        state=state,
        order=order,
        progress=queue.progress(
            conn(), user_id=user().id, today=begin_of_day(), since=now(), restricted=access.seen()
        ),
    )
    return render_template("desk/queue.html", page=page, languages=LANGUAGES, dismiss_reasons=DISMISS_REASONS)


def _shown(
    card: Card,
    found: list[Card],
    n: int,
    lists: choices.Lists,
    quotes: dict[tuple[int, int], highlighting.Quote],
    *,
    blind: bool,
) -> QueueCard:
    reasons = [] if blind else highlighting.reasons_of_event(card.reasons, lists.outlet_titles)
    bands = {
        "check": card.check_band or "",
        "harm": card.harm_band or "",
        "criticism": card.criticism_band or "",
    }
    groups = highlighting.groups(reasons, bands, quotes)
    check = next((group for group in groups if group.signal == "check"), None)
    sentence = (
        f"{check.quote.before}{check.quote.hit}{check.quote.after}".strip(" …")
        if check and check.quote
        else ""
    )
    places = [lists.titles.get(place, place) for place in (card.places or [])]
    return QueueCard(
        card=card,
        groups=[
            replace(group, quote=None, told=True) if highlighting.repeats(group.quote, card.title) else group
            for group in groups
        ],
        to_verify=(sentence or card.title)[:500],
        # the province itself stands on nearly every card: the smaller unit says more
        places=sorted(dict.fromkeys(places), key=lambda title: title.startswith("Tỉnh"))[:PLACES_ON_A_CARD],
        following=found[n + 1].id if n + 1 < len(found) else None,
        mine=card.holder_id == user().id,
        held_by_other=card.holder_id is not None and card.holder_id != user().id,
        can_decide=user().role in STAFF and card.state in ("flagged", "triage") and not blind,
        refuting=highlighting.refuting(
            (one.article for one in reasons if one.signal == "rebuttal"), articles=card.articles or 0
        ),
        strongest=groups[0].signal if groups else "",
    )


def begin_of_day() -> datetime:
    """Midnight in Vietnam of the day of this request."""
    return now().astimezone(HANOI).replace(hour=0, minute=0, second=0, microsecond=0)


def _here() -> str:
    return url_for("queue.index") + _query()


def decided(case_id: int, *, seen: int) -> int:
    """Carries out the decision that the form of a card holds; returns the movement's number."""
    action, _, code = request.form.get("action", "").partition(":")
    if action not in decisions.QUICK:
        raise Invalid("action", gettext("Hãy chọn một bước trong danh sách."))
    with decisions.telling_what_changed(conn(), case_id=case_id, seen=seen):
        return decisions.quick(
            conn(),
            case_id=case_id,
            action=action,
            user=user(),
            seen=seen,
            reason_code=(code or "routine") if action == "dismiss" else "",
            reason=forms.text("reason", limit=2000),
            to_verify=forms.text("to_verify", limit=2000),
        )


@screen.post("/queue/decide")
@roles(*STAFF)
@once_then(_here)
def decide() -> Response:
    """One decision from a card; the next card is current afterwards."""
    case_id, seen = access.in_form("cases", "case"), forms.version("seen")
    done = decided(case_id, seen=seen)
    back = _here()
    title = cases.get(conn(), case_id).title
    decisions.offer_undo(
        case_id=case_id, action=request.form.get("action", "").partition(":")[0], title=title, seen=seen,
        done=done, back=f"{back}#card-{case_id}",
    )  # fmt: skip
    following = forms.whole("following", default=0)
    return redirect(back + (f"#card-{following}" if following else ""), 303)


def _query() -> str:
    kept = [
        (name, value)
        for name, value in parse_qsl(request.form.get("query", "")[:2000])
        if name in (*CHOSEN, "tab", "order")
    ]
    return "?" + urlencode(kept) if kept else ""


@screen.post("/queue/bulk")
@roles(*STAFF)
def bulk() -> Response:
    """The same for several cards: everything but verdicts. Each card is its own decision; what cannot be is told."""
    chosen = request.form.getlist("chosen")
    pairs = []
    for value in chosen[:200]:
        case, _, version = value.partition(":")
        if not (case.isascii() and case.isdigit() and version.isascii() and version.isdigit()):
            raise Invalid("chosen", gettext("Danh sách chọn không hợp lệ hoặc quá dài."))
        pairs.append((int(case[:18]), int(version[:9])))
    if not pairs:
        raise Invalid("chosen", gettext("Hãy chọn ít nhất một thẻ."))
    access.check(cases=[number for number, _ in pairs])
    action, _, code = request.form.get("action", "").partition(":")
    done = missed = 0
    if action == "assign":
        target = forms.whole("assigned_to", default=0) or None
        done = cases.hand_to(
            conn(), case_ids=[number for number, _ in pairs], user_id=target, actor=user().name
        )
    elif action in decisions.QUICK:
        reason = forms.text("reason", limit=2000)
        for number, seen in pairs:
            try:
                with conn().transaction():
                    decisions.quick(
                        conn(),
                        case_id=number,
                        action=action,
                        user=user(),
                        seen=seen,
                        reason=reason,
                        reason_code=(code or "routine") if action == "dismiss" else "",
                        to_verify=cases.get(conn(), number).title,
                    )
                done += 1
            except Conflict:
                missed += 1
    else:
        raise Invalid("action", gettext("Hãy chọn một bước trong danh sách."))
    flash(ngettext("Đã xử lý %(num)d thẻ.", "Đã xử lý %(num)d thẻ.", done))
    if missed:
        flash(
            ngettext(
                "%(num)d thẻ bỏ qua vì người khác vừa xử lý hoặc đang giữ.",
                "%(num)d thẻ bỏ qua vì người khác vừa xử lý hoặc đang giữ.",
                missed,
            ),
            "warn",
        )
    return redirect(url_for("queue.index") + _query(), 303)


@screen.post("/queue/filters")
@roles(*READERS)
def save_filter() -> Response:
    """Keeps the current filters under a name, or forgets a kept one."""
    saved = [one for one in user().preferences.get("filters", []) if isinstance(one, dict)]
    name = forms.text("name", required=True, limit=60)
    saved = [one for one in saved if one.get("name") != name]
    if not forms.flag("forget"):
        if len(saved) >= 20:
            raise Invalid("name", gettext("Nhiều nhất 20 bộ lọc. Hãy bỏ bớt một bộ lọc cũ."))
        saved.append({"name": name, "query": _query().lstrip("?")})
    users.prefer(conn(), user_id=user().id, preferences={"filters": saved})
    return redirect(url_for("queue.index") + _query(), 303)
