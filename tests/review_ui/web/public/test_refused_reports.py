"""A report with a file that cannot be taken is refused with the reason, and what was typed stays."""

from __future__ import annotations

import io

import pytest

TYPED = "Thấy nhiều người chia sẻ rằng đập Bản Thử đã vỡ."


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b"\x89PNG\r\n\x1a\n" + b"\0" * (50 * 2**20), "anh.png", "Tệp quá lớn"),
        (b"MZ\x90\0" + b"\0" * 200, "anh.png", "loại"),
        (b"\x7fELF" + b"\0" * 200, "van-ban.pdf", "loại"),
        (b"#!/bin/sh\nrm -r x\n", "doc.sh", "loại"),
        (b"", "anh.png", "rỗng"),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_with_the_reason_and_the_rest_stays(
    conn, anybody, content, name, reason
):
    answer = anybody.post(
        "/report",
        data={"what": TYPED, "url": "https://bao.test/tin", "file": (io.BytesIO(content), name)},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 422
    assert reason in answer.text
    assert TYPED in answer.text
    assert "https://bao.test/tin" in answer.text
    assert not conn.execute("SELECT FROM reports").fetchall()
    assert not conn.execute("SELECT FROM uploads").fetchall()
