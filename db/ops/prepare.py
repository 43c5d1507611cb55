"""A given PostgreSQL made ready: the three roles, the database, and no more rights than the rules expect.

The same on every kind of installation: kiemtin_app is a group without sign-in, the application's role is a member of it and
owns nothing, the owner's role owns the database. Run once as the server's superuser; running it again mends what differs.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from psycopg import sql

from db.core.connection import Connection, connect
from db.core.errors import Conflict, Invalid
from db.ops.embedded_postgres import APP, DATABASE, GROUP, OWNER

OLDEST = 150000  # server_version_num: NULLS NOT DISTINCT came with 15
_MOST = "NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """Connection strings of a prepared server, the application's and the owner's, and whether their passwords are new."""

    app: str
    owner: str
    made: bool


def prepare(superuser_url: str, app_url: str | None, owner_url: str | None) -> Prepared:
    """Makes (or mends) roles, database and grants on the server of ``superuser_url``.

    Names and passwords are those of the two connection strings; where none is given, names are the usual ones and passwords
    are made. Raises Invalid for a server that is too old or strings that contradict each other, Conflict for a role that
    must not be changed.
    """
    made = app_url is None or owner_url is None
    app = app_url or _beside(superuser_url, APP)
    owner = owner_url or _beside(superuser_url, OWNER)
    names = [unquote(urlsplit(url).username or "") for url in (app, owner)]
    database = {urlsplit(url).path.lstrip("/") for url in (app, owner)}
    if not all(names) or names[0] == names[1]:
        raise Invalid(
            "url", "the application and the owner need two different roles; name them in the two strings"
        )
    if len(database) != 1 or not (name := unquote(database.pop())):
        raise Invalid("url", "KIEMTIN_DATABASE_URL and KIEMTIN_OWNER_DATABASE_URL name different databases")
    with connect(superuser_url, autocommit=True) as admin:
        _may(admin)
        _group(admin)
        for role, url in zip(names, (app, owner), strict=True):
            _role(admin, role, unquote(urlsplit(url).password or ""))
        admin.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(GROUP), sql.Identifier(names[0])))
        _database(admin, name, names[1])
    with connect(_at(superuser_url, name), autocommit=True) as admin:
        words = {
            "database": sql.Identifier(name), "group": sql.Identifier(GROUP),
            "app": sql.Identifier(names[0]), "owner": sql.Identifier(names[1]),
        }  # fmt: skip
        for statement in (
            sql.SQL("REVOKE TEMPORARY, CREATE ON DATABASE {database} FROM PUBLIC, {group}, {app}"),
            sql.SQL("REVOKE CREATE ON SCHEMA public FROM PUBLIC, {group}, {app}"),
            sql.SQL("ALTER SCHEMA public OWNER TO {owner}"),
        ):
            admin.execute(statement.format(**words))
    return Prepared(app=app, owner=owner, made=made)


def _may(admin: Connection) -> None:
    version, shown, strong = admin.execute(
        "SELECT current_setting('server_version_num')::int, current_setting('server_version'), rolsuper"
        " FROM pg_roles WHERE rolname = current_user"
    ).fetchone() or (0, "?", False)
    if version < OLDEST:
        raise Invalid("server", f"PostgreSQL {shown} is too old: kiemtin needs 15 or newer (tried: 15 to 18)")
    if not strong:
        raise Invalid(
            "server", "this string is no superuser's; give the server's superuser (often postgres) with --as"
        )


def _group(admin: Connection) -> None:
    if admin.execute("SELECT FROM pg_roles WHERE rolname = %s", [GROUP]).fetchone() is None:
        admin.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(GROUP)))


def _role(admin: Connection, role: str, password: str) -> None:
    """A role that signs in and may nothing by itself; one with a superuser's rights is refused, not made smaller."""
    found = admin.execute("SELECT rolsuper FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    if found and found[0]:
        raise Conflict(
            f"the role {role} is a superuser: no rule would bind it; name another role in the connection string"
        )
    made = sql.SQL(("ALTER" if found else "CREATE") + " ROLE {} LOGIN " + _MOST).format(sql.Identifier(role))
    if password:
        made += sql.SQL(" PASSWORD {}").format(sql.Literal(password))
    admin.execute(made)


def _database(admin: Connection, name: str, owner: str) -> None:
    found = admin.execute(
        "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = %s", [name]
    ).fetchone()
    if found is None:
        admin.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'").format(
                sql.Identifier(name), sql.Identifier(owner)
            )
        )
    elif found[0] != owner:
        admin.execute(
            sql.SQL("ALTER DATABASE {} OWNER TO {}").format(sql.Identifier(name), sql.Identifier(owner))
        )


def _beside(superuser_url: str, role: str) -> str:
    """A string to the usual database for ``role`` on the same server, with a password made now."""
    parts = urlsplit(superuser_url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(
        (parts.scheme, f"{role}:{quote(secrets.token_urlsafe(24))}@{host}", f"/{DATABASE}", parts.query, "")
    )


def _at(url: str, database: str) -> str:
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, "/" + quote(database), parts.query, ""))
