"""Weights fitted on some hands' texts of the corpus: the words head, the meaning head, the spotting heads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from classifier.learning.corpus import CorpusText
from classifier.meaning import embedding, heads
from classifier.meaning.fact_features import Named
from classifier.meaning.heads import LEAST_SPREAD, NEAR_ONE, SIGNALS
from classifier.text import tfidf

Reals = npt.NDArray[np.float64]

MOST_WORDS, MOST_LETTERS = 20_000, 40_000
LEAST_MET = 4  # texts in which a named number must occur
WORDS_C, MEANING_C, GAMMA, SPOT_C = (
    4.0,
    2.0,
    0.5,
    0.3,
)  # leave-one-hand-out over a few values each, 2026-11-29


@dataclass(slots=True)
class Measured:
    """One text of the corpus as the readers see it."""

    text: CorpusText
    body: str
    lexicon: Reals
    facts: Named
    rules: Reals  # the rules' own log-odds
    language: str
    vector: Reals
    spots: list[tuple[Named, Reals, bool]]  # of each sentence: facts, vector, whether a person picked it
    copy: bool = False  # without marks: learned from, never measured on


@dataclass(slots=True)
class Fitted:
    """Weights learned from some hands, able to score others and to be written."""

    parts: dict[str, Any]

    def scores(self, texts: list[Measured]) -> Reals:
        """(texts, signals, 2): the words head's and the meaning head's values."""
        parts = self.parts
        words = parts["ngrams"].matrix([one.body for one in texts]) @ parts["words"].T
        counted = _counted(texts, parts["lexicon_spread"], parts["facts"])
        first = np.asarray(words) + counted @ parts["counts"].T + parts["intercepts"]
        rows = _centred(texts, parts["languages"], parts["centre"], parts["spread"])
        second = np.column_stack([machine.decision_function(rows) for machine in parts["machines"]])
        return np.stack([first, second], axis=2)

    def spotted(self, texts: list[Measured]) -> list[tuple[str, str, float, float, bool]]:
        """Of each sentence: text, kind, log-odds with and without the embedding, whether a person picked it."""
        parts, found = self.parts, []
        for one in texts:
            if not one.spots:
                continue
            rows = np.array([parts["spot_facts"].row(named) for named, _, _ in one.spots])
            place = _language(one.language, parts["languages"])
            vectors = (np.array([vector for _, vector, _ in one.spots]) - parts["centre"][place]) / parts[
                "spread"
            ]
            seen = np.hstack([rows, vectors]) @ parts["spot"][:-1] + parts["spot"][-1]
            unseen = rows @ parts["spot_unseen"][:-1] + parts["spot_unseen"][-1]
            found += [
                (one.text.id, one.text.kind, float(a), float(b), picked)
                for a, b, (_, _, picked) in zip(seen, unseen, one.spots, strict=True)
            ]
        return found

    def write(self, to: Path, *, fused: Reals, unseen: Reals, about: str) -> None:
        """The file that ``classifier.meaning.heads`` reads."""
        parts = self.parts
        ngrams = parts["ngrams"]
        halves = {
            "word_idf": ngrams.word_idf, "letter_idf": ngrams.letter_idf, "words": parts["words"], "claim_turn": parts["claim_turn"],
        }  # fmt: skip
        wholes = {
            "lexicon_spread": parts["lexicon_spread"], "fact_spread": parts["facts"].spread, "counts": parts["counts"],
            "intercepts": parts["intercepts"], "dual": parts["dual"], "offset": parts["offset"], "gamma": np.array([GAMMA]),
            "centre": parts["centre"], "spread": parts["spread"], "fused": fused, "unseen": unseen,
            "claim_centre": parts["claim_centre"],
            "spot_spread": parts["spot_facts"].spread, "spot": parts["spot"], "spot_unseen": parts["spot_unseen"],
        }  # fmt: skip
        heads.to_file(
            to,
            lists={
                "words": ngrams.word_names, "letters": ngrams.letter_names, "facts": list(parts["facts"].names),
                "spot_facts": list(parts["spot_facts"].names), "languages": parts["languages"], "about": about,
            },
            arrays={
                **{name: value.astype(np.float16) for name, value in halves.items()},
                **{name: value.astype(np.float32) for name, value in wholes.items()},
                "support": embedding.to_bytes(parts["support"].astype(np.float32)),
                "support_language": parts["support_language"].astype(np.int16),
            },
        )  # fmt: skip


def fit(texts: list[Measured], told: npt.NDArray[np.int64]) -> Fitted:
    from scipy import sparse
    from sklearn.linear_model import LogisticRegression
    from sklearn.svm import SVC

    ngrams, matrix = tfidf.learn(
        [one.body for one in texts],
        most_words=MOST_WORDS,
        most_letters=MOST_LETTERS,
        least_words=2,
        least_letters=3,
    )
    lexicon = np.array([one.lexicon for one in texts])
    lexicon_spread = np.maximum(lexicon.std(axis=0), 0.1)
    scale = _scale([one.facts for one in texts])
    counted = _counted(texts, lexicon_spread, scale)
    both = sparse.hstack([matrix, sparse.csr_matrix(counted)]).tocsr()
    linear = [
        LogisticRegression(C=WORDS_C, class_weight="balanced", solver="liblinear", max_iter=2000, random_state=1).fit(both, told[:, column])
        for column in range(len(SIGNALS))
    ]  # fmt: skip
    coefficients = np.array([one.coef_[0] for one in linear])
    languages = sorted(
        {one.language for one in texts if sum(other.language == one.language for other in texts) >= 30}
    )
    vectors = np.array([one.vector for one in texts])
    centre = np.array(
        [vectors[[one.language == code for one in texts]].mean(axis=0) for code in languages]
        + [vectors.mean(axis=0)]
    )
    places = np.array([_language(one.language, languages) for one in texts])
    spread = (vectors - centre[places]).std(axis=0) * np.sqrt(vectors.shape[1])
    rows = (vectors - centre[places]) / spread
    machines = [
        SVC(C=MEANING_C, gamma=GAMMA, class_weight="balanced").fit(rows, told[:, column])
        for column in range(len(SIGNALS))
    ]
    used = np.unique(np.concatenate([machine.support_ for machine in machines]))
    dual = np.zeros((len(SIGNALS), len(texts)))
    for column, machine in enumerate(machines):
        dual[column, machine.support_] = machine.dual_coef_[0]
    spots = [(one, spot) for one in texts for spot in one.spots if not one.copy]
    spot_scale = _scale([spot[0] for _, spot in spots])
    named = np.array([spot_scale.row(spot[0]) for _, spot in spots])
    turned = np.array(
        [(spot[1] - centre[_language(one.language, languages)]) / spread for one, spot in spots]
    )
    picked = np.array([spot[2] for _, spot in spots])
    seen = LogisticRegression(C=SPOT_C, class_weight="balanced", max_iter=3000).fit(
        np.hstack([named, turned]), picked
    )
    unseen = LogisticRegression(C=SPOT_C, class_weight="balanced", max_iter=3000).fit(named, picked)
    width = matrix.shape[1]
    return Fitted(
        {
            "ngrams": ngrams, "words": coefficients[:, :width], "counts": coefficients[:, width:],
            "intercepts": np.array([float(one.intercept_[0]) for one in linear]), "lexicon_spread": lexicon_spread,
            "facts": scale, "languages": languages, "centre": centre, "spread": spread, "machines": machines,
            "support": vectors[used], "support_language": places[used], "dual": dual[:, used],
            "offset": np.array([float(machine.intercept_[0]) for machine in machines]), "spot_facts": spot_scale,
            "spot": np.r_[seen.coef_[0], seen.intercept_], "spot_unseen": np.r_[unseen.coef_[0], unseen.intercept_],
        }
    )  # fmt: skip


def _language(code: str, languages: Sequence[str]) -> int:
    return languages.index(code) if code in languages else len(languages)


def _centred(texts: list[Measured], languages: list[str], centre: Reals, spread: Reals) -> Reals:
    places = [_language(one.language, languages) for one in texts]
    rows: Reals = (np.array([one.vector for one in texts]) - centre[places]) / spread
    return rows


def _scale(rows: Sequence[Named]) -> heads.FactScale:
    met: dict[str, list[float]] = {}
    for named in rows:
        for name, value in named.items():
            met.setdefault(name, []).append(value)
    names = sorted(name for name, values in met.items() if len(values) >= LEAST_MET)
    spread = [np.sqrt(np.square(met[name]).sum() / len(rows)) for name in names]
    return heads.FactScale(
        names={name: place for place, name in enumerate(names)},
        spread=np.maximum(np.array(spread), LEAST_SPREAD),
    )


def _counted(texts: list[Measured], lexicon_spread: Reals, scale: heads.FactScale) -> Reals:
    rows: Reals = NEAR_ONE * np.array(
        [np.concatenate([one.lexicon / lexicon_spread, scale.row(one.facts)]) for one in texts]
    )
    return rows
