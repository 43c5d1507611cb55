"""The desk's screens open, say what they should, and give nothing to those who may not see it."""

from __future__ import annotations

import pytest
import seeding

REASONS = [
    {"signal": "check", "rule": "check: rumour", "text": "nghe nói", "start": 0, "end": 8, "weight": 2.0},
]


@pytest.fixture
def told_event(conn):
    """An event told by two outlets with a copy, a changed version, reasons and differences."""
    one = seeding.source(conn, title="Báo Núi Thử")
    two = seeding.source(conn, title="Báo Suối Thử", scope="foreign")
    first = seeding.article(
        conn,
        source_id=one,
        title="Nghe nói đập Bản Thử sắp vỡ",
        body="Nghe nói đập sắp vỡ. Có 3 người bị thương.",
    )
    second = seeding.article(conn, source_id=two, title="Đập Bản Thử an toàn", body="Có 5 người bị thương.")
    copy = seeding.article(conn, source_id=two, title="Nghe nói đập Bản Thử sắp vỡ (đăng lại)")
    conn.execute(
        "INSERT INTO copies (article_id, copy_of, similarity, method) VALUES (%s, %s, .98, 'whole')",
        [copy, first],
    )
    seeding.version(
        conn,
        article_id=first,
        title="Nghe nói đập Bản Thử sắp vỡ",
        body="Nghe nói đập sắp vỡ. Có 4 người bị thương.",
    )
    seeding.judgement(conn, article_id=first, reasons=REASONS)
    return seeding.event(
        conn,
        articles=[first, second, copy],
        reasons=[{**REASONS[0], "article": first}],
        differences=[{"kind": "figure", "label": "người bị thương", "matters": True, "values": [
            {"value": "3", "tellings": [{"article": first, "source": "Báo Núi Thử", "at": None, "text": "3 người", "start": 1, "end": 2}]},
            {"value": "5", "tellings": [{"article": second, "source": "Báo Suối Thử", "at": None, "text": "5 người", "start": 1, "end": 2}]}]}],
        places=["xa-ban-thu"],
    )  # fmt: skip


def test_a_card_tells_reasons_before_numbers(sign_in, conn, told_event):
    page = sign_in().get("/queue")
    assert page.status_code == 200
    assert "tin đồn" in page.text
    assert page.text.index("nghe nói") < page.text.index("Bỏ qua")
    assert "Báo Núi Thử" in page.text


def test_the_event_page_shows_tellings_copies_differences_and_changes(sign_in, told_event):
    page = sign_in().get(f"/events/{told_event}").text
    for words in (
        "Báo Suối Thử",
        "đăng lại",
        "người bị thương",
        "<del>3 </del><ins>4 </ins>",
        "Vì sao cần xem",
    ):
        assert words in page


def test_the_article_page_marks_the_reason_in_the_text(sign_in, conn, told_event):
    (article,) = conn.execute("SELECT first_article_id FROM events WHERE id = %s", [told_event]).fetchone()
    assert (
        '<mark class="mark-check" title="Cần kiểm chứng">Nghe nói</mark>'
        in sign_in().get(f"/articles/{article}").text
    )


@pytest.mark.parametrize("tab", ["triage", "verify", "decide", "answer", "second", "open", "closed"])
@pytest.mark.parametrize("role", ["monitor", "approver", "leader"])
def test_every_tab_of_the_queue_opens(sign_in, told_event, tab, role):
    assert sign_in(role).get(f"/queue?tab={tab}").status_code == 200


@pytest.mark.parametrize(
    "address",
    ["/claims", "/search", "/search?q=dap", "/search?q=đập&since=2026-01-01", "/sources", "/models", "/admin", "/admin/catalogue",
     "/admin/catalogue?kind=agencies", "/admin/catalogue/settings/entry", "/admin/audit", "/admin/jobs", "/help", "/reviews", "/account"],
)  # fmt: skip
@pytest.mark.parametrize("role", ["monitor", "verifier", "approver", "leader", "admin"])
def test_every_screen_opens_or_says_that_it_is_not_for_this_role(sign_in, told_event, address, role):
    assert sign_in(role).get(address).status_code in (200, 403)


def test_the_case_page_opens_in_every_state_for_every_role(sign_in, conn, told_event):
    (case,) = conn.execute("SELECT id FROM cases WHERE event_id = %s", [told_event]).fetchone()
    verifier = sign_in("verifier")
    assert verifier.get(f"/cases/{case}").status_code == 200
    assert sign_in("admin").get(f"/cases/{case}").status_code == 403


def test_what_does_not_exist_is_a_page_too(sign_in):
    client = sign_in()
    for address in ("/events/999999", "/articles/999999", "/cases/999999", "/nowhere"):
        assert client.get(address).status_code == 404


def test_search_without_marks_finds_and_the_right_marks_come_first(sign_in, conn):
    seeding.article(conn, title="Xả lũ ở thượng nguồn")
    seeding.article(conn, title="Xà lu chở cát")
    found = sign_in().get("/search?q=xả lũ").text
    assert found.index("Xả lũ ở") < found.index("Khác dấu") < found.index("Xà lu chở")


def test_a_filter_is_saved_shared_and_forgotten(sign_in, told_event):
    client = sign_in()
    client.post("/queue/filters", data={"name": "Đập", "query": "tab=triage&signal=check"})
    assert "Đập" in client.get("/queue").text
    client.post("/queue/filters", data={"name": "Đập", "forget": "1"})
    assert "Đập</a>" not in client.get("/queue").text


def test_filters_narrow_the_queue(sign_in, told_event):
    client = sign_in()
    assert "đập Bản Thử" in client.get("/queue?signal=check&place=xa-ban-thu").text
    assert "đập Bản Thử" not in client.get("/queue?place=nowhere").text


def test_pages_of_the_queue_follow_each_other_without_gap_or_double(sign_in, conn):
    for n in range(70):
        seeding.event(conn, title=f"Sự việc số {n}!", priority=0.5 if n % 2 else 0.7)
    client, seen, address = sign_in(), [], "/queue"
    import re

    while address:
        page = client.get(address).text
        seen += re.findall(r"Sự việc số (\d+)!</a>", page)
        more = re.search(r'rel="next" href="([^"]+)"', page)
        address = more.group(1).replace("&amp;", "&") if more else None
    assert sorted(map(int, seen)) == list(range(70))
