"""Actors: offices, companies, schools and groups that a text names. Never persons: the product keeps no profile of one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from classifier.facts.record import ActorFact
from classifier.places.gazetteer import UPPER
from classifier.text.prepared_text import PreparedText
from db.core.text import plain

_NAME = rf"(?: (?:[{UPPER}0-9][\w-]*|tỉnh|xã|phường|huyện|và|&|khu vực|nhân dân|đa khoa|trung tâm)){{0,6}}"
_SORTS = {
    "office": r"Công an|UBND|Ủy ban|HĐND|Sở|Chi cục|Cục|Tổng cục|Bộ|Viện Kiểm sát|Tòa án|Đồn Biên phòng|Bộ đội Biên phòng"
    r"|Hải quan|Ban quản lý|Thanh tra|Trạm Y tế|Trung tâm Y tế|Hạt Kiểm lâm|Tỉnh ủy|Điện lực|Văn phòng|Kho bạc",
    "school": r"Trường|trường (?:tiểu học|mầm non|THCS|THPT|nội trú|bán trú|dân tộc)|Đại học|Cao đẳng",
    "company": r"Công ty|công ty|Tập đoàn|Doanh nghiệp|Ngân hàng|Hợp tác xã|HTX|Nhà máy|nhà máy|Xí nghiệp|thủy điện",
    "group": r"Hội|Đoàn|Câu lạc bộ|CLB|Nhóm|nhóm|Quỹ|Liên minh|đội tuyển|Đội",
    "hospital": r"Bệnh viện|bệnh viện",
}
_PATTERN = re.compile(
    r"(?<!\w)(?:"
    + "|".join(
        rf"(?P<{sort}>(?:{heads})(?= (?:[{UPPER}0-9]|tỉnh|xã|phường|huyện|nhân dân|khu vực|đa khoa|trung tâm)){_NAME})"
        for sort, heads in _SORTS.items()
    )
    + ")"
)


def find(reading: PreparedText, limit: int) -> list[ActorFact]:
    """The actors of the first ``limit`` code points of a Vietnamese text, in order of place."""
    if reading.language.code != "vi" or reading.language.plain:
        return []
    return list(_facts(reading.body, reading.folded[:limit]))


def _facts(body: str, folded: str) -> Iterator[ActorFact]:
    for match in _PATTERN.finditer(folded):
        sort = match.lastgroup or "office"
        name = match.group().removesuffix(" và")
        if " " not in name:
            continue
        end = match.start() + len(name)
        yield ActorFact(
            start=match.start(), end=end, text=body[match.start() : end],
            sort="office" if sort == "hospital" else sort, name=plain(name),
        )  # fmt: skip
