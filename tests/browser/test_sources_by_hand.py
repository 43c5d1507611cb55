"""The administrator's way from strangers to what is read, in a browser: try all, see why, enable, add by an address."""

from __future__ import annotations

import seeding

from db.press import source_probes, source_proposals


def test_many_sources_are_tried_and_one_is_added_without_leaving_the_screen(committed, visit):
    admin = seeding.user(committed, role="admin")
    for title in ("Báo Thử Một", "Báo Thử Hai"):
        source = seeding.source(committed, title=title)
        committed.execute("UPDATE sources SET status = 'to_probe' WHERE id = %s", [source])
    committed.commit()
    page = visit(admin, seeding.PASSWORD)
    page.goto("/sources")
    page.get_by_role("button", name="Thử mọi nguồn chưa thử").click()
    assert "Đã thử 0 trong 2 nguồn" in page.inner_text("main")
    for wish, code in zip(source_probes.waiting(committed), ("works", "challenge"), strict=True):
        told = {"works": code == "works", "lists": [], "articles": [], "moved_to": None}
        source_probes.answer(committed, wish.id, ok=code == "works", code=code, result=told)
    committed.commit()
    page.goto("/sources/trials")
    assert "1 đọc được, 1 không được" in page.inner_text("main")
    page.get_by_role("button", name="Bật 1 nguồn đọc được").click()
    assert "Đã bật 1 nguồn" in page.inner_text("body")

    page.goto("/sources")
    page.get_by_label("Dán một địa chỉ bất kỳ của báo").fill("https://bao-thu-ba.example/tin/1.html")
    page.get_by_role("button", name="Xem báo này").click()
    (asked,) = source_proposals.waiting(committed)
    entered = {"name": "bao-thu-ba.example", "title": "bao-thu-ba.example", "home": "https://bao-thu-ba.example/",
               "hosts": ["bao-thu-ba.example"], "feeds": ["https://bao-thu-ba.example/rss.xml"]}  # fmt: skip
    item = {"taken": True, "title": "Chợ phiên dời ngày", "lead": "Sapo", "letters": 900, "authors": [], "url": "u",
            "published_at": "2026-11-20T08:00:00+07:00", "code": None, "why": None}  # fmt: skip
    source_proposals.answer(
        committed,
        asked.id,
        entered=entered,
        why=None,
        result={"works": True, "code": "works", "articles": [item]},
    )
    committed.commit()
    page.get_by_text("Chợ phiên dời ngày").wait_for(timeout=15_000)  # the page looks by itself
    page.get_by_label("Tên báo").fill("Báo Thử Ba")
    page.get_by_role("button", name="Theo dõi báo này").click()
    assert "Báo Thử Ba" in page.inner_text("h1")
