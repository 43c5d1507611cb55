"""Rows of the press: the pace's one update, the ledger's fates, versions that stay, months that go."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import psycopg
import pytest
import seeding

from crawler.worker import drop_old_captures
from db.core.connection import Connection
from db.press import articles, captures, hosts, links, rechecks, source_health
from db.press.articles import NewVersion
from db.press.links import ListedAddress
from db.queries import search

NOW = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
TEXT = NewVersion(
    title="Lũ quét ở Khe Mẫu",
    lead="Một lũ quét.",
    body="Một lũ quét.\nBa người bị thương ở Sa Pa.",
    language="vi",
)


def stored(conn: Connection, source_id: int, identity: str = "bao.vn/a", reading: NewVersion = TEXT) -> int:
    made = articles.add(
        conn, source_id=source_id, url=f"https://{identity}", identity=identity, canonical_url=None, reading=reading, partial=False,
        next_look_at=NOW,
    )  # fmt: skip
    assert made is not None
    return made


def test_a_turn_is_granted_once_per_gap(conn: Connection) -> None:
    hosts.know(conn, "bao.vn")
    assert hosts.take_turn(conn, "bao.vn", gap=30).granted
    again = hosts.take_turn(conn, "bao.vn", gap=30)
    assert not again.granted
    assert 0 < again.wait <= 30


def test_a_server_that_asks_for_quiet_gets_it_from_everyone(conn: Connection) -> None:
    hosts.know(conn, "bao.vn")
    hosts.quiet(conn, "bao.vn", until=datetime.now(UTC) + timedelta(seconds=90), why="429")
    found = hosts.take_turn(conn, "bao.vn", gap=1)
    assert not found.granted
    assert found.quiet > 80


def test_an_address_enters_the_ledger_once_and_an_update_opens_it_again(conn: Connection) -> None:
    source = seeding.source(conn)
    found = [ListedAddress(identity="bao.vn/a", url="https://bao.vn/a", entry={"title": "Một"}, digest="1")]
    assert links.note(conn, source, list_url="rss", found=found) == ["bao.vn/a"]
    links.stored(conn, "bao.vn/a", article_id=stored(conn, source))
    assert links.note(conn, source, list_url="rss", found=found) == []
    assert links.open_ones(conn, source, all_now=True, since=NOW) == []
    changed = [ListedAddress(identity="bao.vn/a", url="https://bao.vn/a", entry={"title": "Hai"}, digest="2")]
    links.note(conn, source, list_url="rss", found=changed)
    assert [x.entry["title"] for x in links.open_ones(conn, source, all_now=True, since=NOW)] == ["Hai"]


def test_a_flapping_entry_is_left_alone_in_the_end(conn: Connection) -> None:
    source = seeding.source(conn)
    for n in range(links.FLAPPING + 5):
        found = [ListedAddress(identity="bao.vn/a", url="https://bao.vn/a", entry={}, digest=str(n))]
        links.note(conn, source, list_url="rss", found=found)
        links.set_aside(conn, "bao.vn/a", kind="http_404", why="gone", again_hours=None)
    links.note(
        conn,
        source,
        list_url="rss",
        found=[ListedAddress(identity="bao.vn/a", url="https://bao.vn/a", entry={}, digest="last")],
    )
    assert links.open_ones(conn, source, all_now=True, since=NOW) == []


def test_the_second_to_store_an_identity_gets_none(conn: Connection) -> None:
    source = seeding.source(conn)
    stored(conn, source)
    again = articles.add(
        conn,
        source_id=source,
        url="https://bao.vn/a",
        identity="bao.vn/a",
        canonical_url=None,
        reading=TEXT,
        partial=False,
        next_look_at=NOW,
    )
    assert again is None


def test_a_version_is_never_changed(conn: Connection) -> None:
    article = stored(conn, seeding.source(conn))
    with pytest.raises(psycopg.Error):
        conn.execute("UPDATE versions SET title = 'x' WHERE article_id = %s", [article])


def test_search_finds_words_with_and_without_marks(conn: Connection) -> None:
    article = stored(conn, seeding.source(conn))
    for words in ("lũ quét", "lu quet", "khe mau", "sa pa"):
        assert [hit.id for hit in search.articles(conn, query=search.Query(text=words)).hits] == [article]


def test_other_addresses_lead_to_the_same_article_and_the_first_owner_stays(conn: Connection) -> None:
    source = seeding.source(conn)
    one, two = stored(conn, source), stored(conn, source, "bao.vn/b")
    articles.add_alias(conn, ["bao.vn/a-cu", "bao.vn/b"], article_id=one)
    assert (articles.find(conn, ["bao.vn/a-cu"]) or articles.get(conn, two)).id == one
    assert (articles.find(conn, ["bao.vn/b"]) or articles.get(conn, one)).id == two


def test_the_export_shows_a_merged_article_once_and_no_feed_words_as_a_version(conn: Connection) -> None:
    source = seeding.source(conn)
    one, two = stored(conn, source, "bao.vn/cu"), stored(conn, source, "bao.vn/moi")
    articles.merge_into(conn, one, as_id=two)
    words = NewVersion(title="Tin", lead="Tóm tắt", body="Tóm tắt", reader="entry-1")
    whole = stored(conn, source, "bao.vn/c", words)
    articles.add_version(conn, whole, number=2, reading=TEXT)
    rows = {r["id"]: r for r in articles.export(conn) if r["id"] in (one, two, whole)}
    assert set(rows) == {two, whole}
    assert [v["title"] for v in rows[whole]["versions"]] == [TEXT.title]


def test_failed_looks_are_no_sign_of_removal(conn: Connection) -> None:
    article = stored(conn, seeding.source(conn))
    rechecks.note(conn, article, outcome="missing", how="404")
    rechecks.note(conn, article, outcome="failed", how="503")
    last = rechecks.last(conn, article)
    assert last is not None
    assert last.outcome == "missing"


def test_a_months_captures_go_with_their_files_but_not_those_of_a_case(
    owner_conn: Connection, tmp_path: object
) -> None:
    from pathlib import Path

    folder = Path(str(tmp_path))
    old = datetime(2020, 3, 5, tzinfo=UTC)
    owner_conn.execute("SELECT ensure_months(%s)", [old])
    owner_conn.execute("SELECT ensure_months(%s)", [datetime(2020, 6, 5, tzinfo=UTC)])
    for at, name in ((old, "a.warc.gz"), (datetime(2020, 6, 5, tzinfo=UTC), "b.warc.gz")):
        (folder / name).write_bytes(b"x")
        number = captures.add(
            owner_conn, at=at, url="u", final_url="u", status=200, payload_sha256="", decoded_sha256="", size=1, warc_file=name,
            warc_offset=0, article_id=None, kind="crawl",
        )  # fmt: skip
    owner_conn.execute("UPDATE captures SET held = true WHERE id = %s", [number])
    assert drop_old_captures(owner_conn, folder) == 1
    assert [p.name for p in folder.iterdir()] == ["b.warc.gz"]
    found = owner_conn.execute(
        "SELECT to_regclass('captures_2020_03'), to_regclass('captures_2020_06')::text"
    ).fetchone()
    assert found == (None, "captures_2020_06")


def test_health_keeps_the_time_since_when_it_is_so(conn: Connection) -> None:
    source = seeding.source(conn)
    for state, sentence in (("ok", "a"), ("ok", "b"), ("failing", "c")):
        source_health.keep(
            conn, source, state=state, sentence=sentence, sentence_en=sentence, last_article_at=None
        )
    signs = source_health.signs(conn, source)
    assert (signs.polled, signs.this_week) == (0, 0)
    assert [h.sentence for h in source_health.everyone(conn) if h.source_id == source] == ["c"]
