"""The audit is append-only and chained, whoever writes."""

import psycopg
import pytest

from db.core.connection import Connection


def test_each_row_carries_the_hash_of_the_one_before(conn: Connection) -> None:
    for n in range(3):
        conn.execute("SELECT note_in_audit('an', 'monitor', 'note', %s)", [f"case:{n}"])
    rows = conn.execute("SELECT id, prev_hash, hash FROM audit ORDER BY id DESC LIMIT 3").fetchall()[::-1]
    assert [later[1] for later in rows[1:]] == [earlier[2] for earlier in rows[:-1]]
    assert [row[0] for row in rows] == list(range(rows[0][0], rows[0][0] + 3))


@pytest.mark.parametrize(
    "attempt",
    [
        "UPDATE audit SET actor = 'x'",
        "DELETE FROM audit",
        "TRUNCATE audit",
        "INSERT INTO audit (id, at, actor, action, subject, prev_hash, hash) VALUES (9, now(), 'a', 'b', 'c', '', '')",
    ],
)
def test_the_application_cannot_write_the_audit_itself(conn: Connection, attempt: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        conn.execute(attempt)  # type: ignore[call-overload]


@pytest.mark.parametrize("attempt", ["UPDATE audit SET actor = 'x'", "DELETE FROM audit", "TRUNCATE audit"])
def test_not_even_the_owner_changes_the_audit_by_plain_sql(owner_conn: Connection, attempt: str) -> None:
    owner_conn.execute("SELECT note_in_audit('an', 'monitor', 'note', 'case:1')")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        owner_conn.execute(attempt)  # type: ignore[call-overload]
