"""/admin: accounts, settings, catalogue, audit, jobs. Runs the system; decides no content."""

from __future__ import annotations

from dataclasses import dataclass, fields

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from db.accounts import oidc_identities, users
from db.accounts.users import User, UserRole
from db.catalogue import cells, rows
from db.catalogue.kinds import ENTRY_KINDS, Catalogue, Kind
from db.catalogue.offices import Setting
from db.core import audit
from db.core.errors import Invalid, NotFound
from db.desk import cases
from db.ops import jobs
from db.queries import event_pages
from review_ui.accounts import passwords
from review_ui.web import catalogue_messages, forms
from review_ui.web.auth import roles, user
from review_ui.web.labels import ROLES
from review_ui.web.transaction import conn

screen = Blueprint("admin", __name__)
AUDIT_PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A field of a catalogue entry as text, with whether it must be filled and how it is typed: ``day`` in a date field,
    ``yes_no`` chosen."""

    name: str
    value: str
    required: bool
    long: bool
    day: bool
    yes_no: bool


@screen.get("/admin")
@roles(UserRole.ADMIN)
def index() -> str:
    """Accounts, and the way to the other parts."""
    return _accounts()


def _accounts(password: str = "", of: str = "") -> str:
    return render_template(
        "desk/admin.html",
        people=users.everyone(conn()),
        agencies=event_pages.agencies(conn()),
        password=password,
        of=of,
        me=user().id,
        bound=oidc_identities.bound_accounts(conn()),
    )


@screen.post("/admin/users")
@roles(UserRole.ADMIN)
def add_user() -> str:
    """Makes an account; its one-time password is shown once, on this answer alone."""
    password = passwords.one_time()
    name = forms.text("name", required=True, limit=40).lower()
    users.add(
        conn(),
        name=name,
        role=forms.choice("role", tuple(ROLES), required=True),
        display_name=forms.text("display_name", required=True, limit=80),
        agency=forms.text("agency", limit=120) or None,
        password_hash=passwords.hashed(password),
        actor=user().name,
    )
    return _accounts(password, name)


def _other(user_id: int) -> User:
    person = users.get(conn(), user_id)
    if person.id == user().id:
        raise Invalid("user", gettext("Không thể tự đổi vai trò, tự khóa hay tự đặt lại mật khẩu ở đây."))
    return person


@screen.post("/admin/users/<int:user_id>")
@roles(UserRole.ADMIN)
def change_user(user_id: int) -> Response:
    """Changes name, role, body; disables and puts back into service."""
    person = _other(user_id)
    turn = forms.choice("turn", ("save", "disable", "enable", "release"), required=True)
    if turn == "save":
        users.change(
            conn(),
            user_id=person.id,
            display_name=forms.text("display_name", required=True, limit=80),
            role=forms.choice("role", tuple(ROLES), required=True),
            agency=forms.text("agency", limit=120) or None,
            email=forms.text("email", limit=120).lower() or None,
            actor=user().name,
        )
    elif turn == "release":
        oidc_identities.release(conn(), user_id=person.id, actor=user().name)
    else:
        users.set_state(conn(), name=person.name, disabled=turn == "disable", actor=user().name)
    flash(gettext("Đã lưu."))
    return redirect(url_for("admin.index"), 303)


@screen.post("/admin/users/<int:user_id>/reset")
@roles(UserRole.ADMIN)
def reset_user(user_id: int) -> str:
    """A new one-time password; the second factor goes too where that is ticked."""
    person = _other(user_id)
    password = passwords.one_time()
    users.set_password(
        conn(),
        user_id=person.id,
        password_hash=passwords.hashed(password),
        must_change=True,
        actor=user().name,
    )
    if forms.flag("second_factor"):
        users.set_second_factor(conn(), user_id=person.id, secret=None, step=None, actor=user().name)
    return _accounts(password, person.name)


# ── catalogue and settings ──────────────────────────────────────────────────────────────────────────────────────
def _kind(attribute: str) -> Kind:
    for kind in ENTRY_KINDS:
        if kind.attribute == attribute:
            return kind
    raise NotFound("Catalogue not found", code="row.not_found")


# The columns by which people know an entry; other kinds show their first five.
SHOWN_COLUMNS = {
    "settings": ("title", "value", "unit", "name"),
    "deadlines": ("title", "value", "unit", "confirmed", "basis"),
    "holidays": ("day", "title", "works", "confirmed"),
}
# What a program means is not staff's to change: of a setting its value alone. Its bounds would else allow anything.
FIXED = {"settings": frozenset(cells.columns(Setting)) - {"value"}}


def _columns(kind: Kind) -> tuple[str, ...]:
    return SHOWN_COLUMNS.get(kind.attribute) or tuple(cells.columns(kind.record)[:5])


@screen.get("/admin/catalogue")
@roles(UserRole.ADMIN)
def catalogue() -> str:
    """Everything staff may change, kind by kind; settings first."""
    kind = _kind(forms.text("kind", limit=30) or "settings")
    text = forms.text("q", limit=100).casefold()
    entries = [
        entry
        for entry in rows.entries(conn(), kind.attribute)
        if not text
        or any(text in cells.to_cell(getattr(entry, name)).casefold() for name in cells.columns(kind.record))
    ]
    start = forms.whole("after", default=0)
    shown = entries[start : start + 100]
    return render_template(
        "desk/catalogue.html",
        kind=kind,
        kinds=[one.attribute for one in reversed(ENTRY_KINDS)],
        entries=[(kind.name(entry), entry) for entry in shown],
        count=len(entries),
        after=start + 100 if len(entries) > start + 100 else None,
        text=text,
        columns=_columns(kind),
        column_words=catalogue_messages.COLUMNS,
        cell=cells.to_cell,
    )


@screen.get("/admin/catalogue/<attribute>/entry")
@roles(UserRole.ADMIN)
def entry(attribute: str) -> str:
    """One entry, or a blank one, to change."""
    kind = _kind(attribute)
    name, since = forms.text("name", limit=300), forms.text("valid_from", limit=10)
    found = next(
        (
            one
            for one in rows.entries(conn(), attribute)
            if kind.name(one) == name and cells.to_cell(getattr(one, "valid_from", None)) == since
        ),
        None,
    )
    if name and found is None:
        raise NotFound("Entry not found", code="row.not_found")
    cells_of = [
        Cell(
            name=field.name,
            value=cells.to_cell(getattr(found, field.name)) if found is not None else "",
            required=cells.required(field),
            long=found is not None and len(cells.to_cell(getattr(found, field.name))) > 70,
            day="datetime.date" in str(field.type),
            yes_no=field.type is bool
            or (field.name == "value" and found is not None and getattr(found, "type", "") == "boolean"),
        )
        for field in fields(kind.record)
    ]
    return render_template(
        "desk/entry.html",
        kind=kind,
        cells=cells_of,
        name=name,
        fixed=FIXED.get(kind.attribute, frozenset()) if name else frozenset(),
        column=catalogue_messages.column,
    )


@screen.post("/admin/catalogue/<attribute>/entry")
@roles(UserRole.ADMIN)
def store_entry(attribute: str) -> Response:
    """Adds or updates an entry by its key; checked as an import is."""
    kind = _kind(attribute)
    sent = {name: forms.text(f"cell-{name}", limit=forms.LONG) for name in cells.columns(kind.record)}
    if fixed := FIXED.get(attribute):
        known = next((one for one in rows.entries(conn(), attribute) if kind.name(one) == sent["name"]), None)
        if known is None:
            raise Invalid("cell-name", gettext("Không có cài đặt nào mang mã này."))
        sent |= {name: cells.to_cell(getattr(known, name)) for name in fixed}
    try:
        record = cells.from_cells(kind.record, sent)
    except Invalid as why:
        raise Invalid(f"cell-{why.field}", why.message, code=why.code, values=why.values) from why
    rows.store(conn(), Catalogue(**{attribute: (record,)}), actor=user().name, allow_private_hosts=False)
    flash(gettext("Đã lưu."))
    return redirect(url_for("admin.catalogue", kind=attribute), 303)


# ── audit and jobs ──────────────────────────────────────────────────────────────────────────────────────────────
@screen.get("/admin/audit")
@roles(UserRole.ADMIN, UserRole.LEADER)
def audit_rows() -> str:
    """The audit chain, newest first; nobody can change it."""
    found = cases.audited(
        conn(),
        subject=forms.text("subject", limit=120),
        actor=forms.text("actor", limit=80),
        action=forms.text("action", limit=80),
        before=forms.whole("after", default=0) or None,
        limit=AUDIT_PAGE,
    )
    return render_template(
        "desk/audit.html",
        found=found,
        after=found[-1].id if len(found) == AUDIT_PAGE else None,
        head=audit.head(conn()),
        wanted=request.args,
    )


@screen.get("/admin/jobs")
@roles(UserRole.ADMIN)
def jobs_list() -> str:
    """What the job engine has to do, did, and could not do."""
    return render_template("desk/jobs.html", counts=jobs.counts(conn()), latest=jobs.latest(conn()))
