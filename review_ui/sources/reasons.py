"""Why an address was not read, in the reader's language: the crawler's short codes put into words."""

from __future__ import annotations

from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString

REASONS: dict[str, LazyString] = {
    "robots": lazy_gettext("robots.txt của báo không cho phép đọc"),
    "challenge": lazy_gettext("trang chỉ hiện bước kiểm tra chống truy cập tự động"),
    "teaser": lazy_gettext("báo chỉ cho người trả phí đọc toàn bài"),
    "soft_404": lazy_gettext("báo cho biết bài không tồn tại"),
    "front_page": lazy_gettext("địa chỉ dẫn tới trang chủ"),
    "home": lazy_gettext("địa chỉ dẫn tới trang chủ"),
    "section": lazy_gettext("địa chỉ là trang chuyên mục, không phải bài"),
    "no_article": lazy_gettext("trang không có bài viết"),
    "not_html": lazy_gettext("địa chỉ không phải trang web"),
    "empty": lazy_gettext("máy chủ trả về trang trống"),
    "too_large": lazy_gettext("trang quá lớn"),
    "timeout": lazy_gettext("máy chủ trả lời quá chậm"),
    "broken": lazy_gettext("kết nối bị đứt"),
    "cut": lazy_gettext("trang chỉ tải được một phần"),
    "loop": lazy_gettext("chuyển hướng vòng tròn"),
    "redirect": lazy_gettext("chuyển hướng tới địa chỉ không đọc được"),
    "elsewhere": lazy_gettext("chuyển hướng ra ngoài nguồn"),
    "other_source": lazy_gettext("là bài của nguồn khác, đã chuyển cho nguồn đó"),
    "outside": lazy_gettext("ngoài danh mục nguồn: chỉ giữ tiêu đề và địa chỉ"),
    "gate": lazy_gettext("địa chỉ không thuộc nguồn này"),
    "no_address": lazy_gettext("danh sách không ghi địa chỉ của bài"),
    "certificate": lazy_gettext("chứng thư số của máy chủ không hợp lệ"),
    "refused": lazy_gettext("máy chủ không trả lời"),
    "name": lazy_gettext("không tìm thấy tên miền"),
    "asked": lazy_gettext("máy chủ yêu cầu tạm ngừng"),
    "not_a_feed": lazy_gettext("địa chỉ RSS trả về trang thường"),
    "truncated": lazy_gettext("danh sách bị cắt giữa chừng"),
    "unreadable": lazy_gettext("không đọc được trang"),
    "unforeseen": lazy_gettext("lỗi của hệ thống, đã ghi nhật ký"),
}


def reason(kind: str | None, why: str | None) -> str:
    """The code in words; the crawler's own English sentence where there is no word for it."""
    if kind in REASONS:
        return str(REASONS[kind])
    if kind and kind.startswith("http_"):
        return str(gettext("máy chủ trả lời %(status)s", status=kind[5:]))
    return why or str(gettext("không rõ"))
