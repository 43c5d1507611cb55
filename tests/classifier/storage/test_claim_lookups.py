"""Questions to the claim memory as rows: put once, answered by the worker, forgotten after a day."""

from __future__ import annotations

import json

from classifier.claims import lookups
from classifier.claims.stored import StoredClaims
from db.catalogue import files
from db.judging import claim_lookups

TEXT = "Nghe nói cầu Ngòi Thử sập rồi"


def test_a_question_is_put_once_and_answered_once(conn):
    kept = StoredClaims(files.shipped("laocai"))
    first = claim_lookups.ask(conn, TEXT)
    assert first.answered_at is None
    claim_lookups.ask(conn, TEXT)
    assert lookups.answer_all(conn, kept) == 1
    assert lookups.answer_all(conn, kept) == 0
    again = claim_lookups.ask(conn, TEXT)
    assert again.answered_at is not None
    assert again.answer == []
    assert lookups.answer_all(conn, kept) == 0  # a fresh answer is not asked for again


def test_an_old_answer_is_shown_and_asked_for_again(conn):
    key = claim_lookups.key_of(TEXT)
    claim_lookups.ask(conn, TEXT)
    claim_lookups.answered(conn, key, [{"claim": 1}])
    conn.execute(
        "UPDATE claim_lookups SET asked_at = now() - interval '2 hours', answered_at = now() - interval '1 hour'"
    )
    old = claim_lookups.ask(conn, TEXT)
    assert old.answer == [{"claim": 1}]
    assert [one.text_sha256 for one in claim_lookups.waiting(conn)] == [key]


def test_what_was_asked_is_forgotten_after_a_day(conn):
    claim_lookups.ask(conn, TEXT)
    claim_lookups.ask(conn, "Tin khác")
    conn.execute("UPDATE claim_lookups SET asked_at = now() - interval '25 hours' WHERE body = %s", [TEXT])
    assert claim_lookups.forget(conn) == 1
    assert claim_lookups.answer_of(conn, claim_lookups.key_of(TEXT)) is None


def test_strange_texts_are_kept_and_answered(conn):
    kept = StoredClaims(files.shipped("laocai"))
    for text in ("\0", "a\0b", "😱" * 30_000, "\ud800"):
        claim_lookups.ask(conn, text.encode("utf-8", "replace").decode())
    assert lookups.answer_all(conn, kept) == 4
    assert all(json.dumps(row) for row in conn.execute("SELECT answer FROM claim_lookups").fetchall())
