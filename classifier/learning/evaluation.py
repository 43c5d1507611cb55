"""Measures the judge on a gold file: one block of figures for each signal whose labels are present."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from classifier.events import offline
from classifier.events.regions import Provinces
from classifier.judging.judge import Judge, Judgement, attention_of
from classifier.learning import cluster_metrics, metrics
from classifier.learning.metrics import Flags, Reals
from classifier.signals import harm_criticism
from classifier.text.item import Item, item_from, read_objects
from db.core.errors import Invalid

HARM = ("disaster", "accident", "crime", "health")
CRITICISM = ("official_wrongdoing", "complaint")
_ALLOWED: dict[str, tuple[Any, ...]] = {
    "relevance": ("core", "mention", "none"),
    "tone": ("negative", "neutral_positive"),
    "neg_kind": (*HARM, *CRITICISM, None),
    "target": (True, False),
    "rebuttal": (True, False),
    "check": (True, False),
}
EMBEDDED = 1000  # items of a gold file up to which the meaning of each is read, whatever it is about
LABELS = (*_ALLOWED, "event", "copy_of", "about_province", "digest")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gold:
    """One labelled item; ``labels`` holds only what its line carries; ``group`` is the story, never split."""

    item: Item
    labels: dict[str, Any]
    group: str


def read_gold(lines: Iterable[str]) -> list[Gold]:
    """A gold file; Invalid names the line: no JSON, no id or text, no label, or a label that is not known."""
    found: list[Gold] = []
    seen: dict[str, int] = {}
    for number, data in read_objects(lines):
        where = f"line {number}"
        item = item_from(data, where=where)
        if item.id in seen:
            raise Invalid(
                "id", f"{where}: id {item.id!r} stands in line {seen[item.id]} too; give each its own"
            )
        seen[item.id] = number
        labels = {name: data[name] for name in LABELS if name in data}
        if not labels:
            raise Invalid("labels", f"{where}: carries no label; add at least one of {', '.join(LABELS)}")
        for name, allowed in _ALLOWED.items():
            if name in labels and not any(labels[name] is one or labels[name] == one for one in allowed):
                known = ", ".join("null" if one is None else str(one).lower() for one in allowed)
                raise Invalid(name, f"{where}: {name} {labels[name]!r} is not known; write one of {known}")
        group = data.get("group", labels.get("event"))
        if group is not None and not isinstance(group, (str, int)):
            raise Invalid("group", f"{where}: group is no text; write the name of the story")
        found.append(Gold(item=item, labels=labels, group=str(group) if group is not None else item.id))
    if not found:
        raise Invalid("gold", "the file holds no items; write one JSON object a line")
    return found


def evaluate(gold: Sequence[Gold], judge: Judge) -> dict[str, Any]:
    """The figures by signal; each is [value, low, high] of a 95 % bootstrap by group."""
    judged = [judge.judge(one.item, embed_all=len(gold) <= EMBEDDED) for one in gold]
    report: dict[str, Any] = {
        "model": judge.model.name,
        "items": len(gold),
        "groups": len({one.group for one in gold}),
    }
    toned = [place for place, one in enumerate(gold) if "neg_kind" in one.labels or "tone" in one.labels]
    if toned:
        kinds = [place for place in toned if "neg_kind" in gold[place].labels]
        for name, wanted in (("harm", HARM), ("criticism", CRITICISM)):
            if kinds:
                labels = np.array([gold[place].labels["neg_kind"] in wanted for place in kinds])
                scores = np.array([getattr(judged[place], name).score for place in kinds])
                groups = [gold[place].group for place in kinds]
                report[name] = _signal(labels, scores, groups, harm_criticism.MEDIUM[name])
                near = np.array(
                    [gold[place].labels.get("relevance") in ("core", "mention") for place in kinds]
                )
                if near.any():
                    kept = [group for group, is_near in zip(groups, near, strict=True) if is_near]
                    error = metrics.with_interval(metrics.calibration_error, labels[near], scores[near], kept)
                    report[name]["ece_core_and_mention"] = error.as_json()
        told = [place for place in toned if "tone" in gold[place].labels]
        if told:
            labels = np.array([gold[place].labels["tone"] == "negative" for place in told])
            scores = np.array(
                [attention_of(judged[place].harm.score, judged[place].criticism.score, 0.0) for place in told]
            )
            report["negative"] = _signal(labels, scores, [gold[place].group for place in told], 0.5)
    report |= _relevance(gold, judged)
    for name in ("rebuttal", "check"):
        here = [place for place, one in enumerate(gold) if name in one.labels]
        if here:
            labels = np.array([bool(gold[place].labels[name]) for place in here])
            scores = np.array([getattr(judged[place], name).score for place in here])
            report[name] = _signal(
                labels, scores, [gold[place].group for place in here], harm_criticism.MEDIUM[name]
            )
    here = [place for place, one in enumerate(gold) if "target" in one.labels]
    if here:
        labels = np.array([bool(gold[place].labels["target"]) for place in here])
        scores = np.array([judged[place].priority for place in here])
        groups = [gold[place].group for place in here]
        report["target"] = {
            "n": len(here),
            "positives": int(labels.sum()),
            "auc": metrics.with_interval(metrics.auc, labels, scores, groups).as_json(),
            "average_precision": metrics.with_interval(
                metrics.average_precision, labels, scores, groups
            ).as_json(),
        }
    report |= _grouping(gold, judge.provinces)
    report["rebuttals_in_high_check"] = sum(one.is_rebuttal and one.check.band == "high" for one in judged)
    return report


def _grouping(gold: Sequence[Gold], provinces: Provinces) -> dict[str, Any]:
    """Pairs of items put into one event or one chain of copies, against the pairs that belong there. Round-ups
    (``digest``) tell several stories at once and take no part in the pairs of events; an item without an event label
    belongs with none of the labelled ones (``among``: how many items were grouped)."""
    wants_events = any("event" in one.labels for one in gold)
    wants_copies = any(one.labels.get("copy_of") for one in gold)
    if not wants_events and not wants_copies:
        return {}
    placed = offline.group([one.item for one in gold], provinces)
    report: dict[str, Any] = {}
    if wants_events:
        digests = {one.item.id for one in gold if one.labels.get("digest")}
        true = {one.item.id: one.labels.get("event") for one in gold if one.item.id not in digests}
        counted = cluster_metrics.pairs(
            true, {where["id"]: where["event"] for where in placed if where["id"] not in digests}
        )
        report["events"] = {
            "n": sum(event is not None for event in true.values()),
            "among": len(true),
            "precision": round(counted.precision, 3),
            "recall": round(counted.recall, 3),
            "f1": round(counted.f1, 3),
        }
    if wants_copies:
        wanted = {one.item.id: str(one.labels["copy_of"]) for one in gold if one.labels.get("copy_of")}
        found = {where["id"]: where["copy_of"] for where in placed if where["copy_of"]}
        right = sum(_first(found, name) == _first(wanted, name) for name in wanted if name in found)
        report["copies"] = {
            "n": len(gold),
            "positives": len(wanted),
            "recall": round(right / len(wanted), 3) if wanted else None,
            "precision": round(sum(name in wanted for name in found) / len(found), 3) if found else None,
        }
    return report


def _first(chain: dict[str, Any], name: str) -> str:
    """The first publication at the end of a chain of copies."""
    seen = {name}
    while name in chain and chain[name] not in seen:
        name = str(chain[name])
        seen.add(name)
    return name


def _relevance(gold: Sequence[Gold], judged: Sequence[Judgement]) -> dict[str, Any]:
    report: dict[str, Any] = {}
    here = [place for place, one in enumerate(gold) if "relevance" in one.labels]
    if here:
        labels = np.array([gold[place].labels["relevance"] == "core" for place in here])
        scores = np.array([judged[place].relevance.score for place in here])
        groups = [gold[place].group for place in here]
        report["relevance_core"] = _signal(labels, scores, groups, 0.5)
        right = np.array([judged[place].relevance.label == gold[place].labels["relevance"] for place in here])
        report["relevance_three"] = {"n": len(here), "right": round(float(right.mean()), 3)}
    about = [place for place, one in enumerate(gold) if isinstance(one.labels.get("about_province"), bool)]
    if about:
        right = np.array(
            [
                (judged[place].relevance.label != "none") == gold[place].labels["about_province"]
                for place in about
            ]
        )
        report["about_province"] = {"n": len(about), "right": round(float(right.mean()), 3)}
    return report


def _signal(labels: Flags, scores: Reals, groups: Sequence[str], threshold: float) -> dict[str, Any]:
    def at(measure: Callable[[Flags, Flags], float | None]) -> Callable[[Flags, Reals], float | None]:
        return lambda some, values: measure(some, values >= threshold)

    measures: dict[str, Callable[[Flags, Reals], float | None]] = {
        "auc": metrics.auc,
        "average_precision": metrics.average_precision,
        "precision": at(metrics.precision),
        "recall": at(metrics.recall),
        "f1": at(metrics.f1),
        "brier": metrics.brier,
        "ece": metrics.calibration_error,
    }
    block: dict[str, Any] = {"n": len(labels), "positives": int(labels.sum()), "threshold": threshold}
    for name, measure in measures.items():
        block[name] = metrics.with_interval(measure, labels, scores, groups).as_json()
    return block
