"""Many sources tried at once: from a catalogue of strangers to what is read and a list of what is left.

KIEMTIN_TRIAL_SOURCES=166 runs it over as many sources as the shipped catalogue has.
"""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from papers import ROOT, Paper, Reply, catalogue, front, kiemtin, plain, rss
from wiping import wipe

from db.ops import embedded_postgres

COUNT = int(os.environ.get("KIEMTIN_TRIAL_SOURCES", "20"))
RSS = {"Content-Type": "application/rss+xml"}
CHALLENGE = (
    b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body><noscript>Enable JavaScript and cookies to continue"
    b"</noscript><script>document.cookie='D1N=1'; location.reload();</script></body></html>"
)


def _slow(paper: Paper) -> None:
    def answer(n: int) -> Reply:
        time.sleep(1.5)
        return Reply(rss(paper), headers=RSS)

    paper.routes["/rss.xml"] = answer


def _dead(paper: Paper) -> None:
    paper.stop()


def _redirecting(paper: Paper) -> None:
    paper.routes["/rss.xml"] = lambda n: Reply(b"", 301, {"Location": "/tin/rss-moi.xml"})
    paper.routes["/tin/rss-moi.xml"] = lambda n: Reply(rss(paper), headers=RSS)


def _circle(paper: Paper) -> None:
    for path, target in (("/rss.xml", "/a"), ("/a", "/rss.xml"), ("/", "/a"), ("/sitemap.xml", "/a")):
        paper.routes[path] = lambda n, target=target: Reply(b"", 302, {"Location": target})  # type: ignore[misc]


def _challenged(paper: Paper) -> None:
    paper.answer = lambda target: (
        Reply(  # type: ignore[method-assign]
            b"User-agent: *\n", headers={"Content-Type": "text/plain"}
        )
        if target == "/robots.txt"
        else Reply(CHALLENGE)
    )


def _feedless(paper: Paper) -> None:
    paper.routes["/rss.xml"] = lambda n: Reply(plain("Không tìm thấy"), 404)


def _announced(paper: Paper) -> None:
    paper.routes["/rss.xml"] = lambda n: Reply(plain("Không tìm thấy"), 404)
    head = '<link rel="alternate" type="application/rss+xml" href="/kenh/trang-chu.rss">'
    paper.routes["/"] = lambda n: Reply(front(paper, head=head))
    paper.routes["/kenh/trang-chu.rss"] = lambda n: Reply(rss(paper), headers=RSS)


def _moved(paper: Paper) -> None:
    new = Paper(f"{paper.name}-new")
    new.publish("Chuyện ở tên miền mới")
    NEW.append(new)
    paper.answer = lambda target: Reply(b"", 301, {"Location": new.root + target})  # type: ignore[method-assign]


def _works(paper: Paper) -> None:
    """Stays as it is."""


NEW: list[Paper] = []
KINDS: dict[str, tuple[Callable[[Paper], None], str]] = {
    "works": (_works, "works"),
    "slow": (_slow, "works"),
    "redirecting": (_redirecting, "works"),
    "feedless": (_feedless, "works"),
    "announced": (_announced, "works"),
    "dead": (_dead, "unreachable"),
    "circle": (_circle, "loop"),
    "challenged": (_challenged, "challenge"),
    "moved": (_moved, "moved"),
}


def kind_of(name: str) -> str:
    return name.rsplit("-", 1)[0]


@pytest.fixture(scope="module")
def told(urls: embedded_postgres.Urls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    folder = tmp_path_factory.mktemp("trials")
    (folder / "catalogue").mkdir()
    names = list(KINDS)
    papers = {f"{names[n % len(names)]}-{n}": Paper(f"{names[n % len(names)]}-{n}") for n in range(COUNT)}
    for paper in papers.values():
        paper.publish(f"Chuyện một của {paper.name}", f"Chuyện hai của {paper.name}")
    catalogue(papers, folder / "catalogue")
    file = folder / "catalogue" / "sources.toml"
    file.write_text(
        file.read_text(encoding="utf-8").replace("delay = 0.1\n", 'delay = 0.1\nstatus = "to_probe"\n'),
        encoding="utf-8",
    )
    for paper in papers.values():
        KINDS[kind_of(paper.name)][0](paper)
    environment = {**os.environ, "KIEMTIN_HOME": str(folder / "home"), "KIEMTIN_DATABASE_URL": urls.app}
    environment.pop("KIEMTIN_OWNER_DATABASE_URL", None)
    kiemtin(environment, "catalogue", "import", str(folder / "catalogue"))
    killed = _begin_and_kill(environment)
    began = time.monotonic()
    summary = json.loads(kiemtin(environment, "sources", "try", "--untried", "--json"))
    seconds = time.monotonic() - began
    kiemtin(environment, "sources", "left", "--out", str(folder / "left.csv"))
    with (folder / "left.csv").open(encoding="utf-8-sig", newline="") as lines:
        left = list(csv.DictReader(lines))
    once = json.loads(kiemtin(environment, "crawl", "--once", "--json"))
    listed = json.loads(kiemtin(environment, "sources", "list", "--json"))
    print(f"{COUNT} sources: {killed} before the kill, the rest in {seconds:.0f} s: {summary['outcomes']}")
    yield {"summary": summary, "left": left, "once": once, "listed": listed, "killed": killed}
    for paper in [*papers.values(), *NEW]:
        if kind_of(paper.name) != "dead":
            paper.stop()
    wipe(urls)


def _begin_and_kill(environment: dict[str, str]) -> int:
    """Begins the round and kills it after a few trials; how many were told by then."""
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "kiemtin", "sources", "try", "--untried"],
        env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    done = 0
    for line in process.stdout:
        done += line.startswith("[")
        if done >= 3:
            break
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    return done


def test_a_killed_round_goes_on_and_tries_every_source_once(told: dict[str, Any]) -> None:
    assert told["killed"] >= 3
    assert told["summary"]["trials"] == COUNT
    assert {row["before"] for row in told["summary"]["sources"]} == {None}


def test_each_source_has_the_outcome_that_explains_it(told: dict[str, Any]) -> None:
    wrong = {
        row["name"]: row["code"]
        for row in told["summary"]["sources"]
        if row["code"] != KINDS[kind_of(row["name"])][1]
    }
    assert wrong == {}


def test_what_works_is_read_and_what_is_left_has_its_reason_and_a_mend(told: dict[str, Any]) -> None:
    works = {name for name, (_, code) in KINDS.items() if code == "works"}
    enabled = {row["name"] for row in told["listed"] if row["status"] == "enabled"}
    assert {kind_of(name) for name in enabled} == works
    assert told["once"]["sources"] == len(enabled)
    assert told["once"]["new"] == 2 * len(enabled)
    assert {row["name"] for row in told["left"]} == {row["name"] for row in told["listed"]} - enabled
    assert all(row["why"] and row["do"] for row in told["left"])
    moved = [row for row in told["left"] if kind_of(row["name"]) == "moved"]
    assert moved and all(row["moved_to"].startswith("http://127.7.0.") for row in moved)
