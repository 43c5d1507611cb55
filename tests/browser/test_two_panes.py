"""The queue in two panes: keys act on the card they were pressed for, whatever the line does; nothing is lost, nothing doubled."""

from __future__ import annotations

import os
import random
import re

import pytest
import seeding

from db.desk import cases

LARGE = {"viewport": {"width": 1366, "height": 768}}


@pytest.fixture
def queue_of(committed):
    """Makes a queue of so many events; returns the cases in the order of the list."""

    def make(n: int) -> list[int]:
        made = [
            seeding.case(committed, title=f"Sự việc thử số {k}", priority=0.9 - k / 1000) for k in range(n)
        ]
        committed.commit()
        return made

    return make


def decisions(conn) -> list[tuple[int, str]]:
    """(case, action) of everything that was decided, in no order."""
    conn.rollback()
    return sorted(conn.execute("SELECT case_id, action FROM case_actions").fetchall())


def settled(page) -> None:
    until(page, "kiemtin.outbox.all().length === 0")


def until(page, expression: str, *, rounds: int = 300) -> None:
    """Waits for the expression; Playwright's own way of waiting is an eval, which the page's policy refuses."""
    for _ in range(rounds):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(200)
    raise AssertionError(expression, page.evaluate("kiemtin.outbox.all()"))


def test_ten_cards_take_ten_keys_and_no_page(committed, queue_of, visit):
    made = queue_of(12)
    person = seeding.user(committed)
    committed.commit()
    page = visit(person, seeding.PASSWORD, **LARGE)
    page.goto("/queue")
    loads = []
    page.on("framenavigated", lambda frame: loads.append(frame.url))
    inside = page.evaluate(
        "[...document.querySelectorAll('[data-card]')].filter(c => c.getBoundingClientRect().bottom <= innerHeight).length"
    )
    assert inside >= 7
    page.get_by_role("heading", name="Sự việc thử số 0", level=2).last.wait_for()
    assert page.locator("[data-pane-text]").inner_text().count("đường bị vùi lấp")
    wanted = [
        "dismiss",
        "escalate",
        "route_critical",
        "dismiss",
        "dismiss",
        "escalate",
        "dismiss",
        "route_critical",
        "escalate",
        "dismiss",
    ]
    keys = {"dismiss": "d", "escalate": "v", "route_critical": "p"}
    for action in wanted:
        page.keyboard.press(keys[action])
    settled(page)
    assert decisions(committed) == sorted(zip(made, wanted, strict=False))
    assert not loads
    assert page.locator("[data-done]").inner_text() == "10"
    assert page.title().startswith("(2)")


@pytest.mark.parametrize("seed", range(int(os.environ.get("KIEMTIN_RUNS", "2"))))
def test_keys_on_a_bad_line_decide_each_card_once(committed, queue_of, visit, seed):
    """30 keys 50 ms apart; every request is slow, every fifth answer is lost after the server has acted on it."""
    made = queue_of(30)
    person = seeding.user(committed)
    committed.commit()
    page = visit(person, seeding.PASSWORD, **LARGE)
    dice = random.Random(seed)
    lost = []

    def bad_line(route):
        if dice.random() < 0.2:
            route.fetch()  # it arrives, the answer does not
            lost.append(1)
            route.abort("connectionreset")
        else:
            route.continue_()

    page.goto("/queue")
    page.route("**/queue/send", bad_line)
    wanted = []
    for _ in made:
        action, key = dice.choice([("dismiss", "d"), ("escalate", "v"), ("route_critical", "p")])
        wanted.append(action)
        page.keyboard.press(key)
        page.wait_for_timeout(50)
    assert page.locator("[data-card]:visible").count() == 0
    settled(page)
    assert lost
    assert decisions(committed) == sorted(zip(made, wanted, strict=True))


def test_a_session_that_ends_keeps_the_decisions_and_sends_them_for_the_same_person_only(
    committed, queue_of, visit
):
    made = queue_of(4)
    person, other = seeding.user(committed), seeding.user(committed)
    committed.commit()
    page = visit(person, seeding.PASSWORD, **LARGE)
    page.goto("/queue")
    page.keyboard.press("d")
    settled(page)
    committed.execute("DELETE FROM sessions")
    committed.commit()
    for key in "vp":
        page.keyboard.press(key)
    page.locator(".outbox-line").filter(has_text="2 quyết định đang giữ").wait_for()
    assert len(decisions(committed)) == 1
    second = page.context.new_page()
    for who in (other, person):
        second.goto("/login")
        if "/login" not in second.url:
            second.locator(".me summary").click()
            second.get_by_role("button", name="Đăng xuất").first.click()
            second.goto("/login")
        second.get_by_label("Tên đăng nhập").fill(who.name)
        second.get_by_label("Mật khẩu").fill(seeding.PASSWORD)
        second.get_by_role("button", name="Đăng nhập").click()
        second.wait_for_url(lambda url: "/login" not in url)
        if who is other:
            page.wait_for_timeout(6000)  # it asks again every five seconds
            assert len(decisions(committed)) == 1
    settled(page)
    assert decisions(committed) == sorted(zip(made, ["dismiss", "escalate", "route_critical"], strict=False))
    assert {row[0] for row in committed.execute("SELECT actor_id FROM case_actions").fetchall()} == {
        person.id
    }


def test_decisions_that_were_not_sent_survive_the_page(committed, queue_of, visit):
    made = queue_of(3)
    person = seeding.user(committed)
    committed.commit()
    page = visit(person, seeding.PASSWORD, **LARGE)
    page.goto("/queue")
    page.route("**/queue/send", lambda route: route.abort())
    page.keyboard.press("d")
    page.keyboard.press("v")
    until(page, "kiemtin.outbox.state().slow")
    page.unroute("**/queue/send")
    page.goto("/help")
    settled(page)
    assert decisions(committed) == sorted(zip(made, ["dismiss", "escalate"], strict=False))


def test_what_a_colleague_decided_meanwhile_comes_back_red(committed, queue_of, visit):
    made = queue_of(3)
    person, other = seeding.user(committed), seeding.user(committed)
    committed.commit()
    page = visit(person, seeding.PASSWORD, **LARGE)
    page.goto("/queue")
    cases.act(committed, case_id=made[0], action="route_critical", user_id=other.id, seen_version=1)
    committed.commit()
    page.keyboard.press("d")
    page.keyboard.press("d")
    card = page.locator(f"#card-{made[0]}[data-refused]")
    card.wait_for()
    # the refused one alone is left; the second may still be under way
    until(page, "kiemtin.outbox.all().length === 1")
    assert "Không ghi được" in card.locator(".refusal").inner_text()
    assert decisions(committed) == [(made[0], "route_critical"), (made[1], "dismiss")]
    card.get_by_role("button", name="Bỏ quyết định này").click()
    settled(page)


def test_undo_and_a_second_decision_follow_each_other(committed, queue_of, visit):
    made = queue_of(3)
    person = seeding.user(committed)
    committed.commit()
    page = visit(person, seeding.PASSWORD, **LARGE)
    page.goto("/queue")
    for key in ("d", "z", "v"):
        page.keyboard.press(key)
    settled(page)
    committed.rollback()
    state = committed.execute("SELECT state FROM cases WHERE id = %s", [made[0]]).fetchone()[0]
    assert state == "verify"


def test_what_is_chosen_is_decided_together(committed, queue_of, visit):
    made = queue_of(4)
    person = seeding.user(committed)
    committed.commit()
    page = visit(person, seeding.PASSWORD, **LARGE)
    page.goto("/queue")
    for key in ("x", "j", "x"):
        page.keyboard.press(key)
    bar = page.locator("#bulk.floating")
    assert "2 tin đã chọn" in bar.inner_text()
    bar.get_by_label("Bước").select_option("dismiss:routine")
    bar.get_by_role("button", name="Thực hiện").click()
    settled(page)
    assert decisions(committed) == [(made[0], "dismiss"), (made[1], "dismiss")]


@pytest.mark.parametrize("event", ["D", "в"])
def test_capitals_by_the_lock_and_other_alphabets_are_the_key_in_its_place(committed, queue_of, visit, event):
    made = queue_of(2)
    person = seeding.user(committed)
    committed.commit()
    page = visit(person, seeding.PASSWORD, **LARGE)
    page.goto("/queue")
    page.evaluate(
        """key => { const made = new KeyboardEvent("keydown", { key, code: "KeyD", bubbles: true, cancelable: true });
        made.getModifierState = name => name === "CapsLock" && key === "D"; document.body.dispatchEvent(made); }""",
        event,
    )
    settled(page)
    assert decisions(committed) == [(made[0], "dismiss")]


def test_without_storage_the_decision_is_sent_all_the_same(committed, queue_of, visit):
    made = queue_of(2)
    person = seeding.user(committed)
    committed.commit()
    page = visit(person, seeding.PASSWORD, **LARGE)
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('private'); } });"
    )
    page.goto("/queue")
    page.keyboard.press("d")
    settled(page)
    assert decisions(committed) == [(made[0], "dismiss")]
    assert not page.evaluate("kiemtin.outbox.state().stored")


def test_the_page_is_light(committed, queue_of, visit):
    """Budgets of 2026-11-29: at most 150 kB before compression of the page itself and 6 requests."""
    queue_of(30)
    person = seeding.user(committed)
    committed.commit()
    page = visit(person, seeding.PASSWORD, **LARGE)
    asked = []
    page.on("request", lambda request: asked.append(re.sub(r"\?.*", "", request.url)))
    answer = page.goto("/queue")
    assert len(answer.body()) <= 150_000
    page.wait_for_load_state("load")
    # the browser asks for the icon when it likes
    assert len([one for one in asked if "/queue/pane/" not in one and not one.endswith("icon.svg")]) <= 6, (
        asked
    )
