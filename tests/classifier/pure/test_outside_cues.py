"""What lies outside an event's texts and asks for a check: removal, correction, refutation, reports, nobody else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from classifier.events import event_level_cues, summary
from db.judging.events import Member

NOON = datetime(2026, 3, 1, 5, tzinfo=UTC)
SIGNAL = {"score": 0.1, "band": "low", "reasons": []}
HINT = {"rule": "check: social", "text": "mạng xã hội", "start": 0, "end": 11, "weight": 1.1}


def member(article=1, *, source="bao-a", rebuts=False, hinted=False, hours=0, head="Một bài.", **more):
    check = SIGNAL | {"reasons": [HINT]} if hinted else SIGNAL
    result = {
        "relevance": {"label": "core", "places": []}, "harm": SIGNAL, "criticism": SIGNAL, "check": check,
        "is_rebuttal": rebuts, "topics": [], "priority": 0.1,
    }  # fmt: skip
    return Member(
        article_id=article, version_id=article, title=f"Tựa bài {article}", head=head, source=source, scope="domestic",
        language="vi", at=NOON + timedelta(hours=hours), copy_of=None, by_staff=False, result=result, territories=[], **more,
    )  # fmt: skip


def rules(*members):
    return [reason["rule"] for reason in event_level_cues.reasons(members, doubtful=False)]


def test_an_ordinary_event_has_no_reason():
    assert rules(member(), member(2, source="bao-b")) == []
    assert summary.summary([member()]).check_band == "low"


@pytest.mark.parametrize(
    ("more", "rule"),
    [
        ({"gone_how": "404"}, "event: removed later"),
        ({"reports": 2}, "event: reported by the public"),
        ({"number": 2, "head": "Báo xin lỗi bạn đọc vì sai sót."}, "event: corrected later"),
    ],
)
def test_removal_reports_and_corrections_ask_for_a_check_and_name_the_article(more, rule):
    members = [member(), member(2, source="bao-b", **more)]
    [reason] = event_level_cues.reasons(members, doubtful=False)
    assert (reason["rule"], reason["article"]) == (rule, 2)
    assert reason["text"] in f"{members[1].title}\n{members[1].head}"
    summed = summary.summary(members)
    assert summed.check_band == "medium"
    assert summed.flagged


def test_a_first_version_that_speaks_of_corrections_was_not_corrected():
    assert rules(member(head="Đính chính là quyền của bạn đọc."), member(2, source="bao-b")) == []


def test_a_doubtful_telling_that_another_refutes_later_asks_for_a_check():
    told, denied = member(hinted=True), member(2, source="bao-b", rebuts=True, hours=3)
    assert rules(told, denied) == ["event: refuted by another"]
    assert rules(member(), denied) == []  # a plain report beside a refutation is not its claim
    assert (
        rules(denied, member(3, source="bao-c", hinted=True, hours=6)) == []
    )  # what comes after it tells of it


def test_a_refutation_that_is_removed_or_reported_is_not_the_thing_refuted():
    assert rules(member(rebuts=True, reports=1, gone_how="410")) == []


def test_one_outlet_alone_counts_only_beside_another_reason():
    assert rules(member()) == []
    assert rules(member(gone_how="404")) == ["event: removed later", "event: told by one outlet alone"]
    alone = event_level_cues.reasons([member()], doubtful=True)
    assert [reason["weight"] for reason in alone] == [event_level_cues.ALONE]


def test_neither_outlet_nor_stance_moves_anything():
    for source in ("bao-a", "trang-x"):
        assert rules(member(source=source, gone_how="404")) == rules(member(gone_how="404"))


@pytest.mark.parametrize(
    ("tellings", "title"),
    [
        # (title, language, harm band, relevance): the gravest in Vietnamese, whoever came first
        ([("Tiền hỗ trợ đến chậm", "vi", "low", "core"), ("Lũ quét làm 3 người chết", "vi", "high", "core")], "Lũ quét làm 3 người chết"),
        ([("Flash flood kills three", "en", "high", "core"), ("Lũ quét ở Bản Thử", "vi", "medium", "core")], "Lũ quét ở Bản Thử"),
        ([("Flash flood kills three", "en", "high", "core")], "Flash flood kills three"),
        ([("Lũ quét ở tỉnh bạn", "vi", "high", "mention"), ("Mưa lớn ở Bản Thử", "vi", "medium", "core")], "Mưa lớn ở Bản Thử"),
        ([("Mưa lớn", "vi", "low", "core"), ("Mưa to", "vi", "low", "core")], "Mưa lớn"),
    ],
)  # fmt: skip
def test_an_event_is_called_after_its_weightiest_telling(tellings, title):
    members = []
    for n, (said, language, harm, relevance) in enumerate(tellings, 1):
        one = member(n, source=f"bao-{n}", hours=n)
        result = one.result | {
            "harm": SIGNAL | {"band": harm},
            "relevance": {"label": relevance, "places": []},
        }
        members.append(replace(one, title=said, language=language, result=result))
    assert summary.summary(members).title == title
