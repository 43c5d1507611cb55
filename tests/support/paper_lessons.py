"""Fictional papers, one lesson each: what a server does and what must hold all the same."""

from __future__ import annotations

import gzip

from papers import Paper, Reply, Story, front, page, plain, rss


def _plain(p: Paper) -> None:
    p.publish("Cầu mới", "Chợ phiên", "Mùa chè")
    p.routes["/rss.xml"] = lambda n: Reply(
        rss(p, links=lambda s: f"{p.root}{s.path}?utm_source=rss#x") + b"<!-- " + str(n).encode() + b" -->"
    )


def _missing(p: Paper) -> None:
    gone = p.publish("Có thật", "Không có", "Cũng có")[1]
    p.routes[gone.path] = lambda n: Reply(plain("404"), status=404)


def _etag(p: Paper) -> None:
    p.publish("Đầu tiên")
    p.routes["/rss.xml"] = lambda n: Reply(rss(p), headers={"ETag": '"always"'})


def _busy(p: Paper) -> None:
    told = p.publish("Bận rộn", "Đông khách")[0]
    p.routes[told.path] = lambda n: Reply(b"", 429, {"Retry-After": "2"}) if n == 1 else Reply(page(p, told))


def _flapping(p: Paper) -> None:
    for told in p.publish("Chập chờn", "Lúc được lúc không"):
        p.routes[told.path] = lambda n, told=told: Reply(b"", 503) if n % 2 else Reply(page(p, told))


def _cut(p: Paper) -> None:
    for told in p.publish("Đứt giữa chừng"):
        whole = page(p, told)
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(whole)}\r\n\r\n".encode()
        p.routes[told.path] = lambda n, told=told, whole=whole, head=head: (
            Reply(raw=head + whole[: len(whole) // 2]) if n == 1 else Reply(page(p, told))
        )


def _old_protocol(p: Paper) -> None:
    told = p.publish("Giao thức cũ")[0]
    p.routes[told.path] = lambda n: Reply(
        raw=b"HTTP/1.0 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page(p, told)
    )


def _dangers(p: Paper) -> None:
    loop, bomb, inner, closed, honest, refused, challenge = p.publish(
        "Vòng tròn", "Quả bom", "Nội bộ", "Khu kín", "Đàng hoàng", "Từ chối", "Thử thách"
    )
    closed.path = "/kin/bai-4200001.html"
    p.routes[loop.path] = lambda n: Reply(b"", 302, {"Location": loop.path, "Set-Cookie": "a=1"})
    p.routes[bomb.path] = lambda n: Reply(
        gzip.compress(b"<p>" + bytes(40_000_000)), 200, {"Content-Encoding": "gzip"}
    )
    p.routes[inner.path] = lambda n: Reply(b"", 302, {"Location": "http://127.0.0.1:9/admin"})
    p.routes[refused.path] = lambda n: Reply(plain("403"), 403)
    p.routes[challenge.path] = lambda n: Reply(
        b"<html><head><title>Just a moment...</title></head><body>Checking your browser before accessing."
        b"<script>document.cookie='a=1';location.reload()</script></body></html>"
    )


def _changes(p: Paper) -> None:
    p.publish(
        "Sẽ sửa tên", "Sẽ sửa bài", "Sẽ mất", "Sẽ mất mềm", "Sẽ về trang chủ", "Sẽ đổi địa chỉ", "Không đổi"
    )


def change(p: Paper) -> None:
    """What happens to that paper between the rounds."""
    title, body, lost, soft, home, moved, _ = p.stories
    title.title = "Đã sửa tên bài này"
    body.paragraphs[1] = "Bốn trăm ngày công, không phải ba trăm, báo xin đính chính."
    for told in (lost, soft, home):
        p.stories.remove(told)
    p.routes[lost.path] = lambda n: Reply(plain("410"), 410)
    p.routes[soft.path] = lambda n: Reply(
        front(p).replace(b"<h1>", "<h1>Bài viết không tồn tại hoặc đã bị xóa ".encode())
    )
    p.routes[home.path] = lambda n: Reply(b"", 302, {"Location": "/"})
    before, moved.path, moved.title = moved.path, moved.path.replace("bai-viet", "ten-moi"), "Đã đổi địa chỉ"
    p.routes[before] = lambda n: Reply(b"", 301, {"Location": moved.path})


def _announced(p: Paper) -> None:
    p.publish("Ở feed mới")
    p.routes["/rss.xml"] = lambda n: Reply(
        front(p, head='<link rel="alternate" type="application/rss+xml" href="/moi.xml">').replace(
            b"<h3>", b"<i>"
        )
    )
    p.routes["/moi.xml"] = lambda n: Reply(rss(p))


def _no_feed(p: Paper) -> None:
    p.feeds = []
    p.publish("Trên trang chủ", "Cũng trên trang chủ")


def _down(p: Paper) -> None:
    p.stop()


def _robots_500(p: Paper) -> None:
    p.publish("Chờ robots")
    p.routes["/robots.txt"] = lambda n: Reply(b"", 500)


def _empty_first(p: Paper) -> None:
    for told in p.publish("Rỗng lần đầu"):
        p.routes[told.path] = lambda n, told=told: Reply(b"") if n == 1 else Reply(page(p, told))


def _two_parts(p: Paper) -> None:
    told = p.publish("Bài hai trang")[0]

    def answer(n: int) -> Reply:
        second = p.asked[-1].path.endswith("trang=2")
        half = Story(told.path, told.title, told.lead, told.paragraphs[3:] if second else told.paragraphs[:3])
        return Reply(page(p, half, head="" if second else f'<link rel="next" href="{told.path}?trang=2">'))

    p.routes[told.path] = answer


LESSONS = {
    "plain": _plain, "missing": _missing, "etag": _etag, "busy": _busy, "flapping": _flapping, "cut": _cut,
    "old-protocol": _old_protocol, "dangers": _dangers, "changes": _changes, "announced": _announced, "no-feed": _no_feed,
    "down": _down, "robots-500": _robots_500, "empty-first": _empty_first, "two-parts": _two_parts,
}  # fmt: skip
