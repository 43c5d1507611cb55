"""The bulletin's pages as they travel: headline, link preview and its picture, search."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable

import pytest
from PIL import Image
from published import CLAIM, Story, publish_by_web

from review_ui.public import card


def published(story: Story, sign_in: Callable) -> int:
    story.to_publish()
    publish_by_web(story, sign_in)
    return int(story.conn.execute("SELECT id FROM publications").fetchone()[0])


def test_the_headline_carries_the_truth_and_the_claim_is_struck(story: Story, sign_in, anybody) -> None:
    page = anybody.get(f"/bulletin/{published(story, sign_in)}").text
    assert "<h1>Đập vẫn vận hành bình thường.</h1>" in page
    assert f"<s>{CLAIM}</s>" in page
    assert f"<s>{CLAIM}</s>" in anybody.get("/bulletin").text


def test_a_link_preview_finds_its_title_text_and_a_picture_of_the_stated_size(
    story: Story, sign_in, anybody
) -> None:
    number = published(story, sign_in)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import extruct
    page = anybody.get(f"/bulletin/{number}").text
    [found] = extruct.extract(page, base_url="http://localhost/", syntaxes=["opengraph"], uniform=True)[
        "opengraph"
    ]
    assert found["og:title"] == "Tin giả: Đập vẫn vận hành bình thường."
    assert "Đập vẫn vận hành" in found["og:description"]
    picture = anybody.get(found["og:image"].split("localhost", 1)[-1])
    assert (picture.status_code, picture.headers["Content-Type"]) == (200, "image/png")
    with Image.open(io.BytesIO(picture.data)) as drawn:
        assert drawn.size == (int(found["og:image:width"]), int(found["og:image:height"])) == (1200, 630)
    assert anybody.get("/bulletin/999999/card.png").status_code == 404


@pytest.mark.parametrize(
    ("query", "there"),
    [
        ("q=dap van hanh", True),
        ("q=ĐẬP", True),
        ("q=cầu sập", False),
        ("field=disaster-epidemic", True),
        ("field=culture", False),
        ("month=1999-01", False),
        ("place=p15-new", False),
        ("q=%00", True),
    ],
)
def test_the_bulletin_is_searched_by_words_month_field_and_place(
    story: Story, sign_in, anybody, query: str, there: bool
) -> None:
    published(story, sign_in)
    assert (CLAIM in anybody.get(f"/bulletin?{query}").text) is there


def test_what_is_no_month_is_said(anybody) -> None:
    answer = anybody.get("/bulletin?month=13-2026")
    assert answer.status_code == 422
    assert "2026-11" in answer.text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "một",
        "x" * 5000,
        'Nước "#import" $a$ \\ [b] *c* _d_ @e <f> & #{sys}',
        "Người ở 老街省, ひ, ไทย",
        "a\nb\tc " * 90,
    ],
)
def test_no_text_breaks_the_picture_or_becomes_an_instruction(text: str) -> None:
    drawn = card.png(
        card.PreviewCard(
            heading=text,
            label=text[:40],
            tone="bad",
            claim=text,
            struck=True,
            truth=text,
            office=text[:80],
            where=text[:40],
        )
    )
    with Image.open(io.BytesIO(drawn)) as picture:
        assert picture.size == (1200, 630)


@pytest.mark.parametrize(
    ("text", "most", "expected"),
    [
        ("một hai ba", 20, "một hai ba"),
        ("một hai ba", 9, "một hai …"),
        ("một\n  hai", 20, "một hai"),
        ("một, hai", 6, "một …"),
    ],
)
def test_what_is_too_long_ends_at_a_word(text: str, most: int, expected: str) -> None:
    assert card.shortened(text, most) == expected
