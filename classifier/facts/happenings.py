"""Happenings and their modality: what is said to have happened, and whether it is asserted, denied, averted, drilled ...

The modality of a happening comes from the first rule of ``RULES`` that finds a cue; each rule is a function of its own and
can be asked alone. Cues: right before or after the happening in its clause, in its sentence, or anywhere in the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from classifier.facts.phrases import PhraseHit
from classifier.facts.record import HappeningFact, Modality, SentenceSpan, Voice
from classifier.text.prepared_text import PreparedText

_BEFORE, _AFTER = 34, 40  # code points between a cue and what it speaks of
_BEFORE_EASTERN, _AFTER_EASTERN = 10, 12
_CLAUSE = re.compile(r"[.!?;:…\n。！？；：]|,(?! )|, (?:nhưng|but|mais|còn|trong khi|khiến|làm)|，")
_QUESTION = re.compile(r"[?？]")
# "giảm cả số người chết và số người bị thương": what a list joins to an unreal happening is unreal as well
_AND = re.compile(
    r"\W*(?:và|hoặc|hay|cũng như|lẫn|cùng|and|or|nor|et|ou|ni|和|或|及)?\W*(?:(?:cả|số|lượng|người|ai|bị|vụ|ca|các|những|no|any|aucun"
    r"|aucune|de|d|人|者)\W*)*",
    re.IGNORECASE,
)
_ENUMERATED = frozenset({"denied", "averted", "improved", "forecast", "planned"})
_OUTCOMES = {
    "dead": "death",
    "injured": "injury",
    "missing": "missing",
    "ill": "illness",
    "trapped": "trapped",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ModalityContext:
    """A happening and what stands around it."""

    folded: str
    hit: PhraseHit
    sentence: SentenceSpan
    here: list[PhraseHit]  # cues of its sentence
    everywhere: list[PhraseHit]  # cues of scope ``t`` anywhere in the text
    voice: Voice
    eastern: bool


Finding = tuple[Modality, PhraseHit | None]
ModalityRule = Callable[[ModalityContext], Finding | None]


def drilled(context: ModalityContext) -> Finding | None:
    """A drill or a part played: the whole text is one."""
    return _of_text(context, "drilled")


def commemorated(context: ModalityContext) -> Finding | None:
    """An anniversary or a memorial names the happening of another year."""
    return _beside(context, "commemorated") or _in_sentence(context, "commemorated")


def denied(context: ModalityContext) -> Finding | None:
    """Said not to have happened."""
    return _beside(context, "denied")


def averted(context: ModalityContext) -> Finding | None:
    """Prevented, escaped or fought."""
    return _beside(context, "averted")


def improved(context: ModalityContext) -> Finding | None:
    """Over, mended or rarer than before."""
    return _beside(context, "improved")


def forecast(context: ModalityContext) -> Finding | None:
    """Feared, warned of or foretold."""
    return _beside(context, "forecast") or _in_sentence(context, "forecast")


def planned(context: ModalityContext) -> Finding | None:
    """To come by somebody's will."""
    return _beside(context, "planned")


def asked(context: ModalityContext) -> Finding | None:
    """A question whether it happened."""
    found = _in_sentence(context, "asked")
    if found is None and _QUESTION.search(context.folded, context.hit.end, context.sentence.end + 1):
        return "asked", None
    return found


def alleged(context: ModalityContext) -> Finding | None:
    """Told on hearsay, by nobody named or by the social networks."""
    found = _in_sentence(context, "alleged")
    if found is None and context.voice in ("social", "unnamed"):
        return "alleged", None
    return found


def reported(context: ModalityContext) -> Finding | None:
    """Told on the word of somebody who is named."""
    return ("reported", None) if context.voice in ("official", "witness", "outlet") else None


RULES: tuple[ModalityRule, ...] = (
    drilled, commemorated, denied, averted, improved, forecast, planned, asked, alleged, reported,
)  # fmt: skip

# these show without a cue of their own too
_WITHOUT_CUE = frozenset({"asked", "alleged", "reported"})


def find(
    reading: PreparedText,
    by_sentence: dict[int, list[PhraseHit]],
    sentences: tuple[SentenceSpan, ...],
    voices: dict[int, Voice],
) -> list[HappeningFact]:
    """The happenings of a text, in order of place; of what befell people (dead, injured) too."""
    eastern = reading.language.code == "zh"
    everywhere = [
        hit for hits in by_sentence.values() for hit in hits if hit.role == "mod" and hit.scope == "t"
    ]
    found: list[HappeningFact] = []
    for number, hits in by_sentence.items():
        told = [(hit, sort) for hit in hits if (sort := _sort(hit)) is not None]
        if not told:
            continue
        cues = [hit for hit in hits if hit.role == "mod"]
        voice, sentence = voices.get(number, "none"), sentences[number]
        plainly = (
            not cues and not everywhere and voice == "none"
            and not _QUESTION.search(reading.folded, sentence.start, sentence.end + 1)
        )  # fmt: skip
        before: tuple[int, Modality, PhraseHit | None] | None = (
            None  # where the one before ends, what was found of it
        )
        for hit, sort in told:
            modality: Modality = "asserted"
            cue: PhraseHit | None = None
            if not plainly:
                context = ModalityContext(
                    folded=reading.folded, hit=hit, sentence=sentence, here=cues, everywhere=everywhere,
                    voice=voice, eastern=eastern,
                )  # fmt: skip
                modality, cue = judge(context)
                if (
                    before is not None and modality in ("asserted", "reported") and before[1] in _ENUMERATED
                    and before[0] <= hit.start and _AND.fullmatch(reading.folded, before[0], hit.start)
                ):  # fmt: skip
                    modality, cue = before[1:]
                before = (hit.end, modality, cue)
            found.append(
                HappeningFact(
                    start=hit.start, end=hit.end, text=reading.body[hit.start : hit.end], sort=sort, modality=modality,
                    cue="" if cue is None else reading.body[cue.start : cue.end],
                    cue_start=0 if cue is None else cue.start, cue_end=0 if cue is None else cue.end, sentence=number,
                )
            )  # fmt: skip
    return sorted(found, key=lambda one: (one.start, one.end))


def _sort(hit: PhraseHit) -> str | None:
    if hit.role == "happening":
        return hit.value
    return _OUTCOMES.get(hit.value) if hit.role == "outcome" else None


def judge(context: ModalityContext) -> Finding:
    """The modality by the first rule that finds a cue; asserted where none does."""
    told = {cue.value for cue in (*context.here, *context.everywhere)} | _WITHOUT_CUE
    for rule in RULES:
        finding = rule(context) if rule.__name__ in told else None
        if finding is not None:
            return finding
    return "asserted", None


def _beside(context: ModalityContext, modality: Modality) -> Finding | None:
    hit = context.hit
    before = _BEFORE_EASTERN if context.eastern else _BEFORE
    after = _AFTER_EASTERN if context.eastern else _AFTER
    for cue in context.here:
        if cue.value != modality:
            continue
        if cue.scope == "b":
            # "không có vụ" and "vụ cháy" share a word
            start, end, reach = (
                min(cue.end, hit.start) if cue.start < hit.start else cue.end,
                hit.start,
                before,
            )
        elif cue.scope == "a":
            start, end, reach = hit.end, cue.start, after
        else:
            continue
        # "bình chữa cháy": the happening is a piece of the cue's own words
        if cue.start <= hit.start and hit.end <= cue.end and cue.end - cue.start > hit.end - hit.start:
            return modality, cue
        if start <= end <= start + reach and not _CLAUSE.search(context.folded, start, end):
            return modality, cue
    return None


def _in_sentence(context: ModalityContext, modality: Modality) -> Finding | None:
    return next(((modality, cue) for cue in context.here if cue.value == modality and cue.scope == "s"), None)


def _of_text(context: ModalityContext, modality: Modality) -> Finding | None:
    return next(((modality, cue) for cue in context.everywhere if cue.value == modality), None)
