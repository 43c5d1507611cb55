"""What is left after trials as a table: for the screen, the command line and an export."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from db.press.source_probes import SourceTrial
from db.press.trial_advice import advice

COLUMNS = ("name", "title", "home", "tier", "locality", "tried", "why", "do", "detail", "moved_to")


def table(trials: Iterable[SourceTrial], *, language: Literal["vi", "en"]) -> list[dict[str, str]]:
    """One row a source: why it is not read and what to do, in ``language``; ``detail``: the crawler's own sentence."""
    return [_row(one, language) for one in trials]


def _row(one: SourceTrial, language: str) -> dict[str, str]:
    told = advice(one.code)
    return {
        "name": one.name,
        "title": one.title,
        "home": one.home,
        "tier": one.tier or "",
        "locality": one.locality or "",
        "tried": f"{one.answered_at:%Y-%m-%d %H:%M}" if one.answered_at else "",
        "why": told.why_en if language == "en" else told.why,
        "do": told.do_en if language == "en" else told.do,
        "detail": detail(one),
        "moved_to": str((one.result or {}).get("moved_to") or ""),
    }


def detail(one: SourceTrial) -> str:
    """The crawler's sentence about the first thing that went wrong."""
    result = one.result or {}
    rows = [*result.get("lists", ()), *result.get("articles", ())]
    return str(result.get("why") or next((row["why"] for row in rows if row.get("why")), ""))
