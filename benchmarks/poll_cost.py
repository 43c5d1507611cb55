"""What a poll costs when 1,000 and when 1,000,000 articles are stored: the ratio must stay under 1.2.

    python -m benchmarks.poll_cost [--large 1000000] [--polls 60] [--prepare]

A loopback feed of fifty entries of which one is new each time is polled in two databases by turns, so that a busy
machine burdens both alike; the article behind the new entry is fetched and stored too. The databases are kept between
runs (``--prepare`` only fills them). Printed: median milliseconds of a poll at both sizes.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import threading
import time
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from benchmarks import bench_pages, scratch
from crawler.pipeline import context, source_visit
from crawler.pipeline.context import CrawlContext
from db.catalogue import Catalogue, rows
from db.catalogue.sources import Source
from db.core.connection import connect
from db.ops.embedded_postgres import Urls
from db.press import sources

EDITION = 1  # one more with every change of the data below
HOSTS = ("127.6.1.1", "127.6.1.2")  # of the small and of the large database
PORT = 8796
STEP = 100_000  # articles filled in one statement
WARM = 5  # polls before the measured ones
newest = [int(time.time())]  # articles of another run have other numbers


class Feed(BaseHTTPRequestHandler):
    """A feed whose first entry is new at every poll, and the pages behind it."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        kind, body = "text/html; charset=utf-8", b""
        if self.path == "/rss.xml":
            newest[0] += 1
            items = "".join(
                f"<item><title>Tin bịa {n}</title><link>/tin/bai-{n}.html</link></item>"
                for n in range(newest[0], newest[0] - 50, -1)
            )
            kind = "application/rss+xml"
            body = f"<rss version='2.0'><channel><title>x</title>{items}</channel></rss>".encode()
        elif self.path.startswith("/tin/"):
            body = bench_pages.page(int(self.path[9:].split(".")[0]))
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Silent."""


def source(host: str) -> Source:
    """The polled outlet at a loopback host."""
    home = f"http://{host}:{PORT}/"
    return Source(
        name="bench", title="Bench", home=home, hosts=(host,), feeds=(f"{home}rss.xml",), port=PORT, delay=0.0
    )


def fill(home: Path, owner_url: str, *, host: str, articles: int) -> None:
    """The outlet and so many stored articles of it: addresses, versions, words and links."""
    with scratch.unguarded(home, owner_url) as conn:
        rows.store(conn, Catalogue(sources=(source(host),)), actor="bench", allow_private_hosts=True)
        for first in range(0, articles, STEP):
            conn.execute(
                """WITH made AS (
                     INSERT INTO articles (source_id, url, identity, title, number, version_id, first_seen_at, published_at)
                     SELECT 1, 'http://cu.example/tin-' || n, 'cu.example/tin-' || n, 'Tin cũ ' || n, (1000000 + n)::text,
                            nextval('versions_id_seq'), now() - make_interval(mins => n / 2), now() - make_interval(mins => n / 2)
                     FROM generate_series(%(first)s::int, %(last)s::int) AS n RETURNING id, identity, title, version_id, published_at),
                   told AS (INSERT INTO versions (id, article_id, number, title, body, text_sha256, reader) OVERRIDING SYSTEM VALUE
                     SELECT version_id, id, 1, title, title, encode(sha256(title::bytea), 'hex'), 'bench' FROM made),
                   worded AS (INSERT INTO article_words (article_id, published_at, shelves, search)
                     SELECT id, published_at, shelves(id, 1, 'vi', published_at), searched(title, '', '') FROM made),
                   addressed AS (INSERT INTO article_addresses (identity, article_id) SELECT identity, id FROM made)
                   INSERT INTO links (identity, source_id, list_url, url, fate, article_id, next_try_at)
                   SELECT identity, 1, 'http://cu.example/rss', 'http://' || identity, 'stored', id, 'infinity' FROM made""",
                {"first": first, "last": min(first + STEP, articles) - 1},
            )
        conn.execute("VACUUM ANALYZE")
        conn.execute("CHECKPOINT")


async def polls(houses: list[tuple[Path, Urls]], count: int) -> list[float]:
    """Median milliseconds of a poll in each house, asked by turns."""
    spent: list[list[float]] = [[] for _ in houses]
    with ExitStack() as stack:
        collectors: list[CrawlContext] = []
        try:
            for home, urls in houses:
                conn = stack.enter_context(connect(urls.app, autocommit=True))
                collectors.append(await context.start(conn, scratch.settings(home), once=True))
            for _ in range(count):
                for c, times in zip(collectors, spent, strict=True):
                    began = time.perf_counter()
                    tally = context.Tally()
                    await source_visit.visit(c, sources.enabled(c.conn)[0], tally)
                    times.append((time.perf_counter() - began) * 1000)
                    assert tally.new >= 1, tally
        finally:
            await asyncio.gather(*(context.stop(c) for c in collectors))
    return [statistics.median(times[WARM:]) for times in spent]


def main() -> None:
    """Fills what is not there yet, then polls by turns."""
    cli = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    cli.add_argument("--small", type=int, default=1000)
    cli.add_argument("--large", type=int, default=1_000_000)
    cli.add_argument("--polls", type=int, default=60)
    cli.add_argument("--prepare", action="store_true", help="fill the databases and measure nothing")
    given = cli.parse_args()

    def house(host: str, articles: int) -> tuple[Path, Urls]:
        return scratch.kept(
            f"polls-{articles}",
            lambda home, url: fill(home, url, host=host, articles=articles),
            edition=EDITION,
        )

    houses = [house(host, size) for host, size in zip(HOSTS, (given.small, given.large), strict=True)]
    if given.prepare:
        return
    for host in HOSTS:
        threading.Thread(target=ThreadingHTTPServer((host, PORT), Feed).serve_forever, daemon=True).start()
    small, large = context.run(lambda: polls(houses, given.polls))
    print(
        f"a poll with one new article: {small:.1f} ms at {given.small:,} stored, {large:.1f} ms at {given.large:,}"
    )
    print(f"  ratio: {large / small:.2f} (target under 1.2)")


if __name__ == "__main__":
    main()
