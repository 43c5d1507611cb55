"""A restricted matter does not exist for a monitor: not by its address, not named in a form, not in a list or a number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import lxml.html
import pytest
import seeding

from db.desk import cases, claim_articles, claims, leases, notifications
from db.queries import overview, queue
from review_ui.web import access, auth
from review_ui.web.auth import UserRole

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
        and UserRole.MONITOR in auth.allowed_roles(app, rule.endpoint)
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


# every name under which a form speaks of a matter
NAMED = {
    "cases": ("case", "chosen"),
    "events": ("into_event",),
    "articles": ("article", "only_article"),
    "claims": ("claim_id", "claim"),
}


def test_every_form_that_names_a_restricted_matter_leaves_a_monitor_without_it(
    app, sign_in, conn, hidden, plain
):
    monitor = sign_in("monitor")
    of = {
        "cases": hidden.case_id,
        "events": hidden.event_id,
        "articles": hidden.article_id,
        "claims": hidden.claim_id,
    }
    said = [{name: of[kind]} for kind, names in NAMED.items() for name in names]
    said += [{"chosen": [f"{plain.case_id}:1", f"{hidden.case_id}:1"]}]
    read = set()
    for rule in (rule for rule in writes(app) if not rule.endpoint.startswith("account.")):
        for fields in said:
            before = of_hidden(conn, hidden)
            data = {
                "seen": 1,
                "action": "dismiss:routine",
                "relation": "repeats",
                "kind": "move",
                "claim_id": plain.claim_id,
            } | fields
            answer = monitor.post(address(rule, plain), data=data)
            assert HIDDEN not in answer.text, (rule, fields)
            assert of_hidden(conn, hidden) == before, (rule, fields)
            if answer.status_code == 404:
                read |= {(rule.endpoint, name) for name in fields}
    assert {
        ("queue.decide", "case"), ("queue.bulk", "chosen"), ("events.correct", "into_event"), ("events.correct", "article"),
        ("events.decide", "only_article"), ("claim_evidence.link", "article"), ("claim_evidence.link", "claim_id"),
        ("claim_from_text.settle", "claim_id"),
    } <= read  # fmt: skip


def of_hidden(conn, hidden):
    """All that is written about the hidden matter."""
    return [
        conn.execute("SELECT state, version, assigned_to, due_at FROM cases WHERE id = %s", [hidden.case_id]).fetchone(),
        conn.execute("SELECT count(*) FROM case_actions WHERE case_id = %s", [hidden.case_id]).fetchone(),
        conn.execute("SELECT count(*) FROM claim_articles WHERE claim_id = %s OR article_id = %s", [hidden.claim_id, hidden.article_id]).fetchone(),
        conn.execute("SELECT count(*) FROM event_corrections WHERE event_id = %(e)s OR into_event = %(e)s OR %(a)s = ANY (article_ids)",
                     {"e": hidden.event_id, "a": hidden.article_id}).fetchone(),
        conn.execute("SELECT count(*) FROM reviews WHERE case_id = %s OR only_article = %s", [hidden.case_id, hidden.article_id]).fetchone(),
        conn.execute("SELECT event_id FROM event_members WHERE article_id = %s", [hidden.article_id]).fetchone(),
    ]  # fmt: skip


def test_addresses_and_forms_ask_by_kind_whether_a_matter_may_be_known(app):
    for rule in app.url_map.iter_rules():
        if rule.endpoint.split(".")[0] not in auth.TOKEN_BLUEPRINTS:
            for name in rule.arguments & {"case_id", "event_id", "article_id", "claim_id"}:
                assert isinstance(rule._converters[name], access.MatterNumber), rule
    names = "|".join({*sum(NAMED.values(), ()), "case_id", "event_id", "article_id"})
    unasked = re.compile(rf"forms\.wholes?\(\"({names})\"")
    for path in Path(access.__file__).parents[1].rglob("*.py"):
        assert not unasked.search(path.read_text(encoding="utf-8")), path


def test_every_page_of_a_restricted_matter_answers_a_monitor_with_404(app, sign_in, hidden):
    monitor = sign_in("monitor")
    for rule in app.url_map.iter_rules():
        if rule.arguments & {"case_id", "event_id", "article_id"} and "GET" in rule.methods:
            if rule.endpoint.split(".")[0] in auth.TOKEN_BLUEPRINTS:
                continue
            wanted = address(rule, hidden)
            allowed = UserRole.MONITOR in auth.allowed_roles(app, rule.endpoint)
            assert monitor.get(wanted).status_code == (404 if allowed else 403), rule


def test_no_monitors_case_shows_what_a_restricted_case_is_about(sign_in, conn, hidden, plain):
    monitor, verifier = sign_in("monitor"), sign_in("verifier")
    link = {"claim_id": plain.claim_id, "article": hidden.article_id, "relation": "repeats"}
    assert monitor.post(f"/cases/{plain.case_id}/link", data=link).status_code == 404
    assert HIDDEN not in monitor.get(f"/cases/{plain.case_id}").text
    assert verifier.post(f"/cases/{plain.case_id}/link", data=link).status_code == 303
    assert HIDDEN in verifier.get(f"/cases/{plain.case_id}").text
    assert HIDDEN not in monitor.get(f"/cases/{plain.case_id}").text
    assert len(claim_articles.carriers_of(conn, case_id=plain.case_id, restricted=True)) == 1


def test_a_verifier_works_on_a_restricted_case_as_on_any_other(sign_in, conn, hidden):
    verifier = sign_in("verifier")
    answer = verifier.post(
        "/queue/bulk", data={"chosen": [f"{hidden.case_id}:1"], "action": "dismiss:routine"}
    )
    assert answer.status_code == 303
    assert cases.get(conn, hidden.case_id).state == "closed"
    assert leases.of_case(conn, case_id=hidden.case_id) is None


# ── lists and numbers ───────────────────────────────────────────────────────────────────────────────────────────
def test_a_monitors_overview_names_no_restricted_case_even_one_they_were_given_before(sign_in, conn, plain):
    monitor, giver = sign_in("monitor"), sign_in("verifier")
    giver.post(f"/cases/{plain.case_id}/notes", data={"body": f"@{monitor.person.name} việc kín đây"})
    giver.post(
        "/queue/bulk",
        data={"chosen": f"{plain.case_id}:1", "action": "assign", "assigned_to": monitor.person.id},
    )
    before = monitor.get("/work").text
    assert "việc kín đây" in before
    assert before.count("Chuyện ai cũng biết") >= 3, "mentioned, given, among one's own"
    conn.execute(
        "UPDATE cases SET restricted = true, due_at = now() - interval '1 day' WHERE id = %s", [plain.case_id]
    )
    after = monitor.get("/work").text
    assert "việc kín đây" not in after
    assert "Chuyện ai cũng biết" not in after
    assert notifications.count(conn, user_id=monitor.person.id, restricted=False) == 0
    assert notifications.count(conn, user_id=monitor.person.id, restricted=True) == 2


@pytest.mark.parametrize(
    ("state", "tab"),
    [
        ("flagged", "triage"),
        ("verify", "verify"),
        ("decide", "decide"),
        ("respond", "answer"),
        ("flagged", "mine"),
        ("flagged", "due"),
        ("flagged", "second"),
    ],
)
def test_numbers_count_for_a_monitor_what_the_pages_hold(owner_conn, state, tab):
    conn = owner_conn  # only the owner may set a state without its steps
    person = seeding.user(conn, role="monitor")
    made = [seeding.case(conn) for _ in range(3)]
    conn.execute(
        "UPDATE cases SET state = %s, assigned_to = %s, due_at = now() - interval '1 day', wants_second = true WHERE id = ANY (%s)",
        [state, person.id, made],
    )
    conn.execute("UPDATE cases SET restricted = true WHERE id = %s", [made[0]])

    def counted(sees):
        row = overview.cases_by_state(conn, user_id=person.id, now=datetime.now(UTC), restricted=sees)
        return getattr(queue.counts(conn, viewer=person.id, restricted=sees), tab), [
            (one.cases, one.mine, one.overdue) for one in row if one.state == state
        ]

    assert counted(True)[0] - counted(False)[0] == 1
    assert [(one[0] - 1, one[1] - 1, one[2] - 1) for one in counted(True)[1]] == counted(False)[1]
    assert made[0] not in {
        one.case_id for one in overview.own(conn, user_id=person.id, most=9, restricted=False)
    }


# ── who restricts, and pages that have grown old ────────────────────────────────────────────────────────────────
def opened(client, case):
    """The form of giving work as the page holds it now: its fields by name, unticked boxes left out."""
    (form,) = lxml.html.document_fromstring(client.get(f"/cases/{case}").text).xpath(
        "//form[contains(@action, '/assign')]"
    )
    return {name: value for name, value in form.form_values() if value is not None}


def assigned(conn, case):
    found = cases.get(conn, case)
    return (found.assigned_to, found.field, found.restricted, found.emergency, found.due_at)


def test_a_page_that_was_opened_earlier_does_not_lift_a_restriction_nor_undo_a_colleagues_choice(
    sign_in, conn, plain
):
    case, (early, late) = plain.case_id, (sign_in("verifier"), sign_in("verifier"))
    old = opened(early, case)
    new = opened(late, case) | {
        "restricted": "1",
        "assigned_to": str(late.person.id),
        "due": "2026-12-01T09:30",
    }
    assert late.post(f"/cases/{case}/assign", data=new).status_code == 303
    assert early.post(f"/cases/{case}/assign", data=old | {"emergency": "1"}).status_code == 303
    due = datetime(2026, 12, 1, 2, 30, tzinfo=UTC)
    assert assigned(conn, case) == (late.person.id, None, True, True, due)


def test_a_field_that_a_colleague_changed_meanwhile_is_a_conflict_that_can_be_sent_again(
    sign_in, conn, plain
):
    case, (early, late) = plain.case_id, (sign_in("verifier"), sign_in("verifier"))
    old = opened(early, case) | {"assigned_to": str(early.person.id), "emergency": "1"}
    late.post(
        f"/cases/{case}/assign",
        data=opened(late, case) | {"assigned_to": str(late.person.id), "restricted": "1"},
    )
    before = assigned(conn, case)
    refused = early.post(f"/cases/{case}/assign", data=old)
    assert refused.status_code == 409
    assert f"Người làm: {late.person.display_name}" in refused.text
    assert assigned(conn, case) == before, "nothing is written of a refused form"
    (form,) = lxml.html.document_fromstring(refused.text).xpath("//form[contains(@action, '/assign')]")
    assert early.post(f"/cases/{case}/assign", data=dict(form.form_values())).status_code == 303
    assert assigned(conn, case)[:4] == (early.person.id, None, True, True), "still restricted"


def test_a_page_without_what_it_showed_changes_nothing(sign_in, conn, plain):
    case, client = plain.case_id, sign_in("verifier")
    before = assigned(conn, case)
    answer = client.post(f"/cases/{case}/assign", data={"assigned_to": client.person.id, "restricted": "1"})
    assert answer.status_code == 422
    assert assigned(conn, case) == before


def test_a_monitor_neither_restricts_a_case_nor_is_offered_to(sign_in, conn, plain):
    case, monitor = plain.case_id, sign_in("monitor")
    form = opened(monitor, case)
    assert "seen_restricted" not in form
    assert 'name="restricted"' not in monitor.get(f"/cases/{case}").text
    answer = monitor.post(
        f"/cases/{case}/assign", data=form | {"restricted": "1", "seen_restricted": "", "emergency": "1"}
    )
    assert answer.status_code == 403
    assert assigned(conn, case)[2:4] == (False, False)
    assert monitor.post(f"/cases/{case}/assign", data=form | {"emergency": "1"}).status_code == 303
    assert assigned(conn, case)[2:4] == (False, True)
