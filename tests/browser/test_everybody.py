"""Every screen is open to everybody: axe finds nothing on it, and it fits a phone and twice the size."""

from __future__ import annotations

import pytest
import seeding
from axe_playwright_python.base import AXE_SCRIPT

from db.desk import cases, claims


@pytest.fixture
def lived_in(committed):
    """A little of everything, so that every screen has something on it."""
    people = {
        role: seeding.user(committed, role=role)
        for role in ("monitor", "verifier", "approver", "leader", "admin")
    }
    articles = [
        seeding.article(committed, title="Nghe nói đập Bản Thử sắp vỡ"),
        seeding.article(committed, title="Đập Bản Thử an toàn"),
    ]
    seeding.version(
        committed, article_id=articles[0], title="Nghe nói đập Bản Thử sắp vỡ", body="Nội dung đã sửa."
    )
    seeding.judgement(
        committed,
        article_id=articles[0],
        reasons=[
            {
                "signal": "check",
                "rule": "check: rumour",
                "text": "Nghe nói",
                "start": 0,
                "end": 8,
                "weight": 1,
            }
        ],
    )
    event = seeding.event(committed, articles=articles, harm="high", reasons=[
        {"signal": "check", "rule": "check: rumour", "text": "Nghe nói", "start": 0, "end": 8, "weight": 1, "article": articles[0]}])  # fmt: skip
    case = cases.of_event(committed, event).id
    cases.act(
        committed,
        case_id=case,
        action="escalate",
        user_id=people["monitor"].id,
        seen_version=1,
        data={"to_verify": "Đập sắp vỡ"},
    )
    claim = claims.add(committed, case_id=case, body="Đập Bản Thử sắp vỡ", user_id=people["verifier"].id)
    claims.add_evidence(
        committed, claim_id=claim, kind="press", title="Bài báo", user_id=people["verifier"].id
    )
    claims.propose(
        committed,
        claim_id=claim,
        code="insufficient",
        what_is_true="x",
        reasoning="x",
        counter_evidence="x",
        user_id=people["verifier"].id,
    )
    cases.act(committed, case_id=case, action="propose", user_id=people["verifier"].id, seen_version=2)
    for n in range(3):
        seeding.event(committed, title=f"Sự việc khác {n}")
    committed.commit()
    return people, event, articles[0], case


SCREENS = ("/", "/work", "/queue", "/queue?tab=open&signal=check", "/events/{event}", "/articles/{article}", "/cases/{case}", "/claims",
           "/search?q=dap", "/digests", "/sources", "/models", "/admin", "/admin/catalogue", "/admin/audit", "/admin/jobs", "/help",
           "/account", "/reviews")  # fmt: skip


@pytest.mark.parametrize("role", ["monitor", "verifier", "approver", "leader", "admin"])
def test_axe_finds_nothing_on_any_screen(lived_in, visit, role):
    people, event, article, case = lived_in
    page = visit(people[role], seeding.PASSWORD, reduced_motion="reduce")
    found, refused = [], False
    for screen in SCREENS:
        address = screen.format(event=event, article=article, case=case)
        page.emulate_media(color_scheme="light")
        status = page.goto(address).status
        if status == 404 or status == 403 and refused:
            continue  # one page says every refusal
        refused = refused or status == 403
        page.evaluate(AXE_SCRIPT)
        for scheme in ("light", "dark") if role == "approver" else ("light",):
            page.emulate_media(color_scheme=scheme)
            for violation in page.evaluate(
                "axe.run({resultTypes: ['violations']}).then(all => all.violations)"
            ):
                found.append(
                    (scheme, address, violation["id"], [node["target"] for node in violation["nodes"]][:3])
                )
    assert not found, found


@pytest.mark.parametrize("width", [375, 680])
def test_no_page_scrolls_sideways_on_a_phone_or_at_twice_the_size(lived_in, visit, width):
    people, event, article, case = lived_in
    page = visit(people["approver"], seeding.PASSWORD, viewport={"width": width, "height": 800})
    for screen in SCREENS:
        address = screen.format(event=event, article=article, case=case)
        page.goto(address)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, (address, wide)
