"""Small newspapers on loopback for tests: each a host of its own, each answer scripted. All names and news are invented."""

from __future__ import annotations

import html
import itertools
import json
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent
_numbers = itertools.count(4100001)
_hosts = itertools.count(1)
_WORDS = (
    "Xã Khe Thử vừa khánh thành cây cầu treo nối hai bản Suối Mơ và Đồi Chè sau sáu tháng thi công",
    "Người dân hai bên bờ góp hơn ba trăm ngày công cùng thợ cầu dựng từng nhịp dây cáp",
    "Trưởng bản cho biết trước đây học sinh phải đi vòng bảy cây số mỗi khi nước suối dâng",
    "Ủy ban xã đang rà soát thêm bốn điểm qua suối còn nguy hiểm trong mùa mưa tới",
    "Kinh phí do quỹ cộng đồng của huyện giả tưởng này chi trả và được niêm yết tại nhà văn hóa",
)


@dataclass(slots=True)
class Reply:
    """An answer; ``raw`` is written to the wire as it is and the connection closed."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None


@dataclass(slots=True)
class Asked:
    """One request as it arrived."""

    at: float
    path: str
    headers: dict[str, str]


@dataclass(slots=True)
class Story:
    """An invented article; ``n`` makes its text unlike any other's."""

    path: str
    title: str
    lead: str
    paragraphs: list[str]

    @property
    def text(self) -> str:
        return "\n".join([self.lead, *self.paragraphs])


def story(title: str, path: str | None = None) -> Story:
    """A new invented article."""
    n = next(_numbers)
    lead = f"Tin số {n}: {title} là chuyện bịa để thử máy, xảy ra ở một xã không có thật."
    rest = [f"{line}, theo ghi chép số {n} của {title.lower()}." for line in _WORDS]
    return Story(path or f"/tin/bai-viet-thu-nghiem-{n}.html", title, lead, rest)


class Paper:
    """A newspaper: what is at which path now, and everything that was asked."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.host = f"127.7.0.{next(_hosts)}"
        self.scheme = "http"
        self.routes: dict[str, Callable[[int], Reply]] = {}
        self.asked: list[Asked] = []
        self.counts: Counter[str] = Counter()
        self.stories: list[Story] = []
        self.feeds = ["/rss.xml"]
        self.robots = "User-agent: *\nDisallow: /kin/\n"
        paper = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                paper.asked.append(Asked(time.time(), self.path, dict(self.headers)))
                paper.counts[self.path] += 1
                reply = paper.answer(self.path)
                if reply.raw is not None:
                    self.wfile.write(reply.raw)
                    self.close_connection = True
                    return
                self.send_response(reply.status)
                for name, value in {"Content-Type": "text/html; charset=utf-8", **reply.headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                self.wfile.write(reply.body)

            def log_message(self, *_: Any) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request: Any, client_address: Any) -> None:
                """A reader that hangs up is no error of ours."""

        self.server = Server((self.host, 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def root(self) -> str:
        return f"{self.scheme}://{self.host}:{self.port}"

    def publish(self, *titles: str) -> list[Story]:
        made = [story(title) for title in titles]
        self.stories += made
        return made

    def answer(self, target: str) -> Reply:
        path = target.split("?")[0]
        if (route := self.routes.get(path)) is not None:
            return route(self.counts[target])
        if path == "/robots.txt":
            return Reply(self.robots.encode(), headers={"Content-Type": "text/plain"})
        if path in self.feeds:
            return Reply(rss(self), headers={"Content-Type": "application/rss+xml"})
        if path == "/":
            return Reply(front(self))
        found = next((s for s in self.stories if s.path == path), None)
        return Reply(page(self, found)) if found else Reply(plain("Không tìm thấy"), status=404)

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def plain(words: str) -> bytes:
    return f"<!DOCTYPE html><html><head><title>{words}</title></head><body><h1>{words}</h1></body></html>".encode()


def page(paper: Paper, told: Story, *, head: str = "") -> bytes:
    """An article page as a plain system writes it."""
    about = {
        "@context": "https://schema.org", "@type": "NewsArticle", "headline": told.title, "description": told.lead,
        "datePublished": "2026-11-19T08:15:00+07:00", "mainEntityOfPage": paper.root + told.path,
    }  # fmt: skip
    body = "".join(f"<p>{html.escape(p)}</p>" for p in told.paragraphs)
    return (
        f'<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>{told.title}</title>{head}'
        f'<link rel="canonical" href="{paper.root}{told.path}"><meta property="og:title" content="{told.title}">'
        f'<script type="application/ld+json">{json.dumps(about, ensure_ascii=False)}</script></head><body>'
        f'<article><h1>{told.title}</h1><p class="sapo">{html.escape(told.lead)}</p>{body}</article>'
        f"<footer>Lượt xem: {next(_numbers)}</footer></body></html>"
    ).encode()


def rss(paper: Paper, *, links: Callable[[Story], str] | None = None) -> bytes:
    """The paper's feed."""
    items = "".join(
        f"<item><title>{html.escape(s.title)}</title><link>{html.escape((links or (lambda x: paper.root + x.path))(s))}</link>"
        f"<description>{html.escape(s.lead)}</description></item>"
        for s in paper.stories
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>{paper.name}</title>'
        f"<link>{paper.root}/</link><description>x</description>{items}</channel></rss>"
    ).encode()


def front(paper: Paper, *, head: str = "") -> bytes:
    """The front page."""
    cards = "".join(
        f'<h3><a href="{s.path}">{s.title} và những chuyện bên lề cây cầu</a></h3><p>{s.lead[:90]}</p>'
        for s in paper.stories
    )
    return (
        f"<!DOCTYPE html><html><head><title>{paper.name}</title>{head}</head><body><h1>{paper.name}</h1>"
        f"<main>{cards}</main></body></html>"
    ).encode()


# ── the collector against them ──────────────────────────────────────────────────────────────────────────


def kiemtin(environment: dict[str, str], *words: str) -> str:
    """One command to its end, without a traceback; what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "kiemtin", *words],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    return done.stdout


def catalogue(papers: dict[str, Paper], folder: Path) -> None:
    """Writes the papers as sources of a catalogue to be imported."""
    rows = []
    for paper in papers.values():
        rows.append(
            f'[[source]]\nname = "{paper.name}"\ntitle = "{paper.name}"\nhome = "{paper.root}/"\n'
            f"feeds = {json.dumps([paper.root + f for f in paper.feeds])}\nsitemaps = []\n"
            f'hosts = ["{paper.host}"]\nlanguage = "vi"\nscope = "domestic"\nport = {paper.port}\ndelay = 0.1\n'
        )
    (folder / "sources.toml").write_text("\n".join(rows), encoding="utf-8")
