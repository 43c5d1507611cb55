"""What keeping the WARC adds to a crawl: rounds of the whole collector with captures and without, in turn, in one run.

    python -m benchmarks.capture [--pages 300] [--rounds 3]

Limit (issue 8): under 10 %. Judged by CPU time a page, of the collector with its readers and its database; clock time stands
beside. Without captures nothing is hashed, packed, written or entered.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

HERE = Path(__file__).parent
LIMIT = 1.10


def part(kept: bool, port: int, count: int, home: Path) -> None:
    """One round of the collector in this process; prints its figures as JSON."""
    sys.path.insert(0, str(HERE))
    import crawl
    import warcio.statusandheaders  # a worker imports it once: no cost of a page
    import warcio.warcwriter  # noqa: F401

    from crawler.http.response import HttpResponse
    from crawler.http.warc_writer import WarcLocation, WarcWriter
    from crawler.pipeline import context
    from crawler.pipeline.context import CrawlContext
    from db.core.connection import Connection
    from db.core.settings import Settings

    class Unkept(WarcWriter):
        """Keeps nothing."""

        def write(self, answer: HttpResponse) -> WarcLocation:
            return WarcLocation(file="", offset=0, payload_sha256="")

        def enter(
            self,
            conn: Connection,
            place: WarcLocation,
            answer: HttpResponse,
            *,
            kind: str,
            article_id: int | None = None,
        ) -> int:
            return 0

    if not kept:
        begin = context.start

        async def start(conn: Connection, settings: Settings, *, once: bool) -> CrawlContext:
            return replace(await begin(conn, settings, once=once), keeper=Unkept(settings.captures))

        context.start = start
    crawl.ours(port, count, home)


def main() -> int:
    cli = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    cli.add_argument("--pages", type=int, default=300)
    cli.add_argument("--rounds", type=int, default=3)
    cli.add_argument("--port", type=int, default=8795)
    cli.add_argument("--part", choices=["with", "without"])
    cli.add_argument("--home", type=Path)
    given = cli.parse_args()
    if given.part:
        part(given.part == "with", given.port, given.pages, given.home)
        return 0
    sys.path.insert(0, str(HERE))
    from crawl import HOSTS

    count = given.pages - given.pages % HOSTS
    press = subprocess.Popen(
        [sys.executable, str(HERE / "bench_pages.py"), str(given.port), str(count), str(HOSTS)], stdout=subprocess.PIPE
    )  # fmt: skip
    assert press.stdout is not None
    press.stdout.readline()
    found: dict[str, list[dict[str, float]]] = {"with": [], "without": []}
    try:
        for n in range(given.rounds):
            for name in sorted(found, reverse=n % 2 == 1):
                found[name].append(_round(name, count, given.port))
    finally:
        press.terminate()
        press.wait()
    cpu = {name: statistics.median(one["cpu"] for one in rounds) for name, rounds in found.items()}
    rate = {name: statistics.median(one["rate"] for one in rounds) for name, rounds in found.items()}
    for name in found:
        print(f"{name:8} captures: {cpu[name]:.1f} ms of CPU a page, {rate[name]:.1f} pages/s")
    ratio = cpu["with"] / cpu["without"]
    print(
        f"captures add to the crawl by CPU: ratio {ratio:.3f} (limit {LIMIT:g}); by the clock {rate['without'] / rate['with']:.3f}"
    )
    return int(ratio > LIMIT)


def _round(name: str, count: int, port: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="kiemtin-bench-", ignore_cleanup_errors=True) as home:
        os.chmod(home, 0o755)
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.capture", "--part", name, "--pages", str(count), "--port", str(port), "--home", home],
            cwd=HERE.parent, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            sys.exit(done.stderr)
        figures: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
        return figures


if __name__ == "__main__":
    sys.exit(main())
