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


def five_articles(conn: Connection, home: Path) -> int:
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
    user = conn.execute("SELECT add_account('lan', 'Lan', 'verifier', 'x', NULL, true)").fetchone()[0]
    case = conn.execute("SELECT id FROM cases WHERE event_id = %s", [event]).fetchone()[0]
    conn.execute(
        "INSERT INTO case_actions (case_id, action, from_state, to_state, actor_id, seen_version) VALUES (%s, 'take', '', '', %s, 1)",
        [case, user],
    )
    for n in range(3):
        conn.execute(
            "SELECT note_in_audit('lan', 'verifier', 'note', %s)",
            [f"case:{case}" if n % 2 else "case:999999"],
        )
    return int(case)
