"""How long one question to the memory of verified claims takes when it holds 100,000 of them.

    python -m benchmarks.claims [--claims 100000] [--questions 200]

By the clock. Limits (issue 17): p95 under 80 ms a sentence, and of 50 unrelated statements none is offered with high confidence.
Claims and questions are made of invented statements; whole articles are asked about beside them, and what building the
memory takes (a process pays that once) and weighs is told.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import time

import numpy as np
import psutil

from benchmarks import scratch, words
from classifier.claims.memory import ClaimMemory, KnownClaim
from classifier.facts.reader import FactReader
from classifier.places.gazetteer import Gazetteer
from db.catalogue import files

LIMIT_MS, ARTICLE_MS, UNRELATED, SENTENCES = 80.0, 400.0, 50, 10
TRADE = (
    "đập thủy điện sắp vỡ", "cầu sập", "trường học đóng cửa", "ngộ độc", "bị thu hồi đất", "tăng giá điện", "cấm đường",
)  # fmt: skip


def statement(draw: random.Random) -> str:
    """One invented statement of some twenty syllables; a third of them speak of what rumours speak of."""
    said = " ".join(words.drawn(draw, 20))
    return (
        f"{draw.choice(TRADE)} {said}"
        if draw.random() < 0.33
        else f"{said} ngày {draw.randint(1, 28)}/{draw.randint(1, 12)}"
    )


def weight() -> float:
    """Megabytes that this process holds."""
    return float(psutil.Process().memory_info().rss) / 2**20


def main() -> int:
    """Builds, asks, prints; 1 where a limit is broken."""
    cli = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    cli.add_argument("--claims", type=int, default=100_000)
    cli.add_argument("--questions", type=int, default=200)
    given = cli.parse_args()
    draw = random.Random(7)
    known = [KnownClaim(key=n, body=statement(draw), truth="Không có việc ấy.") for n in range(given.claims)]
    memory = ClaimMemory(FactReader(Gazetteer.from_catalogue(files.shipped("laocai"))))
    # what 100,000 claims cost to embed is paid once and kept in the database: here their vectors are drawn
    width = memory.vectors_of(["Mưa lớn."]).shape[1]
    vectors = np.random.default_rng(7).integers(-40, 40, (given.claims, width), dtype=np.int8)
    began, before = time.perf_counter(), weight()
    memory.add(known, vectors)
    print(
        f"{given.claims:,} claims: built in {time.perf_counter() - began:.1f} s, {weight() - before:.0f} MB"
    )
    broken = False
    for name, sentences, limit in (("one sentence", 1, LIMIT_MS), ("an article", SENTENCES, ARTICLE_MS)):
        questions = [". ".join(statement(draw) for _ in range(sentences)) for _ in range(given.questions)]
        taken = [scratch.clock(lambda text=text: memory.match(text, limit=5)) for text in questions]  # type: ignore[misc]
        p95 = scratch.p95(taken)
        broken |= p95 > limit
        print(f"{name}: p50 {statistics.median(taken):.1f} ms, p95 {p95:.1f} ms (limit {limit:g} ms)")
    unrelated = [" ".join(words.drawn(draw, 20)) for _ in range(UNRELATED)]
    high = sum(any(one.band == "high" for one in memory.match(text)) for text in unrelated)
    print(f"unrelated: {high} of {UNRELATED} offered with high confidence (limit 0)")
    return int(broken or high > 0)


if __name__ == "__main__":
    sys.exit(main())
