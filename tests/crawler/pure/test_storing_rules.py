"""What counts as an edit, and which article a page is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from crawler.pipeline import store_article
from db.press.articles import NewVersion, Version

OLD = Version(
    id=1, article_id=1, number=1, seen_at=datetime(2026, 11, 20, tzinfo=UTC), capture_id=None, title="Lũ quét ở Khe Mẫu",
    lead="Một lũ quét.", body="Một lũ quét.\nBa người bị thương.", authors=["Thử"], published_at=datetime(2026, 11, 20, tzinfo=UTC),
    published_raw="x", published_from="feed", published_assumed=False, modified_at=None, site_name=None, language="vi",
    text_sha256="", reader="page-1",
)  # fmt: skip
NEW = NewVersion(title=OLD.title, lead=OLD.lead, body=OLD.body)


def test_a_changed_figure_or_title_is_an_edit() -> None:
    assert store_article.is_edit(replace(NEW, body=OLD.body.replace("Ba", "Bốn")), OLD)
    assert store_article.is_edit(replace(NEW, title="Lũ lớn ở Khe Mẫu"), OLD)


def test_spaces_punctuation_and_decomposed_letters_are_no_edit() -> None:
    import unicodedata

    assert not store_article.is_edit(replace(NEW, body="Một lũ  quét.\n\nBa người bị thương"), OLD)
    assert not store_article.is_edit(replace(NEW, title=unicodedata.normalize("NFD", OLD.title)), OLD)


def test_a_date_that_only_the_feed_knew_is_carried_to_the_next_version() -> None:
    kept = store_article.with_previous_values(NEW, OLD)
    assert (kept.published_at, kept.published_from, list(kept.authors)) == (OLD.published_at, "feed", ["Thử"])


def test_the_number_of_an_article_is_the_longest_in_its_address() -> None:
    assert store_article.number_in("https://bao.vn/2026/11/lu-quet-4022001.html") == "4022001"
    assert store_article.number_in("https://bao.vn/lu-quet.html") is None
