"""The words for codes: every code that a page shows has its label here and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Flask
from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from review_ui.web import i18n
from review_ui.web.file_labels import MARKS, READINGS
from review_ui.web.form_labels import FORM_FIELDS
from review_ui.web.model_labels import CARD, METRICS, MODEL_STATES, MODELS, SHOWN_BY

ROLES = {
    "monitor": _("Theo dõi"),
    "verifier": _("Thẩm định"),
    "approver": _("Duyệt"),
    "leader": _("Lãnh đạo"),
    "admin": _("Quản trị"),
}
STATES = {
    "flagged": _("Mới đánh dấu"),
    "triage": _("Đang phân loại"),
    "verify": _("Đang xác minh"),
    "waiting": _("Đang hỏi, chờ bên khác trả lời"),
    "decide": _("Chờ duyệt"),
    "respond": _("Cần phản hồi"),
    "publish": _("Chờ công bố"),
    "published": _("Đã công bố"),
    "follow_up": _("Theo dõi tiếp"),
    "closed": _("Đã đóng"),
}
# What a person can do to a case, as it stands on the button.
ACTIONS = {
    "take": _("Nhận"),
    "release": _("Trả lại hàng đợi"),
    "dismiss": _("Bỏ qua"),
    "escalate": _("Cần xác minh"),
    "route_critical": _("Phản ánh cần trả lời"),
    "merge": _("Gộp vào sự việc khác"),
    "propose": _("Đề xuất kết luận"),
    "need_info": _("Hỏi thêm, chờ trả lời"),
    "refer": _("Chuyển nơi khác"),
    "resume": _("Tiếp tục xác minh"),
    "approve": _("Duyệt"),
    "return": _("Trả lại"),
    "split": _("Cần người thứ ba"),
    "to_publish": _("Chuyển công bố"),
    "answered": _("Đã phản hồi"),
    "no_response": _("Không cần phản hồi"),
    "publish": _("Công bố"),
    "follow": _("Theo dõi tiếp"),
    "correct": _("Đính chính"),
    "withdraw": _("Rút lại"),
    "close": _("Đóng"),
    "reopen": _("Mở lại"),
    "undo": _("Hoàn tác"),
    "join": _("Sự việc được gộp vào sự việc khác"),
    "come_back": _("Có tin mới, tự trở lại"),
}
# Why a closed event came back (classifier/events/news_after_closing.py).
NEWS_REASONS = {
    "death": _("Có người chết"),
    "new_harm": _("Có loại thiệt hại khác"),
    "criticism": _("Có phản ánh"),
    "refutation": _("Có bài bác bỏ"),
    "higher_band": _("Mức dấu hiệu tăng"),
    "outlets": _("Thêm nhiều báo đưa tin"),
}
SIGNALS = {
    "check": _("Cần kiểm chứng"),
    "harm": _("Thiên tai, tai nạn, vụ việc"),
    "criticism": _("Phản ánh, phê bình"),
    "rebuttal": _("Bác bỏ tin sai"),
}
BANDS = {"low": _("thấp"), "medium": _("vừa"), "high": _("cao")}
RELEVANCE = {
    "core": _("Nói về tỉnh"),
    "mention": _("Có nhắc đến tỉnh"),
    "none": _("Không liên quan"),
}
STANCES = {"favourable": _("Tích cực"), "neutral": _("Trung tính"), "critical": _("Phê bình")}
# Inside words; the public label comes from the dated label table of the catalogue.
VERDICTS = {
    "unrated": _("Chưa kết luận"),
    "withdrawn": _("Đã rút lại"),
    "authentic": _("Tin xác thực"),
    "partly_false": _("Tin sai sự thật"),
    "fabricated": _("Tin giả"),
    "accurate": _("Thông tin đúng"),
    "not_checkable": _("Ý kiến, không kiểm chứng được"),
    "insufficient": _("Chưa đủ căn cứ"),
}
# What the shipped catalogue names as the ground of a deadline (db/catalogues/vietnam/deadlines.csv); shown by `in_words`.
GROUNDS = (
    _("Đề nghị của phần mềm, không phải quy định; cơ quan tự đặt"),
    _("Luật Báo chí 2016, Điều 39"),
    _("Luật Báo chí 2025 (số ngày chưa tìm thấy)"),
    _("Luật Báo chí 2016, Điều 42 (thời hạn theo loại hình chưa tìm thấy)"),
    _("Luật Báo chí 2025 (thời hạn chưa tìm thấy)"),
    _(
        "Nghị định 09/2017/NĐ-CP, Điều 6 (thời hạn chưa tìm thấy; văn bản trước đó ghi 1 ngày; có dự thảo thay thế tháng 3/2026)"
    ),
)
EVIDENCE = {
    "primary": _("Tài liệu gốc"),
    "first_hand": _("Nguồn trực tiếp"),
    "press": _("Bài báo"),
    "expert": _("Ý kiến chuyên môn"),
    "agency_statement": _("Phát biểu của cơ quan"),
    "archived_item": _("Bản lưu của tin bị nghi"),
    "other": _("Khác"),
}
CHANNELS = {
    "press": _("Báo chí"),
    "social": _("Mạng xã hội"),
    "word_of_mouth": _("Truyền miệng"),
    "document": _("Văn bản"),
}
RELATIONS = {
    "asserts": _("khẳng định"),
    "repeats": _("nhắc lại"),
    "refutes": _("bác bỏ"),
    "differs": _("nói con số khác"),
    "unrelated": _("không liên quan"),
}
SETTLED = (
    "asserts",
    "repeats",
    "refutes",
    "unrelated",
)  # what a person may answer; "differs" is the machine's alone
DECISIONS = {"approve": _("đã duyệt"), "return": _("đã trả lại"), "split": _("cần người thứ ba")}
SCOPES = {"domestic": _("Trong nước"), "foreign": _("Nước ngoài")}
LANGUAGES = {
    "vi": _("Tiếng Việt"),
    "en": _("Tiếng Anh"),
    "zh": _("Tiếng Trung"),
    "fr": _("Tiếng Pháp"),
    "ja": _("Tiếng Nhật"),
    "ko": _("Tiếng Hàn"),
    "ru": _("Tiếng Nga"),
    "de": _("Tiếng Đức"),
    "und": _("Chưa rõ"),
}
# The national centre's eight fields, wording unchanged (tingia.gov.vn, seen in November 2026).
FIELDS = {
    "policy-law": _("Chính sách, pháp luật"),
    "economy-finance": _("Kinh tế, tài chính"),
    "health": _("Y tế; sản phẩm y tế"),
    "disaster-epidemic": _("Thiên tai, dịch bệnh"),
    "security-order": _("An ninh quốc gia, trật tự an toàn xã hội"),
    "fake-account": _("Tài khoản giả mạo"),
    "scam-link": _("Đường link lừa đảo"),
    "other": _("Lĩnh vực khác"),
}
ARTICLE_STATES = {"live": _("còn trên mạng"), "gone": _("đã gỡ")}
SIGHTING_CONFIDENCE = {"high": _("cao"), "medium": _("vừa"), "low": _("thấp")}
SOURCE_STATES = {"enabled": _("đang theo dõi"), "paused": _("tạm dừng"), "to_probe": _("chờ thử")}
HEALTH = {
    "ok": _("tốt"),
    "failing": _("lỗi"),
    "silent": _("im lặng"),
    "volume": _("bất thường"),
    "empty": _("rỗng"),
    "unprobed": _("chưa thử"),
}
DIFFERENCES = {
    "figure": _("Con số"),
    "number": _("Con số"),
    "name": _("Tên"),
    "place": _("Địa điểm"),
    "time": _("Thời gian"),
    "date": _("Thời gian"),
    "quote": _("Trích dẫn"),
}
ANSWERS = {
    "rebuttal": _("Bác bỏ công khai"),
    "reply": _("Trả lời báo"),
    "ask_correction": _("Đề nghị báo cải chính"),
    "absorb": _("Tiếp thu và khắc phục"),
    "warn_public": _("Cảnh báo người dân"),
}
OUTCOMES = {
    "source_corrected": _("Nguồn đã sửa"),
    "source_partly": _("Nguồn sửa một phần"),
    "source_not": _("Nguồn không sửa"),
    "source_unreachable": _("Không liên hệ được nguồn"),
    "answered": _("Đã trả lời xong"),
    "not_ours": _("Không thuộc tỉnh"),
    "other": _("Khác"),
}
CATALOGUE = {
    "settings": _("Cài đặt"),
    "holidays": _("Ngày nghỉ"),
    "deadlines": _("Thời hạn"),
    "labels": _("Nhãn công khai"),
    "terms": _("Từ điển dấu hiệu"),
    "fields": _("Lĩnh vực"),
    "topics": _("Chủ đề"),
    "roles": _("Vai trò của cơ quan"),
    "agencies": _("Cơ quan"),
    "rules": _("Luật nhận địa danh"),
    "traps": _("Tên dễ nhầm"),
    "sightings": _("Địa chỉ nguồn đã thấy"),
    "changes": _("Báo chuyển, sáp nhập, đóng"),
    "exonyms": _("Tên nước ngoài"),
    "landmarks": _("Địa danh khác"),
    "places": _("Đơn vị hành chính"),
}
# What a rule of the classifier looks for (the part of its code after the signal).
RULES = {
    "complaint": _("người dân phản ánh"),
    "failure": _("công trình, dịch vụ hỏng hoặc chậm"),
    "wrongdoing": _("sai phạm"),
    "accused": _("người có chức vụ bị nêu sai phạm"),
    "an office-holder accused": _("người có chức vụ bị nêu sai phạm"),
    "who complains": _("người phản ánh"),
    "a former office-holder": _("người từng giữ chức vụ"),
    "opinion": _("bình luận, ý kiến"),
    "crime": _("vụ việc hình sự"),
    "accident": _("tai nạn"),
    "disaster": _("thiên tai"),
    "death": _("có người chết"),
    "injury": _("có người bị thương, mất tích"),
    "judicial": _("khởi tố, xét xử"),
    "health": _("sức khỏe, dịch bệnh"),
    "denial": _("lời bác bỏ"),
    "handled": _("cơ quan đã xử lý người đưa tin sai"),
    "policy": _("nói chung về phòng chống tin sai"),
    "word": _("nhắc đến tin sai"),
    "rumour": _("tin đồn"),
    "unnamed": _("nguồn không nêu tên"),
    "social": _("dẫn từ mạng xã hội"),
    "hedge": _("lời nói chưa chắc chắn"),
    "confirmed": _("đã được xác nhận"),
    "the title asks": _("tiêu đề đặt câu hỏi"),
    "headline and body differ": _("tiêu đề khác nội dung"),
    "figures disagree": _("số liệu trong bài không khớp nhau"),
    "an old day called today": _("việc cũ nói như mới"),
    "learned from the harvest": _("từ ngữ máy học được"),
    "posted": _("có người bị xử lý vì đăng tin"),
    "near a claim found false": _("gần với điều đã được xác minh là sai"),
    "removed later": _("bài đã bị gỡ"),
    "corrected later": _("báo đã đính chính"),
    "refuted by another": _("nơi khác bác bỏ sau đó"),
    "reported by the public": _("người dân phản ánh bài này"),
    "told by one outlet alone": _("chỉ một cơ quan báo chí đưa tin"),
    "difference.figure": _("số liệu mỗi nơi một khác"),
    "difference.name": _("tên người mỗi nơi một khác"),
    "difference.time": _("thời điểm mỗi nơi một khác"),
}
# Where the time of publication was read.
DATED_BY = {
    "json-ld": _("dữ liệu của trang (JSON-LD)"),
    "meta": _("thẻ thông tin của trang"),
    "feed": _("nguồn cấp tin RSS"),
    "url": _("địa chỉ của bài"),
    "text": _("chữ trên trang"),
}
# The groups that sources are shipped with; staff's own groups are shown as typed.
SOURCE_GROUPS = {
    "aggregator": _("trang tổng hợp"),
    "broadcaster": _("đài phát thanh, truyền hình"),
    "demo": _("bản dùng thử"),
    "magazine": _("tạp chí"),
    "news-agency": _("hãng thông tấn"),
    "newspaper": _("báo"),
    "official-portal": _("cổng thông tin điện tử"),
    "social-page": _("trang mạng xã hội"),
    "search": _("tìm kiếm"),
}
# What people write into a case, in its history.
CASE_LOG = {
    "claim": _("Ghi thông tin cần kiểm chứng"),
    "evidence": _("Thêm bằng chứng"),
    "withdrawn": _("Rút bằng chứng"),
    "attempt": _("Đã liên hệ"),
    "relation": _("Xác nhận quan hệ của bài"),
    "note": _("Ghi chú"),
}
# What staff may ask to be done with the articles of an event.
CORRECTIONS = {
    "split": _("Tách các bài đã chọn"),
    "move": _("Chuyển các bài đã chọn sang sự việc khác"),
    "merge": _("Gộp cả sự việc vào sự việc khác"),
}
# Ready answers to "why": one key or one tap, editable afterwards.
DISMISS_REASONS = {
    "not_local": _("Không liên quan đến tỉnh"),
    "routine": _("Tin thường, không cần xử lý"),
    "rebuttal": _("Tin bác bỏ, đính chính"),
    "duplicate": _("Đã xử lý ở sự việc khác"),
    "opinion": _("Ý kiến, không có điều kiểm chứng"),
}
TABLES: dict[str, dict[str, LazyString]] = {
    "role": ROLES,
    "dated_by": DATED_BY,
    "model": MODELS,
    "model_state": MODEL_STATES,
    "shown_by": SHOWN_BY,
    "metric": METRICS,
    "card": CARD,
    "source_group": SOURCE_GROUPS,
    "state": STATES,
    "action": ACTIONS,
    "signal": SIGNALS,
    "band": BANDS,
    "relevance": RELEVANCE,
    "stance": STANCES,
    "verdict": VERDICTS,
    "evidence": EVIDENCE,
    "channel": CHANNELS,
    "relation": RELATIONS,
    "case_log": CASE_LOG,
    "reading": READINGS,
    "mark": MARKS,
    "decision": DECISIONS,
    "scope": SCOPES,
    "language": LANGUAGES,
    "field": FIELDS,
    "article": ARTICLE_STATES,
    "source": SOURCE_STATES,
    "confidence": SIGHTING_CONFIDENCE,
    "health": HEALTH,
    "difference": DIFFERENCES,
    "news_reason": NEWS_REASONS,
    "dismiss_reason": DISMISS_REASONS,
    "correction": CORRECTIONS,
    "rule": RULES,
    "catalogue": CATALOGUE,
    "answer": ANSWERS,
    "outcome": OUTCOMES,
    "form_field": FORM_FIELDS,
}


def label(table: str, code: str | None) -> str:
    """The word for a code; the code itself when it is staff's own (a catalogue name, a new rule)."""
    if code is None:
        return ""
    found = TABLES[table].get(code)
    if found is None:
        return str(code)
    key = (table, code, i18n.reader())
    if key not in _SAID:
        _SAID[key] = str(found)
    return _SAID[key]


# words already looked up, by language: as many as the tables hold, and a page asks for hundreds
_SAID: dict[tuple[str, str, str], str] = {}


def rule(code: str | None) -> str:
    """What a rule looks for, in words; a rule's code is ``signal: kind``."""
    return label("rule", (code or "").partition(": ")[2] or (code or ""))


def rule_words(codes: Iterable[str]) -> str:
    """Rules in words, each once, joined by commas."""
    return ", ".join(dict.fromkeys(rule(code) for code in codes))


def register(app: Flask) -> None:
    """Gives the templates ``label(table, code)`` and the tables themselves for lists of choices."""
    app.jinja_env.globals.update(
        label=label,
        labels=TABLES,
        rule=rule,
        rule_words=rule_words,
    )
