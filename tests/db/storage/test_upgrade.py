"""An office that began with any released schema goes forward with everything it holds."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from psycopg import sql

import db.core.audit
import db.core.errors
import db.core.migrate
import db.core.schema
import db.core.sql_files
import db.ops.embedded_postgres
from db.core.connection import Connection, connect

FIRST = {  # 0.1, 2026-11-21; a released file is never edited: a change of the schema is a new file
    "0001_base": "a6b8267cf7b2820aa350c8151721c39691128614d1679745ac83c349ab4525f0",
    "0002_press": "521e1b3544a520ee6c77ae90dda24f3558e7420740a8cd5e38abbe5218f6a898",
    "0003_judging": "2f6c5d3a89115397cdf6a6fd7a6ed1edc62d76fc02f0814a7013438ae17ee8b1",
    "0004_desk": "67ce35ab26fd558b8850218c2a50170b32888a48dfe8bf5b2ed6b6b842bdf809",
    "0005_evidence": "9c30ab76b6680a10d37bf3d1da0844ef1c9115a3ed94b87e5115bea39df41719",
    "0006_digests": "5310c7c109b9e0a376c425a3d2afa428c55badef20af7766ef6f5328592dfac1",
    "0007_public": "0fac9ee1dbabb1aaccfebb848b80714d4148ad7916a1e81e8ddfb2bbc3a27318",
}
SECOND = FIRST | {  # 0.2, 2026-11-21
    "0008_collector": "0dd04c9b7a0c6de3c835bed0679c4e8156e15cc0e38392fef75f66a8ae0d68e2",
    "0009_grouping_window": "01ca0bf77295de4366ff47a503f392836c579874b6ef2981b6c88ae0d1279c7b",
    "0010_search": "08f150a590f52f4e6e4be43a34abbee695aa31de8bcb9f492794ac40417a8946",
    "0011_claims_from_texts": "e39a5876d571b66a2ba8a3f82a0972424f1c78e480b4f20a0fadfaa2475862ee",
    "0012_exact_captures": "e23f72045f32c191bf853754c6251af2286bfc7f6bfb124f9f16508ca61abf2e",
    "0014_together": "7d9ff603953811a63d6746c4c73d13533c503e0dcde06763c3b23f42bde5a885",
}
THIRD = SECOND | {  # 0.3, 2026-11-21
    "0015_reading_the_desk": "a3f522fe7e273af629a30f229f904d0b008b565b254e9f227557ce0caf33409d",
    "0016_lists": "419679513bd44f8224283ff1972602e9c0acd5caad8e2e8f00a4a6848788b894",
    "0017_counted_for_whom": "c4300b5c03ea4ce54cb4083a172c4d90bb9601fc28971bb25fca74943e76714f",
    "0018_what_was_withdrawn": "d6f846367b0a3ceeb31cc4ea0210216221e436516fb6e3a6f49d3fbdc56b83f0",
}
ROWS = """
INSERT INTO users (name, display_name, role, password_hash) VALUES
  ('lan', 'Nguyễn Thị Lan', 'verifier', 'x'), ('hai', 'Trần Văn Hải', 'approver', 'x');
INSERT INTO sources (name, title, home, hosts, status) VALUES ('o', 'Báo Thử', 'http://o.example/', '{o.example}', 'enabled');
INSERT INTO catalogue_entries (kind, name, data) SELECT 'place', 'p' || n, jsonb_build_object('name', 'Xã Thử ' || n) FROM generate_series(1, 20) n;
INSERT INTO articles (source_id, url, identity, title, lead, language, published_at)
  SELECT 1, 'http://o.example/' || n, 'o.example/' || n, 'Tin đồn thử số ' || n, 'Đoạn dẫn', 'vi', now() FROM generate_series(1, 50) n;
INSERT INTO versions (article_id, number, title, body, text_sha256, reader)
  SELECT id, 1, title, 'Nội dung hư cấu ' || id, 'sha' || id, 'test' FROM articles ORDER BY id;
UPDATE articles a SET version_id = v.id FROM versions v WHERE v.article_id = a.id;
INSERT INTO links (source_id, identity, url, list_url, fate, article_id) SELECT 1, identity, url, 'http://o.example/rss', 'stored', id FROM articles;
INSERT INTO polls (source_id, url, started_at, ended_at, outcome) SELECT 1, 'http://o.example/rss', now(), now(), 'ok' FROM generate_series(1, 10);
INSERT INTO captures (at, url, final_url, status, payload_sha256, decoded_sha256, bytes, warc_file, warc_offset)
  SELECT now(), url, url, 200, 'p' || id, 'd' || id, 1, 'day.warc', id FROM articles;
INSERT INTO judgements (article_id, version_id, model, relevance, relevance_score, harm, harm_band, criticism, criticism_band, needs_check, check_band, rebuttal, rebuttal_band, priority, result)
  SELECT id, version_id, 'rules', 'core', .9, .5, 'medium', .1, 'low', .5, 'medium', .1, 'low', .5, '{"check": {"band": "medium"}}' FROM articles;
INSERT INTO events (title, started_at, last_at, first_article_id, articles, outlets, languages, scopes, source_names, places, relevance, check_band, harm_band, priority, reasons, flagged)
  SELECT title, now(), now(), id, 5, 1, '{vi}', '{domestic}', '{o}', '{p1}', 'core', 'high', 'low', .5, '[]', true FROM articles WHERE id % 5 = 0;
INSERT INTO event_members (article_id, event_id) SELECT e.first_article_id - k, e.id FROM events e, generate_series(0, 4) k;
INSERT INTO claims (case_id, body, created_by) SELECT id, 'Đập Thử sắp vỡ ' || id, 1 FROM cases;
INSERT INTO evidence (claim_id, kind, title, url, added_by) SELECT id, 'primary', 'Biên bản kiểm tra', 'http://o.example/bb', 1 FROM claims;
INSERT INTO reports (receipt_sha256, url, what_is_wrong) SELECT 'r' || n, 'http://o.example/' || n, 'Tin này không đúng' FROM generate_series(1, 5) n;
SELECT audit_note('lan', 'verifier', 'note', 'case:' || n, NULL, NULL, 'ghi chú') FROM generate_series(1, 20) n;
"""


@pytest.fixture
def owner_url(new_home: Callable[[str], Path]) -> str:
    return db.ops.embedded_postgres.start(new_home("upgrade")).owner or ""


def rows(conn: Connection) -> dict[str, dict[str, list[Any]]]:
    """Of every table of ours each column's values in the order of its rows."""
    columns: dict[str, list[str]] = {}
    for table, column in conn.execute(
        "SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
        " WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = 'public'::regnamespace"
        " AND c.relname !~ 'yoyo|procrastinate' ORDER BY 1, a.attnum"
    ):
        columns.setdefault(table, []).append(column)
    return {
        table: {
            name: [
                value
                for (value,) in conn.execute(
                    sql.SQL("SELECT {}::text FROM {} t ORDER BY 1").format(
                        sql.Identifier(name), sql.Identifier(table)
                    )
                )
            ]
            for name in names
        }
        for table, names in columns.items()
    }


@pytest.mark.parametrize("release", [FIRST, SECOND, THIRD], ids=["0.1", "0.2", "0.3"])
def test_a_database_of_a_release_goes_forward_and_keeps_every_value(
    owner_url: str, tmp_path: Path, release: dict[str, str]
) -> None:
    released = tmp_path / "released"
    released.mkdir()
    for name in release:
        shutil.copy(db.core.migrate.FOLDER / f"{name}.sql", released)
    assert db.core.migrate.migrate(owner_url, released) == list(release)
    with connect(owner_url, autocommit=True) as conn:
        conn.execute(ROWS)  # type: ignore[arg-type]
        before = rows(conn)
        assert db.core.migrate.pending(conn) == sorted(
            path.stem for path in db.core.migrate.FOLDER.glob("*.sql") if path.stem not in release
        )

    later = db.core.migrate.migrate(owner_url)
    assert later
    assert not set(later) & set(release)
    with connect(owner_url) as conn:
        after = rows(conn)
        assert db.core.audit.walk(conn).why is None
        assert db.core.migrate.pending(conn) == db.core.migrate.unknown(conn) == []
        assert db.core.sql_files.fault(conn) is None
    assert db.core.schema.schema(owner_url) == db.core.schema.FILE.read_text(encoding="utf-8")
    # a migration that writes what a list shows also notes that the list changed
    filled = [table for table, columns in before.items() if any(columns.values()) and table != "list_changes"]
    assert len(filled) > 15
    for table in filled:
        for name in before[table].keys() & after[table].keys():
            assert after[table][name] == before[table][name], f"{table}.{name}"
        assert {len(values) for values in after[table].values()} == {
            len(values) for values in before[table].values()
        }, table

    with pytest.raises(db.core.errors.Conflict, match="newer kiemtin"):  # and there is no way back
        db.core.migrate.migrate(owner_url, released)


def test_a_released_schema_is_never_edited() -> None:
    for name, wanted in THIRD.items():
        assert hashlib.sha256((db.core.migrate.FOLDER / f"{name}.sql").read_bytes()).hexdigest() == wanted, (
            f"{name}.sql is released; put the change into a new file"
        )
