"""Kept pages read again: what an earlier reader got wrong becomes a reading, no version, and no paper is asked."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from papers import Paper, catalogue, kiemtin
from wiping import wipe

from db.ops import embedded_postgres
from db.press import articles
from db.press.articles import NewVersion


@pytest.fixture(scope="module")
def told(urls: embedded_postgres.Urls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    folder = tmp_path_factory.mktemp("rereading")
    (folder / "catalogue").mkdir()
    paper = Paper("kept")
    right, wrong = paper.publish("Chợ phiên dời ngày", "Cầu treo thông xe")
    catalogue({"kept": paper}, folder / "catalogue")
    environment = {**os.environ, "KIEMTIN_HOME": str(folder / "home"), "KIEMTIN_DATABASE_URL": urls.app}
    environment.pop("KIEMTIN_OWNER_DATABASE_URL", None)
    kiemtin(environment, "catalogue", "import", str(folder / "catalogue"))
    kiemtin(environment, "crawl", "--once", "--json")
    with psycopg.connect(urls.app) as conn:  # as an earlier reader might have read the same page
        row = conn.execute("SELECT id FROM articles WHERE title = %s", [wrong.title]).fetchone()
        assert row is not None
        seen = articles.latest(conn, row[0])
        read = NewVersion(
            title="Trang tin xã", lead=seen.lead, body="Lào CaiNgày mới " + seen.body, published_at=None,
            language=seen.language, reader="page-0",
        )  # fmt: skip
        articles.add_version(conn, row[0], number=2, reading=replace(read), capture_id=seen.capture_id)
    paper.stop()
    first = json.loads(kiemtin(environment, "recheck", "--reread", "--json"))
    again = json.loads(kiemtin(environment, "recheck", "--reread", "--json"))
    rows = kiemtin(environment, "articles", "export").splitlines()
    with psycopg.connect(urls.app) as conn:
        noted = conn.execute("SELECT changed, title, reader FROM readings").fetchall()
        listed = conn.execute(
            "SELECT title, published_at IS NOT NULL FROM articles WHERE id = %s", [row[0]]
        ).fetchone()
    yield {"first": first, "again": again, "rows": [json.loads(r) for r in rows][:-1], "noted": noted, "listed": listed,
           "wrong": wrong.title, "right": right.title}  # fmt: skip
    wipe(urls)


def test_what_was_read_wrong_becomes_one_reading_and_what_was_right_none(told: dict[str, Any]) -> None:
    assert (told["first"]["read"], told["first"]["mended"], told["first"]["unreadable"]) == (2, 1, 0)
    ((changed, title, _),) = told["noted"]
    assert set(changed) == {"title", "body", "published_at"}
    assert title == told["wrong"]


def test_reading_again_twice_notes_nothing_more(told: dict[str, Any]) -> None:
    assert told["again"]["mended"] == 0


def test_lists_show_the_better_reading_and_versions_stay_as_they_were(told: dict[str, Any]) -> None:
    assert told["listed"] == (told["wrong"], True)
    (row,) = [r for r in told["rows"] if len(r["versions"]) == 2]
    assert row["state"] == "live"
