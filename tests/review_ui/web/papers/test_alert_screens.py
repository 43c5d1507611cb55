"""The alerts screen."""

from __future__ import annotations

import pytest

from db.desk import alerts


def test_a_rule_is_added_previewed_switched_given_a_target_and_removed(sign_in, conn):
    client = sign_in("admin")
    assert client.get("/alerts").status_code == 200
    answer = client.post("/alerts/rules", data={"what": "high_band:check", "title": "Cần kiểm chứng mức cao"})
    assert "Không có gì được gửi khi xem thử" in client.get(answer.location).text
    (rule,) = alerts.rules(conn)
    assert not rule.enabled
    client.post(
        f"/alerts/rules/{rule.id}/targets",
        data={"channel": "mail", "address": "a@b.example", "role": "approver"},
    )
    client.post(f"/alerts/rules/{rule.id}/switch", data={"on": "1"})
    assert alerts.rules(conn)[0].enabled
    page = client.get("/alerts").text
    assert "a@b.example" in page
    (target,) = alerts.targets(conn)
    client.post(f"/alerts/targets/{target.id}/remove")
    client.post(f"/alerts/rules/{rule.id}/remove")
    assert alerts.rules(conn) == []


@pytest.mark.parametrize(
    "data",
    [
        {"channel": "mail", "address": "không phải thư"},
        {"channel": "webhook", "address": "ftp://x"},
        {"channel": "webhook", "address": "http://127.0.0.1:5432/"},
        {"channel": "webhook", "address": "http://localhost/x"},
        {"channel": "webhook", "address": "http://169.254.169.254/latest"},
        {"channel": "telegram", "address": "a b"},
        {"channel": "fax", "address": "1"},
        {"channel": "mail", "address": ""},
    ],
)
def test_a_wrong_target_is_one_sentence(sign_in, conn, data):
    rule = alerts.add_rule(conn, title="Thử", kind="clock", value="", urgent=False, created_by=None)
    assert sign_in("admin").post(f"/alerts/rules/{rule}/targets", data=data).status_code == 422


@pytest.mark.parametrize("role", ["monitor", "verifier", "leader"])
def test_alerts_are_set_by_approvers_and_admins(sign_in, role):
    assert sign_in(role).get("/alerts").status_code == 403
