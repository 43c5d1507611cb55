-- What the pages of the desk read, nearer together.

-- All that the cards of these cases show; who calls says in which order.
CREATE OR REPLACE FUNCTION queue_cards(wanted bigint[]) RETURNS TABLE (
  id bigint, event_id bigint, title text, state text, version integer, priority real, opened_at timestamptz, changed_at timestamptz,
  due_at timestamptz, agency text, case_field text, critical boolean, restricted boolean, emergency boolean, assigned_to integer,
  assigned_name text, holder_id integer, holder_name text, articles integer, outlets integer, started_at timestamptz,
  last_at timestamptz, first_outlet text, first_article_id bigint, languages text[], scopes text[], places text[], relevance text,
  harm_band text, criticism_band text, check_band text, is_rebuttal boolean, reasons jsonb, news jsonb)
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp SET enable_indexscan = off AS $$
  WITH c AS MATERIALIZED (
    SELECT id, event_id, title, state, version, priority, opened_at, changed_at, due_at, agency, field, critical, restricted, emergency, assigned_to, returned_at
      FROM cases WHERE id = ANY (wanted)),
  e AS MATERIALIZED (
    SELECT id, articles, outlets, started_at, last_at, first_article_id, languages, scopes, places, relevance, harm_band, criticism_band,
           check_band, is_rebuttal, reasons FROM events WHERE id = ANY (ARRAY(SELECT event_id FROM c))),
  a AS MATERIALIZED (SELECT id, source_id FROM articles WHERE id = ANY (ARRAY(SELECT first_article_id FROM e)))
  SELECT c.id, c.event_id, c.title, c.state, c.version, c.priority, c.opened_at, c.changed_at, c.due_at, c.agency, c.field, c.critical,
         c.restricted, c.emergency, c.assigned_to, u.display_name, l.user_id, h.display_name, e.articles, e.outlets, e.started_at,
         e.last_at, s.title, e.first_article_id, e.languages, e.scopes, e.places, e.relevance, e.harm_band, e.criticism_band,
         e.check_band, e.is_rebuttal, e.reasons,
         CASE WHEN c.returned_at IS NOT NULL THEN (SELECT r.news FROM case_returns r WHERE r.case_id = c.id ORDER BY r.id DESC LIMIT 1) END
    FROM c LEFT JOIN e ON e.id = c.event_id LEFT JOIN a ON a.id = e.first_article_id LEFT JOIN sources s ON s.id = a.source_id
    LEFT JOIN users u ON u.id = c.assigned_to LEFT JOIN leases l ON l.case_id = c.id AND l.expires_at > now()
    LEFT JOIN users h ON h.id = l.user_id
$$;
GRANT EXECUTE ON FUNCTION queue_cards TO kiemtin_app;

-- The words around spots of articles' latest texts; offsets in code points of title, line feed, text.
CREATE OR REPLACE FUNCTION quotes_of(wanted bigint[], starts integer[], ends integer[], around integer) RETURNS TABLE (
  article_id bigint, start_at integer, before text, hit text, after text)
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp SET enable_indexscan = off AS $$
  WITH a AS MATERIALIZED (SELECT id, version_id FROM articles WHERE id = ANY (wanted)),
  v AS MATERIALIZED (SELECT id, left(title || E'\n' || body, 20000) AS whole FROM versions WHERE id = ANY (ARRAY(SELECT version_id FROM a)))
  SELECT a.id, s.start_at, substring(v.whole FROM greatest(1, s.start_at + 1 - around) FOR least(around, s.start_at)),
         substring(v.whole FROM s.start_at + 1 FOR s.end_at - s.start_at), substring(v.whole FROM s.end_at + 1 FOR around)
    FROM unnest(wanted, starts, ends) AS s(article_id, start_at, end_at) JOIN a ON a.id = s.article_id JOIN v ON v.id = a.version_id
   WHERE s.start_at >= 0 AND s.end_at > s.start_at
$$;
GRANT EXECUTE ON FUNCTION quotes_of TO kiemtin_app;

-- The articles of an event with text, judgement, copy and stance, first published first, at most `most` of a thousand; texts
-- are cut after `cut` code points. An article that is known under another address is shown there.
CREATE OR REPLACE FUNCTION event_tellings(event bigint, most integer, cut integer) RETURNS TABLE (
  article_id bigint, source_id integer, outlet text, scope text, url text, title text, excerpt text, cut_off boolean, language text,
  published_at timestamptz, first_seen_at timestamptz, state text, version_id bigint, versions integer, copy_of bigint, result jsonb,
  stance text)
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp SET enable_indexscan = off AS $$
  WITH a AS MATERIALIZED (
    SELECT id, source_id, url, title, language, published_at, first_seen_at, state, version_id FROM articles
     WHERE id = ANY (ARRAY(SELECT m.article_id FROM event_members m WHERE m.event_id = event LIMIT 1000)) AND same_as IS NULL
       AND version_id IS NOT NULL
     ORDER BY coalesce(published_at, first_seen_at), id LIMIT most),
  v AS MATERIALIZED (
    SELECT id, number, left(body, cut) AS excerpt, length(body) > cut AS cut_off FROM versions
     WHERE id = ANY (ARRAY(SELECT version_id FROM a))),
  j AS MATERIALIZED (
    SELECT DISTINCT ON (article_id) article_id, result FROM judgements WHERE article_id = ANY (ARRAY(SELECT id FROM a))
     ORDER BY article_id, id DESC),
  k AS MATERIALIZED (SELECT article_id, copy_of FROM copies WHERE article_id = ANY (ARRAY(SELECT id FROM a))),
  t AS MATERIALIZED (
    SELECT DISTINCT ON (article_id) article_id, stance FROM stances WHERE article_id = ANY (ARRAY(SELECT id FROM a))
     ORDER BY article_id, id DESC)
  SELECT a.id, a.source_id, s.title, s.scope, a.url, a.title, v.excerpt, v.cut_off, a.language, a.published_at, a.first_seen_at, a.state,
         a.version_id, v.number, k.copy_of, j.result, t.stance
    FROM a JOIN sources s ON s.id = a.source_id JOIN v ON v.id = a.version_id LEFT JOIN k ON k.article_id = a.id
    LEFT JOIN j ON j.article_id = a.id LEFT JOIN t ON t.article_id = a.id
   ORDER BY coalesce(a.published_at, a.first_seen_at), a.id
$$;
GRANT EXECUTE ON FUNCTION event_tellings TO kiemtin_app;

-- What a page of hits shows of these articles.
CREATE OR REPLACE FUNCTION article_hits(wanted bigint[]) RETURNS TABLE (
  id bigint, title text, lead text, outlet text, language text, published_at timestamptz, first_seen_at timestamptz, event_id bigint,
  state text)
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp SET enable_indexscan = off AS $$
  WITH a AS MATERIALIZED (
    SELECT id, title, lead, source_id, language, published_at, first_seen_at, state FROM articles WHERE id = ANY (wanted)),
  m AS MATERIALIZED (SELECT article_id, event_id FROM event_members WHERE article_id = ANY (wanted))
  SELECT a.id, a.title, a.lead, s.title, a.language, a.published_at, a.first_seen_at, m.event_id, a.state
    FROM a JOIN sources s ON s.id = a.source_id LEFT JOIN m ON m.article_id = a.id
$$;
GRANT EXECUTE ON FUNCTION article_hits TO kiemtin_app;

-- Read week by week, as search is read shelf by shelf: a common place and a common outlet have thousands of closed cases
-- together, and a page shows the thirty that were closed last.
CREATE OR REPLACE FUNCTION week_of(at timestamptz) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN 'w' || floor(extract(epoch FROM at) / 604800)::integer;
GRANT EXECUTE ON FUNCTION week_of TO kiemtin_app;

-- The closed cases that have all facets of `wanted_all` and one of `wanted_any` ('{}': not asked), closed before (`before_at`,
-- `before_id`) and not before `since`, at most `most`, last closed first. The other conditions: null or false does not narrow.
CREATE OR REPLACE FUNCTION closed_cases(wanted_all text[], wanted_any text[], in_field text, of_person integer, of_nobody boolean, with_restricted boolean,
                             before_at timestamptz, before_id bigint, since timestamptz, most integer) RETURNS TABLE (id bigint)
LANGUAGE plpgsql VOLATILE ROWS 30
SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off SET enable_indexscan = off AS $$
DECLARE
  newest integer := substr(week_of(coalesce(before_at, now())), 2);
  oldest integer := substr(week_of(since), 2);
  wide integer;
  rest integer := most;
  more integer;
  plan json;
  query text := ' FROM cases c WHERE c.state = ''closed''' || CASE WHEN wanted_all <> '{}' THEN ' AND c.facets @> $1' ELSE '' END
    || CASE WHEN wanted_any <> '{}' THEN ' AND c.facets && $2' ELSE '' END;
  exact text := CASE WHEN in_field IS NOT NULL THEN ' AND c.field = $3' ELSE '' END
    || CASE WHEN of_person IS NOT NULL THEN ' AND c.assigned_to = $4' ELSE '' END
    || CASE WHEN of_nobody THEN ' AND c.assigned_to IS NULL' ELSE '' END || CASE WHEN with_restricted THEN '' ELSE ' AND NOT c.restricted' END
    || CASE WHEN before_at IS NOT NULL THEN ' AND (c.changed_at, c.id) < ($5, $6)' ELSE '' END;
BEGIN
  EXECUTE 'EXPLAIN (FORMAT JSON) SELECT' || query || exact INTO plan USING wanted_all, wanted_any, in_field, of_person, before_at, before_id;
  wide := ceil(least(1.5 * most * (newest - oldest + 1) / greatest(1, (plan->0->'Plan'->>'Plan Rows')::float), 100000));
  WHILE newest >= oldest AND rest > 0 LOOP
    RETURN QUERY EXECUTE 'SELECT c.id' || query || exact || ' AND ARRAY[week_of(c.changed_at)] && $7 ORDER BY c.changed_at DESC, c.id DESC LIMIT $8'
      USING wanted_all, wanted_any, in_field, of_person, before_at, before_id,
            ARRAY(SELECT 'w' || n FROM generate_series(greatest(oldest, newest - wide + 1), newest) n), rest;
    GET DIAGNOSTICS more = ROW_COUNT;
    rest := rest - more;
    newest := newest - wide;
    wide := wide * 2;
  END LOOP;
END $$;
GRANT EXECUTE ON FUNCTION closed_cases TO kiemtin_app;
