"""Unreal harm: an item whose harmful happenings are all denied, averted, rarer than before, drilled, planned or remembered.

Harm's words are there all the same, so no weight of words tells the two apart; the modality of the facts does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from classifier.facts.record import Facts, HappeningFact
from classifier.signals.harm_criticism import MEDIUM, SignalScore, band
from classifier.text.lexicon import TermHit

HEAD = 700  # code points: title and lead, where an item says what it is about
_UNREAL = frozenset({"denied", "averted", "planned", "drilled", "commemorated", "improved"})
# sorts that are no harm by themselves
_NEUTRAL = frozenset(
    {"rain", "match", "release", "merger", "closure", "arrest", "outage", "charge", "protest"}
)
_BEFALLEN = frozenset({"dead", "injured", "missing", "ill", "trapped"})
_BENEATH = 0.02  # how far below the medium band such an item is held


def held(harm: SignalScore, facts: Facts, hits: Sequence[TermHit]) -> SignalScore:
    """The harm signal, held below its medium band where the item states that nothing of the kind happened."""
    if harm.band == "low" or not nothing_happened(facts, hits):
        return harm
    score = min(harm.score, MEDIUM["harm"] - _BENEATH)
    return replace(harm, score=score, band=band("harm", score))


def nothing_happened(facts: Facts, hits: Sequence[TermHit]) -> bool:
    """Whether the head of a text names harmful happenings and none of them as real.

    Any other word of harm in a sentence that speaks of nothing unreal counts as real: the vocabulary of facts is smaller than
    that of harm.
    """
    told = [one for one in facts.happenings if one.start < HEAD and one.sort not in _NEUTRAL]
    unreal = [one for one in told if one.modality in _UNREAL]
    if not unreal or len(unreal) < len(told) or not any(_states(one) for one in unreal):
        return False
    spans = [(one.start, one.end) for one in unreal]
    for count in facts.counts:
        if (
            count.start < HEAD
            and count.what in _BEFALLEN
            and count.number
            and not _touches(count.start, count.end, spans)
        ):
            return False
    sentences = {one.sentence for one in unreal}
    quiet = [(facts.sentences[number].start, facts.sentences[number].end) for number in sentences]
    return all(
        _touches(hit.start, hit.end, quiet)
        for hit in hits
        if hit.term.signal == "harm" and hit.start < HEAD and hit.term.weight > 0
    )


def _states(one: HappeningFact) -> bool:
    """Whether the modality is the point of the sentence: a plan ("phương án") alone may stand beside real harm."""
    return one.modality != "planned"


def _touches(start: int, end: int, spans: Sequence[tuple[int, int]]) -> bool:
    return any(start < stop and begin < end for begin, stop in spans)
