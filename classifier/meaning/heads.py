"""What was learned from the corpus: log-odds of the four signals from words, facts and meaning, and of being checkable.

Three readers of one text. The *words head* is linear on n-grams, lexicon counts and facts. The *meaning head* is a support
vector machine with a Gaussian kernel on the mean embedding of the leading sentences, less the mean of its language. The
*spotting head* is linear on the facts of one sentence, and on its embedding where there is one. How they are brought
together stands in ``classifier.judging.fusion``. All arrays are in ``weights.npz``; ``kiemtin train --corpus`` makes it.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from classifier.meaning.embedding import Vectors, from_bytes
from classifier.meaning.fact_features import Named
from classifier.text.tfidf import Ngrams
from db.core.errors import Invalid

Reals = npt.NDArray[np.float64]

FILE = Path(__file__).with_name("weights.npz")
FORMAT = 1
SIGNALS = ("harm", "criticism", "check", "rebuttal")
LEAST_SPREAD = 0.2  # a named number that hardly varies in the corpus is not blown up
NEAR_ONE = 0.05  # what lexicon and facts weigh beside n-grams of length one (leave-one-hand-out, 2026-11-29)


@dataclass(frozen=True, slots=True, kw_only=True)
class FactScale:
    """Named numbers as a row: their order and what each is divided by."""

    names: dict[str, int]
    spread: Reals

    def row(self, named: Named) -> Reals:
        """The row of one text; names that the corpus does not know are left out."""
        row = np.zeros(len(self.names))
        for name, value in named.items():
            place = self.names.get(name)
            if place is not None:
                row[place] = value
        scaled: Reals = row / self.spread
        return scaled


@dataclass(frozen=True, slots=True, kw_only=True)
class Heads:
    """The weights; rows of ``words``, ``counts``, ``dual``, ``fused`` and ``unseen`` are in the order of ``SIGNALS``.

    ``words``: by n-gram; ``counts``: by lexicon feature, then by fact. ``support``, ``dual``, ``offset``, ``gamma``: the
    meaning head. ``centre``: mean vector by language; ``spread``: of each component. ``fused``: what words, meaning and
    the rules' own log-odds weigh, and what is added; ``unseen``: the same without meaning (its weight 0).
    ``spot``, ``spot_unseen``: of the facts of a sentence, then of its embedding, last what is added.
    ``claim_centre``, ``claim_turn``: how embeddings are turned before claims are compared by them.
    """

    ngrams: Ngrams
    words: Reals
    lexicon_spread: Reals
    facts: FactScale
    counts: Reals
    intercepts: Reals
    support: Vectors
    dual: Reals
    offset: Reals
    gamma: float
    languages: tuple[str, ...]
    centre: Reals
    spread: Reals
    fused: Reals
    unseen: Reals
    spot_facts: FactScale
    spot: Reals
    spot_unseen: Reals
    claim_centre: Reals
    claim_turn: Reals
    about: str
    digest: str  # of the file: what was made by other weights cannot be compared

    def counted(self, lexicon: Reals, named: Named) -> Reals:
        """Lexicon features and facts as the words head reads them."""
        row: Reals = NEAR_ONE * np.concatenate([lexicon / self.lexicon_spread, self.facts.row(named)])
        return row

    def from_words(self, tokens: list[str], counted: Reals) -> tuple[Reals, npt.NDArray[np.int32], Reals]:
        """Log-odds of the signals, and which n-grams stand in the text with what each adds to each signal."""
        columns, values = self.ngrams.row(tokens)
        shares = self.words[:, columns] * values
        return shares.sum(axis=1) + self.counts @ counted + self.intercepts, columns, shares

    def centred(self, vectors: Vectors, language: str) -> Reals:
        """Vectors less the mean of their language, each component brought to one spread."""
        place = self.languages.index(language) if language in self.languages else len(self.languages)
        rows: Reals = (vectors - self.centre[place]) / self.spread
        return rows

    def from_meaning(self, vectors: Vectors, language: str) -> Reals:
        """(vectors, signals): the meaning head's values."""
        rows = self.centred(np.atleast_2d(vectors), language)
        apart = (rows**2).sum(axis=1)[:, None] + (self.support**2).sum(axis=1) - 2 * rows @ self.support.T
        found: Reals = np.exp(-self.gamma * np.maximum(apart, 0)) @ self.dual.T + self.offset
        return found

    def checkable(self, named: Named, vector: Reals | None) -> float:
        """Log-odds that a sentence says what somebody could look up; ``vector``: centred, None where there is none."""
        row = self.spot_facts.row(named)
        if vector is None:
            return float(self.spot_unseen[:-1] @ row + self.spot_unseen[-1])
        return float(self.spot[:-1] @ np.concatenate([row, vector]) + self.spot[-1])

    def sentence_weights(self) -> dict[str, float]:
        """What each named number of a sentence adds to its being checkable, where nothing was embedded."""
        return {name: float(self.spot_unseen[place]) for name, place in self.spot_facts.names.items()}


@cache
def shipped() -> Heads | None:
    """The weights of the package; None where it has none (they are being made)."""
    return from_file(FILE) if FILE.exists() else None


def from_file(path: Path) -> Heads:
    """Weights from a file; Invalid when it holds none of this version."""
    try:
        content = path.read_bytes()
        with np.load(io.BytesIO(content), allow_pickle=False) as stored:
            held = {name: stored[name] for name in stored.files}
        head = json.loads(held["head"].tobytes())
        if head["format"] != FORMAT or tuple(head["signals"]) != SIGNALS:
            raise Invalid("weights", f"{path} was made by another version; run: kiemtin train --corpus")
        real = {name: value.astype(np.float64) for name, value in held.items() if value.dtype.kind == "f"}
        spread = real["spread"]
        languages = tuple(head["languages"])
        support = np.zeros((len(held["support"]), len(spread)))
        for place, vector in enumerate(from_bytes(held["support"])):
            support[place] = (vector - real["centre"][held["support_language"][place]]) / spread
        return Heads(
            ngrams=Ngrams(head["words"], head["letters"], real["word_idf"], real["letter_idf"]),
            words=real["words"], lexicon_spread=real["lexicon_spread"],
            facts=FactScale(names=_places(head["facts"]), spread=real["fact_spread"]), counts=real["counts"],
            intercepts=real["intercepts"], support=support.astype(np.float32), dual=real["dual"], offset=real["offset"],
            gamma=float(real["gamma"][0]), languages=languages, centre=real["centre"], spread=spread,
            fused=real["fused"], unseen=real["unseen"],
            spot_facts=FactScale(names=_places(head["spot_facts"]), spread=real["spot_spread"]),
            spot=real["spot"], spot_unseen=real["spot_unseen"], claim_centre=real["claim_centre"],
            claim_turn=real["claim_turn"], about=head["about"], digest=hashlib.sha256(content).hexdigest()[:16],
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as why:
        raise Invalid("weights", f"{path} cannot be read ({why}); run: kiemtin train --corpus") from None


def to_file(path: Path, *, lists: dict[str, object], arrays: dict[str, npt.NDArray[np.generic]]) -> None:
    """Writes a file that ``from_file`` reads: lists as JSON, arrays as they are; nothing in it can run."""
    text = json.dumps({"format": FORMAT, "signals": SIGNALS, **lists}, ensure_ascii=False).encode()
    out = io.BytesIO()
    np.savez_compressed(out, **{"head": np.frombuffer(text, np.uint8), **arrays})  # type: ignore[arg-type]
    draft = path.with_suffix(".part")
    draft.write_bytes(out.getvalue())
    draft.replace(path)


def _places(names: list[str]) -> dict[str, int]:
    return {name: place for place, name in enumerate(names)}
