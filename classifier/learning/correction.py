"""Learns from what staff decided: how far criticism, attention and relevance move from the rules, feature by feature.

Not a new model but a correction of the one at hand: logistic regression on the features of the lexicon, with the
model's own log-odds as the starting point and a pull back to it, so that few decisions move little and a hundred move
much. Verdicts are never read; a decision made for reasons outside the text is left out before it comes here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from classifier.judging.judge import Judge, attention_of
from classifier.learning import metrics
from classifier.learning.metrics import Flags
from classifier.places import relevance
from classifier.signals import features
from classifier.signals import model as models
from classifier.signals.model import Learned, Model, Reals
from classifier.text.prepared_text import PreparedText

LEAST = 25  # decisions below which the weak score stands alone (reference figures: .88 at 10, .915 at 25)
CALIBRATED = 100  # decisions from which scores are calibrated on them
# Strength of the pull back to the model. What is criticism is learned quickly (at 6 recall rises most, 2026-11-21); of what
# deserves attention the model knows more than some 50 decisions tell, and a weaker pull than 25 cost average precision.
PULL_CRITICISM, PULL_ATTENTION = 6.0, 25.0
_FOLDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """One decision with what the model thought before: the row to learn from.

    ``wanted``: staff took it up (escalated or sent on to be answered); ``critical``: they saw criticism to answer;
    ``core``: whether they called it about the province, None where they did not say; ``story``: its event.
    """

    row: Reals
    harm: float  # probabilities of the model without decisions
    criticism: float
    check: float
    relevance: float
    near: dict[str, float]  # features of relevance, empty where no place was named
    wanted: bool
    critical: bool
    core: bool | None
    story: str
    at: datetime


def decided(
    reading: PreparedText, judge: Judge, *, outcome: str, signals: Sequence[str] = (), core: bool | None = None,
    story: str, at: datetime,
) -> Decided:  # fmt: skip
    """A decision made ready; ``judge`` must hold the model that the decisions are to correct."""
    judgement = judge.judge_reading(reading)
    row = features.row(reading, judge.lexicon.find(reading))
    return Decided(
        row=row,
        harm=judgement.harm.score,
        criticism=judgement.criticism.score,
        check=judgement.check.score,
        relevance=judgement.relevance.score,
        near=judgement.relevance.features if judgement.places else {},
        wanted=outcome != "dismiss",
        critical=outcome == "route_critical" or "criticism" in signals,
        core=core,
        story=story,
        at=at,
    )


def learn(rows: Sequence[Decided]) -> Learned | None:
    """What the decisions add, or None below ``LEAST`` or where all of them are alike."""
    if len(rows) < LEAST or len({one.wanted for one in rows}) < 2:
        return None
    table = _table(rows)
    critical = np.array([one.critical for one in rows])
    wanted = np.array([one.wanted for one in rows])
    lessons = (
        (critical, _criticism(rows), PULL_CRITICISM),
        (wanted, _attention(rows), PULL_ATTENTION),
    )
    moves = np.array([_moves(table, labels, start, pull) for labels, start, pull in lessons])
    calibration = np.array([[1.0, 0.0], [1.0, 0.0]])
    if len(rows) >= CALIBRATED:
        folds = _folds([one.story for one in rows])
        for place, (labels, start, pull) in enumerate(lessons):
            calibration[place] = _platt(_held_out(table, labels, start, pull, folds), labels)
    core = [(one.near, one.core) for one in rows if one.near and one.core is not None]
    near = None
    if len(core) >= relevance.LEAST_DECISIONS and len({is_core for _, is_core in core}) == 2:
        near = relevance.learn([row for row, _ in core], [bool(is_core) for _, is_core in core])
    return Learned(moves=moves, calibration=calibration, decisions=len(rows), relevance=near)


def better(wanted: Flags, challenger: Reals, champion: Reals) -> tuple[bool, dict[str, float | None]]:
    """Whether the challenger's priorities rank decided items no worse than the champion's, and both average precisions.

    The decisions must be later in time than anything either of them learned from.
    """
    ours = metrics.average_precision(wanted, challenger)
    theirs = metrics.average_precision(wanted, champion)
    told = {"challenger": ours, "champion": theirs}
    if ours is None or theirs is None or wanted.all():
        return False, told
    return ours >= theirs, told


def split_forward(
    rows: Sequence[Decided], after: datetime | None, share: float = 0.2
) -> tuple[list[int], list[int]]:
    """(earlier, later) places by time, no story on both sides: later than ``after`` (what the champion had learned), or
    the last ``share`` where it had learned nothing."""
    order = sorted(range(len(rows)), key=lambda place: rows[place].at)
    if after is None:
        cut = len(order) - max(1, round(len(order) * share)) if order else 0
    else:
        cut = sum(rows[place].at <= after for place in order)
    known = {rows[place].story for place in order[:cut]}
    return order[:cut], [place for place in order[cut:] if rows[place].story not in known]


def priorities(model: Model, rows: Sequence[Decided]) -> Reals:
    """The order in which a model would show decided items."""
    found: list[float] = []
    for one in rows:
        moved = 0.0 if model.learned is None else corrected(model.learned, one)[1]
        found.append(one.relevance * attention_of(one.harm, one.criticism, one.check, moved))
    return np.array(found)


def corrected(learned: Learned, one: Decided) -> tuple[float, float]:
    """(criticism, what to add to the log-odds of attention) of a decided item."""
    told = learned.moves @ np.append(one.row, 1.0)
    slope, shift = learned.calibration[0]
    return models.probability(slope * (_odds(one.criticism) + told[0]) + shift), float(told[1])


def _odds(chance: float) -> float:
    return models.log_odds(min(max(chance, 1e-4), 1 - 1e-4))


def _criticism(rows: Sequence[Decided]) -> Reals:
    return np.array([_odds(one.criticism) for one in rows])


def _attention(rows: Sequence[Decided]) -> Reals:
    return np.array([_odds(attention_of(one.harm, one.criticism, one.check) * one.relevance) for one in rows])


def _table(rows: Sequence[Decided]) -> Reals:
    return np.array([np.append(one.row, 1.0) for one in rows])


def _moves(table: Reals, labels: Flags, start: Reals, pull: float) -> Reals:
    """Weights that move log-odds ``start`` towards the labels, pulled to zero (Newton's steps; the sum is convex).

    Both kinds of label weigh the same in all, within a factor of four, so that the rare complaint is heard.
    """
    share = min(max(float(labels.mean()), 0.2), 0.8)
    each = np.where(labels, 0.5 / share, 0.5 / (1 - share))
    wanted = labels.astype(np.float64)
    weights: Reals = np.zeros(table.shape[1])
    for _ in range(30):
        chance = 1 / (1 + np.exp(-np.clip(start + table @ weights, -30, 30)))
        gradient = table.T @ (each * (chance - wanted)) + pull * weights
        curve = (table * (each * chance * (1 - chance))[:, None]).T @ table + pull * np.eye(len(weights))
        step = np.linalg.solve(curve, gradient)
        weights = weights - step
        if float(np.abs(step).max()) < 1e-6:
            break
    return weights


def _folds(stories: Sequence[str]) -> list[int]:
    """A fold for each decision; one story is never in two."""
    order = {story: place for place, story in enumerate(dict.fromkeys(stories))}
    return [order[story] % _FOLDS for story in stories]


def _held_out(table: Reals, labels: Flags, start: Reals, pull: float, folds: Sequence[int]) -> Reals:
    """Log-odds of each decision from moves learned on the other folds."""
    where = np.array(folds)
    odds = start.copy()
    for fold in range(_FOLDS):
        inside = where == fold
        if inside.any() and not inside.all():
            odds[inside] += table[inside] @ _moves(table[~inside], labels[~inside], start[~inside], pull)
    return odds


def _platt(odds: Reals, labels: Flags) -> tuple[float, float]:
    """Slope and shift of a sigmoid on log-odds, pulled to (1, 0)."""
    numbers = np.array([1.0, 0.0])
    wanted = labels.astype(np.float64)
    table = np.stack([odds, np.ones_like(odds)], axis=1)
    for _ in range(30):
        chance = 1 / (1 + np.exp(-np.clip(table @ numbers, -30, 30)))
        gradient = table.T @ (chance - wanted) + (numbers - np.array([1.0, 0.0]))
        curve = (table * (chance * (1 - chance))[:, None]).T @ table + np.eye(2)
        step = np.linalg.solve(curve, gradient)
        numbers = numbers - step
        if float(np.abs(step).max()) < 1e-8:
            break
    return float(max(numbers[0], 0.05)), float(numbers[1])
