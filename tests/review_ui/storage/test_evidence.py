"""A pack says what was held; whatever is done to it afterwards is found and named."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import subprocess
import threading
import zipfile
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from db.core.connection import Connection
from db.core.errors import Invalid, NotFound
from db.desk import stamp_requests
from review_ui.evidence import authorities as stamping
from review_ui.evidence import keys, stamps
from review_ui.evidence.export import Authorities, Made, export, kept
from review_ui.evidence.verify import sums, verify

PAGE = "<html><body><h1>Tin hư cấu số {n}</h1><p>Nội dung dùng để kiểm thử, không có thật.</p></body></html>"


def write_exchange(folder: Path, url: str, body: bytes, *, status: str = "200 OK") -> tuple[str, int, str]:
    """One answer and its request as a crawler keeps them; returns file, offset, SHA-256 of the payload."""
    path = folder / "day.warc.gz"
    offset = path.stat().st_size if path.exists() else 0
    with path.open("ab") as file:
        writer = WARCWriter(file, gzip=True)
        headers = StatusAndHeaders(
            status, [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1"
        )
        answer = writer.create_warc_record(url, "response", payload=io.BytesIO(body), http_headers=headers)
        asked = StatusAndHeaders("GET / HTTP/1.1", [("User-Agent", "kiemtin")], is_http_request=True)
        request = writer.create_warc_record(url, "request", http_headers=asked, payload=io.BytesIO(b""))
        request.rec_headers.replace_header(
            "WARC-Concurrent-To", answer.rec_headers.get_header("WARC-Record-ID")
        )
        writer.write_record(answer)
        writer.write_record(request)
    return path.name, offset, hashlib.sha256(body).hexdigest()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "captures").mkdir()
    return tmp_path


@pytest.fixture
def case_id(conn: Connection, home: Path) -> int:
    """A case over five fictional articles: one edited, one deleted since, one behind two redirects."""
    source = conn.execute(
        "INSERT INTO sources (name, title, home, hosts) VALUES ('bao-thu', 'Báo Thử', 'http://bao.test/', '{bao.test}') RETURNING id"
    ).fetchone()[0]
    articles = []
    for n in range(5):
        url = f"http://bao.test/tin-{n}.html"
        article = conn.execute(
            "INSERT INTO articles (source_id, url, identity, title, published_at) VALUES (%s, %s, %s, %s, now()) RETURNING id",
            [source, url, url, f"Tin hư cấu số {n}"],
        ).fetchone()[0]
        articles.append(article)
        for number in range(1, 3 if n == 0 else 2):
            body = f"Nội dung dùng để kiểm thử, lần {number}."
            conn.execute(
                "INSERT INTO versions (article_id, number, title, body, text_sha256, reader) VALUES (%s, %s, %s, %s, %s, 'thử')",
                [article, number, f"Tin hư cấu số {n}", body, hashlib.sha256(body.encode()).hexdigest()],
            )
            hops = [(url, PAGE.format(n=f"{n}.{number}").encode(), 200)]
            if n == 2:
                hops = [("http://bao.test/cu", b"", 301), ("http://bao.test/moi", b"", 302), *hops]
            for address, page, status in hops:
                file, offset, digest = write_exchange(home / "captures", address, page, status=f"{status} x")
                conn.execute(
                    "INSERT INTO captures (at, url, final_url, status, payload_sha256, decoded_sha256, bytes, warc_file, warc_offset, article_id)"
                    " VALUES (clock_timestamp(), %s, %s, %s, %s, %s, %s, %s, %s, %s)",
                    [address, url, status, digest, digest, len(page), file, offset, article],
                )
    conn.execute(
        "UPDATE articles SET state = 'gone', gone_how = '404', gone_at = now() WHERE id = %s", [articles[1]]
    )
    event = conn.execute(
        "INSERT INTO events (title, started_at, last_at, first_article_id, flagged) VALUES ('Sự việc hư cấu', now(), now(), %s, true) RETURNING id",
        [articles[0]],
    ).fetchone()[0]
    for article in articles:
        conn.execute("INSERT INTO event_members (article_id, event_id) VALUES (%s, %s)", [article, event])
    user = conn.execute(
        "INSERT INTO users (name, display_name, role, password_hash) VALUES ('lan', 'Lan', 'verifier', 'x') RETURNING id"
    ).fetchone()[0]
    case = conn.execute("SELECT id FROM cases WHERE event_id = %s", [event]).fetchone()[0]
    conn.execute(
        "INSERT INTO case_actions (case_id, action, from_state, to_state, actor_id, seen_version) VALUES (%s, 'take', '', '', %s, 1)",
        [case, user],
    )
    for n in range(3):
        conn.execute(
            "SELECT audit_note('lan', 'verifier', 'note', %s)", [f"case:{case}" if n % 2 else "case:999999"]
        )
    return int(case)


def make(conn: Connection, case_id: int, home: Path, authorities: Authorities = Authorities()) -> Made:  # noqa: B008
    return export(
        conn, case_id=case_id, home=home, operator="lan", operator_role="verifier", authorities=authorities
    )


def unzip(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return {name: file.read(name) for name in file.namelist()}


def zipped(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as file:
        for name, content in files.items():
            file.writestr(name, content)
    return path


def test_a_pack_is_whole_and_the_public_commands_of_the_guide_pass(
    conn: Connection, case_id: int, home: Path
) -> None:
    made = make(conn, case_id, home)
    assert made.missing == []
    path = home / "pack.zip"
    path.write_bytes(made.content)
    report = verify(path)
    assert report.faults == []
    assert report.fingerprint == keys.current(home).fingerprint
    files = unzip(made.content)
    assert sum(name.endswith("trang.wacz") for name in files) == 5
    folder = home / "unpacked"
    with zipfile.ZipFile(path) as file:
        file.extractall(folder)
    for command in (
        "sha256sum -c --strict SHA256SUMS",
        "openssl dgst -sha256 -verify khoa-cong-khai.pem -signature SHA256SUMS.sig SHA256SUMS",
        "diff <(cut -c67- SHA256SUMS | sort) <(find . -type f ! -name 'SHA256SUMS*' | cut -c3- | sort)",
    ):
        assert command in files["00-HUONG-DAN-KIEM-TRA.txt"].decode()
        done = subprocess.run(
            ["bash", "-c", command], cwd=folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_an_article_behind_two_redirects_keeps_every_hop(conn: Connection, case_id: int, home: Path) -> None:
    files = unzip(make(conn, case_id, home).content)
    record = next(
        json.loads(c)
        for name, c in files.items()
        if name.startswith("E03-") and name.endswith("capture.json")
    )
    assert [capture["status"] for capture in record["captures"]] == [301, 302, 200]


def test_a_second_pack_has_the_next_number_and_the_first_stays(
    conn: Connection, case_id: int, home: Path
) -> None:
    first, second = make(conn, case_id, home), make(conn, case_id, home)
    assert (first.number, second.number) == (1, 2)
    assert kept(conn, home=home, case_id=case_id, number=1) == first.content
    assert kept(conn, home=home, case_id=case_id, number=2) == second.content


def test_an_unknown_case_is_one_sentence(conn: Connection, home: Path) -> None:
    with pytest.raises(NotFound, match="no case 12345"):
        make(conn, 12345, home)


def test_a_capture_missing_or_damaged_on_disk_is_said_in_the_pack(
    conn: Connection, case_id: int, home: Path
) -> None:
    path = home / "captures" / "day.warc.gz"
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    made = make(conn, case_id, home)
    assert made.missing
    pack = home / "pack.zip"
    pack.write_bytes(made.content)
    assert verify(pack).faults == []
    path.unlink()
    assert len(make(conn, case_id, home).missing) == 8


# ── tampering ───────────────────────────────────────────────────────────────────────────────────────────────────────

Files = dict[str, bytes]


def first(files: Files, ending: str) -> str:
    return next(name for name in sorted(files) if name.endswith(ending))


def flip(name: str, place: float = 0.5) -> Callable[[Files, Files], None]:
    def change(files: Files, other: Files) -> None:
        found = first(files, name)
        content = bytearray(files[found])
        content[int(len(content) * place) - (place == 1)] ^= 1
        files[found] = bytes(content)

    return change


def remove(name: str) -> Callable[[Files, Files], None]:
    return lambda files, other: files.pop(first(files, name)) and None


def add(name: str) -> Callable[[Files, Files], None]:
    def change(files: Files, other: Files) -> None:
        files[name] = b"them vao"

    return change


def rename(name: str) -> Callable[[Files, Files], None]:
    def change(files: Files, other: Files) -> None:
        found = first(files, name)
        files[found + ".cu"] = files.pop(found)

    return change


def swap(name: str) -> Callable[[Files, Files], None]:
    def change(files: Files, other: Files) -> None:
        files[first(files, name)] = other[first(other, name)]

    return change


def resummed(inner: Callable[[Files, Files], None]) -> Callable[[Files, Files], None]:
    """Somebody who also writes the checksums anew, but has not the key."""

    def change(files: Files, other: Files) -> None:
        inner(files, other)
        files["SHA256SUMS"] = sums(files)

    return change


def edit_custody(edit: Callable[[dict], None]) -> Callable[[Files, Files], None]:
    def change(files: Files, other: Files) -> None:
        book = json.loads(files["nhat-ky.json"])
        edit(book)
        files["nhat-ky.json"] = json.dumps(book).encode()

    return change


TAMPERINGS = {
    **{f"a byte of {n} at {p:.0%}": flip(n, p) for n in ("trang.wacz", "01-bao-cao.docx", "capture.json", "van-ban.txt") for p in (0, 0.5, 1)},
    **{f"a byte of {n}": flip(n) for n in ("01-bao-cao.pdf", "manifest.json", "nhat-ky.json", "SHA256SUMS", "SHA256SUMS.sig", "khoa-cong-khai.pem", "00-HUONG-DAN-KIEM-TRA.txt")},
    **{f"{n} removed": remove(n) for n in ("trang.wacz", "manifest.json", "nhat-ky.json", "van-ban.txt", "SHA256SUMS.sig", "khoa-cong-khai.pem")},
    **{f"{n} added": add(n) for n in ("ghi-chu.txt", "E01/x.png", "khong-duoi", "E99-1/trang.wacz")},
    **{f"{n} renamed": rename(n) for n in ("trang.wacz", "01-bao-cao.docx")},
    **{f"{n} of another case": swap(n) for n in ("trang.wacz", "capture.json", "nhat-ky.json", "manifest.json", "SHA256SUMS", "SHA256SUMS.sig")},
    **{f"{n} of another case, checksums written anew": resummed(swap(n)) for n in ("trang.wacz", "nhat-ky.json", "manifest.json")},
    "an audit row changed": resummed(edit_custody(lambda b: b["rows"][0].update(actor="ai đó"))),
    "an audit row cut": resummed(edit_custody(lambda b: b["rows"].pop())),
    "audit rows reordered": resummed(edit_custody(lambda b: b["rows"].reverse())),
    "the chain cut": resummed(edit_custody(lambda b: b["links"].pop(1))),
}  # fmt: skip


def test_there_are_at_least_forty_tamperings() -> None:
    assert len(TAMPERINGS) >= 40


@pytest.fixture
def two_packs(conn: Connection, case_id: int, home: Path) -> tuple[Files, Files]:
    other = conn.execute(
        "INSERT INTO cases (title, event_id) SELECT 'Hồ sơ khác', NULL RETURNING id"
    ).fetchone()[0]
    claim = conn.execute(
        "INSERT INTO claims (case_id, body, created_by) SELECT %s, 'Điều khác', id FROM users WHERE name = 'lan' RETURNING id",
        [other],
    ).fetchone()[0]
    conn.execute(
        "INSERT INTO claim_articles (claim_id, article_id, relation) SELECT %s, id, 'asserts' FROM articles WHERE url LIKE '%%tin-4%%'",
        [claim],
    )
    conn.execute("SELECT audit_note('lan', 'verifier', 'note', %s)", [f"case:{other}"])
    return unzip(make(conn, case_id, home).content), unzip(make(conn, other, home).content)


def test_every_tampering_is_found_and_named(two_packs: tuple[Files, Files], tmp_path: Path) -> None:
    missed = []
    for name, change in TAMPERINGS.items():
        files = dict(two_packs[0])
        change(files, two_packs[1])
        try:
            faults = verify(zipped(tmp_path / "tampered.zip", files)).faults
        except Invalid as why:
            faults = [str(why)]
        if not faults or not all(faults):
            missed.append(name)
    assert missed == []


def test_a_custody_log_signed_anew_with_another_key_is_found_by_the_fingerprint_and_by_the_chain(
    two_packs: tuple[Files, Files], tmp_path: Path
) -> None:
    """The strongest forger re-signs everything with a key of their own."""
    (tmp_path / "forger").mkdir()
    forger = keys.current(tmp_path / "forger")
    honest = keys.fingerprint(two_packs[0]["khoa-cong-khai.pem"])
    for tampering in ("an audit row changed", "an audit row cut", "audit rows reordered", "the chain cut"):
        files = {name: c for name, c in two_packs[0].items() if not name.endswith("trang.wacz")}
        TAMPERINGS[tampering](files, two_packs[1])
        files["khoa-cong-khai.pem"] = forger.public_pem
        manifest = json.loads(files["manifest.json"])
        manifest["items"] = []
        manifest["files"] = [
            {"path": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            for name, content in files.items()
            if name not in ("manifest.json", "SHA256SUMS", "SHA256SUMS.sig")
        ]
        files["manifest.json"] = json.dumps(manifest).encode()
        files["SHA256SUMS"] = sums(files)
        files["SHA256SUMS.sig"] = forger.sign(files["SHA256SUMS"])
        path = zipped(tmp_path / "forged.zip", files)
        assert any("nhat-ky.json" in fault for fault in verify(path).faults), tampering
        assert "another key" in verify(path, expected_fingerprint=honest).faults[0]


def test_a_private_person_in_what_the_office_wrote_has_initials_and_the_chain_still_holds(
    conn: Connection, case_id: int, home: Path
) -> None:
    conn.execute(
        "SELECT audit_note('lan', 'verifier', 'verdict.return', %s, NULL, NULL, 'Bà Giàng Thị Mẩy, 52 tuổi, nói khác')",
        [f"case:{case_id}"],
    )
    conn.execute("UPDATE articles SET title = 'Bà Giàng Thị Mẩy kể lại' WHERE url LIKE '%%tin-3%%'")
    made = make(conn, case_id, home)
    files = unzip(made.content)
    assert not any("Giàng Thị Mẩy".encode() in c for n, c in files.items() if n.endswith((".json", ".txt")))
    book = json.loads(files["nhat-ky.json"])
    assert book["shortened"] == 1
    assert [row["reason"] for row in book["rows"] if row.get("shortened")] == ["Bà G.T.M., 52 tuổi, nói khác"]
    (home / "pack.zip").write_bytes(made.content)
    assert verify(home / "pack.zip").faults == []


# ── dangerous files ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["../ngoai.txt", "/etc/x", "a/../../b", "C:\\x", "a\\..\\b"])
def test_a_path_outside_the_pack_is_refused_and_nothing_is_written(tmp_path: Path, name: str) -> None:
    before = sorted(tmp_path.iterdir())
    path = zipped(tmp_path / "tricky.zip", {name: b"x"})
    with pytest.raises(Invalid, match="outside the pack"):
        verify(path)
    assert sorted(tmp_path.iterdir()) == sorted([*before, path])


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("SHA256SUMS", b"\0" * 50_000_000)
    with pytest.raises(Invalid, match="ZIP bomb"):
        verify(path)


def test_a_pack_of_a_newer_version_says_so(two_packs: tuple[Files, Files], tmp_path: Path) -> None:
    files = dict(two_packs[0])
    files["manifest.json"] = json.dumps({**json.loads(files["manifest.json"]), "format": 99}).encode()
    with pytest.raises(Invalid, match="newer kiemtin"):
        verify(zipped(tmp_path / "newer.zip", files))


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04broken"])
def test_a_file_that_is_no_zip_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.zip").write_bytes(content)
    with pytest.raises(Invalid, match="no whole ZIP"):
        verify(tmp_path / "x.zip")


# ── time stamps, by an authority of our own made with openssl ──────────────────────────────────────────────────────

CONFIG = """
[ tsa ]
default_tsa = t
[ t ]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
certs = {folder}/ca.pem
[ ext ]
extendedKeyUsage = critical,timeStamping
"""


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, bytes]]:
    """Address and certificate of a loopback RFC 3161 authority."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl on this machine")
    folder = tmp_path_factory.mktemp("tsa")
    (folder / "tsa.cnf").write_text(CONFIG.format(folder=folder))
    (folder / "serial").write_text("01")

    def run(*command: str) -> None:
        subprocess.run(["openssl", *command], cwd=folder, check=True, capture_output=True)

    run(
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        "ca.key",
        "-out",
        "ca.pem",
        "-subj",
        "/CN=Thu CA",
        "-days",
        "30",
    )
    run(
        "req",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        "tsa.key",
        "-out",
        "tsa.csr",
        "-subj",
        "/CN=Thu TSA",
    )
    run("x509", "-req", "-in", "tsa.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out", "tsa.pem", "-days", "30",
        "-extfile", "tsa.cnf", "-extensions", "ext")  # fmt: skip

    class Stamp(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            (folder / "q.tsq").write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
            run("ts", "-reply", "-config", "tsa.cnf", "-queryfile", "q.tsq", "-out", "a.tsr")
            answer = (folder / "a.tsr").read_bytes()
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Stamp)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", (folder / "ca.pem").read_bytes()
    server.shutdown()
    server.server_close()


def test_a_token_is_kept_and_holds_under_openssl(
    conn: Connection, case_id: int, home: Path, authority: tuple[str, bytes]
) -> None:
    made = make(conn, case_id, home, Authorities(urls=(authority[0],), certificates=authority[1]))
    files = unzip(made.content)
    path = zipped(home / "stamped.zip", files)
    report = verify(path)
    assert report.faults == []
    assert report.stamp.startswith("time-stamped 2")
    folder = home / "stamped"
    with zipfile.ZipFile(path) as file:
        file.extractall(folder)
    command = "openssl ts -verify -data SHA256SUMS.sig -in SHA256SUMS.sig.tsr -CAfile tsa-ca.pem"
    assert command in files["00-HUONG-DAN-KIEM-TRA.txt"].decode()
    assert subprocess.run(command.split(), cwd=folder, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("kind", ["replaced", "removed", "damaged"])
def test_a_tampered_token_is_found(
    conn: Connection, case_id: int, home: Path, authority: tuple[str, bytes], kind: str
) -> None:
    files = unzip(
        make(conn, case_id, home, Authorities(urls=(authority[0],), certificates=authority[1])).content
    )
    token = files.pop("SHA256SUMS.sig.tsr")
    if kind == "replaced":
        files["SHA256SUMS.sig.tsr"] = stamps.ask(b"something else", authority[0])
    elif kind == "damaged":
        files["SHA256SUMS.sig.tsr"] = token[:-40] + bytes([token[-40] ^ 1]) + token[-39:]
    faults = verify(zipped(home / "x.zip", files)).faults
    assert faults
    assert "SHA256SUMS.sig.tsr" in faults[0]


def test_without_an_authority_the_pack_is_made_marked_and_stamped_later(
    conn: Connection, case_id: int, home: Path, authority: tuple[str, bytes]
) -> None:
    down = Authorities(urls=("http://127.0.0.1:1/",), certificates=authority[1])
    made = make(conn, case_id, home, down)
    files = unzip(made.content)
    assert "SHA256SUMS.sig.tsr" not in files
    assert "KHÔNG có dấu" in files["00-HUONG-DAN-KIEM-TRA.txt"].decode()
    assert stamping.work_off(conn, down) == 0
    why, tries = conn.execute("SELECT why, tries FROM stamp_requests").fetchone()
    assert tries == 1
    assert "gave no token" in why
    conn.execute("UPDATE stamp_requests SET next_try_at = now()")
    assert stamping.work_off(conn, Authorities(urls=(authority[0],), certificates=authority[1])) == 1
    data, token = conn.execute("SELECT data, token FROM stamp_requests").fetchone()
    assert bytes(data) == files["SHA256SUMS.sig"]
    assert stamps.check(bytes(token), bytes(data), authority[1]).holds


def test_the_key_is_made_once_readable_by_its_owner_alone_and_rotation_keeps_the_old_one(home: Path) -> None:
    one = keys.current(home)
    assert keys.current(home).fingerprint == one.fingerprint
    two = keys.rotate(home)
    assert keys.current(home).fingerprint == two.fingerprint != one.fingerprint
    kept_keys = sorted((home / "keys").glob("signing-*.pem"))
    assert len(kept_keys) == 2
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in kept_keys)


def test_the_head_of_the_audit_is_queued_once_a_day(conn: Connection, case_id: int) -> None:
    assert [stamp_requests.ask_for_head(conn), stamp_requests.ask_for_head(conn)] == [1, 0]
    subject, data = conn.execute("SELECT subject, data FROM stamp_requests").fetchone()
    number, digest = conn.execute("SELECT id, hash FROM audit ORDER BY id DESC LIMIT 1").fetchone()
    assert (subject, bytes(data).decode()) == (f"audit:{number}", digest)
