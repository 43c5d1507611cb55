"""Learns from the harvest without a label: the lexicon labels it softly, and two logistic regressions learn the rest.

What the regressions find beside the lexicon's own words (the other words of an accident, of a complaint) is what they
are for. Items the lexicon is unsure of weigh little. Nothing here reads a decision; see ``classifier.learning.correction``.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np

from classifier.learning.model_card import BEFORE_DECISIONS
from classifier.signals import features, model
from classifier.signals.model import Model, Reals, Trained
from classifier.text import tfidf
from classifier.text.lexicon import Lexicon
from classifier.text.prepared_text import PreparedText

LEAST = 500  # items; below it words cannot be told from chance
WORDS = 40_000
LETTERS = 40_000
STRENGTH = 1.0  # C of the regressions (2026-11-21: 1 and 4 equal in AUC, 1 twice as fast)
_CLEAR = 20  # items of each kind that a regression needs


@dataclass(frozen=True, slots=True, kw_only=True)
class Weak:
    """A harvest with the lexicon's opinion: features and log-odds, one row an item."""

    texts: tuple[str, ...]
    rows: Reals
    log_odds: Reals


def read(readings: Iterable[PreparedText], lexicon: Lexicon) -> Weak:
    """The harvest as the lexicon sees it."""
    texts: list[str] = []
    rows: list[Reals] = []
    for reading in readings:
        texts.append(reading.folded[: tfidf.HEAD])
        rows.append(features.row(reading, lexicon.find(reading)))
    table = np.array(rows) if rows else np.zeros((0, len(features.NAMES)))
    return Weak(texts=tuple(texts), rows=table, log_odds=model.lexicon_log_odds(table))


def train(weak: Weak, *, at: datetime | None = None, source: str = "harvest") -> Model:
    """A model from a harvest; with fewer than ``LEAST`` items, or none of a kind, the rules alone."""
    moment = at or datetime.now(UTC)
    card = _card(weak, moment, source)
    if len(weak.texts) < LEAST:
        card["note"] = f"fewer than {LEAST} items: rules and lexicons alone"
        return Model(card=card)
    probabilities = 1 / (1 + np.exp(-weak.log_odds))
    if (probabilities > 0.5).sum(axis=0).min() < _CLEAR or (probabilities < 0.5).sum(axis=0).min() < _CLEAR:
        card["note"] = "the lexicon found too few items of a kind: rules and lexicons alone"
        return Model(card=card)
    made, matrix = tfidf.learn(weak.texts, most_words=WORDS, most_letters=LETTERS)
    fitted = [_fit(matrix, probabilities[:, column]) for column in range(len(model.SIGNALS))]
    coefficients = np.array([one[0] for one in fitted])
    intercepts = np.array([one[1] for one in fitted])
    raw = np.asarray(matrix @ coefficients.T) + intercepts
    scales = np.array([_scale(raw[:, column], probabilities[:, column]) for column in range(raw.shape[1])])
    trained = Trained(
        ngrams=made,
        coefficients=coefficients,
        intercepts=intercepts,
        slope=scales[:, 0],
        shift=scales[:, 1],
    )
    card["vocabulary"] = {"words": len(made.word_names), "letters": len(made.letter_names)}
    return Model(name=_name("weak", weak.texts, moment), trained=trained, card=card)


def _fit(matrix: Any, wanted: Reals) -> tuple[Reals, float]:
    """A logistic regression on soft labels: the surer the lexicon, the more an item counts."""
    from sklearn.linear_model import LogisticRegression  # imported late: two seconds that only training needs

    labels = wanted > 0.5
    certainty = np.abs(wanted - 0.5) * 2
    balance = np.sqrt(certainty[~labels].sum() / max(certainty[labels].sum(), 1e-9))
    fitted = LogisticRegression(C=STRENGTH, solver="liblinear", tol=1e-2, random_state=1).fit(
        matrix, labels, sample_weight=certainty * np.where(labels, balance, 1.0)
    )
    return fitted.coef_[0], float(fitted.intercept_[0])


def _scale(raw: Reals, wanted: Reals) -> tuple[float, float]:
    """Slope and shift that bring raw log-odds to the probabilities wanted (Platt's two numbers, on soft labels)."""
    from scipy.optimize import minimize  # imported late: see _fit

    def loss(numbers: Reals) -> float:
        odds = numbers[0] * raw + numbers[1]
        return float(np.mean(np.logaddexp(0, odds) - wanted * odds))

    found = minimize(loss, np.array([1.0, 0.0]), method="Nelder-Mead", options={"maxiter": 200})
    return float(found.x[0]), float(found.x[1])


def _card(weak: Weak, moment: datetime, source: str) -> dict[str, Any]:
    probabilities = 1 / (1 + np.exp(-weak.log_odds)) if len(weak.texts) else np.zeros((0, 2))
    return {
        "trained_at": moment.isoformat(timespec="seconds"),
        "source": source,
        "items": len(weak.texts),
        "rules": rules_version(),
        "labels": "weak: the lexicon's own opinion of the harvest; no person labelled anything",
        "shares": {
            signal: round(float((probabilities[:, place] > 0.5).mean()), 4) if len(weak.texts) else None
            for place, signal in enumerate(model.SIGNALS)
        },
        "settings": {"C": STRENGTH, "words": WORDS, "letters": LETTERS, "draw": model.SHARE},
        "before_decisions": list(BEFORE_DECISIONS),
        "known_failures": list(KNOWN_FAILURES),
        "forbidden_uses": list(FORBIDDEN_USES),
    }


def rules_version() -> str:
    """Eight letters that change with the weights of the rules."""
    told = repr((features.NAMES, model._TABLE.tolist(), model.SHARE)).encode()
    return hashlib.sha256(told).hexdigest()[:8]


def _name(kind: str, texts: Sequence[str], moment: datetime) -> str:
    digest = hashlib.sha256()
    for text in texts:
        digest.update(text.encode("utf-8", "replace"))
    digest.update(rules_version().encode())
    return f"{kind}-{moment:%Y%m%d}-{len(texts)}-{digest.hexdigest()[:8]}"


KNOWN_FAILURES = (
    "rescuers praised and roads reopened may still read as harm",
    "a forecast with many words of damage may read as harm",
    "complaints told without a word of complaint, as a travel note or a portrait, are missed",
    "long texts that name an old scandal in passing may read as criticism",
    "Chinese, French, Korean and Japanese rest on short word lists and were measured on few texts",
)
FORBIDDEN_USES = (
    "as evidence that anything is true or false",
    "to judge, list or rank persons, authors or outlets",
    "to delay, hide or punish publication",
    "stance or criticism as a reason for the needs-checking signal",
)
