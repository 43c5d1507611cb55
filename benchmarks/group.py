"""Placing one article (copies and event, read and written in PostgreSQL) with 100,000 articles in the window.

    python -m benchmarks.group [--articles 100000] [--measured 400]

Limit: p95 under 10 ms an article. Baseline of the same run: holding one weighed vector against all others in memory,
scipy's sparse product, nothing stored. Texts are made of invented syllables drawn by Zipf's law, so that common words
are as common as in the press; every tenth measured article is a retouched copy, every third tells of a known event.
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix

import db.grouping
import db.migrate
import db.server
from classifier import copies, memory, stories, worker
from classifier.stories import Background, Reals, Story
from db.connection import Connection, connect

LIMIT_MS = 10.0
WORDS = 160  # of one text
NOW = datetime(2026, 1, 15, tzinfo=UTC)


class Press:
    """Invented articles, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self._draw = random.Random(seed)
        onsets, ends = (
            [
                "b",
                "c",
                "ch",
                "d",
                "đ",
                "g",
                "gi",
                "h",
                "kh",
                "l",
                "m",
                "n",
                "ng",
                "nh",
                "ph",
                "qu",
                "r",
                "s",
                "t",
                "th",
                "tr",
                "v",
                "x",
            ],
            [
                "a",
                "ai",
                "an",
                "ang",
                "anh",
                "ao",
                "e",
                "en",
                "i",
                "in",
                "ng",
                "o",
                "oi",
                "ong",
                "u",
                "un",
                "ung",
                "ư",
                "ươi",
                "ươn",
                "y",
            ],
        )
        self._words = [f"{a}{b}" for a in onsets for b in ends] + [
            f"{a}{b}{n}" for n in range(60) for a in onsets for b in ends
        ]
        ranks = np.arange(1, len(self._words) + 1)
        self._weights = list(np.cumsum(1 / ranks**0.9))

    def any_of(self, many: int) -> int:
        """A number below ``many``."""
        return self._draw.randrange(many)

    def words(self, n: int) -> list[str]:
        return self._draw.choices(self._words, cum_weights=self._weights, k=n)

    def article(self) -> tuple[str, str]:
        return " ".join(self.words(11)), " ".join(self.words(WORDS))

    def copy(self, text: str) -> str:
        words = text.split()
        for _ in range(len(words) // 25):
            words[self._draw.randrange(len(words))] = self.words(1)[0]
        return " ".join(words)

    def retold(self, title: str, text: str) -> tuple[str, str]:
        known = title.split() + text.split()[:40]
        self._draw.shuffle(known)
        return " ".join(known[:9] + self.words(2)), " ".join(known[9:35] + self.words(WORDS - 26))


def told(title: str, text: str, at: datetime) -> Story:
    return stories.story(title=title, text=text, at=at)


def fill(conn: Connection, articles: list[tuple[str, str, datetime]]) -> tuple[Background, Reals, csr_matrix]:
    """Puts the articles into the window, each an event of its own, as many small COPYs would have."""
    background = Background()
    kept = []
    for title, text, at in articles:
        story = told(title, text, at)
        background.add([story.vector])
        kept.append(story)
    rarity = background.rarity()
    source = conn.execute(
        "INSERT INTO sources (name, title, home, hosts) VALUES ('bench', 'bench', 'http://bench', '{bench}') RETURNING id"
    ).fetchone()
    assert source is not None
    with conn.cursor() as cursor:
        with cursor.copy(
            "COPY articles (id, source_id, url, identity, title, published_at) FROM STDIN"
        ) as rows:
            for n, (title, _, at) in enumerate(articles, 1):
                rows.write_row((n, source[0], f"http://bench/{n}", f"bench/{n}", title, at))
        with cursor.copy(
            "COPY versions (id, article_id, number, title, body, text_sha256, reader) FROM STDIN"
        ) as rows:
            for n, (title, text, _) in enumerate(articles, 1):
                rows.write_row((n, n, 1, title, text, "", "bench"))
        with cursor.copy("COPY events (id, title, started_at, last_at, first_article_id) FROM STDIN") as rows:
            for n, (title, _, at) in enumerate(articles, 1):
                rows.write_row((n, title, at, at, n))
        prints = [copies.shingles(text) for _, text, _ in articles]
        with cursor.copy("COPY copy_prints (article_id, version_id, at, hashes) FROM STDIN") as rows:
            for n, (print_, (_, _, at)) in enumerate(zip(prints, articles, strict=True), 1):
                rows.write_row((n, n, at, print_.astype("<u4").tobytes()))
        with cursor.copy("COPY copy_keys (key, article_id) FROM STDIN") as rows:
            for n, print_ in enumerate(prints, 1):
                for key in memory.signed(copies.Print(hashes=print_, title=frozenset()).sample):
                    rows.write_row((key, n))
        vectors = [stories.weighed(story.vector, rarity) for story in kept]
        with cursor.copy("COPY event_profiles (event_id, parts, started_at, last_at) FROM STDIN") as rows:
            rows.set_types(["int8", "bytea[]", "timestamptz", "timestamptz"])
            for n, (vector, story) in enumerate(zip(vectors, kept, strict=True), 1):
                rows.write_row((n, [memory.packed(vector)], story.at, story.at))
        with cursor.copy("COPY event_keys (key, event_id) FROM STDIN") as rows:
            for n, story in enumerate(kept, 1):
                for key in stories.look_up_keys(story, rarity):
                    rows.write_row((key, n))
        with cursor.copy("COPY event_members (article_id, event_id) FROM STDIN") as rows:
            for n in range(1, len(articles) + 1):
                rows.write_row((n, n))
    conn.execute("SELECT setval(pg_get_serial_sequence('events', 'id'), %s)", [len(articles)])
    ends = np.cumsum([0, *(len(vector.ids) for vector in vectors)])
    matrix = csr_matrix(
        (np.concatenate([v.weights for v in vectors]), np.concatenate([v.ids for v in vectors]), ends),
        shape=(len(vectors), stories.BUCKETS),
    )
    return background, rarity, matrix


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--articles", type=int, default=100_000)
    options.add_argument("--measured", type=int, default=400)
    chosen = options.parse_args()
    press = Press(7)
    articles = [
        (*press.article(), NOW - timedelta(minutes=9 * 1440 * n / chosen.articles))
        for n in range(chosen.articles)
    ]
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        urls = db.server.start(Path(folder))
        assert urls.owner
        db.migrate.migrate(urls.owner)
        with connect(urls.owner) as conn:
            _, rarity, matrix = fill(conn, articles)
            conn.commit()
            conn.autocommit = True
            conn.execute("ANALYZE")
            measure(conn, press, articles, rarity, matrix, chosen.measured)


def measure(
    conn: Connection,
    press: Press,
    articles: list[tuple[str, str, datetime]],
    rarity: Reals,
    matrix: csr_matrix,
    measured: int,
) -> None:
    spent: list[float] = []
    plain: list[float] = []
    found_copies = found_events = 0
    told_of = [draw(press, articles, n) for n in range(measured)]
    for n, (title, text) in enumerate(told_of):
        number = len(articles) + 1 + n
        conn.execute(
            "INSERT INTO articles (id, source_id, url, identity, title) OVERRIDING SYSTEM VALUE"
            " SELECT %s, id, %s, %s, %s FROM sources", [number, f"http://bench/{number}", f"bench/{number}", title],
        )  # fmt: skip
        conn.execute(
            "INSERT INTO versions (id, article_id, number, title, body, text_sha256, reader) OVERRIDING SYSTEM VALUE"
            " VALUES (%s, %s, 1, %s, %s, '', 'bench')", [number, number, title, text],
        )  # fmt: skip
    used = -cpu(conn)
    for begin in range(0, measured, worker.BATCH):
        # as the worker does: one transaction for a batch, the articles in it one after the other
        started = time.perf_counter()
        with conn.transaction():
            db.grouping.one_at_a_time(conn)
            opened = time.perf_counter() - started
            times = []
            for n in range(begin, min(begin + worker.BATCH, measured)):
                title, text = told_of[n]
                number = len(articles) + 1 + n
                start = time.perf_counter()
                placed = memory.place(
                    conn, article_id=number, version_id=number, title=title, at=NOW,
                    print_=copies.print_of(title=title, text=text, source="bench", at=NOW), story=told(title, text, NOW),
                    rarity=rarity,
                )  # fmt: skip
                times.append(time.perf_counter() - start)
                found_copies += placed.copy_of is not None
                found_events += not placed.begun
            start = time.perf_counter()
        shared = (opened + time.perf_counter() - start) / len(
            times
        )  # begin and commit, on all articles alike
        spent += [one + shared for one in times]
    used += cpu(conn)
    for title, text in told_of:
        start = time.perf_counter()
        vector = stories.weighed(told(title, text, NOW).vector, rarity)
        column = np.zeros(stories.BUCKETS, dtype=np.float32)
        column[vector.ids] = vector.weights
        (matrix @ column).argmax()
        plain.append(time.perf_counter() - start)
    p50, p95 = (float(np.quantile(spent, q)) * 1e3 for q in (0.5, 0.95))
    base50, base = (float(np.quantile(plain, q)) * 1e3 for q in (0.5, 0.95))
    print(
        f"{len(articles):,} articles in the window, {measured} placed: {found_copies} copies, {found_events} into known events"
    )
    print(
        f"place one article   p50 {p50:6.2f} ms   p95 {p95:6.2f} ms   limit {LIMIT_MS:g} ms: {'kept' if p95 < LIMIT_MS else 'BROKEN'}"
    )
    print(f"processor time      mean {used / measured * 1e3:5.2f} ms an article, ours and the database's")
    print(
        f"baseline, all in memory   p50 {base50:6.2f} ms   p95 {base:6.2f} ms   ratio p50 {p50 / base50:.2f}, p95 {p95 / base:.2f}"
    )


def draw(press: Press, articles: list[tuple[str, str, datetime]], n: int) -> tuple[str, str]:
    """The n-th measured article: every tenth a copy, every third tells of a known happening, the rest is new."""
    title, text, _ = articles[press.any_of(len(articles))]
    if n % 10 == 0:
        return press.article()[0], press.copy(text)
    if n % 3 == 0:
        return press.retold(title, text)
    return press.article()


def cpu(conn: Connection) -> float:
    """Seconds of processor time that this process and its database backend used so far; Linux only, else ours alone."""
    ours = time.process_time()
    row = conn.execute("SELECT pg_backend_pid()").fetchone()
    stat = Path(f"/proc/{row[0]}/stat") if row else Path("/nowhere")
    if not stat.exists():
        return ours
    fields = stat.read_text().rsplit(")", 1)[1].split()
    return ours + (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
