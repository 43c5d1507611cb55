"""Named-entity rules for persons in Vietnamese text: where a name stands, and whether its bearer speaks or acts in an office.

A mention is a slice of an NFC text. Rules are tried in the order of ``MENTION_RULES``; the office is looked for before and
after the name in the same sentence. Without an office beside it a name is a private person's. Source: own rules, measured on
sentences written for it (tests/review_ui/pure/test_initials_measured.py).
"""

from __future__ import annotations

import re
from dataclasses import replace

from review_ui.privacy import name_words as words
from review_ui.privacy.name_context import NameMention, aged, text_before, tokens
from review_ui.privacy.name_rules import MENTION_RULES

_TITLE_END = re.compile(
    r"(?:(?:^|[,:–—-]\s*|\s)(?:ông|bà|anh|chị|đồng chí|đ/c|ts|ths|gs|pgs|bs|cn|ks|bác sĩ|bsckii|bscki|tiến sĩ|thạc sĩ|giáo sư|luật sư|nhà giáo|kỹ sư|cụ|phó giáo sư)\.?[ ]*)+$"
)


def mentions(text: str) -> list[NameMention]:
    """Every name of a person in ``text`` (NFC), in order, none overlapping, each private or public."""
    found = tokens(text)
    candidates = [mention for rule in MENTION_RULES for mention in rule(text, found)]
    candidates.sort(key=lambda m: (m.start, -(m.end - m.start)))
    chosen: list[NameMention] = []
    for mention in candidates:
        if not chosen or mention.start >= chosen[-1].end:
            chosen.append(mention)
    decided = _same_person(_offices(text, chosen))
    return [m for m in decided if m.public or m.rule != "office"]


def _offices(text: str, chosen: list[NameMention]) -> list[NameMention]:
    decided: list[NameMention] = []
    for mention in chosen:
        before = decided[-1] if decided else None
        public = not _minor(text, mention) and (
            _office_before(text, mention, before) or _office_after(text, mention)
        )
        if public and words.ACCUSED.search(text.lower()) and _of_company(text, mention):
            public = False
        decided.append(replace(mention, public=public))
    return decided


def _minor(text: str, mention: NameMention) -> bool:
    age = aged(text, mention.end)
    return (age is not None and age < 18) or bool(words.MINOR_BEFORE.search(text_before(text, mention.start)))


def _of_company(text: str, mention: NameMention) -> bool:
    """The head of a firm holds no public office: "Giám đốc Công ty TNHH …"."""
    before = _SENTENCE.split(text[max(0, mention.start - 80) : mention.start])[-1].lower()
    after = _SENTENCE.split(text[mention.end : mention.end + 60])[0].lower()
    firm = r"(?:giám đốc|chủ tịch|trưởng|đại diện|phụ trách|chủ nhiệm)[^,;]{0,40}(?:công ty|doanh nghiệp|tnhh|htx|hợp tác xã|tập đoàn|hđqt|hội đồng quản trị)"
    return bool(re.search(firm + r"[^;]*$", before) or re.match(r"\s*[(,–-][^,;]{0,25}" + firm, after))


_SENTENCE = re.compile(r"[!?…;\n]|(?<![Tt][PpXxTtSs])(?<![A-Z]\.[A-Z])(?<!đ/c)\.(?=\s+[A-ZĐÀ-Ỹ“])")


def _office_before(text: str, mention: NameMention, earlier: NameMention | None) -> bool:
    """ "Chủ tịch UBND xã Bản Mẫu, ông Nguyễn Văn A": an office, its body, and the name."""
    begin = max(0, mention.start - 130)
    if earlier is not None and earlier.end > begin:
        between = text[earlier.end : mention.start].lower()
        if earlier.public and re.fullmatch(
            r"(?: \([^()]*\))?(?:,| và|;|:| -| –| cùng) (?:(?:ông|bà|đồng chí|anh|chị) )?", between
        ):
            shared = text[max(0, earlier.start - 130) : earlier.start].lower()
            if re.search(r"\b(?:các|hai|ba|bốn) |đồng chí", shared):
                return True
        begin = earlier.end
    window = text[begin : mention.start]
    lowered = _SENTENCE.split(window.replace("\u00a0", " "))[-1].lower()
    found = list(words.OFFICE.finditer(lowered))
    if not found:
        return False
    last, first = found[-1], found[0]
    between = words.BODIES.sub(" ", _TITLE_END.sub("", lowered[last.end() :]))
    if words.ELSEWHERE.search(between) or re.search(r"[”\"]", between):
        return False
    if re.search(r"(?<![^\W_])(?:anh|chị|ông|bà|cụ)(?![^\W_])", between) or len(between) > 110:
        return False
    lead = lowered[: first.start()]
    comma = "," in lowered[last.end() :] or " là " in lowered[last.end() :]
    former = words.FORMER.search(lead) or words.FORMER.search(lowered[: last.start()])
    return not former and not (comma and words.KIN.search(lead))


def _office_after(text: str, mention: NameMention) -> bool:
    """ "Nguyễn Văn A (52 tuổi), Chủ tịch UBND xã": the office directly after the name."""
    after = text[mention.end : mention.end + 110].lower().replace("\u00a0", " ")
    after = re.split(r"[!?…;\n]|\.(?=\s)", after)[0]
    after = re.sub(r"^\s*(?:\(|, )\s*(?:sn|sinh năm|sinh)?\s*\d{1,4}(?: tuổi)?\s*\)?", ", ", after)
    opened = re.match(
        r"[\s,]*(?:[,(–—:-]|là|hiện là|giữ chức vụ|giữ chức|được bầu làm|được bầu giữ chức|được bầu|được bổ nhiệm làm|được bổ nhiệm giữ chức|được bổ nhiệm|nhậm chức|trúng cử|tái đắc cử|đảm nhiệm|đang là|làm)\s*(?:là |hiện là |hiện |đang là |đang giữ chức |giữ chức vụ |giữ chức |quyền |tân |đồng chí |phó |kiêm |người |làm |vừa được bổ nhiệm |được bổ nhiệm |được bầu |được bầu làm )*",
        after,
    )
    if not opened:
        return False
    rest = after[opened.end() :]
    if re.match(
        r"(?:nguyên|cựu|từng|vợ|chồng|con|em|cháu|mẹ|bố|cha|người nhà|anh trai|nạn nhân|lái xe)(?![^\W_])",
        rest,
    ):
        return False
    if re.match(r"\s*[(–-]", after) and re.match(
        r"(?:sở|ubnd|bộ|cục|chi cục|ban|văn phòng|công an|tỉnh ủy|đảng ủy|hđnd|mttq|viện kiểm sát|tòa án|đồn|hạt)(?![^\W_])",
        rest,
    ):
        return True
    office = words.OFFICE.search(rest[:34])
    if office is None:
        return False
    lead = rest[: office.start()]
    return not re.search(
        r",|(?<![^\W_])(?:bị|đã|được|cùng|và|với|do|tố|kể|nói|gặp|của|trú|cho|mong|là)(?![^\W_])", lead
    )


def _same_person(decided: list[NameMention]) -> list[NameMention]:
    """One person, one treatment: who is named with an office once stays named; "ông Hùng" is the Hùng of before."""
    full = {m.key: m for m in reversed(decided) if m.public and " " in m.key}
    private = {m.given for m in decided if not m.public and " " in m.key and m.key not in full}
    given = {m.given for m in full.values()} - private
    return [
        replace(m, public=True) if m.key in full or (" " not in m.key and m.key in given) else m
        for m in decided
    ]
