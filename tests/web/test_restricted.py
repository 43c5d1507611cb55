"""A restricted matter does not exist for a monitor: not by its address, not named in a form, not in a list or a number."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
import seeding

from db import cases, claims, leases, relations
from review_ui import auth, restricted
from review_ui.auth import Role

HIDDEN = "Chuyện kín ở phường Bản Thử"


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """A case with its event, its article and a claim."""

    case_id: int
    event_id: int
    article_id: int
    claim_id: int


def matter(conn, title):
    article = seeding.article(conn, title=title)
    event = seeding.event(conn, articles=[article], title=title)
    case = cases.of_event(conn, event).id
    claim = claims.add(conn, case_id=case, body=f"{title}, nói rõ", user_id=seeding.user(conn).id)
    return Matter(case_id=case, event_id=event, article_id=article, claim_id=claim)


@pytest.fixture
def hidden(conn):
    made = matter(conn, HIDDEN)
    conn.execute("UPDATE cases SET restricted = true WHERE id = %s", [made.case_id])
    return made


@pytest.fixture
def plain(conn):
    return matter(conn, "Chuyện ai cũng biết")


def writes(app):
    """Every route by which a monitor writes."""
    return [
        rule
        for rule in app.url_map.iter_rules()
        if "POST" in rule.methods
        and rule.endpoint not in auth.PUBLIC
        and Role.MONITOR in auth.allowed_roles(app, rule.endpoint)
    ]


def address(rule, of):
    known = {name: getattr(of, name) for name in ("case_id", "event_id", "article_id", "claim_id")}
    return rule.build({name: known.get(name, 1) for name in rule.arguments})[1]


def everything(conn):
    tables = ("case_actions", "reviews", "leases", "claims", "claim_articles", "notes", "stances", "event_corrections",
              "capture_requests")  # fmt: skip
    found = [conn.execute(f"SELECT count(*) FROM {table}").fetchone() for table in tables]
    return [*found, conn.execute("SELECT id, state, version, assigned_to FROM cases ORDER BY id").fetchall()]


def test_every_address_that_writes_to_a_restricted_matter_answers_a_monitor_with_404(
    app, sign_in, conn, hidden
):
    monitor, before = sign_in("monitor"), everything(conn)
    walked = [
        rule for rule in writes(app) if rule.arguments & {"case_id", "event_id", "article_id", "claim_id"}
    ]
    assert len(walked) > 20
    for rule in walked:
        answer = monitor.post(address(rule, hidden), data={"seen": 1, "action": "dismiss:routine"})
        assert answer.status_code == 404, rule
        assert HIDDEN not in answer.text
    assert everything(conn) == before


def test_every_form_that_names_a_restricted_matter_answers_a_monitor_with_404(
    app, sign_in, conn, hidden, plain
):
    monitor, before = sign_in("monitor"), everything(conn)
    of = {
        "cases": hidden.case_id,
        "events": hidden.event_id,
        "articles": hidden.article_id,
        "claims": hidden.claim_id,
    }
    said = [
        {name: of[kind]}
        for kind, names in restricted.NAMED.items()
        for name in names
        if not name.endswith("_id") or name == "claim_id"
    ]
    said += [{"chosen": [f"{plain.case_id}:1", f"{hidden.case_id}:1"]}]
    for rule in writes(app):
        for fields in said:
            data = {"seen": 1, "action": "dismiss:routine", "relation": "repeats"} | fields
            answer = monitor.post(address(rule, plain), data=data)
            assert answer.status_code == 404, (rule, fields)
            asked = {name: value for name, value in fields.items() if not isinstance(value, list)}
            assert monitor.post(address(rule, plain), query_string=asked or data).status_code == 404
    assert everything(conn) == before


def test_every_page_of_a_restricted_matter_answers_a_monitor_with_404(app, sign_in, hidden):
    monitor = sign_in("monitor")
    for rule in app.url_map.iter_rules():
        if rule.arguments & {"case_id", "event_id", "article_id"} and "GET" in rule.methods:
            if rule.endpoint.split(".")[0] in auth.TOKEN_BLUEPRINTS:
                continue
            wanted = address(rule, hidden)
            allowed = Role.MONITOR in auth.allowed_roles(app, rule.endpoint)
            assert monitor.get(wanted).status_code == (404 if allowed else 403), rule


def test_no_monitors_case_shows_what_a_restricted_case_is_about(sign_in, conn, hidden, plain):
    monitor, verifier = sign_in("monitor"), sign_in("verifier")
    link = {"claim_id": plain.claim_id, "article": hidden.article_id, "relation": "repeats"}
    assert monitor.post(f"/cases/{plain.case_id}/link", data=link).status_code == 404
    assert HIDDEN not in monitor.get(f"/cases/{plain.case_id}").text
    assert verifier.post(f"/cases/{plain.case_id}/link", data=link).status_code == 303
    assert HIDDEN in verifier.get(f"/cases/{plain.case_id}").text
    assert HIDDEN not in monitor.get(f"/cases/{plain.case_id}").text
    assert len(relations.carriers_of(conn, case_id=plain.case_id, restricted=True)) == 1


def test_a_verifier_works_on_a_restricted_case_as_on_any_other(sign_in, conn, hidden):
    verifier = sign_in("verifier")
    answer = verifier.post(
        "/queue/bulk", data={"chosen": [f"{hidden.case_id}:1"], "action": "dismiss:routine"}
    )
    assert answer.status_code == 303
    assert cases.get(conn, hidden.case_id).state == "closed"
    assert leases.of_case(conn, case_id=hidden.case_id) is None
