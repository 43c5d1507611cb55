"""Exchanges as a crawler keeps them, and packs made of them."""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from db.core.connection import Connection
from review_ui.evidence.export import Authorities, Made, export

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
