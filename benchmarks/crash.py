"""Random kill -9 over every process of `kiemtin up --demo` while it crawls, judges and people decide.

    python -m benchmarks.crash [--kills 10] [--pace 2] [--seed N] [--home FOLDER]

Killed are the web application, the workers with their reader processes, the fictional newsroom, PostgreSQL (the server
and its parts), the keeper, and `up` itself, which this program starts again as a service manager would. Two scripted
reviewers decide over HTTP all the while; what was answered 303 is noted here. Besides the demo's newsroom a press that
never stops (soak_press.py) publishes 600 articles an hour, so that the crawl and the judging last as long as the killing.
At the end everything must be back by
itself and agree: stored articles with what both presses list, decisions with the reviewers' notes, captures with
the bytes on disk, and the audit chain with itself. Prints one line for each; ends 1 when one does not hold.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import os
import random
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from warcio.archiveiterator import ArchiveIterator

from benchmarks.house import PATIENCE, REVIEWERS, ROOMS, House, Press, Reviewer, some_work
from crawler.demo import press
from crawler.demo.outlets import OUTLETS
from db.core import audit

SPARED = 0.6  # of the kills of `up`: each restarts the whole house, and nobody would ever get to work
AT_WORK = 0.8  # of the blows fall on a house with all its processes
PER_HOUR = 600.0  # articles that appear beside the demo's
A_ROUND = 1500  # seconds: a paper that was quiet is asked every 15 minutes, so what it published last is seen only then


def kill_at_random(
    house: House, reviewers: list[Reviewer], draw: random.Random, *, kills: int, pace: float
) -> Counter[str]:
    """``kills`` times -9 to a process drawn by room first, so that a room of many processes is not hit more often."""
    told: Counter[str] = Counter()
    while sum(told.values()) < kills:
        time.sleep(draw.uniform(0.2, 2 * pace))
        # most blows fall on a house at work, the others while it is still getting up from the last one
        patience = time.monotonic() + (120 if draw.random() < AT_WORK else 0)
        while time.monotonic() < patience and not (
            house.ready() and set(house.processes().values()) >= ROOMS
        ):
            time.sleep(0.5)
        alive = house.processes()
        rooms = sorted(set(alive.values()))
        if not rooms:
            continue
        room = draw.choice(rooms)
        if room == "up" and draw.random() < SPARED:
            continue
        with contextlib.suppress(ProcessLookupError):
            os.kill(draw.choice([pid for pid, name in alive.items() if name == room]), signal.SIGKILL)
            told[room] += 1
            taken = sum(len(reviewer.kept) for reviewer in reviewers)
            print(
                f"  {datetime.now(UTC):%H:%M:%S} kill {sum(told.values())}: {room}; {taken} decisions taken",
                file=sys.stderr,
                flush=True,
            )
    return told


def slow_down(house: House, seconds: float) -> None:
    """Another pace for the fictional hosts, so that the crawl lasts as long as the killing."""
    with contextlib.suppress(psycopg.Error, OSError, ValueError), house.database(owner=True) as owner:
        owner.execute(
            "UPDATE sources SET delay = %s WHERE name LIKE 'demo-%%' AND delay <> %s", [seconds, seconds]
        )


def expected(home: Path, beside: Press) -> set[str]:
    """The addresses of all articles that the two fictional presses show now."""
    where, now = press.state(home), datetime.now(UTC)
    demo = {entry.url for outlet in OUTLETS for entry in press.entries(outlet, where, now)}
    return demo | beside.addresses()


def capture_faults(house: House) -> tuple[int, int]:
    """(captures recorded, captures whose bytes are missing or others)."""
    rows = house.ask("SELECT warc_file, warc_offset, payload_sha256 FROM captures")
    bad = 0
    for name, offset, wanted in rows:
        try:
            with (house.home / "captures" / name).open("rb") as file:
                file.seek(offset)
                record = next(iter(ArchiveIterator(file)))
                found = hashlib.sha256(record.raw_stream.read()).hexdigest()
        except (OSError, StopIteration):
            found = ""
        bad += found != wanted
    return len(rows), bad


def judge(house: House, reviewers: list[Reviewer], kills: Counter[str], beside: Press) -> int:
    """Waits until everything is back, compares, prints; 1 when something does not hold."""
    deadline = time.monotonic() + A_ROUND
    wanted = expected(house.home, beside)
    back = False
    while not back and time.monotonic() < deadline:
        slow_down(house, press.PACE)
        with contextlib.suppress(psycopg.Error, OSError, ValueError):
            stored = {url for (url,) in house.ask("SELECT url FROM articles WHERE same_as IS NULL")}
            unjudged = house.ask(
                "SELECT count(*) FROM articles a WHERE NOT EXISTS (SELECT FROM judgements j WHERE j.article_id = a.id)"
            )[0][0]
            back = (
                wanted <= stored
                and not unjudged
                and house.ready()
                and set(house.processes().values()) >= ROOMS
            )
        time.sleep(2)
    rows = [url for (url,) in house.ask("SELECT url FROM articles WHERE same_as IS NULL")]
    doubles = len(rows) - len(set(rows)) + house.ask(
        "SELECT count(*) FROM versions v JOIN versions w ON w.article_id = v.article_id AND w.number = v.number + 1"
        " AND w.text_sha256 = v.text_sha256 AND w.title = v.title AND w.lead = v.lead"
    )[0][0]  # fmt: skip
    rejudged = house.ask(
        "SELECT count(*) FROM (SELECT FROM judgements GROUP BY version_id, model HAVING count(*) > 1) d"
    )[0][0]
    lost = sorted(wanted - set(rows))
    acts = set(house.ask("SELECT case_id, seen_version, action FROM case_actions"))
    kept = [decision for reviewer in reviewers for decision in reviewer.kept]
    gone = [decision for decision in kept if decision not in acts]
    captures, bad = capture_faults(house)
    with house.database() as conn:
        chain = audit.walk(conn)
    answers = sum((reviewer.answers for reviewer in reviewers), Counter())
    print(
        f"kills                {sum(kills.values())}: "
        + ", ".join(f"{n} {room}" for room, n in sorted(kills.items()))
    )
    print(
        f"articles             {len(wanted)} published, {len(rows)} stored, {len(lost)} lost, {doubles} doubled (versions too), {rejudged} judged twice"
    )
    print(f"decisions            {len(kept)} confirmed to the reviewers, {len(gone)} lost ({dict(answers)})")
    print(f"captures             {captures} recorded, {bad} without their bytes")
    print(f"audit chain          {chain.rows} rows, {chain.why or 'whole'}")
    print(
        f"back by itself       {'yes' if back else 'NO'}; `up` was started {house.ups} times by the service manager"
    )
    for url in lost[:5]:
        print(f"  lost: {url}", file=sys.stderr)
    return int(bool(lost or doubles or rejudged or gone or bad or chain.why or not back))


def main(arguments: list[str] | None = None) -> int:
    cli = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    cli.add_argument("--kills", type=int, default=10)
    cli.add_argument("--pace", type=float, default=2.0, help="mean seconds between two kills")
    cli.add_argument(
        "--delay", type=float, default=10.0, help="seconds between requests at a fictional host meanwhile"
    )
    cli.add_argument("--seed", type=int, default=int(time.time()))
    cli.add_argument("--home", type=Path, help="kept afterwards; default: a temporary folder")
    given = cli.parse_args(arguments)
    print(f"seed {given.seed}", file=sys.stderr, flush=True)
    with contextlib.ExitStack() as stack:
        home = given.home or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kiemtin-crash-")))
        home.mkdir(parents=True, exist_ok=True)
        home.chmod(0o755)
        house = House(home.resolve())
        stack.callback(house.close)
        began = time.monotonic()
        while not (house.ready() and some_work(house)):
            if time.monotonic() - began > PATIENCE:
                print("kiemtin up did not open; see " + str(home / "up.txt"), file=sys.stderr)
                return 1
            time.sleep(1)
        beside = Press(house, PER_HOUR)
        stack.callback(beside.close)
        over = threading.Event()
        threading.Thread(target=_keep_slow, args=(house, given.delay, over), daemon=True).start()
        reviewers = [Reviewer(house, name, given.seed + n) for n, name in enumerate(REVIEWERS)]
        for reviewer in reviewers:
            reviewer.start()
        kills = kill_at_random(
            house, reviewers, random.Random(given.seed), kills=given.kills, pace=given.pace
        )
        over.set()
        for reviewer in reviewers:
            reviewer.done.set()
            reviewer.join(30)
        return judge(house, reviewers, kills, beside)


def _keep_slow(house: House, seconds: float, over: threading.Event) -> None:
    while not over.wait(5):
        slow_down(house, seconds)


if __name__ == "__main__":
    sys.exit(main())
