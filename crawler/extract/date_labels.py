"""Labels of visible dates: the words and class names by which a date's role is told, in the languages of the catalogue."""

import re

HINT = re.compile(
    r"\d{1,2}\s?[/\-.]\s?\d{1,2}\s?[/\-.]\s?\d{2}|\d{4}\s?[年년/\-.]|tháng|(?<!\d)(?:19|20|25)\d\d(?!\d)|[๐-๙໐-໙០-៩]{2}|[〇零一二三四五六七八九十]年",
    re.IGNORECASE,
)
PUBLISHED = re.compile(
    r"(?:ngày|giờ|thời gian|đăng|lúc)\s?(?:đăng|xuất bản|phát hành|đưa tin|tạo|gửi|viết)|xuất bản|đăng (?:lúc|ngày|tải)|(?<!\w)đăng\s?:|ngày\s?:\s?$|posted|published|publish(?:ed)? (?:on|date)|"
    r"date\s?:|publi[ée]|mis en ligne|veröffentlicht|erstellt|发布|發布|发表|時間|时间|公開|掲載|配信|등록|입력|기사입력|송고|เผยแพร่|ວັນທີ|ເຜີຍແຜ່|diterbitkan|publicado",
    re.IGNORECASE,
)
UPDATED = re.compile(
    r"cập nhật|sửa (?:lần cuối|đổi)|chỉnh sửa|updated?|modified|edited|mis à jour|actualisé|modifié|aktualisiert|stand\s?:|更新|最終|修正|수정|แก้ไข|อัปเดต|อัพเดท|diperbarui|actualizado|atualizado",
    re.IGNORECASE,
)
LAST_CHANGE = re.compile(
    r"lần cuối|chỉnh sửa|sửa đổi|last (?:updated|modified|edited|reviewed)|modified|edited|dernière|modifié|最終|修正|수정|แก้ไข", re.IGNORECASE
)  # fmt: skip
EVENT = re.compile(
    r"(?:^|[\s\-–*•(])(?:thời gian(?! (?:đăng|xuất bản|cập nhật|phát hành))|thời hạn|hạn (?:nộp|chót|cuối)|bắt đầu|kết thúc|khai mạc|bế mạc|khai trương|khởi công|khánh thành|diễn ra|tổ chức|lịch|chương trình|phát sóng|lên sóng|ngày thi|"
    r"ngày sinh|sinh ngày|mất ngày|từ ngày|đến ngày|đến hết|vào (?:lúc|hồi|ngày)|kể từ|dự kiến|hiệu lực|ban hành|số \d+[/\-]\S+|nghị quyết|quyết định|công văn|thông tư|căn cứ|ký ngày|cấp ngày|mở bán|khởi hành|"
    r"giờ (?:cắt|ngừng|mất|tạm ngừng)|tạm ngừng|ngừng cấp|cúp điện|cắt điện|địa điểm|kính mời|mời (?:bà con|quý|các)|"
    r"time|when|starts?|begins?|ends?|opening|closing|kick-?off|deadline|due|valid|until|from|to|event|broadcast|aired?|air date|born|died|date of birth|effective|"
    r"début|fin|du|au|jusqu'au|horaires?|beginn|ende|bis|von|termin|活动时间|活動時間|开始|開始|截止|日時|放送|放映|방송|일시|기간|마감|วันจัด|เริ่ม|สิ้นสุด)\s*[:：]?",
    re.IGNORECASE,
)
LICENCE = re.compile(
    r"giấy phép|gp-|©|copyright|bản quyền|all rights|issn|phiên bản|version|tải về|download|lượt truy cập|được cấp|số\s?:?\s?\d+/gp", re.IGNORECASE
)  # fmt: skip
DATE_NAMES = {
    "date", "time", "datetime", "ngay", "ngaydang", "ngayxuatban", "publish", "published", "publishdate", "pubdate", "posted", "postdate", "thoigian",
    "meta", "capnhat", "timestamp", "dateline", "updated", "info", "publishtime", "created", "createdate", "datepublished", "newsdate", "postmeta",
}  # fmt: skip
FRAME_NAMES = {
    "header", "top", "topbar", "topheader", "headertop", "banner", "masthead", "navbar", "nav", "menu", "clock", "toolbar", "mainnav", "currentdate",
    "today", "homnay", "dongho", "datetop", "topdate", "headertime", "headerdate", "sitetime", "datenow", "currenttime", "weather", "thoitiet", "hd",
}  # fmt: skip
FRAME_PARTS = re.compile(
    r"current-?(?:date|time)|date-?(?:now|today|top)|today|top-?(?:bar|date|time|header)|header-?(?:date|time|top)|site-?header|main-?menu|dong-?ho|hom-?nay|live-?clock",
    re.IGNORECASE,
)
RELATED_NAMES = {
    "sidebar", "aside", "related", "relate", "lienquan", "tinlienquan", "tinmoi", "latest", "popular", "docnhieu", "xemnhieu", "mostread", "widget",
    "tinkhac", "cungchuyenmuc", "recommend", "suggest", "trending", "boxnews", "listnews", "othernews", "morenews", "hotnews", "list",
}  # fmt: skip
