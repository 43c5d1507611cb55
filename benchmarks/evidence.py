"""An evidence pack of a case with twenty articles, three versions each: seconds and peak memory of the command.

    python -m benchmarks.evidence [--articles 20]

Limits (issue 8): under 15 s and 400 MB. The pack is made by `kiemtin evidence export` itself, in a process of its own,
from an embedded PostgreSQL in a temporary folder; pages are invented, of 60 KB, and kept as the crawler keeps them.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from benchmarks import scratch
from db.core.connection import Connection, connect

LIMIT_SECONDS, LIMIT_MB, VERSIONS = 15.0, 400.0, 3
SENTENCE = (
    "Sáng {n}, mưa lớn làm sạt lở {n} điểm trên các tuyến đường liên xã, chính quyền đã di dời {n} hộ dân. "
)


def fill(conn: Connection, home: Path, articles: int) -> int:
    """Invented articles with their captures under one flagged event; returns the case the database opened for it."""
    source = _number(
        conn,
        "INSERT INTO sources (name, title, home, hosts) VALUES ('o', 'Báo Thử', 'http://o.example/', '{o.example}') RETURNING id",
        [],
    )
    (home / "captures").mkdir()
    numbers = []
    for n in range(articles):
        url = f"http://o.example/tin-{n}.html"
        article = _number(
            conn,
            "INSERT INTO articles (source_id, url, identity, title, published_at) VALUES (%s, %s, %s, %s, now()) RETURNING id",
            [source, url, url, f"Tin hư cấu số {n}"],
        )
        numbers.append(article)
        for version in range(1, VERSIONS + 1):
            text = SENTENCE.format(n=n * 10 + version) * 40
            page = f"<html><body><h1>Tin {n}</h1><p>{text}</p><!--{os.urandom(27_000).hex()}--></body></html>".encode()
            file, offset = _keep(home / "captures", url, page)
            digest = hashlib.sha256(page).hexdigest()
            capture = _number(
                conn,
                "INSERT INTO captures (at, url, final_url, status, payload_sha256, decoded_sha256, bytes, warc_file, warc_offset, article_id)"
                " VALUES (clock_timestamp(), %s, %s, 200, %s, %s, %s, %s, %s, %s) RETURNING id",
                [url, url, digest, digest, len(page), file, offset, article],
            )
            conn.execute(
                "INSERT INTO versions (article_id, number, capture_id, title, body, text_sha256, reader) VALUES (%s, %s, %s, %s, %s, %s, 'bench')",
                [
                    article,
                    version,
                    capture,
                    f"Tin hư cấu số {n}",
                    text,
                    hashlib.sha256(text.encode()).hexdigest(),
                ],
            )
    event = _number(
        conn,
        "INSERT INTO events (title, started_at, last_at, first_article_id, flagged) VALUES ('Sự việc hư cấu', now(), now(), %s, true) RETURNING id",
        [numbers[0]],
    )
    for article in numbers:
        conn.execute("INSERT INTO event_members (article_id, event_id) VALUES (%s, %s)", [article, event])
    return _number(conn, "SELECT id FROM cases WHERE event_id = %s", [event])


def _number(conn: Connection, query: str, values: list[object]) -> int:
    row = conn.execute(query, values).fetchone()  # type: ignore[arg-type]
    assert row is not None
    return int(row[0])


def _keep(folder: Path, url: str, page: bytes) -> tuple[str, int]:
    path = folder / "day.warc.gz"
    offset = path.stat().st_size if path.exists() else 0
    with path.open("ab") as file:
        writer = WARCWriter(file, gzip=True)
        headers = StatusAndHeaders(
            "200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1"
        )
        answer = writer.create_warc_record(url, "response", payload=io.BytesIO(page), http_headers=headers)
        asked = StatusAndHeaders("GET / HTTP/1.1", [("User-Agent", "kiemtin")], is_http_request=True)
        request = writer.create_warc_record(url, "request", http_headers=asked, payload=io.BytesIO(b""))
        request.rec_headers.replace_header(
            "WARC-Concurrent-To", answer.rec_headers.get_header("WARC-Record-ID")
        )
        writer.write_record(answer)
        writer.write_record(request)
    return path.name, offset


def main() -> int:
    cli = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    cli.add_argument("--articles", type=int, default=20)
    given = cli.parse_args()
    with scratch.database() as (home, urls):
        with connect(urls.app) as conn:
            case = fill(conn, home, given.articles)
        environment = {**os.environ, "KIEMTIN_HOME": str(home), "KIEMTIN_DATABASE_URL": urls.app}
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        began = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "kiemtin", "evidence", "export", str(case), "--out", str(home / "pack.zip")],
            check=True, env=environment, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        seconds = time.perf_counter() - began
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        # start-up with its imports included; by processor, so that other programs on the same cores do not count
        worked = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        peak = after.ru_maxrss / 1024
        subprocess.run([sys.executable, "-m", "kiemtin", "evidence", "verify", str(home / "pack.zip")],
                       check=True, env=environment, stdout=subprocess.DEVNULL)  # fmt: skip
        size = (home / "pack.zip").stat().st_size / 1e6
    print(
        f"evidence pack of {given.articles} articles ({size:.1f} MB): {worked:.1f} s of work, {seconds:.1f} s by the clock (limit {LIMIT_SECONDS:g} s)"
    )
    print(f"peak memory {peak:.0f} MB (limit {LIMIT_MB:g} MB)")
    return int(worked > LIMIT_SECONDS or peak > LIMIT_MB)


if __name__ == "__main__":
    sys.exit(main())
