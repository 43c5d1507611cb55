"""Late fusion: the rules' log-odds of a signal, drawn towards what was learned from the corpus on words, facts and meaning.

Weights of the readers were fitted on leave-one-hand-out scores (``classifier.learning.corpus_training``). The corpus holds
texts of at most 140 words: in an article longer than that the rules' own evidence weighs more, for it counts by density, and
learned words weigh less.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from classifier.meaning import heads
from classifier.meaning.fact_features import Named
from classifier.meaning.heads import SIGNALS, Heads
from classifier.meaning.leading import EmbeddedLead
from classifier.places.relevance import RelevanceTerm
from classifier.signals.harm_criticism import SignalScore, signal
from classifier.signals.model import probability
from classifier.text.prepared_text import PreparedText

_CLIP = 5.0  # log-odds beyond which the rules are no surer
_SHORT, _LONG = 900, 2400  # code points: as long as the corpus' texts, and from where the rules weigh in full
_LONG_SHARE = {
    "harm": 1.3,
    "criticism": 1.3,
    "check": 0.0,
    "rebuttal": 0.0,
}  # added to the rules' weight there
_LONG_LOSS = {
    "harm": 0.7,
    "criticism": 0.7,
    "check": 0.0,
    "rebuttal": 0.0,
}  # share that learned words lose there
_LEAST = 0.15  # log-odds that a sentence or a word must add to be a reason
_WORDS = 3


@dataclass(frozen=True, slots=True)
class FusedSignal:
    """Log-odds of one signal and the reasons that the learned readers give."""

    odds: float
    reasons: tuple[RelevanceTerm, ...]


def odds_of(chance: float) -> float:
    """Log-odds of a probability, clipped."""
    inside = min(max(chance, 1e-6), 1 - 1e-6)
    return float(np.clip(np.log(inside / (1 - inside)), -_CLIP, _CLIP))


def signal_of(
    name: str, rules: SignalScore, fused: dict[str, FusedSignal], *, moved: float = 0.0
) -> SignalScore:
    """A signal with its fused score and the reasons of all readers; ``moved``: what staff's decisions add."""
    one = fused[name]
    return signal(name, probability(one.odds + moved), [*rules.reasons, *one.reasons])


def fuse(
    heads_: Heads, reading: PreparedText, rules: Sequence[SignalScore], *, lexicon: heads.Reals, named: Named,
    tokens: list[str], lead: EmbeddedLead | None,
) -> dict[str, FusedSignal]:  # fmt: skip
    """The four signals of a text; ``rules``: what the rules say, in the order of ``SIGNALS``; ``lead``: None where
    nothing was embedded."""
    words, columns, shares = heads_.from_words(tokens, heads_.counted(lexicon, named))
    code = "plain" if reading.language.plain else reading.language.code
    weights = heads_.unseen if lead is None else heads_.fused
    meant = np.zeros(len(SIGNALS))
    moved = np.zeros((0, len(SIGNALS)))
    if lead is not None:
        rows = [lead.mean]
        if len(lead.spans) > 1:
            rows += [lead.without(number) for number in range(len(lead.spans))]
        values = heads_.from_meaning(np.array(rows), code)
        meant, moved = values[0], values[0] - values[1:]
    longer = min(max((len(reading.body) - _SHORT) / (_LONG - _SHORT), 0.0), 1.0)
    found: dict[str, FusedSignal] = {}
    for place, name in enumerate(SIGNALS):
        of_words, of_meaning, of_rules, added = weights[place]
        of_rules += _LONG_SHARE[name] * longer
        of_words *= 1 - _LONG_LOSS[name] * longer
        odds = (
            of_words * words[place]
            + of_meaning * meant[place]
            + of_rules * odds_of(rules[place].score)
            + added
        )
        reasons = _from_sentences(
            reading, name, lead, of_meaning * moved[:, place] if len(moved) else None, meant[place]
        )
        reasons += _from_words(reading, name, heads_, columns, of_words * shares[place])
        found[name] = FusedSignal(float(odds), tuple(reasons))
    return found


def _from_sentences(
    reading: PreparedText, name: str, lead: EmbeddedLead | None, moved: heads.Reals | None, meant: float
) -> list[RelevanceTerm]:
    """The sentences without which the signal would be lower; of a text of one sentence, that sentence."""
    if lead is None:
        return []
    if moved is None:
        moved = np.array([meant])
    order = np.argsort(-moved)[:2]
    return [
        RelevanceTerm(
            rule=f"{name}: what the sentence says", text=reading.body[slice(*lead.spans[at])], start=lead.spans[at][0],
            end=lead.spans[at][1], weight=round(float(moved[at]), 3),
        )
        for at in order
        if moved[at] >= _LEAST
    ]  # fmt: skip


def _from_words(
    reading: PreparedText, name: str, heads_: Heads, columns: npt.NDArray[np.int32], shares: heads.Reals
) -> list[RelevanceTerm]:
    """The words and pairs of words that speak most for the signal."""
    names = heads_.ngrams.word_names
    found: list[RelevanceTerm] = []
    for at in np.argsort(-shares)[: 6 * _WORDS]:
        if shares[at] < _LEAST or len(found) == _WORDS:
            break
        if columns[at] >= len(names):
            continue
        spot = _spot(reading, names[columns[at]].split(" "))
        if spot is not None and not any(one.start < spot[1] and spot[0] < one.end for one in found):
            found.append(
                RelevanceTerm(
                    rule=f"{name}: learned from the corpus", text=reading.body[slice(*spot)], start=spot[0], end=spot[1],
                    weight=round(float(shares[at]), 3),
                )
            )  # fmt: skip
    return found


def _spot(reading: PreparedText, words: list[str]) -> tuple[int, int] | None:
    """Where these neighbouring words stand first."""
    for at, word in enumerate(reading.words):
        if word == words[0] and reading.words[at : at + len(words)] == words:
            return reading.spans[at][0], reading.spans[at + len(words) - 1][1]
    return None
