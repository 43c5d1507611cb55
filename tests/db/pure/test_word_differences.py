"""Word-level differences between two versions of a text."""

from __future__ import annotations

from db.desk.text_diff import words


def test_what_is_the_same_and_what_was_added_give_the_new_text() -> None:
    old = "Từ tối qua, đập Bản Thử sắp vỡ.\n\n40 hộ dân đã chạy."
    new = "Từ tối qua, đập Bản Thử có nguy cơ vỡ.\n\nHơn 30 hộ  dân đã chạy!"
    pieces = words(old, new)
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == new
    assert [piece.text.strip() for piece in pieces if piece.kind == "removed"] == ["sắp", "40", "."]
    assert [piece.text.strip() for piece in pieces if piece.kind == "added"] == ["có nguy cơ", "Hơn 30", "!"]


def test_texts_that_differ_in_blanks_alone_are_the_same() -> None:
    assert {piece.kind for piece in words("một  hai\nba", "một hai ba ")} == {"same"}
    assert words("", "") == []
