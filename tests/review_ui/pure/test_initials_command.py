"""``kiemtin initials``: a file of JSON Lines in, the same with private persons by initials out; bad lines are told."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from db.core.errors import Invalid
from review_ui.privacy.commands import initials


def test_each_line_comes_back_in_order_with_its_id(tmp_path):
    file = tmp_path / "texts.jsonl"
    file.write_text(
        '{"id": "b", "text": "Anh Lò Văn Mẫu bị thương."}\n\n{"id": 2, "text": "Mưa lớn ở Sa Pa."}\n',
        encoding="utf-8",
    )
    done = CliRunner().invoke(initials, [str(file)], catch_exceptions=False)
    assert [json.loads(line) for line in done.output.splitlines()] == [
        {"id": "b", "text": "Anh L.V.M. bị thương."},
        {"id": 2, "text": "Mưa lớn ở Sa Pa."},
    ]


@pytest.mark.parametrize("line", ["{", '{"id": 1}', '{"id": 1, "text": 3}', "[]", b"\xff"])
def test_a_line_that_holds_no_text_is_named(tmp_path, line):
    file = tmp_path / "texts.jsonl"
    file.write_bytes(line if isinstance(line, bytes) else line.encode())
    with pytest.raises(Invalid, match="line 1"):
        CliRunner().invoke(initials, [str(file)], catch_exceptions=False, standalone_mode=False)
