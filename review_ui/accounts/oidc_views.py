"""/login/oidc: signing in through the office's own provider, where one is set up. It opens existing accounts only; names,
passwords and codes work beside it, and an account with a second factor is asked for its code here too."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Flask, current_app, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from db.accounts import oidc_identities, sign_in_attempts, users
from db.accounts.users import User
from db.core.errors import Forbidden, NotFound, Unavailable
from db.core.oidc_settings import Provider
from db.core.settings import Settings
from review_ui.accounts import passwords, throttle
from review_ui.web import auth, forms, security
from review_ui.web.transaction import conn

if TYPE_CHECKING:
    from review_ui.accounts.oidc_client import Person

screen = Blueprint("oidc", __name__)

# Sent along when another site leads here (Lax): the session's own cookie is not (Strict). Read by these pages alone.
COOKIE, SECONDS = "kiemtin_oidc", 600


def provider() -> Provider | None:
    """The provider of the settings, where one is named."""
    settings: Settings = current_app.extensions["kiemtin.settings"]
    return settings.provider


def title() -> str:
    """What the button on the sign-in page calls the provider; '' where nobody can sign in that way."""
    found = provider()
    if found is None or found.faults:
        return ""
    return found.title or gettext("tài khoản cơ quan")


def register(app: Flask) -> None:
    """Gives the sign-in page ``provider_title()``."""
    app.jinja_env.globals.update(provider_title=title)


def _ready() -> Provider:
    found = provider()
    if found is None:
        raise NotFound("no sign-in provider is set up", code="provider.none")
    if found.faults:
        raise Unavailable(
            "the sign-in provider is not set up rightly; see kiemtin doctor", code="provider.settings"
        )
    return found


def _seal(kind: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.config["SECRET_KEY"]), salt=f"kiemtin.oidc.{kind}")


def _kept(kind: str) -> dict[str, Any]:
    """What this browser carries from the step before; Forbidden where that is nothing, or too old."""
    try:
        found = _seal(kind).loads(request.cookies.get(COOKIE, ""), max_age=SECONDS)
    except BadData as why:
        raise Forbidden(
            gettext("Lần đăng nhập này đã hết hạn hoặc bắt đầu ở trình duyệt khác. Hãy đăng nhập lại từ đầu.")
        ) from why
    return dict(found)


def _keep(answer: Response, kind: str, value: dict[str, Any]) -> Response:
    answer.set_cookie(
        COOKIE, _seal(kind).dumps(value), max_age=SECONDS, httponly=True, samesite="Lax",
        secure=request.is_secure, path=url_for("oidc.start"),
    )  # fmt: skip
    return answer


def _back_address() -> str:
    return url_for("oidc.callback", _external=True)


@screen.get("/login/oidc")
def start() -> Response:
    """Sends the person to the provider."""
    from review_ui.accounts.oidc_client import begin  # imported late: few offices have a provider

    address, asked = begin(_ready(), redirect_uri=_back_address())
    following = auth.safe_next(request.args.get("next"))
    return _keep(redirect(address, 303), "asked", asdict(asked) | {"next": following})


@screen.get("/login/oidc/back")
def callback() -> Response | str:
    """The person comes back: who the provider says they are decides which account opens."""
    from review_ui.accounts.oidc_client import AuthorizationRequest, finish  # imported late, as above

    found = _ready()
    kept = _kept("asked")
    if request.args.get("error"):
        raise Forbidden(
            gettext("Hệ thống đăng nhập của cơ quan không xác nhận bạn. Hãy thử lại hoặc dùng mật khẩu.")
        )
    asked = AuthorizationRequest(state=kept["state"], nonce=kept["nonce"], verifier=kept["verifier"])
    if request.args.get("state") != asked.state or not request.args.get("code"):
        raise Forbidden(
            gettext("Lần đăng nhập này đã hết hạn hoặc bắt đầu ở trình duyệt khác. Hãy đăng nhập lại từ đầu.")
        )
    who = finish(found, redirect_uri=_back_address(), code=request.args["code"], asked=asked)
    account = _account(found, who)
    if account.totp_secret is None:
        return _open(account, kept["next"])
    answer = make_response(render_template("account/code.html", said=""))
    return _keep(answer, "code", {"user": account.id, "next": kept["next"]})


@screen.post("/login/oidc/code")
def code() -> Response | tuple[str, int]:
    """The second factor of an account that has one."""
    _ready()
    kept = _kept("code")
    account = users.get(conn(), int(kept["user"]))
    network = security.prefix(request.remote_addr)
    if throttle.held_up(conn(), name=account.name, network=network):
        return render_template("account/code.html", said=throttle.sentence()), 429
    step = passwords.step_of(request.form.get("totp", ""), account.totp_secret or "")
    right = (
        account.disabled_at is None
        and step is not None
        and users.use_step(conn(), user_id=account.id, step=step)
    )
    sign_in_attempts.note(conn(), name=account.name, prefix=network, succeeded=right)
    if not right:
        said = gettext("Mã không đúng. Hãy nhập mã sáu số đang hiện trong ứng dụng.")
        return render_template("account/code.html", said=said), 422
    return _open(account, kept["next"])


def _account(found: Provider, who: Person) -> User:
    """The account bound to this person; else the one their verified address or name points at, bound now."""
    account = oidc_identities.bound(conn(), issuer=found.issuer, subject=who.subject)
    if account is None:
        if found.match == "email":
            account = oidc_identities.with_email(conn(), who.email) if who.email else None
        else:
            account = users.named(conn(), forms.clean(who.name or "").casefold())
        if account is not None and account.disabled_at is None:
            oidc_identities.bind(
                conn(),
                issuer=found.issuer,
                subject=who.subject,
                user=account,
                key=str(current_app.secret_key),
            )
    if account is None or account.disabled_at is not None:
        raise Forbidden(
            gettext(
                "Cơ quan đã xác nhận bạn, nhưng ở đây chưa có tài khoản của bạn. Hãy đề nghị quản trị mở tài khoản."
            )
        )
    return account


def _open(account: User, following: str) -> Response:
    """Signs in. A page of our own leads on: on a way that began at another site the new cookie would not be sent."""
    answer = make_response(render_template("account/onward.html", following=auth.safe_next(following)))
    auth.set_cookie(answer, auth.begin_session(account.id, signed_in_by="oidc"))
    answer.delete_cookie(COOKIE, path=url_for("oidc.start"), httponly=True, samesite="Lax")
    return answer
