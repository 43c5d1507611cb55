"""Pages a second of our reader beside trafilatura with metadata, same pages, same process, in turns.

    python benchmarks/extract.py [FOLDER] [--rounds 5] [--json]

Without FOLDER the frozen fictional pages of the tests are read; with it every ``*.html`` below. Prints the
ratio ours : trafilatura (its default mode, metadata on), the figure `make bench` watches; above 1 is faster.
"""

import argparse
import json
import statistics
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

FROZEN = Path(__file__).parent.parent / "tests" / "crawler" / "pages"


def main() -> int:
    """Print pages a second of both and their ratio."""
    cli = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    cli.add_argument("folder", type=Path, nargs="?", default=FROZEN)
    cli.add_argument("--rounds", type=int, default=5)
    cli.add_argument("--json", action="store_true")
    options = cli.parse_args()
    raws = [
        (f"http://bao.example/{p.stem}-{40000 + n}.html", p.read_bytes())
        for n, p in enumerate(sorted(options.folder.rglob("*.html")))
    ]
    if not raws:
        print(f"There is no *.html under {options.folder}.")
        return 1
    from trafilatura import bare_extraction

    from crawler.extract import article

    now = datetime.now(UTC)

    def ours() -> None:
        for url, raw in raws:
            article.read(raw, url=url, now=now)

    def theirs() -> None:
        for url, raw in raws:
            try:
                bare_extraction(raw, url=url, with_metadata=True)
            except ValueError:
                continue

    ours(), theirs()  # imports, compiled patterns and caches
    speeds: dict[str, list[float]] = {"ours": [], "trafilatura": []}
    for _ in range(options.rounds):
        for name, work in (("ours", ours), ("trafilatura", theirs)):
            start = time.process_time()
            work()
            speeds[name].append(len(raws) / (time.process_time() - start))
    ratios = [a / b for a, b in zip(speeds["ours"], speeds["trafilatura"], strict=True)]
    found = {
        "pages": len(raws),
        "ours_pages_per_s": round(statistics.median(speeds["ours"]), 1),
        "trafilatura_pages_per_s": round(statistics.median(speeds["trafilatura"]), 1),
        "ratio": round(statistics.median(ratios), 3),
        "ratio_worst": round(min(ratios), 3),
    }
    if options.json:
        print(json.dumps(found))
    else:
        print(
            f"{found['pages']} pages, {options.rounds} rounds, one core: ours {found['ours_pages_per_s']} pages/s, trafilatura with metadata "
            f"{found['trafilatura_pages_per_s']} pages/s; ratio {found['ratio']} (worst round {found['ratio_worst']})"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
