"""The ways of the day counted in a real browser: actions (clicks, keys, filled fields) and page loads, all persons together.

`python -m pytest tests/browser/test_journeys.py -s` prints the figures. Before (0.3.0, counted by hand on 2026-11-29):
rumour to bulletin 49 actions and 24 loads, criticism to approved letter 20 and 13.
"""

from __future__ import annotations

import pytest
import seeding

from db.desk import cases, claim_articles


class Hand:
    """A person at a page: counts what they do and how often a page is loaded."""

    def __init__(self, page):
        self.page, self.actions, self.loads = page, 0, 0
        page.on("framenavigated", lambda frame: self.count() if frame == page.main_frame else None)

    def count(self):
        self.loads += 1

    def click(self, found):
        self.actions += 1
        found.click()

    def key(self, key):
        self.actions += 1
        self.page.keyboard.press(key)

    def fill(self, found, words):
        self.actions += 1
        found.fill(words)

    def choose(self, found, value):
        self.actions += 1
        found.select_option(value)

    def settle(self, found):
        """Presses a button whose form is sent in place."""
        with self.page.expect_response(
            lambda answer: answer.request.method == "GET" and "/cases/" in answer.url
        ):
            self.click(found)
        self.page.locator("form[aria-busy]").wait_for(state="detached")


@pytest.fixture
def office(committed):
    """A rumour that one outlet spreads and another refutes, both kept; a criticism; three people."""
    people = {role: seeding.user(committed, role=role) for role in ("monitor", "verifier", "approver")}
    committed.execute(
        "INSERT INTO catalogue_entries (kind, name, data) VALUES ('label', 'fabricated', '{\"title\": \"Tin giả\"}')"
    )
    articles = []
    for title in ("Đập Bản Thử sắp vỡ", "Bác bỏ tin đập Bản Thử sắp vỡ"):
        article = seeding.article(committed, title=title)
        (capture,) = committed.execute(
            "INSERT INTO captures (at, url, final_url, status, payload_sha256, decoded_sha256, bytes, warc_file, warc_offset, article_id)"
            " VALUES (now(), 'https://o.example/', 'https://o.example/', 200, 'a', 'a', 1, 'x.warc.gz', 0, %s) RETURNING id",
            [article],
        ).fetchone()
        committed.execute(
            "WITH v AS (INSERT INTO versions (article_id, number, title, body, text_sha256, reader, capture_id, published_from)"
            " VALUES (%(article)s, 2, %(title)s, 'Nội dung', 'b', 'test', %(capture)s, 'meta') RETURNING id)"
            " UPDATE articles SET version_id = v.id FROM v WHERE articles.id = %(article)s",
            {"article": article, "title": title, "capture": capture},
        )
        articles.append(article)
    seeding.event(committed, articles=articles, title="Đập Bản Thử sắp vỡ", priority=0.9)
    seeding.event(committed, title="Dân kêu cứu vì bụi mỏ đá", priority=0.8)
    committed.commit()
    return people, articles


def entered(visit, person):
    hand = Hand(visit(person, seeding.PASSWORD, viewport={"width": 1366, "height": 768}))
    hand.loads = 0
    return hand


def test_a_rumour_reaches_the_bulletin_in_25_actions_and_8_loads(committed, office, visit):
    people, articles = office
    monitor = entered(visit, people["monitor"])
    monitor.page.goto("/queue")
    monitor.key("v")
    for _ in range(50):
        if monitor.page.evaluate("kiemtin.outbox.all().length === 0"):
            break
        monitor.page.wait_for_timeout(100)
    committed.rollback()
    (case,) = committed.execute("SELECT id FROM cases WHERE state = 'verify'").fetchone()
    (claim,) = committed.execute("SELECT id FROM claims").fetchone()
    for article, relation in zip(articles, ("asserts", "refutes"), strict=True):  # as the machine proposes
        committed.execute(
            "INSERT INTO claim_articles (claim_id, article_id, version_id, relation) SELECT %s, id, version_id, %s FROM articles WHERE id = %s",
            [claim, relation, article],
        )
    committed.commit()

    verifier = entered(visit, people["verifier"])
    page = verifier.page
    page.goto("/work")
    verifier.click(page.get_by_role("link", name="Xác minh: "))
    page.wait_for_url(f"**/cases/{case}")
    for article in articles:
        verifier.click(page.locator(f"#use-{claim}-{article}"))
    verifier.settle(page.get_by_role("button", name="Xác nhận cả bảng"))
    assert claim_articles.settled(committed, claim_id=claim, article_id=articles[1]) == "refutes"
    committed.rollback()
    form = page.locator(f"#form-evidence-{claim}[open]")  # the next step is open already
    verifier.choose(form.locator("[name=kind]"), "primary")
    verifier.fill(form.locator("[name=title]"), "Biên bản kiểm tra đập")
    verifier.click(form.locator("[name=independent]"))
    verifier.settle(form.locator("button.btn-primary"))
    form = page.locator(f"#form-contact-{claim}[open]")
    for name, words in (("whom", "Trang đăng tin"), ("how", "tin nhắn"), ("result", "không trả lời")):
        verifier.fill(form.locator(f"[name={name}]"), words)
    verifier.settle(form.locator("button.btn-primary"))
    form = page.locator(f"#form-propose-{claim}[open]")
    verifier.choose(form.locator("[name=code]"), "fabricated")
    for name in ("what_is_true", "reasoning", "counter_evidence"):
        verifier.fill(form.locator(f"[name={name}]"), "Đập an toàn, đã kiểm tra.")
    verifier.settle(form.locator("button.btn-primary"))

    approver = entered(visit, people["approver"])
    approver.page.goto("/work")
    approver.click(approver.page.get_by_role("link", name="Đọc và duyệt: "))
    approver.click(approver.page.locator(".sign-publish summary"))
    approver.page.get_by_label("Tôi xác nhận").check()
    approver.click(approver.page.locator("button[value=publish]"))
    approver.page.get_by_role("link", name="Xem trên bản tin").wait_for()
    hands = (monitor, verifier, approver)
    actions, loads = sum(hand.actions for hand in hands), sum(hand.loads for hand in hands)
    print(f"\nrumour to bulletin: {actions} actions, {loads} loads")
    assert actions <= 25
    assert loads <= 8


def test_a_criticism_reaches_an_approved_letter_in_12_actions(committed, office, visit):
    people, _articles = office
    monitor = entered(visit, people["monitor"])
    monitor.page.goto("/queue")
    monitor.key("j")
    monitor.key("p")
    for _ in range(50):
        if monitor.page.evaluate("kiemtin.outbox.all().length === 0"):
            break
        monitor.page.wait_for_timeout(100)
    verifier = entered(visit, people["verifier"])
    page = verifier.page
    page.goto("/work")
    verifier.click(page.get_by_role("link", name="Soạn trả lời: "))
    verifier.click(page.get_by_role("button", name="Soạn từ mẫu"))
    page.wait_for_url("**/answers/*")
    verifier.fill(page.get_by_label("Nội dung"), "Mỏ đá đã dừng nổ mìn từ ngày 20/11.")
    verifier.click(page.get_by_role("button", name="Lưu bản mới"))
    page.wait_for_load_state()
    approver = entered(visit, people["approver"])
    approver.page.goto("/work")
    approver.click(approver.page.get_by_role("link", name="Đọc và duyệt: "))
    approver.click(approver.page.get_by_role("button", name="Duyệt văn bản"))
    approver.page.get_by_text("đã duyệt").first.wait_for()
    hands = (monitor, verifier, approver)
    actions, loads = sum(hand.actions for hand in hands), sum(hand.loads for hand in hands)
    print(f"\ncriticism to approved letter: {actions} actions, {loads} loads")
    assert actions <= 12
    committed.rollback()
    assert cases.get(committed, committed.execute("SELECT case_id FROM responses").fetchone()[0]).critical


def test_what_is_typed_in_a_case_survives_a_reload_and_a_refusal_keeps_it(committed, office, visit):
    people, _articles = office
    case = seeding.case(committed, title="Sạt lở ở Bản Thử")
    cases.act(
        committed,
        case_id=case,
        action="escalate",
        user_id=people["monitor"].id,
        seen_version=1,
        data={"to_verify": "x"},
    )
    committed.commit()
    page = visit(people["verifier"], seeding.PASSWORD)
    page.goto(f"/cases/{case}")
    page.locator("form[data-draft=claim] [name=claim]").fill("Đường tỉnh lộ bị vùi lấp")
    page.locator(".draft-said, h1").first.wait_for()
    page.wait_for_timeout(500)
    page.reload()
    field = page.locator("form[data-draft=claim] [name=claim]")
    assert field.input_value() == "Đường tỉnh lộ bị vùi lấp"
    page.route("**/claims", lambda route: route.abort())
    page.locator("form[data-draft=claim] button").click()
    page.get_by_role("alert").filter(has_text="Chưa gửi được").wait_for()
    assert field.input_value() == "Đường tỉnh lộ bị vùi lấp"
    page.unroute("**/claims")
    page.locator("form[data-draft=claim] button").click()
    page.locator("section.claim").wait_for()
    assert page.url.startswith(page.url.split("/cases/")[0] + f"/cases/{case}")
