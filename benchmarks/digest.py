"""How long a digest over 5,000 articles takes, and how much memory, from the database to each form.

By the clock, beside the stated limits (issue 7): 10 s and 500 MB for each form. Every form is made in a process of its
own, as the command does it.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import resource
import sys
import time
from datetime import UTC, date, datetime, timedelta

from benchmarks import scratch
from db.core.connection import Connection, connect

ARTICLES = 5_000
SECONDS, MEGABYTES = 10.0, 500.0
FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)
BODY = (
    "Sáng {n}, mưa lớn làm sạt lở {n} điểm trên các tuyến đường liên xã. Chính quyền đã di dời {n} hộ dân đến nơi an toàn. "
    "Lực lượng chức năng huy động máy xúc để thông đường trong ngày. Người dân được khuyến cáo không qua lại khu vực này. "
) * 8


def fill(conn: Connection, articles: int) -> None:
    """Invented outlets, articles, judgements, mentions, copies and events; one in ten critical, with a case."""
    conn.execute(
        "INSERT INTO sources (name, title, home, hosts, owner) SELECT 'o' || n, 'Báo Thử ' || n, 'https://o' || n || '.example/',"
        " ARRAY['o' || n || '.example'], 'Báo' FROM generate_series(1, 60) n"
    )
    conn.execute(
        "INSERT INTO catalogue_entries (kind, name, data) SELECT 'topic', 't' || n, jsonb_build_object('name', 't' || n, 'title', 'Lĩnh vực số ' || n)"
        " FROM generate_series(1, 16) n"
    )
    conn.execute(
        "INSERT INTO catalogue_entries (kind, name, data) SELECT 'place', 'w' || n, jsonb_build_object('id', 'w' || n, 'level', 'commune', 'name', 'Xã Thử ' || n)"
        " FROM generate_series(1, 99) n"
    )
    first_source = conn.execute("SELECT min(id) FROM sources").fetchone()
    assert first_source is not None
    begin = datetime.combine(FIRST, datetime.min.time(), UTC)
    step = timedelta(days=29) / articles
    with conn.cursor().copy(
        "COPY articles (source_id, url, identity, title, lead, language, published_at, first_seen_at) FROM STDIN"
    ) as out:
        for n in range(articles):
            at = begin + step * n
            title = (
                f"Mưa lớn gây sạt lở tại nhiều tuyến đường vùng cao, chính quyền di dời dân trong đêm ({n})"
            )
            out.write_row(
                (
                    first_source[0] + n % 60,
                    f"https://o{n % 60}.example/{n}",
                    f"o/{n}",
                    title,
                    BODY[:300].format(n=n),
                    "vi",
                    at,
                    at,
                )
            )
    conn.execute(
        "INSERT INTO versions (article_id, number, title, body, published_at, published_from, text_sha256, reader)"
        " SELECT id, 1, title, replace(%s, '{n}', id::text), published_at, 'meta', %s, 'bench' FROM articles ORDER BY id",
        [BODY, hashlib.sha256(b"x").hexdigest()],
    )
    conn.execute("UPDATE articles a SET version_id = v.id FROM versions v WHERE v.article_id = a.id")
    conn.execute(
        "INSERT INTO judgements (article_id, version_id, model, relevance, relevance_score, harm, harm_band, criticism, criticism_band,"
        " needs_check, check_band, rebuttal, rebuttal_band, topics, priority, result)"
        " SELECT id, version_id, 'rules', 'core', .9, .1, CASE WHEN id %% 7 = 0 THEN 'high' ELSE 'low' END, .1,"
        " CASE WHEN id %% 10 = 0 THEN 'high' ELSE 'low' END, .1, 'low', .1, 'low', ARRAY['t' || (id %% 16 + 1)], .5, '{}' FROM articles",
        [],
    )
    conn.execute(
        "INSERT INTO mentions (version_id, article_id, place, territory, as_written, start_at, end_at)"
        " SELECT version_id, id, 'w' || (id % 99 + 1), CASE WHEN id % 2 = 0 THEN 'yenbai' ELSE 'old_laocai' END, 'Xã', 0, 2 FROM articles"
    )
    conn.execute(
        "INSERT INTO events (title, started_at, last_at, first_article_id, scopes, criticism_band, flagged)"
        " SELECT title, published_at, published_at, id, '{domestic}', CASE WHEN id % 10 = 0 THEN 'high' ELSE 'low' END, id % 10 = 0"
        " FROM articles WHERE id % 3 <> 2"
    )
    conn.execute(
        "INSERT INTO event_members (article_id, event_id) SELECT a.id, e.id FROM articles a"
        " JOIN LATERAL (SELECT id FROM events WHERE first_article_id <= a.id ORDER BY first_article_id DESC LIMIT 1) e ON true"
    )
    conn.execute("ANALYZE")


def make(url: str, form: str, said: multiprocessing.Queue[tuple[float, float, int, int]]) -> None:
    """One form in a process of its own; says seconds, megabytes, bytes, rows."""
    begin = time.perf_counter()
    from review_ui.digests import collect, content
    from review_ui.digests.compose import compose
    from review_ui.digests.render.formats import write

    with connect(url) as conn:
        facts = collect.collect(conn, scope="domestic", from_on=FIRST, to_on=LAST)
    document = compose(facts)
    data = write(document, form)
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (
        1024 * 1024 if sys.platform == "darwin" else 1024
    )
    said.put((time.perf_counter() - begin, used, len(data), content.row_count(document)))


def main() -> int:
    """Runs the bench; 1 where a limit is broken."""
    context = multiprocessing.get_context("spawn")
    broken = 0
    with scratch.database() as (_, urls):
        with connect(urls.owner or "") as conn:
            fill(conn, ARTICLES)
            conn.commit()
        for form in ("docx", "pdf", "xlsx", "html"):
            said: multiprocessing.Queue[tuple[float, float, int, int]] = context.Queue()
            child = context.Process(target=make, args=(urls.app, form, said))
            child.start()
            seconds, megabytes, size, rows = said.get(timeout=300)
            child.join()
            broken += seconds > SECONDS or megabytes > MEGABYTES
            print(
                f"digest {form:<4} {rows} items: {seconds:5.2f} s = {seconds / SECONDS:.2f} of {SECONDS:.0f} s, "
                f"{megabytes:4.0f} MB = {megabytes / MEGABYTES:.2f} of {MEGABYTES:.0f} MB, {size / 1e6:.1f} MB written"
            )
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
