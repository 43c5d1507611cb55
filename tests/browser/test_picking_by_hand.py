"""A sentence becomes a claim in a real browser: by a click, and without JavaScript by a link."""

from __future__ import annotations

import re

import pytest
import seeding
from axe_playwright_python.sync_playwright import Axe

from db.desk import cases, claim_articles, claims

SENTENCE = "Người dân xã Bản Thử nói rằng đập sắp vỡ trong đêm nay."


@pytest.fixture
def told(committed):
    """A person and an article in a flagged event."""
    article = seeding.article(
        committed, title="Nghe nói đập Bản Thử sắp vỡ", body=f"{SENTENCE} Chính quyền đang kiểm tra.\nDòng hai."
    )  # fmt: skip
    event = seeding.event(committed, articles=[article])
    person = seeding.user(committed, role="verifier")
    committed.commit()
    return person, article, event


def kept(committed, article, event):
    committed.rollback()
    case = cases.of_event(committed, event)
    [claim] = claims.of_case(committed, case_id=case.id)
    [carried] = claim_articles.of_articles(committed, article_ids=[article], restricted=True)[article]
    return case.state, claim.body, carried.relation, carried.start_at


@pytest.mark.parametrize("screen", ["/articles/{article}", "/events/{event}"])
def test_a_click_on_a_sentence_offers_its_form_and_one_key_sends_it(committed, told, visit, screen):
    person, article, event = told
    page = visit(person, seeding.PASSWORD)
    page.goto(screen.format(article=article, event=event))
    page.get_by_text(SENTENCE).first.click()
    offer = page.get_by_role("link", name="Lập nhận định từ câu này")
    page.keyboard.press("Escape")
    assert not offer.count()
    page.get_by_text(SENTENCE).first.click()
    with page.expect_navigation():
        offer.click()
    assert page.get_by_label("Câu cần kiểm chứng").input_value() == SENTENCE
    assert not Axe().run(page).response["violations"]
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert re.search(r"/cases/\d+#claim-\d+$", page.url)
    assert kept(committed, article, event) == ("verify", SENTENCE, "asserts", 28)
    page.goto(f"/articles/{article}")
    assert page.get_by_title("Khẳng định").inner_text() == SENTENCE


def test_without_javascript_every_sentence_is_a_link(committed, told, visit):
    person, article, event = told
    page = visit(person, seeding.PASSWORD, java_script_enabled=False)
    page.goto(f"/events/{event}")
    page.get_by_role("link", name="Chọn câu làm nhận định").click()
    page.get_by_role("link", name=SENTENCE).click()
    page.get_by_label("Bài này").select_option("refutes")
    page.get_by_role("button", name="Thêm và chuyển xác minh").click()
    assert kept(committed, article, event) == ("verify", SENTENCE, "refutes", 28)
