"""Functions, views and triggers of the schema: files under db/sql/, applied again by migrate when a text changed.

Each file holds the rules of one subject as ``CREATE OR REPLACE`` statements, so that the rule in force has one text; files
are applied in the order of their names. The table ``sql_files`` (migration 0019) keeps the SHA-256 of what was applied,
and under the name ``''`` a digest of what PostgreSQL made of it.
"""

from __future__ import annotations

import hashlib
import re
from importlib import metadata
from pathlib import Path

from db.core import grants
from db.core.connection import Connection
from db.core.errors import Conflict

FOLDER = Path(__file__).parent.parent / "sql"
# What the files made, as PostgreSQL tells it: the job engine's and the migration tool's own left out.
_MADE = """
SELECT encode(sha256(convert_to(coalesce(string_agg(line, E'\\n' ORDER BY line COLLATE "C"), ''), 'UTF8')), 'hex') FROM (
  SELECT 'f ' || p.proname || ' ' || pg_get_functiondef(p.oid) || coalesce(p.proacl::text, '') AS line
    FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.prokind = 'f' AND p.proname !~ '^procrastinate'
     AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
  UNION ALL
  SELECT 'v ' || c.relname || ' ' || pg_get_viewdef(c.oid) || coalesce(c.relacl::text, '')
    FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'v'
  UNION ALL
  SELECT 't ' || c.relname || ' ' || t.tgenabled::text || ' ' || pg_get_triggerdef(t.oid)
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
   WHERE c.relnamespace = 'public'::regnamespace AND NOT t.tgisinternal AND t.tgparentid = 0 AND c.relname !~ '^procrastinate'
) made
"""


def hashes() -> dict[str, str]:
    """File name -> SHA-256 of its text, in the order in which they are applied."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(FOLDER.glob("*.sql"))}


def fault(conn: Connection) -> str | None:
    """One line on how the database's functions differ from this program's files; None where they are the same."""
    if not _kept(conn):
        return "the database has no record of its functions"
    wanted, found = hashes(), _applied(conn)
    if program := _newer(found):
        return f"the functions of the database are those of a newer kiemtin ({program})"
    names = sorted({*wanted, *found} - {""})
    if other := [name for name in names if wanted.get(name) != found.get(name, ("", ""))[0]]:
        return f"the functions of the database are of another version than db/sql ({', '.join(other)})"
    if found.get("", ("", ""))[0] != _made(conn):
        return "functions, views or triggers of the database were changed since db/sql was applied"
    return None


def apply(conn: Connection) -> list[str]:
    """Applies all files in one transaction where anything differs; returns the names of those whose text was new.

    ``conn``: the owner's, autocommit. Raises Conflict when a newer program applied its own: nothing is done then.
    """
    if not _kept(conn):  # a released schema from before 0019, as the tests of upgrades make it
        return []
    if program := _newer(_applied(conn)):
        raise Conflict(
            f"the functions of the database are those of a newer kiemtin ({program}); update the program, not the database"
        )
    if fault(conn) is None:
        return []
    wanted, found = hashes(), _applied(conn)
    with conn.transaction():
        conn.execute("SET LOCAL check_function_bodies = off")  # a body may call what a later file makes
        conn.execute("SET LOCAL lock_timeout = '60s'")
        for name in wanted:
            conn.execute((FOLDER / name).read_bytes())
        grants.hold(conn)  # new functions may be called by everybody until told otherwise
        conn.execute("DELETE FROM sql_files")
        rows = [*wanted.items(), ("", _made(conn))]
        with conn.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO sql_files (name, sha256, program) VALUES (%s, %s, %s)",
                [(name, digest, metadata.version("kiemtin")) for name, digest in rows],
            )
    return [name for name, digest in wanted.items() if found.get(name, ("", ""))[0] != digest]


def _kept(conn: Connection) -> bool:
    return conn.execute("SELECT to_regclass('public.sql_files')").fetchone() != (None,)


def _applied(conn: Connection) -> dict[str, tuple[str, str]]:
    """File name -> hash and program version, as the database recorded them."""
    rows = conn.execute("SELECT name, sha256, program FROM sql_files").fetchall()
    return {name: (digest, program) for name, digest, program in rows}


def _newer(found: dict[str, tuple[str, str]]) -> str | None:
    """The version of the program that applied the files, where it is newer than this one."""
    newest = max((program for _, program in found.values()), key=_version, default="")
    return newest if _version(newest) > _version(metadata.version("kiemtin")) else None


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", text))


def _made(conn: Connection) -> str:
    # names are printed with their schema where the path does not hold it: one path for all who ask
    with conn.transaction():
        conn.execute("SET LOCAL search_path = pg_catalog, public, pg_temp")
        row = conn.execute(_MADE).fetchone()
    return str(row[0]) if row else ""
