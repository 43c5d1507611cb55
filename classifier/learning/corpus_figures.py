"""Figures of the judge on the hands of the corpus that are set apart: ``kiemtin corpus measure``.

By signal AUC, precision and recall from band medium up, over all items and by hand; what is flagged among the hard twins of
harm and criticism; how many refutations are told to be checked urgently; whether the sentence that a person picked is
among the first that claim spotting proposes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from classifier.judging.judge import Judge, Judgement
from classifier.learning import corpus
from classifier.learning.corpus import SIGNALS, CorpusText

FIRST = 3  # spotted sentences among which the picked one should be
QUIET = ("negated", "averted", "improved", "drilled", "commemorated", "forecast", "regulated", "idiom")
CALM = ("praised", "improved", "regulated", "experience", "opinion")
_SAME = 40  # code points by which two cuts of one sentence are recognised

Judged = tuple[CorpusText, Judgement]


def measure(
    judge: Judge, hands: Sequence[str] = corpus.APART, *, progress: Callable[[int], None] = lambda done: None
) -> dict[str, Any]:
    """The report: blocks of figures by name, rounded."""
    judged: list[Judged] = []
    for text in corpus.items(hands):
        judged.append((text, judge.judge(text.item, embed_all=True)))
        progress(len(judged))
    report: dict[str, Any] = {}
    for name in SIGNALS:
        report[name] = {"all": _signal(judged, name)}
        for hand in hands:
            report[name][hand] = _signal([one for one in judged if one[0].hand == hand], name)
    report["flagged"] = {
        **{f"harm, {twin}": _flagged(judged, "harm", [twin]) for twin in QUIET},
        "harm, negated to forecast": _flagged(judged, "harm", QUIET),
        "criticism, praise and the like": _flagged(judged, "criticism", CALM),
    }
    report["quiet complaints"] = _found(judged, "criticism", "quiet")
    report["refutations in check high"] = _share(
        out.check.band == "high" for text, out in judged if text.labels["rebuttal"]
    )
    report["picked sentence among the first three"] = _share(
        _picked(text, out) for text, out in judged if text.spot is not None
    )
    return report


def _signal(judged: Sequence[Judged], name: str) -> dict[str, float]:
    from sklearn.metrics import roc_auc_score

    told = [text.labels[name] == 1 for text, _ in judged]
    scores = [getattr(out, name).score for _, out in judged]
    flagged = [getattr(out, name).band != "low" for _, out in judged]
    right = sum(one and other for one, other in zip(told, flagged, strict=True))
    return {
        "auc": round(float(roc_auc_score(told, scores)), 3) if 0 < sum(told) < len(told) else float("nan"),
        "precision": round(right / max(sum(flagged), 1), 3),
        "recall": round(right / max(sum(told), 1), 3),
        "positive": sum(told),
        "n": len(told),
    }


def _flagged(judged: Sequence[Judged], name: str, twins: Sequence[str]) -> dict[str, float]:
    """Of the items of these twins that do not carry the signal: how many are flagged."""
    return _share(
        getattr(out, name).band != "low"
        for text, out in judged
        if text.twin in twins and not text.labels[name]
    )


def _found(judged: Sequence[Judged], name: str, twin: str) -> dict[str, float]:
    """Of the items of this twin that carry the signal: how many are flagged."""
    return _share(
        getattr(out, name).band != "low" for text, out in judged if text.twin == twin and text.labels[name]
    )


def _share(flags: Iterable[bool]) -> dict[str, float]:
    all_ = list(flags)
    return {"share": round(sum(all_) / max(len(all_), 1), 3), "of": len(all_)}


def _picked(text: CorpusText, out: Judgement) -> bool:
    spot = text.spot or ""
    return any(spot[:_SAME] in one.text or one.text[:_SAME] in spot for one in out.spotted[:FIRST])
