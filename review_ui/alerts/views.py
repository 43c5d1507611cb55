"""The alerts screen: rules off until chosen, a preview on past data, targets, and the log of what went out."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import urlsplit

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response

from db.accounts.users import UserRole
from db.core.errors import Invalid
from db.core.settings import Settings
from db.desk import alerts
from db.queries import digest_rows
from review_ui.alerts import find, policy, webhook
from review_ui.digests import offices
from review_ui.web import forms
from review_ui.web.auth import roles
from review_ui.web.filters import now
from review_ui.web.transaction import conn

screen = Blueprint("alerts", __name__, url_prefix="/alerts")

MAY = (UserRole.APPROVER, UserRole.ADMIN)
KINDS = {
    "high_band": _("Sự kiện có tín hiệu mức cao"), "place": _("Sự kiện ở một địa bàn"), "field": _("Sự kiện thuộc một lĩnh vực"),
    "spike": _("Tăng bất thường"), "source_silent": _("Nguồn tin im lặng"), "clock": _("Sắp hết hạn trả lời"),
}  # fmt: skip
SIGNALS = {
    "check": _("Cần kiểm chứng"),
    "harm": _("Thiên tai, tai nạn, vụ việc"),
    "criticism": _("Phản ánh, phê bình"),
}
CHANNELS = {"mail": _("Thư điện tử"), "webhook": _("Webhook"), "telegram": _("Telegram")}
ROLES = {
    "monitor": _("Theo dõi"), "verifier": _("Thẩm định"), "approver": _("Duyệt"), "leader": _("Lãnh đạo"),
    "admin": _("Quản trị"),
}  # fmt: skip
LOGGED = 50
PREVIEW_DAYS = 14


@screen.get("")
@roles(*MAY)
def index() -> str:
    """All rules with their targets, and the newest deliveries."""
    settings = policy.read(digest_rows.settings(conn(), "alerts"))
    by_rule: dict[int, list[alerts.Target]] = {}
    for target in alerts.targets(conn()):
        by_rule.setdefault(target.rule_id, []).append(target)
    return render_template(
        "alerts/index.html",
        rules=alerts.rules(conn()),
        targets=by_rule,
        log=alerts.log(conn(), most=LOGGED),
        policy=settings,
        kinds=KINDS,
        channels=CHANNELS,
        role_words=ROLES,
        values=_values(),
    )


def _values() -> dict[str, str]:
    topics, _closed = offices.topics(conn())
    signals = {f"high_band:{name}": f"{KINDS['high_band']}: {word}" for name, word in SIGNALS.items()}
    fields = {f"field:{name}": f"{KINDS['field']}: {word}" for name, word in topics.items()}
    places = {f"place:{name}": f"{KINDS['place']}: {word}" for name, word in offices.places(conn()).items()}
    plain = {f"{kind}:": str(KINDS[kind]) for kind in ("spike", "source_silent", "clock")}
    return {**plain, **signals, **fields, **places}


@screen.post("/rules")
@roles(*MAY)
def add() -> Response:
    """A new rule, switched off."""
    values = _values()
    chosen = forms.choice("what", tuple(values), required=True)
    kind, _colon, value = chosen.partition(":")
    title = forms.text("title", limit=120) or values[chosen]
    made = alerts.add_rule(
        conn(), title=title, kind=kind, value=value, urgent=forms.flag("urgent"), created_by=None
    )
    flash(gettext("Đã thêm quy tắc, đang tắt. Hãy xem thử trên dữ liệu cũ trước khi bật."))
    return redirect(url_for("alerts.preview", rule_id=made), 303)


@screen.get("/rules/<int:rule_id>")
@roles(*MAY)
def preview(rule_id: int) -> str:
    """What the rule would have found in the last two weeks, and how many messages that makes."""
    rule = alerts.rule(conn(), rule_id)
    settings = policy.read(digest_rows.settings(conn(), "alerts"))
    found = find.find(conn(), rule, policy=settings, since=now() - timedelta(days=PREVIEW_DAYS), now=now())
    return render_template(
        "alerts/preview.html", rule=rule, found=found[::-1], days=PREVIEW_DAYS, kinds=KINDS, most=find.MOST
    )


@screen.post("/rules/<int:rule_id>/switch")
@roles(*MAY)
def switch(rule_id: int) -> Response:
    """Switches a rule on or off."""
    on = forms.choice("on", ("1", "0"), required=True) == "1"
    alerts.rule(conn(), rule_id)
    alerts.switch(conn(), rule_id, enabled=on)
    flash(
        gettext("Đã bật quy tắc. Chỉ báo những gì xảy ra từ bây giờ.") if on else gettext("Đã tắt quy tắc.")
    )
    return redirect(url_for("alerts.index"), 303)


@screen.post("/rules/<int:rule_id>/remove")
@roles(*MAY)
def remove(rule_id: int) -> Response:
    """Removes a rule."""
    alerts.rule(conn(), rule_id)
    alerts.remove_rule(conn(), rule_id)
    flash(gettext("Đã xóa quy tắc."))
    return redirect(url_for("alerts.index"), 303)


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _inner_hosts() -> tuple[str, ...]:
    settings: Settings = current_app.extensions["kiemtin.settings"]
    return settings.webhook_hosts


@screen.post("/rules/<int:rule_id>/targets")
@roles(*MAY)
def add_target(rule_id: int) -> Response:
    """Adds where the rule's findings go."""
    alerts.rule(conn(), rule_id)
    channel = forms.choice("channel", tuple(CHANNELS), required=True)
    address = forms.text("address", required=True, limit=300)
    if channel == "mail" and not re.fullmatch(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+", address):
        raise Invalid("address", gettext("Địa chỉ thư không đúng. Viết như phong.bc@laocai.example."))
    if channel == "webhook" and not re.fullmatch(r"https?://[^\s/?#\[\]@]+([/?#]\S*)?", address):
        raise Invalid("address", gettext("Địa chỉ webhook phải bắt đầu bằng https://."))
    if channel == "webhook" and not webhook.allowed(_host(address), inner=_inner_hosts()):
        raise Invalid(
            "address",
            gettext(
                "Webhook chỉ gửi ra ngoài. Máy trong mạng nội bộ phải được người quản trị máy ghi vào KIEMTIN_WEBHOOK_HOSTS."
            ),
        )
    if channel == "telegram" and not re.fullmatch(r"-?\d{3,20}|@\w{3,40}", address, re.ASCII):
        raise Invalid("address", gettext("Mã phòng Telegram là một số hoặc @tên."))
    alerts.add_target(
        conn(),
        rule_id=rule_id,
        channel=channel,
        address=address,
        role=forms.choice("role", tuple(ROLES)) or None,
    )
    flash(gettext("Đã thêm nơi nhận."))
    return redirect(url_for("alerts.index"), 303)


@screen.post("/targets/<int:target_id>/remove")
@roles(*MAY)
def remove_target(target_id: int) -> Response:
    """Removes a target."""
    alerts.remove_target(conn(), target_id)
    flash(gettext("Đã bỏ nơi nhận."))
    return redirect(url_for("alerts.index"), 303)
