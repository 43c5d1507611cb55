"""Words without an end, names of any length, and every entry of the menu: nothing is cut, nothing pushes the page wide."""

from __future__ import annotations

import pytest
import seeding

from db.desk import cases, claims

LONG = "Z" * 4000


def wide(page):
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


@pytest.mark.parametrize("width", [390, 1280])
def test_typed_text_without_a_blank_makes_no_page_wider_than_the_window(committed, visit, width):
    person = seeding.user(committed, role="verifier")
    case = seeding.case(committed, title="T" * 300)
    claim = claims.add(
        committed, case_id=case, body=LONG[:2000], user_id=person.id, said_on=None, place=LONG[:120], field="",
        channel="", criticised_agency=LONG[:120],
    )  # fmt: skip
    claims.add_evidence(
        committed, claim_id=claim, kind="first_hand", title=LONG[:500], url="https://bao.example/" + LONG[:1900],
        body=LONG, issuer=LONG[:120], independent=True, file_sha256=None, user_id=person.id,
    )  # fmt: skip
    cases.remark(committed, case_id=case, user_id=person.id, body=LONG)
    event = cases.get(committed, case).event_id
    committed.commit()
    page = visit(person, seeding.PASSWORD, viewport={"width": width, "height": 800})
    for address in ("/", "/queue", "/queue?tab=open", f"/cases/{case}", f"/events/{event}", "/claims", "/search?q=" + "T" * 190,
                    "/reports", "/alerts/rules", "/help"):  # fmt: skip
        page.goto(address)
        assert wide(page) <= 0, (address, wide(page))


@pytest.mark.parametrize("role", ["monitor", "approver", "admin"])
def test_the_whole_menu_can_be_read_at_1280_also_with_work_waiting(committed, visit, role):
    person = seeding.user(committed, role=role, name=f"nguyen.thi.{role}")
    committed.commit()
    page_of = visit(person, seeding.PASSWORD, viewport={"width": 1280, "height": 800})
    page_of.goto("/account")
    # work that waits is counted in the bar
    page_of.evaluate(
        """() => { for (const a of [...document.querySelectorAll('.bar-nav a')].slice(0, 4))
                   if (!a.querySelector('.count')) a.insertAdjacentHTML('beforeend', ' <span class="count">99+</span>'); }"""
    )
    assert page_of.evaluate("(n => n.scrollWidth - n.clientWidth)(document.querySelector('.bar-nav'))") <= 0
    assert page_of.evaluate("document.querySelector('.bar').clientHeight") < 110


def test_a_name_stands_on_one_line_on_a_telephone(committed, visit):
    person = seeding.user(committed, role="verifier", name="nguyen.thi.minh.ngoc")
    committed.execute(
        "SELECT change_account(id, 'Nguyễn Thị Minh Ngọc Lan', role, agency, email) FROM users WHERE id = %s",
        [person.id],
    )
    committed.commit()
    page = visit(person, seeding.PASSWORD, viewport={"width": 390, "height": 800})
    page.goto("/account")
    assert page.evaluate("document.querySelector('.who-name').getBoundingClientRect().height") < 32
    assert wide(page) <= 0
