"""A case over five fictional articles whose exchanges are kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from evidence_packs import five_articles

from db.core.connection import Connection


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "captures").mkdir()
    return tmp_path


@pytest.fixture
def case_id(conn: Connection, home: Path) -> int:
    return five_articles(conn, home)
