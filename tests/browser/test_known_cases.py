"""The five known refuted claims, from a citizen's report to the public bulletin, each step by somebody with the right role."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import seeding

CASES = tomllib.loads((Path(__file__).with_name("known_cases.toml")).read_text(encoding="utf-8"))["case"]
LABELS = {"fabricated": "Tin giả", "partly_false": "Tin sai sự thật"}
KINDS = ("agency_statement", "primary")
PNG = {"name": "anh-chup.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n" + b"\0" * 64}


def test_the_five_known_cases_go_from_report_to_bulletin_by_the_right_people(
    committed, visit, chromium, site
):
    people = {role: seeding.user(committed, role=role) for role in ("monitor", "verifier", "approver")}
    for code, title in LABELS.items():
        committed.execute(
            "INSERT INTO catalogue_entries (kind, name, data) VALUES ('label', %s, jsonb_build_object('title', %s::text))",
            [code, title],
        )
    committed.commit()
    monitor, verifier, approver = (
        visit(people[role], seeding.PASSWORD) for role in ("monitor", "verifier", "approver")
    )
    window = chromium.new_context(base_url=site, locale="vi-VN", java_script_enabled=False)
    citizen = window.new_page()
    for number, known in enumerate(CASES, 1):
        citizen.goto("/report")
        citizen.get_by_label("Điều gì không đúng?").fill(known["report"])
        citizen.get_by_label("Ảnh chụp hoặc tệp").set_input_files(PNG)
        citizen.get_by_role("button", name="Gửi tin báo").click()
        receipt = citizen.inner_text(".code")

        monitor.goto("/reports")
        if not monitor.locator("main article h2 a").count():
            monitor.goto("/reports?which=quarantined")  # nobody types as fast as a test
        monitor.locator("main article h2 a").first.click()
        monitor.get_by_label("Tên hồ sơ mới").fill(known["claim"][:100])
        monitor.get_by_label("Lĩnh vực").select_option(known["field"])
        monitor.get_by_role("button", name="Mở hồ sơ").click()
        case = re.search(r"/cases/(\d+)", monitor.url)[1]
        monitor.goto("/queue?tab=open")
        monitor.locator(f"#card-{case} .event-meta").click()
        monitor.locator("[data-actions]").get_by_role("button", name="Cần xác minh").click()
        until(monitor, "kiemtin.outbox.all().length === 0")

        verifier.goto(f"/cases/{case}")
        assert (
            verifier.locator("h2[id^=claim-title]").inner_text().strip('“”" ') == known["claim"]
        )  # made by the key v
        for kind, piece in zip(KINDS, known["evidence"], strict=True):
            add_evidence(verifier, kind, piece["title"], independent=kind == "primary")
        add_evidence(verifier, "archived_item", "Ảnh chụp bài đăng", file=PNG)
        form = opened(verifier, "/attempts")
        for name, words in (("whom", "Trang đăng tin"), ("how", "tin nhắn"), ("result", "không trả lời")):
            form.locator(f"[name={name}]").fill(words)
        press(verifier, form)
        form = opened(verifier, "/propose")
        form.locator("[name=code]").select_option(known["verdict"])
        for name, words in (
            ("what_is_true", known["what_is_true"]),
            ("reasoning", "Hai nguồn cùng xác nhận."),
            ("counter_evidence", "đã tìm, không thấy"),
        ):
            form.locator(f"[name={name}]").fill(words)
        press(verifier, form)

        approver.goto(f"/cases/{case}")
        with approver.expect_navigation():
            approver.get_by_role("link", name="Xem bản sẽ đăng và duyệt").click()
        for box in approver.get_by_label("Tôi xác nhận").all():
            box.check()
        if number == 1:  # in two steps, as whoever signs alone may not publish yet
            with approver.expect_navigation():
                approver.locator("button[name=decision][value=approve]").click()
            press(approver, opened(approver, "/step", "details.step:has(input[value=to_publish])"))
            approver.goto(f"/cases/{case}/answers")
            with approver.expect_navigation():
                approver.get_by_role("button", name="Công bố", exact=True).click()
        else:
            approver.locator(".sign-publish summary").click()
            with approver.expect_navigation():
                approver.locator("button[name=decision][value=publish]").click()
            assert approver.get_by_role("link", name="Xem trên bản tin").count() == 1

        citizen.goto(f"/report/{receipt}")
        citizen.get_by_role("link", name="Xem kết luận trong bản tin").click()
        text = citizen.inner_text("main")
        assert known["claim"] in text
        assert known["what_is_true"] in text
        assert LABELS[known["verdict"]] in text
        assert all(piece["title"] in text for piece in known["evidence"])
        assert not any(person.display_name in citizen.content() for person in people.values())
        citizen.goto(
            f"/bulletin?seen={number}"
        )  # the page itself may lie in the browser's cache for two minutes
        assert citizen.locator("article.item").count() == number
    window.close()


def until(page, expression):
    """Waits for the expression; Playwright's own way of waiting is an eval, which the page's policy refuses."""
    for _ in range(100):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(100)
    raise AssertionError(expression)


def opened(page, ending, details="details"):
    """The form that sends to an address with this ending, its fold opened."""
    fold = page.locator(f"{details}:has(form[action$='{ending}'])").first
    if fold.get_attribute("open") is None:
        fold.locator("summary").first.click()
    return fold.locator(f"form[action$='{ending}']").first


def press(page, form):
    """Presses the form's last button and waits until the page has what it answered (in place, or another page)."""
    here = form.get_attribute("data-here") is not None
    with page.expect_response(lambda answer: answer.request.method == "GET" and "/cases/" in answer.url):
        form.locator("button").last.click()
    page.wait_for_timeout(100)
    if here:
        page.locator("form[aria-busy]").wait_for(state="detached")


def add_evidence(page, kind, title, *, independent=False, file=None):
    form = opened(page, "/evidence")
    form.locator("[name=kind]").select_option(kind)
    form.locator("[name=title]").fill(title)
    if independent:
        form.locator("[name=independent]").check()
    if file:
        form.locator("[name=file]").set_input_files(file)
    press(page, form)
