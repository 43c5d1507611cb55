"""Readers of news pages side by side, same pages, one run: ours, trafilatura, newspaper4k, news-please, readability-lxml.

    make bench-peers                         (an environment of their own in .venv-peers; asks the package index)
    python -m benchmarks peers [FOLDER] [--peers PYTHON] [--json]

Three sets of pages: the fictional ones of our tests (their builders knew them: the upper bound of what we can), the pages in
newspaper4k's source package (its home field; real outlets in twelve languages, the body as its authors keep it), and FOLDER,
if given: ``name.html`` beside ``name.json`` with url, title, text, published_at (ISO).
Body: F1 of word counts (signs, where a script has no spaces), mean over pages; title: same words; minute and day: of those
whose truth is stated. Milliseconds are of the processor. What is not installed is named and left out.
"""

from __future__ import annotations

import argparse
import io
import json
import re
import subprocess
import sys
import tarfile
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import requests

from benchmarks.peers.readers import READERS

ROOT = Path(__file__).parents[2]
FROZEN = ROOT / "tests" / "crawler" / "pages"
HOME = "newspaper4k", "0.9.6"
_TOKEN = re.compile(
    r"[\u0e00-\u0e7f\u1000-\u109f\u3040-\u30ff\u3400-\u9fff]|[^\W\u0e00-\u0e7f\u1000-\u109f\u3040-\u30ff\u3400-\u9fff]+"
)


def words(text: str | None) -> Counter[str]:
    """How often each word stands in the text; single signs in scripts without spaces."""
    return Counter(_TOKEN.findall(unicodedata.normalize("NFC", text or "").casefold()))


def f1(found: str | None, truth: str) -> float:
    """Harmonic mean of precision and recall over word counts, 0 to 1."""
    one, other = words(found), words(truth)
    shared = sum((one & other).values())
    return 2 * shared / (sum(one.values()) + sum(other.values())) if shared else 0.0


def moment(value: str | None) -> datetime | None:
    """A stated time; None for none and for what cannot be read."""
    try:
        return datetime.fromisoformat(value) if value else None
    except ValueError:
        return None


def minute_right(found: str | None, truth: datetime) -> bool:
    """Same minute in the world; a time without zone is taken as meant in the truth's zone."""
    at = moment(found)
    if at is None or len(found or "") <= len("2026-01-01"):
        return False
    return abs((at if at.tzinfo else at.replace(tzinfo=truth.tzinfo)) - truth).total_seconds() < 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What one reader reached on one set. Shares from 0 to 1, ``ms`` of the processor a page; ``failed``: pages at which the
    reader raised. None: nothing to measure."""

    reader: str
    version: str
    pages: int
    body: float
    title: float
    day: float | None
    minute: float | None
    authors: float | None
    ms: float
    failed: int


def score(name: str, answer: dict[str, Any], truths: dict[str, dict[str, Any]]) -> Score:
    """``answer``: what readers.py printed. ``truths``: by page: text, title, published (ISO or null), authors."""

    def share(hits: Iterable[bool]) -> float | None:
        counted = list(hits)
        return sum(counted) / len(counted) if counted else None

    read = answer["pages"]
    dated = [(read[stem].get("published"), known) for stem, truth in truths.items()
             if (known := moment(truth.get("published_at")))]  # fmt: skip
    return Score(
        reader=name, version=answer["version"], pages=len(truths), ms=answer["ms"],
        failed=sum("error" in page for page in read.values()),
        body=sum(f1(read[stem].get("body"), truth["text"]) for stem, truth in truths.items()) / len(truths),
        title=share(words(read[stem].get("title")) == words(truth["title"]) for stem, truth in truths.items()) or 0.0,
        day=share((found or "")[:10] in {f"{known:%Y-%m-%d}"} or minute_right(found, known) for found, known in dated),
        minute=share(minute_right(found, known) for found, known in dated if known.tzinfo),
        authors=share(
            {a.strip().casefold() for a in read[stem].get("authors") or [] if a.strip()} == {a.casefold() for a in truth["authors"]}
            for stem, truth in truths.items() if truth.get("authors")
        ),
    )  # fmt: skip


def home_pages(folder: Path) -> str:
    """Writes the pages of newspaper4k's source package into ``folder``; returns why it could not, or nothing."""
    name, version = HOME
    try:
        listed = requests.get(
            f"https://pypi.org/simple/{name}/",
            headers={"Accept": "application/vnd.pypi.simple.v1+json"},
            timeout=30,
        ).json()
        (address,) = {
            file["url"] for file in listed["files"] if file["filename"] == f"{name}-{version}.tar.gz"
        }
        packed = requests.get(address, timeout=60).content
    except (requests.RequestException, ValueError, KeyError) as why:
        return f"the source package of {name} {version} did not come: {type(why).__name__}"
    with tarfile.open(fileobj=io.BytesIO(packed)) as box:
        held = {item.name: item for item in box.getmembers()}
        for path, item in held.items():
            stem = Path(path).stem
            text = held.get(f"{name}-{version}/tests/data/txt/{stem}.txt")
            about = held.get(f"{name}-{version}/tests/data/metadata/{stem}.json")
            if "/tests/data/html/" not in path or text is None or about is None:
                continue
            known = json.load(box.extractfile(about))  # type: ignore[arg-type]
            truth = {
                "url": known.get("url") or f"https://press.example/{stem}", "title": known.get("title") or "", "language": known.get("language"),
                "text": box.extractfile(text).read().decode("utf-8"),  # type: ignore[union-attr]
                "published_at": known.get("publish_date"), "authors": known.get("authors") or [],
            }  # fmt: skip
            (folder / f"{stem}.html").write_bytes(box.extractfile(item).read())  # type: ignore[union-attr]
            (folder / f"{stem}.json").write_text(json.dumps(truth, ensure_ascii=False), encoding="utf-8")
    return "" if any(folder.iterdir()) else f"{name} {version} holds no pages any more"


def run(name: str, folder: Path, peers: Path) -> tuple[dict[str, Any] | None, str]:
    """What a reader said of a folder, or why it said nothing."""
    python = sys.executable if name == "kiemtin" else str(peers)
    try:
        done = subprocess.run(
            [python, str(Path(__file__).with_name("readers.py")), name, str(folder)],
            cwd=ROOT, env={"PYTHONPATH": str(ROOT) if name == "kiemtin" else "", "PATH": "/usr/bin:/bin"},
            capture_output=True, text=True, timeout=900, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as why:
        return None, f"{name}: {why}"
    if done.returncode:
        return None, f"{name}: {(done.stderr.strip().splitlines() or ['no answer'])[-1][:120]}"
    return json.loads(done.stdout), ""


def table(scores: list[Score]) -> str:
    """The scores as a table in Markdown."""

    def cell(value: float | None) -> str:
        return "–" if value is None else f"{value:.3f}"

    lines = [
        "| reader | body F1 | title | day | minute | authors | raised | ms a page |",
        "|---|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {s.reader} {s.version} | {cell(s.body)} | {cell(s.title)} | {cell(s.day)} | {cell(s.minute)} | {cell(s.authors)} | {s.failed} | {s.ms:.1f} |"
        for s in scores
    ]
    return "\n".join(lines)


def main(words_given: list[str] | None = None) -> int:
    """Prints a table for each set of pages."""
    cli = argparse.ArgumentParser(
        prog="python -m benchmarks peers", description=(__doc__ or "").split("\n\n")[0]
    )
    cli.add_argument("folder", type=Path, nargs="?")
    cli.add_argument("--peers", type=Path, default=ROOT / ".venv-peers" / "bin" / "python")
    cli.add_argument("--json", action="store_true")
    given = cli.parse_args(words_given)
    left_out: list[str] = []
    with tempfile.TemporaryDirectory() as temporary:
        home = Path(temporary)
        if why := home_pages(home):
            left_out.append(why)
        sets = {"fictional pages of our tests": FROZEN, f"source package of {' '.join(HOME)}": home}
        if given.folder:
            sets[str(given.folder)] = given.folder
        found: dict[str, list[Score]] = {}
        for title, folder in sets.items():
            truths = {}
            for file in sorted(folder.glob("*.html")):
                truths[file.stem] = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
            for name in READERS if truths else ():
                answer, why = run(name, folder, given.peers)
                if answer is None:
                    left_out.append(why)
                else:
                    found.setdefault(title, []).append(score(name, answer, truths))
    if given.json:
        print(json.dumps({title: [asdict(s) for s in scores]
                          for title, scores in found.items()}, indent=1))  # fmt: skip
    else:
        for title, scores in found.items():
            print(f"\n{title}: {scores[0].pages} pages\n\n{table(scores)}")
    for why in dict.fromkeys(left_out):
        print(f"left out: {why}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
