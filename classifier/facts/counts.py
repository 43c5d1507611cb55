"""Counts: a number with what it counts, by its unit and the outcome that is said of it (dead, injured, missing ...)."""

from __future__ import annotations

import re
from bisect import bisect_left

from classifier.facts.numbers import NumberSpan
from classifier.facts.phrases import PhraseHit
from classifier.facts.record import CountFact, TimeFact
from classifier.facts.sentences import SentenceLookup
from classifier.text.prepared_text import PreparedText

_REACH, _REACH_EASTERN = 48, 9  # code points from a number of persons to what befell them
_UNIT, _UNIT_EASTERN = 14, 1  # and to its unit: a classifier or an adjective may stand between
_BACK, _BACK_EASTERN = 26, 6  # and from the outcome to the number after it ("làm chết 3 người")
_STOP = re.compile(r"[.!?;:\n。！？；]")
_CLAUSE = re.compile(r"[.!?;:,\n。！？；，、]| và | and | et |(?<=\w) nhưng ")
_SCALES = {"nghìn": 1e3, "ngàn": 1e3, "k": 1e3, "triệu": 1e6, "tr": 1e6, "million": 1e6, "millions": 1e6, "tỷ": 1e9,
           "tỉ": 1e9, "billion": 1e9, "milliards": 1e9, "万元": 1e4, "亿元": 1e8}  # fmt: skip
_PERSONS = frozenset({"persons"})
_NO_OUTCOME = frozenset({"houses", "households", "hectares", "vehicles", "animals", "money", "millimetres", "metres",
                         "percent", "years", "days", "tonnes", "level", "degrees", "cubic"})  # fmt: skip
_NEVER_ALONE = frozenset({"không", "một", "năm", "tư", "ba", "un", "une", "one", "nam", "mot", "一"})
# "SN 1980", "lớp 7", "số 3", "khóa 14": numbers that name and do not count
_NAMING = re.compile(
    r"(?:\bSN|sinh năm|lớp|số|khóa|quốc lộ|QL|tổ|khu|km|điều|thứ|hạng|quý|tháng|ngày|năm|route|no\.?|第)\s?$",
    re.IGNORECASE,
)


def find(
    reading: PreparedText,
    numbers: list[NumberSpan],
    hits: list[PhraseHit],
    times: list[TimeFact],
    sentence: SentenceLookup,
) -> list[CountFact]:
    """The counts of a text; ``numbers``, ``hits`` and ``times`` as found in it: a number of a date counts nothing."""
    eastern = reading.language.code == "zh"
    units = [hit for hit in hits if hit.role == "unit"]
    outcomes = [hit for hit in hits if hit.role == "outcome"]
    bounds = {hit.end: hit.value for hit in hits if hit.role == "bound"}
    unit_starts, outcome_starts = [hit.start for hit in units], [hit.start for hit in outcomes]
    folded, body = reading.folded, reading.body
    found: list[CountFact] = [_nobody(body, hit, sentence) for hit in hits if hit.role == "nobody"]
    covered = [*((one.start, one.end) for one in found), *((one.start, one.end) for one in times)]
    numbers = [one for one in numbers if not any(start <= one.start < end for start, end in covered)]
    for place, number in enumerate(numbers):
        if _NAMING.search(folded, max(0, number.start - 12), number.start):
            continue
        following = numbers[place + 1].start if place + 1 < len(numbers) else len(folded)
        unit = _unit_after(folded, number, units, unit_starts, following, eastern)
        outcome = _outcome_of(folded, number, unit, outcomes, outcome_starts, following, eastern)
        what = _what(unit, outcome)
        if what is None or (
            not number.digits and unit is None and body[number.start : number.end].lower() in _NEVER_ALONE
        ):
            continue
        end = max(number.end, unit.end if unit else 0)
        if outcome is not None and outcome.end > end:
            end = outcome.end
        start = min(number.start, outcome.start) if outcome is not None else number.start
        found.append(
            CountFact(
                start=start, end=end, text=body[start:end], what=what,
                number=number.value * _scale(body, unit) if what == "money" else number.value,
                bound=_bound(folded, number, bounds), sentence=sentence(start),
            )
        )  # fmt: skip
    return sorted(found, key=lambda one: one.start)


def _nobody(body: str, hit: PhraseHit, sentence: SentenceLookup) -> CountFact:
    return CountFact(
        start=hit.start, end=hit.end, text=body[hit.start : hit.end], what=hit.value, number=0.0,
        sentence=sentence(hit.start),
    )  # fmt: skip


def _unit_after(
    folded: str, number: NumberSpan, units: list[PhraseHit], starts: list[int], following: int, eastern: bool
) -> PhraseHit | None:
    at = bisect_left(starts, number.end)
    if at == len(units):
        return None
    unit = units[at]
    reach = _UNIT_EASTERN if eastern else _UNIT
    if unit.start - number.end > reach or unit.start >= following:
        return None
    between = folded[number.end : unit.start]
    return None if _CLAUSE.search(between) or ("(" in between) else unit


def _outcome_of(
    folded: str, number: NumberSpan, unit: PhraseHit | None, outcomes: list[PhraseHit], starts: list[int],
    following: int, eastern: bool,
) -> PhraseHit | None:  # fmt: skip
    if unit is not None and unit.value in _NO_OUTCOME:
        return None
    end = unit.end if unit is not None else number.end
    at = bisect_left(starts, end)
    if at < len(outcomes):
        ahead = outcomes[at]
        reach = _REACH_EASTERN if eastern else _REACH if unit is not None else 12
        if (
            ahead.start - end <= reach
            and ahead.start < following
            and not _CLAUSE.search(folded, end, ahead.start)
        ):
            return ahead
    back = _BACK_EASTERN if eastern else _BACK
    if at:
        behind = (
            outcomes[bisect_left(starts, number.start) - 1] if bisect_left(starts, number.start) else None
        )
        if (
            behind is not None
            and 0 <= number.start - behind.end <= back
            and not _STOP.search(folded[behind.end : number.start].replace(":", ""))
        ):
            return behind
    return None


def _what(unit: PhraseHit | None, outcome: PhraseHit | None) -> str | None:
    if outcome is not None:
        return outcome.value
    return None if unit is None else unit.value


def _scale(body: str, unit: PhraseHit | None) -> float:
    if unit is None:
        return 1.0
    return next(
        (scale for word, scale in _SCALES.items() if body[unit.start : unit.end].lower().startswith(word)),
        1.0,
    )


def _bound(folded: str, number: NumberSpan, bounds: dict[int, str]) -> str:
    return bounds.get(number.start - 1, "exact")
