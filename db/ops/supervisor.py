"""Keeps the processes of one machine alive: `kiemtin up` starts its children here, and what dies is started again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import click

from db.core.errors import Unavailable

LOG_LIMIT = 5_000_000  # bytes of a child's log before it begins a new one; the last one is kept
FOUND_WANTING = (
    3  # starts in vain after which an opening house gives up: one may be a mishap, three are a fault
)
OPENING = 180.0  # seconds that one step of the opening may take: a database may have to recover first
NOTICED = 6.0  # seconds within which the keeper has seen that its server is gone and `up` that the keeper is
RISING = 60.0  # seconds that one that died may need until it answers again


@dataclass(slots=True, kw_only=True)
class Child:
    """One process that is kept alive: its command, its log, and how soon it may be started again."""

    name: str
    arguments: list[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = 1.0
    restarts: int = 0
    in_vain: int = 0  # of them since it last lived for a minute


@dataclass(slots=True, kw_only=True)
class House:
    """The children of one `kiemtin up`, the environment they get, and whether they are to stop."""

    home: Path
    environment: dict[str, str]
    children: list[Child] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)
    watcher: threading.Thread | None = None

    def add(self, name: str, *arguments: str) -> Child:
        """Starts one more child."""
        child = Child(name=name, arguments=list(arguments))
        self._start(child)
        self.children.append(child)
        return child

    def watch(self) -> None:
        """From now on what dies is started again, at once the first time and then at growing pauses."""
        self.watcher = threading.Thread(target=self._watch, name="watch", daemon=True)
        self.watcher.start()

    def wait_for(self, ready: Callable[[], bool], otherwise: str) -> None:
        """Waits for a step of the opening; a child that keeps dying, or too long a wait, is Unavailable with its last words."""
        deadline = time.monotonic() + OPENING
        while not ready():
            lost = next((child for child in self.children if child.in_vain >= FOUND_WANTING), None)
            if lost is not None or time.monotonic() > deadline:
                log = self._log_path((lost or self.children[-1]).name)
                lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines() or ["no word"]
                raise Unavailable(f"{otherwise}: {lines[-1].removeprefix('kiemtin: ')} (log: {log})")
            time.sleep(0.1)

    def call(self, *arguments: str, **environment: str) -> str:
        """Runs one command of ours to its end and returns what it printed; raises Unavailable with its own sentence.

        While a child of the house is being started again (PostgreSQL died meanwhile), the command is tried anew.
        """
        deadline = time.monotonic() + OPENING
        while True:
            before = self._restarts()
            done = subprocess.run(
                [sys.executable, "-m", "kiemtin", *arguments],
                env={**self.environment, **environment},
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode == 0:
                return done.stdout
            if not self._something_died(since=before) or time.monotonic() > deadline:
                said = done.stderr.strip().splitlines() or [f"kiemtin {arguments[0]} failed"]
                raise Unavailable(said[-1].removeprefix("kiemtin: "))

    def _something_died(self, *, since: int) -> bool:
        """Whether a child was lately, or within NOTICED seconds is, started again."""
        deadline = time.monotonic() + NOTICED
        while time.monotonic() < deadline:
            if self._restarts() > since or any(
                child.restarts and time.monotonic() - child.started < RISING for child in self.children
            ):
                return True
            time.sleep(0.2)
        return False

    def stop(self) -> None:
        """Ends the children, the database last, each within ten seconds."""
        self.stopping.set()
        if self.watcher is not None:
            self.watcher.join()
        workers = [child for child in self.children if child.name != "database"]
        for child in workers:
            _signal(child, signal.SIGTERM)
        deadline = time.monotonic() + 10
        for child in workers:
            _end(child, deadline)
        for child in self.children:
            if child.name == "database":
                _signal(child, signal.SIGTERM)
                _end(child, time.monotonic() + 10)

    def _restarts(self) -> int:
        return sum(child.restarts for child in self.children)

    def _start(self, child: Child) -> None:
        """A child's words go to a log file of its own under home/logs."""
        environment = {**self.environment, "KIEMTIN_PARENT": str(os.getpid())}
        if child.name == "database":
            # the keeper starts the embedded server: it must not take the address that the others are given
            environment.pop("KIEMTIN_DATABASE_URL", None)
        with self._log(child.name) as log:
            child.process = subprocess.Popen(
                [sys.executable, "-m", "kiemtin", *child.arguments],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C reaches us alone; we end the children in order
            )
        child.started = time.monotonic()

    def _log_path(self, name: str) -> Path:
        return self.home / "logs" / f"{name}.log"

    def _log(self, name: str) -> IO[bytes]:
        path = self._log_path(name)
        path.parent.mkdir(exist_ok=True)
        if path.exists() and path.stat().st_size > LOG_LIMIT:
            path.replace(path.with_suffix(".log.1"))
        return path.open("ab")

    def _watch(self) -> None:
        while not self.stopping.wait(0.5):
            for child in list(self.children):
                if child.process is None or child.process.poll() is None:
                    if time.monotonic() - child.started > 60:
                        child.pause, child.in_vain = 1.0, 0
                    continue
                if time.monotonic() - child.started < child.pause:
                    continue
                child.pause = min(child.pause * 2, 30.0)
                child.restarts += 1
                child.in_vain += 1
                click.echo(
                    f"{child.name} ended ({child.process.returncode}): started again; see {self._log_path(child.name)}"
                )
                self._start(child)


def _signal(child: Child, number: signal.Signals) -> None:
    if child.process is not None and child.process.poll() is None:
        child.process.send_signal(number)


def _end(child: Child, deadline: float) -> None:
    if child.process is None:
        return
    try:
        child.process.wait(max(0.1, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        child.process.kill()
        child.process.wait()
