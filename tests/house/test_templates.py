"""Templates are read by people who are no programmers too: short lines, permissions by name, HTML in no other place."""

from __future__ import annotations

import re
from pathlib import Path

from structure import LONG_TEMPLATE_LINE, Tree

ROOT = Path(__file__).resolve().parents[2]
ROLES = "monitor|verifier|approver|leader|admin"


def test_no_line_of_a_template_is_too_long_to_read():
    assert Tree(ROOT).long_template_lines() == [], f"over {LONG_TEMPLATE_LINE} characters"


def test_templates_ask_for_permissions_and_name_no_role():
    compared = re.compile(rf"role\s*(==|!=|in|not in)\s*[\[(]?\s*[\"']({ROLES})")
    for path in (ROOT / "review_ui" / "templates").rglob("*.html"):
        assert not compared.search(path.read_text(encoding="utf-8")), path


def test_screens_build_no_html_in_python():
    built = re.compile(r"Markup\(f?[\"'].*<")
    for path in (ROOT / "review_ui").rglob("*.py"):
        if path.relative_to(ROOT / "review_ui").parts[0] in (
            "web",
            "desk",
            "admin",
            "sources",
            "accounts",
            "public",
        ):
            assert not built.search(path.read_text(encoding="utf-8")), path


def test_a_class_of_the_sheet_names_one_piece():
    """Two pieces under one class dress each other: a form once shrank to the dot of a signal."""
    sheet = (ROOT / "review_ui" / "static" / "desk.css").read_text(encoding="utf-8")
    bases = re.findall(r"^\.([a-z-]+) \{", sheet, re.MULTILINE)
    twice = sorted({name for name in bases if bases.count(name) > 1})
    assert not twice, f"described twice: {twice}"
