"""How long one question to the memory of verified claims takes when it holds 100,000 of them.

    python -m benchmarks.claims [--claims 100000] [--questions 200]

Limit (issue 6): p95 under 50 ms. Claims and questions are made of invented statements; building the memory is told
beside it, for a process pays that once.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import time
from datetime import UTC, datetime, timedelta

from review_ui.claims.memory import Known, Memory

LIMIT_MS = 50.0
SYLLABLES = tuple(
    start + middle + end
    for start in [
        "b",
        "c",
        "ch",
        "d",
        "đ",
        "g",
        "gi",
        "h",
        "kh",
        "l",
        "m",
        "n",
        "ng",
        "nh",
        "ph",
        "qu",
        "r",
        "s",
        "t",
        "th",
        "tr",
        "v",
        "x",
    ]
    for middle in ["a", "ă", "â", "e", "ê", "i", "o", "ô", "ơ", "u", "ư", "iê", "uô", "ươ"]
    for end in ("", "n", "ng", "t", "c", "m", "p", "nh")
)
ZIPF = tuple(1 / rank for rank in range(1, len(SYLLABLES) + 1))  # common words are as common as in the press
TRADE = (
    "đập thủy điện sắp vỡ",
    "cầu sập",
    "trường học đóng cửa",
    "ngộ độc",
    "bị thu hồi đất",
    "tăng giá điện",
    "cấm đường",
)


def statement(draw: random.Random) -> str:
    """One invented statement of some twenty syllables; a third of them speak of what rumours speak of."""
    words = " ".join(draw.choices(SYLLABLES, ZIPF, k=20))
    return (
        f"{draw.choice(TRADE)} {words}"
        if draw.random() < 0.33
        else f"{words} ngày {draw.randint(1, 28)}/{draw.randint(1, 12)}"
    )


def main() -> int:
    cli = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    cli.add_argument("--claims", type=int, default=100_000)
    cli.add_argument("--questions", type=int, default=200)
    given = cli.parse_args()
    draw, now = random.Random(7), datetime(2026, 11, 1, tzinfo=UTC)
    known = [
        Known(id=n, body=statement(draw), code="fabricated", label="SAI", what_is_true="Không có việc ấy.",
              said_on=None, approved_at=now - timedelta(minutes=n))
        for n in range(given.claims)
    ]  # fmt: skip
    began = time.thread_time()
    memory = Memory(known)
    built = time.thread_time() - began
    taken = []
    for _ in range(given.questions):
        text = statement(draw)
        began = time.thread_time()  # by processor: another program on the same cores does not count
        memory.match(text, limit=5)
        taken.append((time.thread_time() - began) * 1000)
    p95 = statistics.quantiles(taken, n=20)[-1]
    print(
        f"{given.claims:,} claims: built in {built:.1f} s; a question p50 {statistics.median(taken):.1f} ms, p95 {p95:.1f} ms (limit {LIMIT_MS:g} ms)"
    )
    return int(p95 > LIMIT_MS)


if __name__ == "__main__":
    sys.exit(main())
