"""Pages a second from fetch to stored article, pace off, beside trafilatura alone and a plain Scrapy spider.

    python benchmarks/crawl.py [--pages 800] [--rounds 3]

Everything runs on this machine: a loopback server with invented pages of 40 to 90 KB, an embedded PostgreSQL in a
temporary folder. Printed: pages a second of each and two ratios. Targets: at least 0.85 of trafilatura with metadata
alone over the same pages with the same number of processes; at least 1.8 of a Scrapy spider that calls trafilatura in
its callback (two cores).
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]

HOSTS = 8
PROCESSES = 2


def spent(*also: str) -> float:
    """CPU seconds of this process, its children, and of processes whose command line holds one of ``also``."""
    import psutil

    me = psutil.Process()
    mine = {p.pid: p for p in [me, *me.children(recursive=True)]}
    if also:
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if any(word in " ".join(process.cmdline()) for word in also):
                    mine |= {p.pid: p for p in [process, *process.children(recursive=True)]}
    total = 0.0
    for process in mine.values():
        with contextlib.suppress(psutil.Error):
            times = process.cpu_times()
            total += times.user + times.system
    return total


def trafilatura_alone(pages: list[bytes]) -> dict[str, float]:
    """Pages a second of trafilatura's default mode with metadata in two processes, start-up not counted."""
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        list(pool.map(_extract, pages[: 2 * PROCESSES]))
        before, began = spent(), time.perf_counter()
        done = sum(pool.map(_extract, pages, chunksize=1))
        took = time.perf_counter() - began
        return {"rate": done / took, "cpu": (spent() - before) / done * 1000}


def _extract(page: bytes) -> int:
    from trafilatura import bare_extraction

    found = bare_extraction(page, with_metadata=True)
    return 1 if found is not None and found.text else 0


def plain_scrapy(port: int, count: int) -> None:
    """A plain spider that calls trafilatura in its callback; prints pages a second."""
    import scrapy
    from scrapy.crawler import CrawlerProcess
    from trafilatura import bare_extraction

    done: list[float] = []
    cpu: list[float] = []

    class Spider(scrapy.Spider):
        name = "plain"

        async def start(self):  # type: ignore[no-untyped-def]
            bare_extraction(b"<html><body><p>warm</p></body></html>", with_metadata=True)
            cpu.append(spent())
            done.append(time.perf_counter())
            for n in range(count):
                yield scrapy.Request(
                    f"http://127.6.0.{1 + n % HOSTS}:{port}/tin/bai-{4000000 + n}.html", dont_filter=True
                )

        def parse(self, response):  # type: ignore[no-untyped-def]
            found = bare_extraction(response.body, url=response.url, with_metadata=True)
            assert found is not None
            done.append(time.perf_counter())

    process = CrawlerProcess(
        {
            "LOG_ENABLED": False,
            "TELNETCONSOLE_ENABLED": False,
            "ROBOTSTXT_OBEY": False,
            "CONCURRENT_REQUESTS": 24,
        }
    )
    process.crawl(Spider)
    process.start()
    print(
        json.dumps(
            {
                "pages": len(done) - 1,
                "rate": (len(done) - 1) / (done[-1] - done[0]),
                "cpu": (spent() - cpu[0]) / count * 1000,
            }
        )
    )


def ours(port: int, count: int, home: Path) -> None:
    """One round of the collector over all hosts; prints pages a second, fetch to commit."""
    from bench_pages import article, warm_page

    from crawler.pipeline import context, source_visit
    from db.catalogue import Catalogue, rows
    from db.catalogue.sources import Source
    from db.core import migrate
    from db.core.connection import connect
    from db.core.settings import Settings
    from db.ops import embedded_postgres
    from db.press import sources

    settings = Settings(home=home)
    urls = embedded_postgres.urls(settings)
    migrate.migrate(urls.owner or "")
    with connect(urls.app, autocommit=True) as conn:
        entered = tuple(
            Source(
                name=f"bench{n}", title=f"Bench {n}", home=f"http://127.6.0.{n}:{port}/", hosts=(f"127.6.0.{n}",),
                feeds=(f"http://127.6.0.{n}:{port}/rss.xml",), port=port, delay=0.0,
            )
            for n in range(1, HOSTS + 1)
        )  # fmt: skip
        with conn.transaction():
            rows.store(conn, Catalogue(sources=entered), actor="bench", allow_private_hosts=True)

        async def work() -> dict[str, float]:
            c = await context.start(conn, settings, once=True)
            try:
                import asyncio

                await asyncio.gather(
                    *(
                        c.readers.page(
                            warm_page(n),
                            url=article(n),
                            headers={},
                            status=200,
                            hosts=["127.6.0.1"],
                            language="vi",
                        )
                        for n in range(8)
                    )
                )
                before, began = spent(str(home)), time.perf_counter()
                tally = await source_visit.round_once(c, sources.enabled(conn))
                assert tally.new == count, (tally, count)
                rate = tally.new / (time.perf_counter() - began)
                return {"rate": rate, "cpu": (spent(str(home)) - before) / count * 1000}
            finally:
                await context.stop(c)

        print(json.dumps(context.run(work)))


def _child(*words: str) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, str(HERE / "crawl.py"), *words], capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(done.stderr)
    found: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def main() -> None:
    """Runs the parts in turn, several rounds, and prints medians."""
    cli = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    cli.add_argument("--pages", type=int, default=800)
    cli.add_argument("--rounds", type=int, default=3)
    cli.add_argument("--part", choices=["ours", "scrapy"])
    cli.add_argument("--port", type=int, default=8790)
    cli.add_argument("--home", type=Path)
    given = cli.parse_args()
    if given.part == "ours":
        ours(given.port, given.pages, given.home)
        return
    if given.part == "scrapy":
        plain_scrapy(given.port, given.pages)
        return
    from bench_pages import page

    count = given.pages - given.pages % HOSTS
    pages = [page(n) for n in range(count)]
    press = subprocess.Popen(
        [sys.executable, str(HERE / "bench_pages.py"), str(given.port), str(count), str(HOSTS)],
        stdout=subprocess.PIPE,
    )
    assert press.stdout is not None
    press.stdout.readline()
    rates: dict[str, list[dict[str, float]]] = {"trafilatura": [], "scrapy": [], "ours": []}
    try:
        for n in range(given.rounds):
            rates["trafilatura"].append(trafilatura_alone(pages))
            rates["scrapy"].append(
                _child("--part", "scrapy", "--pages", str(count), "--port", str(given.port))
            )
            with tempfile.TemporaryDirectory(prefix="kiemtin-bench-", ignore_cleanup_errors=True) as home:
                os.chmod(home, 0o755)
                rates["ours"].append(
                    _child("--part", "ours", "--pages", str(count), "--port", str(given.port), "--home", home)
                )
            print(
                f"round {n + 1}: " + ", ".join(f"{k} {v[-1]['rate']:.1f} pages/s" for k, v in rates.items()),
                flush=True,
            )
    finally:
        press.terminate()
        press.wait()
    middle = {k: statistics.median(x["rate"] for x in v) for k, v in rates.items()}
    cpu = {k: statistics.median(x["cpu"] for x in v) for k, v in rates.items()}
    print(f"{count} pages of {sum(map(len, pages)) / count / 1000:.0f} KB, medians of {given.rounds} rounds")
    for name, rate in middle.items():
        print(f"  {name:12} {rate:6.1f} pages/s, {cpu[name]:5.1f} ms of CPU a page")
    by_cpu = cpu["trafilatura"] / cpu["ours"], PROCESSES * cpu["scrapy"] / cpu["ours"]
    print("by the clock (an idle machine) and by CPU time (any):")
    print(
        f"  ours / trafilatura alone: {middle['ours'] / middle['trafilatura']:.2f}, {by_cpu[0]:.2f} (target 0.85)"
    )
    print(
        f"  ours / plain Scrapy:      {middle['ours'] / middle['scrapy']:.2f}, {by_cpu[1]:.2f} (target 1.8)"
    )


if __name__ == "__main__":
    main()
