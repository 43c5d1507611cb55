"""The name space is not trusted: nobody can put a table, view, function, operator or cast of their own before ours."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

import db.core.grants
import db.ops.doctor
import db.ops.embedded_postgres
from db.core.connection import Connection, connect

# what an attacker makes to be found before public: each as the application's role
SHADOWS = {
    "table": "CREATE TEMP TABLE audit (LIKE public.audit)",
    "table by select": "CREATE TEMP TABLE users AS SELECT * FROM public.transitions",
    "select into": "SELECT 1 AS id INTO TEMP users",
    "view": "CREATE TEMP VIEW standing_evidence AS SELECT 1 AS id",
    "sequence": "CREATE TEMP SEQUENCE events_id_seq",
    "function": "CREATE FUNCTION pg_temp.blank(t text) RETURNS boolean LANGUAGE sql RETURN false",
    "operator": "CREATE OPERATOR pg_temp.= (LEFTARG = text, RIGHTARG = text, FUNCTION = pg_catalog.texteq)",
    "type": "CREATE TYPE pg_temp.users AS (id integer)",
    "domain": "CREATE DOMAIN pg_temp.text AS pg_catalog.text",
    "cast": "CREATE CAST (text AS integer) WITH INOUT AS IMPLICIT",
    "aggregate": "CREATE AGGREGATE pg_temp.max(bigint) (SFUNC = pg_catalog.int8larger, STYPE = bigint)",
    "collation": 'CREATE COLLATION pg_temp."C" FROM "POSIX"',
    "text search": "CREATE TEXT SEARCH CONFIGURATION pg_temp.simple (COPY = pg_catalog.english)",
    "schema": "CREATE SCHEMA kiemtin",
    "table in public": "CREATE TABLE public.mine (id integer)",
    "function in public": "CREATE FUNCTION public.mine() RETURNS integer LANGUAGE sql RETURN 1",
    "replaced function": "CREATE OR REPLACE FUNCTION public.blank(t text) RETURNS boolean LANGUAGE sql RETURN false",
    "other signature": "CREATE FUNCTION public.blank(t character varying) RETURNS boolean LANGUAGE sql RETURN false",
    "trigger": "CREATE TRIGGER mine BEFORE INSERT ON public.users FOR EACH ROW EXECUTE FUNCTION public.refuse_change()",
    "rule": "CREATE RULE mine AS ON INSERT TO public.audit DO INSTEAD NOTHING",
    "extension": "CREATE EXTENSION plpgsql SCHEMA public",
    "language": "CREATE LANGUAGE plmine HANDLER plpgsql_call_handler",
    "event trigger": "CREATE EVENT TRIGGER mine ON ddl_command_start EXECUTE FUNCTION public.refuse_change()",
    "foreign server": "CREATE FOREIGN DATA WRAPPER mine",
    "publication": "CREATE PUBLICATION mine FOR ALL TABLES",
}


@pytest.mark.parametrize("kind", SHADOWS)
def test_the_application_makes_nothing_that_could_stand_before_ours(conn: Connection, kind: str) -> None:
    with pytest.raises(psycopg.Error) as refused:
        conn.execute(SHADOWS[kind])  # type: ignore[call-overload]
    assert refused.value.sqlstate in {"42501", "42710", "42809"}, refused.value


@pytest.fixture
def careless_server(urls: db.ops.embedded_postgres.Urls) -> Iterator[Connection]:
    """A server on which somebody gave TEMP back to everybody; a connection as the application."""
    assert urls.owner
    with connect(urls.owner, autocommit=True) as owner:
        owner.execute("GRANT TEMPORARY ON DATABASE kiemtin TO PUBLIC")
        try:
            with connect(urls.app) as conn:
                yield conn
                conn.rollback()
        finally:
            owner.execute("REVOKE TEMPORARY ON DATABASE kiemtin FROM PUBLIC")


_PWN = """
CREATE FUNCTION pg_temp.pwn() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  RAISE EXCEPTION 'ran as %', current_user; END $$;
"""


@pytest.mark.parametrize(
    "shadow",
    [
        "CREATE TEMP TABLE audit (LIKE public.audit); GRANT ALL ON audit TO PUBLIC;"
        + _PWN
        + "CREATE TRIGGER pwn BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION pg_temp.pwn();",
        "CREATE TEMP TABLE users (LIKE public.users); GRANT ALL ON users TO PUBLIC;"
        "INSERT INTO users SELECT id, name, display_name, 'approver', 'x' FROM public.users;",
        "CREATE TEMP VIEW audit AS SELECT * FROM public.audit WHERE false; GRANT ALL ON audit TO PUBLIC;",
        "CREATE FUNCTION pg_temp.clock_timestamp() RETURNS timestamptz LANGUAGE sql RETURN '-infinity'::timestamptz;"
        "CREATE FUNCTION pg_temp.blank(t text) RETURNS boolean LANGUAGE sql RETURN false;",
        "CREATE OPERATOR pg_temp.= (LEFTARG = text, RIGHTARG = text, FUNCTION = pg_catalog.textne);",
        "CREATE TYPE pg_temp.text AS (mine integer);",
    ],
)  # fmt: skip
def test_even_where_temporary_tables_may_be_made_no_rule_reads_them(
    careless_server: Connection, shadow: str
) -> None:
    conn = careless_server
    conn.execute(shadow)  # type: ignore[call-overload]
    conn.execute("SELECT set_config('search_path', 'pg_temp, public', true)")
    before = conn.execute("SELECT count(*) FROM public.audit").fetchone()
    conn.execute(
        "INSERT INTO public.alert_rules (title, kind) VALUES ('Mưa lớn', 'clock')"
    )  # audited by the owner's function
    conn.execute("SELECT public.ensure_months()")
    after = conn.execute("SELECT count(*) FROM public.audit").fetchone()
    assert before is not None and after == (before[0] + 1,)
    with pytest.raises(
        psycopg.Error, match="by verifiers and approvers"
    ):  # nobody is an approver by a table of one's own
        conn.execute("INSERT INTO public.notices (case_id, posted_by) VALUES (1, 1)")


def test_every_function_names_its_path_with_temporary_names_last(conn: Connection) -> None:
    loose = conn.execute(
        "SELECT proname, proconfig FROM pg_proc p WHERE pronamespace = 'public'::regnamespace AND proname !~ '^procrastinate'"
        " AND prosqlbody IS NULL AND NOT coalesce(proconfig @> ARRAY[%s], false)",
        [db.core.grants.SEARCH_PATH],
    ).fetchall()
    assert loose == []
    # a body that was parsed when it was made looks nothing up later; it must not run as the owner all the same
    assert (
        conn.execute(
            "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosqlbody IS NOT NULL AND prosecdef"
        ).fetchall()
        == []
    )


def test_nobody_but_the_application_may_call_a_function(conn: Connection) -> None:
    assert (
        conn.execute(
            "SELECT proname FROM pg_proc p WHERE pronamespace = 'public'::regnamespace"
            " AND (proacl IS NULL OR EXISTS (SELECT FROM aclexplode(proacl) a WHERE a.grantee = 0))"
        ).fetchall()
        == []
    )


def test_an_installation_as_migrate_leaves_it_has_no_fault(conn: Connection) -> None:
    assert db.core.grants.faults(conn) == []


def test_doctor_names_a_server_that_lets_everybody_make_temporary_tables(
    careless_server: Connection, urls: db.ops.embedded_postgres.Urls
) -> None:
    found = [finding for finding in db.ops.doctor.database_findings(urls) if finding.level == "error"]
    found = [one for one in found if "session" not in one.what]  # a switch of the tests, reported too
    assert len(found) == 1 and "temporary tables" in found[0].what and "migrate" in (found[0].mend or "")


@pytest.mark.parametrize(
    ("change", "undo", "said"),
    [
        ("GRANT CREATE ON SCHEMA public TO kiemtin_app", "REVOKE CREATE ON SCHEMA public FROM kiemtin_app", "tables in public"),
        ("GRANT CREATE ON DATABASE kiemtin TO kiemtin_app", "REVOKE CREATE ON DATABASE kiemtin FROM kiemtin_app", "schemas"),
        ("GRANT EXECUTE ON FUNCTION tell TO PUBLIC", "REVOKE EXECUTE ON FUNCTION tell FROM PUBLIC", "everybody may call tell"),
        ("ALTER FUNCTION move_case() RESET search_path", "ALTER FUNCTION move_case() SET search_path = pg_catalog, public, pg_temp", "move_case"),
    ],
)  # fmt: skip
def test_each_differing_right_is_named_and_mended_by_migrate(
    urls: db.ops.embedded_postgres.Urls, change: str, undo: str, said: str
) -> None:
    assert urls.owner
    with connect(urls.owner, autocommit=True) as owner, connect(urls.app, autocommit=True) as app:
        owner.execute(change)  # type: ignore[call-overload]
        try:
            assert any(said in fault for fault in db.core.grants.faults(app))
            db.core.migrate.migrate(urls.owner)
            assert db.core.grants.faults(app) == []
        finally:
            owner.execute(undo)  # type: ignore[call-overload]


def test_a_superuser_as_the_applications_role_is_named(urls: db.ops.embedded_postgres.Urls) -> None:
    """Seen from the owner: it owns everything, and says so in its own words."""
    assert urls.owner
    with connect(urls.owner) as owner:
        found = db.core.grants.faults(owner)
    assert any("owns" in fault for fault in found)
