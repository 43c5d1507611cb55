"""/models: the card in words, drift, what may be missed, people beside the machine, accurate criticism held up."""

from __future__ import annotations

from datetime import date

import pytest
import seeding

import db.judging.models
import db.judging.sampling
from db.desk import reviews

CARD = {
    "items": 12000,
    "decisions": 60,
    "test": "the first model",
    "metrics": {"criticism_recall": [0.81, 0.7, 0.9], "priority_auc": [0.93, None, None]},
    "outlets": {
        "Báo Thử": {"decided": 5, "wanted": 3, "critical": 2, "critical_found": 2, "critical_to_check": 1}
    },
    "fields": {
        "y-te": {"decided": 5, "wanted": 3, "critical": 2, "critical_found": 1, "critical_to_check": 0}
    },
    "known_failures": [
        "a forecast with many words of damage may read as harm",
        "a failure nobody translated",
    ],
    "forbidden_uses": ["to judge, list or rank persons, authors or outlets"],
}
NIGHT = {
    "drift": {"psi_harm": 0.31, "psi_criticism": 0.02, "flag_rate": 0.05, "flag_rate_before": 0.04, "new_outlets": 0.1,
              "alarms": ["scores of harm are spread otherwise than before (PSI 0.31)"]},
    "recall": {"found": 40, "audited": 30, "missed": 2.5, "recall": 0.94, "low": 0.81, "high": 0.99},
}  # fmt: skip


@pytest.fixture
def watched(conn):
    db.judging.models.store(conn, name="weak-1", rules="abc", card=CARD, artifact=None, wins=True)
    db.judging.sampling.keep_watch(conn, on_day=date(2026, 3, 1), model="weak-1", report=NIGHT)
    return conn


def decided(conn, outlet, *, band, outcome="route_critical", signals=()):
    """An event of one critical article of an outlet, that a person decided on."""
    source = seeding.source(conn, title=outlet, name=outlet.lower().replace(" ", "-"))
    article = seeding.article(
        conn, source_id=source, title="Dân kêu đường hỏng", body="Đường hỏng nhiều năm."
    )
    seeding.judgement(conn, article_id=article, check=band, criticism="high")
    event = seeding.event(conn, articles=[article], criticism="high", check=band)
    (case,) = conn.execute("SELECT id FROM cases WHERE event_id = %s", [event]).fetchone()
    person = seeding.user(conn, role="monitor").id
    reviews.record(conn, case_id=case, user_id=person, outcome=outcome, signals=list(signals), reason="thử")


def test_a_card_is_told_in_words(watched, sign_in):
    page = sign_in().get("/models").text
    for words in (
        "weak-1", "đang dùng", "Trong bài phê bình, tỷ lệ máy nhận ra", "0,81", "Báo Thử", "y-te",
        "Bản tin dự báo có nhiều từ về thiệt hại", "a failure nobody translated", "xếp hạng cá nhân, tác giả",
    ):  # fmt: skip
        assert words in page


def test_the_nights_tell_of_drift_and_of_what_may_be_missed(watched, sign_in):
    page = sign_in().get("/models").text
    for words in ("0,31", "1 báo động", "Tỷ lệ tìm thấy (ước lượng)", "94", "81"):
        assert words in page


def test_accurate_criticism_held_up_for_a_check_is_counted_by_outlet_in_the_order_of_the_alphabet(
    conn, sign_in
):
    decided(conn, "Báo Sau", band="low")
    decided(conn, "Báo Đầu", band="high", signals=["criticism"])
    decided(conn, "Báo Bỏ", band="high", outcome="dismiss")
    page = sign_in().get("/models").text
    section = page[page.index('id="fairness"') : page.index("Các phiên bản")]
    assert section.index("Báo Sau") > 0
    assert section.index("Báo Đầu") > 0
    assert "Báo Bỏ" not in section
    assert "không phải về báo" in section
    people = page[page.index('id="people"') : page.index('id="fairness"')]
    assert "Chỉ máy" in people
    assert "Bỏ qua" in people


def test_before_any_training_the_page_says_so(sign_in):
    page = sign_in().get("/models").text
    assert "Chưa có mô hình nào được huấn luyện" in page
    assert "Chưa có đêm nào được ghi" in page
