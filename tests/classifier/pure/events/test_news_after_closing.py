"""What the later articles of a decided event tell that the earlier ones did not."""

from datetime import UTC, datetime, timedelta

import pytest

from classifier.events.news_after_closing import ReturnRules, news
from classifier.text.item import Item
from db.judging.events import Member

CLOSED = datetime(2026, 9, 10, 12, tzinfo=UTC)
EARLY, LATE = CLOSED - timedelta(hours=3), CLOSED + timedelta(hours=3)


@pytest.fixture
def member(judge):
    numbers = iter(range(1, 100))

    def made(title, text, came_at, **more):
        number = next(numbers)
        item = Item(id=str(number), title=title, text=text, date=came_at)
        return Member(
            article_id=number, version_id=number, title=title, head=text, source=more.pop("source", f"Báo {number}"),
            scope="domestic", language="vi", at=came_at, copy_of=more.pop("copy_of", None), by_staff=False,
            result=judge.judge(item).as_json() | more, territories=[], came_at=came_at,
        )  # fmt: skip

    return made


SLIDE = (
    "Sạt lở đất ở xã Y Tý, Lào Cai",
    "Sáng nay đất đá tràn xuống đường ở xã Y Tý, tỉnh Lào Cai, giao thông tắc nhiều giờ.",
)


def reasons(found):
    return [one.reason for one in found]


@pytest.mark.parametrize(
    ("title", "text", "now"),
    [
        ("Sạt lở ở Y Tý, Lào Cai: hai người chết", "Lực lượng cứu hộ tìm thấy thi thể hai nạn nhân ở xã Y Tý, tỉnh Lào Cai.", "2"),
        ("Tìm thấy nạn nhân vụ sạt lở Y Tý", "Chiều nay, 1 người tử vong được đưa ra khỏi đống đất ở xã Y Tý, tỉnh Lào Cai.", "1"),
    ],
)  # fmt: skip
def test_a_death_told_later_is_news_and_says_who_tells_it(member, title, text, now):
    old, new = member(*SLIDE, EARLY), member(title, text, LATE)
    death = news([old, new], CLOSED, ReturnRules())[0]
    assert (death.reason, death.before, death.now, death.article) == ("death", "0", now, new.article_id)


def test_a_growing_count_is_news_and_the_same_count_is_none(member):
    two = ("Sạt lở Y Tý, Lào Cai: 2 người chết", "Sạt lở ở xã Y Tý, tỉnh Lào Cai làm 2 người chết.")
    three = ("Sạt lở Y Tý, Lào Cai: 3 người chết", "Sạt lở ở xã Y Tý, tỉnh Lào Cai làm 3 người chết.")
    assert "death" in reasons(news([member(*two, EARLY), member(*three, LATE)], CLOSED, ReturnRules()))
    assert news([member(*two, EARLY), member(*two, LATE)], CLOSED, ReturnRules()) == []


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Sạt lở ở Y Tý, Lào Cai: không ai thiệt mạng", "Vụ sạt lở ở xã Y Tý, tỉnh Lào Cai không có người chết."),
        ("Thông đường qua Y Tý, Lào Cai", "Đường qua xã Y Tý, tỉnh Lào Cai đã thông sau vụ sạt lở đất."),
    ],
)  # fmt: skip
def test_a_denied_death_and_a_quiet_follow_up_are_no_news(member, title, text):
    assert "death" not in reasons(
        news([member(*SLIDE, EARLY), member(title, text, LATE)], CLOSED, ReturnRules())
    )


def test_a_new_kind_of_harm_is_news_once(member):
    later = (
        "Cháy lán công nhân ở Y Tý, Lào Cai",
        "Ngọn lửa bùng lên thiêu rụi lán trại cạnh điểm sạt lở ở xã Y Tý, tỉnh Lào Cai, vụ cháy làm 2 người bị thương.",
    )
    found = [one for one in news([member(*SLIDE, EARLY), member(*later, LATE), member(*later, LATE)], CLOSED, ReturnRules())
             if one.reason == "new_harm"]  # fmt: skip
    assert [one.now for one in found].count("fire") == 1


def test_criticism_and_refutation_are_news_the_first_time(member):
    critical = {"criticism": {"score": 0.8, "band": "medium", "reasons": []}}
    refuting = {"is_rebuttal": True}
    old = member(*SLIDE, EARLY)
    assert "criticism" in reasons(news([old, member(*SLIDE, LATE, **critical)], CLOSED, ReturnRules()))
    assert "refutation" in reasons(news([old, member(*SLIDE, LATE, **refuting)], CLOSED, ReturnRules()))
    both = [member(*SLIDE, EARLY, **critical), member(*SLIDE, EARLY, **refuting)]
    again = [member(*SLIDE, LATE, **critical), member(*SLIDE, LATE, **refuting)]
    assert not {"criticism", "refutation"} & set(reasons(news([*both, *again], CLOSED, ReturnRules())))


def test_a_higher_band_is_news_and_names_both(member):
    low = {"check": {"score": 0.1, "band": "low", "reasons": []}}
    high = {"check": {"score": 0.9, "band": "high", "reasons": []}}
    (found,) = [
        one
        for one in news([member(*SLIDE, EARLY, **low), member(*SLIDE, LATE, **high)], CLOSED, ReturnRules())
        if one.reason == "higher_band"
    ]
    assert (found.before, found.now) == ("check:low", "check:high")


def test_so_many_further_outlets_are_news_and_copies_are_no_outlets(member):
    old = member(*SLIDE, EARLY)
    three = [member(*SLIDE, LATE) for _ in range(3)]
    rules = ReturnRules(outlets=3)
    assert reasons(news([old, *three], CLOSED, rules)) == ["outlets"]
    assert news([old, *three[:2]], CLOSED, rules) == []
    assert news([old, *(member(*SLIDE, LATE, copy_of=1) for _ in range(5))], CLOSED, rules) == []
    assert news([old, *three], CLOSED, ReturnRules(outlets=0)) == []


def test_what_staff_switched_off_brings_nothing_back(member):
    later = ("Sạt lở Y Tý, Lào Cai: 3 người chết", "Sạt lở ở xã Y Tý, tỉnh Lào Cai làm 3 người chết.")
    off = ReturnRules(
        death=False, new_harm=False, criticism=False, refutation=False, higher_band=False, outlets=0
    )
    assert news([member(*SLIDE, EARLY), member(*later, LATE)], CLOSED, off) == []


def test_roundups_and_strangers_to_the_province_tell_nothing_of_the_event(member):
    roundup = member(
        "Điểm tin sáng: sạt lở ở Y Tý, 5 người chết vì lũ ở Nghệ An", "Lũ ở Nghệ An làm 5 người chết. Lào Cai thông đường.", LATE
    )  # fmt: skip
    away = member("Bão ở Philippines, 40 người chết", "Bão làm 40 người chết ở Philippines.", LATE)
    assert "death" not in reasons(news([member(*SLIDE, EARLY), roundup, away], CLOSED, ReturnRules()))


def test_judgements_of_earlier_releases_without_facts_are_compared_by_their_bands(member):
    old = member(*SLIDE, EARLY)
    old.result.pop("facts")
    new = member(*SLIDE, LATE, check={"score": 0.9, "band": "high", "reasons": []})
    new.result.pop("facts")
    assert reasons(news([old, new], CLOSED, ReturnRules())) == ["higher_band"]
