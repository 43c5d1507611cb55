"""The written documents, read back: form of the decree, and headlines that try to break out."""

from __future__ import annotations

import io
import re
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import lxml.html
import openpyxl
import pytest
from digest_week import empty, facts
from lxml import etree

from db.core.errors import Invalid
from review_ui.digests import content
from review_ui.digests.compose import compose
from review_ui.digests.render import pdf
from review_ui.digests.render.formats import FORMATS, write

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
NASTY = (
    "=1+1 cmd|' /C calc'!A0",
    "Cơm & phở <b>đậm</b> ]]> &amp; “ngoặc”",
    "Điều\x00 khiển\x0b \x1b[31mđỏ\x07",
    "Dài " + "từrấtdàikhôngcókhoảngtrắng" * 19,
    "Vui 🎉👩‍🌾 lễ hội",
    "老街省发生山体滑坡 公路中断",
    "#typst $x^2$ \\emph{a} *b* _c_ @d `e` // f",
    "+84 -1 @SUM(A1)",
)


@pytest.fixture(scope="module")
def document():
    return content.signed(compose(facts()), number=None, signed_on=None, signer="")


@pytest.fixture(scope="module")
def nasty():
    known = facts()
    rows = tuple(
        replace(item, title=NASTY[n % len(NASTY)], event=100 + n % len(NASTY))
        for n, item in enumerate(known.items)
    )
    return compose(replace(known, items=rows, bodies={}))


@pytest.fixture(scope="module")
def word(document):
    with zipfile.ZipFile(io.BytesIO(write(document, "docx"))) as archive:
        return {
            name: etree.fromstring(archive.read(name)) for name in archive.namelist() if name.endswith(".xml")
        }


def texts(element) -> str:
    return "".join(element.itertext())


def test_the_page_is_a4_with_the_decrees_margins(word):
    first = word["word/document.xml"].findall(f".//{W}sectPr")[0]
    size, margin = first.find(f"{W}pgSz"), first.find(f"{W}pgMar")
    millimetres = {
        name: round(int(margin.get(W + name)) / 56.6929) for name in ("top", "bottom", "left", "right")
    }
    assert (round(int(size.get(W + "w")) / 56.6929), round(int(size.get(W + "h")) / 56.6929)) == (210, 297)
    assert 20 <= millimetres["top"] <= 25
    assert 20 <= millimetres["bottom"] <= 25
    assert 30 <= millimetres["left"] <= 35
    assert 15 <= millimetres["right"] <= 20


def test_every_font_is_times_new_roman_and_none_by_theme(word):
    for name in ("word/styles.xml", "word/document.xml"):
        for fonts in word[name].iter(f"{W}rFonts"):
            assert set(fonts.attrib.values()) == {"Times New Roman"}, name
    default = word["word/styles.xml"].find(f".//{W}docDefaults//{W}rFonts")
    assert {key.removeprefix(W) for key in default.attrib} == {"ascii", "hAnsi", "eastAsia", "cs"}


def test_the_language_is_vietnamese(word):
    langs = list(word["word/styles.xml"].iter(f"{W}lang"))
    assert langs
    assert all(lang.get(W + "val") == "vi-VN" for lang in langs)


def test_the_national_heading_stands_above(word):
    body = word["word/document.xml"]
    lines = [texts(p) for p in body.iter(f"{W}p")]
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in lines
    assert "Độc lập - Tự do - Hạnh phúc" in lines
    assert lines[1:3] == ["SỞ VĂN HÓA,", "THỂ THAO VÀ DU LỊCH"]


def test_number_and_date_share_a_row_and_are_blank_in_a_draft(word):
    row = next(r for r in word["word/document.xml"].iter(f"{W}tr") if "Số:" in texts(r))
    assert re.fullmatch(r"Số:\s+/BC-SVHTTDLLào Cai, ngày\s+tháng\s+năm 2026", texts(row))


def test_an_issued_digest_has_number_day_and_signer(document):
    from datetime import date

    done = content.signed(document, number=5, signed_on=date(2026, 1, 5), signer="Nguyễn Thị Thử")
    with zipfile.ZipFile(io.BytesIO(write(done, "docx"))) as archive:
        said = texts(etree.fromstring(archive.read("word/document.xml")))
    assert "Số: 05/BC-SVHTTDL" in said
    assert "ngày 05 tháng 01 năm 2026" in said
    assert "Nguyễn Thị Thử" in said


def test_the_page_number_is_on_every_page_but_the_first(word):
    sections = word["word/document.xml"].findall(f".//{W}sectPr")
    assert len(sections) == 3
    assert all(section.find(f"{W}titlePg") is not None for section in sections)
    headers = [tree for name, tree in word.items() if name.startswith("word/header")]
    assert any(
        "PAGE" in texts(tree) and tree.find(f".//{W}jc").get(W + "val") == "center" for tree in headers
    )


def test_annexes_are_numbered_apart_and_wide_ones_landscape(word):
    report, figures, *wide = word["word/document.xml"].findall(f".//{W}sectPr")
    assert all(section.find(f"{W}pgSz").get(W + "orient") != "landscape" for section in (report, figures))
    assert len(wide) == 1
    for section in wide:
        assert section.find(f"{W}pgSz").get(W + "orient") == "landscape"
    for section in (figures, *wide):
        assert section.find(f"{W}pgNumType").get(W + "start") == "1"


def test_the_report_itself_is_short_and_everything_else_is_in_annexes():
    document = compose(facts(most=600))
    said = [block for block in document.blocks if isinstance(block, content.Paragraph)]
    assert sum(len(block.text) for block in said) < 6_500  # two pages of A4 in 14 points
    assert [annex.title for annex in document.annexes] == [
        "SỐ LIỆU CHI TIẾT", "DANH MỤC TIN, BÀI", "SỔ THEO DÕI TIN, BÀI BÁO CHÍ PHẢN ÁNH",
    ]  # fmt: skip
    assert not [block for block in document.blocks if isinstance(block, content.Chart)]
    assert [block for block in document.annexes[0].blocks if isinstance(block, content.Chart)]


def test_a_list_too_long_for_a_grid_is_whole_in_the_pdf_all_the_same():
    document = compose(facts(most=900))
    listed = next(table for table in content.tables(document) if table.name == content.LIST_NAME)
    rows = len(listed.rows)
    assert rows > pdf.ROWS
    lines = pdf._lines(listed)
    assert len(lines["rows"]) == rows
    assert all(any(isinstance(part, dict) for part in line) for line in lines["rows"]), "each keeps its link"
    assert pdf.write(document).startswith(b"%PDF-1.")


def test_headings_are_real_styles(word):
    used = {style.get(W + "val") for style in word["word/document.xml"].iter(f"{W}pStyle")}
    defined = {style.get(W + "styleId") for style in word["word/styles.xml"].iter(f"{W}style")}
    assert {"Heading1", "Heading2", "BodyText", "Title", "Caption"} <= used
    assert used <= defined


def test_tables_repeat_their_header_and_name_their_columns_widths(word):
    tables = [t for t in word["word/document.xml"].iter(f"{W}tbl") if t.find(f".//{W}tblStyle") is not None]
    assert len(tables) > 8
    for table in tables:
        assert table.find(f"{W}tr/{W}trPr/{W}tblHeader") is not None
        columns = len(table.findall(f"{W}tblGrid/{W}gridCol"))
        assert all(len(row.findall(f"{W}tc")) == columns for row in table.findall(f"{W}tr"))
    assert (
        max(len(t.findall(f"{W}tblGrid/{W}gridCol")) for t in tables) == 8
    )  # the register of 20 columns stands in the XLSX alone


def test_body_is_justified_with_the_first_line_in(word):
    style = next(s for s in word["word/styles.xml"].iter(f"{W}style") if s.get(W + "styleId") == "BodyText")
    assert style.find(f".//{W}jc").get(W + "val") == "both"
    assert round(int(style.find(f".//{W}ind").get(W + "firstLine")) / 56.6929, 1) == 12.7


def test_charts_say_in_words_what_they_show(word):
    pictures = list(
        word["word/document.xml"].iter(
            "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
        )
    )
    assert len(pictures) == 2
    assert all("Biểu đồ" in picture.get("descr") for picture in pictures)


def test_links_lead_to_the_articles(document):
    with zipfile.ZipFile(io.BytesIO(write(document, "docx"))) as archive:
        relations = archive.read("word/_rels/document.xml.rels").decode()
    assert 'Target="https://bao-1.example/tin-2.html"' in relations
    assert 'TargetMode="External"' in relations


def test_word_keeps_nasty_headlines_whole(nasty):
    with zipfile.ZipFile(io.BytesIO(write(nasty, "docx"))) as archive:
        said = texts(etree.fromstring(archive.read("word/document.xml")))
    for title in NASTY:
        assert content.one_line(title) in said


def test_no_cell_of_the_workbook_is_a_formula_and_figures_are_numbers(nasty):
    book = openpyxl.load_workbook(io.BytesIO(write(nasty, "xlsx")))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    said = {cell.value for cell in cells}
    assert {content.one_line(title) for title in NASTY} <= said
    sheet = book[content.LIST_NAME]
    assert isinstance(sheet["A2"].value, int)
    assert sheet["B2"].is_date
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref


def test_the_workbook_has_the_register_with_every_column(document):
    book = openpyxl.load_workbook(io.BytesIO(write(document, "xlsx")))
    heads = [cell.value for cell in book[content.REGISTER_NAME][1]]
    assert heads[0] == "TT"
    assert "Ghi chú" in heads
    assert len(heads) == 22  # twenty and the address and kept copy of the title


def test_the_mail_page_holds_everything_itself_and_escapes_headlines(nasty):
    page = lxml.html.document_fromstring(write(nasty, "html").decode())
    assert page.xpath("//script|//link|//style|//*[starts-with(name(), 'on')]") == []
    assert all(src.startswith("data:image/png;base64,") for src in page.xpath("//img/@src"))
    assert all(page.xpath("//img/@alt"))
    said = " ".join(page.text_content().split())
    for title in NASTY:
        assert content.one_line(title) in said
    assert not page.xpath("//b[text()='đậm']")


def test_the_pdf_is_one_and_takes_nasty_headlines(nasty):
    assert write(nasty, "pdf").startswith(b"%PDF-1.")


@pytest.mark.parametrize("form", FORMATS)
def test_an_empty_week_is_written_in_every_form(form):
    assert len(write(compose(empty()), form)) > 2_000


def test_an_unknown_form_is_refused_with_the_known_ones():
    with pytest.raises(Invalid, match=r"\.docx, \.pdf, \.xlsx or \.html"):
        write(compose(empty()), "odt")


def test_two_digests_made_at_once_do_not_disturb_each_other(document):
    other = compose(empty())
    with ThreadPoolExecutor(4) as pool:
        made = list(
            pool.map(
                lambda pair: write(*pair), [(d, form) for form in ("html", "pdf") for d in (document, other)]
            )
        )
    assert made[0] == write(document, "html")
    assert made[1] == write(other, "html")
    assert b"%PDF" in made[2][:8]
    assert b"%PDF" in made[3][:8]
