"""How does an article stand to a claim, and did a later version of it take the claim back? Proposed, settled by people.

The sentence nearest to the claim is looked for with the weighted words of ``db.core.claim_words``. An article that was read as a
refutation refutes; one whose sentence gives another figure of the same thing differs; otherwise the event's first article
asserts and the others repeat. Without a near sentence: unrelated.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from db.core import claim_words
from db.core.sentences import spans

Relation = Literal["asserts", "repeats", "refutes", "differs", "unrelated"]
SENTENCES = 80  # of an article are looked at
# words with which an outlet says that it was wrong
_TAKEN_BACK = re.compile(
    r"đính chính|cải chính|xin lỗi|thông tin lại|nói lại cho rõ|không chính xác|gỡ bỏ thông tin|correction|corrected|apolog",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedRelation:
    """A proposed relation with the sentence it rests on; offsets in code points of NFC(title) + "\\n" + NFC(body)."""

    relation: Relation
    quote: str | None
    start: int | None
    end: int | None


def told(title: str, body: str) -> str:
    """The text that offsets count in."""
    return f"{unicodedata.normalize('NFC', title)}\n{unicodedata.normalize('NFC', body)}"


def nearest(claim: str, text: str) -> tuple[float, int, int]:
    """Likeness (0..1) and place of the sentence of ``text`` that is nearest to ``claim``; (0, 0, 0) for none."""
    told = claim_words.features_of(claim)
    best = (0.0, 0, 0)
    for start, end in spans(text)[:SENTENCES]:
        score = claim_words.likeness(told, claim_words.features_of(text[start:end]))
        if score > best[0]:
            best = (round(score, 3), start, end)
    return best


_NUMBERS = {
    "một": 1,
    "hai": 2,
    "ba": 3,
    "bốn": 4,
    "năm": 5,
    "sáu": 6,
    "bảy": 7,
    "tám": 8,
    "chín": 9,
    "mười": 10,
}
_FIGURE = re.compile(
    r"(?<![\w.,/:-])(\d{1,3}(?:[. ]\d{3})+|\d+|"
    + "|".join(_NUMBERS)
    + r")(?![\d/:%-])((?:\s+[^\W\d_]+){1,3})",
    re.IGNORECASE,
)
# times are no quantities of what happened
_OF_TIME = {"ngày", "tháng", "năm", "giờ", "phút", "giây", "tuần", "h", "g"}
# different words for the same thing, so that figures of it meet
_SAME = (
    (re.compile(r"tử vong|thiệt mạng|tử nạn|bị chết|đã chết"), "chết"),
    (re.compile(r"\b(nạn nhân|người dân|hành khách|cháu bé|em nhỏ)\b"), "người"),
)
_WHAT = 2  # syllables name what is counted: "người chết", "ngôi nhà"


def quantities(text: str) -> dict[str, set[int]]:
    """What is counted -> the figures given for it: ``{"người chết": {2}, "người mất": {4}}``. Years, times and dates fall
    out; a figure of one syllable ("4 mất tích" after "2 người chết") is counted in the thing named before it."""
    text = text.lower()
    for pattern, word in _SAME:
        text = pattern.sub(word, text)
    found: dict[str, set[int]] = {}
    thing = ""
    for match in _FIGURE.finditer(text):
        words = match[2].split()
        if words[0] in _OF_TIME:
            continue
        if thing and words[0] in ("chết", "mất", "bị"):
            words = [thing, *words]
        number = _NUMBERS.get(match[1]) or int(re.sub(r"\D", "", match[1]))
        found.setdefault(" ".join(words[:_WHAT]), set()).add(number)
        thing = words[0]
    return found


def contradicts(claim: str, sentence: str) -> bool:
    """Whether the sentence counts something that the claim counts too and gives no figure in common with it."""
    here, there = quantities(claim), quantities(sentence)
    return any(not here[what] & there[what] for what in here.keys() & there.keys())


def propose(claim: str, *, title: str, body: str, is_rebuttal: bool, is_first: bool) -> ProposedRelation:
    """How the article stands to ``claim``."""
    text = told(title, body)
    score, start, end = nearest(claim, text)
    if score < claim_words.ALIKE:
        return ProposedRelation(relation="unrelated", quote=None, start=None, end=None)
    relation: Relation = (
        "refutes"
        if is_rebuttal
        else "differs"
        if contradicts(claim, text[start:end])
        else "asserts"
        if is_first
        else "repeats"
    )
    return ProposedRelation(relation=relation, quote=text[start:end][:500], start=start, end=end)


def outcome(
    claim: str, *, old: tuple[str, str], new: tuple[str, str]
) -> Literal["corrected", "partly"] | None:
    """What a later version (title, body) of an article made of ``claim``: it no longer says it (``corrected``), it still
    does beside words of correction (``partly``), or nothing that concerns the claim changed (None)."""
    before, after = told(*old), told(*new)
    if nearest(claim, before)[0] < claim_words.ALIKE:
        return None
    score, start, end = nearest(claim, after)
    speaks = bool(_TAKEN_BACK.search(after)) and not _TAKEN_BACK.search(before)
    if score < claim_words.ALIKE:
        return "corrected"
    if speaks:
        # the words of correction may stand in the very sentence that names the claim
        return "corrected" if _TAKEN_BACK.search(after[start:end]) else "partly"
    return None
