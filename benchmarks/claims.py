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
WHO = (
    "đập thủy điện",
    "cây cầu treo",
    "trường học",
    "trạm y tế",
    "chợ phiên",
    "hồ chứa",
    "tuyến đường",
    "khu du lịch",
)
WHAT = (
    "sắp vỡ",
    "bị sập",
    "bị bán cho người nước ngoài",
    "phải đóng cửa",
    "làm chết mười người",
    "gây ngộ độc",
    "bị thu hồi đất",
    "bị bỏ hoang",
)
WHERE = ("Bản Thử", "Nậm Mơ", "Suối Mẫu", "Pú Hư", "Tả Giả", "Lùng Bịa", "Khe Tưởng", "Mường Ví")


def statement(draw: random.Random) -> str:
    """One invented statement; syllables beside the trade words keep any two from being the same."""
    noise = " ".join(
        draw.choice("bcdghklmnst") + draw.choice(("a", "an", "ong", "ieu", "uy", "inh")) for _ in range(6)
    )
    return f"{draw.choice(WHO)} {draw.choice(WHERE)} {draw.choice(WHAT)} ngày {draw.randint(1, 28)}/{draw.randint(1, 12)} {noise}"


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
    began = time.perf_counter()
    memory = Memory(known)
    built = time.perf_counter() - began
    taken = []
    for _ in range(given.questions):
        text = statement(draw)
        began = time.perf_counter()
        memory.match(text, limit=5)
        taken.append((time.perf_counter() - began) * 1000)
    p95 = statistics.quantiles(taken, n=20)[-1]
    print(
        f"{given.claims:,} claims: built in {built:.1f} s; a question p50 {statistics.median(taken):.1f} ms, p95 {p95:.1f} ms (limit {LIMIT_MS:g} ms)"
    )
    return int(p95 > LIMIT_MS)


if __name__ == "__main__":
    sys.exit(main())
