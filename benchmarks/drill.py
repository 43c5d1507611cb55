"""Restore drill under load: a backup while everything works, brought back on another machine folder.

    python -m benchmarks drill [--seconds 60] [--home FOLDER]

`kiemtin up --demo` runs, a press goes on publishing beside it, two reviewers decide. In the middle of it `kiemtin db
backup` is taken; then `kiemtin db restore` brings it into a fresh KIEMTIN_HOME with a database server of its own, and
there everything must be as at the backup's moment: rows and row hashes of every table, the bytes of every capture, the
secret key, the audit chain, what reviewers were told had been taken before, and the accounts' passwords.
Prints one line for each; ends 1 when one does not hold.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path

import requests

import db.ops.backup
import db.ops.embedded_postgres
from benchmarks.crash import capture_faults
from benchmarks.house import HEADERS, PATIENCE, REVIEWERS, ROOT, House, Press, Reviewer, free_port, some_work
from db.core.connection import connect

PER_HOUR = 1200.0  # articles that appear beside the demo's


def run(home: Path, *words: str) -> str:
    """A kiemtin command of the other machine, to its end; what it printed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KIEMTIN_")}
    done = subprocess.run(
        [sys.executable, "-m", "kiemtin", *words], cwd=ROOT, env={**environment, "KIEMTIN_HOME": str(home)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"kiemtin {' '.join(words)}: {done.stderr.strip()}")
    return done.stdout.strip()


def logins(old: Path, new: Path) -> int:
    """How many of the demo's accounts can sign in on the other machine."""
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KIEMTIN_")}
    web = subprocess.Popen(
        [sys.executable, "-m", "kiemtin", "web", "--port", str(port)], cwd=ROOT,
        env={**environment, "KIEMTIN_HOME": str(new)}, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    entered = 0
    try:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with contextlib.suppress(requests.RequestException):
                if requests.get(f"http://127.0.0.1:{port}/readyz", timeout=5).status_code == 200:
                    break
            time.sleep(0.5)
        for name, password in json.loads((old / "demo-accounts.json").read_text()).items():
            answer = requests.post(
                f"http://127.0.0.1:{port}/login", data={"name": name, "password": password, "totp": ""},
                headers=HEADERS, allow_redirects=False, timeout=20,
            )  # fmt: skip
            entered += answer.status_code == 303
    finally:
        web.terminate()
        web.wait()
    return entered


class Restored:
    """The other machine as ``capture_faults`` asks it."""

    def __init__(self, home: Path, url: str) -> None:
        self.home, self.url = home, url

    def ask(self, query: str) -> list[tuple]:
        with connect(self.url) as conn:
            return conn.execute(query).fetchall()  # type: ignore[call-overload]


def compare(old: Path, new: Path, file: Path, kept: list[tuple[int, int, str]]) -> int:
    """One line for each thing that must be equal; 1 when one is not."""
    with tarfile.open(file) as tar:
        about = json.loads(tar.extractfile("backup.json").read())  # type: ignore[union-attr]
    urls = db.ops.embedded_postgres.start(new)
    with connect(urls.owner or "") as conn:
        found = db.ops.backup.fingerprints(conn)
        acts = set(conn.execute("SELECT case_id, seen_version, action FROM case_actions").fetchall())
    wanted = {name: (rows, about["hashes"][name]) for name, rows in about["rows"].items()}
    other = sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name))
    captures, bad = capture_faults(Restored(new, urls.app))
    key = (old / "secret-key").read_bytes() == (new / "secret-key").read_bytes()
    gone = [decision for decision in kept if decision not in acts]
    entered, accounts = logins(old, new), len(json.loads((old / "demo-accounts.json").read_text()))
    print(
        f"tables      {len(wanted)} compared by count and row hashes ({sum(about['rows'].values())} rows), {len(other)} differ {other or ''}"
    )
    print(f"captures    {captures} recorded, {bad} without their bytes")
    print(f"keys        {'the same' if key else 'OTHERS'}")
    print(f"decisions   {len(kept)} confirmed before the backup began, {len(gone)} missing")
    print(f"audit       {run(new, 'audit', 'verify')}")
    print(f"logins      {entered} of {accounts}")
    return int(bool(other or bad or not key or gone or entered != accounts))


def main(arguments: list[str] | None = None) -> int:
    cli = argparse.ArgumentParser(
        prog="python -m benchmarks drill", description=(__doc__ or "").split("\n\n")[0]
    )
    cli.add_argument("--seconds", type=float, default=60, help="of load before the backup")
    cli.add_argument("--home", type=Path, help="kept afterwards; default: a temporary folder")
    given = cli.parse_args(arguments)
    with contextlib.ExitStack() as stack:
        folder = given.home or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kiemtin-drill-")))
        old, new = folder.resolve() / "old", folder.resolve() / "new"
        for each in (folder, old, new):
            each.mkdir(parents=True, exist_ok=True)
            each.chmod(0o755)
        house = House(old)
        stack.callback(house.close)
        began = time.monotonic()
        while not (house.ready() and some_work(house)):
            if time.monotonic() - began > PATIENCE:
                print("kiemtin up did not open; see " + str(old / "up.txt"), file=sys.stderr)
                return 1
            time.sleep(1)
        press = Press(house, PER_HOUR)
        stack.callback(press.close)
        reviewers = [Reviewer(house, name, n) for n, name in enumerate(REVIEWERS)]
        for reviewer in reviewers:
            reviewer.start()
            stack.callback(reviewer.done.set)
        time.sleep(given.seconds)
        kept = [decision for reviewer in reviewers for decision in list(reviewer.kept)]
        before = house.ask("SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM case_actions)")[0]
        file = folder.resolve() / "backup.tar"
        began = time.monotonic()
        house.call("db", "backup", str(file))
        took = time.monotonic() - began
        after = house.ask("SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM case_actions)")[0]
        print(
            f"backup      {file.stat().st_size / 1e6:.1f} MB in {took:.1f} s; meanwhile articles {before[0]} -> {after[0]},"
            f" acts {before[1]} -> {after[1]}"
        )
        print(f"restore     {run(new, 'db', 'restore', str(file))}")
        return compare(old, new, file, kept)


if __name__ == "__main__":
    sys.exit(main())
