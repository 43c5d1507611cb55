"""A digest from nothing to a Word file on the disk, by a person with a browser."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, datetime, timedelta

import docx
import seeding

from db.core.connection import Connection


def test_a_digest_is_built_edited_and_downloaded(committed: Connection, visit) -> None:
    at = datetime.now(UTC) - timedelta(hours=3)
    article = seeding.article(committed, published_at=at, title="Nước thải & bụi ở khu công nghiệp hư cấu")
    seeding.judgement(committed, article_id=article, criticism="high")
    seeding.event(committed, articles=[article])
    maker = seeding.user(committed, role="verifier")
    committed.commit()

    page = visit(maker, seeding.PASSWORD)
    page.goto("/digests")
    page.get_by_label("Từ ngày").fill((at - timedelta(days=3)).date().isoformat())
    page.get_by_label("Đến hết ngày").fill((at + timedelta(days=2)).date().isoformat())
    page.get_by_role("button", name="Lập dự thảo", exact=True).click()
    page.wait_for_url(re.compile(r"/digests/\d+$"))
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in page.content()
    address = page.url

    page.goto(f"{address}/edit")
    outlook = page.locator("[name=p-outlook]")
    outlook.fill("Tuần tới cần theo dõi việc khắc phục nước thải.")
    page.get_by_role("button", name="Lưu", exact=True).first.click()
    page.wait_for_url(address)

    with page.expect_download() as coming:
        page.get_by_role("link", name="Word").click()
    word = docx.Document(io.BytesIO(coming.value.path().read_bytes()))
    texts = [paragraph.text for paragraph in word.paragraphs]
    assert any("Tuần tới cần theo dõi việc khắc phục nước thải." in text for text in texts)
    with page.expect_download() as coming:
        page.get_by_role("link", name="Excel").click()
    assert zipfile.is_zipfile(coming.value.path())
