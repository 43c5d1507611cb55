"""A trained model: what it knows, how it scores one text, and its safe form as bytes (numbers and JSON, never code).

A signal's log-odds are the lexicon's, drawn some way towards those of the model that was trained on the harvest, and
moved by what staff's decisions taught. With nothing trained they are the lexicon's alone.
"""

import io
import json
import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from classifier.places.relevance import FEATURES as NEAR
from classifier.places.relevance import Weights
from classifier.signals import features, weights
from classifier.text.tfidf import Ngrams
from db.core.errors import Invalid

Reals = npt.NDArray[np.float64]

SIGNALS = ("harm", "criticism")
RULES_ALONE = "rules"  # the name judgements carry before any training
FORMAT = 1
# How far the harvest model draws the lexicon's log-odds (2026-11-21, 790 labelled items in four folds: AUC of harm
# .977 -> .979 at .3, of criticism .967 -> .970 at .25, falling from .7 on).
SHARE = {"harm": 0.3, "criticism": 0.2}

_TABLE = np.array([weights.WEIGHTS.get(name, (0.0, 0.0)) for name in features.NAMES])


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """The part learned from the harvest: one row of coefficients for each of ``SIGNALS``.

    ``slope`` and ``shift`` bring its log-odds to the scale of the lexicon's probabilities.
    """

    ngrams: Ngrams
    coefficients: Reals
    intercepts: Reals
    slope: Reals
    shift: Reals


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """The part learned from decisions: what to add to the log-odds of each of ``outputs``, by feature.

    ``moves``: one row each for criticism and for attention (whether staff took the event up at all), a column for each
    of ``features.NAMES`` and a last one that is always added. ``calibration``: slope and shift for each row, from 100
    decisions; (1, 0) before. ``relevance``: its weights, once enough was said of that.
    """

    moves: Reals
    calibration: Reals
    decisions: int
    relevance: Weights | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """Everything that scores, named by its data and settings."""

    name: str = RULES_ALONE
    trained: Trained | None = None
    learned: Learned | None = None
    card: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """Log-odds of one item, and where they come from."""

    harm: float
    criticism: float
    criticism_alone: float  # before decisions
    attention: float  # what decisions add to the wish to show the item, on the log-odds; 0 before any
    columns: npt.NDArray[np.int32]  # of the trained part: which n-grams stand in the text
    shares: Reals  # two rows: what each of them adds to harm and to criticism


def lexicon_log_odds(rows: Reals) -> Reals:
    """(items, 2): the lexicon's log-odds of harm and criticism for rows of features."""
    both = rows @ _TABLE + np.array(weights.BIAS)
    every = np.concatenate([np.zeros((len(rows), 1)), both], axis=1)
    every -= every.max(axis=1, keepdims=True)
    parts = np.exp(every)
    odds = np.clip(parts / parts.sum(axis=1, keepdims=True), 1e-6, 1 - 1e-6)[:, 1:]
    plain = np.log(odds / (1 - odds))
    slopes = np.array([weights.CALIBRATION[signal] for signal in SIGNALS])
    result: Reals = plain * slopes[:, 0] + slopes[:, 1]
    return result


def combined(lexicon: Reals, trained: Reals) -> Reals:
    """The lexicon's log-odds drawn towards the harvest model's by ``SHARE``."""
    share = np.array([SHARE[signal] for signal in SIGNALS])
    result: Reals = (1 - share) * lexicon + share * trained
    return result


def score(model: Model, row: Reals, words: list[str]) -> Scores:
    """The log-odds of one item: ``row`` of features, ``words`` of its beginning (``ngrams.HEAD``), in lower case."""
    odds = lexicon_log_odds(row[None, :])[0]
    columns, shares = np.zeros(0, np.int32), np.zeros((2, 0))
    if model.trained is not None:
        part = model.trained
        columns, values = part.ngrams.row(words)
        share = np.array([SHARE[signal] for signal in SIGNALS])
        shares = part.coefficients[:, columns] * values * (part.slope * share)[:, None]
        own = (shares.sum(axis=1) / share) + part.slope * part.intercepts + part.shift
        odds = combined(odds[None, :], own[None, :])[0]
    attention, alone = 0.0, float(odds[1])
    if model.learned is not None:
        told = model.learned.moves @ np.append(row, 1.0)
        slopes = model.learned.calibration
        odds[1] = slopes[0, 0] * (odds[1] + told[0]) + slopes[0, 1]
        attention = float(told[1])  # only the order counts, so its calibration is not applied
    return Scores(
        harm=float(odds[0]),
        criticism=float(odds[1]),
        criticism_alone=alone,
        attention=attention,
        columns=columns,
        shares=shares,
    )


def probability(log_odds: float) -> float:
    """0..1 of log-odds, without overflow."""
    if log_odds < -30:
        return 0.0
    return 1 / (1 + math.exp(-log_odds))


def log_odds(chance: float) -> float:
    """The inverse of ``probability``."""
    return math.log(chance / (1 - chance))


def to_bytes(model: Model) -> bytes:
    """The model as a zip of plain arrays; nothing in it can run."""
    arrays: dict[str, Any] = {
        "head": _bytes({"format": FORMAT, "name": model.name, "card": model.card, "features": features.NAMES})
    }
    if model.trained is not None:
        part = model.trained
        arrays |= {
            "words": _bytes(part.ngrams.word_names),
            "letters": _bytes(part.ngrams.letter_names),
            "word_idf": part.ngrams.word_idf.astype(np.float32),
            "letter_idf": part.ngrams.letter_idf.astype(np.float32),
            "coefficients": part.coefficients.astype(np.float32),
            "intercepts": part.intercepts,
            "slope": part.slope,
            "shift": part.shift,
        }
    if model.learned is not None:
        arrays |= {
            "moves": model.learned.moves,
            "calibration": model.learned.calibration,
            "decisions": np.array([model.learned.decisions]),
        }
        if model.learned.relevance is not None:
            near = model.learned.relevance
            arrays["relevance"] = np.array([near.base, *near.each, near.decisions])
    out = io.BytesIO()
    np.savez_compressed(out, **arrays)
    return out.getvalue()


def from_bytes(data: bytes) -> Model:
    """The model again; Invalid when the bytes are none, or were made for other features."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as stored:
            arrays = {key: stored[key] for key in stored.files}
        head = json.loads(arrays["head"].tobytes())
        if head["format"] != FORMAT or tuple(head["features"]) != features.NAMES:
            raise Invalid("model", f"model {head['name']} was made by another version; run: kiemtin train")
        trained = None
        if "words" in arrays:
            trained = Trained(
                ngrams=Ngrams(
                    json.loads(arrays["words"].tobytes()),
                    json.loads(arrays["letters"].tobytes()),
                    arrays["word_idf"].astype(np.float64),
                    arrays["letter_idf"].astype(np.float64),
                ),
                coefficients=arrays["coefficients"].astype(np.float64),
                intercepts=arrays["intercepts"],
                slope=arrays["slope"],
                shift=arrays["shift"],
            )
        learned = None
        if "moves" in arrays:
            learned = Learned(
                moves=arrays["moves"],
                calibration=arrays["calibration"],
                decisions=int(arrays["decisions"][0]),
                relevance=_weights(arrays.get("relevance")),
            )
    except (OSError, ValueError, KeyError, TypeError, EOFError) as error:
        raise Invalid("model", f"the stored model cannot be read ({error}); run: kiemtin train") from None
    return Model(name=head["name"], trained=trained, learned=learned, card=head["card"])


def _weights(numbers: Reals | None) -> Weights | None:
    if (
        numbers is None or len(numbers) != len(NEAR) + 2
    ):  # made for other features: the rule set by hand stands
        return None
    return Weights(float(numbers[0]), tuple(float(one) for one in numbers[1:-1]), int(numbers[-1]))


def _bytes(value: Any) -> npt.NDArray[np.uint8]:
    return np.frombuffer(json.dumps(value, ensure_ascii=False).encode("utf-8"), np.uint8)
