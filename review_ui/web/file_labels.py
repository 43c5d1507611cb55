"""The words for what was read out of files that people sent in."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

# How the reading of a file that was sent in came out.
READINGS = {
    "begun": _("Đang đọc"),
    "read": _("Đã đọc"),
    "too_large": _("Tệp quá lớn, không đọc"),
    "broken": _("Tệp hỏng, không đọc được"),
    "kind": _("Không phải loại tệp đọc được"),
    "no_reader": _("Máy chủ chưa cài bộ nhận dạng chữ hoặc bộ đọc video"),
    "too_slow": _("Đọc quá lâu, đã dừng"),
}
# Statements of a file about itself.
MARKS = {
    "made_with": _("Tạo bằng"),
    "signed_by": _("Ký bởi"),
    "source_type": _("Nguồn gốc ảnh"),
    "fault": _("Chứng thực không khớp"),
    "taken_at": _("Thời điểm chụp"),
    "position": _("Vị trí chụp"),
    "camera": _("Máy ảnh"),
    "software": _("Phần mềm"),
}
