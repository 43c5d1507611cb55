"""Time stamps on packs and on the head of the audit, by an authority of our own made with openssl."""

from __future__ import annotations

import shutil
import subprocess
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from evidence_packs import make, unzip, zipped

from db.core.connection import Connection
from db.desk import stamp_requests
from review_ui.evidence import authorities as stamping
from review_ui.evidence import keys, stamps
from review_ui.evidence.export import Authorities
from review_ui.evidence.verify import verify

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
