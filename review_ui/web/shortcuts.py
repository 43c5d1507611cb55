"""Keyboard shortcuts: one table from which buttons take their hints, `?` its sheet and the account page its fields."""

from __future__ import annotations

from flask import Flask
from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from review_ui.web.auth import somebody

# name -> (key, what it does). Letters that Telex or VNI give a meaning work all the same: while a composition is open,
# or the cursor stands in a field, no key does anything.
KEYS: dict[str, tuple[str, LazyString]] = {
    "next": ("j", _("Thẻ sau")),
    "previous": ("k", _("Thẻ trước")),
    "open": ("o", _("Mở")),
    "dismiss": ("d", _("Bỏ qua (tin thường)")),
    "not_local": ("l", _("Bỏ qua: không liên quan đến tỉnh")),
    "rebuttal": ("b", _("Bỏ qua: tin bác bỏ, đính chính")),
    "escalate": ("v", _("Cần xác minh")),
    "route_critical": ("p", _("Phản ánh cần trả lời")),
    "take": ("t", _("Nhận xử lý")),
    "release": ("r", _("Trả lại hàng đợi")),
    "select": ("x", _("Chọn hoặc bỏ chọn thẻ")),
    "undo": ("z", _("Hoàn tác bước vừa rồi")),
    "propose": ("m", _("Đề xuất kết luận")),
    "approve": ("y", _("Duyệt")),
    "return": ("n", _("Trả lại")),
    "case": ("h", _("Mở hồ sơ")),
    "pick": ("c", _("Chọn câu làm nhận định")),
    "evidence": ("e", _("Thêm bằng chứng")),
    "note": ("g", _("Viết ghi chú")),
    "search": ("/", _("Tìm kiếm")),
    "queue": ("q", _("Về hàng đợi")),
    "help": ("?", _("Bảng phím tắt")),
}


def chosen() -> dict[str, str]:
    """Name -> key as this person has set it."""
    person = somebody()
    own = person.preferences.get("keys", {}) if person is not None else {}
    return {name: str(own.get(name, key)) for name, (key, _said) in KEYS.items()}


def words() -> dict[str, str]:
    """Name -> what the key does, in the language of the page."""
    return {name: str(said) for name, (_key, said) in KEYS.items()}


def register(app: Flask) -> None:
    """Gives the templates ``keys()`` and ``key_words()``."""
    app.jinja_env.globals.update(keys=chosen, key_words=words)
