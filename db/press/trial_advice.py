"""What the outcome of a trial means and what to do about it, in Vietnamese and English: for screens, lists and exports."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """The outcome in a few words, and the step that mends it."""

    why: str
    do: str
    why_en: str
    do_en: str


def _advice(why: str, do: str, why_en: str, do_en: str) -> Advice:
    return Advice(why=why, do=do, why_en=why_en, do_en=do_en)


_OTHER_ADDRESS = ("Tìm địa chỉ RSS, sitemap hoặc chuyên mục khác của báo và thêm vào nguồn.",
                  "Look for another feed, sitemap or section of the paper and add it to the source.")  # fmt: skip
_RETRY = (
    "Thử lại sau một ngày; vẫn lỗi thì hỏi tòa soạn.",
    "Try again in a day; if it still fails, ask the paper.",
)
_BY_HAND = ("Không vượt rào chắn: liên hệ tòa soạn xin mở cho máy của cơ quan, trong lúc đó nhập tay.",
            "A barrier is not got round: ask the paper to let the office's machine in, enter articles by hand meanwhile.")  # fmt: skip

ADVICE: dict[str, Advice] = {
    "works": _advice("đọc được", "Không phải làm gì.", "works", "Nothing to do."),
    "old": _advice("đọc được nhưng bài mới nhất đã cũ", "Xem báo còn hoạt động hay đã chuyển địa chỉ; bật tay nếu vẫn cần.",
                   "works, but its newest article is old", "See whether the paper still publishes; enable it by hand if it is wanted."),
    "name": _advice("không tìm thấy tên miền", "Kiểm tra tên miền: báo có thể đã đổi tên hoặc sáp nhập.",
                    "the host name is not known", "Check the host: the paper may have moved or merged."),
    "refused": _advice("máy chủ không trả lời", *_RETRY[:1], "nobody answers there", _RETRY[1]),
    "timeout": _advice("máy chủ trả lời quá chậm", *_RETRY[:1], "the server is too slow", _RETRY[1]),
    "broken": _advice("kết nối bị đứt", *_RETRY[:1], "the connection broke", _RETRY[1]),
    "cut": _advice("trang chỉ tải được một phần", *_RETRY[:1], "answers are cut off", _RETRY[1]),
    "asked": _advice("máy chủ yêu cầu tạm ngừng", *_RETRY[:1], "the server asks for a pause", _RETRY[1]),
    "robots": _advice("robots.txt của báo không cho phép đọc", "Tôn trọng quy định của báo: xin phép tòa soạn, hoặc nhập tay.",
                      "robots.txt closes it", "Respect it: ask the paper for permission, or enter articles by hand."),
    "unreachable": _advice("máy chủ không trả lời (robots.txt không đọc được)", *_RETRY[:1], "nobody answers (robots.txt cannot be read)", _RETRY[1]),
    "challenge": _advice("trang chỉ hiện bước kiểm tra chống truy cập tự động", _BY_HAND[0], "a challenge page stands before it", _BY_HAND[1]),
    "teaser": _advice("báo chỉ cho người trả phí đọc toàn bài", "Đăng ký mua báo rồi nhập tay bài cần, hoặc chỉ theo dõi tiêu đề.",
                      "only subscribers read whole articles", "Subscribe and enter what is needed by hand, or follow headlines only."),
    "moved": _advice("chuyển hướng sang tên miền khác", "Báo đã chuyển hoặc sáp nhập: bấm “Chuyển sang địa chỉ mới”, hoặc ghi là đã sáp nhập.",
                     "leads to another host", "The paper moved or merged: 'kiemtin sources move ID URL' or 'kiemtin sources merge ID INTO'."),
    "certificate": _advice("chứng thư số của máy chủ không hợp lệ", "Báo cho tòa soạn; không đọc qua kết nối như vậy.",
                           "the server's certificate does not hold", "Tell the paper; nothing is read over such a connection."),
    "loop": _advice("chuyển hướng vòng tròn", *_OTHER_ADDRESS[:1], "redirects in a circle", _OTHER_ADDRESS[1]),
    "redirect": _advice("chuyển hướng tới địa chỉ không đọc được", *_OTHER_ADDRESS[:1], "redirects to nowhere", _OTHER_ADDRESS[1]),
    "gate": _advice("địa chỉ không thuộc nguồn này", "Thêm tên miền vào nguồn nếu đúng là của báo.", "the address is not the source's",
                    "Add the host to the source if it is the paper's own."),
    "too_large": _advice("trang quá lớn", *_OTHER_ADDRESS[:1], "the page is too large", _OTHER_ADDRESS[1]),
    "no_address": _advice("chưa có địa chỉ nào để đọc", *_OTHER_ADDRESS[:1], "no address is known", _OTHER_ADDRESS[1]),
    "empty": _advice("danh sách trống", *_OTHER_ADDRESS[:1], "the list is empty", _OTHER_ADDRESS[1]),
    "not_a_feed": _advice("địa chỉ RSS trả về trang thường", *_OTHER_ADDRESS[:1], "the feed address shows a page", _OTHER_ADDRESS[1]),
    "no_article": _advice("trang không có bài viết đọc được", *_OTHER_ADDRESS[:1], "no article could be read", _OTHER_ADDRESS[1]),
    "key": _advice("khóa API bị từ chối", "Kiểm tra khóa trong Quản trị → Danh mục → youtube.key.", "the interface refused the key",
                   "Check the key in the setting youtube.key."),
    "quota": _advice("đã dùng hết hạn mức API hôm nay", "Chờ sang ngày mới (giờ Thái Bình Dương) hoặc xin thêm hạn mức.",
                     "today's quota of the interface is spent", "Wait for the next day (Pacific time) or ask for more quota."),
    "unforeseen": _advice("lỗi của hệ thống, đã ghi nhật ký", "Gửi nhật ký cho người bảo trì rồi thử lại.", "a fault of ours, logged",
                          "Send the log to the maintainers and try again."),
    "untried": _advice("chưa thử", "Bấm “Thử tất cả”.", "not tried yet", "Run 'kiemtin sources try --untried'."),
}  # fmt: skip


def advice(code: str | None) -> Advice:
    """The advice for an outcome; ``http_403`` and the like by their class."""
    code = code or "untried"
    if code in ADVICE:
        return ADVICE[code]
    status = code.removeprefix("http_")
    if not status.isdigit():
        return ADVICE["no_article"]
    do, do_en = (
        _BY_HAND if status in ("401", "402", "403", "451") else _RETRY if status[0] == "5" else _OTHER_ADDRESS
    )
    return _advice(f"máy chủ trả lời {status}", do, f"the server answers {status}", do_en)
