"""What stands around a name in Vietnamese text: words with their places, forms of address, ages, institutions. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from review_ui.privacy import name_words as words

_WORD = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class NameToken:
    """A word with its place in the text (code points)."""

    text: str
    start: int
    end: int

    @property
    def lower(self) -> str:
        return self.text.lower()

    @property
    def capital(self) -> bool:
        return self.text[:1].isupper()

    @property
    def all_capitals(self) -> bool:
        return self.text.isupper()


@dataclass(frozen=True, slots=True, kw_only=True)
class NameMention:
    """One name in the text; ``rule`` is the rule that found it, ``public`` that its bearer is named for an office."""

    start: int
    end: int
    text: str
    rule: str
    public: bool = False

    @property
    def key(self) -> str:
        return " ".join(self.text.lower().split())

    @property
    def given(self) -> str:
        return self.key.rsplit(" ", 1)[-1]


def tokens(text: str) -> list[NameToken]:
    """The words of ``text`` in order."""
    return [NameToken(text=m.group(), start=m.start(), end=m.end()) for m in _WORD.finditer(text)]


def capital_runs(text: str, found: list[NameToken]) -> Iterator[list[NameToken]]:
    """Stretches of capitalised words parted by one blank each."""
    run: list[NameToken] = []
    for token in found:
        joined = run and text[run[-1].end : token.start] in (" ", "\u00a0")
        if token.lower in words.BRANDS:
            if run:
                yield run
            run = []
            continue
        if token.capital and joined:
            run.append(token)
            continue
        if run:
            yield run
        opens = token.capital and not (token.lower in words.SENTENCE_STARTS and not token.all_capitals)
        run = [token] if opens else []
    if run:
        yield run


def text_before(text: str, at: int, length: int = 40) -> str:
    return text[max(0, at - length) : at].lower().replace("\u00a0", " ")


def addressed(text: str, at: int) -> bool:
    """Does a form of address, a relation or a part in the story stand directly before ``at``?"""
    return bool(words.ADDRESS.search(text_before(text, at)))


def aged(text: str, at: int) -> int | None:
    """The age told directly after ``at``, in years; a year of birth counts as 99 unless it makes a minor of 2026."""
    found = words.AGE_AFTER.match(text[at : at + 30].lower())
    if not found:
        return None
    value, unit = int(found[1]), found[2] or ""
    if 1900 < value <= 2026:
        return 2026 - value if "s" in found.group() else None
    bare = found.group().lstrip().startswith(("(", ",")) and value < 110
    return value if unit in ("tuổi", "t") or (bare and unit in (")", ",")) else None


def name_start(text: str, run: list[NameToken]) -> int | None:
    """Index in a capital run at which a name with a surname begins; None where there is none."""
    places = words.place_names()
    for n, token in enumerate(run[:-1]):
        rest = [t.lower for t in run[n:]]
        if n and " ".join(t.lower for t in run[:n]) in words.NEVER_NAMES:
            continue
        following = rest[1]
        ascii_only = all(t.isascii() for t in rest) and not token.all_capitals
        surname = rest[0] in words.SURNAMES or (
            ascii_only
            and (
                rest[0] in words.FOLDED_SURNAMES
                or (following in ("van", "thi") and rest[0] in ALL_FOLDED)
                or (following in ("a", "seo") and len(rest) >= 3 and rest[0] in ALL_FOLDED)
            )
        )
        ambiguous = rest[0] in words.AMBIGUOUS_SURNAMES
        unknown = (
            len(rest) in (3, 4)
            and following in ("văn", "thị")
            and len(rest[0]) > 1
            and rest[0] not in words.ORG_STARTS
        )
        if not (surname or ambiguous or unknown or _all_given(rest)):
            continue
        if any(" ".join(rest[:k]) in places for k in range(2, len(rest) + 1)) and not (
            bool(words.ONE_PERSON.search(text_before(text, token.start)))
            or (len(rest) > 2 and following in words.SURE_MIDDLES)
        ):
            continue
        sure = following in words.SURE_MIDDLES and len(rest) >= 3
        if sure or (surname and (n == 0 or len(rest) >= 3 or _after_place(run, n))):
            return n
        if _all_given(rest) and (
            (len(rest) > 2 and rest[0] not in ("thương",)) or _person_cue(text, token.start, run[-1].end)
        ):
            return n
        if (
            ambiguous
            and len(rest) in (3, 4)
            and rest[0] not in words.ORG_STARTS | {"hồ", "quan", "phương", "viên", "trang", "phó", "công"}
        ):
            return n
        if ambiguous and _has_cue(text, token.start, run[-1].end, length=len(rest), middle=following):
            return n
    return None


def _all_given(rest: list[str]) -> bool:
    """ "Minh Quân", "Kiều Anh Tuấn": syllables that are given names, two to four of them."""
    return (
        2 <= len(rest) <= 4
        and all(part in words.GIVEN_NAMES for part in rest[1:])
        and (rest[0] in words.GIVEN_NAMES or (rest[0] in words.AMBIGUOUS_SURNAMES and len(rest) > 2))
        and rest[0]
        not in (
            "thành",
            "tân",
            "đông",
            "nam",
            "trung",
            "việt",
            "thái",
            "hội",
            "thế",
            "đại",
            "trường",
            "hiệp",
            "đồng",
            "hai",
            "quốc",
            "long",
        )
    )


ALL_FOLDED = frozenset(words.fold(name) for name in words.SURNAMES | words.AMBIGUOUS_SURNAMES)


def _after_place(run: list[NameToken], n: int) -> bool:
    return " ".join(t.lower for t in run[:n]) in words.place_names()


def _person_cue(text: str, start: int, end: int) -> bool:
    """Address, age, verb or a word before that only a person takes."""
    before = text_before(text, start)
    if re.search(r"(?:ở|tại|từ|đến|về|qua|trên|vào|lên|xuống|sang|khu vực|phía)\s+$", before):
        return False
    return bool(
        addressed(text, start)
        or aged(text, end) is not None
        or words.SPOKEN_AFTER.match(text[end : end + 15].lower())
        or words.PERSON_BEFORE.search(before)
    )


def _has_cue(text: str, start: int, end: int, *, length: int, middle: str) -> bool:
    """What makes a person of a run with an ambiguous surname."""
    return (
        addressed(text, start)
        or aged(text, end) is not None
        or (length >= 3 and middle in words.MIDDLE_NAMES)
        or bool(length >= 3 and words.SPOKEN_AFTER.match(text[end : end + 15].lower()))
    )


def is_institution(text: str, start: int) -> bool:
    before = text_before(text, start)
    if not words.NO_PERSON_BEFORE.search(before):
        return False
    if re.search(
        r"(?<![^\W_])(?:xã|phường|huyện|tỉnh|ấp|xóm|thị trấn|tổ|khu|hội|đồn|trạm|phòng|làng|rừng|ga|bến|đài|quán|thôn|bản|báo)\s+$",
        before,
    ) and re.match(r"[^\W_]+ (?:Văn|Thị|A|Seo) ", text[start : start + 20]):
        return False
    return not re.search(
        r"(?:trưởng|bí thư|phó|đảng ủy viên) (?:thôn|bản|xóm|tổ|khu|khu phố|ấp|làng|phòng|trạm|đồn|đội)\s*$|(?<![^\W_])chủ [^\W_]+|(?:các|hai|ba|bốn|hộ|nhóm) người\s*$",
        before,
    )


def mention_at(text: str, start: int, end: int, rule: str) -> NameMention:
    return NameMention(start=start, end=end, text=text[start:end], rule=rule)
