"""One source by itself: its lists, trial and what was set aside, in words; OPML in and out."""

from __future__ import annotations

import io

import seeding
from psycopg.types.json import Jsonb

from db.catalogue import opml
from db.press import links
from db.press.links import ListedAddress

OPML = b"""<?xml version="1.0"?><opml version="2.0"><body>
<outline text="Bao Bia" type="rss" xmlUrl="https://baobia.example/rss.xml" htmlUrl="https://baobia.example/"/>
</body></opml>"""


def tried(conn, source: int, person: int, **result) -> None:
    conn.execute(
        "INSERT INTO source_probes (source_id, asked_by, answered_at, ok, result) VALUES (%s, %s, now(), %s, %s)",
        [source, person, bool(result.get("works")), Jsonb(result)],
    )


def aside(conn, source: int, path: str, kind: str) -> None:
    found = ListedAddress(
        identity=f"bao.example/{path}", url=f"https://bao.example/{path}", entry={}, digest=""
    )
    links.note(conn, source, list_url="rss", found=[found])
    links.set_aside(conn, found.identity, kind=kind, why="an English sentence", again_hours=None)


def test_what_was_set_aside_is_told_in_the_readers_language(sign_in, conn) -> None:
    source = seeding.source(conn, title="Báo Thử")
    aside(conn, source, "a", "challenge")
    aside(conn, source, "b", "http_403")
    page = sign_in("monitor").get(f"/sources/{source}")
    assert page.status_code == 200
    assert "trang chỉ hiện bước kiểm tra chống truy cập tự động" in page.text
    assert "máy chủ trả lời 403" in page.text
    assert "an English sentence" not in page.text


def test_a_feed_that_the_trial_found_is_added_and_no_other(sign_in, conn) -> None:
    source = seeding.source(conn, title="Báo Thử")
    name, host = conn.execute("SELECT name, hosts[1] FROM sources WHERE id = %s", [source]).fetchone()
    admin = sign_in("admin")
    feed = f"https://{host}/rss/moi.xml"
    tried(conn, source, admin.person.id, works=True, lists=[], articles=[], feeds_found=[feed])
    assert feed in admin.get(f"/sources/{source}").text
    assert admin.post(f"/sources/{source}/feeds", data={"url": f"https://{host}/khac.xml"}).status_code == 422
    assert admin.post(f"/sources/{source}/feeds", data={"url": feed}).status_code == 303
    kept = conn.execute("SELECT kind, url FROM source_addresses WHERE source_id = %s", [source]).fetchall()
    assert ("feed", feed) in kept
    assert "Thêm RSS này" not in admin.get(f"/sources/{source}").text


def test_a_trial_is_shown_in_words(sign_in, conn) -> None:
    source = seeding.source(conn)
    admin = sign_in("admin")
    rows = [{"url": "https://bao.example/rss", "kind": "rss", "entries": 12, "why": None}]
    article = {"url": "https://bao.example/a", "title": "Cầu mới", "taken": True, "letters": 812, "why": None}
    tried(conn, source, admin.person.id, works=True, lists=rows, articles=[article])
    page = admin.get(f"/sources/{source}").text
    assert "12 mục" in page
    assert "Cầu mới – 812 ký tự" in page


def test_opml_comes_in_to_be_tried_and_goes_out_again(sign_in, conn) -> None:
    admin = sign_in("admin")
    for _ in range(2):  # a second time changes nothing
        answer = admin.post(
            "/sources/opml",
            data={"file": (io.BytesIO(OPML), "list.opml")},
            content_type="multipart/form-data",
        )
        assert answer.status_code == 303, answer.text
    rows = conn.execute("SELECT status FROM sources WHERE 'baobia.example' = ANY (hosts)").fetchall()
    assert rows == [("to_probe",)]
    out = admin.get("/sources.opml")
    assert out.headers["Content-Disposition"].startswith("attachment")
    assert "https://baobia.example/rss.xml" in {f for s in opml.read(out.data) for f in s.feeds}


def test_what_is_no_opml_is_refused_with_a_sentence(sign_in) -> None:
    admin = sign_in("admin")
    for content in (
        b"<rss/>",
        b"not xml",
        OPML.replace(b"https://baobia.example/rss.xml", b"http://127.0.0.1/rss"),
    ):
        answer = admin.post(
            "/sources/opml",
            data={"file": (io.BytesIO(content), "x.opml")},
            content_type="multipart/form-data",
        )
        assert answer.status_code == 422, content
    assert admin.post("/sources/opml").status_code == 422


def test_only_administrators_change_sources(sign_in, conn) -> None:
    source = seeding.source(conn)
    leader = sign_in("leader")
    assert leader.get(f"/sources/{source}").status_code == 200
    assert leader.post(f"/sources/{source}/feeds", data={"url": "https://x.example/"}).status_code == 403
    assert leader.post("/sources/opml").status_code == 403


def test_an_unknown_source_is_not_found(sign_in) -> None:
    assert sign_in("monitor").get("/sources/999999").status_code == 404


def test_a_search_is_added_as_a_source_of_its_own(sign_in, conn) -> None:
    fields = {
        "title": "Bing News", "url": "https://www.bing.com/news/search?q=x&format=rss", "kind": "searches", "scope": "domestic",
    }  # fmt: skip
    assert sign_in("admin").post("/sources", data=fields).status_code == 303
    row = conn.execute(
        "SELECT a.kind, s.status FROM sources s JOIN source_addresses a ON a.source_id = s.id WHERE s.title = 'Bing News'"
    ).fetchone()
    assert row == ("search", "paused")
