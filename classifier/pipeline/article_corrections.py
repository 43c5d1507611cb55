"""Carries out what staff put right in articles: a judgement of its own, and no copy where they say so."""

from __future__ import annotations

import db.judging.article_corrections
import db.judging.event_index
import db.judging.events
import db.judging.judgements
from classifier.events import repository
from classifier.judging import staff_word
from db.core.connection import Connection


def apply(conn: Connection) -> int:
    """Applies the corrections that wait; of how many articles. The events they stand in are brought up to date."""
    asked = db.judging.article_corrections.waiting(conn)
    if not asked:
        return 0
    db.judging.event_index.one_at_a_time(conn)
    for article, newest in asked.items():
        judge(conn, article, mark=str(newest))
        if article in db.judging.article_corrections.detached(conn, article_ids=[article]):
            db.judging.event_index.copies_unlink(conn, article_ids=[article])
        db.judging.article_corrections.applied(conn, article_id=article, to=newest)
    for event in set(db.judging.events.current_events(conn, article_ids=list(asked)).values()):
        repository.refresh(conn, event)
    return len(asked)


def judge(conn: Connection, article: int, *, mark: str) -> None:
    """Stores the article's judgement as staff want it, beside the machine's; ``mark`` tells it from earlier ones."""
    machine = db.judging.article_corrections.machine_judgement(conn, article_id=article)
    if machine is None:
        return
    said = db.judging.article_corrections.current_corrections(conn, article_ids=[article]).get(article, [])
    db.judging.judgements.add(
        conn, article_id=article, version_id=machine.version_id, model=f"{staff_word.PREFIX}{mark}",
        judgement=staff_word.corrected(machine.result, said), mentions=[],
    )  # fmt: skip
