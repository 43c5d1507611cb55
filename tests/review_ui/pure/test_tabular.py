"""CSV and XLSX rows."""

from __future__ import annotations

import pytest

from review_ui.web.tabular import Counted, csv_lines


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", " =1", "\t=1"])
def test_what_could_be_a_formula_is_quoted(text):
    assert b"'" in b"".join(csv_lines(["a"], Counted([(text,)], most=9)))


def test_numbers_stay_numbers():
    assert b"\r\n-5\r\n" in b"".join(csv_lines(["a"], Counted([(-5,)], most=9)))


def test_a_list_cut_short_says_so():
    rows = Counted(((n,) for n in range(5)), most=3)
    assert "Số dòng: 3 (đã cắt bớt, còn nữa)" in b"".join(csv_lines(["a"], rows)).decode()
