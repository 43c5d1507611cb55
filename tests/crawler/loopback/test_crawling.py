"""The whole collector against scripted newspapers on loopback: two rounds by hand, looks between them, in processes of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from paper_lessons import LESSONS, change
from papers import ROOT, Paper, catalogue, kiemtin
from wiping import wipe

from crawler.http import warc_writer
from db.ops import embedded_postgres


@dataclass(slots=True)
class Seen:
    """What two rounds left behind."""

    papers: dict[str, Paper]
    first: dict[str, Any]
    second: dict[str, Any]
    looks: dict[str, Any]
    rows: list[dict[str, Any]]
    home: Path
    url: str
    wish: tuple[str, int]

    def of(self, name: str) -> list[dict[str, Any]]:
        return [r for r in self.rows if r["source"] == name]

    def titles(self, name: str) -> list[str]:
        return sorted(r["title"] for r in self.of(name))

    def aside(self, name: str) -> dict[str, str]:
        root = self.papers[name].root
        return {
            x["url"].removeprefix(root): x["why"]
            for x in self.second["set_aside"]
            if x["url"].startswith(root)
        }

    def failed(self, name: str) -> list[str]:
        return [x["why"] for x in self.second["failed"] if x["source"] == name]


def _worker_answers(environment: dict[str, str], url: str) -> tuple[str, int]:
    """Asks for a capture as the review room does and runs a worker until it is answered: outcome and capture."""
    with psycopg.connect(url, autocommit=True) as conn:
        row = conn.execute(
            "INSERT INTO capture_requests (article_id, kind, asked_by) SELECT min(id), 'flag', 'test' FROM articles"
            " WHERE state = 'live' AND NOT partial RETURNING id"
        ).fetchone()
        assert row
        worker = subprocess.Popen(
            [sys.executable, "-m", "kiemtin", "crawl", "--source", "plain"],
            env=environment,
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            for _ in range(300):
                found = conn.execute(
                    "SELECT outcome, capture_id FROM capture_requests WHERE id = %s AND answered_at IS NOT NULL",
                    [row[0]],
                ).fetchone()
                if found:
                    return found[0], found[1]
                time.sleep(0.2)
            raise AssertionError("the worker did not answer within a minute")
        finally:
            worker.terminate()
            assert "Traceback" not in worker.communicate(timeout=30)[1]


@pytest.fixture(scope="module")
def seen(urls: embedded_postgres.Urls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    folder = tmp_path_factory.mktemp("crawl")
    (folder / "catalogue").mkdir()
    papers = {name: Paper(name) for name in LESSONS}
    for name, lesson in LESSONS.items():
        lesson(papers[name])
    catalogue(papers, folder / "catalogue")
    environment = {**os.environ, "KIEMTIN_HOME": str(folder / "home"), "KIEMTIN_DATABASE_URL": urls.app}
    environment.pop("KIEMTIN_OWNER_DATABASE_URL", None)
    kiemtin(environment, "catalogue", "import", str(folder / "catalogue"))
    first = json.loads(kiemtin(environment, "crawl", "--once", "--json"))
    change(papers["changes"])
    papers["etag"].publish("Bài thứ hai")
    looks = json.loads(kiemtin(environment, "recheck", "--all", "--json"))
    second = json.loads(kiemtin(environment, "crawl", "--once", "--json"))
    again = json.loads(kiemtin(environment, "recheck", "--all", "--json"))
    wish = _worker_answers(environment, urls.app)
    out = folder / "articles.jsonl"
    kiemtin(environment, "articles", "export", "--out", str(out))
    lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert lines.pop() == {"count": len(lines)}
    looks["gone"] += again["gone"]
    yield Seen(papers, first, second, looks, lines, folder / "home", urls.app, wish)
    for name, paper in papers.items():
        if name != "down":
            paper.stop()
    wipe(urls)


# ── what must hold ──────────────────────────────────────────────────────────────────────────────────────


def test_each_listed_article_is_stored_once_under_its_plain_address(seen: Seen) -> None:
    assert seen.titles("plain") == ["Chợ phiên", "Cầu mới", "Mùa chè"]
    assert all("utm_" not in row["url"] for row in seen.of("plain"))


def test_text_lead_and_time_are_those_of_the_page(seen: Seen) -> None:
    told = seen.papers["plain"].stories[0]
    row = next(r for r in seen.of("plain") if r["title"] == told.title)
    assert (row["text"], row["lead"]) == (told.text, told.lead)
    assert row["published_at"].startswith("2026-11-19T01:15:00")


def test_one_missing_article_costs_no_other(seen: Seen) -> None:
    assert seen.titles("missing") == ["Có thật", "Cũng có"]
    assert "404" in next(iter(seen.aside("missing").values()))


def test_a_feed_whose_etag_never_changes_still_gives_its_new_articles(seen: Seen) -> None:
    assert seen.titles("etag") == ["Bài thứ hai", "Đầu tiên"]


def test_articles_are_asked_without_the_validators_of_the_feed(seen: Seen) -> None:
    for asked in seen.papers["etag"].asked:
        assert asked.path == "/rss.xml" or "If-None-Match" not in asked.headers


def test_nothing_is_asked_until_retry_after_is_over(seen: Seen) -> None:
    paper = seen.papers["busy"]
    refused = next(i for i, a in enumerate(paper.asked) if a.path == paper.stories[0].path)
    assert paper.asked[refused + 1].at - paper.asked[refused].at >= 2
    assert seen.titles("busy") == ["Bận rộn", "Đông khách"]


@pytest.mark.parametrize("name", ["flapping", "cut", "old-protocol", "empty-first"])
def test_a_server_in_trouble_loses_nothing_in_the_end(seen: Seen, name: str) -> None:
    assert seen.titles(name) == sorted(s.title for s in seen.papers[name].stories)
    assert {r["text"] for r in seen.of(name)} == {s.text for s in seen.papers[name].stories}


def test_dangerous_answers_are_set_aside_each_with_its_reason(seen: Seen) -> None:
    paper, why = seen.papers["dangers"], seen.aside("dangers")
    loop, bomb, inner, closed, honest, refused, challenge = (s.path for s in paper.stories)
    assert "circle" in why[loop]
    assert "larger than" in why[bomb]
    assert "127.0.0.1" in why[inner]
    assert "robots.txt" in why[closed]
    assert "403" in why[refused]
    assert "browser check" in why[challenge]
    assert honest not in why


def test_what_robots_txt_closes_is_never_asked(seen: Seen) -> None:
    assert not any(a.path.startswith("/kin/") for a in seen.papers["dangers"].asked)


def test_of_a_page_that_cannot_be_had_only_the_feeds_own_words_are_kept(seen: Seen) -> None:
    told = next(s for s in seen.papers["dangers"].stories if s.title == "Từ chối")
    row = next(r for r in seen.of("dangers") if r["title"] == told.title)
    assert row["text"] == told.lead


def test_no_cookie_is_ever_sent_and_the_name_is_honest(seen: Seen) -> None:
    for paper in seen.papers.values():
        for asked in paper.asked:
            assert "Cookie" not in asked.headers
            assert asked.headers["User-Agent"].startswith("kiemtin/")
            assert "+http" in asked.headers["User-Agent"]


def test_edits_become_versions_of_the_same_article(seen: Seen) -> None:
    rows = {r["title"]: r for r in seen.of("changes")}
    assert [v["title"] for v in rows["Đã sửa tên bài này"]["versions"]] == [
        "Sẽ sửa tên",
        "Đã sửa tên bài này",
    ]
    assert len(rows["Sẽ sửa bài"]["versions"]) == 2
    assert "đính chính" in rows["Sẽ sửa bài"]["text"]


def test_a_page_counter_is_no_edit(seen: Seen) -> None:
    assert len(next(r for r in seen.of("changes") if r["title"] == "Không đổi")["versions"]) == 1


def test_a_renamed_address_stays_one_article(seen: Seen) -> None:
    rows = [r for r in seen.of("changes") if "địa chỉ" in r["title"]]
    assert [[v["title"] for v in r["versions"]] for r in rows] == [["Sẽ đổi địa chỉ", "Đã đổi địa chỉ"]]


def test_two_looks_make_a_removal_and_the_last_version_stays(seen: Seen) -> None:
    gone = {r["title"]: r for r in seen.of("changes") if r["state"] == "gone"}
    assert sorted(gone) == ["Sẽ mất", "Sẽ mất mềm", "Sẽ về trang chủ"]
    assert all("cây cầu" in r["text"] for r in gone.values())
    assert seen.looks["gone"] == 3


def test_a_new_feed_that_a_page_announces_is_found(seen: Seen) -> None:
    assert seen.titles("announced") == ["Ở feed mới"]


def test_a_paper_without_a_feed_is_read_from_its_front_page(seen: Seen) -> None:
    assert seen.titles("no-feed") == ["Cũng trên trang chủ", "Trên trang chủ"]


def test_an_article_in_parts_is_stored_whole(seen: Seen) -> None:
    told = seen.papers["two-parts"].stories[0]
    assert [r["text"] for r in seen.of("two-parts")] == [told.text]


def test_a_dead_host_fails_with_a_sentence_and_holds_nobody_up(seen: Seen) -> None:
    assert "refused" in seen.failed("down")[0]


def test_without_a_readable_robots_txt_nothing_else_is_asked(seen: Seen) -> None:
    assert {a.path for a in seen.papers["robots-500"].asked} == {"/robots.txt"}
    assert "robots.txt" in seen.failed("robots-500")[0]


def test_the_pace_is_kept_at_every_host(seen: Seen) -> None:
    for paper in seen.papers.values():
        times = sorted(a.at for a in paper.asked)
        assert all(b - a >= 0.09 for a, b in zip(times, times[1:], strict=False)), paper.name


def test_a_second_round_stores_nothing_twice(seen: Seen) -> None:
    assert seen.second["new"] <= 1
    assert len({r["canonical_url"] or r["url"] for r in seen.rows}) == len(seen.rows)


def test_a_worker_answers_a_flag_with_the_exact_exchange_and_watches_the_article(seen: Seen) -> None:
    outcome, capture = seen.wish
    assert outcome == "unchanged"
    with psycopg.connect(seen.url) as conn:
        row = conn.execute(
            "SELECT c.kind, c.warc_file, c.warc_offset, a.watched FROM captures c JOIN articles a ON a.id = c.article_id WHERE c.id = %s",
            [capture],
        ).fetchone()
    assert row is not None
    assert (row[0], row[3]) == ("flag", True)
    assert b"<article>" in warc_writer.read(seen.home / "captures", row[1], row[2]).payload


def test_the_summary_has_the_fields_of_the_contract(seen: Seen) -> None:
    assert list(seen.first) == ["sources", "polled", "new", "changed", "gone", "set_aside", "failed"]
    assert seen.first["sources"] == len(LESSONS)


def test_every_capture_reads_back_exactly_and_without_cookies(seen: Seen) -> None:
    import hashlib

    with psycopg.connect(seen.url) as conn:
        rows = conn.execute(
            "SELECT url, warc_file, warc_offset, payload_sha256 FROM captures WHERE article_id IS NOT NULL"
        ).fetchall()
    assert len(rows) >= len([r for r in seen.rows if r["canonical_url"]])
    for _, file, offset, digest in rows:
        kept = warc_writer.read(seen.home / "captures", file, offset)
        assert hashlib.sha256(kept.payload).hexdigest() == digest
        assert not any(name.lower() == "set-cookie" for name, _ in kept.headers)
