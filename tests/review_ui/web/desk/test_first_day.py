"""The first day's list on the administrator's page: every step in words, with the one form it needs."""

from __future__ import annotations

import pytest

from db.cli import setup
from db.ops import first_day
from review_ui.admin import first_day as screen


def test_the_list_names_each_step_and_leads_to_its_form(sign_in, conn):
    page = sign_in("admin").get("/admin/setup")
    assert page.status_code == 200
    for word in screen.STEPS.values():
        assert str(word.title) in page.text
    assert "name=fetch.contact" in page.text
    assert "chưa có lần nào" in page.text


@pytest.mark.parametrize("role", ["monitor", "verifier", "approver", "leader"])
def test_it_is_the_administrators(sign_in, role):
    assert sign_in(role).get("/admin/setup").status_code == 403


def test_each_step_and_each_setting_has_its_words_on_the_page_and_on_the_command_line(app, conn):
    found = first_day.steps(conn, app.extensions["kiemtin.settings"])
    codes = {one.code for one in found}
    assert codes == set(screen.STEPS) == set(setup.WORDS)
    assert {name for one in found for name in one.settings} <= set(screen.SETTING_WORDS)


def test_a_deadline_is_confirmed_by_choosing_and_the_list_knows(sign_in, conn):
    conn.execute(
        "INSERT INTO catalogue_entries (kind, name, data) VALUES ('deadline', 'thu', %s)",
        [
            '{"name": "thu", "title": "Trả lời báo chí", "kind": "count", "value": 10, "unit": "days", "confirmed": false}'
        ],
    )
    admin = sign_in("admin")
    page = admin.get("/admin/catalogue/deadlines/entry?name=thu").text
    assert 'value="yes"' in page, page[page.find("<main") :][:3000]
    assert 'type="date"' in page
    sent = {"cell-name": "thu", "cell-title": "Trả lời báo chí", "cell-kind": "count", "cell-value": "10",
            "cell-unit": "days", "cell-valid_from": "2026-07-01", "cell-confirmed": "yes"}  # fmt: skip
    answer = admin.post("/admin/catalogue/deadlines/entry", data=sent)
    assert answer.status_code == 303, answer.text[answer.text.find("<main") :][:900]
    found = next(
        one
        for one in first_day.steps(conn, admin.application.extensions["kiemtin.settings"])
        if one.code == "deadlines"
    )
    assert found.done
