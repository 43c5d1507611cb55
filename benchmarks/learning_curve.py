"""What 25 and 50 decisions of staff teach: ranking and criticism recall on stories nobody decided on.

    python benchmarks/learning_curve.py GOLD.jsonl [--repeats 20] [--champion] [--json]

Decisions are simulated from a gold file: staff dismiss what is not wanted (target false), send criticism on to be
answered, escalate the rest. Stories are dealt into three folds anew in each repeat; the decisions are drawn from the
stories of two of them, the figures come from the third. Recall of criticism is that of the shipped band medium. The model corrected is the rules, or
with ``--champion`` the one in the database of KIEMTIN_HOME, as after ``kiemtin train``.
"""

import argparse
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

import db.core.settings
import db.ops.embedded_postgres
from classifier.judging.judge import Judge
from classifier.learning import correction, metrics
from classifier.learning.champion import champion_of
from classifier.learning.correction import Decided
from classifier.learning.evaluation import CRITICISM, read_gold
from classifier.signals import harm_criticism
from classifier.signals.model import Model
from classifier.text.prepared_text import read
from db.catalogue import files
from db.core.connection import connect

SIZES = (0, 25, 50)
FOLDS = 3


def simulated(path: Path, judge: Judge) -> list[tuple[Decided, bool, bool]]:
    """(decision, is it wanted, is it criticism) of every item of a gold file that carries tone and target."""
    found = []
    with path.open(encoding="utf-8") as lines:
        for one in read_gold(lines):
            if "target" not in one.labels or "neg_kind" not in one.labels:
                continue
            wanted, critical = bool(one.labels["target"]), one.labels["neg_kind"] in CRITICISM
            outcome = "dismiss" if not wanted else "route_critical" if critical else "escalate"
            row = correction.decided(
                read(one.item), judge, outcome=outcome, signals=["criticism"] if critical else [],
                story=one.group, at=one.item.date or datetime(2026, 1, 1, tzinfo=UTC),
            )  # fmt: skip
            found.append((row, wanted, critical))
    return found


def measure(model: Model, test: Sequence[tuple[Decided, bool, bool]]) -> tuple[float | None, float | None]:
    """(average precision of the ranking, recall of criticism at band medium) on held-out stories."""
    rows = [row for row, _, _ in test]
    wanted = np.array([is_wanted for _, is_wanted, _ in test])
    critical = np.array([is_critical for _, _, is_critical in test])
    scores = np.array(
        [
            row.criticism if model.learned is None else correction.corrected(model.learned, row)[0]
            for row in rows
        ]
    )
    taken = scores >= harm_criticism.MEDIUM["criticism"]
    return metrics.average_precision(wanted, correction.priorities(model, rows)), metrics.recall(
        critical, taken
    )


def curve(items: Sequence[tuple[Decided, bool, bool]], *, repeats: int) -> dict[int, dict[str, list[float]]]:
    """For each number of decisions the figures of each repeat (mean over its folds)."""
    stories = sorted({row.story for row, _, _ in items})
    found: dict[int, dict[str, list[float]]] = {size: {"ap": [], "recall": []} for size in SIZES}
    for repeat in range(repeats):
        random = np.random.default_rng(repeat)
        fold_of = dict(zip(stories, random.permutation(len(stories)) % FOLDS, strict=True))
        here: dict[int, list[tuple[float | None, float | None]]] = {size: [] for size in SIZES}
        for fold in range(FOLDS):
            test = [one for one in items if fold_of[one[0].story] == fold]
            pool = [one for one in items if fold_of[one[0].story] != fold]
            order = random.permutation(len(pool))
            for size in SIZES:
                drawn = [pool[place][0] for place in order[:size]]
                here[size].append(measure(Model(learned=correction.learn(drawn) if drawn else None), test))
        for size in SIZES:
            for name, column in (("ap", 0), ("recall", 1)):
                values = [pair[column] for pair in here[size] if pair[column] is not None]
                found[size][name].append(float(np.mean([value for value in values if value is not None])))
    return found


def stored_champion() -> Model | None:
    """The champion in the database of KIEMTIN_HOME."""
    with connect(db.ops.embedded_postgres.urls(db.core.settings.read()).app) as conn:
        return champion_of(conn)


def main() -> None:
    """Prints one line for each number of decisions."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("gold", type=Path)
    parser.add_argument("--repeats", type=int, default=20)
    parser.add_argument("--champion", action="store_true", help="correct the champion instead of the rules")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    items = simulated(
        given.gold, Judge(files.shipped("laocai"), stored_champion() if given.champion else None)
    )
    found = curve(items, repeats=given.repeats)
    report = {}
    for size in SIZES:
        told = {}
        for name in ("ap", "recall"):
            values, start = np.array(found[size][name]), np.array(found[0][name])
            told[name] = {
                "mean": round(float(values.mean()), 4),
                "change": round(float((values - start).mean()), 4),
                "interval": [round(float(one), 4) for one in np.percentile(values, [2.5, 97.5])],
            }
        report[size] = told
    if given.json:
        print(json.dumps(report))
        return
    for size, told in report.items():
        print(
            f"{size:3} decisions: ranking AP {told['ap']['mean']:.3f} {told['ap']['interval']} ({told['ap']['change']:+.4f}),"
            f" criticism recall {told['recall']['mean']:.3f} {told['recall']['interval']} ({told['recall']['change']:+.4f})"
        )


if __name__ == "__main__":
    main()
