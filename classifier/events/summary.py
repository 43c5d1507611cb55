"""What queue and digests read of an event, from its articles and their judgements: pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from classifier.events import discrepancies, event_level_cues
from classifier.events.vectors import roundup_parts
from db.judging.events import Member, Summary

BANDS = ("low", "medium", "high")
_RELEVANCE = ("none", "mention", "core")
_SIGNALS = ("harm", "criticism", "check")
MOST_REASONS = 12
_COUNTED = 700  # code points in which an article counts the victims of this happening
MOST_COMPARED = 40  # articles whose figures are held against each other


def summary(members: Sequence[Member]) -> Summary:
    """The columns of an event; ``members`` is not empty and stands in order of publication.

    An article that rebuts raises no flag: it is there to be matched with the claim it rebuts. Copies are the voice of
    their first publisher and count as no outlet.
    """
    first = members[0]
    judged = [(member, member.result) for member in members if member.result is not None]
    relevance = best(_RELEVANCE, (result["relevance"]["label"] for _, result in judged))
    speaking = [(member, result) for member, result in judged if not result["is_rebuttal"]]
    voices = [member for member in members if member.copy_of is None] or [first]
    found = discrepancies.between(
        [
            discrepancies.EventText(
                article_id=member.article_id, source=member.source, at=member.at,
                body=unicodedata.normalize("NFC", f"{member.title}\n{member.head}"), counts=_counts(member),
            )
            for member in voices[-MOST_COMPARED:]
            if not roundup_parts(member.title)
        ]
    )  # fmt: skip
    reasons = [reason for member, result in speaking for reason in _reasons(member, result)]
    reasons += [
        {
            "signal": "check", "rule": f"difference.{difference.kind}", "text": difference.sentence,
            "article": difference.values[0].tellings[0].article_id, "start": difference.values[0].tellings[0].start,
            "end": difference.values[0].tellings[0].end, "weight": difference.weight,
        }
        for difference in found
    ]  # fmt: skip
    bands = {signal: best(BANDS, (result[signal]["band"] for _, result in speaking)) for signal in _SIGNALS}
    if any(difference.matters for difference in found):
        bands["check"] = best(BANDS, (bands["check"], "medium"))
    beside = event_level_cues.reasons(members, doubtful=bands["check"] != "low")
    if any(reason["weight"] >= event_level_cues.MATTERS for reason in beside):
        bands["check"] = best(BANDS, (bands["check"], "medium"))
    reasons += beside
    reasons.sort(key=lambda reason: -float(reason["weight"]))
    concerned = relevance != "none"
    return Summary(
        title=_headline(members),
        started_at=first.at,
        last_at=members[-1].at,
        first_article_id=first.article_id,
        articles=len(members),
        outlets=len({member.source for member in voices}),
        languages=_distinct(member.language for member in members),
        scopes=_distinct(member.scope for member in members),
        source_names=_distinct(member.source for member in members),
        places=_distinct(place["id"] for _, result in judged for place in result["relevance"]["places"]),
        territories=_distinct(territory for member in members for territory in member.territories),
        topics=_distinct(topic for _, result in judged for topic in result["topics"]),
        relevance=relevance,
        harm_band=bands["harm"],
        criticism_band=bands["criticism"],
        check_band=bands["check"],
        is_rebuttal=any(result["is_rebuttal"] for _, result in judged),
        priority=max((float(result["priority"]) for _, result in judged), default=0.0),
        reasons=reasons[:MOST_REASONS] if concerned else [],
        differences=[difference.as_data() for difference in found],
        flagged=concerned and any(bands[signal] != "low" for signal in _SIGNALS),
    )


def _counts(member: Member) -> tuple[tuple[str, float, int, int], ...]:
    """The exact counts that the head of an article states, as the fact layer read them."""
    facts = member.result.get("facts", []) if member.result else []  # judgements of before 0.4 hold none
    return tuple(
        (fact["what"], float(fact["value"]), fact["start"], fact["end"])
        for fact in facts
        if fact["kind"] == "count" and fact["bound"] == "exact" and fact["start"] < _COUNTED
    )


def best(order: Sequence[str], found: Iterable[str]) -> str:
    """The one that stands last in ``order``, its first where there is none."""
    return order[max((order.index(one) for one in found), default=0)]


def _reasons(member: Member, result: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "signal": signal, "rule": reason["rule"], "text": reason["text"], "article": member.article_id,
            "start": reason["start"], "end": reason["end"], "weight": reason["weight"],
        }
        for signal in _SIGNALS
        if result[signal]["band"] != "low"
        for reason in result[signal]["reasons"]
        if reason["weight"] > 0
    ]  # fmt: skip


def _headline(members: Sequence[Member]) -> str:
    """The title of the weightiest telling: about the province, in Vietnamese, of the gravest matter; of equals the first."""

    def rank(member: Member) -> tuple[bool, bool, int, bool, bool, int, float]:
        judged = member.result
        label = judged["relevance"]["label"] if judged else "none"
        return (
            bool(roundup_parts(member.title)),
            member.copy_of is not None,
            -_RELEVANCE.index(label),
            member.language != "vi",
            bool(judged and judged["is_rebuttal"]),
            -BANDS.index(judged["harm"]["band"]) if judged else 0,
            -round(float(judged["priority"]), 1) if judged else 0.0,
        )

    return min(members, key=rank).title  # min keeps the earliest of equals


def _distinct(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(value for value in values if value))
