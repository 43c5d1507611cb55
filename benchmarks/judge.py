"""Judging beside scikit-learn's own TF-IDF and predict with the same features, and training on 10,000 items.

    python benchmarks/judge.py [--articles 300]

The yardstick is what the whole judgement (places, relevance, four signals with reasons, topics, priority) may cost: 1.5
times the time that scikit-learn takes for its TfidfVectorizer (words 1-2, char_wb 2-5, our vocabulary) and a
LogisticRegression's predict_proba on the same texts; without sentence embedding, whose cost is told beside. Texts are invented: full-length articles and feed items.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
from collections.abc import Callable

import numpy as np
from scipy.sparse import hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from classifier.judging.judge import Judge
from classifier.learning import weak_supervision
from classifier.text.item import Item
from classifier.text.prepared_text import read
from db.catalogue import files

RATIO, TRAINING_SECONDS = 1.5, 15.0
EMBEDDED = 200  # ms
ROUNDS = 3
_PLACES = (
    "Sa Pa",
    "Bát Xát",
    "Mù Cang Chải",
    "Hà Nội",
    "Sơn La",
    "Văn Bàn",
    "Nghĩa Lộ",
    "Thái Nguyên",
    "Bắc Hà",
)
_PARTS = (
    "Tai nạn giao thông xảy ra lúc {n} giờ trên quốc lộ qua {p}, {n} người bị thương được đưa đi cấp cứu.",
    "Người dân thôn {n} ở {p} bức xúc vì công trình cấp nước chậm tiến độ, nhiều lần phản ánh nhưng chưa được trả lời.",
    "Ủy ban nhân dân tỉnh cho biết đã giao các sở, ngành kiểm tra và báo cáo trước ngày {n}.",
    "Mưa lớn làm sạt lở {n} điểm, giao thông ở {p} bị chia cắt trong nhiều giờ, lực lượng chức năng đang khắc phục.",
    "Lễ hội mùa xuân ở {p} thu hút hơn {n} nghìn lượt du khách với nhiều trò chơi dân gian và ẩm thực vùng cao.",
    "Theo thống kê, sản lượng quế, chè của {p} tăng {n} phần trăm so với cùng kỳ, mở ra hướng thoát nghèo cho nhiều hộ.",
    "Cơ quan công an khởi tố {n} bị can về hành vi lừa đảo chiếm đoạt tài sản, vụ án đang được mở rộng điều tra.",
    "Thông tin lan truyền trên mạng xã hội về con đập ở {p} được cơ quan chức năng khẳng định là không đúng sự thật.",
)


def article(seed: int, sentences: int) -> Item:
    """An invented item of so many sentences."""
    draw = random.Random(seed)
    words = [
        draw.choice(_PARTS).format(n=draw.randrange(2, 99), p=draw.choice(_PLACES))
        for _ in range(sentences + 1)
    ]
    return Item(id=str(seed), title=words[0].split(",")[0], text=" ".join(words[1:]))


def plain(text: str) -> str:
    """What both sides cut words from."""
    return " ".join(re.findall(r"\w+", text.lower()))


def fastest(work: Callable[[], object]) -> float:
    """Seconds of the fastest of three rounds, on this thread's own clock."""
    times = []
    for _ in range(ROUNDS):
        begin = time.thread_time()
        work()
        times.append(time.thread_time() - begin)
    return min(times)


def main() -> int:
    """Runs the bench; 1 where a limit is broken."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=300)
    given = parser.parse_args()
    shipped = files.shipped("laocai")
    rules = Judge(shipped, embed=False)

    harvest = [article(seed, 2) for seed in range(10_000)]
    begin = time.thread_time()
    weak = weak_supervision.read((read(item) for item in harvest), rules.lexicon)
    model = weak_supervision.train(weak)
    training = time.thread_time() - begin
    assert model.trained is not None
    print(
        f"train 10,000 items: {training:5.1f} s = {training / TRAINING_SECONDS:.2f} of {TRAINING_SECONDS:.0f} s"
    )

    judge = Judge(shipped, model, embed=False)
    embedding = Judge(shipped, model)
    ngrams = model.trained.ngrams
    common = {"preprocessor": plain, "sublinear_tf": True}
    words = TfidfVectorizer(token_pattern=r"\w+", ngram_range=(1, 2), vocabulary=ngrams.word_names, **common)
    letters = TfidfVectorizer(
        analyzer="char_wb", ngram_range=(2, 5), vocabulary=ngrams.letter_names, **common
    )
    texts = [f"{item.title}\n{item.text}" for item in harvest[:2000]]
    matrix = hstack([words.fit_transform(texts), letters.fit_transform(texts)]).tocsr()
    labels = np.arange(matrix.shape[0]) % 2
    heads = [LogisticRegression(max_iter=20, tol=0.1).fit(matrix, labels) for _ in range(2)]

    broken = training > TRAINING_SECONDS
    for name, sentences, number in (
        ("full-length", 34, given.articles),
        ("feed item", 2, given.articles * 5),
    ):
        items = [article(seed, sentences) for seed in range(20_000, 20_000 + number)]
        bodies = [f"{item.title}\n{item.text}" for item in items]

        def theirs(bodies: list[str] = bodies) -> None:
            for body in bodies:  # one by one, as articles come in
                row = hstack([words.transform([body]), letters.transform([body])]).tocsr()
                for head in heads:
                    head.predict_proba(row)

        def theirs_at_once(bodies: list[str] = bodies) -> None:
            rows = hstack([words.transform(bodies), letters.transform(bodies)]).tocsr()
            for head in heads:
                head.predict_proba(rows)

        def ours(items: list[Item] = items) -> None:
            for item in items:
                judge.judge(item).as_json()

        length = sum(map(len, bodies)) // len(bodies)
        mine, single, batch = fastest(ours), fastest(theirs), fastest(theirs_at_once)
        ratio = mine / batch
        broken = broken or (name == "full-length" and ratio > RATIO)
        print(
            f"judge {name} ({length} characters): ours {number / mine:6.0f}/s, scikit-learn {number / batch:6.0f}/s at once,"
            f" {number / single:6.0f}/s one by one; ratio {ratio:.2f} (limit {RATIO} for full-length articles),"
            f" one by one {mine / single:.2f}"
        )
        near = [item for item in items[: given.articles // 5] if judge.judge(item).relevance.label != "none"]
        begin = time.process_time()
        for item in near:
            embedding.judge(item)
        spent = (time.process_time() - begin) * 1000 / max(1, len(near))
        print(
            f"judge {name} with sentence embedding: {spent:.0f} ms of the processor an item that is core or mention (limit {EMBEDDED})"
        )
        broken = broken or spent > EMBEDDED
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
