"""Spikes against one's own baseline, and charts as text."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import jinja2
from lxml import etree

from review_ui.alerts.spikes import find
from review_ui.web import charts

DAY = date(2026, 11, 21)
TEMPLATES = Path(__file__).parents[3] / "review_ui" / "templates"


def drawn(made):
    pages = jinja2.Environment(loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True)
    return str(pages.get_template("charts.html").module.chart(made))


def series(name, values):
    return [(name, DAY - timedelta(days=n), value) for n, value in enumerate(values)]


def test_a_subject_far_above_its_own_days_is_a_spike():
    (spike,) = find(series("lũ", [12] + [1] * 28), on=DAY, factor=3)
    assert (spike.name, spike.items, spike.baseline) == ("lũ", 12, 1.0)


def test_a_busy_subject_on_a_busy_day_is_none():
    assert find(series("du lịch", [12] + [10] * 28), on=DAY, factor=3) == []


def test_a_quiet_subject_with_three_items_is_none():
    assert find(series("lạ", [3]), on=DAY, factor=3) == []


def test_small_counts_need_more_than_chance():
    assert find(series("vừa", [6] + [2] * 28), on=DAY, factor=3) == []


def test_strongest_comes_first():
    found = find(series("a", [20] + [2] * 28) + series("b", [20]), on=DAY, factor=3)
    assert [spike.name for spike in found] == ["b", "a"]


def test_charts_are_well_formed_and_escape_names():
    for made in (
        charts.columns(["<a>", "b&c"], [("domestic", [1, 0])], said='"x" <y>'),
        charts.bars([("<b>", (("harm", 3), ("other", 0)))], said="z"),
        charts.columns([], [("domestic", [])], said="rỗng"),
        charts.bars([], said="rỗng"),
    ):
        tree = etree.fromstring(drawn(made))
        assert tree.get("role") == "img"
        assert "style" not in tree.attrib
