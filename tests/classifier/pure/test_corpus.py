"""The corpus that weights are learned from: whole, labelled, and its check sees what it is meant to see."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from classifier.learning import corpus, corpus_check
from db.core.errors import Invalid


def test_every_hand_is_read_and_its_numbers_are_unique() -> None:
    read = corpus.items((*corpus.LEARNED_FROM, *corpus.APART))
    single = corpus.sentences((*corpus.LEARNED_FROM, *corpus.APART))
    assert len(read) >= 3000
    assert len(single) >= 1500
    assert len({one.id for one in read + single}) == len(read) + len(single)
    assert {one.lang for one in read} == {"vi", "en", "zh", "fr"}
    assert not set(corpus.LEARNED_FROM) & set(corpus.APART)


def test_a_tenth_was_labelled_again_by_a_second_person() -> None:
    read = corpus.items()
    assert len(corpus.relabelled()) >= 200
    agreed = corpus_check.kappa(read)
    assert min(agreed[signal] for signal in corpus.SIGNALS) > 0.8


def test_no_item_is_nearly_another() -> None:
    assert corpus_check.near_duplicates([one.text for one in corpus.items(("h1",))]) < 0.01


def test_a_repeated_text_is_seen_in_spaced_and_unspaced_script() -> None:
    texts = [
        "Mưa to làm sập mái chợ xã, ba sạp rau bị vùi", "Sáng nay mưa to làm sập mái chợ xã, ba sạp rau bị vùi",
        "Trường tiểu học tổ chức hội thi kể chuyện", "大雨冲垮了集市的棚顶三个菜摊被埋", "昨夜大雨冲垮了集市的棚顶三个菜摊被埋",
    ]  # fmt: skip
    assert corpus_check.near_duplicates(texts) == pytest.approx(4 / 5)


def test_style_sees_form_and_not_words() -> None:
    one = corpus.items(("h1",))[0]
    same = replace(one, text=one.text.replace("chân", "tay"))
    assert len(corpus_check.style(one)) == len(corpus_check.style(same))
    assert corpus_check.style(replace(one, text=one.text + "!!!")) != corpus_check.style(one)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"labels": {"harm": 1}}, "labels"),
        ({"modality": "perhaps"}, "modality"),
        ({"text": "  "}, "text is empty"),
        ({"spot": "a sentence that stands nowhere"}, "letter by letter"),
        ({"relevance": "near"}, "relevance"),
    ],
)
def test_a_line_that_breaks_the_form_is_named(tmp_path: Path, change: dict[str, object], says: str) -> None:
    row = {
        "id": "h9-1", "lang": "vi", "title": "", "text": "Suối dâng.", "date": "2026-01-02", "relevance": "core",
        "labels": {"harm": 0, "criticism": 0, "check": 0, "rebuttal": 0}, "modality": "asserted", "attribution": "none",
    }  # fmt: skip
    lines = [json.dumps(row), json.dumps({**row, **change})]
    (tmp_path / "h9_items.jsonl").write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(Invalid, match=f"line 2.*{says}"):
        corpus.items(("h9",), tmp_path)
