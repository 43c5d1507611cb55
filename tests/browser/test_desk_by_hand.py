"""Journeys of the desk in a real browser: hands on the keyboard, two people."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import seeding

from db.desk import cases, claims

KEYS = ("d", "v", "p", "l", "b")


@pytest.fixture
def thirty(committed):
    for n in range(30):
        title = f"Sự việc thử số {n + 1}"
        article = seeding.article(committed, title=title)
        seeding.event(
            committed, articles=[article], priority=1 - n / 100,
            reasons=[{"signal": "check", "rule": "check: rumour", "text": "Sự việc", "start": 0, "end": 7, "weight": 1, "article": article}],
        )  # fmt: skip
    person = seeding.user(committed, role="monitor", name="thu.lan")
    committed.commit()
    return person


def states(committed):
    committed.rollback()
    return [
        state for (state,) in committed.execute("SELECT state FROM cases ORDER BY priority DESC").fetchall()
    ]


def sent(page) -> None:
    """Waits until the page's outbox is empty."""
    for _ in range(100):
        if not page.evaluate("kiemtin.outbox.all().length"):
            return
        page.wait_for_timeout(100)
    raise AssertionError(page.evaluate("kiemtin.outbox.all()"))


def test_thirty_items_are_triaged_with_thirty_keys(committed, thirty, visit):
    page = visit(thirty, seeding.PASSWORD)
    page.goto("/queue")
    for n in range(30):
        page.keyboard.press(KEYS[n % len(KEYS)])
    sent(page)
    expected = {"d": "closed", "l": "closed", "b": "closed", "v": "verify", "p": "respond"}
    assert states(committed) == [expected[KEYS[n % len(KEYS)]] for n in range(30)]
    assert "Hết danh sách" in page.inner_text("main")
    page.reload()
    assert "Không còn việc nào" in page.inner_text("main")


def test_keys_move_between_cards_and_the_next_one_is_current_after_a_decision(committed, thirty, visit):
    page = visit(thirty, seeding.PASSWORD)
    page.goto("/queue")
    for _ in range(3):
        page.keyboard.press("j")
    assert "số 4" in page.inner_text("[data-current] h2")
    page.keyboard.press("k")
    page.keyboard.press("v")
    sent(page)
    assert "số 4" in page.inner_text("[data-current] h2")
    assert states(committed)[2] == "verify"


def test_a_decision_is_taken_back_with_one_key(committed, thirty, visit):
    page = visit(thirty, seeding.PASSWORD)
    page.goto("/queue")
    page.keyboard.press("d")
    sent(page)
    page.keyboard.press("z")
    sent(page)
    assert states(committed)[0] == "flagged"


def test_keys_are_dead_while_a_vietnamese_word_is_composed_or_a_field_has_the_cursor(
    committed, thirty, visit
):
    page = visit(thirty, seeding.PASSWORD)
    page.goto("/queue")
    compose = """([key, composing, code]) => document.activeElement.dispatchEvent(
        new KeyboardEvent('keydown', {key, isComposing: composing, keyCode: code, bubbles: true, cancelable: true}))"""
    # what Telex sends for "đ": two d while the composition is open, or the key code 229 without it
    page.evaluate(
        "document.activeElement.dispatchEvent(new CompositionEvent('compositionstart', {bubbles: true}))"
    )
    page.evaluate(compose, ["d", True, 229])
    page.evaluate(compose, ["d", False, 68])
    page.evaluate(
        "document.activeElement.dispatchEvent(new CompositionEvent('compositionend', {bubbles: true}))"
    )
    page.evaluate(compose, ["d", False, 229])
    page.evaluate(compose, ["Process", False, 229])
    page.goto("/search")
    page.get_by_label("Từ ngữ").focus()
    page.keyboard.type("ddaapj vowx")
    assert page.url.endswith("/search")
    assert set(states(committed)) == {"flagged"}


def test_the_key_sheet_opens_with_a_question_mark_and_names_what_works_here(thirty, visit):
    page = visit(thirty, seeding.PASSWORD)
    page.goto("/queue")
    page.keyboard.press("?")
    assert "Cần xác minh" in page.inner_text("#key-sheet")
    page.keyboard.press("Escape")
    assert not page.is_visible("#key-sheet")


def test_a_key_of_ones_own_works_and_the_old_one_no_longer(committed, thirty, visit):
    page = visit(thirty, seeding.PASSWORD)
    page.goto("/help")
    page.fill("#key-dismiss", "e")
    page.get_by_role("button", name="Lưu phím tắt của tôi").click()
    page.goto("/queue")
    page.keyboard.press("d")
    page.keyboard.press("e")
    sent(page)
    assert states(committed).count("closed") == 1


def test_every_shortcut_of_the_table_has_its_button_somewhere():
    import re
    from pathlib import Path

    from review_ui.web.shortcuts import KEYS as TABLE

    pages = "".join(path.read_text(encoding="utf-8") for path in Path("review_ui/templates").rglob("*.html"))
    script = Path("review_ui/static/desk.js").read_text(encoding="utf-8")
    alive = set(re.findall(r'data[-_]key="(\w+)"', pages)) | set(re.findall(r'name === "(\w+)"', script))
    assert not set(TABLE) - alive


def test_one_proposes_and_another_approves_in_two_windows(committed, visit):
    verifier, approver = seeding.user(committed, role="verifier"), seeding.user(committed, role="approver")
    case = seeding.case(committed, title="Nghe nói đập Bản Thử sắp vỡ")
    cases.act(
        committed,
        case_id=case,
        action="escalate",
        user_id=verifier.id,
        seen_version=1,
        data={"to_verify": "Đập sắp vỡ"},
    )
    claim = claims.add(committed, case_id=case, body="Đập Bản Thử sắp vỡ", user_id=verifier.id)
    for kind, more in (
        ("primary", {"independent": True}),
        ("press", {}),
        ("archived_item", {"file_sha256": seeding.upload(committed)}),
    ):
        claims.add_evidence(
            committed, claim_id=claim, kind=kind, title=f"Tài liệu {kind}", user_id=verifier.id, **more
        )
    claims.add_attempt(
        committed,
        claim_id=claim,
        whom="Trang tin",
        how="thư",
        at=datetime.now(UTC),
        result="chưa",
        user_id=verifier.id,
    )
    committed.commit()
    first = visit(verifier, seeding.PASSWORD)
    first.goto(f"/cases/{case}")
    first.get_by_label("Kết luận").select_option("fabricated")
    first.get_by_label("Sự thật là gì").fill("Đập vận hành an toàn")
    first.get_by_label("Lập luận").fill("Theo biên bản kiểm tra")
    first.get_by_label("Bằng chứng ngược lại").fill("đã tìm, không thấy")
    first.get_by_role("button", name="Gửi đề xuất").click()
    first.locator(".proposal").wait_for()
    assert first.get_by_role("button", name="Duyệt").count() == 0
    second = visit(approver, seeding.PASSWORD)
    second.goto(f"/cases/{case}")
    assert "Đập vận hành an toàn" in second.inner_text(".proposal")
    with second.expect_navigation():
        second.keyboard.press("y")  # opens the text to sign; no key signs
    second.get_by_label("Tôi xác nhận").check()
    with second.expect_navigation():
        second.get_by_role("button", name="Chỉ duyệt").click()
    committed.rollback()
    assert claims.get(committed, claim).verdict == "fabricated"
    assert cases.get(committed, case).state == "respond"


def test_everything_can_be_read_and_decided_without_javascript(committed, thirty, visit):
    page = visit(thirty, seeding.PASSWORD, java_script_enabled=False)
    page.goto("/queue")
    page.locator("[data-card]").first.get_by_role("button", name="Cần xác minh").click()
    assert states(committed)[0] == "verify"
