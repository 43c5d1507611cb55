"""Random lives of cases in the database, told week by week: what is read there hides none and doubles none."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta

from case_lives import HISTORIES, expected, live, weeks
from stored_lives import store

from db.core.time import HANOI
from db.queries import digest_rows
from review_ui.digests import collect
from review_ui.digests.sections import COUNTED, Section


def test_each_stored_case_stands_in_one_section_each_week(owner_conn):
    lives = [live(n, random.Random(n)) for n in range(1, HISTORIES + 1)]
    # a withdrawal of a verdict that the life never had is no withdrawal
    for life in lives:
        first = next(
            (n for n, h in enumerate(life.happenings) if h.what == "concluded"), len(life.happenings)
        )
        life.happenings = [h for n, h in enumerate(life.happenings) if h.what != "withdrawn" or n > first]
    stored = store(owner_conn, lives)
    for begin, end in weeks():
        from_on, to_on = begin.astimezone(HANOI).date(), (end - timedelta(seconds=1)).astimezone(HANOI).date()
        matters, counted = collect._matters(owner_conn, scope="domestic", from_on=from_on, to_on=to_on)
        wanted = {stored[life.case]: expected(life, begin, end) for life in lives}
        listed = {case: name for case, name in wanted.items() if name and Section(name) not in COUNTED}
        assert {m.case: str(m.section) for m in matters} == listed
        assert len(matters) == len(listed)
        assert counted == Counter(Section(name) for name in wanted.values() if name)
        claims = digest_rows.checked(owner_conn, scope="domestic", begin=begin, end=end, to_on=to_on)
        assert {c.case for c in claims} == {case for case, name in wanted.items() if name == "concluded"}
