"""The walk over the chain finds every kind of tampering that the owner of the machine could try."""

from __future__ import annotations

import pytest

import db.core.audit
from db.core.connection import Connection


@pytest.fixture
def chain(owner_conn: Connection) -> Connection:
    for n in range(6):
        owner_conn.execute(
            "SELECT note_in_audit('lan', 'verifier', 'case.open', %s, '{\"state\": \"flagged\"}', '{\"state\": \"triage\"}', 'Đã đọc')",
            [f"case:{n}"],
        )
    owner_conn.execute("ALTER TABLE audit DISABLE TRIGGER USER")
    return owner_conn


def last(conn: Connection) -> int:
    found = conn.execute("SELECT max(id) FROM audit").fetchone()
    assert found
    return int(found[0])


def test_a_whole_chain_is_whole(chain: Connection) -> None:
    assert db.core.audit.walk(chain).why is None


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("actor", "'ai đó'"),
        ("reason", "'khác'"),
        ("after", '\'{"state": "closed"}\''),
        ("at", "at - interval '1 day'"),
        ("role", "NULL"),
    ],
)
def test_a_changed_row_is_named(chain: Connection, column: str, value: str) -> None:
    bad = last(chain) - 2
    chain.execute(f"UPDATE audit SET {column} = {value} WHERE id = {bad}")  # type: ignore[call-overload]
    found = db.core.audit.walk(chain)
    assert found.bad_row == bad
    assert found.why is not None
    assert "was changed" in found.why


def test_a_removed_row_is_named(chain: Connection) -> None:
    bad = last(chain) - 3
    chain.execute("DELETE FROM audit WHERE id = %s", [bad])
    assert db.core.audit.walk(chain).bad_row == bad


def test_two_rows_swapped_are_named(chain: Connection) -> None:
    end = last(chain)
    chain.execute("UPDATE audit SET id = -1 WHERE id = %s", [end - 2])
    chain.execute("UPDATE audit SET id = %s WHERE id = %s", [end - 2, end - 1])
    chain.execute("UPDATE audit SET id = %s WHERE id = -1", [end - 1])
    assert db.core.audit.walk(chain).bad_row == end - 2


def test_a_cut_tail_is_found_only_against_a_head_noted_outside(chain: Connection) -> None:
    noted = db.core.audit.head(chain)
    assert noted
    chain.execute("DELETE FROM audit WHERE id > %s", [last(chain) - 2])
    assert db.core.audit.walk(chain).why is None
    found = db.core.audit.walk(chain, expected_head=noted[1])
    assert found.why is not None
    assert "cut or rewritten" in found.why
