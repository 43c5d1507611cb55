"""News after closing: what the later articles of a decided event tell that the earlier ones did not. Pure.

Both sides are read from the judgements that stand now, so a new model alone is no news. ``ReturnRules`` says which kinds of
news bring a closed case back; staff set them (settings ``returns.*``).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from classifier.events.vectors import roundup_parts
from classifier.facts.record import UNREAL
from db.judging.events import Member

Reason = Literal["death", "new_harm", "criticism", "refutation", "higher_band", "outlets"]

HEAD = 600  # code points after the title: what follows is background and other happenings
_BANDS = ("low", "medium", "high")
_SIGNALS = ("harm", "criticism", "check")
# Families of what harms; a visit or a festival among the facts is no harm of a new kind.
_HARMFUL = frozenset({
    "flood", "landslide", "storm", "hail", "fire", "explosion", "traffic", "drowning", "collapse", "poisoning", "disease",
    "murder", "assault", "theft", "fraud", "drugs", "gambling", "smuggling", "kidnapping", "quake", "pollution", "abuse", "suicide",
    "corruption", "injury", "missing", "illness", "trapped",
})  # fmt: skip
# What people call by one another's name is one kind of harm.
_KIND = {"flood": "weather", "landslide": "weather", "storm": "weather", "hail": "weather", "explosion": "fire", "illness": "poisoning",
         "disease": "poisoning", "assault": "murder"}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnRules:
    """Which news bring a closed case back; ``outlets``: how many further outlets do, 0 for never."""

    death: bool = True
    new_harm: bool = True
    criticism: bool = True
    refutation: bool = True
    higher_band: bool = True
    outlets: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsItem:
    """One thing that is new, and the article that tells it; ``before`` and ``now`` in the reason's own terms (number of dead,
    band, number of outlets), ``text`` the words it rests on."""

    reason: Reason
    article: int
    outlet: str
    before: str
    now: str
    text: str

    def as_data(self) -> dict[str, Any]:
        """For the store and the screens."""
        return {
            "reason": self.reason, "article": self.article, "outlet": self.outlet, "before": self.before, "now": self.now,
            "text": self.text,
        }  # fmt: skip


def news(
    members: Sequence[Member],
    closed_at: datetime,
    rules: ReturnRules,
    *,
    fresh: AbstractSet[int] = frozenset(),
) -> list[NewsItem]:
    """What is told since ``closed_at`` (or by the articles ``fresh``), the gravest first; empty where nothing that the rules
    name is new."""
    speaking = [
        one for one in members if one.result is not None and one.result["relevance"]["label"] != "none"
    ]
    late = [
        one
        for one in speaking
        if one.article_id in fresh or (one.came_at is not None and one.came_at > closed_at)
    ]
    early = [one for one in speaking if one not in late]
    if not late:
        return []
    told = [one for one in late if not roundup_parts(one.title)]
    found = (
        *(_death(early, told) if rules.death else ()),
        *(_new_harm(early, told) if rules.new_harm else ()),
        *(_criticism(early, told) if rules.criticism else ()),
        *(_refutation(early, told) if rules.refutation else ()),
        *(_higher_band(early, told) if rules.higher_band else ()),
        *(_outlets(early, late, rules.outlets) if rules.outlets else ()),
    )
    return list(found)


def _death(early: Sequence[Member], late: Sequence[Member]) -> Iterator[NewsItem]:
    before = max((number for one in early for number, _ in _dead(one)), default=0.0)
    most = max(
        ((number, one, words) for one in late for number, words in _dead(one)),
        key=lambda f: f[0],
        default=None,
    )
    if most is not None and most[0] > before:
        yield _item("death", most[1], f"{before:g}", f"{most[0]:g}", most[2])


def _new_harm(early: Sequence[Member], late: Sequence[Member]) -> Iterator[NewsItem]:
    known = {kind for one in early for kind, _ in _harms(one)}
    for one in late:
        for kind, words in _harms(one):
            if kind not in known:
                known.add(kind)
                yield _item("new_harm", one, "", kind, words)


def _criticism(early: Sequence[Member], late: Sequence[Member]) -> Iterator[NewsItem]:
    if any(_band(one, "criticism") for one in early if not _rebuts(one)):
        return
    for one in late:
        if _band(one, "criticism") and not _rebuts(one):
            yield _item(
                "criticism", one, _BANDS[0], _BANDS[_band(one, "criticism")], _words(one, "criticism")
            )
            return


def _refutation(early: Sequence[Member], late: Sequence[Member]) -> Iterator[NewsItem]:
    if any(_rebuts(one) for one in early):
        return
    for one in late:
        if _rebuts(one):
            yield _item("refutation", one, "", "", _words(one, "rebuttal"))
            return


def _higher_band(early: Sequence[Member], late: Sequence[Member]) -> Iterator[NewsItem]:
    for signal in _SIGNALS:
        before = max((_band(one, signal) for one in early if not _rebuts(one)), default=0)
        # a complaint that is new is told as criticism already
        if signal == "criticism" and not before:
            continue
        for one in late:
            if not _rebuts(one) and _band(one, signal) > before:
                yield _item(
                    "higher_band",
                    one,
                    f"{signal}:{_BANDS[before]}",
                    f"{signal}:{_BANDS[_band(one, signal)]}",
                    _words(one, signal),
                )
                break


def _outlets(early: Sequence[Member], late: Sequence[Member], least: int) -> Iterator[NewsItem]:
    known = {one.source for one in early if one.copy_of is None}
    fresh = {one.source: one for one in late if one.copy_of is None and one.source not in known}
    if len(fresh) >= least:
        last = list(fresh.values())[-1]
        yield _item("outlets", last, str(len(known)), str(len(known) + len(fresh)), last.title)


def _rebuts(one: Member) -> bool:
    return bool(one.result and one.result["is_rebuttal"])


def _band(one: Member, signal: str) -> int:
    return _BANDS.index(one.result[signal]["band"]) if one.result else 0


def _words(one: Member, signal: str) -> str:
    reasons = one.result[signal]["reasons"] if one.result else []
    return next((str(reason["text"]) for reason in reasons if reason["weight"] > 0), one.title)


def _facts(one: Member, kind: str) -> list[dict[str, Any]]:
    end = len(unicodedata.normalize("NFC", one.title)) + 1 + HEAD
    facts = one.result.get("facts", []) if one.result else []  # judgements of before 0.4 hold none
    return [fact for fact in facts if fact["kind"] == kind and fact["start"] < end]


def _dead(one: Member) -> Iterator[tuple[float, str]]:
    """The numbers of dead that the article states of now: denied, remembered and feared deaths left out."""
    unreal = [fact for fact in _facts(one, "happening") if fact["modality"] in UNREAL]
    counted = False
    for fact in _facts(one, "count"):
        if fact["value"] and fact["what"] == "dead" and not _overlaps(fact, unreal):
            counted = True
            yield float(fact["value"]), fact["text"]
    if not counted:
        for fact in _facts(one, "happening"):
            if fact["value"] == "death" and fact["modality"] not in UNREAL and _band(one, "harm"):
                yield 1.0, fact["text"]
                return


def _overlaps(fact: dict[str, Any], others: Sequence[dict[str, Any]]) -> bool:
    return any(fact["start"] < other["end"] and other["start"] < fact["end"] for other in others)


def _harms(one: Member) -> Iterator[tuple[str, str]]:
    if not _band(one, "harm") or _rebuts(one):
        return
    for fact in _facts(one, "happening"):
        if fact["value"] in _HARMFUL and fact["modality"] not in UNREAL | {"alleged"}:
            yield _KIND.get(fact["value"], fact["value"]), fact["text"]


def _item(reason: Reason, one: Member, before: str, now: str, words: str) -> NewsItem:
    return NewsItem(
        reason=reason, article=one.article_id, outlet=one.source, before=before, now=now, text=words[:200]
    )
