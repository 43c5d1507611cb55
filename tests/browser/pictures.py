"""Every screen as a picture, the guide's own among them: run by `make pictures` alone, so its name is no test's.

That every screen opens is said by web/test_office_day.py, how it reads and fits by test_everybody.py."""

from __future__ import annotations

import os
from pathlib import Path

import office_day
import pytest
import seeding

# what the guide and the front page show; the others are for whoever works on the screens
SHOWN = ("viec-cua-toi", "tong-quan", "hang-doi", "su-viec", "bai-bao", "ho-so", "tro-giup")
LOOKS = {
    "": {"viewport": {"width": 1360, "height": 900}},
    "-toi": {"viewport": {"width": 1360, "height": 900}, "color_scheme": "dark"},
    "-dien-thoai": {"viewport": {"width": 390, "height": 844}},
}


@pytest.fixture
def day(committed):
    found = office_day.seed(committed)
    committed.commit()
    return found


@pytest.mark.parametrize("look", LOOKS)
def test_every_screen_can_be_looked_at(day, visit, chromium, site, tmp_path, look):
    wanted = os.environ.get("KIEMTIN_PICTURES")
    folder = Path(wanted or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    every = bool(os.environ.get("KIEMTIN_PICTURES_ALL"))
    open_pages = {}
    for name, (role, address) in office_day.SCREENS.items():
        if (
            wanted
            and not every
            and (name not in SHOWN or look not in ("", "-dien-thoai") or look and name != "hang-doi")
        ):
            continue
        if role not in open_pages:
            if role:
                open_pages[role] = visit(day.people[role], seeding.PASSWORD, **LOOKS[look])
            else:
                open_pages[role] = chromium.new_context(
                    base_url=site, locale="vi-VN", **LOOKS[look]
                ).new_page()
        page = open_pages[role]
        at = address.format(event=day.event, case=day.case, article=day.article, answer=day.answer)
        assert page.goto(at).status == 200, at
        assert page.title()
        page.screenshot(path=folder / f"{name}{look}.png", full_page=not wanted or every)
        assert (folder / f"{name}{look}.png").stat().st_size > 5_000
    if "" in open_pages:
        open_pages[""].context.close()
