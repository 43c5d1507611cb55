"""Staff's word over the machine's: a judgement with what staff corrected in the article. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from classifier.judging.judge import attention_of
from classifier.signals.harm_criticism import HIGH, MEDIUM
from db.judging.article_corrections import ArticleCorrection

PREFIX = "staff:"  # models of judgements that staff corrected
_RELEVANCE = {"core": 0.95, "mention": 0.2, "none": 0.02}
_SIGNALS = ("harm", "criticism", "check", "rebuttal")
_BENEATH = 0.01


def corrected(
    result: dict[str, Any], said: Sequence[ArticleCorrection], *, title: str = ""
) -> dict[str, Any]:
    """The judgement as staff want it; ``said``: the corrections that stand. The given judgement is left alone."""
    made = dict(result)
    for one in said:
        if one.aspect == "relevance":
            made["relevance"] = made["relevance"] | {"label": one.value, "score": _RELEVANCE[one.value]}
        elif one.aspect in _SIGNALS:
            made[one.aspect] = _signal(made[one.aspect], one.aspect, one.value, title)
        elif one.aspect == "place":
            made["relevance"] = made["relevance"] | {"places": _places(made["relevance"]["places"], one)}
        elif one.aspect == "topic":
            others = [topic for topic in made["topics"] if topic != one.value]
            made["topics"] = [*others, one.value] if one.says == "yes" else others
    made["is_rebuttal"] = made["rebuttal"]["band"] != "low"
    made["priority"] = _priority(result, made)
    return made


def _signal(signal: dict[str, Any], name: str, band: str, title: str) -> dict[str, Any]:
    low, high = MEDIUM[name], HIGH[name]
    inside = {"low": (0.0, low - _BENEATH), "medium": (low, high - _BENEATH), "high": (high, 1.0)}[band]
    score = min(max(signal["score"], inside[0]), inside[1])
    reasons = signal["reasons"]
    if band != "low":  # no band above low stands without a reason
        by_staff = {"rule": f"{name}: staff", "text": title, "start": 0, "end": len(title), "weight": 9.0}
        reasons = [by_staff, *reasons]
    return {"score": round(score, 4), "band": band, "reasons": reasons}


def _places(places: Sequence[dict[str, Any]], one: ArticleCorrection) -> list[dict[str, Any]]:
    others = [place for place in places if place["id"] != one.value]
    if one.says == "no":
        return others
    known = [place for place in places if place["id"] == one.value]
    added = {"id": one.value, "name": one.value, "as_written": "", "start": 0, "end": 0, "territory": None}
    return [*others, *(known or [added])]


def _priority(before: dict[str, Any], now: dict[str, Any]) -> float:
    """The priority moves as relevance and attention do; what copies keep of it stays."""

    def weight(result: dict[str, Any]) -> float:
        attention = attention_of(*(result[name]["score"] for name in ("harm", "criticism", "check")))
        return float(result["relevance"]["score"] * attention)

    was = weight(before)
    share = before["priority"] / was if was > 0 else 1.0
    return round(float(weight(now) * min(share, 1.0)), 5)
