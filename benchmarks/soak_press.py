"""A fictional press that never stops: invented articles appear one by one at thirty loopback outlets.

    python -m benchmarks.soak_press PORT PER_HOUR OPENED_AT CATALOGUE_FOLDER

The n-th article is made from its number alone, so a restart continues with the same press. It reuses the pages and
feeds of the demo's newsroom; places are real communes, everything said about them is invented and says so.
"""

from __future__ import annotations

import random
import sys
import threading
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from crawler.demo import lists, pages
from crawler.demo.lists import DemoEntry
from crawler.demo.outlets import Outlet
from crawler.demo.stories import DemoArticle
from db.catalogue import Catalogue, Source, files

OUTLETS = tuple(
    Outlet(number=100 + n, name=f"soak-{n}", title=f"Báo Bịa số {n}", language="vi", scope="domestic",
           listings=("rss",), style="meta", tier="province" if n % 3 == 0 else "central",
           locality="Lào Cai" if n % 3 == 0 else None)
    for n in range(1, 31)
)  # fmt: skip
FEED_LENGTH = 40
PACE = 1.0  # seconds between request starts at an outlet

PLACES = ("Sa Pa", "Bát Xát", "Bắc Hà", "Mường Khương", "Văn Bàn", "Bảo Thắng", "Bảo Yên", "Si Ma Cai", "Tả Phìn",
          "Y Tý", "Mù Cang Chải", "Trạm Tấu", "Văn Yên", "Lục Yên", "Yên Bình", "Nghĩa Lộ")  # fmt: skip
THINGS = ("cầu treo bản Thử", "đập thủy lợi Khe Bịa", "chợ phiên Mây", "trường nội trú Đồi Chè", "trạm y tế Nậm Bịa",
          "đường liên xã Suối Giả", "khu tái định cư Đồi Thông", "nhà văn hóa thôn Ảo", "bãi rác Khe Vắng",
          "hồ chứa Nà Tưởng", "vườn quýt Hợp Bịa", "mỏ đá Núi Không")  # fmt: skip
BODIES = ("UBND xã", "Ban quản lý dự án", "hợp tác xã", "đội dân phòng", "phòng chuyên môn", "trưởng thôn", "bà con",
          "nhà thầu", "đoàn kiểm tra", "tổ công tác")  # fmt: skip
DEEDS = ("rà soát", "sửa chữa", "khảo sát", "bàn giao", "kiểm tra", "mở rộng", "gia cố", "lấy ý kiến về", "thống kê lại",
         "công bố kế hoạch cho", "vận hành thử", "quan trắc")  # fmt: skip
SENTENCES = (
    "{body} cho biết đã {deed} {thing} trong {n} ngày qua.",
    "Theo ghi nhận tại {place}, khoảng {n} hộ quanh {thing} đã nhận thông báo.",
    "Kinh phí dự kiến {n} triệu đồng, trong đó người dân góp {m} ngày công.",
    "Đến trưa {day}, {n} người và {m} phương tiện có mặt tại {thing}.",
    "{body} và {body2} thống nhất {deed} {thing} trước ngày {m}.",
    "Mực nước đo được thấp hơn mức an toàn {n} cm, tốc độ giảm {m} cm mỗi giờ.",
    "Ông {name} ở {place} nói gia đình đã chờ việc này {m} năm.",
    "Biên bản số {n} ghi rõ {body} phải {deed} {thing} và báo cáo lại.",
    "Tuyến đường dài {m} km qua {place} sẽ tạm đóng {n} phút mỗi lượt.",
    "Trong quý này {place} có {n} công trình tương tự, {m} công trình đã xong.",
    "Bà {name} kể đã đi bộ {m} km đến {thing} để hỏi cho rõ.",
    "Số liệu năm trước là {n}, năm nay là {m}, chưa kể phần {body} tự làm.",
    "{body} đề nghị {body2} hỗ trợ {n} bao xi măng và {m} tấm lợp.",
    "Cuộc họp tại {place} kéo dài {m} giờ, có {n} ý kiến về {thing}.",
)
NAMES = ("Giàng A Thử", "Lý Văn Bịa", "Hoàng Thị Tưởng", "Lò Văn Ảo", "Nguyễn Văn Giả", "Vàng Thị Nháp")
RUMOUR = (
    "Xôn xao tin đồn {thing} ở {place} sắp sập, {n} hộ bỏ chạy",
    "Mạng xã hội lan truyền thông tin {thing} ở {place} khẳng định đã có {n} người mất tích. Chưa rõ thực hư, nhiều người hoang mang chia sẻ gấp.",
    "Một tài khoản giấu tên cho rằng {body} cố tình giấu tin. Nghe nói {n} người đã rời đi trong đêm, chưa có xác nhận.",
)
CRITICISM = (
    "{place}: người dân bức xúc vì {thing} chậm {m} năm",
    "{n} hộ ở {place}, Lào Cai phản ánh {thing} thi công dang dở, bụi và nước thải tràn vào nhà nhưng {body} chưa trả lời.",
    "Người dân tố {body} thu {n} nghìn đồng mỗi hộ mà không có biên nhận, đề nghị cơ quan chức năng làm rõ.",
)
DAILY = (
    "{body} {deed} {thing} tại {place}",
    "{body} ở {place}, tỉnh Lào Cai vừa {deed} {thing}, dự kiến xong sau {n} ngày.",
    "Việc này nằm trong kế hoạch của tỉnh Lào Cai công bố từ đầu năm.",
)
KINDS = (DAILY, DAILY, DAILY, DAILY, DAILY, RUMOUR, CRITICISM, DAILY)


@lru_cache(maxsize=2048)
def article(n: int) -> tuple[str, str, tuple[str, ...]]:
    """Title, lead and paragraphs of the n-th article; every fourth tells of what another lately told of, every tenth is its copy."""
    if n % 10 == 9:
        return article(n - 6)  # a wire text taken over whole by another outlet
    dice = random.Random(n)
    story = random.Random(n - 4 if n % 4 == 3 else n)  # what it is about: shared with the earlier piece
    words = {
        "place": story.choice(PLACES), "thing": f"{story.choice(THINGS)} {1 + story.randrange(400)}",
        "n": str(story.randrange(12, 900)), "m": str(story.randrange(2, 60)),
        "body": story.choice(BODIES), "deed": story.choice(DEEDS),
    }  # fmt: skip
    title, lead, first = (text.format(**words) for text in story.choice(KINDS))
    paragraphs = [first]
    for _ in range(dice.randint(5, 12)):
        chosen = dice.sample(SENTENCES, dice.randint(2, 4))
        paragraphs.append(
            " ".join(
                _capital(text.format(**{
                    **words, "n": str(dice.randrange(12, 900)), "m": str(dice.randrange(2, 60)),
                    "body": dice.choice(BODIES), "body2": dice.choice(BODIES), "deed": dice.choice(DEEDS),
                    "name": dice.choice(NAMES), "day": dice.choice(("thứ hai", "thứ ba", "thứ tư", "thứ năm")),
                }))
                for text in chosen
            )
        )  # fmt: skip
    return _capital(title), _capital(lead), tuple(paragraphs)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def shown(
    outlet: Outlet, port: int, *, opened_at: datetime, per_hour: float, now: datetime
) -> list[DemoEntry]:
    """What an outlet has published by ``now``, newest first; article n appears n / ``per_hour`` hours after opening."""
    count = int((now - opened_at).total_seconds() / 3600 * per_hour)
    found = []
    for n in range(count, -1, -1):
        if n % len(OUTLETS) != outlet.number - OUTLETS[0].number:
            continue
        at = (opened_at + timedelta(hours=n / per_hour)).replace(microsecond=0)
        title, lead, paragraphs = article(n)
        entry = DemoArticle(
            id=f"soak-{n}", outlet=outlet.name, section="xa-hoi", age=timedelta(), title=title, lead=lead,
            paragraphs=paragraphs,
        )  # fmt: skip
        url = f"{root(outlet, port)}/xa-hoi/tin-bia-post{n}.html"
        found.append(DemoEntry(article=entry, url=url, published_at=at, changed_at=None))
        if len(found) == FEED_LENGTH:
            break
    return found


def root(outlet: Outlet, port: int) -> str:
    return f"http://127.0.2.{outlet.number}:{port}"


def answer(outlet: Outlet, port: int, path: str, entries: list[DemoEntry]) -> tuple[int, str, str]:
    """Status, type and body of a request."""
    if path == "/robots.txt":
        return 200, "text/plain", lists.robots(outlet, root(outlet, port))
    if path == lists.LISTS["rss"]:
        return 200, "application/rss+xml", lists.feed(outlet, root(outlet, port), entries, "rss")
    for entry in entries:
        if entry.url.endswith(path):
            others = [other for other in entries if other is not entry]
            return 200, "text/html", pages.article(outlet, root(outlet, port), entry, others)
    return 404, "text/html", pages.missing(outlet, root(outlet, port))


def write_catalogue(folder: Path, port: int) -> None:
    """The outlets as a catalogue folder, in the demo's group so that the demo's crawl worker polls them."""
    made = tuple(
        Source(name=outlet.name, title=f"{outlet.title} (hư cấu)", home=f"{root(outlet, port)}/",
               hosts=(f"127.0.2.{outlet.number}",), feeds=(root(outlet, port) + lists.LISTS["rss"],), port=port,
               tier=outlet.tier, locality=outlet.locality, groups=("demo",), status="enabled", delay=PACE)
        for outlet in OUTLETS
    )  # fmt: skip
    files.write(folder, Catalogue(sources=made))


def published(port: int, *, opened_at: datetime, per_hour: float, now: datetime) -> set[str]:
    """The addresses of all that the outlets show at ``now``."""
    return {
        entry.url
        for outlet in OUTLETS
        for entry in shown(outlet, port, opened_at=opened_at, per_hour=per_hour, now=now)
    }


def _serve(port: int, per_hour: float, opened_at: datetime) -> None:
    def handler(outlet: Outlet) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 30

            def do_GET(self) -> None:
                entries = shown(outlet, port, opened_at=opened_at, per_hour=per_hour, now=datetime.now(UTC))
                status, kind, text = answer(outlet, port, self.path, entries)
                body = text.encode()
                self.send_response(status)
                self.send_header("Content-Type", f"{kind}; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Silent."""

        return Handler

    for outlet in OUTLETS:
        server = ThreadingHTTPServer((f"127.0.2.{outlet.number}", port), handler(outlet))
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever).start()
    print("ready", flush=True)


if __name__ == "__main__":
    write_catalogue(Path(sys.argv[4]), int(sys.argv[1]))
    _serve(int(sys.argv[1]), float(sys.argv[2]), datetime.fromisoformat(sys.argv[3]))
