"""How a command comes to its database: settings read, server started where it is ours, schema brought up to date."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import db.core.settings
import db.ops.embedded_postgres
from db.core.connection import Connection, connect


def opened() -> tuple[db.core.settings.Settings, db.ops.embedded_postgres.Urls]:
    """Settings and connection strings; starts the embedded server where no other is given.

    Raises Invalid for a setting that cannot be used and Unavailable when no server can be started.
    """
    settings = db.core.settings.read()
    return settings, db.ops.embedded_postgres.urls(settings)


def ready() -> tuple[db.core.settings.Settings, db.ops.embedded_postgres.Urls]:
    """As ``opened``, and the schema is this program's wherever the owner's string is known.

    Raises further Conflict when a newer program wrote the database.
    """
    settings, urls = opened()
    if urls.owner:
        from db.core.migrate import migrate

        migrate(urls.owner, secret=db.core.settings.session_key(settings))
    return settings, urls


@contextmanager
def database() -> Iterator[Connection]:
    """One connection to a ready database, as the application; what was done is committed when all went well."""
    _, urls = ready()
    with connect(urls.app) as conn:
        yield conn
