"""Signing in and out, and a person's own account: password, second factor, language, theme."""

from __future__ import annotations

from flask import Blueprint, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from db.accounts import sign_in_attempts, users
from db.accounts.users import User
from db.core.errors import Invalid
from review_ui.accounts import passwords, throttle
from review_ui.accounts.check_queue import QueueFull
from review_ui.web import auth, error_messages, forms, security
from review_ui.web.auth import EVERYBODY, roles, user
from review_ui.web.transaction import conn, give_back

screen = Blueprint("account", __name__)

LANGUAGES = ("vi", "en")
# The language chosen on the sign-in page, until somebody signs in: then it is theirs. Gone with the browser's window; what
# the browser remembers for longer (kiemtin_language) may be another person's choice and changes no account.
CHOSEN = "kiemtin_chosen"
THEMES = ("auto", "light", "dark")


@screen.route("/login", methods=["GET", "POST"])
def login() -> Response | tuple[str, int] | str:
    """The sign-in page; one sentence for every failure, so that it tells nobody which names exist."""
    following = auth.safe_next(request.values.get("next"))
    if request.method in security.READS:
        if g.user is not None:
            return redirect(following, 303)
        return render_template("account/login.html", following=following, name="", said="")
    name = forms.clean(request.form.get("name", "")).casefold()[:80]
    network = security.prefix(request.remote_addr)
    try:
        give_back()  # whoever waits for a check holds no connection
        with passwords.turn(network):
            if throttle.held_up(conn(), name=name, network=network):
                return _refuse(name, following, throttle.sentence(), 429)
            person = _checked(name)
    except QueueFull:
        return _refuse(name, following, str(error_messages.SENTENCES["sign_in.busy"]), 503)
    sign_in_attempts.note(conn(), name=name, prefix=network, succeeded=person is not None)
    if person is None:
        return _refuse(
            name,
            following,
            gettext("Tên, mật khẩu hoặc mã xác thực không đúng. Mã chỉ cần khi bạn đã bật xác thực hai lớp."),
            422,
        )
    answer = make_response(redirect(following if following != "/" else auth.first_page(person), 303))
    auth.set_cookie(answer, auth.begin_session(person.id))
    if (chosen := request.cookies.get(CHOSEN)) in LANGUAGES:
        users.set_language(conn(), user_id=person.id, language=chosen)
        answer.delete_cookie(CHOSEN, httponly=True, samesite="Strict")
    return answer


def _checked(name: str) -> User | None:
    """Whose name, password and code these are; takes as long for a name that does not exist."""
    person = users.named(conn(), name)
    if person is not None and person.disabled_at is not None:
        person = None
    right = passwords.matches_in_turn(
        request.form.get("password", ""), person.password_hash if person is not None else None
    )
    if person is None or not right:
        return None
    if person.totp_secret:
        step = passwords.step_of(request.form.get("totp", ""), person.totp_secret)
        if step is None or not users.use_step(conn(), user_id=person.id, step=step):
            return None
    return person


def _refuse(name: str, following: str, said: str, status: int) -> tuple[str, int]:
    return render_template("account/login.html", following=following, name=name, said=said), status


@screen.post("/logout")
@roles(*EVERYBODY)
def logout() -> Response:
    """Ends this session, on the server too."""
    users.end_session(conn(), token=request.cookies.get(auth.COOKIE, ""))
    answer = make_response(redirect(url_for("account.login"), 303))
    answer.delete_cookie(auth.COOKIE, httponly=True, samesite="Strict")
    return answer


@screen.post("/language")
def language() -> Response:
    """Switches between Vietnamese and English; remembered with the account, or in a cookie before signing in."""
    wanted = forms.choice("language", LANGUAGES, required=True)
    answer = make_response(redirect(auth.safe_next(request.form.get("next")), 303))
    if g.user is not None:
        users.set_language(conn(), user_id=g.user.id, language=wanted)
    else:
        answer.set_cookie(CHOSEN, wanted, httponly=True, samesite="Strict", secure=request.is_secure)
    answer.set_cookie(
        "kiemtin_language",
        wanted,
        max_age=31_536_000,
        httponly=True,
        samesite="Strict",
        secure=request.is_secure,
    )
    return answer


@screen.get("/account")
@roles(*EVERYBODY)
def index() -> str:
    """One's own account."""
    secret = passwords.new_secret() if user().totp_secret is None else ""
    return render_template(
        "account/account.html",
        secret=secret,
        picture=passwords.picture(secret, name=user().name) if secret else "",
        themes=THEMES,
        shortest=passwords.SHORTEST,
    )


@screen.post("/account/password")
@roles(*EVERYBODY)
def password() -> Response:
    """Chooses a new password; all other sessions end."""
    if not passwords.matches(request.form.get("current", ""), user().password_hash):
        raise Invalid("current", gettext("Mật khẩu hiện tại không đúng."))
    chosen = request.form.get("password", "")
    if (why := passwords.objection(chosen, name=user().name)) is not None:
        raise Invalid("password", str(why))
    if passwords.prepared(chosen) != passwords.prepared(request.form.get("again", "")):
        raise Invalid("again", gettext("Hai lần gõ mật khẩu mới không giống nhau."))
    if passwords.matches(chosen, user().password_hash):
        raise Invalid("password", gettext("Mật khẩu mới phải khác mật khẩu cũ."))
    users.set_password(
        conn(),
        user_id=user().id,
        password_hash=passwords.hashed(chosen),
        must_change=False,
        actor=user().name,
    )
    flash(gettext("Đã đổi mật khẩu. Các phiên làm việc khác của bạn đã kết thúc."))
    answer = make_response(
        redirect(url_for("account.index") if not user().must_change else auth.first_page(user()), 303)
    )
    auth.set_cookie(answer, auth.begin_session(user().id))
    return answer


@screen.post("/account/second-factor")
@roles(*EVERYBODY)
def second_factor() -> Response:
    """Turns the second factor on (with a code that proves the app works) or off (with the password)."""
    if forms.choice("turn", ("on", "off"), required=True) == "off":
        if not passwords.matches(request.form.get("current", ""), user().password_hash):
            raise Invalid("current", gettext("Mật khẩu hiện tại không đúng."))
        step = passwords.step_of(request.form.get("totp", ""), user().totp_secret or "")
        if user().totp_secret and (step is None or not users.use_step(conn(), user_id=user().id, step=step)):
            raise Invalid("totp", gettext("Mã không đúng. Hãy nhập mã sáu số đang hiện trong ứng dụng."))
        users.set_second_factor(conn(), user_id=user().id, secret=None, step=None, actor=user().name)
        flash(gettext("Đã tắt xác thực hai lớp."))
        return redirect(url_for("account.index"), 303)
    secret = forms.text("secret", required=True, limit=64)
    try:
        step = passwords.step_of(request.form.get("totp", ""), secret)
    except ValueError as why:  # not base32: only a hand-made form sends that
        raise Invalid("secret", gettext("Mã bí mật không hợp lệ. Hãy tải lại trang.")) from why
    if step is None:
        raise Invalid("totp", gettext("Mã không đúng. Hãy nhập mã sáu số đang hiện trong ứng dụng."))
    users.set_second_factor(conn(), user_id=user().id, secret=secret, step=step, actor=user().name)
    flash(gettext("Đã bật xác thực hai lớp. Từ lần đăng nhập sau cần mã trong ứng dụng."))
    return redirect(url_for("account.index"), 303)


@screen.post("/account/display")
@roles(*EVERYBODY)
def display() -> Response:
    """Light, dark, or as the machine does."""
    users.prefer(
        conn(), user_id=user().id, preferences={"theme": forms.choice("theme", THEMES, required=True)}
    )
    flash(gettext("Đã lưu."))
    return redirect(url_for("account.index"), 303)
