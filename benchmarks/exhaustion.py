"""What strangers without an account can cost the web process: its memory and the answers to others meanwhile.

    python -m benchmarks.exhaustion [--sign-ins 50] [--half-open 200] [--bodies 20]

Three trials against `kiemtin web` in a process of its own: sign-ins at once, connections with half a head, bodies that say
they are 1 GB. In each a reader asks for the public page all the while; printed are the largest memory of the process and
how many of the reader's questions were answered, with their times.
"""

from __future__ import annotations

import argparse
import os
import re
import socket
import statistics
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import psutil

from benchmarks.scratch import OURS, database


def raw(port: int, sent: bytes, *, seconds: float = 30) -> bytes:
    """What comes back first."""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as line:
        with suppress(OSError):
            line.sendall(sent)
        return line.recv(200)


def sign_in(port: int, number: int) -> str:
    """Status of one wrong sign-in."""
    data = urllib.parse.urlencode({"name": f"nguoi{number}", "password": "không phải mật khẩu"}).encode()
    asked = urllib.request.Request(f"http://127.0.0.1:{port}/login", data, OURS)
    try:
        return str(urllib.request.urlopen(asked, timeout=60).status)
    except urllib.error.HTTPError as why:
        return str(why.code)


def body(port: int, _number: int) -> str:
    """Status for a body of 1 GB that is sent as long as it is taken."""
    head = b"POST /report HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1073741824\r\n\r\n"
    return raw(port, head + b"x" * 2**20).split(b" ")[1].decode() or "closed"


class Reader(threading.Thread):
    """Asks for the public page all the while."""

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self.port, self.over = port, threading.Event()
        self.times: list[float] = []
        self.failed = 0

    def run(self) -> None:
        while not self.over.wait(0.1):
            began = time.monotonic()
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/bulletin", timeout=15).read()
                self.times.append(time.monotonic() - began)
            except OSError:
                self.failed += 1


@contextmanager
def watched(name: str, process: psutil.Process, port: int) -> Iterator[Counter[str]]:
    """Reads along and prints what the trial did to memory and to the reader."""
    said: Counter[str] = Counter()
    reader, before, most = Reader(port), process.memory_info().rss, 0
    reader.start()
    over = threading.Event()

    def look() -> None:
        nonlocal most
        while not over.wait(0.05):
            most = max(most, process.memory_info().rss)

    looking = threading.Thread(target=look)
    looking.start()
    yield said
    time.sleep(1)
    over.set()
    reader.over.set()
    looking.join()
    reader.join()
    worst = max(reader.times, default=0.0)
    middle = statistics.median(reader.times) if reader.times else 0.0
    print(
        f"{name:16} memory {before / 1e6:.0f} -> {most / 1e6:.0f} MB; reader: {len(reader.times)} answered, {reader.failed} not,"
        f" median {middle * 1000:.0f} ms, worst {worst * 1000:.0f} ms; {dict(said)}",
        flush=True,
    )


def at_once(count: int, work: Callable[[int, int], str], port: int, said: Counter[str]) -> None:
    """``count`` threads, each one call."""

    def one(number: int) -> None:
        try:
            said[work(port, number)] += 1
        except OSError as why:
            said[type(why).__name__] += 1

    threads = [threading.Thread(target=one, args=[number]) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def main() -> None:
    """All three."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--sign-ins", type=int, default=50)
    words.add_argument("--half-open", type=int, default=200)
    words.add_argument("--bodies", type=int, default=20)
    asked = words.parse_args()
    with database() as (home, urls):
        environment = {
            **os.environ, "KIEMTIN_HOME": str(home), "KIEMTIN_DATABASE_URL": urls.app,
            "KIEMTIN_OWNER_DATABASE_URL": urls.owner or "",
        }  # fmt: skip
        web = subprocess.Popen(
            [sys.executable, "-m", "kiemtin", "web", "--port", "0"],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            found = re.search(r":(\d+)/", web.stdout.readline() if web.stdout else "")
            assert found, "the web process did not start"
            port, process = int(found[1]), psutil.Process(web.pid)
            urllib.request.urlopen(f"http://127.0.0.1:{port}/bulletin", timeout=30).read()
            with watched(f"{asked.sign_ins} sign-ins", process, port) as said:
                at_once(asked.sign_ins, sign_in, port, said)
            with watched(f"{asked.half_open} half-open", process, port) as said:
                lines = [socket.create_connection(("127.0.0.1", port)) for _ in range(asked.half_open)]
                for line in lines:
                    line.sendall(b"GET / HTTP/1.1\r\nX-Slow: ")
                time.sleep(12)
                for line in lines:
                    line.settimeout(5)
                    with suppress(OSError):
                        said["closed" if line.recv(1) == b"" else "answered"] += 1
                    line.close()
            with watched(f"{asked.bodies} x 1 GB", process, port) as said:
                at_once(asked.bodies, body, port, said)
        finally:
            web.terminate()
            web.wait(30)


if __name__ == "__main__":
    main()
