"""Actors: offices, companies, schools and groups that a text names. Never persons: the product keeps no profile of one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from classifier.facts.record import ActorFact
from classifier.facts.sentences import SentenceLookup
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

# Words that a name of an actor may begin with: the pattern is tried there alone.
_BEGINNING = frozenset(head.split(" ")[0].lower() for heads in _SORTS.values() for head in heads.split("|"))


def find(reading: PreparedText, limit: int, sentence: SentenceLookup) -> list[ActorFact]:
    """The actors of the first ``limit`` code points of a Vietnamese text, in order of place."""
    if reading.language.code != "vi" or reading.language.plain:
        return []
    return list(_facts(reading, limit, sentence))


def _facts(reading: PreparedText, limit: int, sentence: SentenceLookup) -> Iterator[ActorFact]:
    body, folded = reading.body, reading.folded[:limit]
    past = 0
    for at, word in enumerate(reading.words):
        if word not in _BEGINNING or (start := reading.spans[at][0]) < past:
            continue
        if start >= limit:
            return
        match = _PATTERN.match(folded, start)
        if match is None:
            continue
        past = match.end()
        sort = match.lastgroup or "office"
        name = match.group().removesuffix(" và")
        if " " not in name:
            continue
        end = match.start() + len(name)
        yield ActorFact(
            start=match.start(), end=end, text=body[match.start() : end],
            sort="office" if sort == "hospital" else sort, name=plain(name), sentence=sentence(match.start()),
        )  # fmt: skip
