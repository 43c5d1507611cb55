"""TF-IDF rows must be those of scikit-learn, only faster."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pytest

from classifier.text import tfidf

if TYPE_CHECKING:
    from sklearn.feature_extraction.text import TfidfVectorizer

TEXTS = [
    "Xe khách lật ở đèo, ba người bị thương nặng",
    "Người dân phản ánh đường xuống cấp, chờ sửa đã ba năm",
    "Lễ hội mùa xuân mở đầu năm du lịch",
    "Người dân khiếu nại việc đền bù, huyện hứa trả lời",
    "",
    "Ba người bị thương sau vụ cháy chợ; người dân lo lắng, người dân lo",
]


def peer() -> list[TfidfVectorizer]:
    from sklearn.feature_extraction.text import TfidfVectorizer  # two seconds: only here

    def plain(text: str) -> str:
        return " ".join(re.findall(r"\w+", text.lower()))

    common = {"preprocessor": plain, "sublinear_tf": True, "min_df": 1}
    return [
        TfidfVectorizer(token_pattern=r"\w+", ngram_range=(1, 2), **common),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), **common),
    ]


def by_name(made: tfidf.Ngrams, values: np.ndarray) -> dict[str, float]:
    names = [*made.word_names, *(f"§{name}" for name in made.letter_names)]
    return {name: round(value, 9) for name, value in zip(names, values, strict=True) if value}


def test_rows_are_those_of_scikit_learn() -> None:
    from scipy.sparse import hstack

    vectorizers = peer()
    matrix = hstack([one.fit_transform(TEXTS) for one in vectorizers]).toarray()
    names = [
        *vectorizers[0].get_feature_names_out(),
        *(f"§{name}" for name in vectorizers[1].get_feature_names_out()),
    ]
    made, learnt = tfidf.learn(TEXTS, most_words=10**6, most_letters=10**6, least_words=1, least_letters=1)
    again = made.matrix(TEXTS).toarray()
    for row in range(len(TEXTS)):
        wanted = {name: round(value, 9) for name, value in zip(names, matrix[row], strict=True) if value}
        assert by_name(made, learnt.toarray()[row]) == pytest.approx(wanted)
        assert by_name(made, again[row]) == pytest.approx(wanted)


def test_rare_words_are_left_out_and_the_frequent_kept_first() -> None:
    made, _ = tfidf.learn(TEXTS, most_words=2, most_letters=3, least_words=2, least_letters=2)
    assert set(made.word_names) == {"người", "ba"}
    assert len(made.letter_names) == 3


def test_an_empty_text_has_an_empty_row() -> None:
    made, _ = tfidf.learn(TEXTS, most_words=100, most_letters=100)
    columns, values = made.row([])
    assert len(columns) == len(values) == 0
