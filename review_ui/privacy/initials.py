"""Private persons by initials: what leaves the office names people only where their office makes them part of the matter.

By rules over Vietnamese text: a name after a form of address, or before an age or a year of birth, becomes its
initials unless an office stands beside it. It misses names without either; staff read the draft.
"""

from __future__ import annotations

import re

_UPPER = "A-ZĐÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴ"
_SYLLABLE = rf"[{_UPPER}][^\W\d_{_UPPER}]+"
_FURTHER = rf"(?:[ \u00a0][{_UPPER}][^\W\d_{_UPPER}]*)"  # "A" in the middle of a name
_NAME = rf"{_SYLLABLE}{_FURTHER}{{0,4}}"
_ADDRESSED = re.compile(
    rf"\b(?P<how>(?:[Ôô]ng|[Bb]à|[Aa]nh|[Cc]hị|[Ee]m|[Cc]háu|[Cc]ụ|[Cc]ô|[Cc]hú|[Bb]é|[Nn]ạn nhân|[Tt]ài xế|[Bb]ị can|[Bb]ị cáo|"
    rf"[Nn]ghi phạm|[Đđ]ối tượng|[Hh]ộ ông|[Hh]ộ bà))[ \u00a0](?P<name>{_NAME})"
)
_AGED = re.compile(rf"\b(?P<name>{_SYLLABLE}{_FURTHER}{{1,4}})(?=\s*(?:\(|, )\s*(?:SN|sinh|\d{{1,3}} tuổi))")
_OFFICE = re.compile(
    r"chủ tịch|giám đốc|trưởng|bí thư|đại biểu|chánh|viện trưởng|hiệu trưởng|người phát ngôn|phát ngôn viên|đại diện|"
    r"thượng tá|đại tá|trung tá|thiếu tá|thiếu tướng|trung tướng|thủ tướng|tổng|cục phó|phó phòng|lãnh đạo|cán bộ|công chức|nghệ nhân",
    re.IGNORECASE,
)
_NOT_PEOPLE = re.compile(
    r"(?:Bà Rịa|Bà Nà|Bà Đen|Bà Triệu|Bà Trưng|Ông Ích|Ông Trời|Anh Quốc|Anh Sơn|Cô Tô|Cụ Rùa|Chú Phìn)\b"
)
BESIDE = 40  # letters after a name, and before it, in which an office counts as this person's


def initialled(text: str) -> str:
    """``text`` with the names of private persons as initials: "ông Giàng A Páo" becomes "ông G.A.P."."""

    def official(found: re.Match[str], name_end: int) -> bool:
        after = re.split(r"[.!?;]", text[name_end : name_end + BESIDE])[0]
        before = re.split(r"[.!?;]\s", text[max(0, found.start() - BESIDE) : found.start()])[-1]
        beside = re.match(r"\s*[,–(-]\s*(.*)", after, re.DOTALL)
        return bool(
            (beside and _OFFICE.search(beside[1]))
            or re.search(rf"(?:{_OFFICE.pattern})[^,.;]*,?\s*$", before, re.IGNORECASE)
        )

    def addressed(found: re.Match[str]) -> str:
        if _NOT_PEOPLE.match(found.group()) or official(found, found.end()):
            return found.group()
        return f"{found['how']} {_letters(found['name'])}"

    text = _ADDRESSED.sub(addressed, text)
    return _AGED.sub(
        lambda found: found.group() if official(found, found.end()) else _letters(found["name"]), text
    )


def _letters(name: str) -> str:
    return "".join(f"{syllable[0]}." for syllable in name.split())
