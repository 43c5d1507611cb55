"""Outlets that move: redesigns, mergers, session ids. Nothing is doubled, nothing that still stands is called removed."""

from __future__ import annotations

import html
import json
import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from papers import Paper, Reply, Story, catalogue, kiemtin, page, plain, rss
from wiping import wipe

from db.ops import embedded_postgres

RSS = {"Content-Type": "application/rss+xml"}
Change = Callable[[dict[str, Paper]], None]


def renumbered(paper: Paper, told: Story) -> tuple[str, str]:
    """A story's old and new path."""
    old = told.path
    return old, f"/xa-hoi/{old.rsplit('-', 1)[1].removesuffix('.html')}/d-chi-tiet.htm"


def redesign(paper: Paper, *, answer: Callable[[str], Reply], listed: int | None = None) -> None:
    """Gives every story a new address; what the old ones answer is ``answer`` of the new path."""
    everything = list(paper.stories)
    for told in everything:
        old, told.path = renumbered(paper, told)
        paper.routes[old] = lambda n, new=told.path: answer(new)  # type: ignore[misc]
    if listed is not None:
        short = paper.stories[:listed]

        def feed(n: int) -> Reply:
            paper.stories, kept = short, paper.stories
            try:
                return Reply(rss(paper), headers=RSS)
            finally:
                paper.stories = kept

        paper.routes["/rss.xml"] = feed
        paper.routes["/"] = lambda n: Reply(plain("Trang chủ mới"))


def _gone_404(papers: dict[str, Paper]) -> None:
    redesign(papers["every-address-404"], answer=lambda new: Reply(plain("Không tìm thấy trang"), 404))


def _home(papers: dict[str, Paper]) -> None:
    redesign(papers["every-address-home"], answer=lambda new: Reply(b"", 302, {"Location": "/"}))


def _redirected(papers: dict[str, Paper]) -> None:
    redesign(papers["every-address-301"], answer=lambda new: Reply(b"", 301, {"Location": new}))


def _few_listed(papers: dict[str, Paper]) -> None:
    redesign(papers["few-listed"], answer=lambda new: Reply(plain("404"), 404), listed=3)


def _circle(papers: dict[str, Paper]) -> None:
    paper = papers["redirect-circle"]
    told = paper.stories[0]
    paper.routes[told.path] = lambda n: Reply(b"", 302, {"Location": "/vong/a"})
    paper.routes["/vong/a"] = lambda n: Reply(b"", 302, {"Location": "/vong/b"})
    paper.routes["/vong/b"] = lambda n: Reply(b"", 302, {"Location": told.path})


def _merged(papers: dict[str, Paper]) -> None:
    old, new = papers["merged-away"], papers["merged-into"]
    for told in old.stories:
        there = Story(f"/tinh-moi{told.path}", told.title, told.lead, told.paragraphs)
        new.stories.append(there)
        target = new.root + there.path
        old.routes[told.path] = lambda n, target=target: Reply(b"", 301, {"Location": target})  # type: ignore[misc]
    old.routes["/rss.xml"] = lambda n: Reply(b"", 301, {"Location": f"{new.root}/rss.xml"})


def _removed(papers: dict[str, Paper]) -> None:
    paper = papers["one-removed"]
    paper.routes[paper.stories[0].path] = lambda n: Reply(plain("Không tìm thấy"), 404)


def _nothing(papers: dict[str, Paper]) -> None:
    """Stays as it is."""


def marked(paper: Paper, mark: Callable[[int], str]) -> None:
    """A feed whose addresses carry another mark each time it is asked for."""
    paper.routes["/rss.xml"] = lambda n: Reply(
        rss(paper, links=lambda told: paper.root + told.path + mark(n)), headers=RSS
    )
    for told in paper.stories:
        for n in range(6):
            path = (told.path + mark(n)).split("?")[0]
            paper.routes[path] = lambda n, told=told: Reply(page(paper, told))  # type: ignore[misc]


OUTLETS: dict[str, tuple[int, Change]] = {
    "every-address-404": (3, _gone_404),
    "every-address-home": (3, _home),
    "every-address-301": (3, _redirected),
    "few-listed": (14, _few_listed),
    "redirect-circle": (2, _circle),
    "merged-away": (3, _merged),
    "merged-into": (1, _nothing),
    "one-removed": (3, _removed),
    "session-in-path": (2, _nothing),
    "session-in-query": (2, _nothing),
    "session-by-form": (1, _nothing),
}


@pytest.fixture(scope="module")
def rows(
    urls: embedded_postgres.Urls, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[dict[str, Any]]]:
    folder = tmp_path_factory.mktemp("moves")
    (folder / "catalogue").mkdir()
    papers = {name: Paper(name) for name in OUTLETS}
    for name, (count, _) in OUTLETS.items():
        papers[name].publish(*(f"Chuyện thứ {n} của {html.escape(name)}" for n in range(count)))
    marked(papers["session-in-path"], lambda n: f";jsessionid=0A1B2C3D{n:04X}.node1")
    marked(papers["session-in-query"], lambda n: f"?PHPSESSID=q7w8e9r0{n}")
    marked(papers["session-by-form"], lambda n: f"?sid=a9b8c7d6e5f4a9b8c7d6{n:04d}")
    catalogue(papers, folder / "catalogue")
    environment = {**os.environ, "KIEMTIN_HOME": str(folder / "home"), "KIEMTIN_DATABASE_URL": urls.app}
    environment.pop("KIEMTIN_OWNER_DATABASE_URL", None)
    kiemtin(environment, "catalogue", "import", str(folder / "catalogue"))
    kiemtin(environment, "crawl", "--once", "--json")
    for _, change in OUTLETS.values():
        change(papers)
    kiemtin(environment, "recheck", "--all", "--json")
    kiemtin(environment, "crawl", "--once", "--json")
    for _ in range(2):
        looks = json.loads(kiemtin(environment, "recheck", "--all", "--json"))
    out = folder / "articles.jsonl"
    kiemtin(environment, "articles", "export", "--out", str(out))
    found = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()][:-1]
    yield [*found, {"source": "looks", **looks}]
    for paper in papers.values():
        paper.stop()
    wipe(urls)


@pytest.mark.parametrize("name", sorted(OUTLETS.keys() - {"merged-away", "merged-into", "one-removed"}))
def test_a_move_doubles_nothing_and_removes_nothing(rows: list[dict[str, Any]], name: str) -> None:
    mine = [r for r in rows if r["source"] == name]
    assert len(mine) == OUTLETS[name][0]
    assert {r["state"] for r in mine} == {"live"}
    assert {len(r["versions"]) for r in mine} == {1}


def test_the_articles_of_a_merged_paper_are_one_with_those_of_the_other(rows: list[dict[str, Any]]) -> None:
    both = [r for r in rows if r["source"] in ("merged-away", "merged-into")]
    assert len(both) == OUTLETS["merged-away"][0] + OUTLETS["merged-into"][0]
    assert {r["state"] for r in both} == {"live"}


def test_what_was_removed_beside_others_is_removed(rows: list[dict[str, Any]]) -> None:
    assert sorted(r["state"] for r in rows if r["source"] == "one-removed") == ["gone", "live", "live"]


def test_many_missing_at_once_are_said_in_a_sentence(rows: list[dict[str, Any]]) -> None:
    (looks,) = [r for r in rows if r["source"] == "looks"]
    (said,) = [f["why"] for f in looks["failed"] if f["source"] == "few-listed"]
    assert said.startswith("11 of 14 articles are missing at once")
