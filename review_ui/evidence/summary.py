"""The pack's own words: the summary in official form, and the one-page guide on checking it."""

from __future__ import annotations

import hashlib

from db.core.time import HANOI
from review_ui.digests.content import Block, Document, Head, Heading, Signature, Table, clean, say
from review_ui.digests.content import Column as Col
from review_ui.evidence.material import Material, PackClaim, PackItem, PackRecord

CODES = {
    "authentic": "Tin xác thực",
    "partly_false": "Tin sai sự thật",
    "fabricated": "Tin giả",
    "accurate": "Thông tin chính xác",
    "not_checkable": "Không thuộc diện kiểm chứng",
    "insufficient": "Chưa đủ căn cứ",
}
STATES = {
    "flagged": "mới phát hiện", "triage": "đang sàng lọc", "verify": "đang xác minh", "waiting": "chờ thông tin",
    "decide": "chờ quyết định", "respond": "đang phản hồi", "publish": "chờ công bố", "published": "đã công bố",
    "follow_up": "đang theo dõi kết quả", "closed": "đã kết thúc",
}  # fmt: skip
ROLES = {
    "monitor": "người theo dõi",
    "verifier": "người xác minh",
    "approver": "người phê duyệt",
    "leader": "lãnh đạo",
    "admin": "quản trị",
}
KINDS = {
    "primary": "Tài liệu gốc", "first_hand": "Nguồn trực tiếp", "press": "Báo chí", "expert": "Chuyên gia",
    "agency_statement": "Ý kiến của cơ quan", "archived_item": "Bản lưu nội dung", "other": "Khác",
}  # fmt: skip
ARTICLE = {"live": "còn trên trang", "gone": "đã gỡ"}


def document(material: Material, hashes: dict[str, str], fingerprint: str) -> Document:
    """The summary: what was said, what was found, by which functions, and every hash (``hashes``: path -> SHA-256)."""
    blocks: list[Block] = [
        Heading(text="I. Thông tin chung"),
        say(
            f"Hồ sơ số {material.case_id}, lần lập thứ {material.number}: {material.title}. "
            f"Mở ngày {_day(material.opened_at)}; trạng thái khi lập: {STATES[material.state]}."
        ),
        say(
            "Hồ sơ này chỉ khẳng định một điều: cơ quan đã giữ các dữ liệu có mã băm nêu dưới đây không muộn hơn thời điểm "
            "được cấp dấu thời gian (nếu có), và từ đó dữ liệu không thay đổi. Hồ sơ không chứng minh máy chủ của bên thứ ba "
            "đã gửi nội dung nào cho người khác."
        ),
        Heading(text="II. Kết quả xác minh"),
    ]
    if not material.claims:
        blocks.append(say("Hồ sơ chưa ghi nội dung cần xác minh."))
    for n, claim in enumerate(material.claims, 1):
        blocks += _claim(n, claim)
    blocks.append(Heading(text="III. Tin, bài và bản lưu"))
    blocks.append(_items(material.items))
    blocks.append(_captures(material.items))
    for item in material.items:
        blocks += [say(f"{item.evidence}: {sentence}.") for sentence in (*item.missing, *item.notes)]
    blocks.append(Heading(text="IV. Mã băm của các tệp trong hồ sơ"))
    blocks.append(
        Table(
            name="Mã băm",
            caption="SHA-256 của từng tệp",
            columns=(
                Col(title="TT", width=9, align="center"),
                Col(title="Tệp", width=37),
                Col(title="SHA-256", width=114),
            ),
            rows=tuple(
                (n, path, _grouped(digest, by=16))
                for n, (path, digest) in enumerate(sorted(hashes.items()), 1)
            ),
            small=True,
        )
    )
    blocks += [
        say(f"Dấu vân tay khóa ký (SHA-256): {fingerprint}."),
        say(
            f"Nhật ký: {len(material.custody.rows)} thao tác trong hồ sơ; mã băm cuối chuỗi nhật ký khi lập: "
            f"{_grouped(material.custody.head)}."
        ),
    ]
    day = material.made_at.astimezone(HANOI).date()
    return Document(
        scope="domestic",
        from_on=day,
        to_on=day,
        head=Head(
            parent=material.parent,
            issuer=material.issuer,
            symbol=material.symbol,
            place=material.place,
            kind="BÁO CÁO",
            subject=f"Kết quả xác minh và hồ sơ chứng cứ: {clean(material.title)}",
            addressees=(),
        ),
        blocks=tuple(blocks),
        signature=Signature(capacity=material.capacity),
        recipients=("- Lãnh đạo cơ quan;", "- Lưu: VT, hồ sơ."),
    )


def _claim(n: int, claim: PackClaim) -> list[Block]:
    label = claim.label or CODES.get(claim.code or "", "chưa có kết luận")
    blocks: list[Block] = [
        Heading(text=f"{n}. Nội dung: {claim.body}", level=2),
        say(f"Kết luận: {label}.", bold=True),
    ]
    if claim.code:
        blocks += [
            say(f"Sự thật: {claim.what_is_true}"),
            say(f"Căn cứ, lập luận: {claim.reasoning}"),
            say(f"Chứng cứ trái chiều: {claim.counter_evidence}"),
        ]
        if claim.proposed_at and claim.approved_at:
            blocks.append(
                say(
                    f"Đề xuất: {ROLES.get(claim.proposed_role or '', 'cán bộ')}, {_time(claim.proposed_at)}; phê duyệt: "
                    f"{ROLES.get(claim.approved_role or '', 'cán bộ')} (người thứ hai), {_time(claim.approved_at)}. "
                    f"Mã băm của nội dung được duyệt: {_grouped(claim.text_sha256 or '')}."
                )
            )
    if claim.evidence:
        blocks.append(
            Table(
                name=f"Chứng cứ {n}",
                caption="Chứng cứ đã dùng",
                columns=(
                    Col(title="TT", width=8, align="center"),
                    Col(title="Loại", width=28),
                    Col(title="Tên chứng cứ", width=82),
                    Col(title="Độc lập", width=18, align="center"),
                    Col(title="Ngày", width=24, align="center"),
                ),  # fmt: skip
                rows=tuple(
                    (
                        k,
                        KINDS.get(e["kind"], e["kind"]),
                        e["title"],
                        "có" if e["independent"] else "không",
                        _day(e["added_at"]),
                    )
                    for k, e in enumerate(claim.evidence, 1)
                ),
            )
        )
    blocks += [
        say(f"Liên hệ: {attempt['whom']} ({attempt['how']}, {_time(attempt['at'])}): {attempt['result']}")
        for attempt in claim.attempts
    ]
    return blocks


def _items(items: list[PackItem]) -> Table:
    return Table(
        name="Tin bài",
        caption="Tin, bài trong hồ sơ",
        columns=(
            Col(title="Mã", width=20),
            Col(title="Cơ quan báo chí", width=32),
            Col(title="Tiêu đề", width=66),
            Col(title="Đăng lúc", width=24, align="center"),
            Col(title="Bản lưu, bản chữ", width=18, align="center"),
        ),  # fmt: skip
        rows=tuple(
            (
                item.evidence,
                item.outlet,
                f"{item.title} ({ARTICLE[item.state]}). Địa chỉ: {item.url}",
                _time(item.published_at) if item.published_at else "không rõ",
                f"{len(item.captures)}, {len(item.versions)}",
            )
            for item in items
        ),
    )


WHEN = {
    "crawl": "khi thu tin", "recheck": "khi xem lại", "flag": "khi đánh dấu", "decision": "khi quyết định",
    "handed_in": "do người dân gửi",
}  # fmt: skip


def _captures(items: list[PackItem]) -> Table:
    return Table(
        name="Bản lưu",
        caption="Các lần lưu (giờ Hà Nội)",
        columns=(
            Col(title="Mã", width=18),
            Col(title="Bản lưu", width=18, align="center"),
            Col(title="Lưu", width=28),
            Col(title="Lúc", width=32, align="center"),
            Col(title="Trả lời", width=34),
            Col(title="Ảnh chụp", width=30, align="center"),
        ),
        rows=tuple(
            (
                item.evidence,
                kept.capture.id,
                WHEN.get(kept.capture.kind, kept.capture.kind),
                f"{kept.capture.at.astimezone(HANOI):%H:%M:%S %d/%m/%Y}",
                _answer(kept),
                "có" if kept.screenshot else "không" if kept.exact else "không lập",
            )
            for item in items
            for kept in item.captures
        ),
        small=True,
    )


def _answer(kept: PackRecord) -> str:
    """What the server answered, in words a reader of the paper knows."""
    status = kept.capture.status
    words = (
        "còn trên trang"
        if status == 200
        else "không còn trên trang"
        if status in (404, 410)
        else "trả lời khác"
    )
    hops = sum(one["part"] == "redirect" for one in kept.exact.record["exchanges"]) if kept.exact else 0
    return f"{status}, {words}" + (f", sau {hops} lần chuyển hướng" if hops else "")


GUIDE = """HƯỚNG DẪN KIỂM TRA HỒ SƠ (một trang)

Hồ sơ số {case}, lần lập {number}, lập lúc {made}.
Hồ sơ có thể kiểm tra bằng công cụ công khai, không cần phần mềm đã lập ra nó và không cần tin cơ quan lập hồ sơ.

Giải nén vào một thư mục trống rồi mở cửa sổ lệnh trong thư mục đó.

1. Các tệp có nguyên vẹn không?
   sha256sum -c --strict SHA256SUMS
   Lệnh này KHÔNG phát hiện tệp bị thêm vào. So danh sách tệp bằng:
   diff <(cut -c67- SHA256SUMS | sort) <(find . -type f ! -name 'SHA256SUMS*' | cut -c3- | sort)

2. Danh sách mã băm có đúng do khóa này ký không?
   openssl dgst -sha256 -verify khoa-cong-khai.pem -signature SHA256SUMS.sig SHA256SUMS

3. Dấu thời gian
{stamp}

4. Khóa và chứng thư nằm trong hồ sơ không tự chứng minh được cho người chưa tin cơ quan. Hãy so dấu vân tay sau
   với bản in trong văn bản đã ký và với trang Phương pháp của cơ quan:
   {fingerprint}
   Tính lại: openssl pkey -pubin -in khoa-cong-khai.pem -outform DER | sha256sum

5. Xem lại trang đã lưu: mở tệp trang.wacz của từng tin, bài bằng trình xem WACZ bất kỳ
   (ví dụ ReplayWeb.page hoặc pywb). Nội dung chữ nằm ở van-ban.txt, thông tin thu thập ở capture.json; ảnh chụp
   toàn trang ở anh-chup.png, bản in ở trang.pdf, đều dựng từ dữ liệu đã lưu, không tải thêm gì từ mạng.
   Mã băm của từng tệp WARC trong trang.wacz (thư mục archive) ghi ở capture.json và trong nhật ký:
   unzip -p MÃ/trang.wacz archive/luu-SỐ-flag.warc.gz | sha256sum

6. Nhật ký (nhat-ky.json): mỗi dòng mang mã băm của dòng trước. Mã băm cuối chuỗi: {head}
   Dòng có "shortened" đã viết tắt tên người dân; mã băm của dòng là của nguyên văn lưu tại cơ quan.

7. Kiểm tra đầy đủ (cả tệp thêm vào, chỉ mục, chuỗi nhật ký, dấu thời gian) nếu có phần mềm:
   kiemtin evidence verify TỆP.zip

Hồ sơ chỉ khẳng định: cơ quan đã giữ các dữ liệu này không muộn hơn thời điểm đóng dấu thời gian, và từ đó không thay đổi.
"""
STAMPED = """   openssl ts -verify -data SHA256SUMS.sig -in SHA256SUMS.sig.tsr -CAfile tsa-ca.pem"""
UNSTAMPED = """   Khi lập hồ sơ không có cơ quan cấp dấu thời gian nào trả lời (hoặc chưa được cấu hình): hồ sơ này KHÔNG có dấu
   thời gian. Nếu dấu được cấp sau, cơ quan lập hồ sơ giữ tệp SHA256SUMS.sig.tsr và gửi kèm theo yêu cầu."""


def guide(material: Material, *, fingerprint: str, stamped: bool) -> str:
    """The page that stands first in the pack."""
    return GUIDE.format(
        case=material.case_id,
        number=material.number,
        made=_time(material.made_at),
        stamp=STAMPED if stamped else UNSTAMPED,
        fingerprint=fingerprint,
        head=material.custody.head,
    )


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _grouped(digest: str, *, by: int = 8) -> str:
    """A hash that a line can break and an eye can follow."""
    return " ".join(digest[n : n + by] for n in range(0, len(digest), by))


def _day(at: object) -> str:
    return f"{at.astimezone(HANOI):%d/%m/%Y}"  # type: ignore[attr-defined]


def _time(at: object) -> str:
    return f"{at.astimezone(HANOI):%H:%M ngày %d/%m/%Y}"  # type: ignore[attr-defined]
