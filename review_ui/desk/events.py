"""/events/ID: everything about one event on one page, and the triage decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from db.accounts import users
from db.accounts.users import Colleague
from db.core.connection import Connection
from db.core.errors import Invalid
from db.desk import cases, claim_articles, claims, leases, reviews, text_diff
from db.desk.cases import Action, Case, Note
from db.desk.claim_articles import Carried
from db.desk.claims import Claim, Evidence
from db.desk.leases import Lease
from db.queries import event_pages, queue
from db.queries.event_pages import Event, EventArticle, NamedChoice, PendingCorrection, VersionRow
from review_ui.claims import suggest
from review_ui.claims.suggest import Suggestions
from review_ui.desk import decisions, highlighting
from review_ui.web import access, choices, forms
from review_ui.web.auth import READERS, STAFF, may, roles, user
from review_ui.web.idempotency import once_then
from review_ui.web.labels import DISMISS_REASONS
from review_ui.web.transaction import conn

screen = Blueprint("events", __name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleColumn:
    """A telling with its excerpt, the reasons and claims marked in it, and the copies folded under it."""

    telling: EventArticle
    title: highlighting.Sentence
    paragraphs: list[list[highlighting.Sentence]]
    reasons: list[highlighting.Reason]
    copies: list[EventArticle]
    first: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Two versions of an article that follow each other, word by word."""

    article_id: int
    outlet: str
    old: VersionRow
    new: VersionRow
    title: list[text_diff.Piece]
    body: list[text_diff.Piece]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A bar of the spread: tellings published in one stretch of time. ``x`` and ``height`` in drawing units."""

    x: float
    height: float
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPage:
    """All that the event page shows."""

    event: Event
    case: Case | None
    columns: list[ArticleColumn]
    left_out: int
    reasons: list[highlighting.Reason]
    groups: list[highlighting.Group]
    refuting: highlighting.Refuting
    changes: list[Change]
    outlets: dict[int, str]
    ticks: list[Tick]
    places: list[NamedChoice]
    claims: list[Claim]
    evidence: list[Evidence]
    similar: Suggestions
    notes: list[Note]
    history: list[Action]
    corrections: list[PendingCorrection]
    lease: Lease | None
    can_decide: bool
    can_work: bool
    to_verify: str
    following: int | None
    colleagues: list[Colleague]
    second_wanted: bool


TICKS = 40


def spread(moments: list[datetime]) -> list[Tick]:
    """When the tellings were published, as bars over 100 × 24 drawing units; nothing for fewer than two."""
    if len(moments) < 2:
        return []
    first, last = min(moments), max(moments)
    length = (last - first).total_seconds() or 1.0
    counts = [0] * TICKS
    for moment in moments:
        counts[min(TICKS - 1, int((moment - first).total_seconds() / length * TICKS))] += 1
    most = max(counts)
    return [
        Tick(x=n * 100 / TICKS, height=round(count / most * 24, 1), count=count)
        for n, count in enumerate(counts)
        if count
    ]


def columns_of(tellings: list[EventArticle], carried: dict[int, list[Carried]]) -> list[ArticleColumn]:
    """One column a telling, copies folded under what they copy where that is in the event too."""
    shown = {telling.article_id for telling in tellings}
    copies: dict[int, list[EventArticle]] = {}
    for telling in tellings:
        if telling.copy_of in shown:
            copies.setdefault(telling.copy_of, []).append(telling)
    out: list[ArticleColumn] = []
    for telling in tellings:
        if telling.copy_of in shown:
            continue
        reasons = highlighting.reasons_of(telling.result)
        claims_here = carried.get(telling.article_id, [])
        marks = [*highlighting.carried(claims_here, version_id=telling.version_id), *reasons]
        out.append(
            ArticleColumn(
                telling=telling,
                title=highlighting.heading(telling.title, marks),
                paragraphs=highlighting.paragraphs(telling.title, telling.excerpt, marks),
                reasons=reasons,
                copies=copies.get(telling.article_id, []),
                first=not out,
            )
        )
    return out


def changes_of(versions: list[VersionRow], outlets: dict[int, str]) -> list[Change]:
    """What each new version of an article changed, newest first."""
    out = []
    for old, new in zip(versions, versions[1:], strict=False):
        if old.article_id != new.article_id:
            continue
        out.append(
            Change(
                article_id=new.article_id,
                outlet=outlets.get(new.article_id, ""),
                old=old,
                new=new,
                title=text_diff.words(old.title, new.title),
                body=text_diff.around(text_diff.words(old.body, new.body)),
            )
        )
    return sorted(out, key=lambda change: change.new.seen_at, reverse=True)


def quoted(
    conn_: Connection, lists: list[list[highlighting.Reason]]
) -> dict[tuple[int, int], highlighting.Quote]:
    """One quotation for the strongest reason of each signal of each list, in one query."""
    spots = []
    for reasons in lists:
        seen = set()
        for reason in reasons:
            if (
                reason.signal not in seen
                and reason.article
                and reason.start is not None
                and reason.end is not None
            ):
                seen.add(reason.signal)
                spots.append((reason.article, reason.start, reason.end))
    return {
        (one.article_id, one.start_at): highlighting.trimmed(one.before, one.hit, one.after)
        for one in event_pages.quotes(conn_, spots=spots, around=highlighting.AROUND)
    }


@screen.get("/events/<event:event_id>")
@roles(*READERS)
def show(event_id: int) -> str | Response:
    """The event page."""
    event = event_pages.event(conn(), event_id)
    if event.merged_into is not None:
        return redirect(url_for("events.show", event_id=event.merged_into), 302)
    case = cases.of_event(conn(), event_id)
    tellings = event_pages.tellings(conn(), event_id=event_id)
    carried = claim_articles.of_articles(
        conn(), article_ids=[one.article_id for one in tellings], restricted=access.seen()
    )
    columns = columns_of(tellings, carried)
    reasons = highlighting.reasons_of_event(event.reasons, choices.lists().outlet_titles)
    bands = {"check": event.check_band, "harm": event.harm_band, "criticism": event.criticism_band}
    groups = highlighting.groups(reasons, bands, quoted(conn(), [reasons]))
    titles = choices.lists().titles
    lease = leases.of_case(conn(), case_id=case.id) if case else None
    can_work = user().role in STAFF
    outlets = {one.article_id: one.outlet for one in tellings}
    moments = [telling.published_at or telling.first_seen_at for telling in tellings]
    page = EventPage(
        event=event,
        case=case,
        columns=columns,
        left_out=max(0, event.articles - len(tellings)),
        reasons=reasons,
        groups=groups,
        refuting=highlighting.refuting(
            (
                one.article_id
                for one in tellings
                if ((one.result or {}).get("rebuttal") or {}).get("band") in ("medium", "high")
            ),
            articles=len(tellings),
        ),
        changes=changes_of(
            event_pages.versions_of(
                conn(), article_ids=[one.article_id for one in tellings if one.versions > 1]
            ),
            outlets,
        ),
        outlets=outlets,
        ticks=spread(moments),
        places=[NamedChoice(name=place, title=titles.get(place, place)) for place in event.places],
        claims=claims.of_case(conn(), case_id=case.id) if case else [],
        evidence=claims.evidence_of(conn(), case_id=case.id) if case else [],
        similar=suggest.alike(_told(event.title, tellings), but_case=case.id if case else None),
        notes=cases.notes(conn(), case_id=case.id) if case else [],
        history=cases.history(conn(), case_id=case.id) if case else [],
        corrections=event_pages.corrections(conn(), event_id=event_id),
        lease=lease,
        can_decide=can_work and case is not None and case.state in ("flagged", "triage"),
        can_work=can_work,
        to_verify=_sentence(groups, event.title),
        following=_following(case),
        colleagues=users.colleagues(conn()),
        second_wanted=bool(
            case and case.wants_second and reviews.by(conn(), case_id=case.id, user_id=user().id) is None
        ),
    )
    return render_template(
        "desk/event.html", page=page, dismiss_reasons=DISMISS_REASONS, picking=forms.flag("pick")
    )


def _sentence(groups: list[highlighting.Group], otherwise: str) -> str:
    """The sentence that needs checking, or the title where no rule points at one."""
    check = next((group.quote for group in groups if group.signal == "check" and group.quote), None)
    return (f"{check.before}{check.hit}{check.after}".strip(" …") if check else otherwise)[:500]


def _told(title: str, tellings: list[EventArticle]) -> str:
    """What the memory is asked about: the event's title and how its first telling begins."""
    return f"{title}.\n{tellings[0].excerpt[:2000]}" if tellings else title


def _following(case: Case | None) -> int | None:
    """The event that comes after this one in the triage queue."""
    if case is None:
        return None
    return queue.following(conn(), after=(case.priority, case.id), sees_restricted=access.seen())


def _page(event_id: int) -> str:
    return url_for("events.show", event_id=event_id)


@screen.post("/events/<event:event_id>/decide")
@roles(*STAFF)
@once_then(_page)
def decide(event_id: int) -> Response:
    """A triage decision from the event page: for the whole event, or for one article of it only."""
    case = cases.of_event(conn(), event_id)
    if case is None:
        raise Invalid("case", gettext("Sự việc này chưa có hồ sơ. Hãy mở hồ sơ trước."))
    seen = forms.version("seen")
    action, _, code = request.form.get("action", "").partition(":")
    only = access.in_form("articles", "only_article", default=0)
    reason = forms.text("reason", limit=2000)
    if only:
        if action not in decisions.QUICK:
            raise Invalid("action", gettext("Hãy chọn một bước trong danh sách."))
        words = reason or str(DISMISS_REASONS.get(code, ""))
        reviews.record(
            conn(), case_id=case.id, user_id=user().id, outcome=action, reason=words, only_article=only,
            relevance="none" if code == "not_local" else None,
        )  # fmt: skip
        event_pages.ask_correction(
            conn(),
            kind="split",
            event_id=event_id,
            user_id=user().id,
            article_ids=[only],
            into_event=None,
            reason=words,
        )
        flash(gettext("Đã ghi cho riêng bài này; bài sẽ được tách khỏi sự việc."))
        return redirect(url_for("events.show", event_id=event_id), 303)
    into = access.in_form("events", "into_event", default=0) or None
    if action == "merge" and into is not None:
        event_pages.event(conn(), into)
        if into == event_id:
            raise Invalid("into_event", gettext("Đó là chính sự việc này."))
    if action not in (*decisions.QUICK, "merge"):
        raise Invalid("action", gettext("Hãy chọn một bước trong danh sách."))
    with decisions.telling_what_changed(conn(), case_id=case.id, seen=seen):
        done = decisions.quick(
            conn(),
            case_id=case.id,
            action=action,
            user=user(),
            seen=seen,
            reason_code=(code or "routine") if action == "dismiss" else "",
            reason=reason,
            to_verify=forms.text("to_verify", limit=2000),
            no_claim=forms.flag("no_claim"),
            into_event=into,
        )
    if action == "merge":
        event_pages.ask_correction(
            conn(),
            kind="merge",
            event_id=event_id,
            user_id=user().id,
            article_ids=[],
            into_event=into,
            reason=reason,
        )
    here = url_for("events.show", event_id=event_id)
    decisions.offer_undo(case_id=case.id, action=action, title=case.title, seen=seen, done=done, back=here)
    following = forms.whole("following", default=0)
    if action == "escalate" and may("verify"):
        return redirect(url_for("cases.show", case_id=case.id), 303)
    return redirect(url_for("events.show", event_id=following) if following else url_for("queue.index"), 303)


@screen.post("/events/<event:event_id>/correct")
@roles(*STAFF)
def correct(event_id: int) -> Response:
    """Asks for articles to leave the event, or for it to join another; the classifier carries it out."""
    event_pages.event(conn(), event_id)
    kind = forms.choice("kind", ("split", "move", "merge"), required=True)
    articles = access.all_in_form("articles", "article")
    into = access.in_form("events", "into_event", default=0) or None
    if kind in ("split", "move") and not articles:
        raise Invalid("article", gettext("Hãy chọn ít nhất một bài."))
    if kind in ("move", "merge"):
        if into is None or into == event_id:
            raise Invalid("into_event", gettext("Hãy cho biết số của sự việc sẽ gộp vào."))
        event_pages.event(conn(), into)
    event_pages.ask_correction(
        conn(), kind=kind, event_id=event_id, user_id=user().id, article_ids=articles, into_event=into,
        reason=forms.text("reason", limit=2000),
    )  # fmt: skip
    flash(gettext("Đã ghi yêu cầu; máy sẽ sắp lại sự việc trong ít phút."))
    return redirect(url_for("events.show", event_id=event_id), 303)


@screen.post("/events/<event:event_id>/open")
@roles(*STAFF)
def open_case(event_id: int) -> Response:
    """Opens a case for an event that the machine did not flag."""
    event = event_pages.event(conn(), event_id)
    case = cases.open_by_staff(conn(), event_id=event_id, title=event.title, field=None, actor=user().name)
    flash(gettext("Đã mở hồ sơ."))
    return redirect(url_for("cases.show", case_id=case.id), 303)
