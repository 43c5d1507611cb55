"""`make bench` reads figures out of what each benchmark prints: the lines and the patterns belong together."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.__main__ import BENCHES, read

FOLDER = Path(__file__).parent.parent.parent / "benchmarks"
# a line of each as it was once printed
LINES = {
    "extract": "23 pages, 2 rounds, one core: ours 40.1 pages/s, trafilatura with metadata 24.2 pages/s; ratio 1.657 (worst round 1.6)",
    "crawl": "  ours / trafilatura alone: 0.91 (target 0.85)\n  ours / plain Scrapy:      2.10 (target 1.8)",
    "poll_cost": "  ratio: 1.04 (target under 1.2)",
    "judge": "train 10,000 items:   5.1 s = 0.34 of 15 s\njudge full-length (3024 characters): ours    180/s, scikit-learn    160/s at once,    90/s one by one; ratio 0.89 (limit 1.5 for full-length articles), one by one 0.50",
    "group": "place one article   p50   3.10 ms   p95   6.20 ms   limit 10 ms: kept",
    "desk": "queue                        p50    9.1 ms   p95   14.2 ms    1.3 x the time at 10,000\nfifty at once: 0 errors; answers 300 times 200, 300 times 303; a look at the queue p50 900 ms",
    "overview": "overview at 1,000,000 articles: p50 20 ms, p95 41 ms (limit 150 ms), 1.2 x the time at 10,000",
    "claims": "100,000 claims: built in 12.0 s, 210 MB\none sentence: p50 4.2 ms, p95 6.0 ms (limit 50 ms)\nunrelated: 0 of 50 offered with high confidence (limit 0)",
    "digest": "digest docx 5000 items:  4.20 s = 0.42 of 10 s,  210 MB = 0.42 of 500 MB, 0.3 MB written",
    "capture": "captures add to the crawl by CPU: ratio 1.031 (limit 1.1); by the clock 1.020",
    "evidence": "evidence pack of 20 articles (2.3 MB): 1.6 s of work, 22.6 s by the clock (limit 15 s)\npeak memory 121 MB (limit 400 MB)",
    "memory": "whole system, peak: 812 MB (goal 1000, limit 1200 MB): classify 214\nwhole system, rest: 780 MB (goal 1000, limit 1200 MB): classify 214",
}


@pytest.mark.parametrize("bench", BENCHES, ids=lambda bench: bench.module)
def test_every_figure_of_a_benchmark_is_found_in_its_lines(bench) -> None:
    found = read(bench, LINES[bench.module])
    assert len({what for what, *_ in found}) >= len(bench.figures)
    assert all(kept for *_, kept in found), found
    assert (FOLDER / f"{bench.module}.py").exists()


def test_a_figure_over_its_limit_is_told() -> None:
    bench = next(bench for bench in BENCHES if bench.module == "poll_cost")
    assert [kept for *_, kept in read(bench, "  ratio: 1.31 (target under 1.2)")] == [False]
