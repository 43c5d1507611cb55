"""A day in a provincial office, invented from end to end: a little of everything, so that every screen has something on it.

Used by the pictures of the user's guide and the tests that open every screen. Outlets, persons and happenings are fictional."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import seeding

import db.judging.events
from db.accounts.users import User
from db.catalogue import files, rows
from db.core.connection import Connection
from db.desk import cases, claim_articles, claims, reviews
from db.queries import event_pages

NOW = datetime.now(UTC)

# name of the picture -> who looks, at what; {event} and the like are the invented day's
SCREENS = {
    "viec-cua-toi": ("approver", "/work"),
    "viec-xac-minh": ("verifier", "/work"),
    "viec-theo-doi": ("monitor", "/work"),
    "viec-lanh-dao": ("leader", "/work"),
    "tong-quan": ("verifier", "/"),
    "hang-doi": ("monitor", "/queue"),
    "su-viec": ("verifier", "/events/{event}"),
    "bai-bao": ("verifier", "/articles/{article}"),
    "ho-so": ("approver", "/cases/{case}"),
    "ho-so-tra-loi": ("approver", "/cases/{answer}"),
    "y-kien-thu-hai": ("verifier", "/reviews"),
    "tim-kiem": ("monitor", "/search?q=dap"),
    "nhan-dinh": ("verifier", "/claims"),
    "tro-giup": ("monitor", "/help"),
    "quan-tri": ("admin", "/admin"),
    "cai-dat": ("admin", "/admin/catalogue"),
    "nhat-ky": ("admin", "/admin/audit"),
    "nguon-tin": ("admin", "/sources"),
    "tai-khoan": ("monitor", "/account"),
    "dang-nhap": ("", "/login"),
}

# title, body, outlets, hours ago, signal reasons (signal, rule, words), bands, place
STORIES: tuple[tuple[str, str, int, float, tuple[tuple[str, str, str], ...], dict[str, str]], ...] = (
    ("Nghe nói đập thủy điện Bản Thử sắp vỡ, nhiều hộ dân chạy đêm",
     "Từ tối qua, trên mạng lan truyền tin đập thủy điện Bản Thử sắp vỡ khiến khoảng 40 hộ dân ở xã Bản Thử bỏ nhà chạy lên cao.\n"
     "Theo một người dân không nêu tên, đập đã nứt và nước dâng nhanh. Chủ đầu tư nói đập vận hành bình thường.\n"
     "Mưa lớn được dự báo kéo dài đến hết tuần.", 5, 3,
     (("check", "check: rumour", "Nghe nói"), ("check", "check: unnamed", "một người dân không nêu tên"), ("harm", "harm: disaster", "vỡ")),
     {"check": "high", "harm": "medium"}),
    ("Người dân thôn Nà Thử kêu cứu vì bụi từ mỏ đá suốt hai năm",
     "Hàng chục hộ dân thôn Nà Thử phản ánh bụi và tiếng ồn từ mỏ đá kéo dài hai năm chưa được giải quyết.\n"
     "Bà con đã gửi đơn ba lần nhưng chưa nhận được trả lời.", 2, 8,
     (("criticism", "criticism: complaint", "kêu cứu"), ("criticism", "criticism: failure", "chưa được giải quyết")),
     {"criticism": "high", "check": "low"}),
    ("Lũ quét ở Bản Thử làm 3 người mất tích",
     "Rạng sáng nay lũ quét tràn qua thôn Nà Thử, xã Bản Thử làm 3 người mất tích, 12 nhà bị cuốn trôi.\n"
     "Lực lượng chức năng đang tìm kiếm.", 7, 5,
     (("harm", "harm: disaster", "Lũ quét"), ("harm", "harm: injury", "3 người mất tích")), {"harm": "high", "check": "medium"}),
    ("Công an tỉnh bác bỏ tin bắt cóc trẻ em ở chợ phiên",
     "Công an tỉnh khẳng định thông tin bắt cóc trẻ em ở chợ phiên là sai sự thật, đề nghị người dân không chia sẻ.", 4, 20,
     (("rebuttal", "rebuttal: denial", "khẳng định thông tin bắt cóc trẻ em ở chợ phiên là sai sự thật"),),
     {"rebuttal": "high", "check": "low"}),
    ("Cầu Thử mới sửa đã nứt, xe tải vẫn qua lại",
     "Cầu Thử vừa sửa xong ba tháng đã xuất hiện vết nứt dài, theo ghi nhận của phóng viên.", 1, 26,
     (("criticism", "criticism: failure", "đã nứt"), ("harm", "harm: accident", "vết nứt dài")), {"criticism": "medium", "harm": "medium"}),
    ("Mùa vàng trên ruộng bậc thang hút khách", "Lượng khách đến vùng cao tăng trong dịp cuối tuần.", 3, 30, (), {"check": "low"}),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """Who works, and where to look: the people by role, the rumoured dam's event, case and first article."""

    people: dict[str, User]
    event: int
    case: int
    article: int
    second: int
    answer: int


def seed(conn: Connection) -> Day:
    """Fills the database of ``conn``; the caller commits."""
    rows.store(conn, files.shipped("laocai"), actor="quản trị", allow_private_hosts=False)
    names = {
        "monitor": ("thu.lan", "Vũ Thu Lan"), "verifier": ("minh.duc", "Trần Minh Đức"), "approver": ("hai.yen", "Lý Hải Yến"),
        "leader": ("van.khanh", "Đỗ Văn Khánh"), "admin": ("quan.tri", "Quản trị"),
    }  # fmt: skip
    people = {}
    for role, (name, shown) in names.items():
        person = seeding.user(conn, role=role, name=name)
        conn.execute(
            "SELECT change_account(id, %s, role, agency, email) FROM users WHERE id = %s", [shown, person.id]
        )
        people[role] = person
    other = seeding.user(conn, role="monitor", name="a.sung")
    conn.execute(
        "SELECT change_account(id, 'Giàng A Sùng', role, agency, email) FROM users WHERE id = %s", [other.id]
    )
    outlets = [
        seeding.source(conn, title=title)
        for title in ("Báo Vùng Cao", "Tin Sáng", "Bản tin Sông Chảy", "Đời sống Tây Bắc", "Thời báo Biên Cương", "Nhật báo Mường", "Gió Núi")
    ]  # fmt: skip
    made = [_story(conn, story, outlets) for story in STORIES]
    event, articles = made[0]
    dam = cases.of_event(conn, event)
    assert dam is not None
    _changed(conn, articles[0])
    _work_on_the_dam(conn, dam.id, articles, people)
    flood = cases.of_event(conn, made[2][0])
    mine = cases.of_event(conn, made[1][0])
    assert flood is not None
    assert mine is not None
    cases.act(conn, case_id=mine.id, action="route_critical", user_id=other.id, seen_version=1)
    reviews.record(conn, case_id=mine.id, user_id=other.id, outcome="route_critical")
    reviews.record(conn, case_id=mine.id, user_id=people["monitor"].id, outcome="dismiss", blind=True)
    agency = event_pages.agencies(conn)[0].name
    cases.assign(conn, case_id=mine.id, assigned_to=people["approver"].id, agency=agency, due_at=NOW + timedelta(days=12),
                 field="other", restricted=False, emergency=False, actor="minh.duc")  # fmt: skip
    told_again = seeding.event(conn, title="Lũ quét tràn qua thôn Nà Thử", priority=0.3)
    db.judging.events.merge(conn, event_id=told_again, into=made[2][0])
    return Day(people=people, event=event, case=dam.id, article=articles[0], second=flood.id, answer=mine.id)


def _story(conn: Connection, story: Any, outlets: list[int]) -> tuple[int, list[int]]:
    title, body, count, hours, found, bands = story
    articles = []
    for n in range(count):
        own_title = (
            title if n == 0 else f"{title} ({n + 1})" if n > 2 else title.replace("3 người", f"{n + 2} người")
        )
        own_body = body.replace("12 nhà", f"{12 + n} nhà").replace("khoảng 40", f"khoảng {40 + 10 * n}")
        article = seeding.article(
            conn, source_id=outlets[n], title=own_title, body=own_body, published_at=NOW - timedelta(hours=hours - n * hours / 10),
        )  # fmt: skip
        seeding.judgement(
            conn, article_id=article, reasons=_reasons(own_title, own_body, found, None), **bands
        )
        articles.append(article)
    differences: list[dict[str, Any]] = []
    if "mất tích" in title:
        differences = [
            {"kind": "figure", "label": "Người mất tích", "values": [
                {"value": str(n), "tellings": [{"article": a, "source": "", "text": f"{n} người mất tích"}]} for n, a in zip((3, 3, 4), articles, strict=False)]},
            {"kind": "figure", "label": "Nhà bị cuốn trôi", "values": [
                {"value": str(12 + n), "tellings": [{"article": a, "source": "", "text": f"{12 + n} nhà"}]} for n, a in enumerate(articles[:3])]},
        ]  # fmt: skip
    event = seeding.event(
        conn, articles=articles, title=title, priority=0.95 - STORIES.index(story) / 10, flagged=bool(found),
        reasons=_reasons(title, body, found, articles[0]), differences=differences, places=["w02839-new"],
        **{name: band for name, band in bands.items() if name != "rebuttal"},
    )  # fmt: skip
    conn.execute(
        "UPDATE events SET started_at = %s, last_at = %s, is_rebuttal = %s WHERE id = %s",
        [
            NOW - timedelta(hours=hours),
            NOW - timedelta(hours=hours / 2),
            bands.get("rebuttal") == "high",
            event,
        ],
    )
    return event, articles


def _reasons(title: str, body: str, found: Any, article: int | None) -> list[dict[str, Any]]:
    whole = f"{title}\n{body}"
    return [
        {"signal": signal, "rule": rule, "text": words, "start": whole.find(words), "end": whole.find(words) + len(words), "weight": 1,
         **({"article": article} if article else {})}
        for signal, rule, words in found if words in whole
    ]  # fmt: skip


def _changed(conn: Connection, article: int) -> None:
    found = event_pages.article(conn, article)
    title = found.title.replace("sắp vỡ", "có nguy cơ vỡ")
    body = found.body.replace("40 hộ", "hơn 30 hộ").replace("đập đã nứt", "đập có dấu hiệu thấm nước")
    seeding.version(conn, article_id=article, title=title, published_at=found.published_at, body=body)
    _, _, _, _, reasons, bands = STORIES[0]
    seeding.judgement(conn, article_id=article, reasons=_reasons(title, body, reasons, None), **bands)


def _work_on_the_dam(conn: Connection, case: int, articles: list[int], people: dict[str, User]) -> None:
    monitor, verifier = people["monitor"].id, people["verifier"].id
    done = cases.act(
        conn, case_id=case, action="escalate", user_id=monitor, seen_version=1,
        data={"to_verify": "Đập thủy điện Bản Thử đã nứt và sắp vỡ."},
    )  # fmt: skip
    reviews.record(conn, case_id=case, user_id=monitor, outcome="escalate", case_action=done)
    cases.assign(conn, case_id=case, assigned_to=verifier, agency=None, due_at=NOW + timedelta(days=2), field="disaster-epidemic",
                 restricted=False, emergency=False, actor="thu.lan")  # fmt: skip
    cases.remark(
        conn,
        case_id=case,
        user_id=people["approver"].id,
        body="Nhờ @minh.duc xin biên bản kiểm tra đập tuần trước.",
    )
    claim = claims.add(
        conn, case_id=case, body="Đập thủy điện Bản Thử đã nứt và sắp vỡ.", user_id=verifier, place="xã Bản Thử", field="disaster-epidemic", channel="social",
    )  # fmt: skip
    for kind, title, more in (
        ("primary", "Biên bản kiểm tra an toàn đập ngày 18/11", {"independent": True, "issuer": "so-cong-thuong"}),
        ("agency_statement", "Thông báo của chủ đầu tư", {}),
        ("archived_item", "Ảnh chụp bài đăng lan truyền", {"file_sha256": seeding.upload(conn)}),
    ):  # fmt: skip
        claims.add_evidence(conn, claim_id=claim, kind=kind, title=title, user_id=verifier, **more)
    claims.add_attempt(
        conn, claim_id=claim, whom="Quản trị trang đăng tin", how="tin nhắn", at=NOW - timedelta(hours=1), result="chưa trả lời", user_id=verifier,
    )  # fmt: skip
    claim_articles.link(conn, claim_id=claim, article_id=articles[0], relation="repeats", user_id=verifier)
    claims.propose(
        conn, claim_id=claim, code="partly_false", user_id=verifier,
        what_is_true="Đập vận hành bình thường; có một điểm thấm nước đã được xử lý ngày 17/11.",
        reasoning="Biên bản kiểm tra độc lập ngày 18/11 không ghi nhận vết nứt ở thân đập.",
        counter_evidence="Đã xem ba đoạn phim lan truyền; cả ba quay ở nơi khác.",
    )  # fmt: skip
    cases.act(conn, case_id=case, action="propose", user_id=verifier, seen_version=2)
