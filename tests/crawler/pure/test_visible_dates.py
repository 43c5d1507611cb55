"""The visible date of an article among the other dates of its page, in the layouts of many systems."""

from datetime import UTC, datetime
from itertools import product

import pytest

from crawler.extract import article
from db.core.time import HANOI

NOW = datetime(2026, 11, 29, 3, 0, tzinfo=UTC)
TITLE = "Khánh thành cầu treo qua suối Nậm Mẫu sau tám tháng thi công"
PROSE = "".join(
    f"<p>Cây cầu thứ {n} dài một trăm mét nối hai bản ở hai bờ suối, giúp bà con đi lại trong mùa mưa lũ không còn phải "
    "lội qua dòng nước xiết như những năm trước đây.</p>"
    for n in ("nhất", "hai", "ba", "tư")
)
# the byline as systems build it; {} is the date text
BYLINES = {
    "span of time": '<span class="time">{}</span>',
    "date under the headline": '<div class="date">{}</div>',
    "post meta": '<div class="post-meta"><span class="author">Trần Ví Dụ</span> | <span class="post-date">{}</span></div>',
    "detail time": '<div class="detail-time"><div data-role="publishdate">{}</div></div>',
    "paragraph": "<p>{}</p>",
    "portal table": '<table><tr><td class="NgayDang">{}</td></tr></table>',
    "time element": "<time>{}</time>",
    "list of meta": '<ul class="meta-list"><li>Thời sự</li><li>{}</li></ul>',
    "hashed class": '<div class="css-x81kd2">{}</div>',
    "labelled": '<div class="info">Ngày đăng: {}</div>',
    "in brackets": '<small class="date">({})</small>',
    "em": "<div><em>{}</em></div>",
}
DATES = {
    "27/11/2026 14:05": "2026-11-27T14:05",
    "Thứ sáu, 27/11/2026 - 14:05": "2026-11-27T14:05",
    "Thứ Sáu, ngày 27/11/2026 14:05 GMT+7": "2026-11-27T14:05",
    "14:05 | 27/11/2026": "2026-11-27T14:05",
    "14h05, 27/11/2026": "2026-11-27T14:05",
    "27-11-2026 14:05:31": "2026-11-27T14:05",
    "27.11.2026 14:05": "2026-11-27T14:05",
    "27/11/2026, 2:05 PM": "2026-11-27T14:05",
    "2026-11-27 14:05": "2026-11-27T14:05",
    "14 giờ 05 phút, ngày 27 tháng 11 năm 2026": "2026-11-27T14:05",
    "27 Tháng Mười Một 2026 14:05": "2026-11-27T14:05",
    "November 27, 2026 2:05 PM": "2026-11-27T14:05",
    "2026年11月27日 14:05": "2026-11-27T14:05",
    "27/11/2026": "2026-11-27",
}
# other dates of a page, before and after the article
BEFORE = {
    "nothing": "",
    "clock of the frame": '<header><div class="top"><span>Chủ nhật, 29/11/2026 10:00</span><a href="/">Trang chủ</a></div></header>',
    "clock beside the menu": '<div class="x1">Chủ nhật, 29/11/2026, 10:00</div><ul>'
    + "".join(f'<li><a href="/m{n}">Mục số {n}</a></li>' for n in range(9))
    + "</ul>",
}
AFTER = {
    "nothing": "",
    "comment": '<div class="comments"><div class="comment"><b>Bạn đọc</b> <span class="time">28/11/2026 09:30</span><p>Hay quá</p></div></div>',
    "related": '<div class="related"><ul>'
    + "".join(f'<li><a href="/t{n}">Một tin khác cùng mục số {n}</a> <span class="date">{n}/10/2026</span></li>' for n in range(11, 15))
    + "</ul></div>",
    "foot": '<footer>Giấy phép số 12/GP-BTTTT cấp ngày 02/01/2024</footer>',
    "event": "<p>Thời gian: 8h00 ngày 30/11/2026 tại nhà văn hóa bản.</p>",
}  # fmt: skip


def _read(byline: str, *, before: str = "", after: str = "", prose: str = PROSE) -> article.ExtractedPage:
    page = (
        f"<html lang=vi><head><title>{TITLE}</title></head><body>{before}<div class=main><h1>{TITLE}</h1>{byline}"
        f"<div class=body>{prose}{after if after.startswith('<p>') else ''}</div></div>"
        f"{'' if after.startswith('<p>') else after}</body></html>"
    )
    return article.read(page.encode(), url="https://bao.example.vn/cau-treo-nam-mau.html", now=NOW)


def _shown(page: article.ExtractedPage) -> str | None:
    if page.published_at is None:
        return None
    return page.published_at.astimezone(HANOI).strftime(
        "%Y-%m-%d" if page.published_day_only else "%Y-%m-%dT%H:%M"
    )


@pytest.mark.parametrize("layout,text", list(product(BYLINES, DATES)))
def test_the_date_by_the_headline_is_the_article_s(layout: str, text: str) -> None:
    page = _read(BYLINES[layout].format(text))
    assert _shown(page) == DATES[text]
    assert page.published_assumed == ("GMT" not in text)


@pytest.mark.parametrize(
    "before,after,layout", list(product(BEFORE, AFTER, ("span of time", "hashed class", "paragraph")))
)
def test_other_dates_of_the_page_do_not_move_it(before: str, after: str, layout: str) -> None:
    page = _read(BYLINES[layout].format("27/11/2026 14:05"), before=BEFORE[before], after=AFTER[after])
    assert _shown(page) == "2026-11-27T14:05"


@pytest.mark.parametrize("before,after", [p for p in product(BEFORE, AFTER) if p != ("nothing", "nothing")])
def test_without_a_byline_no_other_date_stands_in(before: str, after: str) -> None:
    assert _shown(_read("", before=BEFORE[before], after=AFTER[after])) is None


def test_the_zone_of_the_source_stands_in_where_none_is_stated() -> None:
    from zoneinfo import ZoneInfo

    page = f"<html lang=en><body><h1>{TITLE}</h1><span class=time>27/11/2026 14:05</span>{PROSE}</body></html>".encode()
    read = article.read(page, url="https://news.example.com/a", now=NOW, zone=ZoneInfo("Asia/Tokyo"))
    assert read.published_at == datetime(2026, 11, 27, 5, 5, tzinfo=UTC) and read.published_assumed
