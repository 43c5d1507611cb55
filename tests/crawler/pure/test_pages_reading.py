"""Article pages: frozen fictional pages of many systems, and what must never be stored as an article."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.extract import article as pages
from crawler.extract.article import PageKind
from crawler.feeds import entry as entries

NOW = datetime(2026, 1, 1, tzinfo=UTC)
FROZEN = Path(__file__).parent.parent / "pages"
URL = "http://bao.example/nam-thu-thong-duong-4001.html"
LEAD = "Sau ba ngày đêm san gạt, tuyến đường độc đạo vào xã Nậm Thử đã thông một làn xe vào trưa nay."
PARAGRAPHS = [
    "Theo ông Lý A Mẫu, Chủ tịch xã Nậm Thử, khối lượng đất đá tràn xuống mặt đường khoảng 1.200 mét khối, tập trung ở hai điểm gần cầu Suối Thử.",
    "Hơn 60 dân quân cùng bốn máy xúc đã làm việc liên tục, kể cả ban đêm, để mở một làn tạm cho xe chở lương thực và thuốc men đi qua.",
    "Xe khách trên 16 chỗ chưa được lưu thông. Lực lượng chức năng bố trí người trực ở hai đầu điểm sạt để điều tiết.",
]
BODY = "".join(f"<p>{p}</p>" for p in PARAGRAPHS)
TITLE = "Nậm Thử thông đường sau ba ngày sạt lở"


def read(body: str, *, head: str = "", url: str = URL, **more: object) -> pages.ExtractedPage:
    text = (
        f'<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8">{head}</head><body>{body}</body></html>'
    )
    return pages.read(text.encode(), url=url, now=NOW, **more)  # type: ignore[arg-type]


def article(
    *, head: str = "", before: str = "", after: str = "", lead: str = f'<div class="sapo">{LEAD}</div>'
) -> pages.ExtractedPage:
    return read(f'<h1>{TITLE}</h1>{before}{lead}<div class="article-body">{BODY}</div>{after}', head=head)


@pytest.mark.parametrize("name", sorted(p.stem for p in FROZEN.glob("*.html")))
def test_a_frozen_page_reads_as_recorded(name: str) -> None:
    wanted = json.loads((FROZEN / f"{name}.json").read_text(encoding="utf-8"))
    page = pages.read((FROZEN / f"{name}.html").read_bytes(), url=wanted["url"], now=NOW)
    found = {**page.as_extract(), "kind": str(page.kind)}
    assert page.published_at == datetime.fromisoformat(wanted.pop("published_at"))
    assert {k: found[k] for k in wanted} == wanted


def test_the_extract_record_has_the_contracts_fields() -> None:
    assert list(article().as_extract()) == [
        "url", "canonical_url", "title", "lead", "text", "authors", "published_at", "published_from", "modified_at", "language", "site_name",
    ]  # fmt: skip


def test_the_lead_stands_first_in_the_text_and_once() -> None:
    for page in (
        article(),
        article(lead="", head=f'<meta property="og:description" content="{LEAD}">'),
        read(f'<h1>{TITLE}</h1><div class="article-body"><p><b>{LEAD}</b></p>{BODY}</div>'),
        read(
            f'<h1>{TITLE}</h1><div class="sapo">{LEAD}</div><div class="article-body"><p>{LEAD}</p>{BODY}</div>'
        ),
    ):
        assert page.lead == LEAD
        assert page.text.startswith(LEAD)
        assert page.text.count(LEAD) == 1


@pytest.mark.parametrize("mark", ["(TTXVN) - ", "TTO - ", "(Dân trí) - ", "VOV.VN - ", "SGGPO – "])
def test_an_agency_mark_is_no_part_of_the_lead(mark: str) -> None:
    assert article(lead=f'<h2 class="sapo">{mark}{LEAD}</h2>').lead == LEAD


@pytest.mark.parametrize(
    "noise",
    [
        '<div class="box-comment"><p>Bạn đọc A bình luận: Bài viết rất hay, cảm ơn tòa soạn đã đưa tin kịp thời cho bà con.</p></div>',
        "<div><h3>Bình luận (2)</h3><div><span>Bạn đọc B bình luận: Mong cơ quan chức năng sớm làm rõ việc này để bà con yên tâm.</span></div></div>",
        '<div class="tinlienquan"><b>Tin liên quan</b><ul><li><a href="/gia-thao-qua-tang-4002.html">Bạn đọc C: giá thảo quả tăng gấp đôi</a></li></ul></div>',
        "<footer><p>Cơ quan chủ quản: Bạn đọc D. Giấy phép số 123/GP-BTTTT cấp ngày 01/02/2020.</p></footer>",
        '<figure><img src="/1.jpg"><figcaption>Bạn đọc E tại hiện trường. Ảnh: CTV</figcaption></figure>',
        '<p style="text-align:right"><strong>Bạn đọc G</strong></p>',
        '<div class="ads-zone"><p>Bạn đọc H: quảng cáo</p></div>',
    ],
)
def test_what_stands_around_an_article_is_no_part_of_it(noise: str) -> None:
    page = article(after=noise)
    assert page.text.split("\n") == [LEAD, *PARAGRAPHS]


def test_a_box_in_mid_text_takes_nothing_else_away() -> None:
    box = '<div class="x9"><p>Có thể bạn quan tâm</p><a href="/gia-thao-qua-tang-4002.html">Giá thảo quả tăng gấp đôi, người trồng phấn khởi</a></div>'
    page = read(
        f'<h1>{TITLE}</h1><div class="article-body"><p>{PARAGRAPHS[0]}</p><p>{PARAGRAPHS[1]}</p>{box}<p>{PARAGRAPHS[2]}</p></div>'
    )
    assert page.text.split("\n") == PARAGRAPHS


def test_captions_are_kept_apart() -> None:
    page = article(
        before='<figure><img src="/1.jpg"><figcaption>Máy xúc làm việc ban đêm. Ảnh: Trần Thử</figcaption></figure>'
    )
    assert page.captions == ("Máy xúc làm việc ban đêm. Ảnh: Trần Thử",)


def test_a_photo_story_is_told_by_its_captions() -> None:
    photos = "".join(
        f'<figure><img src="/{n}.jpg"><figcaption>{text}</figcaption></figure>'
        for n, text in enumerate(PARAGRAPHS)
    )
    page = read(
        f'<h1>{TITLE}</h1><div class="sapo">{LEAD}</div><div class="photos">{photos}</div>',
        head='<meta property="og:type" content="article">',
    )
    assert page.text.split("\n") == [LEAD, *PARAGRAPHS]
    assert page.kind is PageKind.ARTICLE


def test_the_visible_headline_is_believed_before_the_document_title() -> None:
    assert article(head=f"<title>{TITLE} - Thời sự - Báo Thử</title>").title == TITLE
    assert article(head=f'<meta property="og:title" content="{TITLE} | Báo Thử">').title == TITLE


# ── dates ───────────────────────────────────────────────────────────────────────────────────────────


def dated(value: str) -> str:
    return f'<meta property="article:published_time" content="{value}">'


def json_ld(value: str) -> str:
    return (
        '<script type="application/ld+json">{"@graph":[{"@type":"WebSite"},{"@type":"NewsArticle","datePublished":"'
        + value
        + '"}]}</script>'
    )


EIGHT = datetime(2025, 9, 12, 1, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("head", "before", "evidence"),
    [
        (json_ld("2025-09-12T08:15:00.000 +07:00") + dated("2025-09-11T00:00:00Z"), "", "json-ld"),
        (dated("2025-09-12T08:15:00+07:00"), "", "meta"),
        ("", '<time datetime="2025-09-12T08:15:00+07:00">hôm qua</time>', "meta"),
        ("", '<span itemprop="datePublished" content="2025-09-12T08:15:00+07:00"></span>', "meta"),
        ("", '<span class="date">Thứ sáu, 12/9/2025, 08:15 (GMT+7)</span>', "text"),
        ("", "<div>Ngày đăng: 12/09/2025 - 08:15 | Lượt xem: 12</div>", "text"),
        (json_ld("2025-09-12"), '<span class="date">12/9/2025, 08:15</span>', "text"),
        (json_ld("2203-01-01T00:00:00Z") + dated("2025-09-12T08:15:00+07:00"), "", "meta"),
        (dated("2025-09-12T08:15:00Z"), '<span class="date">12/9/2025, 08:15 (GMT+7)</span>', "meta"),
    ],
)
def test_the_date_and_where_it_came_from(head: str, before: str, evidence: str) -> None:
    page = article(head=head, before=before)
    assert page.published_at == EIGHT
    assert page.published_from == evidence


def test_a_date_in_the_address_is_the_last_resort() -> None:
    page = read(f"<h1>{TITLE}</h1>{BODY}", url="http://bao.example/thong-duong-20250912081500123.htm")
    assert (page.published_at, page.published_from, page.published_assumed) == (EIGHT, "url", True)


@pytest.mark.parametrize("value", ["1970-01-01T07:00:00+07:00", "2203-05-01T08:00:00+07:00"])
def test_an_impossible_date_is_not_believed(value: str) -> None:
    page = article(head=dated(value) + json_ld(value))
    assert (page.published_at, page.published_from) == (None, None)


def test_a_change_before_the_publication_is_dropped() -> None:
    page = article(
        head=dated("2025-09-12T08:15:00+07:00")
        + '<meta property="article:modified_time" content="2025-09-11T08:15:00+07:00">'
    )
    assert page.modified_at is None


# ── what is no article ──────────────────────────────────────────────────────────────────────────────

CARDS = "".join(
    f'<div class="item"><h3><a href="/tin-so-{n}-ve-cho-phien-deo-gio-500{n}.html">Chợ phiên Đèo Gió họp lại lần thứ {n}</a></h3><p class="sapo">Hàng nghìn người về mua sắm ở phiên chợ đầu tiên.</p></div>'
    for n in range(6)
)


@pytest.mark.parametrize(
    ("body", "url", "kind"),
    [
        (f"<h1>Trang chủ</h1><main>{CARDS}</main>", "http://bao.example/", PageKind.FRONT_PAGE),
        (f"<h1>Thời sự</h1><main>{CARDS}</main>", "http://bao.example/thoi-su", PageKind.SECTION),
        (f"<h1>Bài viết không tồn tại hoặc đã bị xóa</h1><main>{CARDS}</main>", URL, PageKind.SOFT_404),
        ("<h1>404</h1><p>Không tìm thấy trang bạn yêu cầu.</p>", URL, PageKind.SOFT_404),
        ("<h1>Page not found</h1>", URL, PageKind.SOFT_404),
        (
            "<h1>Just a moment...</h1><p>Checking your browser before accessing Báo Thử.</p><script>document.cookie='a=1';location.reload();</script>",
            URL,
            PageKind.CHALLENGE,
        ),
        (
            "<script>document.cookie='D1N=1;path=/';window.location.reload(true);</script>",
            URL,
            PageKind.CHALLENGE,
        ),
        (
            f"<h1>{TITLE}</h1><p class='sapo'>{LEAD}</p><p>{PARAGRAPHS[0][:90]}...</p><p>Vui lòng đăng nhập để đọc tiếp bài viết này.</p>",
            URL,
            PageKind.TEASER,
        ),
        ("<p></p>", URL, PageKind.NO_ARTICLE),
    ],
)
def test_what_is_no_article_is_named_with_a_reason(body: str, url: str, kind: PageKind) -> None:
    page = read(body, url=url)
    assert page.kind is kind
    assert page.reason.endswith(".")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\x01\x02",
        b"%PDF-1.7 x",
        b'{"a": 1}',
        b"no markup at all",
        b"<?xml version='1.0'?><rss></rss>",
    ],
)
def test_what_is_no_html_says_so(raw: bytes) -> None:
    assert pages.read(raw, url=URL, now=NOW).kind is PageKind.NOT_HTML


def test_an_answer_404_is_no_article_whatever_it_shows() -> None:
    page = read(f"<h1>{TITLE}</h1><p>{LEAD}</p>{BODY}", head=dated("2025-09-12T08:15:00+07:00"), status=404)
    assert page.kind is PageKind.SOFT_404


def test_an_article_about_missing_things_is_an_article() -> None:
    page = read(
        f"<h1>Dự án 404 không tồn tại trên giấy tờ</h1><p>{LEAD}</p>{BODY}",
        head=dated("2025-09-12T08:15:00+07:00"),
    )
    assert page.kind is PageKind.ARTICLE


def test_a_short_article_with_a_long_list_of_others_is_an_article() -> None:
    assert (
        read(
            f"<h1>{TITLE}</h1><p>{LEAD}</p>{BODY}<div class='q'>{CARDS}</div>",
            head=dated("2025-09-12T08:15:00+07:00"),
        ).kind
        is PageKind.ARTICLE
    )


def test_a_list_names_its_articles_and_not_its_menu() -> None:
    page = read(
        f'<nav><a href="/thoi-su">Thời sự</a><a href="/chuyen-muc/kinh-te">Kinh tế</a></nav>{CARDS}<a href="http://khac.example/bai-khac-tren-bao-khac-99.html">x</a>',
        url="http://bao.example/",
    )
    assert [x.url for x in page.links] == [
        f"http://bao.example/tin-so-{n}-ve-cho-phien-deo-gio-500{n}.html" for n in range(6)
    ]
    assert page.links[0].title == "Chợ phiên Đèo Gió họp lại lần thứ 0"


def follower(number: int) -> str:
    prose = "".join(
        f"<p>Đoạn {n} của bài kế tiếp số {number} kể chuyện khác hẳn, dài đủ để được tính là văn xuôi của một bài trọn vẹn.</p>"
        for n in range(6)
    )
    return f"<article><h1>Bài kế tiếp số {number} về chợ phiên Đèo Gió</h1>{prose}</article>"


def test_of_several_articles_on_one_page_its_own_alone_is_read() -> None:
    own = f"<article><h1>{TITLE}</h1><p class='sapo'>{LEAD}</p>{BODY}</article>"
    page = read(f"<div class='content'>{own}{follower(1)}{follower(2)}</div>", head=f"<title>{TITLE}</title>")
    assert page.title == TITLE
    assert page.text == "\n".join([LEAD, *PARAGRAPHS])


def test_an_article_cut_into_pieces_without_headings_is_read_whole() -> None:
    pieces = f"<article><h1>{TITLE}</h1><p>{LEAD}</p><p>{PARAGRAPHS[0]}</p></article>" + "".join(
        f"<article><p>{p}</p></article>" for p in PARAGRAPHS[1:]
    )
    assert read(f"<div class='content'>{pieces}</div>").text.endswith(PARAGRAPHS[-1])


# ── parts, settling with the feed ───────────────────────────────────────────────────────────────────


def test_the_parts_of_an_article_are_found_and_joined() -> None:
    pager = '<div class="phantrang"><b>1</b> <a rel="next" href="?trang=2">2</a></div>'
    first = read(
        f"<h1>{TITLE}</h1><div class='sapo'>{LEAD}</div><div class='article-body'>{BODY}{pager}</div>"
    )
    assert first.next_links == (f"{URL}?trang=2",)
    rest = "Đài khí tượng dự báo hai ngày tới trời tạnh ráo, thuận lợi cho việc khắc phục, nhưng người dân vẫn cần tránh dừng lại dưới taluy dương trong lúc đất còn no nước và có thể sạt tiếp bất cứ lúc nào."
    second = read(f"<h1>{TITLE}</h1><div class='article-body'><p>{rest}</p></div>", url=f"{URL}?trang=2")
    assert pages.join([first, second]).text == "\n".join([LEAD, *PARAGRAPHS, rest])


def test_a_next_link_to_another_article_is_no_part() -> None:
    assert article(head='<link rel="next" href="/bai-khac-hoan-toan-4002.html">').next_links == ()


def entry(date: str, **more: str) -> entries.FeedEntry:
    return entries.entry(link=URL, base=URL, now=NOW, published_raw=date, **more)  # type: ignore[arg-type]


def test_the_page_is_believed_before_a_feed_that_calls_local_time_gmt() -> None:
    page = pages.merge_feed_entry(
        article(head=dated("2025-09-12T08:15:00+07:00")), entry("Fri, 12 Sep 2025 08:15:00 GMT")
    )
    assert (page.published_at, page.published_from) == (EIGHT, "meta")


def test_the_feed_gives_the_date_a_page_does_not_state() -> None:
    page = pages.merge_feed_entry(article(), entry("Fri, 12 Sep 2025 08:15:00 +0700"))
    assert (page.published_at, page.published_from) == (EIGHT, "feed")


def test_the_feed_gives_the_time_of_a_day_the_page_states() -> None:
    page = pages.merge_feed_entry(
        article(before='<span class="date">12/9/2025</span>'), entry("Fri, 12 Sep 2025 08:15:00 +0700")
    )
    assert (page.published_at, page.published_from) == (EIGHT, "feed")


def test_a_page_that_cannot_be_had_leaves_the_feeds_own_text() -> None:
    page = pages.from_entry(
        entry("Fri, 12 Sep 2025 08:15:00 +0700", title=TITLE, summary=LEAD), reason="The page answered 403."
    )
    assert page.partial
    assert (page.title, page.lead, page.text, page.published_from) == (TITLE, LEAD, LEAD, "feed")


def test_letters_come_in_nfc_from_decomposed_pages() -> None:
    import unicodedata

    text = f"<html><body><h1>{TITLE}</h1><p>{LEAD}</p>{BODY}</body></html>"
    page = pages.read(unicodedata.normalize("NFD", text).encode(), url=URL, now=NOW)
    assert page.title == TITLE
    assert unicodedata.is_normalized("NFC", page.text)


def test_the_stated_offset_is_kept() -> None:
    page = article(head=dated("2025-09-12T08:15:00+07:00"))
    assert page.published_at is not None
    assert page.published_at.utcoffset() == timedelta(hours=7)
    assert page.as_extract()["published_at"] == "2025-09-12T08:15:00+07:00"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (BODY, "vi"),
        (
            "<p>"
            + "The road to the village was opened again at noon after three days of work by soldiers and excavators. "
            * 4
            + "</p>",
            "en",
        ),
        ("<p>" + "老街省南试乡的道路在三天后恢复通车，当地居民可以重新前往集市。" * 5 + "</p>", "zh"),
    ],
)
def test_the_language_is_read_from_the_text_where_the_tag_is_wrong(text: str, language: str) -> None:
    assert read(f"<h1>x</h1>{text}").language == language


@pytest.mark.parametrize(
    "title",
    [
        "Xác minh clip ghi cảnh học sinh lội suối đến trường",
        "Đang kiểm tra việc thu tiền ở chợ Nậm Thử",
        "Vẫn không tìm thấy người mất tích ở suối Thử",
        "Nhiều đoạn đường đã bị xóa khỏi bản đồ sau lũ",
    ],
)
def test_a_short_piece_whose_headline_sounds_like_a_machines_notice_is_news(title: str) -> None:
    said = '<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2025-11-01T08:00:00+07:00"}</script>'
    page = read(f'<h1>{title}</h1><div class="article-body"><p>{PARAGRAPHS[0]}</p></div>', head=said)
    assert page.kind is PageKind.ARTICLE, page.reason


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Đang kiểm tra...", "Vui lòng chờ trong giây lát."),
        ("Xác minh bạn là con người", "Hoàn tất bước dưới đây để tiếp tục."),
    ],
)
def test_a_machines_notice_stays_a_machines_notice(title: str, text: str) -> None:
    assert read(f"<h1>{title}</h1><p>{text}</p>").kind is PageKind.CHALLENGE
