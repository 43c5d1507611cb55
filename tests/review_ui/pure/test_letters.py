"""Drafts of letters: every shipped template fills, a wrong one is refused by name; deadlines need their day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from db.catalogue.kinds import Catalogue
from db.catalogue.offices import Deadline
from db.catalogue.soundness import faults
from db.core.errors import Invalid
from db.desk.responses import KINDS
from review_ui import letters


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_answer_has_a_template_that_fills(kind):
    addressee, subject, body = letters.draft(kind, {"outlet": "Báo Thử", "office": "Sở Thử"})
    assert subject
    assert "{" not in addressee + subject + body


def test_an_unknown_field_and_an_open_brace_are_refused_by_name():
    with pytest.raises(Invalid, match=r"\{name_of_reader\}"):
        letters.fill("Kính gửi {name_of_reader}", {})
    with pytest.raises(Invalid, match="brace"):
        letters.fill("Kính gửi {outlet", {})
    with pytest.raises(Invalid):
        letters.fill("{outlet.__class__}", {"outlet": "x"})


def test_a_confirmed_deadline_needs_the_day_it_holds_from():
    deadline = Deadline(
        name="press_reply", title="Trả lời", kind="count", value=10, unit="days", confirmed=True
    )
    assert [
        said
        for said in faults(Catalogue(deadlines=(deadline,)), known=Catalogue())
        if said.column == "valid_from"
    ]
    dated = replace(deadline, valid_from=date(2026, 7, 1))
    assert not [
        said
        for said in faults(Catalogue(deadlines=(dated,)), known=Catalogue())
        if said.code.startswith("deadline")
    ]
