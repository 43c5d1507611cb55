"""Hours at twenty times a province's load: is the last quarter as quick and as small as the first?

    python -m benchmarks soak [--minutes 60] [--per-hour 250] [--warm 5] [--home FOLDER]

Runs `kiemtin up --demo` and beside it a fictional press (soak_press.py) whose thirty outlets go on publishing: 250 new
articles an hour (a province has some 300 a day), every list polled each five minutes as in a storm. A verifier and an
approver decide all the while, a monitor and a leader read screens. Told each minute: memory of the whole tree (PSS,
PostgreSQL included), latency of the screens, articles stored. At the end, after ``warm`` minutes that do not count
(models are loaded, caches fill), the last quarter beside the first: flat is a ratio near 1. Limits: memory 1.10, p95
of the screens 1.50, nothing unjudged for over a minute, no error page.
"""

from __future__ import annotations

import argparse
import contextlib
import statistics
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import requests

from benchmarks.house import HEADERS, PATIENCE, REVIEWERS, House, Press, Reviewer, signed_in
from benchmarks.memory import done, megabytes

MEMORY_LIMIT, LATENCY_LIMIT = 1.10, 1.50
READERS = ("theodoi", "lanhdao")
SCREENS = ("/", "/queue", "/queue?tab=open", "/search?q=tin+don", "/sources", "/events/{event}", "/articles/{article}",
           "/bulletin", "/method")  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Minute:
    """What one minute showed; memory in MB, latency in milliseconds."""

    memory: float
    rooms: dict[str, float]
    p50: float
    p95: float
    articles: int
    waiting: int


class Reader(threading.Thread):
    """Opens one screen after another; ``took`` are milliseconds since last asked, ``errors`` answers that were no page."""

    def __init__(self, house: House, account: str, pause: float) -> None:
        super().__init__(daemon=True)
        self.house, self.account, self.pause = house, account, pause
        self.took: list[float] = []
        self.errors: list[str] = []
        self.done = threading.Event()

    def run(self) -> None:
        session = requests.Session()
        session.headers.update(HEADERS)
        while not self.done.is_set() and not signed_in(self.house, session, self.account):
            self.done.wait(1)
        turn = 0
        while not self.done.wait(self.pause):
            turn += 1
            with contextlib.suppress(psycopg.Error, OSError):
                event, article = self.house.ask(
                    "SELECT coalesce((SELECT max(id) FROM events), 1), coalesce((SELECT max(id) FROM articles), 1)"
                )[0]
                path = SCREENS[turn % len(SCREENS)].format(event=event, article=article)
                began = time.perf_counter()
                try:
                    answer = session.get(f"http://127.0.0.1:{self.house.port}{path}", timeout=30)
                except requests.RequestException as why:
                    self.errors.append(f"{path}: {type(why).__name__}")
                    continue
                self.took.append((time.perf_counter() - began) * 1000)
                if answer.status_code != 200 or "/login" in answer.url:
                    self.errors.append(f"{path}: {answer.status_code}")


def watch(house: House, readers: list[Reader], minutes: int) -> list[Minute]:
    """One line a minute on stderr, and all of them."""
    found = []
    for number in range(1, minutes + 1):
        samples: list[float] = []
        rooms: dict[str, float] = {}
        ends = time.monotonic() + 60
        while time.monotonic() < ends - 2:
            rooms = megabytes(house)
            samples.append(sum(rooms.values()))
            time.sleep(12)
        time.sleep(max(0.0, ends - time.monotonic()))
        took: list[float] = []
        for reader in readers:
            took += reader.took
            reader.took = []
        articles, waiting = house.ask(
            "SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM articles a WHERE a.first_seen_at < now() - interval '1 minute'"
            " AND NOT EXISTS (SELECT FROM judgements j WHERE j.article_id = a.id))"
        )[0]
        minute = Minute(
            memory=statistics.median(samples), rooms=rooms, p50=statistics.median(took), p95=statistics.quantiles(took, n=20)[-1],
            articles=articles, waiting=waiting,
        )  # fmt: skip
        found.append(minute)
        print(
            f"  {datetime.now(UTC):%H:%M:%S} minute {number}: {minute.memory:.0f} MB (highest {max(samples):.0f}), screens p50"
            f" {minute.p50:.0f} ms p95 {minute.p95:.0f} ms, {articles} articles, {waiting} waiting",
            file=sys.stderr, flush=True,
        )  # fmt: skip
    return found


def tell(found: list[Minute], readers: list[Reader], reviewers: list[Reviewer], *, warm: int) -> int:
    """First against last quarter of what counts; 1 when a limit is missed."""
    counted = found[warm:] if len(found) > warm + 4 else found
    quarter = max(1, len(counted) // 4)
    first, last = counted[:quarter], counted[-quarter:]

    def both(name: str) -> tuple[float, float]:
        return tuple(statistics.median(getattr(minute, name) for minute in part) for part in (first, last))  # type: ignore[return-value]

    kept = True
    for name, unit, limit in (("memory", "MB", MEMORY_LIMIT), ("p50", "ms", LATENCY_LIMIT), ("p95", "ms", LATENCY_LIMIT)):  # fmt: skip
        was, is_now = both(name)
        kept = kept and is_now / was <= limit
        print(
            f"{name:8} first quarter {was:.0f} {unit}, last {is_now:.0f} {unit}: ratio {is_now / was:.2f} (limit {limit})"
        )
    for name, minute in (("first", first[0]), ("last", last[-1])):
        rooms = ", ".join(
            f"{room} {mb:.0f}" for room, mb in sorted(minute.rooms.items(), key=lambda pair: -pair[1])
        )
        print(f"memory by room, {name} minute counted: {rooms}")
    errors = [error for reader in readers for error in reader.errors]
    late = max(minute.waiting for minute in counted)
    hours = max(len(counted) - 1, 1) / 60
    print(
        f"articles {counted[-1].articles} stored, {(counted[-1].articles - counted[0].articles) / hours:.0f} an hour, at most {late} waiting over a minute"
    )
    print(
        f"decisions {sum(len(reviewer.kept) for reviewer in reviewers)} confirmed; screens: {len(errors)} errors {errors[:3] or ''}"
    )
    return int(not kept or bool(errors) or late > 0)


def main(arguments: list[str] | None = None) -> int:
    cli = argparse.ArgumentParser(
        prog="python -m benchmarks soak", description=(__doc__ or "").split("\n\n")[0]
    )
    cli.add_argument("--minutes", type=int, default=60)
    cli.add_argument("--per-hour", type=float, default=250.0, help="new articles an hour")
    cli.add_argument("--warm", type=int, default=5, help="minutes at the start that do not count")
    cli.add_argument("--home", type=Path, help="kept afterwards; default: a temporary folder")
    given = cli.parse_args(arguments)
    with contextlib.ExitStack() as stack:
        home = given.home or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kiemtin-soak-")))
        home.mkdir(parents=True, exist_ok=True)
        home.chmod(0o755)
        house = House(home.resolve())
        stack.callback(house.close)
        began = time.monotonic()
        while not (house.ready() and done(house)):  # the demo's own first crawl is not the soak
            if time.monotonic() - began > PATIENCE:
                print("kiemtin up did not open; see " + str(home / "up.txt"), file=sys.stderr)
                return 1
            time.sleep(1)
        press = Press(house, given.per_hour)
        stack.callback(press.close)
        reviewers = [Reviewer(house, name, n, pause=10) for n, name in enumerate(REVIEWERS)]
        readers = [Reader(house, name, pause=1.0) for name in READERS]
        for each in (*reviewers, *readers):
            each.start()
            stack.callback(each.done.set)
        found = watch(house, readers, given.minutes)
        return tell(found, readers, reviewers, warm=given.warm)


if __name__ == "__main__":
    sys.exit(main())
