"""In a digest private persons stand by initials wherever a text comes from, and once for the whole document."""

from __future__ import annotations

import json
from dataclasses import replace

import digest_week

from review_ui.digests import compose, content

NAME, SHORT = "ông Giàng A Thử", "ông G.A.T."


def test_no_text_of_press_or_staff_brings_a_private_name_into_a_digest():
    facts = digest_week.facts(most=30)
    named = f"Hộ {NAME} mất nhà"
    facts = replace(
        facts,
        items=tuple(replace(item, title=named, lead=named) for item in facts.items),
        bodies={item.id: f"{named}. {named} trong đêm." for item in facts.items},
        matters=tuple(replace(m, title=named, note=named, result=named) for m in facts.matters),
        checked=tuple(replace(c, text=named, what_is_true=named) for c in facts.checked),
        campaigns=tuple(replace(c, title=named) for c in facts.campaigns),
    )
    said = json.dumps(content.dump(compose.compose(facts)), ensure_ascii=False)
    assert "Giàng" not in said
    assert said.count(SHORT) > 40


def test_outlets_and_agencies_are_no_persons():
    known = digest_week.facts()
    matters = tuple(
        replace(m, agency="Sở Giáo dục và Đào tạo", outlets=("Báo Sông Chảy", "Tin Núi Cao"))
        for m in known.matters
    )
    checked = tuple(replace(c, refuted_by=("Báo Sông Chảy", "Tin Núi Cao")) for c in known.checked)
    words = json.dumps(
        content.dump(compose.compose(replace(known, matters=matters, checked=checked))), ensure_ascii=False
    )
    for name in ("Báo Sông Chảy", "Tin Núi Cao", "Sở Giáo dục và Đào tạo", "Báo Người Vùng Cao"):
        assert name in words
    for short in ("B.S.C.", "T.N.C.", "Đ. tạo", "B.N.V.C."):
        assert short not in words
