"""The week's choice: places by share, a draw with known probability, recall that is estimated and never claimed."""

import pytest

from classifier.learning import active_sampling, drift
from classifier.learning.active_sampling import Audited, Candidate

CANDIDATES = [Candidate(event=number, score=(1000 - number) / 1000) for number in range(1, 901)]


def chosen(seed: int = 1) -> list[active_sampling.Chosen]:
    return active_sampling.choose(CANDIDATES, budget=100, uncertain=0.1, audit=0.1, seed=seed)


def test_the_budget_is_spent_by_share() -> None:
    hows = [one.how for one in chosen()]
    assert (hows.count("priority"), hows.count("uncertainty"), hows.count("audit")) == (80, 10, 10)
    assert len({one.event for one in chosen()}) == 100


def test_the_best_come_first_and_the_unsure_lie_near_the_half() -> None:
    assert [one.event for one in chosen()[:80]] == list(range(1, 81))
    unsure = [one.event for one in chosen() if one.how == "uncertainty"]
    assert all(abs(500 - event) <= 5 for event in unsure)


def test_the_same_seed_draws_the_same_and_another_seed_another() -> None:
    assert chosen(3) == chosen(3)
    assert chosen(3) != chosen(4)


def test_drawn_events_stand_for_all_that_were_not_shown() -> None:
    drawn = [one for one in chosen() if one.how == "audit"]
    assert sum(1 / one.inclusion for one in drawn) == pytest.approx(900 - 80 - 10)
    assert max(one.inclusion for one in drawn) > min(one.inclusion for one in drawn)


def test_what_has_hardly_a_chance_is_shown_by_the_audit_alone() -> None:
    few = [Candidate(event=1, score=0.6), *(Candidate(event=number, score=0.01) for number in range(2, 40))]
    told = active_sampling.choose(few, budget=20, uncertain=0.1, audit=0.1, seed=1)
    assert [one.how for one in told] == ["priority", "audit", "audit"]
    assert active_sampling.choose([], budget=10, uncertain=0.1, audit=0.1, seed=1) == []


def test_a_clean_audit_leaves_a_bound_and_no_certainty() -> None:
    # the worked example: 320 clean audits of 16,000 unflagged, 200 found: recall is only >= 57 %
    told = active_sampling.recall(200, [Audited(wanted=False, inclusion=320 / 16_000)] * 320)
    assert told.recall == 1
    assert told.low == pytest.approx(0.57, abs=0.01)


def test_a_miss_in_the_audit_counts_for_all_it_stands_for() -> None:
    told = active_sampling.recall(
        80, [Audited(wanted=True, inclusion=0.1)] * 2 + [Audited(wanted=False, inclusion=0.1)] * 98
    )
    assert told.missed == 20
    assert told.recall == pytest.approx(0.8)
    assert told.low is not None
    assert told.high is not None
    assert told.low < 0.8 < told.high


def test_without_an_audit_nothing_is_said_of_recall() -> None:
    assert active_sampling.recall(10, []).recall is None


def week(scores: list[float], flagged: int, outlet: str) -> drift.Week:
    return drift.Week(harm=scores, criticism=scores, flagged=flagged, outlets=[outlet] * len(scores))


STEADY = [number / 100 for number in range(100)]


def test_a_week_like_the_last_raises_no_alarm() -> None:
    assert drift.compare(week(STEADY, 10, "a"), week(STEADY, 11, "a")).alarms == ()


def test_other_scores_more_flags_and_new_outlets_raise_alarms() -> None:
    told = drift.compare(week(STEADY, 5, "a"), week([0.9] * 100, 60, "b"))
    assert len(told.alarms) == 4


def test_few_items_tell_nothing() -> None:
    assert drift.compare(week([0.1] * 10, 1, "a"), week(STEADY, 1, "a")).psi_harm is None
