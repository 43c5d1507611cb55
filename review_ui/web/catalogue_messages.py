"""The catalogue in words: its columns as people call them, and what its checks say about a row, for the screen.

The checks (db.catalogue) name a code and its values, and an English line for the command line; each code has a sentence here.
"""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from db.core.errors import RowFault

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
    "source": _("Nguồn"), "url": _("Địa chỉ"), "seen_on": _("Thấy khi"), "seen_in": _("Thấy ở đâu"), "confidence": _("Độ chắc"),
    "happened_on": _("Xảy ra khi"), "what": _("Việc gì"),
    "home": _("Trang chủ"), "hosts": _("Tên máy chủ"), "feeds": _("Địa chỉ RSS"), "delay": _("Khoảng nghỉ"), "port": _("Cổng"),
    "sitemaps": _("Địa chỉ sitemap"), "sections": _("Địa chỉ chuyên mục"), "searches": _("Địa chỉ tìm kiếm"),
    "superior": _("Cơ quan chủ quản ghi trên văn bản"), "symbol": _("Ký hiệu văn bản"), "place": _("Địa danh ghi trên văn bản"),
    "signer": _("Chức vụ người ký"),
}  # fmt: skip

# code -> sentence; of a row whose column is named before it, so it begins small
FAULTS: dict[str, LazyString] = {
    "cell.empty": _("chưa điền. Hãy điền ô này."),
    "cell.whole": _("%(value)s không phải số nguyên. Hãy viết bằng các chữ số 0–9."),
    "cell.number": _("%(value)s không phải số. Hãy viết dấu chấm thập phân, không có dấu ngăn nghìn."),
    "cell.bounds": _("%(value)s nằm ngoài khoảng cho phép (từ %(low)s đến %(high)s)."),
    "cell.yes_no": _("%(value)s không phải yes hay no."),
    "cell.time": _("%(value)s không phải giờ trong ngày. Viết như 07:30."),
    "cell.date": _("%(value)s không phải ngày. Viết như 2026-11-21."),
    "cell.one_of": _("%(value)s không có trong danh sách: %(known)s."),
    "cell.text": _("%(value)s không phải chữ."),
    "cell.dates": _("ngày cuối %(end)s đứng trước ngày đầu %(start)s."),
    "deadline.unit": _("giá trị và đơn vị đi cùng nhau. Hãy điền cả hai hoặc để trống cả hai."),
    "deadline.negative": _("%(value)s là số âm. Hãy viết một số đếm."),
    "deadline.day": _("thời hạn đã xác nhận cần có ngày bắt đầu áp dụng."),
    "place.unknown": _("không có mục nào mang mã %(value)s."),
    "agency.unknown": _("không có mục nào mang mã %(value)s."),
    "place.bbox": _("cần đúng bốn số: tây|nam|đông|bắc."),
    "place.half_point": _("vĩ độ và kinh độ đi cùng nhau. Hãy điền cả hai hoặc để trống cả hai."),
    "place.point": _("tọa độ không đúng. Hãy viết theo độ."),
    "source.host_private": _("%(value)s là máy trong mạng nội bộ nên không thêm được từ màn hình này. Hãy nhờ quản trị máy chủ nhập."),
    "source.host_never": _("%(value)s là địa chỉ dành riêng, không bao giờ được đọc. Hãy bỏ địa chỉ này."),
    "source.host_form": _("%(value)s không phải tên máy chủ. Viết như example.vn."),
    "source.address_taken": _("%(url)s đã có trong danh sách nguồn."),
    "source.name_twice": _("tên nguồn xuất hiện hai lần."),
    "source.name": _("cần một tên ngắn, nhiều nhất 80 ký tự."),
    "source.title": _("chưa điền. Hãy ghi tên báo như bạn đọc vẫn gọi."),
    "source.hosts": _("chưa điền. Hãy ghi tên máy chủ của báo."),
    "source.delay": _("%(value)s không nằm trong khoảng 0 đến 3600 giây."),
    "source.port": _("%(value)s không phải số cổng (1 đến 65535)."),
    "address.form": _("%(value)s không phải địa chỉ mạng."),
    "address.scheme": _("%(value)s không bắt đầu bằng http:// hoặc https://."),
    "address.no_host": _("%(value)s thiếu tên máy chủ."),
    "address.password": _("địa chỉ có kèm tên hoặc mật khẩu. Hãy bỏ đi."),
    "address.foreign_host": _("%(url)s nằm ở %(host)s, không thuộc tên máy chủ của nguồn này."),
    "opml.large": _("tệp OPML lớn hơn 5 MB. Hãy chia nhỏ."),
    "opml.xml": _("tệp không phải OPML đọc được (lỗi ở dòng %(line)s). Hãy xuất lại từ trình đọc RSS."),
    "opml.root": _("tệp không phải OPML. Hãy xuất lại từ trình đọc RSS."),
    "opml.address": _("tệp OPML, dòng %(line)s: %(value)s không phải địa chỉ mạng công khai. Hãy sửa hoặc bỏ dòng này."),
    "opml.no_feed": _("tệp OPML không có địa chỉ RSS nào. Hãy xuất lại kèm địa chỉ RSS."),
    "rows.more": _("… và %(n)s lỗi khác."),
}  # fmt: skip


def column(name: str) -> str:
    """What a column is called on the screen."""
    return str(COLUMNS.get(name, name))


def of(code: str, values: dict[str, object]) -> str | None:
    """The sentence of a code, or None where it is none of the catalogue's."""
    told = _words(code, values)
    return None if told is None else told[:1].upper() + told[1:]


def said(faults: Iterable[RowFault]) -> str:
    """The faults in words, one a line; one whose code has no sentence is told in its English line."""
    return "\n".join(_line(fault) for fault in faults)


def _line(fault: RowFault) -> str:
    told = _words(fault.code, fault.values)
    if told is None:
        return str(fault)
    if not fault.row:
        return told[:1].upper() + told[1:]
    return f"{fault.row}, {column(fault.column)}: {told}" if fault.column else f"{fault.row}: {told}"


def _words(code: str, values: dict[str, object]) -> str | None:
    sentence = FAULTS.get(code)
    return None if sentence is None else str(sentence) % values if values else str(sentence)
