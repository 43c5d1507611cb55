"""Private unless listed: every route asks who comes, and every route is closed to the roles it is not for."""

from __future__ import annotations

import pytest
import seeding
from werkzeug.routing import IntegerConverter

from review_ui.web import auth
from review_ui.web.security import READS

ROLES = ("monitor", "verifier", "approver", "leader", "admin")
# What a role must never reach, whatever the decorators say (deciding.md, roles).
NEVER = {
    "leader": ("queue.decide", "queue.bulk", "events.decide", "cases.step", "claim_evidence.propose", "claim_evidence.decide", "claim_evidence.add_evidence",
               "assignment.take", "admin.index", "admin.store_entry", "sources.change"),
    "admin": ("queue.index", "queue.decide", "events.decide", "cases.show", "cases.step", "claim_evidence.propose", "claim_evidence.decide",
              "claim_evidence.add_evidence", "articles.stance", "claim_evidence.add_claim"),
    "monitor": ("claim_evidence.propose", "claim_evidence.decide", "claim_evidence.add_evidence", "claim_evidence.add_attempt", "admin.index", "sources.change"),
    "verifier": ("admin.index", "sources.add", "admin.change_user"),
    "approver": ("admin.index", "sources.add", "admin.change_user"),
}  # fmt: skip


def routes(app):
    for rule in app.url_map.iter_rules():
        if rule.endpoint in ("static", "bootstrap.static"):
            continue
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            yield rule, method


def address(rule):
    values = dict.fromkeys(rule.arguments, "x")
    values |= {
        name: 1 for name, converter in rule._converters.items() if isinstance(converter, IntegerConverter)
    }
    return rule.build(values, append_unknown=False)[1]


def test_every_route_says_whom_it_is_for(app):
    undecided = [
        rule.endpoint
        for rule, _ in routes(app)
        if rule.endpoint not in auth.PUBLIC
        and rule.endpoint.split(".")[0] not in auth.TOKEN_BLUEPRINTS
        and not auth.allowed_roles(app, rule.endpoint)
    ]
    assert not undecided


def test_nobody_in_particular_gets_nothing_but_the_sign_in_page(app, anybody):
    for rule, method in routes(app):
        if rule.endpoint in auth.PUBLIC or rule.endpoint.split(".")[0] in auth.TOKEN_BLUEPRINTS:
            continue
        answer = anybody.open(address(rule), method=method)
        assert answer.status_code == (303 if method in READS else 403), (rule, method)
        if method in READS:
            assert answer.location.startswith("/login"), rule


@pytest.mark.parametrize("role", ROLES)
def test_every_route_is_closed_to_the_roles_it_is_not_for(app, sign_in, role):
    client = sign_in(role)
    for rule, method in routes(app):
        if rule.endpoint in auth.PUBLIC or rule.endpoint.split(".")[0] in auth.TOKEN_BLUEPRINTS:
            continue
        if role in auth.allowed_roles(app, rule.endpoint):
            continue
        assert client.open(address(rule), method=method).status_code == 403, (rule, method)


@pytest.mark.parametrize("role", ROLES)
def test_no_role_reaches_what_is_never_for_it(app, role):
    for endpoint in NEVER[role]:
        assert role not in auth.allowed_roles(app, endpoint), endpoint


def test_no_address_and_no_screen_speaks_of_taking_down_or_profiling(app):
    for rule, _ in routes(app):
        for word in ("takedown", "take-down", "block", "sanction", "profile", "hostile", "loyal", "punish"):
            assert word not in rule.rule.lower()
            assert word not in rule.endpoint.lower()


def test_writes_are_posts_and_reads_change_nothing(app, sign_in, conn):
    client = sign_in("approver")
    seeding.case(conn)
    tables = (
        "case_actions",
        "reviews",
        "leases",
        "claims",
        "evidence",
        "verdicts",
        "stances",
        "notes",
        "event_corrections",
        "capture_requests",
    )
    count = " UNION ALL ".join(f"SELECT count(*) FROM {table}" for table in tables)
    before = conn.execute(count).fetchall()
    for rule, method in routes(app):
        if method == "GET" and rule.endpoint not in auth.PUBLIC:
            client.get(address(rule))
    assert conn.execute(count).fetchall() == before
