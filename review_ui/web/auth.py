"""Who asks, and may they: private unless listed, one check before every request."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import Flask, Response, current_app, g, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from db.accounts import users
from db.accounts.users import User, UserRole
from db.core.errors import Forbidden
from review_ui.web.security import READS
from review_ui.web.transaction import conn

COOKIE = "kiemtin_session"

# The endpoints anybody may open. Everything else asks who you are; adding a line here is a decision.
PUBLIC = frozenset(
    {
        "static",
        "bootstrap.static",
        "account.login",
        "oidc.start",
        "oidc.callback",
        "oidc.code",
        "account.language",
        "health.healthz",
        "health.readyz",
        "health.metrics",
        # the public side (review_ui/claims, reports, bulletin)
        "report.form",
        "report.outcome",
        "bulletin.index",
        "bulletin.item",
        "bulletin.picture",
        "bulletin.feed_xml",
        "bulletin.feed_json",
        "bulletin.corrections",
        "method.index",
        "api.openapi",
    }
)
# Programs sign in with a token of their own; the blueprint's own before_request checks it.
TOKEN_BLUEPRINTS = frozenset({"api"})
# What a person with a one-time password may open before choosing another.
BEFORE_CHANGE = frozenset({"account.index", "account.password", "account.logout", "account.language"})

EVERYBODY: tuple[UserRole, ...] = tuple(UserRole)
STAFF = (UserRole.MONITOR, UserRole.VERIFIER, UserRole.APPROVER)  # those who decide content
APPROVERS = (UserRole.APPROVER,)  # the second person: those who sign
VERIFIERS = (UserRole.VERIFIER, UserRole.APPROVER)
READERS = (UserRole.MONITOR, UserRole.VERIFIER, UserRole.APPROVER, UserRole.LEADER)

# What a person may do that is no screen of its own, by the name that templates and views ask for: ``may("sign")``.
PERMISSIONS: dict[str, tuple[UserRole, ...]] = {
    "sign": APPROVERS,  # verdicts, letters, digests
    "verify": VERIFIERS,
    "work": STAFF,
}

View = TypeVar("View", bound=Callable[..., Any])


def roles(*allowed: UserRole) -> Callable[[View], View]:
    """Says who may open the view. A view that says nothing and is not PUBLIC opens for nobody."""

    def mark(view: View) -> View:
        view.allowed_roles = frozenset(allowed)  # type: ignore[attr-defined]
        return view

    return mark


def allowed_roles(app: Flask, endpoint: str) -> frozenset[str]:
    """The roles that may open ``endpoint``; empty for public ones and for views that forgot to say."""
    view = app.view_functions[endpoint]
    return cast(frozenset[str], getattr(view, "allowed_roles", frozenset()))


def user() -> User:
    """Who is signed in; only for views that are not public."""
    return cast(User, g.user)


def somebody() -> User | None:
    """Who is signed in, or None on a public page."""
    return cast("User | None", g.get("user"))


def may(endpoint: str) -> bool:
    """Whether the signed-in person may open ``endpoint``, or has the permission of that name (what one may not is not
    offered)."""
    if endpoint in PERMISSIONS:
        person = somebody()
        return person is not None and person.role in PERMISSIONS[endpoint]
    if endpoint not in current_app.view_functions:
        return False
    if endpoint in PUBLIC:
        return True
    person = somebody()
    return person is not None and person.role in allowed_roles(current_app, endpoint)


def safe_next(target: str | None) -> str:
    """Where to go after signing in: only an address of ours, else the start page."""
    # browsers drop tabs and line feeds from an address, and take a backslash for a slash
    if not target or not re.fullmatch(r"/(?![/\\])[^\x00-\x1f\\]*", target):
        return "/"
    return target


def begin_session(user_id: int, *, signed_in_by: str = "password") -> str:
    """Begins a session of this account, in which the rest of this request acts; returns its token."""
    key = str(current_app.secret_key)
    return users.begin_session(conn(), user_id=user_id, key=key, signed_in_by=signed_in_by)


def first_page(person: User) -> str:
    """Where a person's day begins: what waits for them, for whoever has work of that kind."""
    return url_for("work.index") if person.role in READERS else "/"


def set_cookie(response: Response | AnyResponse, token: str) -> None:
    """Gives the browser its session token; how long it is good for is known to the server alone."""
    response.set_cookie(
        COOKIE,
        token,
        httponly=True,
        samesite="Strict",
        secure=request.is_secure,
    )


def register(app: Flask) -> None:
    """Asks who comes, before every request."""

    @app.before_request
    def ask() -> AnyResponse | None:
        g.user = None
        endpoint = request.endpoint
        if endpoint in ("static", "bootstrap.static"):
            return None
        token = request.cookies.get(COOKIE)
        if token and endpoint not in ("health.healthz", "health.readyz", "health.metrics"):
            g.user = users.of_session(conn(), token=token)
            users.hold_session(conn(), token=token)
        if endpoint in PUBLIC or (endpoint or "").split(".")[0] in TOKEN_BLUEPRINTS:
            return None
        if endpoint is None and request.path.startswith("/api/"):
            return None  # a program is told that there is no such address, not asked to sign in
        if g.user is None:
            return _sign_in_first()
        if endpoint is None:
            return None  # no such page: said to those who are signed in only
        if g.user.must_change and endpoint not in BEFORE_CHANGE:
            return redirect(url_for("account.index"), 303)
        if g.user.role not in allowed_roles(app, endpoint):
            raise Forbidden(gettext("Vai trò của bạn không được làm việc này."))
        return None


def _sign_in_first() -> AnyResponse | None:
    if request.method in READS:
        wanted = request.full_path.rstrip("?")
        target = url_for("account.login", next=wanted) if wanted != "/" else url_for("account.login")
        return redirect(target, 303)
    g.signed_out = True
    raise Forbidden(
        gettext(
            "Phiên làm việc đã hết. Hãy đăng nhập lại ở thẻ khác rồi quay lại đây và bấm Gửi lại: những gì bạn đã gõ còn ở dưới."
        )
    )
