"""Placing one article (copies and event, read and written in PostgreSQL) with 100,000 articles in the window.

    python -m benchmarks.group [--articles 100000] [--measured 400] [--home FOLDER [--build]]

Limit: p95 under 10 ms an article, its share of its batch's time (questions, writes, commit; 20 articles, as the worker
takes them). Baseline of the same run: holding one weighed vector against 10,000 others in memory,
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

import db.core.migrate
import db.judging.event_index
import db.ops.embedded_postgres
from classifier.events import assign, candidate_cache, near_duplicates, repository
from classifier.events import vectors as stories
from classifier.events.vectors import ArticleVector, Background, Reals
from classifier.pipeline import worker
from db.core.connection import Connection, connect

LIMIT_MS = 10.0
BESIDE = 10_000  # articles of the baseline
WORDS = 160  # of one text
NOW = datetime(2026, 1, 15, tzinfo=UTC)


class Press:
    """Invented articles, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self._draw = random.Random(seed)
        syllables = [
            f"{a}{b}{c}" for a in "bcdđghklmnpqrstvx" for b in "aăâeêioôơuưy" for c in ("", "n", "ng", "t")
        ]
        self._words = [*syllables, *(f"{syllable}{n}" for n in range(40) for syllable in syllables)]
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


def told(title: str, text: str, at: datetime) -> ArticleVector:
    return stories.story(title=title, text=text, at=at)


def fill(conn: Connection, articles: list[tuple[str, str, datetime]]) -> None:
    """Puts the articles into the window, each an event of its own, as many small COPYs would have."""
    background = Background()
    for title, text, at in articles:
        background.add([told(title, text, at).vector])
    rarity = background.rarity()
    db.judging.event_index.keep_background(conn, data=background.to_bytes())
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
        with cursor.copy("COPY copy_prints (article_id, version_id, at, hashes, keys) FROM STDIN") as rows:
            for n, (title, text, at) in enumerate(articles, 1):
                print_ = near_duplicates.print_of(title=title, text=text)
                keys = candidate_cache.packed(print_.keys.tolist())
                rows.write_row((n, n, at, print_.hashes.astype("<u4").tobytes(), keys))
        with cursor.copy(
            "COPY event_profiles (event_id, parts, started_at, last_at, keys) FROM STDIN"
        ) as rows:
            rows.set_types(["int8", "bytea[]", "timestamptz", "timestamptz", "bytea"])
            for n, (title, text, at) in enumerate(articles, 1):
                story = told(title, text, at)
                vector = repository.packed(stories.weighed(story.vector, rarity))
                rows.write_row(
                    (n, [vector], at, at, candidate_cache.packed(stories.look_up_keys(story, rarity)))
                )
        with cursor.copy("COPY event_members (article_id, event_id) FROM STDIN") as rows:
            for n in range(1, len(articles) + 1):
                rows.write_row((n, n))
    conn.execute("SELECT setval(pg_get_serial_sequence('events', 'id'), %s)", [len(articles)])


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--articles", type=int, default=100_000)
    options.add_argument("--measured", type=int, default=400)
    options.add_argument("--home", type=Path, help="a folder that keeps the database for the next time")
    options.add_argument("--build", action="store_true", help="fill the database and end")
    chosen = options.parse_args()
    if chosen.home is not None:
        chosen.home.mkdir(parents=True, exist_ok=True)
        work(chosen, chosen.home)
        return
    with tempfile.TemporaryDirectory() as folder:
        work(chosen, Path(folder))


def work(chosen: argparse.Namespace, folder: Path) -> None:
    """Fills the window where that was not done before, and measures in it."""
    folder.chmod(0o755)
    urls = db.ops.embedded_postgres.start(folder)
    assert urls.owner
    db.core.migrate.migrate(urls.owner)
    press = Press(7)
    with connect(urls.owner, autocommit=True) as conn:
        if conn.execute("SELECT count(*) FROM articles").fetchone() == (0,):
            apart = timedelta(days=9) / chosen.articles
            with conn.transaction():
                fill(conn, [(*press.article(), NOW - n * apart) for n in range(chosen.articles)])
            conn.execute("VACUUM ANALYZE")
        if not chosen.build:
            (held,) = conn.execute("SELECT max(id) FROM articles").fetchone() or (0,)
            # a seed of its own for each run in a kept home, or the articles would be copies of the run before
            measure(conn, Press(held), chosen.measured)


def measure(conn: Connection, press: Press, measured: int) -> None:
    """Places further articles as the worker does, and prints how long each took."""
    last = conn.execute("SELECT max(id) FROM articles").fetchone()
    stored = db.judging.event_index.background(conn)
    assert last is not None
    assert stored is not None
    rarity = Background.from_bytes(stored).rarity()
    told_of = [draw(conn, press, n, last[0]) for n in range(measured)]
    for number, (title, text) in enumerate(told_of, last[0] + 1):
        conn.execute(
            "INSERT INTO articles (id, source_id, url, identity, title) OVERRIDING SYSTEM VALUE"
            " SELECT %s, id, %s, %s, %s FROM sources", [number, f"http://bench/{number}", f"bench/{number}", title],
        )  # fmt: skip
        conn.execute(
            "INSERT INTO versions (id, article_id, number, title, body, text_sha256, reader) OVERRIDING SYSTEM VALUE"
            " VALUES (%s, %s, 1, %s, %s, '', 'bench')", [number, number, title, text],
        )  # fmt: skip
    at_hand = candidate_cache.Window()
    start, before = time.perf_counter(), memory_mb()
    at_hand.catch_up(conn)
    print(
        f"window filled from the tables in {time.perf_counter() - start:.2f} s, once a worker's start;"
        f" it holds {memory_mb() - before:.0f} MB"
    )
    spent: list[float] = []
    found_copies = found_events = 0
    used = -cpu(conn)
    for begin in range(0, measured, worker.BATCH):
        # as the worker does: one transaction for a batch, the articles in it one after the other
        started = time.perf_counter()
        with conn.transaction():
            db.judging.event_index.one_at_a_time(conn)
            at_hand.catch_up(conn)
            arrivals = [
                assign.Arrival(
                    article_id=number, version_id=number, title=title, at=NOW, story=told(title, text, NOW),
                    print_=near_duplicates.print_of(title=title, text=text, source="bench", at=NOW),
                )
                for number, (title, text) in enumerate(told_of[begin : begin + worker.BATCH], last[0] + 1 + begin)
            ]  # fmt: skip
            placed = assign.place(conn, at_hand, arrivals, rarity=rarity)
        found_copies += sum(one.copy_of is not None for one in placed)
        found_events += sum(not one.begun for one in placed)
        # questions, writes and the commit are the batch's: each of its articles waited for its share of them
        spent += [(time.perf_counter() - started) / len(placed)] * len(placed)
    used += cpu(conn)
    p50, p95 = (float(np.quantile(spent, q)) * 1e3 for q in (0.5, 0.95))
    base50, base95, beside = in_memory(conn, rarity, told_of)
    print(
        f"{last[0]:,} articles in the window, {measured} placed: {found_copies} copies, {found_events} into known events"
    )
    print(
        f"place one article   p50 {p50:6.2f} ms   p95 {p95:6.2f} ms   limit {LIMIT_MS:g} ms: {'kept' if p95 < LIMIT_MS else 'BROKEN'}"
    )
    print(f"processor time      mean {used / measured * 1e3:5.2f} ms an article, ours and the database's")
    print(
        f"baseline, held against {beside:,} in memory   p50 {base50:6.2f} ms   p95 {base95:6.2f} ms"
        f"   ratio p50 {p50 / base50:.2f}, p95 {p95 / base95:.2f}"
    )


def in_memory(conn: Connection, rarity: Reals, told_of: list[tuple[str, str]]) -> tuple[float, float, int]:
    """Median and 95th percentile, in ms, of holding a weighed vector against others in memory, and how many those are."""
    rows = conn.execute("SELECT v.title, v.body FROM versions v ORDER BY v.id LIMIT %s", [BESIDE]).fetchall()
    vectors = [stories.weighed(told(title, text, NOW).vector, rarity) for title, text in rows]
    ends = np.cumsum([0, *(len(vector.ids) for vector in vectors)])
    matrix = csr_matrix(
        (np.concatenate([v.weights for v in vectors]), np.concatenate([v.ids for v in vectors]), ends),
        shape=(len(vectors), stories.BUCKETS),
    )
    spent = []
    for title, text in told_of:
        start = time.perf_counter()
        vector = stories.weighed(told(title, text, NOW).vector, rarity)
        column = np.zeros(stories.BUCKETS, dtype=np.float32)
        column[vector.ids] = vector.weights
        (matrix @ column).argmax()
        spent.append((time.perf_counter() - start) * 1e3)
    return float(np.quantile(spent, 0.5)), float(np.quantile(spent, 0.95)), len(vectors)


def draw(conn: Connection, press: Press, n: int, known: int) -> tuple[str, str]:
    """The n-th measured article: every tenth a copy, every third tells of a known happening, the rest is new."""
    if n % 10 and n % 3:
        return press.article()
    row = conn.execute("SELECT title, body FROM versions WHERE id = %s", [press.any_of(known) + 1]).fetchone()
    assert row is not None
    if n % 10 == 0:
        return press.article()[0], press.copy(row[1])
    return press.retold(*row)


def memory_mb() -> float:
    """Megabytes this process holds now; Linux only, else 0."""
    held = Path("/proc/self/statm")
    return int(held.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6 if held.exists() else 0.0


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
