"""/admin/setup: the first day's list, each step with its state, why it matters, and the one form it needs."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, current_app, render_template, url_for
from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from db.accounts.users import UserRole
from db.ops import first_day
from review_ui.web.auth import roles
from review_ui.web.transaction import conn

screen = Blueprint("first_day", __name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepWords:
    """What a step is called, why it is there, and what the administrator does where no form of ours does it."""

    title: LazyString
    why: LazyString
    how: LazyString


STEPS = {
    "office": StepWords(
        title=_("Tên cơ quan, địa danh và ký hiệu văn bản"),
        why=_("Ghi trên điểm báo, công văn và hồ sơ chứng cứ."),
        how=_("Điền các ô còn trống:"),
    ),
    "contact": StepWords(
        title=_("Địa chỉ liên hệ"),
        why=_("Để cơ quan báo chí biết ai đang đọc trang của họ, và bạn đọc biết nơi đề nghị sửa bản tin."),
        how=_("Điền các ô còn trống:"),
    ),
    "people": StepWords(
        title=_("Người dùng"),
        why=_("Kết luận công khai cần hai người, trong đó có một người phê duyệt."),
        how=_("Thêm tài khoản cho người xác minh và người phê duyệt ở thẻ Tài khoản."),
    ),
    "sources": StepWords(
        title=_("Nguồn tin"),
        why=_("Nguồn chưa thử thì chưa được đọc."),
        how=_("Thử từng nguồn ở trang Nguồn tin; nguồn thử tốt được theo dõi ngay."),
    ),
    "deadlines": StepWords(
        title=_("Thời hạn theo quy định"),
        why=_("Thời hạn chưa được cán bộ xác nhận thì không tính giờ."),
        how=_("Mở từng dòng, đối chiếu văn bản, chọn “Có” ở ô “Đã xác nhận”."),
    ),
    "holidays": StepWords(
        title=_("Ngày nghỉ trong mười hai tháng tới"),
        why=_("Số ngày làm việc được tính theo lịch này."),
        how=_("Mở từng dòng, đối chiếu thông báo nghỉ lễ, chọn “Có” ở ô “Đã xác nhận”."),
    ),
    "mail": StepWords(
        title=_("Cảnh báo qua thư"),
        why=_("Vấn đề cấp bách đến được người phụ trách khi không ngồi trước máy."),
        how=_("Điền máy chủ thư, địa chỉ gửi, địa chỉ mở hệ thống rồi bật cảnh báo:"),
    ),
    "backup": StepWords(
        title=_("Sao lưu trong hai ngày qua"),
        why=_("Không có gì khác đưa lại được kết luận, chứng cứ và nhật ký."),
        how=_("Trên máy chủ: đặt lịch chạy hằng ngày lệnh kiemtin db backup-daily (tài liệu vận hành, mục Sao lưu)."),
    ),
    "address": StepWords(
        title=_("Tên miền và máy chủ chuyển tiếp"),
        why=_("Tên không được khai báo thì bị từ chối."),
        how=_("Trên máy chủ: đặt KIEMTIN_ALLOWED_HOSTS, và KIEMTIN_PROXY nếu đứng sau Caddy hoặc nginx."),
    ),
    "clock": StepWords(
        title=_("Đồng hồ của máy và của cơ sở dữ liệu"),
        why=_("Giờ ghi nhận là chứng cứ."),
        how=_("Trên máy chủ: bật đồng bộ giờ (NTP) cho cả hai máy."),
    ),
}  # fmt: skip
SETTING_WORDS = {
    "digest.superior": _("Cơ quan chủ quản trên văn bản"),
    "digest.place": _("Địa danh trên văn bản"),
    "digest.symbol": _("Ký hiệu văn bản"),
    "fetch.contact": _("Trang hoặc thư liên hệ ghi trong tên trình thu thập"),
    "bulletin.contact": _("Liên hệ để đề nghị sửa"),
    "alerts.mail_server": _("Máy chủ gửi thư (tên hoặc tên:cổng)"),
    "alerts.mail_from": _("Địa chỉ gửi thư"),
    "alerts.address": _("Địa chỉ mở hệ thống ghi trong cảnh báo"),
    "alerts.enabled": _("Gửi cảnh báo ra ngoài (thư, webhook, Telegram)"),
}  # fmt: skip


def _page_of(code: str) -> str:
    """The screen on which a step is done; '' where it is done at the machine."""
    match code:
        case "people":
            return url_for("admin.index")
        case "sources":
            return url_for("sources.index")
        case "deadlines" | "holidays":
            return url_for("admin.catalogue", kind=code)
        case _:
            return ""


@screen.get("/admin/setup")
@roles(UserRole.ADMIN)
def index() -> str:
    """The list."""
    found = first_day.steps(conn(), current_app.extensions["kiemtin.settings"])
    return render_template(
        "desk/first_day.html",
        steps=found,
        words=STEPS,
        setting_words=SETTING_WORDS,
        page_of=_page_of,
        left=sum(not one.done and one.needed for one in found),
    )
