"""The words of /models: states, figures, and the sentences that a model card is made with."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

MODELS = {"rules": _("theo quy tắc")}
MODEL_STATES = {"challenger": _("thử nghiệm"), "champion": _("đang dùng"), "retired": _("đã thôi dùng")}
# Why an event was put before people.
SHOWN_BY = {
    "rule": _("máy nêu theo dấu hiệu"),
    "priority": _("xem thêm: điểm cao nhất"),
    "uncertainty": _("xem thêm: máy phân vân"),
    "audit": _("bốc ngẫu nhiên"),
    "report": _("người dân phản ánh"),
}
METRICS = {
    "priority_average_precision": _("Xếp hạng sự việc cần xem (độ chính xác trung bình)"),
    "priority_auc": _("Phân biệt sự việc cần xem (AUC)"),
    "criticism_auc": _("Phân biệt bài phê bình (AUC)"),
    "criticism_precision": _("Trong bài máy coi là phê bình, tỷ lệ đúng"),
    "criticism_recall": _("Trong bài phê bình, tỷ lệ máy nhận ra"),
    "criticism_ece": _("Sai lệch giữa điểm phê bình và thực tế (ECE)"),
}
# The classifier writes these sentences into the card in English; a sentence not listed is shown as written.
CARD = {
    "rescuers praised and roads reopened may still read as harm": _(
        "Tin khen người cứu nạn, tin thông đường trở lại có thể bị đọc thành thiệt hại"
    ),
    "a forecast with many words of damage may read as harm": _(
        "Bản tin dự báo có nhiều từ về thiệt hại có thể bị đọc thành thiệt hại"
    ),
    "complaints told without a word of complaint, as a travel note or a portrait, are missed": _(
        "Lời phàn nàn kể không bằng từ ngữ phàn nàn (ghi chép du lịch, chân dung) bị bỏ sót"
    ),
    "long texts that name an old scandal in passing may read as criticism": _(
        "Bài dài nhắc thoáng qua vụ việc cũ có thể bị đọc thành phê bình"
    ),
    "Chinese, French, Korean and Japanese rest on short word lists and were measured on few texts": _(
        "Tiếng Trung, Pháp, Hàn, Nhật dựa vào danh sách từ ngắn và mới đo trên ít bài"
    ),
    "as evidence that anything is true or false": _("Làm bằng chứng rằng điều gì đúng hay sai"),
    "to judge, list or rank persons, authors or outlets": _(
        "Đánh giá, lập danh sách hay xếp hạng cá nhân, tác giả, cơ quan báo chí"
    ),
    "to delay, hide or punish publication": _("Làm chậm, che giấu hay xử phạt việc đăng tin"),
    "stance or criticism as a reason for the needs-checking signal": _(
        "Lấy thái độ hay nội dung phê bình làm lý do đòi kiểm chứng"
    ),
}
