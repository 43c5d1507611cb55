"""Invented news pages of the usual size, and a loopback server of them: python bench_pages.py PORT COUNT HOSTS."""

from __future__ import annotations

import html
import json
import random
import sys
import threading
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_SUBJECTS = [
    "Xã Khe Thử",
    "Ban quản lý chợ Mây",
    "Đội dân phòng bản Suối",
    "Trường nội trú Đồi Chè",
    "Hợp tác xã Thảo Quả",
    "Trạm y tế Nậm Bịa",
]
_DEEDS = [
    "vừa hoàn thành",
    "đang rà soát",
    "công bố kế hoạch",
    "tiếp tục vận động bà con",
    "kiểm tra đột xuất",
    "tổ chức lấy ý kiến",
]
_THINGS = [
    "cây cầu treo qua suối",
    "tuyến đường liên bản",
    "phiên chợ vùng cao",
    "vườn ươm cây thuốc",
    "lớp học ban đêm",
    "kho thóc dự phòng",
]
_ENDS = [
    "trước mùa mưa năm nay",
    "sau nhiều lần lùi hạn",
    "theo đúng dự toán đã niêm yết",
    "với sự góp công của ba trăm hộ",
    "trong quý tới",
]


def article(n: int) -> str:
    """The address of the n-th article at the first host."""
    return f"http://127.6.0.1/tin/bai-{4000000 + n}.html"


@lru_cache(maxsize=4096)
def page(n: int) -> bytes:
    """The n-th page: 12 to 25 paragraphs inside the menus, boxes and scripts of a usual paper, 40 to 90 KB."""
    dice = random.Random(n)

    def line() -> str:
        return f"{dice.choice(_SUBJECTS)} {dice.choice(_DEEDS)} {dice.choice(_THINGS)} {dice.choice(_ENDS)}"

    title = f"{line()}, tin bịa số {n}"
    lead = f"{line()}; {line()}."
    body = "".join(
        f"<p>{html.escape('. '.join(line() for _ in range(dice.randint(2, 5))))}.</p>"
        for _ in range(dice.randint(12, 25))
    )
    about = json.dumps(
        {"@context": "https://schema.org", "@type": "NewsArticle", "headline": title, "description": lead,
         "datePublished": f"2026-11-{1 + n % 20:02d}T08:{n % 60:02d}:00+07:00", "author": {"@type": "Person", "name": "Người Bịa"}},
        ensure_ascii=False,
    )  # fmt: skip
    menu = "".join(
        f'<li class="menu-item"><a href="/chuyen-muc/{k}">Chuyên mục {k}</a></li>' for k in range(60)
    )
    boxes = "".join(
        f'<div class="item-news"><a href="/tin/bai-{3000000 + k + n}.html" title="{line()}"><img src="/anh/{k}.jpg" alt=""></a>'
        f'<h3><a href="/tin/bai-{3000000 + k + n}.html">{line()}</a></h3><p class="desc">{line()}</p></div>'
        for k in range(45)
    )
    script = (
        "<script>var config = "
        + json.dumps({f"key{k}": dice.random() for k in range(dice.randint(200, 900))})
        + ";</script>"
    )
    return (
        f'<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>{title}</title><meta property="og:title" content="{title}">'
        f'<meta property="og:description" content="{lead}"><script type="application/ld+json">{about}</script>{script}</head><body>'
        f'<nav><ul>{menu}</ul></nav><div class="container"><article class="detail"><h1>{title}</h1><p class="sapo">{lead}</p>{body}'
        f'<p class="author"><strong>Người Bịa</strong></p></article><aside class="box-tinlienquan">{boxes}</aside></div>'
        f"<footer><ul>{menu}</ul><p>Báo bịa, giấy phép bịa.</p></footer></body></html>"
    ).encode()


def warm_page(n: int) -> bytes:
    """A page outside the measured ones."""
    return page(900_000 + n)


def _serve(port: int, count: int, hosts: int) -> None:
    for n in range(count):
        page(n)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 1 << 17

        def do_GET(self) -> None:
            host = int(str(self.server.server_address[0]).rsplit(".", 1)[1])
            kind, body = "text/html; charset=utf-8", b""
            if self.path.startswith("/tin/bai-"):
                body = page(int(self.path[9:].split(".")[0]) - 4000000)
            elif self.path == "/rss.xml":
                mine = [n for n in range(count) if 1 + n % hosts == host]
                items = "".join(
                    f"<item><title>Tin bịa số {n}</title><link>/tin/bai-{4000000 + n}.html</link></item>"
                    for n in mine
                )
                kind, body = (
                    "application/rss+xml",
                    f"<?xml version='1.0'?><rss version='2.0'><channel><title>x</title>{items}</channel></rss>".encode(),
                )
            elif self.path == "/robots.txt":
                kind, body = "text/plain", b"User-agent: *\nDisallow: /tim-kiem\n"
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Silent."""

    for number in range(1, hosts + 1):
        threading.Thread(
            target=ThreadingHTTPServer((f"127.6.0.{number}", port), Handler).serve_forever
        ).start()
    print("ready", flush=True)


if __name__ == "__main__":
    _serve(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
