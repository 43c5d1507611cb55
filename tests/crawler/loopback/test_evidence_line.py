"""The whole line of evidence: crawled, flagged, edited, removed, decided, packed; then checked with public tools alone."""

from __future__ import annotations

import hashlib
import json
import os
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from evidence_case import ROOT, UNANSWERED, crawl_until, decide, open_case
from papers import Paper, Reply, page, plain
from wiping import wipe

from crawler.evidence import screenshots
from db.ops import embedded_postgres

STYLE = b"h1{color:#900} @font-face{font-family:x;src:url(/kin/chu.woff2)}"


@dataclass(slots=True)
class Line:
    """What the line left behind: the pack unpacked, its file, the paper, and what was asked of it."""

    files: dict[str, bytes]
    zip: Path
    paper: Paper
    url: str

    def records(self) -> dict[str, dict[str, Any]]:
        """capture.json of each item by its title's address path."""
        found = [json.loads(c) for name, c in self.files.items() if name.endswith("capture.json")]
        return {one["url"].removeprefix(self.paper.root): one for one in found}


def picture() -> bytes:
    """A small red PNG."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + b"\xc8\x20\x20" * 40 for _ in range(20))
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 40, 20, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def dress(p: Paper) -> None:
    """Five articles, one of them behind two redirects; pages with a style sheet, pictures and a cookie."""
    stories = p.publish("Sẽ sửa", "Sẽ gỡ", "Sau hai lần chuyển", "Cầu treo mới", "Chợ phiên sớm")
    head = '<link rel="stylesheet" href="/kieu.css">'
    p.routes["/kieu.css"] = lambda n: Reply(STYLE, headers={"Content-Type": "text/css"})
    p.routes["/anh.png"] = lambda n: Reply(picture(), headers={"Content-Type": "image/png"})
    for told in stories:

        def answer(n: int, told: Any = told) -> Reply:
            body = page(p, told, head=head).replace(
                b"</h1>", b'</h1><img src="/anh.png"><img src="/mat.png"><img src="http://10.1.2.3/x.png">', 1
            )
            return Reply(body, headers={"Set-Cookie": "theo=doi"})

        p.routes[told.path] = answer
    hidden = stories[2]
    p.routes["/dich" + hidden.path] = p.routes[hidden.path]
    p.routes[hidden.path] = lambda n: Reply(status=302, headers={"Location": "/giua" + hidden.path})
    p.routes["/giua" + hidden.path] = lambda n: Reply(status=302, headers={"Location": "/dich" + hidden.path})


def kiemtin(environment: dict[str, str], *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "kiemtin", *words], env=environment, cwd=ROOT, capture_output=True, text=True,
        timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def line(urls: embedded_postgres.Urls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    folder = tmp_path_factory.mktemp("evidence")
    p = Paper("bao-chung-cu")
    dress(p)
    (folder / "sources.toml").write_text(
        f'[[source]]\nname = "{p.name}"\ntitle = "Báo Chứng Cứ"\nhome = "{p.root}/"\nfeeds = ["{p.root}/rss.xml"]\n'
        f'sitemaps = []\nhosts = ["{p.host}"]\nlanguage = "vi"\nscope = "domestic"\nport = {p.port}\ndelay = 0.02\n',
        encoding="utf-8",
    )
    environment = {**os.environ, "KIEMTIN_HOME": str(folder / "home"), "KIEMTIN_DATABASE_URL": urls.app}
    environment.pop("KIEMTIN_OWNER_DATABASE_URL", None)
    kiemtin(environment, "catalogue", "import", str(folder))
    kiemtin(environment, "crawl", "--once")
    with psycopg.connect(urls.app) as conn:
        articles = [number for (number,) in conn.execute("SELECT id FROM articles ORDER BY id")]
    assert len(articles) == 5
    case, claim = open_case(urls.app, articles)
    crawl_until(environment, urls.app, p.name, UNANSWERED)
    p.stories[0].paragraphs[0] = "Tòa soạn xin đính chính: cầu chưa sập như bản trước đã viết."
    p.routes[p.stories[1].path] = lambda n: Reply(plain("Không tìm thấy"), status=404)
    decide(urls.app, claim)
    crawl_until(environment, urls.app, p.name, UNANSWERED)
    p.stop()
    kiemtin(environment, "pictures")
    out = folder / "ho-so.zip"
    kiemtin(environment, "evidence", "export", str(case), "--out", str(out))
    with zipfile.ZipFile(out) as file:
        file.extractall(folder / "giai-nen")
        files = {name: file.read(name) for name in file.namelist()}
    yield Line(files, out, p, urls.app)
    wipe(urls)


def test_every_article_was_captured_when_crawled_when_flagged_and_when_decided(line: Line) -> None:
    for path, record in line.records().items():
        kinds = [one["kind"] for one in record["captures"]]
        assert kinds[0] == "crawl", path
        assert kinds[-2:] == ["flag", "decision"], path
        assert record["missing"] == []


def test_the_edit_and_the_removal_stand_in_the_captures(line: Line) -> None:
    edited, removed = (line.records()[line.paper.stories[n].path] for n in (0, 1))
    assert len(edited["texts"]) == 2
    flagged, decided = edited["captures"][-2:]
    assert flagged["sha256"]["payload_decoded"] != decided["sha256"]["payload_decoded"]
    assert [one["status"] for one in removed["captures"]] == [200, 200, 404]


def test_every_hop_is_kept_with_address_and_time(line: Line) -> None:
    record = next(r for path, r in line.records().items() if line.paper.stories[2].path in path)
    flagged = record["captures"][-2]
    assert [hop["status"] for hop in flagged["redirects"]] == [302, 302]
    assert all(hop["server_address"] == line.paper.host and hop["started_at"] for hop in flagged["redirects"])


def test_headers_are_as_on_the_wire_without_cookies_and_that_is_said(line: Line) -> None:
    for record in line.records().values():
        for one in record["captures"][-2:]:
            names = [name.lower() for name, _ in one["response_headers"]]
            assert "set-cookie" not in names
            assert ["Accept-Encoding", "gzip, deflate, br"] in one["request_headers"]
            assert not one["headers_reserialised"]
            assert any("cookie" in said for said in one["transformations"])
    assert not any(b"theo=doi" in content for name, content in line.files.items() if name.endswith(".wacz"))


def test_resources_are_kept_through_the_gate_and_what_is_missing_is_said(line: Line) -> None:
    record = line.records()[line.paper.stories[3].path]
    flagged = record["captures"][-2]
    kept = {one["url"].removeprefix(line.paper.root) for one in flagged["resources"] if one["status"] == 200}
    assert kept == {"/kieu.css", "/anh.png"}
    left = {
        one["url"].removeprefix(line.paper.root): one["why"]
        for one in flagged["completeness"]["not_captured"]
    }
    assert left.keys() == {"/mat.png", "/kin/chu.woff2", "http://10.1.2.3/x.png"}
    assert "robots" in left["/kin/chu.woff2"]
    assert "does not belong" in left["http://10.1.2.3/x.png"]
    assert not any(asked.path.startswith("/kin/") for asked in line.paper.asked)


def test_each_exact_capture_has_its_place_in_the_audit_chain(line: Line) -> None:
    links = dict(json.loads(line.files["nhat-ky.json"])["links"])
    for record in line.records().values():
        for one in record["captures"][-2:]:
            assert links[one["audit"]["sequence"]] == one["audit"]["hash"]


def test_pictures_are_made_from_the_kept_bytes_or_their_absence_is_said(line: Line) -> None:
    for record in line.records().values():
        folder = record["evidence"]
        if screenshots.installed():
            assert line.files[f"{folder}/anh-chup.png"].startswith(b"\x89PNG")
            assert line.files[f"{folder}/trang.pdf"].startswith(b"%PDF-")
            flagged = record["captures"][-2]
            digest = hashlib.sha256(line.files[f"{folder}/anh-chup.png"]).hexdigest()
            assert flagged["sha256"]["screenshot"] == digest
            if flagged["status"] == 200:
                refused = {one["url"].removeprefix(line.paper.root) for one in flagged["view"]["refused"]}
                assert refused == {"http://10.1.2.3/x.png", "/kin/chu.woff2"} or refused == {
                    "http://10.1.2.3/x.png"
                }
        else:
            assert any("trình duyệt" in note for note in record["notes"])


def test_the_guides_commands_pass_as_typed_and_our_own_check_too(line: Line) -> None:
    folder = line.zip.parent / "giai-nen"
    guide = line.files["00-HUONG-DAN-KIEM-TRA.txt"].decode()
    commands = [
        text.strip()
        for text in guide.splitlines()
        if text.strip().startswith(("sha256sum", "openssl dgst", "diff"))
    ]
    assert len(commands) == 3
    for command in commands:
        done = subprocess.run(
            ["bash", "-c", command], cwd=folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, (command, done.stdout, done.stderr)
    done = subprocess.run(
        [sys.executable, "-m", "kiemtin", "evidence", "verify", str(line.zip)], cwd=ROOT, capture_output=True, text=True, check=False
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_private_persons_stand_in_the_manifest_and_the_record_of_claims_by_initials(line: Line) -> None:
    told = b"".join(c for n, c in line.files.items() if n in ("manifest.json", "00-HUONG-DAN-KIEM-TRA.txt"))
    assert "Giàng Thị Mẩy".encode() not in told
