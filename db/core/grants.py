"""Rights in the database that hold whatever the server's defaults are: who may make objects, who may call functions.

``hold`` takes from PUBLIC what PostgreSQL gives to everybody (TEMP and CREATE on the database, functions); run at every
migration, as the owner. ``faults`` tells how a server differs from that; asked by ``doctor`` and ``db check``.
"""

from __future__ import annotations

from db.core.connection import Connection

SEARCH_PATH = "search_path=pg_catalog, public, pg_temp"

# A temporary table, view, function or type stands before `public` for every path that does not name pg_temp: who may make
# none cannot shadow a table that a function with the owner's rights reads. Functions: PUBLIC may call new ones by default.
_HOLD = """
DO $$
DECLARE
  f record;
BEGIN
  EXECUTE format('REVOKE TEMPORARY, CREATE ON DATABASE %I FROM PUBLIC, kiemtin_app', current_database());
  REVOKE CREATE ON SCHEMA public FROM PUBLIC, kiemtin_app;
  FOR f IN SELECT p.oid::regprocedure AS signature, p.proname ~ '^procrastinate' AS engine, p.prokind FROM pg_proc p
            WHERE p.pronamespace = 'public'::regnamespace AND pg_has_role(p.proowner, 'USAGE') AND p.prokind IN ('f', 'p')
              AND (p.proacl IS NULL OR EXISTS (SELECT FROM aclexplode(p.proacl) a WHERE a.grantee = 0)) LOOP
    EXECUTE format('REVOKE EXECUTE ON ROUTINE %s FROM PUBLIC', f.signature);
    IF f.engine THEN  -- the job engine's own calls, as the role that asks
      EXECUTE format('GRANT EXECUTE ON ROUTINE %s TO kiemtin_app', f.signature);
    END IF;
  END LOOP;
END $$
"""

_FAULTS = """
SELECT fault FROM (
  SELECT 1 AS turn, 'the application''s role ' || quote_ident(current_user) || ' is a superuser: no rule of the database binds it' AS fault
    FROM pg_roles WHERE rolname = current_user AND rolsuper
  UNION ALL
  SELECT 2, 'the application''s role ' || quote_ident(current_user) || ' may ' || what || ' and could step around the rules'
    FROM pg_roles, LATERAL (VALUES ('make roles', rolcreaterole), ('make databases', rolcreatedb), ('copy the server (replication)', rolreplication),
                                   ('pass by row rules (bypassrls)', rolbypassrls)) AS r(what, has)
   WHERE rolname = current_user AND has AND NOT rolsuper
  UNION ALL
  SELECT 3, 'the application''s role is a member of ' || quote_ident(r.rolname) || ', which owns the tables or may act as the server'
    FROM pg_roles r WHERE r.rolname <> current_user AND pg_has_role(current_user, r.oid, 'MEMBER')
     AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
     AND (r.rolsuper OR r.rolname IN ('pg_write_all_data', 'pg_execute_server_program', 'pg_write_server_files', 'pg_read_server_files')
          OR EXISTS (SELECT FROM pg_class c WHERE c.relowner = r.oid AND c.relnamespace = 'public'::regnamespace))
  UNION ALL
  SELECT 4, 'the application''s role owns ' || string_agg(number || ' ' || kind, ', ' ORDER BY kind) || ' and could step around the rules'
    FROM (SELECT kind, count(*) AS number FROM (SELECT 'tables or views' AS kind FROM pg_class WHERE relowner = current_user::regrole AND relkind IN ('r', 'p', 'v', 'm', 'S')
          UNION ALL SELECT 'functions' FROM pg_proc WHERE proowner = current_user::regrole
          UNION ALL SELECT 'schemas' FROM pg_namespace WHERE nspowner = current_user::regrole
          UNION ALL SELECT 'databases' FROM pg_database WHERE datdba = current_user::regrole AND datname = current_database()) o
           GROUP BY kind) counted
   WHERE NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) HAVING count(*) > 0
  UNION ALL
  SELECT 5, 'the application''s role may make ' || what || ': tables of the rules could be shadowed'
    FROM (VALUES ('temporary tables', has_database_privilege(current_user, current_database(), 'TEMP')),
                 ('schemas', has_database_privilege(current_user, current_database(), 'CREATE')),
                 ('tables in public', has_schema_privilege(current_user, 'public', 'CREATE'))) AS d(what, may)
   WHERE may AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
  UNION ALL
  SELECT 6, 'everybody may call ' || string_agg(p.proname, ', ' ORDER BY p.proname)
    FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.prokind IN ('f', 'p')
     AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
     AND (p.proacl IS NULL OR EXISTS (SELECT FROM aclexplode(p.proacl) a WHERE a.grantee = 0)) HAVING count(*) > 0
  UNION ALL
  SELECT 7, 'functions look for names in a path that can be shadowed: ' || string_agg(p.proname, ', ' ORDER BY p.proname)
    FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.prokind = 'f' AND p.prosqlbody IS NULL
     AND p.proname !~ '^procrastinate' AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
     AND NOT coalesce(p.proconfig @> ARRAY[%s], false) HAVING count(*) > 0
) f WHERE fault IS NOT NULL ORDER BY turn, fault
"""


def hold(conn: Connection) -> None:
    """Takes from everybody what only the owner may have. ``conn``: the owner's. What the owner may not take away (a
    database of somebody else) stays as it is, and ``faults`` names it."""
    conn.execute(_HOLD)


def faults(conn: Connection) -> list[str]:
    """One line for each right of the asking role that the rules do not expect; empty where all is as ``hold`` makes it."""
    return [str(line) for (line,) in conn.execute(_FAULTS, [SEARCH_PATH]).fetchall()]
