"""The case as a guided file: its next step, the table of relations, signing and publishing at once."""

from __future__ import annotations

import pytest
import seeding

from db.desk import cases, claim_articles, claims
from review_ui.casework.next_step import NextStep, next_step


def step(**given) -> NextStep:
    return next_step(
        **{"state": "verify", "critical": False, "claims": [], "letters": [], "publishable": False} | given
    )


@pytest.mark.parametrize(
    ("given", "name", "hands"),
    [
        ({"state": "flagged"}, "triage", "monitor"),
        ({}, "claim", "verifier"),
        ({"state": "decide"}, "sign", "approver"),
        ({"state": "respond", "critical": True}, "draft", "verifier"),
        ({"state": "respond", "critical": True, "letters": [(False, False)]}, "letter", "approver"),
        ({"state": "respond", "critical": True, "letters": [(True, False)]}, "send", "verifier"),
        ({"state": "respond", "critical": True, "letters": [(True, True)]}, "answered", "approver"),
        ({"state": "respond", "publishable": True}, "publish", "approver"),
        ({"state": "respond", "critical": True, "publishable": True}, "draft", "verifier"),
        ({"state": "follow_up"}, "close", "verifier"),
        ({"state": "closed"}, "closed", ""),
    ],
)
def test_each_state_has_one_next_step(given, name, hands):
    found = step(**given)
    assert (found.name, found.hands) == (name, hands)


@pytest.mark.parametrize("role", ["monitor", "verifier", "approver", "leader"])
def test_a_case_says_its_next_step_to_every_reader(conn, sign_in, role):
    case = seeding.case(conn, title="Sạt lở")
    assert "Việc tiếp theo" in sign_in(role).get(f"/cases/{case}").text


@pytest.fixture
def verifying(conn):
    """A case that is being verified, its claim, and two articles of its event."""
    person = seeding.user(conn, role="verifier")
    articles = [seeding.article(conn, title=title) for title in ("Đập sắp vỡ", "Bác bỏ tin đập vỡ")]
    event = seeding.event(conn, articles=articles)
    case = cases.of_event(conn, event).id
    cases.act(
        conn, case_id=case, action="escalate", user_id=person.id, seen_version=1, data={"to_verify": "x"}
    )
    return case, claims.add(conn, case_id=case, body="Đập sắp vỡ", user_id=person.id), articles


def test_the_table_is_confirmed_at_once_and_rows_left_open_stay_open(conn, sign_in, verifying):
    case, claim, (first, second) = verifying
    answer = sign_in("verifier").post(
        f"/cases/{case}/relations",
        data={"claim_id": claim, "article": [first, second], f"relation-{first}": "repeats"},
    )
    assert answer.status_code == 303
    assert claim_articles.settled(conn, claim_id=claim, article_id=first) == "repeats"
    assert claim_articles.settled(conn, claim_id=claim, article_id=second) not in (
        "asserts",
        "repeats",
        "refutes",
    )


@pytest.mark.parametrize("relation", ["", "unrelated", "refutes"])
def test_an_article_without_copy_or_relation_is_no_evidence_and_nothing_is_half_written(
    conn, sign_in, verifying, relation
):
    case, claim, (first, second) = verifying
    answer = sign_in("verifier").post(
        f"/cases/{case}/relations",
        data={"claim_id": claim, "article": [first, second], f"relation-{first}": "asserts",
              f"relation-{second}": relation, "use": [second]},
    )  # fmt: skip
    assert answer.status_code == 422
    assert not claims.evidence_of(conn, case_id=case)


def test_a_monitor_confirms_relations_but_takes_no_evidence(conn, sign_in, verifying):
    case, claim, (first, _second) = verifying
    client = sign_in("monitor")
    client.post(
        f"/cases/{case}/relations",
        data={"claim_id": claim, "article": [first], f"relation-{first}": "asserts", "use": [first]},
    )
    assert claim_articles.settled(conn, claim_id=claim, article_id=first) == "asserts"
    assert not claims.evidence_of(conn, case_id=case)
