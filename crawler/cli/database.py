"""The database as the crawler's commands open it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from db.core.connection import Connection
from db.core.settings import Settings


@contextmanager
def database(*, fresh: bool = False) -> Iterator[tuple[Connection, Settings]]:
    """An autocommit connection; ``fresh``: migrates first where the owner is known."""
    from db.core.connection import connect
    from db.ops import bootstrap

    read, urls = bootstrap.ready() if fresh else bootstrap.opened()
    with connect(urls.app, autocommit=True, application="kiemtin crawler") as conn:
        yield conn, read
