"""Every matter exactly once: random lives of cases, told week by week."""

from __future__ import annotations

import json
import random
import types
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from case_lives import HISTORIES, Life, expected, live, weeks
from digest_week import facts

from review_ui.digests import content, sections
from review_ui.digests.compose import compose
from review_ui.digests.facts import Matter
from review_ui.digests.sections import Section


def lives(number: int = HISTORIES) -> list[Life]:
    return [live(n, random.Random(n)) for n in range(1, number + 1)]


def told(life: Life, module: types.ModuleType = sections) -> list[str]:
    """The section of each week, '' for none, as the product has it."""
    history = module.CaseHistory(
        opened_at=life.opened_at,
        happenings=life.happenings,
        restricted=life.restricted,
        elsewhere=life.elsewhere,
    )
    return [str(module.section(history, begin=begin, end=end) or "") for begin, end in weeks()]


def check(number: int, module: types.ModuleType = sections) -> None:
    for life in lives(number):
        found = told(life, module)
        for (begin, end), name in zip(weeks(), found, strict=True):
            assert name == expected(life, begin, end), (life, begin)
        whole_story(life, found)


def whole_story(life: Life, found: list[str]) -> None:
    """The sum of the weeks: no week of an open case is silent, nothing is told before it opened or after it was over,
    and what was decided is told in the week in which it was."""
    for (begin, end), name in zip(weeks(), found, strict=True):
        inside = [h for h in life.happenings if begin <= h.at < end]
        state = ([h.to_state for h in life.happenings if h.what == "step" and h.at < end] or ["flagged"])[-1]
        concerns = life.opened_at < end and (state != "closed" or bool(inside))
        assert bool(name) == concerns or (life.elsewhere and not name)
        if name and any(h.what in ("concluded", "withdrawn") for h in inside):
            assert name in ("concluded", "restricted")
        elif name and any(h.what == "reply" or h.action == "answered" for h in inside):
            assert name in ("answered", "ended", "restricted")


def test_each_life_stands_in_one_section_each_week_and_the_weeks_tell_it_whole():
    check(HISTORIES)


def test_the_lives_are_of_every_kind():
    counted = Counter(name for life in lives(300) for name in told(life) if name)
    assert set(counted) == {section.value for section in Section}
    assert min(counted.values()) >= 5, counted


def test_each_matter_stands_in_one_table_of_the_document():
    """Page one and the highlights name a matter again; the tables of the sections hold it once."""
    begin, end = weeks()[5]
    matters = []
    for life in lives(120):
        name = expected(life, begin, end)
        if name and Section(name) not in sections.COUNTED:
            title = f"Vụ việc {life.case:05d}"
            matters.append(
                Matter(
                    case=life.case, event=None, section=Section(name), title=title, outlets=(), url="", state=life.state,
                    first_on=date(2026, 11, 2), opened_on=date(2026, 11, 2), critical=False,
                )
            )  # fmt: skip
    concluded = [m for m in matters if m.section is Section.CONCLUDED]
    known = facts()
    document = compose(
        replace(
            known,
            matters=tuple(matters),
            checked=tuple(
                replace(known.checked[0], claim=m.case, case=m.case, text=m.title) for m in concluded
            ),
        )
    )
    cells = json.dumps(
        [content.dump(block) for block in document.blocks if isinstance(block, content.Table)],
        ensure_ascii=False,
    )
    assert matters
    assert {m.title: cells.count(m.title) for m in matters} == {m.title: 1 for m in matters}


MUTATIONS = [
    ("case.opened_at >= end", "case.opened_at >= begin"),
    ("case.opened_at >= end", "case.opened_at > end"),
    ("begin <= h.at < end]", "begin < h.at <= end]"),
    ('state == "closed" and not inside', 'state == "closed"'),
    ("if case.restricted:", "if case.restricted and inside:"),
    ('h.what in ("concluded", "withdrawn")', 'h.what in ("concluded",)'),
    ('h.what == "reply" or h.action == "answered"', 'h.action == "answered"'),
    ("Section.ENDED if case.worked(end)", "Section.ENDED if case.worked(begin)"),
    ("if state in CHECKING:", "if state in CHECKING and case.opened_at >= begin:"),
    ('"waiting", "decide"})', '"decide"})'),
    ("if case.worked(end):\n            return Section.CARRIED", "if case.worked(begin):\n            return Section.CARRIED"),
    ("None if case.elsewhere else Section.UNREAD", "Section.UNREAD"),
    ("was = case.state(begin) if case.opened_at < begin else", "was = case.state(end) if case.opened_at < begin else"),
    ('READING | CHECKING | {"closed"} else', "READING | CHECKING else"),
    ("h.at < at]", "h.at <= at]"),
    ("    if answered:\n        return Section.ANSWERED\n", ""),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new"), MUTATIONS)
def test_a_slip_in_a_filter_is_caught(old: str, new: str):
    source = Path(sections.__file__).read_text(encoding="utf-8")
    assert old in source
    mutant = types.ModuleType("mutant")
    mutant.__dict__["__name__"] = sections.__name__
    exec(compile(source.replace(old, new, 1), "mutant", "exec"), mutant.__dict__)
    with pytest.raises(AssertionError):
        check(300, mutant)
