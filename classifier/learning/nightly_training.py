"""One night's training: harvest and decisions from the database, a challenger, the forward test, the new champion.

This is the small impure file: it reads and stores; what is learned is decided by ``train`` and ``decisions``.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np

import db.judging.models
from classifier.judging.judge import Judge
from classifier.learning import correction as decisions
from classifier.learning import weak_supervision
from classifier.learning.champion import champion_of
from classifier.learning.correction import Decided
from classifier.learning.model_card import of_decisions
from classifier.signals import harm_criticism
from classifier.signals import model as models
from classifier.signals.model import Model
from classifier.text.item import Item
from classifier.text.lexicon import Lexicon
from classifier.text.prepared_text import PreparedText, read
from db.catalogue import Catalogue
from db.core.connection import Connection

HARVEST = 20_000  # newest articles that are learned from (reference: 10,000 and 30,000 are .005 AUC apart)
_FORWARD = 8  # later decisions that a forward test needs
_PROBE = 500  # newest items on which two models without decisions are compared
_CHANGED = 0.1  # share of them that may change their band before a person should look


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingOutcome:
    """What a training came to; ``why`` is one sentence for people."""

    model: str
    items: int
    decisions: int
    champion: bool
    why: str
    card: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        """For ``kiemtin train --json``."""
        return asdict(self)


def run(
    conn: Connection, catalogue: Catalogue, *, harvest: Iterable[Item] | None = None,
    progress: Callable[[int], None] = lambda done: None,
) -> TrainingOutcome:  # fmt: skip
    """Trains, tests and stores; ``harvest`` stands in for the stored articles. The caller commits."""
    source = "file" if harvest is not None else "stored articles"
    lexicon = Lexicon(catalogue.terms)
    weak = weak_supervision.read(
        _readings(harvest if harvest is not None else _stored(conn), progress), lexicon
    )
    base = weak_supervision.train(weak, source=source)
    champion = champion_of(conn)
    judge = Judge(catalogue, replace(base, learned=None))
    told = db.judging.models.decisions(conn)
    rows = [_decided(one, judge) for one in told]
    fields = [judge.topics.field(_reading(one)) for one in told]
    if base.trained is None and len(rows) < decisions.LEAST:
        why = f"{base.card['note']}; {len(rows)} decisions"
        return TrainingOutcome(
            model=models.RULES_ALONE,
            items=len(weak.texts),
            decisions=len(rows),
            champion=False,
            why=why,
            card=base.card,
        )
    learned = decisions.learn(rows)
    card = base.card | of_decisions(rows, [one.source for one in told], fields)
    name = base.name if base.trained is not None else f"rules-{weak_supervision.rules_version()}"
    if learned is not None:
        name = f"{name}-d{len(rows)}-{max(one.at for one in rows):%Y%m%dT%H%M%S}"
    challenger = Model(name=name, trained=base.trained, learned=learned, card=card)
    wins, why = _test(challenger, champion, catalogue, told, rows, weak.texts)
    card["test"] = why
    db.judging.models.store(
        conn,
        name=name,
        rules=weak_supervision.rules_version(),
        card=card,
        artifact=models.to_bytes(challenger),
        wins=wins,
    )
    return TrainingOutcome(
        model=name, items=len(weak.texts), decisions=len(rows), champion=wins, why=why, card=card
    )


def _readings(items: Iterable[Item], progress: Callable[[int], None]) -> Iterable[PreparedText]:
    for number, item in enumerate(items, 1):
        if number % 500 == 0:
            progress(number)
        yield read(item)


def _stored(conn: Connection) -> Iterable[Item]:
    for one in db.judging.models.harvest(conn, limit=HARVEST):
        lang = None if one.language == "und" else one.language
        yield Item(id=str(one.id), title=one.title, text=one.body, lang=lang)


def _reading(one: db.judging.models.Decision) -> PreparedText:
    lang = None if one.language == "und" else one.language
    return read(
        Item(
            id=str(one.article_id), title=one.title, text=one.body, lang=lang, source=one.source, url=one.url
        )
    )


def _decided(one: db.judging.models.Decision, judge: Judge) -> Decided:
    return decisions.decided(
        _reading(one),
        judge,
        outcome=one.outcome,
        signals=one.signals,
        core=None if one.relevance is None else one.relevance == "core",
        story=f"event {one.event_id}" if one.event_id is not None else f"article {one.article_id}",
        at=one.at,
    )


def _test(
    challenger: Model,
    champion: Model | None,
    catalogue: Catalogue,
    told: Sequence[db.judging.models.Decision],
    rows: Sequence[Decided],
    texts: Sequence[str],
) -> tuple[bool, str]:
    """Whether the challenger takes the champion's place, and why."""
    if champion is None:
        return True, "the first model"
    if champion.name == challenger.name:
        return True, "the same data and settings as the champion"
    if challenger.learned is None:
        changed = _changed(challenger, champion, texts[:_PROBE])
        said = f"{changed:.0%} of the newest {len(texts[:_PROBE])} items would change their band"
        return changed <= _CHANGED, said
    learned_to = champion.card.get("decisions_to")
    after = datetime.fromisoformat(learned_to) if isinstance(learned_to, str) else None
    earlier, later = decisions.split_forward(rows, after)
    if len(later) < _FORWARD:
        return False, f"{len(later)} decisions since the champion learned; {_FORWARD} are needed for the test"
    told_then = decisions.learn([rows[place] for place in earlier])
    then = replace(challenger, learned=told_then)
    old = Judge(catalogue, replace(champion, learned=None))
    wanted = np.array([rows[place].wanted for place in later])
    wins, figures = decisions.better(
        wanted,
        decisions.priorities(then, [rows[place] for place in later]),
        decisions.priorities(champion, [_decided(told[place], old) for place in later]),
    )
    shown = {name: "–" if value is None else f"{value:.3f}" for name, value in figures.items()}
    return wins, (
        f"on {len(later)} later decisions the challenger ranks with average precision {shown['challenger']},"
        f" the champion with {shown['champion']}"
    )


def _changed(challenger: Model, champion: Model, texts: Sequence[str]) -> float:
    """Share of items whose band of harm or criticism differs, by the trained parts alone."""
    if challenger.trained is None or champion.trained is None or not texts:
        return 0.0 if challenger.trained is champion.trained else 1.0
    bands = []
    for model in (challenger, champion):
        part = model.trained
        assert part is not None
        odds = (part.ngrams.matrix(texts) @ part.coefficients.T + part.intercepts) * part.slope + part.shift
        bands.append(
            odds > np.array([models.log_odds(harm_criticism.MEDIUM[name]) for name in models.SIGNALS])
        )
    return float((bands[0] != bands[1]).any(axis=1).mean())
