"""What workers log: one line for each happening, in both forms, and nothing that somebody wrote."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from db.core import logs
from db.core.errors import Invalid

ROOT = Path(__file__).parents[3]
# a process of its own: logging belongs to the whole process
HAPPENINGS = """
import logging, sys, threading
import psycopg, structlog
from db.core import logs
from db.core.errors import Unavailable
logs.start("crawl", sys.argv[1])
logging.getLogger("crawler.collector").warning("%s: %s", "bao-bia", Unavailable("one sentence"))
logging.getLogger("classifier.jobs").info("%d judged", 7)
structlog.get_logger("kiemtin.desk").error("part failed", part="upkeep", why="violates check constraint")
logging.getLogger("trafilatura.core").error("discarding data: %s", "Số riêng 0912345678")
logging.getLogger("somebody").error("Nội dung bài: Số riêng 0912345678")
try:
    raise psycopg.errors.CheckViolation("new row violates\\nDETAIL: Failing row contains (Số riêng 0912345678)")
except psycopg.Error:
    logging.getLogger("crawler.jobs").exception("unforeseen at %s", "sweep")
def fails():
    raise ValueError("Số riêng 0912345678")
thread = threading.Thread(target=fails); thread.start(); thread.join()
fails()
"""


def said(form: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", HAPPENINGS, form], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert not done.stdout
    return done.stderr.splitlines()


@pytest.mark.parametrize("form", logs.FORMATS)
def test_a_happening_is_one_line_and_quotes_nobody(form: str) -> None:
    lines = said(form)
    assert len(lines) == 8, lines
    assert not [line for line in lines if "0912345678" in line or "Nội dung" in line]
    if form == "json":
        told = [json.loads(line) for line in lines]
        assert {"at", "level", "room", "event"} <= set.intersection(*(set(one) for one in told))
        assert told[0]["event"] == "bao-bia: one sentence"
        assert told[1]["event"] == "7 judged"
        assert (told[2]["part"], told[2]["why"]) == ("upkeep", "violates check constraint")
        assert told[5]["error"] == "psycopg.errors.CheckViolation"
        assert told[7]["error"] == "ValueError"
        assert told[7]["places"].endswith("<module>")
    else:
        assert 'level=warning room=crawl event="bao-bia: one sentence"' in lines[0]
        assert "part=upkeep" in lines[2]


def test_a_format_that_is_none_is_one_sentence() -> None:
    with pytest.raises(Invalid, match="text or json"):
        logs.chosen("xml")
