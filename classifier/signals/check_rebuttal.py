"""Needs-checking and refutation, by rules alone: what in the text makes a claim unsure, and whether the item rebuts one.

Neither knows the outlet, the stance, harm or criticism. An item that rebuts is not the thing rebutted: refutation only
ever lowers needs-checking, and the words of refutation ("tin giả") are no reason to check. Reasons that lie outside the
item (outlets of one event differ, nobody confirms, a verified-false claim is near, the public reports it) are handed in.
"""

import math
from collections.abc import Sequence

from classifier.places.relevance import RelevanceTerm
from classifier.signals.harm_criticism import HIGH, MEDIUM, SignalScore, signal
from classifier.signals.model import probability
from classifier.text.lexicon import TermHit
from classifier.text.prepared_text import PreparedText

LEAD = 350  # code points after the title that count as the lead
# Log-odds by kind of term, for title, lead and body; set by hand from reading 135 items that speak of rumours or
# corrections (2026-11-21). The second and third term of a kind count half and a quarter.
_REBUTTAL_BASE = -3.2
_REBUTTAL = {
    "denial": (3.4, 2.9, 0.8),
    "handled": (2.6, 2.3, 0.6),
    "word": (1.2, 0.8, 0.3),
    "posted": (0.6, 0.5, 0.1),  # somebody was fined for a post: that it was false must be said besides
    "policy": (-2.2, -1.4, -0.2),
}
_CHECK_BASE = -3.3
_CHECK = {
    "rumour": (2.9, 1.8, 0.5),
    "unnamed": (2.0, 1.6, 0.7),
    "social": (1.2, 1.1, 0.3),
    "hedge": (0.9, 0.6, 0.2),
    "confirmed": (-0.8, -0.9, -0.3),
}
_QUESTION = 0.7  # a title that asks, where the text already shows doubt
_LOWERED = 5.0  # how much a sure refutation takes from needs-checking, on the log-odds
_CEILING = HIGH["check"] - 0.05  # a refutation never lands in the high band


def rebuttal(reading: PreparedText, hits: Sequence[TermHit]) -> SignalScore:
    """Whether the item itself refutes a claim."""
    odds, reasons = _sum(reading, hits, "rebuttal", _REBUTTAL)
    return signal("rebuttal", probability(_REBUTTAL_BASE + odds), reasons)


def check(
    reading: PreparedText, hits: Sequence[TermHit], rebuts: SignalScore, cues: Sequence[RelevanceTerm] = ()
) -> SignalScore:
    """Whether something in the item needs checking; ``cues`` are reasons from outside it, weights in log-odds."""
    odds, reasons = _sum(reading, hits, "check", _CHECK)
    if reasons and "?" in reading.title:
        at = reading.title.index("?")
        odds += _QUESTION
        reasons.append(
            RelevanceTerm(rule="check: the title asks", text="?", start=at, end=at + 1, weight=_QUESTION)
        )
    odds += sum(cue.weight for cue in cues)
    reasons += [cue for cue in cues if cue.weight > 0]
    score = probability(_CHECK_BASE + odds - _LOWERED * rebuts.score)
    if rebuts.score >= MEDIUM["rebuttal"]:
        score = min(score, _CEILING)
    return signal("check", score, reasons)


def drawn(
    rules: SignalScore,
    odds: float,
    learned: Sequence[RelevanceTerm],
    rebuts: SignalScore,
    cues: Sequence[RelevanceTerm] = (),
) -> SignalScore:
    """Needs-checking once the learned readers were heard (``odds``, with their reasons); cues from outside count in full
    beside them."""
    odds += sum(cue.weight for cue in cues)
    score = probability(odds - _LOWERED * rebuts.score)
    if rebuts.score >= MEDIUM["rebuttal"]:
        score = min(score, _CEILING)
    return signal("check", score, [*rules.reasons, *learned])


def _sum(
    reading: PreparedText, hits: Sequence[TermHit], name: str, table: dict[str, tuple[float, float, float]]
) -> tuple[float, list[RelevanceTerm]]:
    title_end, lead_end = len(reading.title), len(reading.title) + 1 + LEAD
    counts: dict[str, int] = {}
    seen: set[str] = set()
    total = 0.0
    reasons: list[RelevanceTerm] = []
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end)):
        kind = hit.term.kind or ""
        if hit.term.signal != name or kind not in table or hit.term.term in seen:
            continue
        seen.add(hit.term.term)
        part = 0 if hit.start < title_end else 1 if hit.start < lead_end else 2
        weight = table[kind][part] / 2 ** counts.get(kind, 0)
        counts[kind] = counts.get(kind, 0) + 1
        if counts[kind] > 3 or math.isclose(weight, 0.0):
            continue
        total += weight
        if weight > 0:
            text = reading.body[hit.start : hit.end]
            reasons.append(
                RelevanceTerm(
                    rule=f"{name}: {kind}", text=text, start=hit.start, end=hit.end, weight=round(weight, 3)
                )
            )
    return total, reasons
