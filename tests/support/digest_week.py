"""A fictional week of press about the province: outlets, events and headlines are invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from review_ui.digests.facts import CampaignCoverage, Checked, DigestFacts, Matter, Office
from review_ui.digests.figures import DigestItem, count
from review_ui.digests.sections import Section

FROM, TO = date(2026, 11, 16), date(2026, 11, 22)

OFFICE = Office(
    parent="UBND TỈNH LÀO CAI",
    issuer="Sở Văn hóa, Thể thao và Du lịch",
    symbol="BC-SVHTTDL",
    place="Lào Cai",
    province="tỉnh Lào Cai",
    bare="Lào Cai",
    joined=("Yên Bái",),
    addressees=("Thường trực Tỉnh ủy", "Ủy ban nhân dân tỉnh", "Ban Tuyên giáo và Dân vận Tỉnh ủy"),
    recipients=("- Như trên;", "- Lãnh đạo Sở;", "- Văn phòng UBND tỉnh;", "- Lưu: VT, QLBC."),
    capacity=("Giám đốc",),
    other_owner="Sở Ngoại vụ",
    merged_on=date(2025, 7, 1),
)
TOPICS = {
    "tourism": "Phát triển du lịch đến 2030, tầm nhìn 2050",
    "disaster": "Thiên tai",
    "minerals": "Quản lý, thăm dò, khai thác và chế biến khoáng sản",
    "agriculture": "Chiến lược phát triển nông nghiệp hàng hóa đến 2030",
    "digital": "Chuyển đổi số",
}
PLACES = {
    "w1": "Phường Sa Pa", "w2": "Xã Bảo Hà", "w3": "Xã Mù Cang Chải", "w4": "Phường Yên Bái", "w5": "Xã Bắc Hà",
    "w6": "Xã Tằng Loỏng", "d1": "Huyện Bát Xát (huyện cũ)",
}  # fmt: skip
OUTLETS = (
    "Báo Sông Chảy", "Tin Núi Cao", "Thời báo Hoàng Liên", "Đài Tây Bắc", "Nhật báo Thác Bà", "Tạp chí Rừng Quế",
    "Bản tin Fansipan", "Báo Người Vùng Cao",
)  # fmt: skip
STORIES = (
    ("Mưa lớn gây sạt lở nhiều tuyến đường tại vùng cao", ("disaster",), ("w2", "d1"), ("old_laocai",), "harm",
     "Sáng 17/11, mưa lớn kéo dài làm sạt lở 14 điểm trên các tuyến đường liên xã. Chính quyền địa phương đã di dời 32 hộ dân đến nơi an toàn. Lực lượng chức năng huy động 6 máy xúc để thông đường trong ngày. Người dân được khuyến cáo không qua lại khu vực có nguy cơ."),
    ("Người dân phản ánh bụi và nước thải từ khu công nghiệp", ("minerals",), ("w6",), ("old_laocai",), "criticism",
     "Nhiều hộ dân phản ánh bụi từ khu công nghiệp phủ kín mái nhà trong ba tuần qua. Theo người dân, nước thải có màu lạ chảy ra suối vào ban đêm. Cơ quan chuyên môn cho biết đã lấy mẫu và sẽ công bố kết quả."),
    ("Mùa vàng Mù Cang Chải đón hơn 40.000 lượt khách", ("tourism",), ("w3",), ("yenbai",), "other",
     "Tuần văn hóa du lịch đón hơn 40.000 lượt khách trong bốn ngày. Doanh thu từ lưu trú ước đạt 52 tỷ đồng. Ban tổ chức bố trí thêm 12 điểm đỗ xe."),
    ("Quế hữu cơ tìm đường sang thị trường châu Âu", ("agriculture",), ("w4", "w5"), ("old_laocai", "yenbai"), "other",
     "Hợp tác xã vừa ký hợp đồng cung cấp 120 tấn quế hữu cơ mỗi năm. Diện tích đạt chứng nhận tăng gấp đôi so với năm trước. Doanh nghiệp cam kết thu mua với giá ổn định."),
    ("Tỉnh công bố 100% thủ tục hành chính trực tuyến", ("digital",), (), ("new",), "other",
     "Toàn bộ thủ tục đủ điều kiện đã được cung cấp trực tuyến toàn trình. Tỷ lệ hồ sơ nộp qua mạng đạt 78,4%. Các xã vùng cao vẫn thiếu đường truyền ổn định."),
    ("Du khách than phiền giá phòng tăng gấp ba dịp cuối tuần ở Sa Pa", ("tourism",), ("w1",), ("old_laocai",), "criticism",
     "Giá phòng một số khách sạn tăng gấp ba so với ngày thường. Nhiều du khách cho biết không được báo trước khi đặt. Cơ quan quản lý đề nghị niêm yết giá công khai."),
)  # fmt: skip


def items(*, most: int = 60, start: date = FROM, days: int = 7) -> tuple[DigestItem, ...]:
    """Invented rows over ``days`` days: several outlets per event, some copies, some mere mentions."""
    rows: list[DigestItem] = []
    for n in range(most):
        at = n * 7 // 3 % len(STORIES)
        title, topics, places, territories, kind, body = STORIES[at]
        moment = datetime(start.year, start.month, start.day, 1, tzinfo=UTC) + timedelta(
            minutes=n * 1440 * days // most
        )
        copied = n % 9 == 8
        first = next((row.id for row in rows if row.event == at + 1), None)
        rows.append(
            DigestItem(
                id=n + 1, source=f"bao-{n % len(OUTLETS)}", outlet=OUTLETS[n % len(OUTLETS)],
                kind="broadcaster" if n % len(OUTLETS) == 3 else "newspaper", language="vi",
                title=title if n < len(STORIES) else f"{title} (tin {n + 1})", lead=body,
                url=f"https://bao-{n % len(OUTLETS)}.example/tin-{n + 1}.html", at=moment,
                on=start + timedelta(days=n * days // most), copy_of=first if copied else None, event=at + 1,
                relevance="mention" if n % 17 == 16 else "core", harm="high" if kind == "harm" else "low",
                criticism="medium" if kind == "criticism" else "low", priority=0.9 if kind != "other" else 0.2, topics=topics,
                places=places, territories=territories, stance=("favourable", "neutral", "critical")[n % 3] if n % 2 else None,
                capture=1000 + n, sha256=f"{n:064x}",
            )
        )  # fmt: skip
    return tuple(rows)


def facts(*, most: int = 60) -> DigestFacts:
    """The fictional week with matters, a refuted claim and campaigns."""
    rows = items(most=most)
    return DigestFacts(
        scope="domestic", from_on=FROM, to_on=TO, office=OFFICE, items=rows,
        before=count(items(most=52, start=date(2026, 11, 9))), before_range=(date(2026, 11, 9), date(2026, 11, 15)),
        last_year=count(items(most=40, start=date(2025, 11, 17))), year_range=(date(2025, 11, 17), date(2025, 11, 23)),
        matters=(
            Matter(case=11, event=2, section=Section.ROUTED, title=STORIES[1][0], outlets=OUTLETS[:4], first_on=date(2026, 11, 16),
                   url="https://bao-1.example/tin-2.html", critical=True, state="respond", opened_on=date(2026, 11, 16),
                   agency="Sở Nông nghiệp và Môi trường", assigned_by="1234/UBND-VX, 17/11/2026", due_on=date(2026, 11, 27)),
            Matter(case=12, event=6, section=Section.ROUTED, title=STORIES[5][0], outlets=OUTLETS[4:6], first_on=date(2026, 11, 18),
                   url="https://bao-5.example/tin-6.html", critical=True, state="respond", opened_on=date(2026, 11, 18)),
            Matter(case=7, event=901, section=Section.CARRIED, title="Cầu dân sinh xuống cấp chưa được sửa chữa", outlets=OUTLETS[2:3],
                   first_on=date(2026, 10, 30), url="https://bao-2.example/cau.html", critical=True, state="respond",
                   opened_on=date(2026, 10, 30), agency="UBND xã Bảo Hà", due_on=date(2026, 11, 13)),
            Matter(case=5, event=902, section=Section.ENDED, title="Chậm cấp giấy chứng nhận quyền sử dụng đất", outlets=OUTLETS[5:7],
                   first_on=date(2026, 10, 22), url="https://bao-5.example/dat.html", critical=True, state="closed",
                   opened_on=date(2026, 10, 23), agency="Sở Nông nghiệp và Môi trường", due_on=date(2026, 11, 10),
                   answered_on=date(2026, 11, 12), closed_on=date(2026, 11, 18), outcome="close", response="reply_to_press"),
        ),
        checked=(
            Checked(claim=3, case=31, event=None, text="Đập thủy điện trên sông Chảy đã vỡ, người dân hạ du phải sơ tán trong đêm 17/11",
                    code="fabricated", label="Tin giả", channel="social",
                    what_is_true="Đập vận hành bình thường; mực nước hồ thấp hơn mực nước dâng bình thường 2,1 m.",
                    approved_on=date(2026, 11, 18), refuted_by=OUTLETS[:2]),
        ),
        campaigns=(CampaignCoverage(title="Phát triển du lịch đến 2030, tầm nhìn 2050", planned=120, items=19, outlets=8, items_since=96),),
        topics=TOPICS, places=PLACES, bodies={row.id: STORIES[(row.event or 1) - 1][5] for row in rows}, hidden=0,
    )  # fmt: skip


def empty() -> DigestFacts:
    """A week in which nothing was published."""
    return replace(facts(most=0), matters=(), checked=(), campaigns=(), bodies={})
