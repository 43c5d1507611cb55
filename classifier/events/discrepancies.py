"""What the outlets of one event tell differently: counts of dead and hurt, measures, times, names. Shown, never judged.

A difference is a cue to look, not a fault. Every value is given with who says it and when, in order of publication. Where a
count moves one way as time goes on (2, 3, 5 dead) it is an update; told otherwise at the same time, or back again later, it
is a contradiction.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

Sort = Literal["update", "contradiction"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventText:
    """An article of the event; ``body`` is NFC title, line feed, text (or its beginning)."""

    article_id: int
    source: str
    at: datetime | None
    body: str
    counts: tuple[
        tuple[str, float, int, int], ...
    ] = ()  # what, number, start, end: for languages the patterns do not know


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """Where an article says it; offsets in code points of ``body``."""

    article_id: int
    source: str
    at: datetime | None
    as_written: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One of the values told, with everyone who tells it, first published first."""

    value: str
    tellings: tuple[Statement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Discrepancy:
    """Two or more values for one thing; ``kind`` figure | name | time, ``label`` what is counted, in Vietnamese; ``sort``
    whether later news replaced earlier (update) or the outlets differ (contradiction)."""

    kind: str
    label: str
    values: tuple[Value, ...]
    matters: bool  # a cue strong enough to ask for a check
    weight: float
    sort: Sort = "contradiction"

    @property
    def sentence(self) -> str:
        """«số người chết: 8 (…), 9 (…)», for a card."""
        told = ", ".join(
            f"{value.value} ({', '.join(dict.fromkeys(said.source for said in value.tellings))})"
            for value in self.values
        )
        return f"{self.label}: {told}"

    def as_data(self) -> dict[str, Any]:
        """For the store and the screens."""
        return {
            "kind": self.kind, "label": self.label, "matters": self.matters, "sort": self.sort,
            "values": [
                {
                    "value": value.value,
                    "tellings": [
                        {
                            "article": said.article_id, "source": said.source,
                            "at": said.at.isoformat() if said.at else None, "text": said.as_written,
                            "start": said.start, "end": said.end,
                        }
                        for said in value.tellings
                    ],
                }
                for value in self.values
            ],
        }  # fmt: skip


_NUMBERS = {
    "một": 1, "hai": 2, "ba": 3, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7, "tám": 8, "chín": 9, "mười": 10, "mười một": 11,
    "mười hai": 12,
}  # fmt: skip
_N = r"(?P<n>\d+(?:[.,]\d+)*|mười hai|mười một|mười|một|hai|ba|bốn|năm|sáu|bảy|tám|chín)"
_WHO = r"(?:nạn nhân|người|cháu(?: bé)?|em(?: nhỏ)?|học sinh|hành khách|công nhân|thi thể|trẻ em|trẻ|phụ nữ|du khách)"
_DEAD = r"(?:tử vong|thiệt mạng|chết|tử nạn|không qua khỏi)"
_HURT = r"(?:bị thương|nhập viện|đi cấp cứu)"
# what is counted: label, patterns with the number as ``n``; the word order of headlines and of sentences
_FIGURES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "số người chết",
        (
            rf"{_N} {_WHO} (?:đã |bị )?{_DEAD}",
            rf"{_DEAD} (?:tăng lên|lên tới|lên đến|lên|là) {_N}(?! ?(?:giờ|tuổi))",
            rf"làm (?:chết )?{_N} {_WHO} (?:đã )?{_DEAD}",
            rf"làm chết {_N} {_WHO}",
        ),
    ),
    (
        "số người bị thương, nhập viện",
        (
            rf"{_N} {_WHO}(?: khác)? (?:đã |phải )?{_HURT}",
            rf"làm bị thương {_N} {_WHO}",
            rf"{_N} {_WHO}(?: \w+){{0,8}}? (?:bị )?ngộ độc",
        ),
    ),
    ("số người mất tích", (rf"{_N} {_WHO}(?: khác)? (?:còn |đang |vẫn )?mất tích",)),
    (
        "số nhà hư hại",
        (
            rf"{_N} (?:ngôi |căn |nóc )?nhà (?:dân )?(?:bị |đã )?(?:cuốn|sập|trôi|hư hỏng|hư hại|tốc mái|vùi lấp)",
        ),
    ),
    (
        "độ sâu, khoảng cách (m)",
        (
            rf"(?:vực|taluy âm|hố|khe|suối|xuống)(?: \w+){{0,3}} (?:sâu )?(?:khoảng |chừng |gần |hơn )*{_N} ?(?:m|mét)(?!\w)",
        ),
    ),
    ("số người trên xe", (rf"xe(?: \w+){{0,3}} chở (?:theo )?{_N} (?:người|hành khách)",)),
    (
        "thiệt hại (tỷ đồng)",
        (rf"thiệt hại(?: \w+){{0,4}} (?:khoảng |hơn |gần |trên )*{_N} (?:tỷ|tỉ)(?: đồng)?",),
    ),
    ("lượng mưa (mm)", (rf"lượng mưa(?: \w+){{0,8}} {_N} ?mm",)),
)
_COMPILED = tuple(
    (
        label,
        tuple(
            re.compile(rf"(?i)(?<![\w,.]){pattern}")
            if pattern.startswith("(?P<n>")
            else re.compile(rf"(?i)(?<!\w){pattern}")
            for pattern in patterns
        ),
    )
    for label, patterns in _FIGURES
)
# the fact layer's word for what these labels count
_BY_FACTS = {
    "số người chết": ("dead",),
    "số người bị thương, nhập viện": ("injured", "ill"),
    "số người mất tích": ("missing",),
    "số nhà hư hại": ("houses",),
}
_GROWING = {"số người chết", "số nhà hư hại", "thiệt hại (tỷ đồng)", "lượng mưa (mm)"}
_MOVING = {"số người bị thương, nhập viện", "số người mất tích"}  # the hurt may die, the missing are found
_SAME_TIME = timedelta(
    minutes=45
)  # between two outlets' tellings: nearer than this, neither had later news than the other
_GRAVE = {"số người chết", "số người bị thương, nhập viện", "số người mất tích"}
_CLOCK = re.compile(r"(?<![\w:])(?:lúc|khoảng)(?: gần| khoảng| hơn)* (\d{1,2})(?:h|:| giờ ?)(\d{2})?(?!\w)")
_CAPITAL = "[A-ZÀ-ÖØ-ÞĂĐĨŨƠƯ" + "".join(chr(code) for code in range(0x1EA0, 0x1EFA, 2)) + "]"
_PERSON = re.compile(
    r"(?i:ông|bà|anh|chị|cháu|em|tài xế|lái xe|nạn nhân|bị can|đối tượng) "
    rf"(?P<name>{_CAPITAL}\w*(?: {_CAPITAL}\w*){{1,3}})(?!\w)"
)
_NEAR_CLOCK = 90  # minutes: further apart two times are two moments of the story, not two tellings of one


def between(tellings: Sequence[EventText]) -> list[Discrepancy]:
    """The differences between articles of one event, the weightiest first; nothing where fewer than two articles speak."""
    found = [*_figures(tellings), *_names(tellings), *_times(tellings)]
    return sorted(found, key=lambda difference: -difference.weight)


def _figures(tellings: Sequence[EventText]) -> Iterator[Discrepancy]:
    for label, patterns in _COMPILED:
        told: dict[str, list[Statement]] = {}
        for telling in tellings:
            first = min(
                (match for pattern in patterns if (match := pattern.search(telling.body))),
                key=lambda match: match.start(), default=None,
            )  # fmt: skip
            if first is not None:
                told.setdefault(_number(first["n"]), []).append(_said(telling, first.start(), first.end()))
            elif (fact := _by_facts(telling, label)) is not None:
                told.setdefault(f"{fact[1]:g}", []).append(_said(telling, fact[2], fact[3]))
        if len(told) >= 2 and _voices(told) >= 2:
            grave, sort = label in _GRAVE, _sort(label, told)
            clash = grave and sort == "contradiction"
            yield _difference("figure", label, told, matters=clash, weight=1.2 if clash else 0.6, sort=sort)


def _by_facts(telling: EventText, label: str) -> tuple[str, float, int, int] | None:
    """The first count of the fact layer for a label."""
    return next((fact for fact in telling.counts if fact[0] in _BY_FACTS.get(label, ()) and fact[1]), None)


def _sort(label: str, told: dict[str, list[Statement]]) -> Sort:
    """Whether the values follow one another in time in the one direction in which such a count moves."""
    said = [
        (one.at, float(value.replace(",", ".")), one.source)
        for value, tellings in told.items()
        for one in tellings
    ]
    if label not in _GROWING | _MOVING or any(at is None for at, _, _ in said):
        return "contradiction"
    dated = sorted((at, value, source) for at, value, source in said if at is not None)
    values = [value for _, value, _ in dated]
    rises, falls = values == sorted(values), values == sorted(values, reverse=True)
    if not (rises or (falls and label in _MOVING)):
        return "contradiction"
    for (at, value, source), (then, other, of) in zip(dated, dated[1:], strict=False):
        if value != other and source != of and then - at < _SAME_TIME:
            return "contradiction"
    return "update"


def _names(tellings: Sequence[EventText]) -> Iterator[Discrepancy]:
    """Names that differ in one syllable and nothing else: "Văn Mạnh" and "Văn Minh"."""
    said: dict[str, list[Statement]] = {}
    for telling in tellings:
        seen: set[str] = set()
        for match in _PERSON.finditer(telling.body):
            name = match["name"]
            if name not in seen:
                seen.add(name)
                said.setdefault(name, []).append(_said(telling, match.start("name"), match.end("name")))
    names = sorted(said, key=lambda name: (-len(said[name]), name))
    taken: set[str] = set()
    for at, one in enumerate(names):
        for other in names[at + 1 :]:
            articles = {where.article_id for where in said[one]} & {where.article_id for where in said[other]}
            # who names both means two people
            if other not in taken and not articles and _one_syllable_apart(one, other):
                taken.add(other)
                told = {one: said[one], other: said[other]}
                yield _difference("name", "tên người", told, matters=True, weight=0.8)


def _times(tellings: Sequence[EventText]) -> Iterator[Discrepancy]:
    told: dict[str, list[Statement]] = {}
    minutes: list[int] = []
    for telling in tellings:
        match = _CLOCK.search(telling.body)
        if match is not None and int(match[1]) < 24:
            at = int(match[1]) * 60 + int(match[2] or 0)
            minutes.append(at)
            told.setdefault(f"{at // 60}h{at % 60:02d}", []).append(
                _said(telling, match.start(), match.end())
            )
    if len(told) >= 2 and _voices(told) >= 2 and max(minutes) - min(minutes) <= _NEAR_CLOCK:
        yield _difference("time", "giờ xảy ra", told, matters=False, weight=0.4)


def _one_syllable_apart(one: str, other: str) -> bool:
    first, second = one.split(), other.split()
    if len(first) != len(second) or len(first) < 2:
        return False
    apart = [(a, b) for a, b in zip(first, second, strict=True) if a != b]
    return len(apart) == 1 and apart[0][0][0] == apart[0][1][0] and (len(first) > 2 or first[0] == second[0])


def _number(written: str) -> str:
    low = written.lower()
    if low in _NUMBERS:
        return str(_NUMBERS[low])
    # 1.200 is a thousand and two hundred; 8,5 is eight and a half
    return re.sub(r"\.(?=\d{3}(?!\d))", "", low)


def _voices(told: dict[str, list[Statement]]) -> int:
    return len({where.source for said in told.values() for where in said})


def _said(telling: EventText, start: int, end: int) -> Statement:
    return Statement(
        article_id=telling.article_id, source=telling.source, at=telling.at,
        as_written=telling.body[start:end], start=start, end=end,
    )  # fmt: skip


def _difference(
    kind: str, label: str, told: dict[str, list[Statement]], *, matters: bool, weight: float,
    sort: Sort = "contradiction",
) -> Discrepancy:  # fmt: skip
    return Discrepancy(
        kind=kind, label=label, matters=matters, weight=weight, sort=sort,
        values=tuple(Value(value=value, tellings=tuple(said)) for value, said in told.items()),
    )  # fmt: skip
