"""The content tree: cleaning, editing, keeping."""

from __future__ import annotations

import json

import pytest
from digest_week import empty, facts

from review_ui.digests import content
from review_ui.digests.compose import compose
from review_ui.digests.register import REGISTER


@pytest.fixture(scope="module")
def document():
    return compose(facts())


def test_what_no_document_can_hold_is_taken_out():
    assert content.clean("a\x00b\x0bc\x1bd\ud800e\u202ef\ufffe") == "ab\ncdef"


def test_a_document_survives_being_stored(document):
    assert content.load(json.loads(json.dumps(content.dump(document)))) == document


def test_the_same_facts_give_the_same_document(document):
    assert compose(facts()) == document


def test_an_edit_replaces_a_summary_and_leaves_headline_and_outlets(document):
    key = next(key for key in content.editable(document) if key.startswith("story-"))
    before = content.editable(document)[key]
    after = content.editable(content.with_edits(document, {key: "Câu do cán bộ viết."}))[key]
    assert after.fixed == before.fixed
    assert after.own == "Câu do cán bộ viết."


def test_an_empty_edit_takes_the_paragraph_out(document):
    assert "outlook" not in content.editable(content.with_edits(document, {"outlook": "  \n "}))


def test_lines_of_an_edit_become_paragraphs(document):
    edited = content.with_edits(document, {"outlook": "Một.\nHai."})
    assert [b.text for b in edited.blocks if isinstance(b, content.Paragraph) and b.key == "outlook"] == [
        "Một.",
        "Hai.",
    ]


def test_unknown_keys_change_nothing(document):
    assert content.with_edits(document, {"no-such": "x"}) == document


def test_the_text_ends_with_the_sign_the_decree_asks_for(document):
    assert content.body(document)[-1].text.endswith("báo cáo./.")


def test_a_draft_leaves_number_day_and_signer_blank(document):
    assert (document.head.number, document.head.signed_on, document.signature.name) == (None, None, "")


def test_the_register_has_twenty_columns():
    assert len(REGISTER) == 20


def test_sections_are_those_of_the_form(document):
    headings = [b.text for b in document.blocks if isinstance(b, content.Heading) and b.level == 1]
    assert headings == [
        "I. NỘI DUNG CẦN QUAN TÂM",
        "II. VẤN ĐỀ BÁO CHÍ PHẢN ÁNH CẦN XỬ LÝ",
        "III. THÔNG TIN SAI SỰ THẬT, THÔNG TIN ĐANG XÁC MINH",
        "IV. KẾT QUẢ XỬ LÝ",
        "V. NỘI DUNG NỔI BẬT",
        "VI. SỐ LIỆU",
        "VII. BÁO CHÍ NƯỚC NGOÀI",
        "VIII. DỰ BÁO, KIẾN NGHỊ",
    ]


def test_late_agencies_are_named(document):
    said = {key: p.text for key, p in content.editable(document).items()}
    assert "UBND xã Bảo Hà (1 vấn đề)" in said["missing"]
    assert "Sở Nông nghiệp và Môi trường (1 vấn đề)" in said["late"]


def test_criticism_and_refuted_claims_stand_in_different_tables(document):
    by_name = {t.name: t for t in content.tables(document)}
    false = json.dumps(content.dump(by_name["Thông tin đã kết luận"]), ensure_ascii=False)
    assert "Người dân phản ánh" not in false


def test_an_empty_week_is_said_to_be_empty_in_every_section():
    document = compose(empty())
    said = " ".join(p.text for p in content.editable(document).values())
    assert "không ghi nhận tin, bài nào" in said
    assert "không có vấn đề mới báo chí phản ánh cần xử lý" in said
    assert "không có thông tin sai sự thật" in said
    assert content.row_count(document) == 0


def test_every_chart_has_its_figures_in_words_and_in_a_table(document):
    blocks = document.blocks
    for n, block in enumerate(blocks):
        if isinstance(block, content.Chart):
            assert block.alt
            assert any(
                isinstance(other, content.Table)
                for other in (*blocks[n + 1 : n + 4], *blocks[max(0, n - 2) : n])
            )


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "", None, "https://"]
)
def test_only_addresses_of_the_web_become_links(url):
    assert content.safe_url(url) is None


def test_figures_are_written_as_vietnamese_print_them():
    assert content.number(1234567.89, digits=1) == "1.234.567,9"


def test_restricted_subjects_are_counted_and_not_listed():
    from dataclasses import replace

    known = facts()
    rows = (replace(known.items[0], restricted=True, title="Nội dung hạn chế"), *known.items[1:])
    document = compose(replace(known, items=rows, hidden=1))
    assert 'Nội dung hạn chế"' not in json.dumps(content.dump(document), ensure_ascii=False)
    assert content.row_count(document) == content.row_count(compose(known)) - 1
    assert "1 tin, bài thuộc nội dung hạn chế" in content.editable(document)["hidden"].text


def test_page_one_alone_answers_the_five_questions():
    """What happened, what is false, who is late, what to decide, what went well; nothing of it needs another page."""
    known = facts()
    late = next(m for m in known.matters if m.agency == "UBND xã Bảo Hà")
    document = compose(known)
    begin, end = (
        next(
            n
            for n, b in enumerate(document.blocks)
            if isinstance(b, content.Heading) and b.text.startswith(roman)
        )
        for roman in ("I. ", "II. ")
    )
    page = [b for b in document.blocks[begin + 1 : end] if isinstance(b, content.Paragraph)]
    said = "\n".join(p.text for p in page)
    assert len([p for p in page if (p.key or "").startswith("concern-") and (p.key or "")[8:].isdigit()]) <= 3
    assert "Mưa lớn gây sạt lở" in said  # what happened
    assert "Đập thủy điện trên sông Chảy đã vỡ" in said  # what is false
    assert "tin giả" in said
    assert "UBND xã Bảo Hà" in said  # who is late
    assert f"quá hạn {late.days_late(known.to_on)} ngày" in said
    assert said.count("Đề nghị: ") == 3  # what to decide
    assert "trước ngày 27/11/2026" in said
    assert "Kết quả tốt: " in said  # what went well
    assert all(p.key for p in page)  # every sentence may be worded by staff
    assert len(said) < 2_600  # one page beside the head


def test_an_empty_week_has_a_first_page_that_says_so():
    said = " ".join(p.text for p in content.editable(compose(empty())).values())
    assert "không có vấn đề nổi lên" in said
    assert "không có đơn vị quá hạn" in said


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("SỞ NGOẠI VỤ", ["SỞ NGOẠI VỤ"]),
        ("SỞ VĂN HÓA, THỂ THAO VÀ DU LỊCH", ["SỞ VĂN HÓA,", "THỂ THAO VÀ DU LỊCH"]),
        ("SỞ NÔNG NGHIỆP VÀ MÔI TRƯỜNG", ["SỞ NÔNG NGHIỆP", "VÀ MÔI TRƯỜNG"]),
    ],
)
def test_a_long_name_is_broken_where_it_can_be_read(name, lines):
    assert content.balanced(name) == lines


def test_a_highlight_says_what_is_known_of_its_truth():
    from dataclasses import replace

    known = facts()
    claim = replace(known.checked[0], event=1, refuted_by=("Báo Sông Chảy",))
    told = content.editable(compose(replace(known, checked=(claim,))))["story-1"].text
    assert "(đã kết luận là tin giả, xem mục III; Báo Sông Chảy đã phản bác)" in told
    from review_ui.digests.sections import Section

    pending = replace(known.matters[0], event=1, section=Section.VERIFYING)
    told = content.editable(compose(replace(known, matters=(pending,), checked=())))["story-1"].text
    assert "(thông tin đang xác minh, xem mục III)" in told


def test_what_was_not_collected_is_a_dash_and_no_per_cent():
    from dataclasses import replace
    from datetime import datetime

    from db.core.time import HANOI
    from review_ui.digests.facts import Collection

    known = facts()
    part = Collection(
        first=datetime(2026, 11, 17, 8, tzinfo=HANOI), last=datetime(2026, 11, 20, 9, tzinfo=HANOI),
        before_known=False, year_known=False, over=False,
    )  # fmt: skip
    document = compose(replace(known, collection=part))
    (table,) = [t for t in content.tables(document) if t.name == "Tổng hợp"]
    assert all(row[2:] == ("–", "–", "–", "–") for row in table.rows)
    assert "Thu thập từ 08:00 ngày 17/11/2026 đến 09:00 ngày 20/11/2026" in table.note
    said = content.editable(document)["volume"].text
    assert "chưa thu thập đủ nên không so sánh" in said
    assert "%" not in said
