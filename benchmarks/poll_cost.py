"""What a poll costs when 1,000 and when 1,000,000 articles are stored: the ratio must stay under 1.2.

    python benchmarks/poll_cost.py [--large 1000000] [--polls 60]

A loopback feed of fifty entries of which one is new each time is polled in an embedded PostgreSQL in a temporary
folder; the article behind the new entry is fetched and stored too. Printed: median milliseconds of a poll at both sizes.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]

HOST = "127.6.1.1"
polled = [0]


class Feed(BaseHTTPRequestHandler):
    """A feed whose first entry is new at every poll, and the pages behind it."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        from bench_pages import page

        kind, body = "text/html; charset=utf-8", b""
        if self.path == "/rss.xml":
            newest = polled[0]
            polled[0] += 1
            items = "".join(
                f"<item><title>Tin bịa {n}</title><link>/tin/bai-{5000000 + n}.html</link></item>"
                for n in range(newest, newest - 50, -1)
                if n >= 0
            )
            kind, body = (
                "application/rss+xml",
                f"<rss version='2.0'><channel><title>x</title>{items}</channel></rss>".encode(),
            )
        elif self.path.startswith("/tin/"):
            body = page(int(self.path[9:].split(".")[0]) - 5000000)
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Silent."""


def fill(conn: Any, source_id: int, *, upto: int) -> None:
    """Brings the number of stored articles, addresses, versions and links to ``upto``."""
    have = conn.execute("SELECT count(*) FROM links").fetchone()[0]
    if upto <= have:
        return
    numbers = {"source": source_id, "first": have, "last": upto - 1}
    conn.execute(
        """WITH made AS (
             INSERT INTO articles (source_id, url, identity, title)
             SELECT %(source)s, 'http://cu.example/' || n, 'cu.example/' || n, 'Tin cũ ' || n
             FROM generate_series(%(first)s::int, %(last)s::int) AS n RETURNING id, identity, title),
           words AS (INSERT INTO article_words (article_id, shelves, search)
             SELECT id, shelves(id, %(source)s, 'und', NULL), searched(title, '', '') FROM made),
           addressed AS (INSERT INTO article_addresses (identity, article_id) SELECT identity, id FROM made)
           INSERT INTO links (identity, source_id, list_url, url, fate, article_id, next_try_at)
           SELECT identity, %(source)s, 'http://cu.example/rss', 'http://' || identity, 'stored', id, 'infinity' FROM made""",
        numbers,
    )
    conn.execute(
        """INSERT INTO versions (article_id, number, title, body, text_sha256, reader)
           SELECT id, 1, title, title, '', 'bench' FROM articles WHERE version_id IS NULL AND url LIKE 'http://cu.example/%%'""",
        {},
    )
    conn.execute(
        "UPDATE articles a SET version_id = v.id FROM versions v WHERE v.article_id = a.id AND a.version_id IS NULL"
    )


def main() -> None:
    """Fills, polls, fills more, polls again."""
    cli = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    cli.add_argument("--small", type=int, default=1000)
    cli.add_argument("--large", type=int, default=1_000_000)
    cli.add_argument("--polls", type=int, default=60)
    given = cli.parse_args()

    from crawler import collector, visits
    from db import migrate, server, sources
    from db.catalogue import Catalogue, rows
    from db.catalogue.sources import Source
    from db.connection import connect
    from db.settings import Settings

    press = ThreadingHTTPServer((HOST, 0), Feed)
    port = press.server_address[1]
    threading.Thread(target=press.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory(prefix="kiemtin-bench-", ignore_cleanup_errors=True) as folder:
        os.chmod(folder, 0o755)
        settings = Settings(home=Path(folder))
        urls = server.urls(settings)
        migrate.migrate(urls.owner or "")
        entered = Source(
            name="bench",
            title="Bench",
            home=f"http://{HOST}:{port}/",
            hosts=(HOST,),
            feeds=(f"http://{HOST}:{port}/rss.xml",),
            port=port,
            delay=0.0,
        )
        with connect(urls.app, autocommit=True) as conn, connect(urls.owner or "", autocommit=True) as owner:
            with conn.transaction():
                rows.store(conn, Catalogue(sources=(entered,)), actor="bench", allow_private_hosts=True)
            source = sources.enabled(conn)[0]

            async def rounds(c: Any) -> float:
                spent = []
                for _ in range(given.polls):
                    began = time.perf_counter()
                    await visits.visit(c, source, collector.Tally())
                    spent.append(time.perf_counter() - began)
                return statistics.median(spent[5:]) * 1000

            async def work() -> tuple[float, float]:
                c = await collector.start(conn, settings, once=True)
                try:
                    found = []
                    for size in (given.small, given.large):
                        fill(conn, source.id, upto=size)
                        owner.execute("ANALYZE")
                        found.append(await rounds(c))
                    return found[0], found[1]
                finally:
                    await collector.stop(c)

            small, large = collector.run(work)
    press.shutdown()
    print(
        f"a poll with one new article: {small:.1f} ms at {given.small:,} stored, {large:.1f} ms at {given.large:,}"
    )
    print(f"  ratio: {large / small:.2f} (target under 1.2)")


if __name__ == "__main__":
    main()
