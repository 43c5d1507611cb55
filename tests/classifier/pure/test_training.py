"""Weak training, learning from decisions, and the safe form of a model."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from classifier.judging.judge import Judge
from classifier.learning import correction, weak_supervision
from classifier.learning.correction import Decided
from classifier.signals import features
from classifier.signals import model as models
from classifier.signals.model import Model
from classifier.text.item import Item
from classifier.text.prepared_text import read
from db.catalogue import Catalogue
from db.core.errors import Invalid

BAD = "Tai nạn giao thông ở km {n}, {n} người tử vong, xe khách lao xuống vực lúc rạng sáng, hiện trường tan nát"
CROSS = "Người dân thôn {n} bức xúc, kêu cứu vì công trình chậm tiến độ, xuống cấp, chính quyền đùn đẩy trách nhiệm"
CALM = "Lễ hội mùa xuân thứ {n} thu hút du khách trải nghiệm ẩm thực, ngắm hoa và ruộng bậc thang bên suối"


@pytest.fixture(scope="module")
def weak(judge: Judge) -> weak_supervision.Weak:
    texts = [form.format(n=number) for number in range(1, 181) for form in (BAD, CROSS, CALM)]
    readings = [read(Item(id=str(place), title=text, text="")) for place, text in enumerate(texts)]
    return weak_supervision.read(readings, judge.lexicon)


@pytest.fixture(scope="module")
def trained(weak: weak_supervision.Weak) -> Model:
    return weak_supervision.train(weak, at=datetime(2026, 11, 21, tzinfo=UTC))


def test_words_beside_the_lexicon_are_learned(trained: Model) -> None:
    assert trained.trained is not None
    ngrams = trained.trained.ngrams
    weight = dict(zip(ngrams.word_names, trained.trained.coefficients[0], strict=False))
    assert weight["rạng sáng"] > 0 > weight["bên suối"]


def test_a_model_is_named_by_its_data_and_tells_what_it_is_not_for(
    weak: weak_supervision.Weak, trained: Model
) -> None:
    again = weak_supervision.train(weak, at=datetime(2026, 11, 21, tzinfo=UTC))
    assert again.name == trained.name
    assert trained.card["forbidden_uses"]
    assert trained.card["items"] == 540


def test_a_small_harvest_leaves_the_rules_alone(judge: Judge) -> None:
    weak = weak_supervision.read([read(Item(id="1", title=BAD, text=""))], judge.lexicon)
    model = weak_supervision.train(weak)
    assert model.trained is None
    assert "rules" in model.card["note"]
    assert weak_supervision.train(weak_supervision.read([], judge.lexicon)).trained is None


def test_a_model_comes_back_from_its_bytes(shipped: Catalogue, trained: Model) -> None:
    learned = models.Learned(
        moves=np.ones((2, len(features.NAMES) + 1)),
        calibration=np.array([[1.0, 0.0], [1.0, 0.0]]),
        decisions=30,
    )
    back = models.from_bytes(
        models.to_bytes(Model(name="m", trained=trained.trained, learned=learned, card={"a": 1}))
    )
    assert (back.name, back.card) == ("m", {"a": 1})
    item = Item(id="1", title=BAD, text="")
    with_old = Judge(shipped, Model(trained=trained.trained)).judge(item)
    with_new = Judge(shipped, Model(trained=back.trained)).judge(item)
    assert with_new.harm.score == pytest.approx(with_old.harm.score, abs=1e-3)
    assert back.learned is not None
    assert back.learned.decisions == 30


def test_bytes_that_are_no_model_are_refused_and_never_run() -> None:
    out = io.BytesIO()
    np.savez(out, head=np.array([{"a": 1}], dtype=object), allow_pickle=True)
    for data in (b"", b"garbage", out.getvalue()):
        with pytest.raises(Invalid, match="kiemtin train"):
            models.from_bytes(data)


def decided(judge: Judge, title: str, outcome: str, number: int) -> Decided:
    return correction.decided(
        read(Item(id=str(number), title=f"{title} ở Sa Pa, Lào Cai", text="")), judge, outcome=outcome,
        story=f"s{number}", at=datetime(2026, 11, 1, tzinfo=UTC) + timedelta(hours=number),
    )  # fmt: skip


@pytest.fixture(scope="module")
def rows(judge: Judge) -> list[Decided]:
    """Staff send on to be answered what the rules see little in: a chairman who did not come to hear people."""
    found = []
    for number in range(40):
        critical = number % 2 == 0
        title = "Chủ tịch xã vắng mặt tại buổi tiếp dân" if critical else CALM.format(n=number)
        found.append(decided(judge, title, "route_critical" if critical else "dismiss", number))
    return found


def test_few_decisions_teach_nothing(rows: list[Decided]) -> None:
    assert correction.learn(rows[: correction.LEAST - 1]) is None


def test_decisions_raise_what_staff_sent_on_and_not_the_rest(rows: list[Decided]) -> None:
    learned = correction.learn(rows)
    assert learned is not None
    critical, calm = rows[0], rows[1]
    assert correction.corrected(learned, critical)[0] > critical.criticism
    assert correction.corrected(learned, critical)[0] > correction.corrected(learned, calm)[0]


def test_decisions_all_alike_teach_nothing(rows: list[Decided]) -> None:
    assert correction.learn([row for row in rows * 2 if not row.wanted]) is None


def test_the_forward_test_splits_by_time_and_keeps_a_story_on_one_side(rows: list[Decided]) -> None:
    earlier, later = correction.split_forward(rows, None)
    assert max(rows[place].at for place in earlier) < min(rows[place].at for place in later)
    assert not {rows[place].story for place in earlier} & {rows[place].story for place in later}
    assert correction.split_forward(rows, rows[-1].at)[1] == []


def test_a_challenger_that_ranks_worse_does_not_win() -> None:
    wanted = np.array([True, False, True, False])
    good, bad = np.array([4.0, 1.0, 3.0, 2.0]), np.array([1.0, 4.0, 2.0, 3.0])
    assert correction.better(wanted, good, bad)[0]
    assert not correction.better(wanted, bad, good)[0]


def test_from_a_hundred_decisions_scores_are_calibrated(rows: list[Decided]) -> None:
    learned = correction.learn(rows * 3)
    assert learned is not None
    assert learned.calibration[0].tolist() != [1.0, 0.0]
