"""Private numbers and handles are masked before a recognised text reaches any index: telephone and account numbers, identity
cards, mail addresses, handles and profile links."""

from __future__ import annotations

import re

_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"), "[thư điện tử]"),
    (re.compile(r"(?:https?://)?(?:www\.|m\.)?(?:facebook|fb|tiktok|instagram|zalo|t|x|twitter|youtube|douyin|weibo)\.(?:com|me|vn|cn)/[^\s,;]+", re.I),
     "[trang cá nhân]"),
    (re.compile(r"(?<![\w@])@[\w.]{3,}"), "[tài khoản]"),
    (re.compile(r"(?<![\d/:,.-])(?:\+?84|0)[\s.-]?\d{2,3}(?:[\s.-]?\d{2,4}){2,3}(?!\d)"), "[số điện thoại]"),
    (re.compile(r"(?i)((?:stk|số tk|số tài khoản|tài khoản|cccd|cmnd|căn cước)\D{0,25})\d[\d\s.-]{6,20}\d"), r"\1[số]"),
    (re.compile(r"(?<![\d.,])\d{9,16}(?![\d.,]*\d)"), "[số]"),
)  # fmt: skip


def masked(text: str) -> str:
    """The text with private numbers and handles replaced; amounts, dates and counts stay."""
    for pattern, instead in _RULES:
        text = pattern.sub(instead, text)
    return text
