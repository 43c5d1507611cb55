"""Figures agree with scikit-learn; intervals draw whole stories."""

import numpy as np
import pytest

from classifier.learning import metrics

LABELS = np.array([True, False, True, False, False, True, False, False])
SCORES = np.array([0.9, 0.8, 0.7, 0.7, 0.3, 0.3, 0.2, 0.1])


def test_ranking_figures_are_those_of_scikit_learn() -> None:
    from sklearn.metrics import average_precision_score, roc_auc_score  # two seconds: only here

    assert metrics.auc(LABELS, SCORES) == pytest.approx(roc_auc_score(LABELS, SCORES))
    assert metrics.average_precision(LABELS, SCORES) == pytest.approx(average_precision_score(LABELS, SCORES))


def test_a_figure_without_positives_is_none() -> None:
    nothing = np.zeros(3, bool)
    assert metrics.auc(nothing, SCORES[:3]) is None
    assert metrics.average_precision(nothing, SCORES[:3]) is None
    assert metrics.recall(nothing, nothing) is None


def test_perfect_probabilities_have_no_calibration_error() -> None:
    assert metrics.calibration_error(np.array([True, False]), np.array([1.0, 0.0])) == 0
    assert metrics.calibration_error(np.array([True, False]), np.array([0.0, 1.0])) == 1


def test_ten_reports_on_one_story_give_no_narrow_interval() -> None:
    labels = np.array([True, True, False, False] * 10)
    scores = np.tile([0.9, 0.4, 0.6, 0.1], 10)
    alone = metrics.with_interval(metrics.auc, labels, scores, [str(number) for number in range(40)])
    stories = metrics.with_interval(metrics.auc, labels, scores, [str(number % 4) for number in range(40)])
    assert alone.high is not None
    assert alone.low is not None
    assert stories.high is not None
    assert stories.low is not None
    assert stories.high - stories.low > alone.high - alone.low
