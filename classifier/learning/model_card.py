"""What a model card says beside the training's own facts: what was measured, on whose decisions, per outlet and field.

Figures on decisions are those of the model before it learned from them, so that nothing is measured on what was tuned on
it; each is [value, low, high] of a 95 % bootstrap by event.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from classifier.learning import metrics
from classifier.learning.correction import CALIBRATED, Decided, priorities
from classifier.learning.metrics import Flags, Reals
from classifier.signals import harm_criticism
from classifier.signals.model import Model

LEAST = 20  # decisions below which a figure says nothing

# Measured with the shipped words and no decision (docs/judging.md says how); the data are not the tenant's.
BEFORE_DECISIONS = (
    "blind, 87 items of other provinces, one round of words before these: harm AUC .991 [.976, 1], criticism AUC .912"
    " [.833, .978]",
    "ten-fold cross-validation on the 1,394 items the weights come from: harm AUC .981, criticism AUC .980",
)


def of_decisions(
    rows: Sequence[Decided], outlets: Sequence[str], fields: Sequence[str | None]
) -> dict[str, Any]:
    """The card's part on decisions; ``outlets`` and ``fields`` belong to the rows one for one."""
    if not rows:
        return {"decisions": 0}
    return {
        "decisions": len(rows),
        "decisions_to": max(one.at for one in rows).isoformat(),
        "calibrated": len(rows) >= CALIBRATED,
        "metrics": _metrics(rows),
        "outlets": _by(rows, outlets),
        "fields": _by(rows, [field or "–" for field in fields]),
    }


def _metrics(rows: Sequence[Decided]) -> dict[str, list[float | None]]:
    if len(rows) < LEAST:
        return {}
    stories = [one.story for one in rows]
    wanted = np.array([one.wanted for one in rows])
    critical = np.array([one.critical for one in rows])
    attention = priorities(Model(), rows)
    scores = np.array([one.criticism for one in rows])

    def at_medium(measure: Any) -> Any:
        return lambda labels, values: measure(labels, values >= harm_criticism.MEDIUM["criticism"])

    measured: dict[str, tuple[Any, Flags, Reals]] = {
        "priority_average_precision": (metrics.average_precision, wanted, attention),
        "priority_auc": (metrics.auc, wanted, attention),
        "criticism_auc": (metrics.auc, critical, scores),
        "criticism_precision": (at_medium(metrics.precision), critical, scores),
        "criticism_recall": (at_medium(metrics.recall), critical, scores),
        "criticism_ece": (metrics.calibration_error, critical, scores),
    }
    return {
        name: metrics.with_interval(measure, labels, values, stories).as_json()
        for name, (measure, labels, values) in measured.items()
    }


def _by(rows: Sequence[Decided], names: Sequence[str]) -> dict[str, dict[str, int]]:
    """Counts by name, in the order of the alphabet: how the model fared there, never how the outlet did."""
    counts: dict[str, dict[str, int]] = {}
    for row, name in zip(rows, names, strict=True):
        here = counts.setdefault(
            name,
            {"decided": 0, "wanted": 0, "critical": 0, "critical_found": 0, "critical_to_check": 0},
        )
        here["decided"] += 1
        here["wanted"] += row.wanted
        here["critical"] += row.critical
        here["critical_found"] += row.critical and row.criticism >= harm_criticism.MEDIUM["criticism"]
        here["critical_to_check"] += row.critical and row.check >= harm_criticism.MEDIUM["check"]
    return dict(sorted(counts.items()))
