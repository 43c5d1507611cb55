"""Inconsistencies inside one text, as reasons to check: headline against body, figures that disagree, old news told as new.

Each is a function of its own over the facts; none knows words of doubt. Weights are log-odds of needs-checking.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from classifier.facts.record import UNREAL, CountFact, Facts, HappeningFact, TimeFact
from classifier.places.relevance import RelevanceTerm
from classifier.signals.harm_criticism import MEDIUM, SignalScore, signal
from classifier.text.prepared_text import PreparedText
from db.core.time import HANOI

HEADLINE, FIGURES, OLD = 3.4, 2.8, 3.4  # set by hand (2026-11-29)
_FLOOR = 0.08  # above the medium band's beginning: each one alone asks for a check, whatever source is named
HEAD = 700  # code points: what follows is background and follow-up
_BEFALLEN = frozenset({"dead", "missing", "injured", "ill"})
# happenings that either were or were not: of weather and strife a text may deny a part
_EITHER_OR = frozenset({
    "flood", "landslide", "fire", "explosion", "traffic", "collapse", "drowning", "poisoning", "disease", "murder", "kidnapping",
    "death", "injury", "missing", "quake",
})  # fmt: skip
_REFUTING = re.compile(
    r"(?i)(?<!\w)(?:bác|bác bỏ|sự thật|thực hư|tin giả|tin đồn|đính chính|không|chưa|no|not|deny|denies|denied|fake|hoax|rumou?r|faux|dément|"
    r"truth)(?!\w)|谣|不实|否认|真相|并非|没有|未"
)
_FRESH = re.compile(
    r"(?i)(?<!\w)(?:vừa|vừa xong|mới đây|khẩn|khẩn cấp|nóng|hot|đang xảy ra|trực tiếp|breaking|just|urgent|live)(?!\w)|突发|刚刚|紧急"
)
_STALE = timedelta(days=45)  # a day of the happening so long before publication is no news of today
# words that explain two numbers: growth, parts of a whole, averages, another happening, a refuted number
_EXPLAINED = re.compile(
    r"(?i)(?<!\w)(?:mỗi|bình quân|trung bình|trong số|là sai|không đúng|không phải|đính chính|tin giả|bác|các ca|tỷ lệ|per|each|wrong|false|"
    r"correct(?:s|ed|ion)?|不实|谣言|每|tăng lên|lên tới|lên đến|lên|thêm|trước đó|ban đầu|lúc đầu|đến nay|tổng cộng|tổng số|nâng|trong đó|gồm|còn lại|"
    r"so với|cùng kỳ|năm ngoái|các vụ|hai vụ|rose|earlier|previously|initially|total|including|another|升至|此前|其中|另有|共)(?!\w)"
)
_TODAY = frozenset({"hôm nay", "sáng nay", "trưa nay", "chiều nay", "tối nay", "đêm nay", "rạng sáng nay", "vừa xong", "today",
                    "this morning", "tonight", "this afternoon", "aujourd'hui", "ce matin", "ce soir", "今天", "今晨", "今早", "今日"})  # fmt: skip


def found(reading: PreparedText, facts: Facts) -> list[RelevanceTerm]:
    """The inconsistencies of a text, in the order of the rules; each rests on the later of the two places that disagree."""
    return [
        *_headline_number(reading, facts),
        *_headline_polarity(reading, facts),
        *_figures(reading, facts),
        *_old(reading, facts),
    ]


def raised(check: SignalScore, rebuts: SignalScore, terms: Sequence[RelevanceTerm]) -> SignalScore:
    """Needs-checking with these inconsistencies among its reasons: at least medium, save where the item refutes."""
    if not terms:
        return check
    score = check.score
    if rebuts.band == "low":
        score = max(score, MEDIUM["check"] + _FLOOR)
    return signal("check", score, [*check.reasons, *terms])


def _term(rule: str, reading: PreparedText, start: int, end: int, weight: float) -> RelevanceTerm:
    return RelevanceTerm(rule=rule, text=reading.body[start:end], start=start, end=end, weight=weight)


def _befallen(facts: Facts, *, title: bool) -> Iterator[CountFact]:
    """Exact counts of victims of the happening told: remembered, feared and foreign ones left out."""
    unreal = [one for one in facts.happenings if one.modality in UNREAL]
    for one in facts.counts:
        if one.what not in _BEFALLEN or one.start >= HEAD or one.bound not in ("exact", "least"):
            continue
        if facts.sentences[one.sentence].title is not title:
            continue
        if one.number and any(
            happening.start < one.end and one.start < happening.end for happening in unreal
        ):
            continue
        yield one


def _headline_number(reading: PreparedText, facts: Facts) -> Iterator[RelevanceTerm]:
    """The headline counts victims that the body counts otherwise, and nothing says that the count grew."""
    body = list(_befallen(facts, title=False))
    for one in _befallen(facts, title=True):
        same = [other for other in body if other.what == one.what]
        if not same or any(_agree(one, other) for other in same):
            continue
        # a body that adds up ("2 người chết tại chỗ, 1 người chết ở bệnh viện") says the headline's number in parts
        if len(same) > 1 and _sums(one.number, [other.number for other in same]):
            continue
        if _EXPLAINED.search(reading.folded, 0, min(HEAD, len(reading.folded))):
            continue
        other = same[0]
        yield _term("check: headline and body differ", reading, other.start, other.end, HEADLINE)
        return


def _agree(one: CountFact, other: CountFact) -> bool:
    if one.number == other.number:
        return True
    low, high = sorted((one, other), key=lambda count: count.number)
    return low.bound == "least" and low.number > 0 and high.bound == "exact"


def _sums(whole: float, parts: Sequence[float]) -> bool:
    return sum(parts) == whole or any(sum(parts) - part == whole for part in parts)


def _headline_polarity(reading: PreparedText, facts: Facts) -> Iterator[RelevanceTerm]:
    """The headline asserts a happening that the body denies, drills or says was averted, every time it names it."""
    titles = [one for one in facts.happenings if facts.sentences[one.sentence].title]
    for one in titles:
        if one.sort not in _EITHER_OR or one.modality in UNREAL:
            continue
        body = [
            other
            for other in facts.happenings
            if other.sort == one.sort and other.start < HEAD and not facts.sentences[other.sentence].title
        ]
        if not body or not all(other.modality in ("denied", "drilled") for other in body):
            continue
        # a headline that says that somebody refutes is no contradiction
        if _denies_in_title(facts, titles) or _REFUTING.search(reading.title):
            return
        other = body[0]
        yield _term(
            "check: headline and body differ",
            reading,
            other.cue_start or other.start,
            max(other.end, other.cue_end),
            HEADLINE,
        )
        return


def _denies_in_title(facts: Facts, titles: Sequence[HappeningFact]) -> bool:
    return any(one.modality in ("denied", "asked", "drilled", "commemorated") for one in titles)


def _figures(reading: PreparedText, facts: Facts) -> Iterator[RelevanceTerm]:
    """The body counts the same victims twice with different results and says nothing of growth, parts or another happening."""
    told: dict[str, CountFact] = {}
    places = {one.id for one in facts.places if one.start < HEAD and one.level not in ("province", "country")}
    if len(places) > 2 or _EXPLAINED.search(reading.folded, 0, min(HEAD, len(reading.folded))):
        return
    for one in _befallen(facts, title=False):
        before = told.setdefault(one.what, one)
        if (
            before.number
            and one.number
            and not _agree(before, one)
            and before.sentence != one.sentence
            and before.text != one.text
        ) and _unit(before) == _unit(one):
            yield _term("check: figures disagree", reading, one.start, one.end, FIGURES)
            return


def _unit(one: CountFact) -> str:
    """Who is counted: "3 học sinh" and "5 công nhân" are no two counts of one thing."""
    words = [word for word in re.findall(r"\w+", one.text.lower()) if not word.isdigit()]
    known = (
        "học",
        "công",
        "trẻ",
        "phụ",
        "du",
        "hành",
        "cháu",
        "em",
        "giáo",
        "cán",
        "chiến",
        "nam",
        "nữ",
        "phụ",
    )
    return next((word for word in words if word in known), "")


def _old(reading: PreparedText, facts: Facts) -> Iterator[RelevanceTerm]:
    """A day long before publication in the words that say today, or a text of today about a happening of another year."""
    on = reading.item.date.astimezone(HANOI).date() if reading.item.date else None
    if on is None:
        return
    fresh = [one for one in facts.times if one.start < HEAD and one.text.lower() in _TODAY]
    for one in facts.times:
        if one.start >= HEAD or one.relative or not _stale(one, on):
            continue
        beside = [other for other in fresh if _adjacent(reading, other, one)]
        if beside:
            yield _term("check: an old day called today", reading, beside[0].start, one.end, OLD)
            return
    yield from _old_as_new(reading, facts, on)


def _old_as_new(reading: PreparedText, facts: Facts, on: date) -> Iterator[RelevanceTerm]:
    """A headline that calls fresh what the body dates long ago, with no other day beside it."""
    days = [one for one in facts.times if one.start < HEAD and one.first is not None]
    if not days or any(not _stale(one, on) for one in days):
        return
    fresh = _FRESH.search(reading.title or reading.folded[:60])
    if fresh is None:
        return
    for one in facts.happenings:
        if one.sort in _EITHER_OR and one.modality not in UNREAL and one.sentence == days[0].sentence:
            yield _term("check: an old day called today", reading, days[0].start, days[0].end, OLD)
            return


def _stale(one: TimeFact, on: date) -> bool:
    return one.last is not None and one.first is not None and one.first == one.last and on - one.last > _STALE


def _adjacent(reading: PreparedText, fresh: TimeFact, day: TimeFact) -> bool:
    """ "Sáng nay 10/9/2024": nothing but marks and "ngày" between them."""
    return 0 <= day.start - fresh.end <= 10 and not re.search(r"[.!?\n]", reading.body[fresh.end : day.start])
