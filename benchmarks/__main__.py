"""`make bench`: every benchmark one after the other, and one table of what it found beside the stated limits.

    python -m benchmarks                 every one, in quick settings
    python -m benchmarks desk judge      some
    python -m benchmarks --whole desk    with the sizes that the limits were stated for (minutes each)
    python -m benchmarks soak ...        one of the long trials of the whole system, with its own options: see LONG

Each benchmark is a program of its own and prints plain lines; this one reads the figures out of them. Nothing here
fails because a machine is slow: a figure over its limit is marked, the exit code stays 0 unless a benchmark itself
could not run.
"""

from __future__ import annotations

import argparse
import importlib
import re
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LONG = ("soak", "crash", "drill", "peers")  # not in the table: they take as long as they are told to
SLOWEST = 1800  # seconds; what runs longer is stuck


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure in a benchmark's lines: where it stands, and what was promised for it."""

    pattern: str  # one group `value`; a group `name`, where there is one, tells several lines apart
    what: str
    limit: float
    unit: str = ""
    at_least: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """A benchmark, the words that make it quick, and what to read out of what it prints."""

    module: str
    figures: tuple[Figure, ...]
    quick: tuple[str, ...] = field(default=())


N = r"(?P<value>[\d.]+)"
BENCHES = (
    Bench(module="extract", quick=("--rounds", "2"), figures=(
        Figure(pattern=rf"ratio {N}", what="pages read, ours : trafilatura with metadata", limit=1.0, at_least=True),)),
    Bench(module="crawl", quick=("--pages", "300", "--rounds", "1"), figures=(
        Figure(pattern=rf"ours / trafilatura alone: +{N}", what="fetch to stored, ours : trafilatura alone", limit=0.85, at_least=True),
        Figure(pattern=rf"ours / plain Scrapy: +{N}", what="fetch to stored, ours : plain Scrapy spider", limit=1.8, at_least=True))),
    Bench(module="poll_cost", quick=("--large", "100000", "--polls", "30"), figures=(
        Figure(pattern=rf"ratio: {N}", what="a poll with many : with 1,000 stored articles", limit=1.2),)),
    Bench(module="judge", quick=("--articles", "120"), figures=(
        Figure(pattern=rf"train 10,000 items: +{N} s", what="training on 10,000 items", limit=15, unit="s"),
        Figure(pattern=rf"judge full-length.*ratio {N}", what="judging : scikit-learn's own TF-IDF and predict", limit=1.5))),
    Bench(module="group", quick=("--articles", "5000", "--measured", "200"), figures=(
        Figure(pattern=rf"place one article.*p95 +{N} ms", what="copies and event of one article, p95", limit=10, unit="ms"),)),
    Bench(module="desk", quick=("--articles", "100000", "--rounds", "20"), figures=(
        Figure(pattern=rf"^(?P<name>.+?) +p50 .*p95 +{N} ms", what="p95", limit=80, unit="ms"),
        Figure(pattern=rf"^(?P<name>.+?) +p50 .* +{N} x the time", what=": at 10,000 articles", limit=3),
        Figure(pattern=rf"^fifty at once: {N} errors", what="errors of fifty reviewers at once", limit=1))),
    Bench(module="overview", quick=("--articles", "100000", "--rounds", "30"), figures=(
        Figure(pattern=rf"p95 {N} ms", what="overview, p95", limit=150, unit="ms"),)),
    Bench(module="claims", quick=("--claims", "30000", "--questions", "60"), figures=(
        Figure(pattern=rf"^(?P<name>[^:]+): .*p95 {N} ms", what="asked of the claims' memory, p95", limit=50, unit="ms"),
        Figure(pattern=rf"^unrelated: {N} of", what="unrelated statements offered with high confidence", limit=1))),
    Bench(module="digest", figures=(
        Figure(pattern=rf"^digest (?P<name>\w+) .*: +{N} s =", what="over 5,000 articles", limit=10, unit="s"),
        Figure(pattern=rf"^digest (?P<name>\w+) .*, +{N} MB =", what="peak memory", limit=500, unit="MB"))),
    Bench(module="evidence", figures=(
        Figure(pattern=rf"articles .*: {N} s of work", what="pack of a case of 20 articles", limit=15, unit="s"),
        Figure(pattern=rf"peak memory {N} MB", what="its peak memory", limit=400, unit="MB"))),
    Bench(module="capture", quick=("--pages", "300", "--rounds", "3"), figures=(
        Figure(pattern=rf"by CPU: ratio {N}", what="crawl with captures : without", limit=1.1),)),
    Bench(module="memory", figures=(
        Figure(pattern=rf"whole system, (?P<name>\w+): {N} MB", what="whole system (goal 1,000)", limit=1200, unit="MB"),)),
)  # fmt: skip


def read(bench: Bench, text: str) -> list[tuple[str, float, str, bool]]:
    """What a benchmark's lines say: (figure, value, limit as words, whether it is kept)."""
    found = []
    for figure in bench.figures:
        for line in text.splitlines():
            if (hit := re.search(figure.pattern, line)) is None:
                continue
            named = hit.groupdict().get("name")
            value = float(hit["value"])
            limit = f"{'at least' if figure.at_least else 'under'} {figure.limit:g} {figure.unit}".strip()
            kept = value >= figure.limit if figure.at_least else value < figure.limit
            found.append((f"{named} {figure.what}" if named else figure.what, value, limit, kept))
    return found


def run(bench: Bench, *, whole: bool) -> tuple[str, str]:
    """Runs one benchmark; returns what it printed and, if it could not run, why."""
    words = [sys.executable, "-m", f"benchmarks.{bench.module}", *(() if whole else bench.quick)]
    try:
        done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=SLOWEST, check=False)
    except subprocess.TimeoutExpired:
        return "", f"no end after {SLOWEST} s"
    if not read(bench, done.stdout):
        return done.stdout, (done.stderr.strip().splitlines() or ["it printed no figure"])[-1]
    return done.stdout, ""


def main() -> int:
    if sys.argv[1:] and sys.argv[1] in LONG:
        return int(importlib.import_module(f"benchmarks.{sys.argv[1]}").main(sys.argv[2:]))
    names = [bench.module for bench in BENCHES]
    cli = argparse.ArgumentParser(prog="python -m benchmarks", description=(__doc__ or "").split("\n\n")[0])
    cli.add_argument("names", nargs="*", metavar="NAME", help=f"some of: {' '.join(names)}")
    cli.add_argument("--whole", action="store_true", help="the full sizes instead of quick ones")
    given = cli.parse_args()
    if strange := sorted(set(given.names) - set(names)):
        cli.error(f"unknown: {', '.join(strange)}; there are {', '.join(names)}")
    chosen = [bench for bench in BENCHES if not given.names or bench.module in given.names]
    rows: list[tuple[str, ...]] = [("benchmark", "figure", "found", "limit", "")]
    failed = 0
    for bench in chosen:
        began = time.monotonic()
        print(f"{bench.module} ...", end="", file=sys.stderr, flush=True)
        text, why = run(bench, whole=given.whole)
        print(f" {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
        if why:
            failed += 1
            rows.append((bench.module, why[:70], "-", "-", "could not run"))
        unit = {figure.what: figure.unit for figure in bench.figures}
        for what, value, limit, kept in read(bench, text):
            ending = next((u for name, u in unit.items() if what.endswith(name)), "")
            rows.append(
                (bench.module, what, f"{value:g} {ending}".strip(), limit, "within" if kept else "OVER")
            )
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
