"""What nobody sees, what no number holds, what no text may carry: one sentence at the field, never a failure of ours."""

from __future__ import annotations

import io
import json
import sys

import pytest
import seeding
from all_forms import NAMES, ROLES, address, writes
from werkzeug.routing import IntegerConverter

from db.accounts import api_tokens
from review_ui.web import forms

UNSEEN = "\u200b"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


def unchecked(caplog) -> list[str]:
    """The values that no check of ours caught and the database refused."""
    return [
        str(one.exc_info) for one in caplog.records if one.msg == "a value went unchecked to the database"
    ]


def test_forms_and_the_database_agree_on_what_is_blank(conn):
    every = [chr(n) for n in range(1, sys.maxunicode + 1) if not 0xD800 <= n < 0xE000]
    blank = {
        one
        for (one,) in conn.execute("SELECT c FROM unnest(%s::text[]) c WHERE blank(c)", [every]).fetchall()
    }
    ours = {one for one in every if not forms.clean(one)}
    assert len(blank) > 30
    assert blank <= ours
    # the rest are control characters, which we never keep, and spaces that Python knows and the database's locale may not
    assert {one for one in ours - blank if one.isprintable()} == set()
    assert all(one.isspace() or ord(one) < 32 or ord(one) == 127 for one in ours - blank)


@pytest.mark.parametrize("value", ["\u200b", "\u202e", "\ufeff\u2060 \n"])
def test_a_required_field_in_which_nobody_sees_anything_is_empty(anybody, sign_in, conn, value):
    case = seeding.case(conn)
    answer = anybody.post("/report", data={"url": "https://bao.test/a.html", "what": value})
    assert answer.status_code == 422 and "Hãy điền ô này." in answer.text
    client = sign_in("verifier")
    for path, fields in (
        ("/reports/new", {"channel": "phone", "what": value}),
        (f"/cases/{case}/notes", {"body": value}),
        (f"/cases/{case}/claims", {"claim": value}),
        ("/queue/filters", {"name": value}),
    ):
        answer = client.post(path, data=fields)
        assert (answer.status_code, "Hãy điền ô này." in answer.text) == (422, True), path
    claim = (
        client.post(f"/cases/{case}/claims", data={"claim": "Cầu đã sập."}).headers["Location"].split("-")[-1]
    )
    for path, fields in (
        ("evidence", {"kind": "first_hand", "title": value}),
        ("attempts", {"whom": value, "how": "gọi điện", "result": "không nghe máy"}),
        (
            "propose",
            {
                "seen": 1,
                "code": "authentic",
                "what_is_true": value,
                "reasoning": value,
                "counter_evidence": value,
            },
        ),
    ):
        answer = client.post(f"/cases/{case}/{path}", data={"claim_id": claim, **fields})
        assert answer.status_code in (409, 422), path


def test_the_api_takes_no_report_in_which_nobody_sees_anything(anybody, conn):
    person = seeding.user(conn, role="admin")
    secret = api_tokens.make(
        conn, name="hotline", scopes=["reports"], days=1, user_id=person.id, actor=person.name
    )
    answer = anybody.post(
        "/api/v1/reports",
        data=json.dumps({"url": "https://bao.test/a.html", "what_is_wrong": UNSEEN}),
        content_type="application/json",
        headers={"Authorization": f"Bearer {secret}"},
    )
    assert answer.status_code == 422


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("value", [UNSEEN, "a\0b", "9" * 18])
def test_every_field_of_every_form_is_checked_before_the_database_sees_it(
    app, conn, sign_in, caplog, role, value
):
    case = seeding.case(conn)
    client = sign_in(role)
    for rule in writes(app, role):
        for whole in (False, True):
            fields = dict.fromkeys(NAMES, value)
            if whole:
                fields |= {"case": str(case), "seen": "1", "action": "dismiss:routine", "chosen": f"{case}:1"}
            answer = client.post(address(rule, case), data=fields)
            assert answer.status_code < 500, (rule.rule, whole)
    assert unchecked(caplog) == []


def test_a_file_with_a_nul_in_its_name_is_kept_under_a_name_without(anybody, conn):
    answer = anybody.post(
        "/report",
        data={"what": "Tin này sai.", "file": (io.BytesIO(PNG), "anh\0chup.png")},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 200, answer.text
    assert conn.execute("SELECT name FROM uploads").fetchone()[0] == "anhchup.png"


@pytest.mark.parametrize(
    "mark", ["1e308:99999999999999999999", "1e308:1", "1e-300:1", "nan:1", "inf:1", "0.5:٣", "x", ":", "\0:1"]
)
def test_a_page_mark_that_no_list_of_ours_wrote_is_one_sentence(sign_in, mark):
    client = sign_in("approver")
    for path in ("/queue", "/queue?tab=open", "/queue?tab=second", "/queue?tab=closed", "/search?q=mưa", "/claims",
                 "/reports", "/sources", "/bulletin"):  # fmt: skip
        answer = (
            client.get(path, query_string=None)
            if not mark
            else client.get(
                path.split("?")[0],
                query_string={**dict(p.split("=") for p in path.split("?")[1:]), "after": mark},
            )
        )
        assert answer.status_code in (200, 422), path
        if path.startswith("/queue"):
            assert "Địa chỉ trang không đúng" in answer.text


def test_the_marks_our_own_lists_write_are_read_back(app):
    with app.test_request_context("/queue?after=0.7342:12"):
        assert forms.page_mark(forms.real) == (0.7342, 12)
    with app.test_request_context("/queue", query_string={"after": "2026-11-21T08:00:00.123456+00:00:7"}):
        found = forms.page_mark(forms.instant)
        assert found is not None and found[1] == 7 and found[0].microsecond == 123456
    with app.test_request_context("/queue"):
        assert forms.page_mark(forms.real) is None


@pytest.mark.parametrize("role", ROLES)
def test_an_address_with_a_number_no_row_has_does_not_exist(app, sign_in, role):
    client = sign_in(role)
    for rule in app.url_map.iter_rules():
        if any(isinstance(one, IntegerConverter) for one in rule._converters.values()):
            method = client.post if "POST" in rule.methods else client.get
            assert method(address(rule, 10**20)).status_code in (401, 403, 404, 405), rule.rule


def test_head_answers_as_get_does(anybody, sign_in):
    assert anybody.head("/login").status_code == 200
    assert anybody.head("/report").status_code == 200
    assert sign_in("monitor").head("/reports/new").status_code == 200


def test_what_only_the_database_caught_is_told_to_the_person_and_loud_in_the_log(app, anybody, conn, caplog):
    def view():
        conn.execute("SELECT '99999999999'::int")
        return "never"

    app.view_functions["report.form"], kept = view, app.view_functions["report.form"]
    try:
        answer = anybody.get("/report?days=99999999999")
    finally:
        app.view_functions["report.form"] = kept
    assert answer.status_code == 422 and "không ghi được" in answer.text
    assert unchecked(caplog)
