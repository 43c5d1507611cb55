"""The archive that the benchmarks of the desk and of the overview ask: a province's press as it stands after years.

912 articles a day (a million in three years; ten thousand are the first eleven days of the same house), a fifth as many
events of very different sizes, a case for each, most of them closed, some thousand open; texts of invented words by
Zipf's law, so that search has words that stand in nearly every article and words that stand in a hundred. What the
triggers and the desk worker would have written (cases, facets, daily counts) is written here. What only the crawler
reads (its ledger, captures, polls) is left out, and the audit chain's hashes are no hashes.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import psycopg

import db.ops.embedded_postgres
from benchmarks import scratch, words
from db.catalogue import files, rows
from db.queries import daily_stats

EDITION = 1  # one more with every change of the data below: archives that are kept are then made anew
A_DAY = 912  # articles
SIZES = (1, 1, 1, 2, 2, 2, 3, 4, 6, 28)  # articles of an event: most are small; five on average
GREAT = 240  # articles of one event in two thousand
TITLE, BODY = 11, 180  # words
OUTLETS, STORM = 160, "zơbi"  # a word of its own that stands in two weeks of titles and nowhere else
REVIEWERS, LEADER = tuple(f"reviewer{n}" for n in range(50)), "leader"
FILLED = (
    "articles", "article_words", "versions", "judgements", "mentions", "copies", "events", "event_members", "cases",
    "case_actions", "reviews", "claims", "verdicts", "verdict_decisions", "evidence", "reports", "report_cases", "links", "audit",
)  # fmt: skip


def made(articles: int) -> tuple[Path, db.ops.embedded_postgres.Urls]:
    """The archive of this many articles, built when it is not there yet: its home and its connection strings."""
    return scratch.kept(f"archive-{articles}", lambda home, url: _fill(home, url, articles), edition=EDITION)


def _fill(home: Path, owner_url: str, articles: int) -> None:
    started = time.perf_counter()
    with psycopg.connect(owner_url) as conn:
        rows.store(
            conn, replace(files.shipped("laocai"), sources=()), actor="bench", allow_private_hosts=False
        )
        for name in REVIEWERS:
            scratch.account(conn, name)
        scratch.account(conn, LEADER, role="leader")
    with scratch.unguarded(home, owner_url) as conn:
        conn.execute("CREATE TEMP TABLE scale AS SELECT %s::bigint AS articles", [articles])
        _press(conn, articles)
        with _without_indexes(conn):
            for name, statement in _STEPS:
                began = time.perf_counter()
                conn.execute(statement)  # type: ignore[call-overload]
                print(f"  {name}: {time.perf_counter() - began:.0f} s", file=sys.stderr)
            _numbers_go_on(conn)
        conn.execute("VACUUM ANALYZE")
        for on in _days(conn):
            daily_stats.count_day(conn, on)
        conn.execute(
            "UPDATE day_counts_marks SET counted_at = now(), judgement_id = (SELECT max(id) FROM judgements)"
        )
        conn.execute("VACUUM ANALYZE")
        conn.execute("CHECKPOINT")
    print(
        f"{articles:,} articles made in {time.perf_counter() - started:.0f} s, kept in {home}",
        file=sys.stderr,
    )


def _press(conn: psycopg.Connection, articles: int) -> None:
    """Who wrote what when about which event, in a table of this session; texts of bodies stand apart and repeat."""
    draw = np.random.default_rng(7)
    vocabulary = np.array(words.SYLLABLES, dtype=object)
    bodies = max(1000, min(20_000, articles // 10))
    conn.execute("CREATE TEMP TABLE bodies (n integer, text text, search tsvector)")
    with conn.cursor().copy("COPY bodies (n, text) FROM STDIN") as out:
        for n, row in enumerate(words.numbers(draw, (bodies, BODY))):
            told = [" ".join(vocabulary[row[k : k + 18]]).capitalize() + "." for k in range(0, BODY, 18)]
            out.write_row((n, " ".join(told)))
    conn.execute("UPDATE bodies SET search = searched('', '', text)")
    conn.execute("ALTER TABLE bodies ADD PRIMARY KEY (n)")

    sizes = np.resize(np.array(SIZES), articles)
    draw.shuffle(sizes)
    sizes[draw.random(len(sizes)) < 1 / 2000] = GREAT
    events = np.repeat(np.arange(1, len(sizes) + 1), sizes)[:articles]
    # the articles of an event lie hours and days apart, others between them
    events = events[np.argsort(np.arange(articles) + draw.exponential(400, articles), kind="stable")]
    _, events = np.unique(events, return_inverse=True)
    told_of = words.numbers(draw, (int(events.max()) + 1, TITLE - 3))
    own = words.numbers(draw, (articles, 3))
    outlets = 1 + np.minimum(draw.zipf(1.3, articles) - 1, 10**6) % OUTLETS
    body = draw.integers(0, bodies, articles)
    end = datetime.now(UTC).replace(microsecond=0)
    begin = end - timedelta(days=articles / A_DAY)
    conn.execute(
        "CREATE TEMP TABLE press (id bigint, event integer, source integer, at timestamptz, title text, body integer)"
    )
    with conn.cursor().copy("COPY press FROM STDIN") as out:
        for n in range(articles):
            title = " ".join([*vocabulary[told_of[events[n]]], *vocabulary[own[n]]]).capitalize()
            if 0.6 < n / articles < 0.613 and n % 4 == 0:
                title = f"Bão {STORM.capitalize()}: {title}"
            at = begin + (end - begin) * (n / articles)
            out.write_row((n + 1, int(events[n]) + 1, int(outlets[n]), at, title, int(body[n])))
    conn.execute("ALTER TABLE press ADD PRIMARY KEY (id)")
    conn.execute("ANALYZE press")


def _days(conn: psycopg.Connection) -> list[date]:
    found = conn.execute(
        "SELECT DISTINCT (published_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date FROM articles ORDER BY 1"
    )
    return [on for (on,) in found.fetchall()]


@contextmanager
def _without_indexes(conn: psycopg.Connection) -> Iterator[None]:
    """Indexes are made after their rows: sorting once is much quicker than a million descents."""
    found = conn.execute(
        "SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid"
        " WHERE c.relname = ANY (%s) AND c.relnamespace = 'public'::regnamespace"
        " AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid)",
        [list(FILLED)],
    ).fetchall()
    for name, _ in found:
        conn.execute(f"DROP INDEX {name}")  # type: ignore[call-overload]
    yield
    began = time.perf_counter()
    for _, statement in found:
        conn.execute(statement)
    print(f"  indexes: {time.perf_counter() - began:.0f} s", file=sys.stderr)


def _numbers_go_on(conn: psycopg.Connection) -> None:
    """Rows were given their numbers; the counters follow."""
    for table in FILLED:
        sequence = conn.execute(
            "SELECT pg_get_serial_sequence(%s, a.attname) FROM pg_attribute a WHERE a.attrelid = %s::regclass AND a.attname = 'id'",
            [table, table],
        ).fetchone()
        if sequence and sequence[0]:
            conn.execute(f"SELECT setval('{sequence[0]}', (SELECT max(id) FROM {table}))")  # type: ignore[call-overload]


# `pick(seed, most, bend)`: a number below `most`, the same for the same seed, small ones more often the larger `bend` is.
_STEPS: tuple[tuple[str, str], ...] = (
    ("words", """
    CREATE FUNCTION pg_temp.pick(seed bigint, most integer, bend float) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
      SELECT floor(most * power((hashint8(seed)::bigint & 2147483647) / 2147483648.0, bend))::integer $$;
    CREATE FUNCTION pg_temp.band(seed bigint) RETURNS text LANGUAGE sql IMMUTABLE AS $$
      SELECT (ARRAY['low','low','low','low','low','low','low','low','low','low','low','low','low','low','low','medium','medium','medium','medium','high'])[1 + pg_temp.pick(seed, 20, 1)] $$;
    CREATE TEMP TABLE places AS SELECT (row_number() OVER (ORDER BY md5(name)))::integer AS n, name FROM
      (SELECT DISTINCT name FROM catalogue_entries WHERE kind = 'place' AND data->>'level' = 'commune' AND valid_to IS NULL) p;
    CREATE TEMP TABLE topics AS SELECT (row_number() OVER (ORDER BY name))::integer AS n, name FROM
      (SELECT DISTINCT name FROM catalogue_entries WHERE kind = 'topic') t;
    CREATE TEMP TABLE counts AS SELECT (SELECT count(*)::integer FROM places) AS places, (SELECT count(*)::integer FROM topics) AS topics;
    INSERT INTO sources (name, title, home, hosts, scope, language)
      SELECT 'o' || n, 'Báo Thử ' || n, 'https://o' || n || '.example/', ARRAY['o' || n || '.example'],
             CASE WHEN n % 12 = 0 THEN 'foreign' ELSE 'domestic' END, CASE WHEN n % 12 = 0 THEN 'en' ELSE 'vi' END FROM generate_series(1, 160) n;
    INSERT INTO source_health (source_id, state, sentence, sentence_en, last_article_at)
      SELECT id, CASE WHEN id % 9 = 0 THEN 'silent' ELSE 'ok' END, 'Câu thử.', 'A test.', now() FROM sources;
    """),
    ("articles", """
    INSERT INTO articles (id, source_id, url, identity, first_seen_at, version_id, title, lead, language, published_at) OVERRIDING SYSTEM VALUE
      SELECT p.id, p.source, 'https://o' || p.source || '.example/tin-' || p.id || '.html', 'o' || p.source || '.example/tin-' || p.id,
             p.at + interval '10 minutes', CASE WHEN p.id % 12 = 0 THEN (SELECT articles FROM scale) + p.id / 12 ELSE p.id END, p.title,
             left(b.text, 180), CASE WHEN p.source % 12 = 0 THEN 'en' ELSE 'vi' END, p.at
        FROM press p JOIN bodies b ON b.n = p.body ORDER BY p.id
    """),
    ("search", """
    INSERT INTO article_words (article_id, published_at, shelves, search)
      SELECT p.id, p.at, shelves(p.id, p.source, CASE WHEN p.source % 12 = 0 THEN 'en' ELSE 'vi' END, p.at), searched(p.title, '', '') || b.search
        FROM press p JOIN bodies b ON b.n = p.body ORDER BY p.id;
    INSERT INTO shelf_times (time, shelf) SELECT DISTINCT unnest(shelves[4:5]), article_id >> 13 FROM article_words
    """),
    ("versions", """
    INSERT INTO versions (id, article_id, number, seen_at, title, lead, body, published_at, published_from, language, text_sha256, reader) OVERRIDING SYSTEM VALUE
      SELECT p.id, p.id, 1, p.at, p.title, left(b.text, 180), b.text, p.at, 'meta', 'vi', md5(p.id::text), 'bench' FROM press p JOIN bodies b ON b.n = p.body ORDER BY p.id;
    INSERT INTO versions (id, article_id, number, seen_at, title, lead, body, published_at, published_from, language, text_sha256, reader) OVERRIDING SYSTEM VALUE
      SELECT (SELECT articles FROM scale) + p.id / 12, p.id, 2, p.at + interval '5 hours', p.title, left(b.text, 180),
             replace(b.text, '.', ' và thêm.'), p.at, 'meta', 'vi', md5('2' || p.id), 'bench' FROM press p JOIN bodies b ON b.n = p.body WHERE p.id % 12 = 0
    """),
    ("judgements", """
    INSERT INTO judgements (id, article_id, version_id, model, judged_at, relevance, relevance_score, harm, harm_band, criticism, criticism_band,
                            needs_check, check_band, rebuttal, rebuttal_band, topics, priority, result) OVERRIDING SYSTEM VALUE
      SELECT p.id, p.id, p.id, 'rules', p.at + interval '15 minutes', CASE WHEN pg_temp.pick(p.event, 10, 1) < 7 THEN 'core' ELSE 'mention' END, .9,
             .5, pg_temp.band(p.event * 3), .5, pg_temp.band(p.event * 5), .5, pg_temp.band(p.event * 7), .1, 'low',
             ARRAY[t.name], .5,
             jsonb_build_object('relevance', 'core', 'check', jsonb_build_object('band', pg_temp.band(p.event * 7), 'score', .5, 'reasons', jsonb_build_array(
               jsonb_build_object('rule', 'check: rumour', 'text', left(p.title, 12), 'start', 0, 'end', 12, 'weight', 1.2),
               jsonb_build_object('rule', 'check: no source', 'text', substr(p.title, 15, 9), 'start', 14, 'end', 23, 'weight', .7))),
               'harm', jsonb_build_object('band', pg_temp.band(p.event * 3), 'score', .4, 'reasons', jsonb_build_array(
               jsonb_build_object('rule', 'harm: disaster', 'text', substr(p.title, 15, 9), 'start', 14, 'end', 23, 'weight', .9))))
        FROM press p, counts c JOIN topics t ON true WHERE t.n = 1 + pg_temp.pick(p.event * 11, c.topics, 1.5) ORDER BY p.id;
    INSERT INTO mentions (version_id, article_id, place, territory, as_written, start_at, end_at)
      SELECT p.id, p.id, w.name, CASE WHEN w.n % 2 = 0 THEN 'old_laocai' ELSE 'yenbai' END, 'Xã Thử', 0, 6
        FROM press p, counts c JOIN places w ON true WHERE w.n = 1 + pg_temp.pick(p.event * 13, c.places, 2.5);
    INSERT INTO mentions (version_id, article_id, place, territory, as_written, start_at, end_at)
      SELECT id, id, 'p15-new', 'new', 'Lào Cai', 20, 27 FROM press WHERE id % 10 < 9
    """),
    ("events", """
    INSERT INTO events (id, title, started_at, last_at, first_article_id, articles, outlets, languages, scopes, source_names, places, territories, topics,
                        relevance, harm_band, criticism_band, check_band, priority, reasons, flagged, selected_by) OVERRIDING SYSTEM VALUE
      SELECT g.event, f.title, f.at, g.last, f.id, g.articles, cardinality(g.names), CASE WHEN g.abroad THEN '{vi,en}'::text[] ELSE '{vi}' END,
             CASE WHEN g.abroad THEN '{domestic,foreign}'::text[] ELSE '{domestic}' END, g.names, ARRAY['p15-new', w.name], ARRAY['new'], ARRAY[t.name],
             CASE WHEN pg_temp.pick(g.event, 10, 1) < 7 THEN 'core' ELSE 'mention' END, pg_temp.band(g.event * 3), pg_temp.band(g.event * 5), pg_temp.band(g.event * 7),
             (pg_temp.pick(g.event * 17, 100000, 2)) / 100000.0,
             jsonb_build_array(jsonb_build_object('signal', 'check', 'rule', 'check: rumour', 'text', left(f.title, 12), 'article', f.id, 'start', 0, 'end', 12),
                               jsonb_build_object('signal', 'harm', 'rule', 'harm: disaster', 'text', substr(f.title, 15, 9), 'article', f.id, 'start', 14, 'end', 23)),
             true, 'priority'
        FROM (SELECT event, min(id) AS first, count(*)::integer AS articles, max(at) AS last, bool_or(source % 12 = 0) AS abroad,
                     array_agg(DISTINCT 'o' || source) AS names FROM press GROUP BY event) g
        JOIN press f ON f.id = g.first CROSS JOIN counts c JOIN places w ON w.n = 1 + pg_temp.pick(g.event * 13, c.places, 2.5)
        JOIN topics t ON t.n = 1 + pg_temp.pick(g.event * 11, c.topics, 1.5) ORDER BY g.event;
    INSERT INTO event_members (article_id, event_id, joined_at) SELECT id, event, at FROM press ORDER BY id;
    INSERT INTO copies (article_id, copy_of, similarity, method)
      SELECT p.id, e.first_article_id, .96, 'whole' FROM press p JOIN events e ON e.id = p.event WHERE p.id % 7 = 0 AND p.id <> e.first_article_id
    """),
    ("cases", """
    INSERT INTO cases (id, event_id, title, state, version, opened_at, changed_at, priority, field, critical, restricted, assigned_to, agency, due_at, outcome, wants_second, facets)
      OVERRIDING SYSTEM VALUE
      SELECT e.id, e.id, e.title, s.state, CASE s.state WHEN 'flagged' THEN 1 ELSE 3 END, e.started_at, least(now(), e.started_at + make_interval(hours => pg_temp.pick(e.id * 19, 90, 2))),
             e.priority, (ARRAY['disaster-epidemic', 'security-order', 'economy', 'health'])[1 + pg_temp.pick(e.id * 23, 4, 1)], s.state = 'respond' AND e.id % 2 = 0,
             e.id % 200 = 0, CASE WHEN s.state IN ('verify', 'waiting', 'decide', 'respond') THEN 1 + pg_temp.pick(e.id * 29, 50, 1) END,
             CASE WHEN s.state = 'respond' THEN 'so-vhttdl-2025' END, CASE WHEN s.state IN ('verify', 'respond') THEN now() + make_interval(hours => 300 - pg_temp.pick(e.id * 31, 400, 1)) END,
             CASE WHEN s.state = 'closed' THEN 'dismiss' END, s.state = 'verify' AND e.id % 3 = 0, facets_of(e)
        FROM events e, LATERAL (SELECT CASE
          WHEN NOT (e.started_at > now() - interval '15 days' AND e.id % 10 < 8) AND NOT (e.started_at > now() - interval '200 days' AND e.id % 17 = 0) THEN 'closed'
          ELSE (ARRAY['flagged','flagged','flagged','flagged','flagged','flagged','triage','verify','verify','verify','waiting','decide','respond','respond','publish','published','follow_up'])[1 + pg_temp.pick(e.id * 37, 17, 1)] END AS state) s
       ORDER BY e.id;
    INSERT INTO case_actions (case_id, action, from_state, to_state, actor_id, at, reason, seen_version)
      SELECT id, 'dismiss', 'flagged', 'closed', 1 + pg_temp.pick(id, 50, 1), changed_at, 'Tin thường', 1 FROM cases WHERE state = 'closed';
    INSERT INTO case_actions (case_id, action, from_state, to_state, actor_id, at, reason, seen_version)
      SELECT id, 'escalate', 'flagged', 'verify', 1 + pg_temp.pick(id, 50, 1), changed_at, NULL, 1 FROM cases WHERE state NOT IN ('closed', 'flagged', 'triage');
    INSERT INTO reviews (case_id, event_id, user_id, at, outcome, reason, case_action)
      SELECT case_id, case_id, actor_id, at, action, reason, id FROM case_actions
    """),
    ("claims", """
    INSERT INTO claims (id, case_id, body, said_on, field, channel, created_by, created_at) OVERRIDING SYSTEM VALUE
      SELECT row_number() OVER (ORDER BY id), id, title, opened_at::date, field, 'social', 1, opened_at FROM cases WHERE id % 70 = 0 OR state IN ('verify', 'waiting', 'decide', 'respond');
    INSERT INTO evidence (claim_id, kind, title, url, independent, added_by, added_at)
      SELECT c.id, (ARRAY['primary', 'press'])[n], 'Văn bản thử ' || n, 'https://x.example/' || c.id, true, 2, c.created_at FROM claims c, generate_series(1, 2) n;
    INSERT INTO verdicts (id, claim_id, code, what_is_true, reasoning, counter_evidence, proposed_by, proposed_at, text_sha256) OVERRIDING SYSTEM VALUE
      SELECT c.id, c.id, (ARRAY['fabricated', 'partly_false', 'accurate'])[1 + c.id % 3], 'Không có việc ấy.', 'Đã hỏi cơ quan có thẩm quyền.', 'Không có.', 2, c.created_at, 'bench'
        FROM claims c JOIN cases k ON k.id = c.case_id WHERE k.state = 'closed';
    INSERT INTO verdict_decisions (verdict_id, decision, decided_by, decided_at, seen_sha256) SELECT id, 'approve', 3, proposed_at, 'bench' FROM verdicts;
    INSERT INTO notes (case_id, user_id, at, body) SELECT id, 1 + id % 50, changed_at, 'Đã gọi điện, chờ trả lời.' FROM cases WHERE id % 9 = 0
    """),
    ("reports and audit", """
    INSERT INTO reports (id, receipt_sha256, received_at, url, identity, what_is_wrong) OVERRIDING SYSTEM VALUE
      SELECT n, md5(n::text), e.started_at, 'https://x.example/' || n, 'x.example/' || n, 'Nội dung này không đúng.' FROM events e, LATERAL (SELECT e.id / 10 AS n) x WHERE e.id % 10 = 0;
    INSERT INTO report_cases (report_id, case_id) SELECT id, id * 10 FROM reports;
    UPDATE reports SET settled = true;
    INSERT INTO links (identity, source_id, list_url, url, found_at, fate, kind, why, next_try_at)
      SELECT 'x.example/' || id, source, 'https://o.example/rss', 'https://x.example/' || id, at, 'set_aside', 'not_article', 'không phải bài', 'infinity' FROM press WHERE id % 20 = 0;
    INSERT INTO audit (id, at, actor, role, action, subject, before, after, reason, prev_hash, hash)
      SELECT (SELECT max(id) FROM audit) + row_number() OVER (ORDER BY id), at, 'reviewer' || (actor_id - 1), 'approver', 'case.' || action, 'case:' || case_id,
             jsonb_build_object('state', from_state), jsonb_build_object('state', to_state), reason, md5(id::text), md5((id + 1)::text) FROM case_actions
    """),
)  # fmt: skip
