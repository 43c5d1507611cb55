"""Random kill -9 over every process of `kiemtin up --demo` while it crawls, judges and people decide.

    python -m benchmarks.crash [--kills 10] [--pace 8] [--seed N] [--home FOLDER]

Killed are the web application, the workers with their reader processes, the fictional newsroom, PostgreSQL (the server
and its parts), the keeper, and `up` itself, which this program starts again as a service manager would. Two scripted
reviewers decide over HTTP all the while; what was answered 303 is noted here. At the end everything must be back by
itself and agree: stored articles with the newsroom's own list, decisions with the reviewers' notes, captures with
the bytes on disk, and the audit chain with itself. Prints one line for each; ends 1 when one does not hold.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psutil
import psycopg
import requests
from warcio.archiveiterator import ArchiveIterator

from crawler.demo import press
from crawler.demo.outlets import OUTLETS
from db import audit

ROOT = Path(__file__).resolve().parent.parent
REVIEWERS = ("xacminh", "pheduyet")  # a verifier and an approver of the demo
ROOMS = {"db", "newsroom", "web", "crawl", "classify", "desk"}
SPARED = 0.6  # of the kills of `up`: each restarts the whole house, and nobody would ever get to work
AT_WORK = 0.8
PATIENCE = 420  # seconds that everything may take to come back at the end, on a busy machine
HEADERS = {"Sec-Fetch-Site": "same-origin"}


class House:
    """One `up --demo` under a service manager of ours: started again whenever it ends."""

    def __init__(self, home: Path) -> None:
        self.home, self.port, self.ups, self.leaving = home, _free_port(), 0, False
        threading.Thread(target=self._manage, daemon=True).start()

    def _manage(self) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("KIEMTIN_")}
        environment["KIEMTIN_HOME"] = str(self.home)
        while not self.leaving:
            with (self.home / "up.txt").open("ab") as log:
                self.up = subprocess.Popen(
                    [sys.executable, "-m", "kiemtin", "up", "--demo", "--port", str(self.port)],
                    cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True,
                )  # fmt: skip
            self.ups += 1
            self.up.wait()
            time.sleep(2)

    def close(self) -> None:
        self.leaving = True
        self.up.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.up.wait(60)

    def ready(self) -> bool:
        try:
            return requests.get(f"http://127.0.0.1:{self.port}/readyz", timeout=10).status_code == 200
        except requests.RequestException:
            return False

    def processes(self) -> dict[int, str]:
        """Every process of this home by number, with the room it belongs to."""
        found = {}
        for process in psutil.process_iter():
            try:
                words = process.cmdline()
                if "postgres" in Path(words[0] if words else "").name or process.name() == "postgres":
                    if any(str(self.home) in " ".join(p.cmdline()) for p in (process, *process.parents())):
                        found[process.pid] = (
                            "postgres" if str(self.home) in " ".join(words) else "postgres part"
                        )
                elif process.environ().get("KIEMTIN_HOME") == str(self.home):
                    named = words[words.index("kiemtin") + 1] if "kiemtin" in words else "reader process"
                    found[process.pid] = named
            except (psutil.Error, IndexError):
                continue
        return found

    @contextlib.contextmanager
    def database(self, *, owner: bool = False) -> Iterator[psycopg.Connection]:
        urls = json.loads((self.home / "database-urls.json").read_text())
        with psycopg.connect(
            urls["owner" if owner else "app"], connect_timeout=5, options="-c statement_timeout=20000"
        ) as conn:
            yield conn

    def ask(self, query: str) -> list[tuple]:
        with self.database() as conn:
            return conn.execute(query).fetchall()  # type: ignore[call-overload]


class Reviewer(threading.Thread):
    """Decides on cases over HTTP without end; ``kept`` is what the desk said it had taken."""

    def __init__(self, house: House, name: str, seed: int) -> None:
        super().__init__(daemon=True)
        self.house, self.account, self.draw = house, name, random.Random(seed)
        self.kept: list[tuple[int, int, str]] = []
        self.answers: Counter[str] = Counter()
        self.done = threading.Event()

    def run(self) -> None:
        session = requests.Session()
        session.headers.update(HEADERS)
        inside = False
        while not self.done.wait(0.5):
            try:
                if not inside:
                    password = json.loads((self.house.home / "demo-accounts.json").read_text())[self.account]
                    answer = self._post(session, "/login", name=self.account, password=password, totp="")
                    inside = answer.status_code == 303
                    continue
                cases = self.house.ask(
                    "SELECT id, version, state FROM cases WHERE state IN ('flagged', 'triage', 'closed', 'verify')"
                )
                if cases:
                    inside = self._decide(session, *self.draw.choice(cases))
            except (requests.RequestException, psycopg.Error, OSError, ValueError) as why:
                self.answers[type(why).__name__] += 1

    def _decide(self, session: requests.Session, case: int, version: int, state: str) -> bool:
        reason = "kịch bản thử: gỡ điện giữa chừng"
        if state == "closed":
            action = "reopen"
            answer = self._post(session, f"/cases/{case}/step", action=action, seen=version, reason=reason)
        elif state == "verify":
            action = "dismiss"
            answer = self._post(session, f"/cases/{case}/step", action=action, seen=version, reason=reason)
        else:
            action = self.draw.choice(["dismiss", "escalate"])
            answer = self._post(session, "/queue/decide", case=case, seen=version, action=action, reason=reason,
                                to_verify="câu cần kiểm tra")  # fmt: skip
        self.answers[str(answer.status_code)] += 1
        to_the_door = answer.headers.get("Location", "").startswith("/login")
        if answer.status_code == 303 and not to_the_door:
            self.kept.append((case, version, action))
        return answer.status_code not in (401, 403) and not to_the_door

    def _post(self, session: requests.Session, path: str, **fields: object) -> requests.Response:
        return session.post(
            f"http://127.0.0.1:{self.house.port}{path}", data=fields, allow_redirects=False, timeout=20
        )


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


def expected(home: Path) -> set[str]:
    """The addresses of all articles that the fictional press shows now."""
    where, now = press.state(home), datetime.now(UTC)
    return {entry.url for outlet in OUTLETS for entry in press.entries(outlet, where, now)}


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


def judge(house: House, reviewers: list[Reviewer], kills: Counter[str]) -> int:
    """Waits until everything is back, compares, prints; 1 when something does not hold."""
    deadline = time.monotonic() + PATIENCE
    wanted = expected(house.home)
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


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> int:
    cli = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    cli.add_argument("--kills", type=int, default=10)
    cli.add_argument("--pace", type=float, default=8.0, help="mean seconds between two kills")
    cli.add_argument(
        "--delay", type=float, default=10.0, help="seconds between requests at a fictional host meanwhile"
    )
    cli.add_argument("--seed", type=int, default=int(time.time()))
    cli.add_argument("--home", type=Path, help="kept afterwards; default: a temporary folder")
    given = cli.parse_args()
    print(f"seed {given.seed}", file=sys.stderr, flush=True)
    with contextlib.ExitStack() as stack:
        home = given.home or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kiemtin-crash-")))
        home.mkdir(parents=True, exist_ok=True)
        home.chmod(0o755)
        house = House(home.resolve())
        stack.callback(house.close)
        began = time.monotonic()
        while not (house.ready() and _some_work(house)):
            if time.monotonic() - began > PATIENCE:
                print("kiemtin up did not open; see " + str(home / "up.txt"), file=sys.stderr)
                return 1
            time.sleep(1)
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
        return judge(house, reviewers, kills)


def _some_work(house: House) -> bool:
    with contextlib.suppress(psycopg.Error, OSError, ValueError):
        return house.ask("SELECT count(*) FROM cases")[0][0] > 0
    return False


def _keep_slow(house: House, seconds: float, over: threading.Event) -> None:
    while not over.wait(5):
        slow_down(house, seconds)


if __name__ == "__main__":
    sys.exit(main())
