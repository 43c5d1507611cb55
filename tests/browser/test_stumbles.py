"""What people and attackers do by hand: paste a megabyte, leave the desk, write script into fields."""

from __future__ import annotations

import oidc_provider
import pytest
import seeding
from attack_strings import SCRIPT

from db.core.oidc_settings import Provider
from db.core.settings import Settings
from db.desk import cases, leases

WATCH = "window.ktx = () => { document.documentElement.dataset.broken = 'yes'; };"


@pytest.fixture
def case(committed):
    found = seeding.case(committed, title="Sạt lở ở Bản Thử")
    committed.commit()
    return found


@pytest.fixture
def verifier(committed):
    person = seeding.user(committed, role="verifier", name="minh.duc")
    committed.commit()
    return person


def broken(page):
    return page.evaluate("document.documentElement.dataset.broken") == "yes"


def test_a_pasted_megabyte_is_kept_said_to_be_too_long_and_given_back(case, verifier, visit):
    page = visit(verifier, seeding.PASSWORD)
    page.goto(f"/cases/{case}")
    text = "Mưa lớn suốt đêm ở xã Bản Thử.\n" * 32_258  # 999,998 characters
    # a paste, without the minutes that a browser needs to draw every letter typed
    page.evaluate(
        """(text) => { const box = document.getElementById('note-body');
                       box.value = text; box.dispatchEvent(new Event('input', {bubbles: true})); }""",
        text,
    )
    assert page.evaluate("document.getElementById('note-body').value.length") == len(text)
    assert "Dài quá" in page.inner_text(".too-long")
    # a browser that checks nothing sends it all the same
    page.evaluate("document.getElementById('note-body').form.noValidate = true")
    page.locator("#note-body").evaluate("field => field.form.requestSubmit()")
    page.wait_for_selector("h1:has-text('Cần sửa lại')")
    assert page.evaluate("document.querySelector('main textarea').value.length") == len(text)


def test_a_stale_tab_says_what_happened_and_the_page_behind_a_decision_is_fresh(
    committed, case, verifier, visit
):
    page = visit(verifier, seeding.PASSWORD)
    event = cases.get(committed, case).event_id
    stale = page.context.new_page()
    for each in (stale, page):
        each.goto(f"/events/{event}")
    page.get_by_label("Câu cần xác minh").fill("Đường bị vùi lấp")
    page.get_by_role("button", name="Cần xác minh").click()
    page.wait_for_url(f"**/cases/{case}")
    page.go_back()  # pages are kept by no browser: what is there is how things stand now
    page.wait_for_selector("h2:has-text('Các báo viết gì')")
    assert page.get_by_role("button", name="Bỏ qua").count() == 0
    stale.get_by_role("button", name="Bỏ qua").first.click()
    stale.wait_for_selector("h1:has-text('Đã có thay đổi')")
    said = stale.inner_text("main")
    assert "Cần xác minh" in said
    assert "Minh.duc" in said
    committed.rollback()
    assert cases.get(committed, case).state == "verify"


def test_hands_off_the_desk_give_the_case_back_and_keep_what_was_typed(committed, case, verifier, visit):
    page = visit(verifier, seeding.PASSWORD)
    page.clock.install()
    page.goto(f"/cases/{case}")
    with page.expect_navigation():  # to its end: the hands are watched from when the script has run
        page.get_by_role("button", name="Nhận xử lý").click()
    page.wait_for_selector("[data-lease]")
    page.locator("#note-body").fill("Đang viết dở")
    with page.expect_response("**/let-go"):
        page.clock.fast_forward("11:00")
        # a slow browser tells late of the scrolling to the field, which is a touch: from then on nothing moves
        page.clock.fast_forward("11:00")
    assert "đã được trả lại" in page.inner_text(".lease-bar")
    assert page.locator("#note-body").input_value() == "Đang viết dở"
    committed.rollback()
    assert leases.of_case(committed, case_id=case) is None


def test_script_from_the_press_and_from_colleagues_is_text_on_every_screen(committed, verifier, visit):
    for n, text in enumerate(SCRIPT):
        clean = text.replace("\x00", "")
        article = seeding.article(committed, title=clean, body=f"{clean}\n{clean}")
        event = seeding.event(
            committed, articles=[article], title=clean, priority=1 - n / 100,
            reasons=[{"signal": "check", "rule": clean, "text": clean, "start": 0, "end": len(clean), "weight": 1, "article": article}],
            differences=[{"kind": clean, "label": clean, "values": [{"value": clean, "tellings": [{"article": article, "source": clean, "text": clean}]}]}],
        )  # fmt: skip
    case = cases.of_event(committed, event).id
    committed.commit()
    page = visit(verifier, seeding.PASSWORD)
    page.add_init_script(WATCH)
    page.goto(f"/cases/{case}")
    for text in SCRIPT[:6]:
        page.locator("#note-body").fill(text.replace("\x00", ""))
        with page.expect_navigation():
            page.locator("#note-body").evaluate("field => field.form.requestSubmit()")
        assert not broken(page)
    for address in (
        "/",
        "/queue",
        f"/events/{event}",
        f"/articles/{article}",
        f"/cases/{case}",
        "/search?q=script",
    ):
        page.goto(address)
        page.mouse.move(300, 300)
        assert not broken(page), address
    page.goto("/queue")
    assert SCRIPT[0] in page.inner_text("main")


def test_a_mention_waits_on_the_first_page_of_whom_it_names(committed, case, verifier, visit):
    lan = seeding.user(committed, role="approver", name="thu.lan")
    committed.commit()
    page = visit(verifier, seeding.PASSWORD)
    page.goto(f"/cases/{case}")
    page.keyboard.press("g")
    page.keyboard.type("Nhờ @thu.lan xem giúp")
    page.get_by_role("button", name="Ghi", exact=True).click()
    page.wait_for_selector(".note strong:has-text('@thu.lan')")
    hers = visit(lan, seeding.PASSWORD)
    hers.wait_for_url("**/work")
    hers.get_by_role("link", name="Sạt lở ở Bản Thử").first.click()
    hers.wait_for_url(f"**/cases/{case}")
    hers.goto("/work")
    assert hers.locator("#needs").count() == 0


@pytest.fixture
def office():
    """Another site than ours, as browsers see it: `localhost` and 127.0.0.1 are not the same one."""
    provider = oidc_provider.Provider("localhost")
    yield provider
    provider.close()


@pytest.fixture
def settings(tmp_path, office):
    provider = Provider(
        issuer=office.address,
        client_id=oidc_provider.CLIENT,
        client_secret=oidc_provider.SECRET,
        match="name",
    )
    return Settings(home=tmp_path, secret_key="for tests only", provider=provider)


def test_the_offices_own_sign_in_leads_back_to_the_page_that_was_asked_for(
    committed, verifier, chromium, site, office
):
    office.claims = {"sub": "s-1", "preferred_username": "minh.duc"}
    page = chromium.new_context(base_url=site, locale="vi-VN").new_page()
    page.goto("/queue?tab=open")
    page.get_by_role("link", name="Đăng nhập bằng tài khoản cơ quan").click()
    page.wait_for_url("**/queue?tab=open")
    assert "Minh.duc" in page.inner_text("header")
    page.context.close()
