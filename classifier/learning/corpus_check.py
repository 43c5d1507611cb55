"""Is the corpus fit to learn from? Near-duplicates, balance of the labels, what style alone gives away, agreement.

Style alone: a logistic regression on length, punctuation, digits, capitals and function words, tried on hands that it did
not learn from. An area under the curve (AUC) well above one half says that a label can be guessed without reading.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from classifier.learning.corpus import APART, LEARNED_FROM, SIGNALS, CorpusText, items, relabelled, sentences

NEAR = 0.5  # share of the shorter text's word triples that stand in another: a near-duplicate
SIGNS = ".,;:!?…\"“”«»()-–/%\n'"
# Words that join and never name, by language; negations and marks of time are no style and stand not here.
FUNCTION_WORDS = {
    "vi": [
        "và",
        "của",
        "là",
        "với",
        "cho",
        "các",
        "những",
        "một",
        "ở",
        "trong",
        "trên",
        "dưới",
        "từ",
        "đến",
        "theo",
        "do",
        "để",
        "khi",
        "thì",
        "mà",
        "về",
        "qua",
    ],
    "en": [
        "the",
        "a",
        "an",
        "of",
        "in",
        "on",
        "at",
        "to",
        "for",
        "and",
        "or",
        "but",
        "with",
        "by",
        "from",
        "that",
        "this",
        "it",
        "its",
        "he",
        "she",
        "they",
        "we",
        "i",
        "you",
        "who",
        "which",
    ],
    "fr": [
        "le",
        "la",
        "les",
        "un",
        "une",
        "des",
        "de",
        "du",
        "à",
        "au",
        "aux",
        "et",
        "ou",
        "mais",
        "avec",
        "par",
        "pour",
        "dans",
        "sur",
        "que",
        "qui",
        "ce",
        "cette",
        "il",
        "elle",
        "ils",
        "nous",
        "vous",
    ],
    "zh": list("的了在是和与及也就都而但被把对从到于以其之这那我你他"),
}


def check(hands: Sequence[str] = (*LEARNED_FROM, *APART)) -> dict[str, Any]:
    """The figures of the corpus, for ``kiemtin corpus check``."""
    read, single = items(hands), sentences(hands)
    return {
        "items": len(read),
        "sentences": len(single),
        "near_duplicates": round(near_duplicates([f"{one.title}\n{one.text}" for one in read]), 4),
        "near_duplicate_sentences": round(near_duplicates([one.text for one in single]), 4),
        "shares": _shares(read),
        "shares_by_kind": {kind: _shares([one for one in read if one.kind == kind]) for kind in sorted({one.kind for one in read})},
        "shares_by_language": {code: _shares([one for one in read if one.lang == code]) for code in sorted({one.lang for one in read})},
        "shares_by_hand": {hand: _shares([one for one in read if one.hand == hand]) for hand in hands},
        "style_auc": style_auc(read),
        "style_auc_length_and_signs": style_auc(read, function_words=False),
        "kappa": kappa(read),
    }  # fmt: skip


def near_duplicates(texts: Sequence[str]) -> float:
    """The share of texts that have a near-duplicate among the others."""
    from sklearn.feature_extraction.text import CountVectorizer

    rows = CountVectorizer(analyzer=_triples, binary=True, dtype=np.float32).fit_transform(texts)
    sizes = np.asarray(rows.sum(axis=1)).ravel()
    common = (rows @ rows.T).tocoo()
    apart = common.row != common.col
    ones, others = common.row[apart], common.col[apart]
    near = common.data[apart] >= NEAR * np.minimum(sizes[ones], sizes[others])
    return len(np.unique(ones[near])) / len(texts)


def _triples(text: str) -> list[str]:
    words = re.findall(r"[\u3400-\u9fff]|[^\W\u3400-\u9fff]+", text.lower())
    return [" ".join(words[at : at + 3]) for at in range(max(len(words) - 2, 1))]


def style(one: CorpusText, *, function_words: bool = True) -> list[float]:
    """What a text looks like, and nothing of what it says."""
    text = f"{one.title}\n{one.text}"
    size = len(text)
    words = re.findall(r"\w+", text.lower())
    row = [
        float(np.log(size)), len(words) / size, float(bool(one.title)), float(np.log1p(len(one.title))),
        sum(letter.isdigit() for letter in text) / size, sum(letter.isupper() for letter in text) / size,
        float(sum(ord(letter) > 0x1F000 for letter in text)),
        float(np.mean([len(part) for part in re.split(r"[.!?。！？…]+", text)])) / 100,
    ]  # fmt: skip
    row += [100 * text.count(sign) / size for sign in SIGNS]
    row += [float(one.lang == code) for code in FUNCTION_WORDS]
    if function_words:
        for code, listed in FUNCTION_WORDS.items():
            for word in listed:
                count = text.count(word) if code == "zh" else words.count(word)
                row.append(100 * count / max(len(words), 1) if code == one.lang else 0.0)
    return row


def style_auc(texts: Sequence[CorpusText], *, function_words: bool = True) -> dict[str, float]:
    """By signal, how well style alone tells the label, each hand judged from the others."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import LeaveOneGroupOut, cross_val_predict
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    rows: npt.NDArray[np.float64] = np.array([style(one, function_words=function_words) for one in texts])
    hands = [one.hand for one in texts]
    found = {}
    for signal in SIGNALS:
        told = np.array([one.labels[signal] for one in texts])
        model = make_pipeline(
            StandardScaler(), LogisticRegression(C=0.05, max_iter=3000, class_weight="balanced")
        )
        scores = cross_val_predict(
            model, rows, told, cv=LeaveOneGroupOut(), groups=hands, method="decision_function"
        )
        found[signal] = round(float(roc_auc_score(told, scores)), 3)
    return found


def kappa(texts: Sequence[CorpusText]) -> dict[str, float]:
    """Cohen's kappa between the writers' labels and those that a second person gave blind."""
    from sklearn.metrics import cohen_kappa_score

    second = relabelled()
    both = [(one, second[one.id]) for one in texts if one.id in second]
    if not both:
        return {}
    found = {
        signal: round(float(cohen_kappa_score([one.labels[signal] for one, _ in both], [row["labels"][signal] for _, row in both])), 3)
        for signal in SIGNALS
    }  # fmt: skip
    found["relevance"] = round(
        float(cohen_kappa_score([one.relevance for one, _ in both], [row["relevance"] for _, row in both])), 3
    )
    return {**found, "items": len(both)}


def _shares(texts: Sequence[CorpusText]) -> dict[str, float]:
    found = {signal: round(float(np.mean([one.labels[signal] for one in texts])), 3) for signal in SIGNALS}
    return {
        **found,
        "core": round(float(np.mean([one.relevance == "core" for one in texts])), 3),
        "n": len(texts),
    }
