"""One item to one judgement: places, relevance, four signals, topics, priority, each with the words it rests on.

A ``Judge`` is made once (gazetteer, lexicon, model: about half a second) and judges any number of items; it stores
nothing and asks nobody. The same item with the same judge gives the same judgement.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from classifier.events.regions import Provinces
from classifier.facts.phrases import PhraseHit
from classifier.facts.reader import FactReader, FactReading
from classifier.facts.record import Facts
from classifier.judging import fusion
from classifier.meaning import embedding, fact_features, leading, spotting
from classifier.meaning import heads as learned_heads
from classifier.meaning.heads import Heads
from classifier.meaning.leading import EmbeddedLead
from classifier.meaning.spotting import SpottedSentence
from classifier.places import relevance
from classifier.places.gazetteer import Gazetteer
from classifier.places.locate import PlaceMention
from classifier.places.relevance import Relevance, RelevanceTerm
from classifier.signals import check_rebuttal, features, harm_criticism, inconsistencies, topics, unreal_harm
from classifier.signals import model as models
from classifier.signals.harm_criticism import SignalScore
from classifier.signals.model import Model
from classifier.text import tfidf
from classifier.text.item import Item
from classifier.text.lexicon import Lexicon
from classifier.text.prepared_text import PreparedText, read
from db.catalogue import Catalogue

# An item that asks for a check deserves an eye, but less than a harm or a complaint of the same certainty: checks are
# found by rules that fire often.
_CHECK_SHARE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What the machine says of one item; never a verdict."""

    id: str
    language: str
    relevance: Relevance
    places: tuple[PlaceMention, ...]
    harm: SignalScore
    criticism: SignalScore
    check: SignalScore
    rebuttal: SignalScore
    topics: tuple[str, ...]
    attention: float  # 0..1, before relevance and novelty
    priority: float
    model: str
    facts: Facts = Facts()
    spotted: tuple[SpottedSentence, ...] = ()

    @property
    def is_rebuttal(self) -> bool:
        """Whether the item refutes a claim: the rebuttal band from medium up."""
        return self.rebuttal.band != "low"

    def as_json(self) -> dict[str, Any]:
        """The judgement as ``kiemtin judge`` prints it."""
        return {
            "id": self.id,
            "language": self.language,
            "relevance": {
                "label": self.relevance.label,
                "score": self.relevance.score,
                "reasons": [_reason(reason) for reason in self.relevance.reasons],
                "places": [
                    {
                        "id": hit.id,
                        "name": hit.name,
                        "as_written": hit.as_written,
                        "start": hit.start,
                        "end": hit.end,
                        "territory": hit.territory,
                    }
                    for hit in self.places
                ],
            },
            "harm": _signal(self.harm),
            "criticism": _signal(self.criticism),
            "check": _signal(self.check),
            "rebuttal": _signal(self.rebuttal),
            "is_rebuttal": self.is_rebuttal,
            "topics": list(self.topics),
            "priority": self.priority,
            "facts": self.facts.as_json(),
            "spotted": [one.as_json() for one in self.spotted],
            "model": self.model,
        }


class Judge:
    """The catalogue made ready and a model; ``judge`` is the only thing it does."""

    def __init__(
        self,
        catalogue: Catalogue,
        model: Model | None = None,
        *,
        learned_from_corpus: bool = True,
        embed: bool = True,
    ) -> None:
        """``learned_from_corpus``: with the weights that ship; ``embed``: with sentence embedding, where it is there."""
        self.gazetteer = Gazetteer.from_catalogue(catalogue)
        self.lexicon = Lexicon(catalogue.terms)
        self.facts = FactReader(self.gazetteer)
        self.topics = topics.Topics(catalogue)
        self.provinces = Provinces.from_catalogue(catalogue, self.facts)
        self.model = model or Model()
        self._heads: Heads | None = learned_heads.shipped() if learned_from_corpus else None
        self._embed = embed and self._heads is not None
        learned = self.model.learned
        self._weights = relevance.HAND if learned is None else learned.relevance or relevance.HAND

    def judge(
        self,
        item: Item,
        *,
        cues: Sequence[RelevanceTerm] = (),
        novelty: float = 1.0,
        embed_all: bool = False,
    ) -> Judgement:
        """The judgement of an item.

        ``cues``: reasons to check that lie outside the item (weights in log-odds). ``novelty``: 0..1, how much the item
        adds to what was seen of its event; a copy adds little. ``embed_all``: its meaning is read even where it does not
        concern the province.
        """
        return self.judge_reading(read(item), cues=cues, novelty=novelty, embed_all=embed_all)

    def judge_reading(
        self,
        reading: PreparedText,
        *,
        cues: Sequence[RelevanceTerm] = (),
        novelty: float = 1.0,
        known: FactReading | None = None,
        embed_all: bool = False,
    ) -> Judgement:
        """As ``judge``, for an item that was read already; ``known``: its facts, where they were read too."""
        hits = self.lexicon.find(reading)
        evidence = features.measure(reading, hits)
        tokens = reading.words[: reading.words_before(tfidf.HEAD)]
        scores = models.score(self.model, evidence.row, tokens)
        known = known or self.facts.located(reading)
        found, facts, phrases = known.places, known.facts, known.phrases
        near = relevance.judge(reading, found, self.gazetteer, self._weights)
        harm, criticism = harm_criticism.harm_and_criticism(reading, evidence, scores, self.model)
        rebuts = check_rebuttal.rebuttal(reading, hits)
        # What decisions taught of attention was learned on top of the model's own criticism: not counted twice.
        critical = (
            criticism.score if self.model.learned is None else models.probability(scores.criticism_alone)
        )
        lead: EmbeddedLead | None = None
        if self._heads is None:
            check = check_rebuttal.check(reading, hits, rebuts, cues)
        else:
            lead = self._lead(reading, facts) if embed_all or near.label != "none" else None
            alone = harm_criticism.signal(
                "criticism", models.probability(scores.criticism_alone), list(criticism.reasons)
            )
            fused = fusion.fuse(
                self._heads, reading, (harm, alone, check_rebuttal.check(reading, hits, rebuts), rebuts),
                lexicon=evidence.row, named=fact_features.of_text(facts, phrases, reading), tokens=tokens, lead=lead,
            )  # fmt: skip
            critical = models.probability(fused["criticism"].odds)
            harm = fusion.signal_of("harm", harm, fused)
            criticism = fusion.signal_of(
                "criticism", criticism, fused, moved=scores.criticism - scores.criticism_alone
            )
            rebuts = fusion.signal_of("rebuttal", rebuts, fused)
            check = check_rebuttal.drawn(
                check_rebuttal.check(reading, hits, rebuts, cues),
                fused["check"].odds,
                fused["check"].reasons,
                rebuts,
                cues,
            )
        harm = unreal_harm.held(harm, facts, hits)
        check = inconsistencies.raised(check, rebuts, inconsistencies.found(reading, facts))
        attention = attention_of(harm.score, critical, check.score, scores.attention)
        return Judgement(
            id=reading.item.id,
            language=reading.language.code,
            relevance=near,
            places=found.hits,
            harm=harm,
            criticism=criticism,
            check=check,
            rebuttal=rebuts,
            topics=self.topics.match(reading),
            attention=attention,
            priority=round(near.score * attention * novelty, 5),
            model=self.model.name,
            facts=facts,
            spotted=self._spotted(reading, facts, phrases, lead),
        )

    def _lead(self, reading: PreparedText, facts: Facts) -> EmbeddedLead | None:
        embedder = embedding.load() if self._embed else None
        return None if embedder is None else leading.embedded(reading, facts, embedder)

    def _spotted(
        self,
        reading: PreparedText,
        facts: Facts,
        phrases: dict[int, list[PhraseHit]],
        lead: EmbeddedLead | None,
    ) -> tuple[SpottedSentence, ...]:
        return () if self._heads is None else spotting.spot(self._heads, reading, facts, phrases, lead)


def _signal(signal: SignalScore) -> dict[str, Any]:
    return {
        "score": signal.score,
        "band": signal.band,
        "reasons": [_reason(reason) for reason in signal.reasons],
    }


def _reason(reason: RelevanceTerm) -> dict[str, Any]:
    return {
        "rule": reason.rule,
        "text": reason.text,
        "start": reason.start,
        "end": reason.end,
        "weight": reason.weight,
    }


def attention_of(harm: float, criticism: float, check: float, moved: float = 0.0) -> float:
    """How much an item deserves an eye if it is about the province, 0..1; ``moved``: what decisions taught."""
    any_of = 1 - (1 - harm) * (1 - criticism) * (1 - _CHECK_SHARE * check)
    if not moved:
        return any_of
    inside = min(max(any_of, 1e-4), 1 - 1e-4)
    return models.probability(models.log_odds(inside) + moved)
