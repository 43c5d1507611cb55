"""The digest's Vietnamese words for codes of the database, in one place."""

from __future__ import annotations

from datetime import date, timedelta

TONES = {"criticism": "Phản ánh, phê bình", "harm": "Thiên tai, tai nạn, vụ việc", "other": "Thông tin khác"}
MARKS = {"favourable": "Tích cực", "neutral": "Trung tính", "critical": "Tiêu cực"}
BANDS = {"high": "Cao", "medium": "Trung bình", "low": "Thấp"}
KINDS = {
    "newspaper": "Báo", "magazine": "Tạp chí", "broadcaster": "Phát thanh, truyền hình", "news agency": "Thông tấn",
    "official portal": "Cổng thông tin", "aggregator": "Trang tổng hợp", "social page": "Mạng xã hội",
}  # fmt: skip
STATES = {
    "flagged": "Đang phân loại", "triage": "Đang phân loại", "verify": "Đang xác minh", "waiting": "Chờ thông tin",
    "decide": "Chờ phê duyệt", "respond": "Đang xử lý, chưa trả lời", "publish": "Chờ đăng tải", "published": "Đã công bố",
    "follow_up": "Đang theo dõi kết quả", "closed": "Đã kết thúc",
}  # fmt: skip
VERDICTS = {
    "fabricated": "Tin giả", "partly_false": "Tin sai sự thật", "authentic": "Tin xác thực",
    "insufficient": "Chưa đủ căn cứ", "accurate": "Phản ánh đúng", "not_checkable": "Ý kiến, không xác minh",
    "withdrawn": "Đã rút lại",
}  # fmt: skip
OUTCOMES = {
    "dismiss": "Không cần xử lý", "merge": "Gộp vào vụ việc khác", "refer": "Đã chuyển cơ quan có thẩm quyền", "joined": "Gộp vào vụ việc khác",
    "no_response": "Không phản hồi", "close": "Đã kết thúc", "corrected": "Đã cải chính",
    "partly_corrected": "Cải chính một phần", "not_corrected": "Chưa cải chính", "unreachable": "Không liên hệ được",
    "resolved": "Đã giải quyết",
}  # fmt: skip
RESPONSES = {
    "reply_to_press": "Trả lời báo chí", "ask_correction": "Đề nghị cải chính", "rebuttal": "Bài phản bác",
    "absorb": "Tiếp thu, khắc phục", "warn_public": "Cảnh báo người dân", "none": "Không phản hồi",
}  # fmt: skip
RESULTS = {
    "sent": "Đã gửi", "answered": "Đã trả lời", "corrected": "Đã cải chính", "partly": "Cải chính một phần",
    "not_corrected": "Chưa cải chính", "unreachable": "Không liên hệ được", "fixed": "Đã khắc phục",
}  # fmt: skip
CHANNELS = {"press": "báo chí", "social": "mạng xã hội", "word_of_mouth": "dư luận", "document": "văn bản"}
LANGUAGES = {
    "vi": "Tiếng Việt", "en": "Tiếng Anh", "zh": "Tiếng Trung", "fr": "Tiếng Pháp", "ja": "Tiếng Nhật",
    "ko": "Tiếng Hàn", "ru": "Tiếng Nga", "th": "Tiếng Thái", "lo": "Tiếng Lào", "de": "Tiếng Đức",
    "und": "Chưa xác định",
}  # fmt: skip
SCOPES = {"domestic": "trong nước", "foreign": "nước ngoài"}


def territories(bare: str, joined: tuple[str, ...]) -> dict[str, str]:
    """What the parts of the province are called: the part that bore its present name before a merger (the code
    ``old_laocai``, wherever it is), the parts that were joined to it (``yenbai``), both, the whole."""
    others = ", ".join(joined) or "khác"
    return {
        "old_laocai": f"Địa bàn {bare or 'tỉnh'} cũ",
        "yenbai": f"Địa bàn {others} cũ",
        "both": "Cả hai địa bàn",
        "new": "Nói chung về tỉnh",
        "unknown": "Chưa xác định địa bàn",
    }


def period(from_on: date, to_on: date) -> str:
    """What an office calls the range: "tuần 47 năm 2026", "tháng 11 năm 2026", "6 tháng đầu năm 2026", or its days."""
    if from_on.weekday() == 0 and (to_on - from_on).days == 6:
        year, week, _ = from_on.isocalendar()
        return f"tuần {week:02d} năm {year}"
    ends_month = (to_on + timedelta(days=1)).day == 1
    if from_on.day == 1 and ends_month and from_on.year == to_on.year:
        if from_on.month == to_on.month:
            return f"tháng {from_on.month} năm {from_on.year}"
        match from_on.month, to_on.month:
            case 1, 12:
                return f"năm {from_on.year}"
            case 1, 6:
                return f"6 tháng đầu năm {from_on.year}"
            case 7, 12:
                return f"6 tháng cuối năm {from_on.year}"
            case first, last if last - first == 2 and first % 3 == 1:
                return f"quý {('I', 'II', 'III', 'IV')[first // 3]} năm {from_on.year}"
    if from_on == to_on:
        return f"ngày {from_on:%d/%m/%Y}"
    return days(from_on, to_on)


def days(from_on: date, to_on: date) -> str:
    """The range in full: "từ ngày 16/11/2026 đến ngày 22/11/2026"."""
    if from_on == to_on:
        return f"ngày {from_on:%d/%m/%Y}"
    return f"từ ngày {from_on:%d/%m/%Y} đến ngày {to_on:%d/%m/%Y}"


def written_date(place: str, on: date | None, *, year: int) -> str:
    """Decree 30's place and date: days below ten and the months 1 and 2 are padded. Without a day the places of day
    and month stay blank before ``year``."""
    if on is None:
        blank = "\u00a0" * 8
        return f"{place}, ngày{blank}tháng{blank}năm {year}"
    month = f"{on.month:02d}" if on.month < 3 else str(on.month)
    return f"{place}, ngày {on.day:02d} tháng {month} năm {on.year}"


def written_number(number: int | None, symbol: str) -> str:
    """Decree 30's number: below ten padded, no spaces around the slash; blank before the văn thư gives one."""
    given = "\u00a0" * 8 if number is None else f"{number:02d}"
    return f"Số: {given}/{symbol or '…'}"
