"""One `kiemtin up --demo` under a service manager of ours, and reviewers who decide at it over HTTP: what the
benchmarks of the whole system (crash, soak, drill, memory) have in common."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import psycopg
import requests

from benchmarks import soak_press

ROOT = Path(__file__).resolve().parent.parent
REVIEWERS = ("xacminh", "pheduyet")  # a verifier and an approver of the demo
ROOMS = {"db", "newsroom", "web", "crawl", "classify", "desk"}
PATIENCE = 420  # seconds that everything may take to come up, on a busy machine
# steps by which a case goes round and round: there is always something to decide
STEPS = {"flagged": ("dismiss", "escalate"), "triage": ("dismiss", "escalate"), "verify": ("need_info", "refer", "dismiss"),
         "waiting": ("resume",), "closed": ("reopen",)}  # fmt: skip
HEADERS = {"Sec-Fetch-Site": "same-origin"}


class House:
    """One `up --demo` under a service manager of ours: started again whenever it ends."""

    def __init__(self, home: Path) -> None:
        self.home, self.port, self.ups, self.leaving = home, free_port(), 0, False
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

    def call(self, *words: str) -> str:
        """One kiemtin command on this house's database, to its end; returns what it printed."""
        urls = json.loads((self.home / "database-urls.json").read_text())
        environment = {**os.environ, "KIEMTIN_HOME": str(self.home), "KIEMTIN_DATABASE_URL": urls["app"],
                       "KIEMTIN_OWNER_DATABASE_URL": urls["owner"]}  # fmt: skip
        return subprocess.run(
            [sys.executable, "-m", "kiemtin", *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
        ).stdout  # fmt: skip

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


def some_work(house: House) -> bool:
    """Cases are open."""
    with contextlib.suppress(psycopg.Error, OSError, ValueError):
        return bool(house.ask("SELECT count(*) FROM cases")[0][0] > 0)
    return False


class Reviewer(threading.Thread):
    """Decides on cases over HTTP without end; ``kept`` is what the desk said it had taken.

    ``pause`` is the mean of the seconds between two decisions.
    """

    def __init__(self, house: House, name: str, seed: int, *, pause: float = 0.5) -> None:
        super().__init__(daemon=True)
        self.house, self.account, self.draw, self.pause = house, name, random.Random(seed), pause
        self.kept: list[tuple[int, int, str]] = []
        self.answers: Counter[str] = Counter()
        self.done = threading.Event()

    def run(self) -> None:
        session = requests.Session()
        session.headers.update(HEADERS)
        inside = False
        while not self.done.wait(self.draw.uniform(0, 2 * self.pause)):
            try:
                if not inside:
                    inside = signed_in(self.house, session, self.account)
                    continue
                cases = self.house.ask(
                    "SELECT id, version, state FROM cases WHERE state IN ('flagged', 'triage', 'closed', 'verify', 'waiting')"
                )
                if cases:
                    inside = self._decide(session, *self.draw.choice(cases))
            except (requests.RequestException, psycopg.Error, OSError, ValueError) as why:
                self.answers[type(why).__name__] += 1

    def _decide(self, session: requests.Session, case: int, version: int, state: str) -> bool:
        action = self.draw.choice(STEPS[state])
        told: dict[str, object] = {"seen": version, "reason": "kịch bản thử: gỡ điện giữa chừng"}
        if state in ("flagged", "triage"):
            told |= {"case": case, "to_verify": "câu cần kiểm tra"}
            answer = self._post(session, "/queue/decide", action=action, **told)
        else:
            in_days = datetime.now(UTC) + timedelta(days=3)
            told |= {"whom": "Cơ quan hư cấu", "due": f"{in_days:%Y-%m-%dT%H:%M}"}
            answer = self._post(session, f"/cases/{case}/step", action=action, **told)
        to_the_door = answer.headers.get("Location", "").startswith("/login")
        self.answers[
            f"{answer.status_code} {action}" if answer.status_code >= 400 else str(answer.status_code)
        ] += 1
        if answer.status_code == 303 and not to_the_door:
            self.kept.append((case, version, action))
        return answer.status_code not in (401, 403) and not to_the_door

    def _post(self, session: requests.Session, path: str, **fields: object) -> requests.Response:
        return session.post(
            f"http://127.0.0.1:{self.house.port}{path}", data=fields, allow_redirects=False, timeout=20
        )


def signed_in(house: House, session: requests.Session, account: str) -> bool:
    """Signs one of the demo's accounts in; whether the desk let it."""
    password = json.loads((house.home / "demo-accounts.json").read_text())[account]
    answer = session.post(
        f"http://127.0.0.1:{house.port}/login", data={"name": account, "password": password, "totp": ""},
        allow_redirects=False, timeout=20,
    )  # fmt: skip
    return answer.status_code == 303


def free_port() -> int:
    """A port of this machine that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Press:
    """The press that never stops (soak_press.py) beside a house: started, entered in its catalogue, its lists polled
    every five minutes as staff may order in a storm. ``per_hour`` new articles appear; two hours' worth are there at once."""

    def __init__(self, house: House, per_hour: float) -> None:
        self.house, self.per_hour, self.port = house, per_hour, free_port()
        self.opened_at = datetime.now(UTC) - timedelta(hours=2)
        folder = house.home / "soak-catalogue"
        self.server = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.soak_press", str(self.port), str(per_hour),
             self.opened_at.isoformat(), str(folder)],
            cwd=ROOT, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self.server.stdout is not None
        self.server.stdout.readline()
        house.call("catalogue", "import", str(folder))
        self.over = threading.Event()
        threading.Thread(target=self._storm, daemon=True).start()

    def close(self) -> None:
        self.over.set()
        self.server.terminate()
        self.server.wait()

    def addresses(self) -> set[str]:
        """Of all articles it shows now."""
        return soak_press.published(
            self.port, opened_at=self.opened_at, per_hour=self.per_hour, now=datetime.now(UTC)
        )

    def _storm(self) -> None:
        while not self.over.wait(20):
            with (
                contextlib.suppress(psycopg.Error, OSError, ValueError),
                self.house.database(owner=True) as owner,
            ):
                owner.execute(
                    "UPDATE rhythms r SET pinned = true, next_poll_at = least(r.next_poll_at, now() + random() * interval '5 minutes')"
                    " FROM sources s WHERE s.id = r.source_id AND s.name LIKE 'soak-%%' AND NOT r.pinned"
                )
