"""Bylines as text: the persons that a line such as "Bài, ảnh: A - B (Lào Cai)" names as its writers.

A line is cut at role words; what stands after a writer's role (or after none) is parted into persons, and each part is
freed of dates, places, agencies and contact data. Outlets, agencies, desks, account names and picture credits are nobody.
Conventions are those of Vietnamese, English, French, Chinese, Japanese and Korean papers (written down 2026-11-29).
"""

from __future__ import annotations

import re
from collections.abc import Collection

LONGEST_NAME = 60  # letters
MOST_WORDS = 6
MOST_PEOPLE = 10
LONGEST_LINE = 400  # letters of a byline that are read

_SURNAMES_TEXT = (
    "nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý đào đoàn vương trịnh trương đinh lâm phùng mai tô "
    "hà tạ cao chu châu thái tống quách lương la lò vàng giàng sùng thào má ma lù tẩn vừ hầu cư lầu mùa tráng thền nông triệu "
    "bàn lục sầm quàng cầm đèo hảng hạng lừu chảo phàn vi viên kiều thạch kim danh ksor âu ân an bạch bế cù doãn diệp đàm đồng "
    "giang giáp hàn hứa khổng khúc khuất kha lại liễu lưu lã lữ mạc mạnh ninh nghiêm ngụy nhữ ông ôn phí phó quản quan tăng "
    "tiêu tôn từ tưởng thân thiều tào ung uông vĩnh văn xa yên lăng thẩm hoa lộc sử điền giả mã vàng sìn lồ tải hảng cứ chang"
)
_SURNAMES = frozenset(_SURNAMES_TEXT.split())

_WRITER = (
    r"bài(?: viết)?|tin(?: bài)?|(?:nhóm )?(?:phóng viên|tác giả)|nhóm thực hiện|p\.?v|nhà báo|cộng tác viên|ctv|btv|biên tập viên|người viết|thực hiện|nội dung|"
    r"ghi chép|chùm ảnh|phóng sự(?: ảnh)?|ký sự|bút ký|tản văn|truyện ngắn|thơ|ghi|tổng hợp|lược dịch|biên dịch|dịch|lược thuật|biên soạn|bởi|"
    r"(?:được )?viết bởi|đăng bởi|(?:written|words|reported|story|reporting|text|posted|report)(?: by)?|by|authors?|writer|reporter|correspondent|"
    r"staff writer|(?:écrit |publié )?par|texte|auteur|autor|von|por|(?:本报|本网|本社|特约|见习|实习|全媒体)?(?:记者|記者)|通讯员|作者|撰文|撰稿|采写|撰稿人|文字|文|图文|取材|取材・文|執筆|筆者|文責|ライター|글|취재|(?:เขียน|รายงาน|ข่าว)?โดย|ผู้เขียน|ผู้สื่อข่าว|ໂດຍ|ຂ່າວ|ដោយ|автор|текст|oleh|penulis|testo"
)
_VIA = r"theo|dẫn theo|dẫn|via"
_OTHERS = (
    r"ảnh(?: minh họa| minh hoạ| tư liệu)?|hình(?: ảnh| minh họa)?|nguồn(?: ảnh| tin| bài)?|đồ họa|đồ hoạ|thiết kế|trình bày|kỹ thuật|quay phim|dựng(?: phim)?|"
    r"video|clip|infographic|biên tập|hiệu đính|kiểm duyệt|liên hệ|email|điện thoại|(?:người )?chịu trách nhiệm|cố vấn|minh họa|minh hoạ|giọng đọc|"
    r"photo(?:s|graphs?)?(?: by| credit)?|images?(?: by)?|pictures?(?: by)?|illustrations?|graphics?|sources?|edit(?:ing|ed) by|editor|additional reporting by|"
    r"translat(?:ed|ion) by|translation|credits?|crédit|photographie|traduit par|责任编辑|责编|编辑|編輯|摄影|攝影|图片|图|来源|來源|校对|审核|监制|사진|편집|写真|編集|提供|ภาพ|đạo diễn|lời bình|kịch bản|dẫn chương trình|phát thanh viên|âm thanh"
)
_UNMARKED = (  # roles that need no colon before the name
    r"bởi|(?:được )?viết bởi|phóng viên|p\.?v|nhà báo|cộng tác viên|ctv|btv|tác giả|by|(?:written|words|reported|story|text|posted) by|reporting by|par|écrit par|von|oleh|โดย|ໂດຍ|ដោយ|"
    r"(?:本报|本网|本社|特约|见习|实习|全媒体)?(?:记者|記者)|通讯员|作者|撰文|文|取材・文|取材|執筆|文責|글|취재|글·사진|nhóm phóng viên|nhóm pv"
)
_UNMARKED_OTHERS = r"edit(?:ing|ed) by|additional reporting by|translated by|(?:photos?|images?|pictures?) by|摄影|攝影|责任编辑|责编|编辑"
_AND = r"\s*(?:,|và|&|and|et|–|-|\+|/|・|·)\s*"
_ROLE = rf"(?:{_WRITER}|{_OTHERS})"
_LABEL = re.compile(
    rf"(?<![\w.])(?P<roles>(?:{_ROLE}|{_VIA})(?:{_AND}{_ROLE})*)\s*(?:[:：]|(?<=[一-鿿])[/／|｜・])"
    rf"|(?:^|(?<=[,;|/(\[–—.-])|(?<=[,;|/(\[–—.-]\s)|(?<=[一-鿿]\s)|(?<=và\s))(?:(?P<writer>{_UNMARKED})|(?P<via>{_VIA})|(?P<other>{_UNMARKED_OTHERS}))\.?(?:(?=[\s　]+[\w])|(?<=[者员])(?=[一-鿿]))",
    re.IGNORECASE,
)
_WRITER_ROLE = re.compile(rf"(?<!\w)(?:{_WRITER})(?!\w)", re.IGNORECASE)
_VIA_ROLE = re.compile(rf"(?:{_VIA})", re.IGNORECASE)
_CUT = re.compile(
    r"\s*(?:,|;|/|\||·|•|、|，|&|\+|\n|\s[-–—]+\s|\s[-–—]+|[-–—]+\s|\s(?:và|and|et|und|y|cùng|với|with|và cộng sự)\s)\s*",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"[(\[（【][^()\[\]（）【】]{0,120}[)\]）】]?")
_TIME_WORDS = re.compile(
    r"(?<!\w)(?:(?:thứ\s+(?:hai|ba|tư|năm|sáu|bảy|bẩy|[2-7])|chủ\s+nhật|monday|tuesday|wednesday|thursday|friday|saturday|sunday|lundi|mardi|mercredi|"
    r"jeudi|vendredi|samedi|dimanche|星期.|周[一二三四五六日]|hôm nay|hôm qua|ngày\s+\d|cập nhật|updated|published|posted|đăng ngày|xuất bản|lúc\s+\d|"
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?\s+\d{1,2})(?!\w)|\d).*",
    re.IGNORECASE | re.DOTALL,
)
_MAIL = re.compile(r"\S+@\S+|https?://\S+|@\w+")
_PLACED = re.compile(
    r"\s+(?:từ|tại|thường trú|ở|in|at|from|for|à)\s.*$|\s+(?:reports?|tổng hợp|ghi|thực hiện|lược dịch|biên dịch|dịch|lược ghi|biên soạn|t/h|th)\s*$"
)
_TITLE = re.compile(
    r"^(?:(?:nhóm phóng viên|nhóm pv|mr|mrs|ms|dr|prof|pgs|gs|ths|ts|bs|ls|kts|cn|nsnd|nsưt|nhà báo|nhà văn|nhà thơ|nhạc sĩ|phóng viên|pv|ctv|btv|tác giả|luật sư|bác sĩ|thạc sĩ|tiến sĩ|giáo sư|cộng tác viên)\.?(?:\s+|(?<=\.)))+",
    re.IGNORECASE,
)
_JAPANESE_SURNAMES_TEXT = (
    "佐藤 鈴木 高橋 田中 伊藤 渡辺 山本 中村 小林 加藤 吉田 山田 佐々木 山口 松本 井上 木村 斎藤 清水 山崎 池田 橋本 阿部 石川 山下 中島 石井 小川 前田 "
    "岡田 長谷川 藤田 後藤 近藤 村上 遠藤 青木 坂本 斉藤 福田 太田 西村 藤井 金子 岡本 藤原 中野 三浦 原田 中川 松田 竹内 小野 田村 上田 宮崎 森田 柴田 酒井 工藤 "
    "横山 宮本 内田 高木 安藤 谷口 大野 丸山 今井 河野 藤本 村田 武田 上野 杉山 増田 平野 菅原 久保 松井 千葉 岩崎 桜井 野口 松尾 菊地 野村 新井 渡部 佐野"
)
_JAPANESE_SURNAMES = frozenset(_JAPANESE_SURNAMES_TEXT.split())
_HAN = re.compile(r"[一-鿿·\s　]{2,40}")
_HAN_NAMES = re.compile(r"[一-鿿·]{2,8}")
_AFTER_NAME = re.compile(r"\s*(?:(?:선임|전문)?기자|특파원|논설위원|记者|記者|氏|报道|報道|摄|撮影)$")
_HANGUL_NAME = re.compile(r"(?:^|\s)([가-힣]{2,4})\s*(?:(?:선임|전문)?기자|특파원|논설위원)")

_NOBODY_TEXT = (
    "super user|admin|administrator|root|editor|editors|webmaster|tác giả|author|theo|user|guest|null|none|undefined|unknown|anonymous|staff|"
    "bbt|ban biên tập|btv|pv|p.v|pv.|ctv|nhóm pv|nhóm phóng viên|phóng viên|nhiều tác giả|bạn đọc|tòa soạn|toà soạn|tổng hợp|sưu tầm|ttxvn|"
    "quản trị|quản trị viên|biên tập|biên tập viên|đang cập nhật|internet|mạng|st|t/h|th|n/a|newsroom|news desk|the editors|news|tin tức|"
    "reuters|afp|ap|associated press|xinhua|tân hoa xã|kyodo|yonhap|bloomberg|tass|ria novosti|sputnik|cnn|bbc|vov|vtv|vna|vnexpress|nikkei|"
    "dân trí|tuổi trẻ|thanh niên|tiền phong|lao động|người lao động|nhân dân|quân đội nhân dân|công an nhân dân|hà nội mới|hànộimới|sài gòn giải phóng|"
    "zing|znews|zing news|vietnamnet|vietnamplus|vietnam+|soha|kenh14|kênh 14|cafef|cafebiz|genk|24h|eva|infonet|pháp luật|phụ nữ|phụ nữ việt nam|"
    "đời sống|giao thông|xây dựng|nông nghiệp|người đưa tin|vtc|vtc news|sggp|sggpo|tto|tno|plo|nld|hnm|tri thức trực tuyến|trí thức trẻ|"
    "thời sự|đời sống xã hội|xã hội|kinh tế|thể thao|giải trí|văn hóa|văn hoá|du lịch|giáo dục|sức khỏe|công nghệ|thế giới|chính trị|quốc tế|an ninh|quốc phòng|môi trường|khoa học|trong nước|địa phương|tin tức|tin nóng|phóng sự|xe|bất động sản|nhịp sống|world|politics|business|sport|sports|opinion|culture|travel|health|"
    "công luận|an ninh thủ đô|sức khỏe và đời sống|the guardian|the new york times|washington post|daily mail|guardian|"
    "新华社|新華社|人民网|中新社|央视新闻|本报讯|本网讯|共同通信|時事通信|연합뉴스|hết|end|ảnh|video|clip|photo|nguồn|source|xem thêm|chia sẻ"
)
_NOBODY = frozenset(_NOBODY_TEXT.split("|"))  # fmt: skip
_BODY_STARTS = re.compile(
    r"^(?:báo|đài|tạp chí|tòa soạn|toà soạn|thông tấn|cổng|trang|ubnd|ủy ban|uỷ ban|sở|phòng|trung tâm|bộ|cục|vụ|chi cục|hội|tỉnh|huyện|"
    r"thành phố|xã|phường|văn phòng|phóng viên|biên tập|tác giả|chuyên mục|chương trình|công ty|tập đoàn|trường|bệnh viện|cơ quan|nhóm|học viện|đại học|viện|khoa|lớp|thôn|đội|đồn|trạm|nhà văn|câu lạc bộ|clb|hợp tác xã|htx|chi hội|liên đoàn|mặt trận|hđnd|mttq|thcs|thpt|"
    r"ban (?:biên|quản|tuyên|chỉ|dân|tổ|thời|bạn|kinh|chính|văn|pháp|xây|nội|quốc|thư|điện|đại|khoa|trị))(?!\w)",
    re.IGNORECASE,
)
_BODIES = re.compile(
    r"(?<!\w)(?:ttxvn|thông tấn xã|vov|vtv|online|news|newspaper|times|press|agency|media|tv|radio|công an|pv|báo chí|truyền thông|truyền hình|"
    r"network|group|team|staff|desk|editorial|redaktion|rédaction|copyright|bản quyền|điện tử|express|daily|post|journal|tribune|herald|gazette|"
    r"thông tin|tin tức|thời báo|nhật báo|nhà xuất bản|nxb|blog|magazine|plus|net|com|vn|org|đoàn thanh niên|correspondents?|reporters?|editors?|writers?|contributors?|freelance|bureau)(?!\w)|"
    r"(?:社|网|網|报|報|新聞|新闻|晚报|日报|台|편집국|뉴스|일보)$",
    re.IGNORECASE,
)
_PROVINCES_TEXT = (
    "an giang|bà rịa - vũng tàu|bà rịa|vũng tàu|bắc giang|bắc kạn|bạc liêu|bắc ninh|bến tre|bình định|bình dương|bình phước|bình thuận|cà mau|cần thơ|cao bằng|"
    "đà nẵng|đắk lắk|đắk nông|điện biên|đồng nai|đồng tháp|gia lai|hà giang|hà nam|hà nội|hà tĩnh|hải dương|hải phòng|hậu giang|hòa bình|hoà bình|hưng yên|"
    "khánh hòa|khánh hoà|kiên giang|kon tum|lai châu|lâm đồng|lạng sơn|lào cai|long an|nam định|nghệ an|ninh bình|ninh thuận|phú thọ|phú yên|quảng bình|"
    "quảng nam|quảng ngãi|quảng ninh|quảng trị|sóc trăng|sơn la|tây ninh|thái bình|thái nguyên|thanh hóa|thanh hoá|huế|thừa thiên huế|thừa thiên - huế|"
    "tiền giang|tp hồ chí minh|tp.hcm|tphcm|tp. hồ chí minh|hồ chí minh|sài gòn|trà vinh|tuyên quang|vĩnh long|vĩnh phúc|yên bái|sa pa|bát xát|bắc hà|"
    "việt nam|trung quốc|paris|london|bangkok|tokyo|seoul|bắc kinh|washington|new york|moscow|hanoi|ho chi minh city|lao cai|hong kong|singapore|beijing|"
    "tây bắc|tây nguyên|miền trung|đông nam bộ|nha trang|đà lạt|việt trì|hạ long"
)
_PROVINCES = frozenset(_PROVINCES_TEXT.split("|"))  # fmt: skip
_INITIALS = re.compile(
    r"^(?:[A-ZĐÂĂÊÔƠƯ]{1,2}\s?\.\s?){1,4}(?:[A-ZĐÂĂÊÔƠƯ]{0,3}|[A-ZĐ]\w{1,10})\.?$|^[A-ZĐ]{2,4}$"
)
# words of headings and invitations, never of names
_NO_NAME_WORDS_TEXT = (
    "mời xem đọc tiếp thêm liên quan chia sẻ bình luận của các những được không và với cho này tin bài video clip ảnh hình quảng cáo theo dõi chuyên mục "
    "trang chủ kết thúc hết trả lời gửi in mục lục read more share comments comment follow subscribe related watch continue reading click here"
)
_NO_NAME_WORDS = frozenset(_NO_NAME_WORDS_TEXT.split()) - {"các", "hình", "kết", "trang", "in"}
_SMALL_TEXT = "de da di du van von bin al el la le dos del der den ten y e h' k' r' of"
_SMALL = frozenset(_SMALL_TEXT.split())


def people(text: str, *, outlets: Collection[str] = ()) -> list[str]:
    """The persons named as writers in a byline, in order, as written; ``outlets``: case-folded names of the paper."""
    found: list[str] = []
    line = text[:LONGEST_LINE].strip()
    whole = _BRACKETS.fullmatch(line)
    for role, part in _written_by(line[1:].rstrip(")]）】") if whole else _BRACKETS.sub(" | ", line)):
        for piece in _CUT.split(_MAIL.sub(" ", part)):
            for name in _names_in(piece):
                named = is_person(name, outlets=outlets) and (role != "via" or has_surname(name))
                if named and name not in found:
                    found.append(name)
    return found[:MOST_PEOPLE]


def role_of(text: str) -> str:
    """The role that a line begins with: ``writer`` ("Thực hiện: …"), ``via`` ("Theo …"), ``other`` ("Ảnh: …"), or ""."""
    label = _LABEL.match(text.lstrip("([【 –—-*>"))
    return _role(label) if label else ""


def names_writer(text: str) -> bool:
    """Whether a word for a writer stands anywhere in a line ("来源：… 作者：…")."""
    return any(_role(label) == "writer" for label in _LABEL.finditer(text[:LONGEST_LINE]))


def is_role_alone(text: str) -> bool:
    """Whether a text is nothing but a role whose holder stands in the next element ("Tác giả:")."""
    bare = text.strip().rstrip(":： ")
    label = _LABEL.match(bare + ":")
    return label is not None and label.end() > len(bare)


def is_person(name: str, *, outlets: Collection[str] = ()) -> bool:
    """Whether a cleaned name can be a person's: no outlet, body, place, account or heading."""
    low = name.casefold()
    if not 2 <= len(name) <= LONGEST_NAME or low in _NOBODY or low in outlets or low in _PROVINCES:
        return False
    if (
        is_role_alone(name)
        or not _INITIALS.match(name)
        and (_BODY_STARTS.match(name) or _BODIES.search(name))
    ):
        return False
    if any(c in name for c in '?!…"“”<>{}=#%$*_') or not any(c.isalpha() for c in name):
        return False
    return len(name.split()) <= MOST_WORDS


def written_as_name(name: str) -> bool:
    """Whether a text is written as names are: initials, or words that each begin with a capital; or a name in Han or Hangul."""
    if _INITIALS.match(name):
        return True
    if re.fullmatch(
        r"[一-鿿ぁ-ヿ·々]{2,8}|[一-鿿々]{2,3} [一-鿿ぁ-ヿ]{1,3}|[가-힣]{2,5}|[\u0e00-\u0eff\u1780-\u17ff ]{3,40}",
        name,
    ):
        return True
    words = name.replace("-", " ").split()
    if sum(w.lower() in _NO_NAME_WORDS for w in words) >= 2:
        return False
    return 1 <= len(words) <= MOST_WORDS and all(w[:1].isupper() or w.lower() in _SMALL for w in words) and words[0][:1].isupper()  # fmt: skip


def has_surname(name: str) -> bool:
    """Whether a name of two to five words begins with a Vietnamese surname."""
    words = name.casefold().split()
    return 2 <= len(words) <= 5 and words[0] in _SURNAMES


def only_initials(name: str) -> bool:
    """Whether a name is initials."""
    return _INITIALS.match(name) is not None


def _role(label: re.Match[str]) -> str:
    """``writer``, ``via`` or ``other``; of several roles ("Ảnh và bài:") the writer's counts."""
    if roles := label["roles"]:
        return "writer" if _WRITER_ROLE.search(roles) else "via" if _VIA_ROLE.fullmatch(roles) else "other"
    return label.lastgroup or ""


def _written_by(text: str) -> list[tuple[str, str]]:
    """The stretches of a line that name writers, each with its role: before the first label, and after each writer's."""
    parts, role, at = [], "writer", 0
    for label in _LABEL.finditer(text):
        parts.append((role, text[at : label.start()]))
        role, at = _role(label), label.end()
    parts.append((role, text[at:]))
    return [(role, part) for role, part in parts if role in ("writer", "via")]


def _name(piece: str) -> str:
    """A piece of a byline without dates, title, place and marks around it."""
    bare = _TIME_WORDS.sub("", piece).strip(" \t\r\n.,;:：*>»«“”\"'–—-|()[]…©™")
    bare = _AFTER_NAME.sub("", _TITLE.sub("", _PLACED.sub("", bare)))
    bare = " ".join(bare.strip(" .,;:-–—").split())
    return _without_province(bare)


def _names_in(piece: str) -> list[str]:
    """The names in a piece without separators: in Han letters several may be parted by blanks, and Japanese ones hold one."""
    if reporter := _HANGUL_NAME.search(piece):
        return [reporter[1]]
    if not _HAN.fullmatch(piece.strip()):
        return [_name(piece)]
    han = _HAN_NAMES.findall(_AFTER_NAME.sub("", piece.strip()))
    return [" ".join(han)] if len(han) == 2 and han[0] in _JAPANESE_SURNAMES else han


def _without_province(name: str) -> str:
    """ "Lò Thử Lào Cai" is Lò Thử of Lào Cai."""
    words = name.split()
    if (
        len(words) >= 4
        and " ".join(words[-2:]).casefold() in _PROVINCES
        and has_surname(" ".join(words[:-2]))
    ):
        return " ".join(words[:-2])
    return name
