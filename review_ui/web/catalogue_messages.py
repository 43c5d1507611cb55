"""The catalogue in words: its columns as people call them, and what its checks say about a row, for the screen.

The checks (db.catalogue) speak English, because the command line shows them too: ``file, row, column: what is wrong``.
"""

from __future__ import annotations

import re

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

# A column that is not here is called by its name in the files; a test asks for every one.
COLUMNS: dict[str, LazyString] = {
    "title": _("Tên gọi"), "value": _("Giá trị"), "unit": _("Đơn vị"), "section": _("Nhóm"), "name": _("Mã"), "kind": _("Loại"),
    "day": _("Ngày"), "works": _("Ngày làm bù"), "confirmed": _("Đã xác nhận"), "agency": _("Cơ quan"), "basis": _("Căn cứ"),
    "valid_from": _("Từ ngày"), "valid_to": _("Đến ngày"), "id": _("Mã"), "level": _("Cấp"), "meaning": _("Nghĩa"), "public": _("Công khai"),
    "type": _("Kiểu giá trị"), "minimum": _("Nhỏ nhất"), "maximum": _("Lớn nhất"), "title_en": _("Tên tiếng Anh"),
    "name_en": _("Tên tiếng Anh"), "meaning_en": _("Nghĩa tiếng Anh"), "note": _("Ghi chú"), "lang": _("Ngôn ngữ"),
    "bare": _("Tên không kèm cấp"), "code": _("Mã hành chính"), "aliases": _("Tên khác"), "parent": _("Thuộc đơn vị"),
    "province": _("Thuộc tỉnh"), "successors": _("Đơn vị kế thừa"), "predecessors": _("Đơn vị trước đó"), "successor": _("Cơ quan kế thừa"),
    "territory": _("Địa bàn"), "lat": _("Vĩ độ"), "lon": _("Kinh độ"), "bbox": _("Khung tọa độ"), "shared_before": _("Trùng tên trước đó"),
    "shared_since": _("Trùng tên từ khi"), "standing": _("Tình trạng"), "near": _("Gần"), "within": _("Nằm trong"), "trap": _("Dễ nhầm"),
    "target": _("Chỉ địa danh"), "forms": _("Cách viết"), "confirm": _("Từ xác nhận"), "reject": _("Từ loại trừ"), "doubtful": _("Chưa chắc"),
    "rule": _("Quy tắc"), "accept": _("Từ chấp nhận"), "before": _("Đứng trước"), "after": _("Đứng sau"), "means": _("Nghĩa là"),
    "values": _("Các giá trị"), "number": _("Số"), "issuer": _("Cơ quan ban hành"), "keywords": _("Từ khóa"), "restricted": _("Hạn chế người xem"),
    "term": _("Từ ngữ"), "signal": _("Dấu hiệu"), "weight": _("Trọng số"), "due": _("Đến hạn"),
    "home": _("Trang chủ"), "hosts": _("Tên máy chủ"), "feeds": _("Địa chỉ RSS"), "delay": _("Khoảng nghỉ"), "port": _("Cổng"),
    "sitemaps": _("Địa chỉ sitemap"), "sections": _("Địa chỉ chuyên mục"), "searches": _("Địa chỉ tìm kiếm"),
}  # fmt: skip

FAULTS: tuple[tuple[str, LazyString], ...] = (
    (r"is empty; this column must be filled|is missing", _("chưa điền. Hãy điền ô này.")),
    (r"(?P<value>.+) is not a whole number", _("%(value)s không phải số nguyên. Hãy viết bằng các chữ số 0–9.")),
    (
        r"(?P<value>.+) is not a (finite )?number(; write a point, no thousands mark)?",
        _("%(value)s không phải số. Hãy viết dấu chấm thập phân, không có dấu ngăn nghìn."),
    ),
    (
        r"(?P<value>.+) is out of bounds \((?P<low>\S+) to (?P<high>[^\s)]+).*\)",
        _("%(value)s nằm ngoài khoảng cho phép (từ %(low)s đến %(high)s)."),
    ),
    (r"(?P<value>.+) is neither yes nor no", _("%(value)s không phải yes hay no.")),
    (r"(?P<value>.+) is not a time of day; write HH:MM", _("%(value)s không phải giờ trong ngày. Viết như 07:30.")),
    (r"(?P<value>.+) is not a date; write YYYY-MM-DD", _("%(value)s không phải ngày. Viết như 2026-11-21.")),
    (r"(?P<value>.+) is not one of (?P<known>.+)", _("%(value)s không có trong danh sách: %(known)s.")),
    (r"(?P<value>.+) is not text", _("%(value)s không phải chữ.")),
    (
        r"(?P<end>\S+) lies before valid_from (?P<start>\S+); swap or mend the dates",
        _("ngày cuối %(end)s đứng trước ngày đầu %(start)s."),
    ),
    (
        r"value and unit go together; fill both or none",
        _("giá trị và đơn vị đi cùng nhau. Hãy điền cả hai hoặc để trống cả hai."),
    ),
    (r"(?P<value>.+) is negative; write a count", _("%(value)s là số âm. Hãy viết một số đếm.")),
    (
        r"a confirmed deadline needs the day it holds from",
        _("thời hạn đã xác nhận cần có ngày bắt đầu áp dụng."),
    ),
    (r"no (place|agency) is called (?P<value>.+); add it.*", _("không có mục nào mang mã %(value)s.")),
    (r"has \d+ numbers; write west\|south\|east\|north", _("cần đúng bốn số: tây|nam|đông|bắc.")),
    (
        r"latitude and longitude go together; fill both or none",
        _("vĩ độ và kinh độ đi cùng nhau. Hãy điền cả hai hoặc để trống cả hai."),
    ),
    (r".+ is no point on Earth; write degrees", _("tọa độ không đúng. Hãy viết theo độ.")),
    # sources
    (
        r"(?P<value>\S+) is a private host; only 'kiemtin catalogue import FOLDER' may list one",
        _("%(value)s là máy trong mạng nội bộ nên không thêm được từ màn hình này. Hãy nhờ quản trị máy chủ nhập."),
    ),
    (
        r"(?P<value>\S+) is a link-local, metadata or reserved address and is never asked; remove it",
        _("%(value)s là địa chỉ dành riêng, không bao giờ được đọc. Hãy bỏ địa chỉ này."),
    ),
    (
        r"(?P<value>.+) is not a bare host name; write 'example.vn' without scheme, port or path",
        _("%(value)s không phải tên máy chủ. Viết như example.vn."),
    ),
    (r"(?P<url>\S+) already belongs to (this source|source .+); list it once", _("%(url)s đã có trong danh sách nguồn.")),
    (r"stands twice; give each source its own name", _("tên nguồn xuất hiện hai lần.")),
    (r"is empty, padded or over 80 characters; give a short name such as .+", _("cần một tên ngắn, nhiều nhất 80 ký tự.")),
    (r"is empty; write the outlet's name as readers know it", _("chưa điền. Hãy ghi tên báo như bạn đọc vẫn gọi.")),
    (r"is empty; list the hosts that belong to the source, such as .+", _("chưa điền. Hãy ghi tên máy chủ của báo.")),
    (r"(?P<value>\S+) is not between 0 and 3600 seconds", _("%(value)s không nằm trong khoảng 0 đến 3600 giây.")),
    (r"(?P<value>\S+) is not a port number .+", _("%(value)s không phải số cổng (1 đến 65535).")),
    (r"(?P<value>.+) is not an address; write one that starts with https://", _("%(value)s không phải địa chỉ mạng.")),
    (
        r"(?P<value>.+) does not start with http:// or https://; only web addresses are read",
        _("%(value)s không bắt đầu bằng http:// hoặc https://."),
    ),
    (r"(?P<value>.+) names no host; write the whole address", _("%(value)s thiếu tên máy chủ.")),
    (r"the address holds a user name or password; remove it", _("địa chỉ có kèm tên hoặc mật khẩu. Hãy bỏ đi.")),
    (
        r"(?P<url>\S+) lies on (?P<host>\S+), which is not among the source's hosts; .+",
        _("%(url)s nằm ở %(host)s, không thuộc tên máy chủ của nguồn này."),
    ),
    # lists of sources from another reader
    (r"the OPML file is larger than 5 MB; split it", _("tệp OPML lớn hơn 5 MB. Hãy chia nhỏ.")),
    (
        r"the file is not well-formed XML \(line (?P<line>\w+)\); export it again as OPML",
        _("tệp không phải OPML đọc được (lỗi ở dòng %(line)s). Hãy xuất lại từ trình đọc RSS."),
    ),
    (r"the file is <(?P<root>.*)>, not <opml>; export it again as OPML", _("tệp không phải OPML. Hãy xuất lại từ trình đọc RSS.")),
    (
        r"line (?P<line>\w+): (?P<value>.+) is not a web address; mend or remove it",
        _("dòng %(line)s: %(value)s không phải địa chỉ mạng. Hãy sửa hoặc bỏ dòng này."),
    ),
    (
        r"the OPML file names no feed \(xmlUrl\); export the list with its feeds",
        _("tệp OPML không có địa chỉ RSS nào. Hãy xuất lại kèm địa chỉ RSS."),
    ),
    (r"… and (?P<n>\d+) more", _("… và %(n)s lỗi khác.")),
)  # fmt: skip
_COMPILED = tuple((re.compile(pattern), said) for pattern, said in FAULTS)
_WHERE = re.compile(r"(?:(?:\w+\.csv, |source )(?P<row>[^:]+?)(?:, (?P<column>\w+))?: )?(?P<fault>.+)")


def column(name: str) -> str:
    """What a column is called on the screen."""
    return str(COLUMNS.get(name, name))


def said(sentence: str) -> str | None:
    """The sentence in words, line by line; None when a line is none of the catalogue's."""
    lines = [_line(line) for line in sentence.split("\n")]
    return None if None in lines else "\n".join(line for line in lines if line)


def _line(line: str) -> str | None:
    where = _WHERE.fullmatch(line)
    if where is None:
        return None
    for pattern, words in _COMPILED:
        if found := pattern.fullmatch(where["fault"]):
            told = str(words % found.groupdict()) if found.groupdict() else str(words)
            if where["row"] and where["column"]:
                told = f"{where['row']}, {column(where['column'])}: {told}"
            elif where["row"]:
                told = f"{where['row']}: {told}"
            return told[:1].upper() + told[1:] if not where["row"] else told
    return None
