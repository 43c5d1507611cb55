-- What the desk reads, nearer together: every page of an archive of a million articles opens as one of ten thousand does.

-- ── the long lists of choices (places, outlets) are read once, and again when their rows change ─────────────────
-- One row a transaction that changed them, so that no writer waits for another; how many there are and the newest tell one
-- state from another.
CREATE TABLE list_changes (transaction xid8 PRIMARY KEY DEFAULT pg_current_xact_id());
GRANT SELECT ON list_changes TO kiemtin_app;
CREATE FUNCTION note_list_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  INSERT INTO list_changes DEFAULT VALUES ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
CREATE TRIGGER catalogue_entries_are_listed AFTER INSERT OR UPDATE OR DELETE ON catalogue_entries
  FOR EACH STATEMENT EXECUTE FUNCTION note_list_change();
CREATE TRIGGER sources_are_listed AFTER INSERT OR DELETE OR UPDATE OF name, title ON sources
  FOR EACH STATEMENT EXECUTE FUNCTION note_list_change();

-- ── rows that lie apart are asked for together ──────────────────────────────────────────────────────────────────
-- A page shows what belongs to thirty cases or sixty articles. Fetched one after the other each row would wait for the
-- disk; asked for as a list, through a bitmap, they are read side by side. Hence no plain index scans in these functions,
-- and each table asked by an array of what the one before gave.

-- All that the cards of these cases show; who calls says in which order.
CREATE FUNCTION queue_cards(wanted bigint[]) RETURNS TABLE (
  id bigint, event_id bigint, title text, state text, version integer, priority real, opened_at timestamptz, changed_at timestamptz,
  due_at timestamptz, agency text, case_field text, critical boolean, restricted boolean, emergency boolean, assigned_to integer,
  assigned_name text, holder_id integer, holder_name text, articles integer, outlets integer, started_at timestamptz,
  last_at timestamptz, first_outlet text, first_article_id bigint, languages text[], scopes text[], places text[], relevance text,
  harm_band text, criticism_band text, check_band text, is_rebuttal boolean, reasons jsonb)
LANGUAGE sql STABLE SET enable_indexscan = off AS $$
  WITH c AS MATERIALIZED (
    SELECT id, event_id, title, state, version, priority, opened_at, changed_at, due_at, agency, field, critical, restricted, emergency, assigned_to
      FROM cases WHERE id = ANY (wanted)),
  e AS MATERIALIZED (
    SELECT id, articles, outlets, started_at, last_at, first_article_id, languages, scopes, places, relevance, harm_band, criticism_band,
           check_band, is_rebuttal, reasons FROM events WHERE id = ANY (ARRAY(SELECT event_id FROM c))),
  a AS MATERIALIZED (SELECT id, source_id FROM articles WHERE id = ANY (ARRAY(SELECT first_article_id FROM e)))
  SELECT c.id, c.event_id, c.title, c.state, c.version, c.priority, c.opened_at, c.changed_at, c.due_at, c.agency, c.field, c.critical,
         c.restricted, c.emergency, c.assigned_to, u.display_name, l.user_id, h.display_name, e.articles, e.outlets, e.started_at,
         e.last_at, s.title, e.first_article_id, e.languages, e.scopes, e.places, e.relevance, e.harm_band, e.criticism_band,
         e.check_band, e.is_rebuttal, e.reasons
    FROM c LEFT JOIN e ON e.id = c.event_id LEFT JOIN a ON a.id = e.first_article_id LEFT JOIN sources s ON s.id = a.source_id
    LEFT JOIN users u ON u.id = c.assigned_to LEFT JOIN leases l ON l.case_id = c.id AND l.expires_at > now()
    LEFT JOIN users h ON h.id = l.user_id
$$;

-- The words around spots of articles' latest texts; offsets in code points of title, line feed, text.
CREATE FUNCTION quotes_of(wanted bigint[], starts integer[], ends integer[], around integer) RETURNS TABLE (
  article_id bigint, start_at integer, before text, hit text, after text)
LANGUAGE sql STABLE SET enable_indexscan = off AS $$
  WITH a AS MATERIALIZED (SELECT id, version_id FROM articles WHERE id = ANY (wanted)),
  v AS MATERIALIZED (SELECT id, left(title || E'\n' || body, 20000) AS whole FROM versions WHERE id = ANY (ARRAY(SELECT version_id FROM a)))
  SELECT a.id, s.start_at, substring(v.whole FROM greatest(1, s.start_at + 1 - around) FOR least(around, s.start_at)),
         substring(v.whole FROM s.start_at + 1 FOR s.end_at - s.start_at), substring(v.whole FROM s.end_at + 1 FOR around)
    FROM unnest(wanted, starts, ends) AS s(article_id, start_at, end_at) JOIN a ON a.id = s.article_id JOIN v ON v.id = a.version_id
   WHERE s.start_at >= 0 AND s.end_at > s.start_at
$$;

-- The articles of an event with text, judgement, copy and stance, first published first, at most `most` of a thousand; texts
-- are cut after `cut` code points. An article that is known under another address is shown there.
CREATE FUNCTION event_tellings(event bigint, most integer, cut integer) RETURNS TABLE (
  article_id bigint, source_id integer, outlet text, scope text, url text, title text, excerpt text, cut_off boolean, language text,
  published_at timestamptz, first_seen_at timestamptz, state text, version_id bigint, versions integer, copy_of bigint, result jsonb,
  stance text)
LANGUAGE sql STABLE SET enable_indexscan = off AS $$
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

-- What a page of hits shows of these articles.
CREATE FUNCTION article_hits(wanted bigint[]) RETURNS TABLE (
  id bigint, title text, lead text, outlet text, language text, published_at timestamptz, first_seen_at timestamptz, event_id bigint,
  state text)
LANGUAGE sql STABLE SET enable_indexscan = off AS $$
  WITH a AS MATERIALIZED (
    SELECT id, title, lead, source_id, language, published_at, first_seen_at, state FROM articles WHERE id = ANY (wanted)),
  m AS MATERIALIZED (SELECT article_id, event_id FROM event_members WHERE article_id = ANY (wanted))
  SELECT a.id, a.title, a.lead, s.title, a.language, a.published_at, a.first_seen_at, m.event_id, a.state
    FROM a JOIN sources s ON s.id = a.source_id LEFT JOIN m ON m.article_id = a.id
$$;
GRANT EXECUTE ON FUNCTION queue_cards, quotes_of, event_tellings, article_hits TO kiemtin_app;

-- ── search: as far back at once as the words are rare ───────────────────────────────────────────────────────────
-- In which months and years ('m…', 'y…', as `shelves` writes them) the articles of a shelf were published: a search in an old
-- month begins there. A superset: an article that is dated anew leaves its old time standing.
CREATE TABLE shelf_times (
  time  text NOT NULL,
  shelf bigint NOT NULL,
  PRIMARY KEY (time, shelf)
);
GRANT SELECT ON shelf_times TO kiemtin_app;
INSERT INTO shelf_times (time, shelf) SELECT DISTINCT unnest(shelves[4:5]), article_id >> 13 FROM article_words;
CREATE FUNCTION note_shelf_times() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  INSERT INTO shelf_times (time, shelf) SELECT t, NEW.article_id >> 13 FROM unnest(NEW.shelves[4:5]) t
   WHERE NOT EXISTS (SELECT FROM shelf_times s WHERE s.time = t AND s.shelf = NEW.article_id >> 13)
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
CREATE TRIGGER article_words_are_shelved AFTER INSERT OR UPDATE OF shelves ON article_words
  FOR EACH ROW EXECUTE FUNCTION note_shelf_times();

-- How many rows the planner expects of a question, from its statistics. (Asking it counts as volatile for PostgreSQL.)
CREATE FUNCTION expected_rows(question text, wanted tsquery, kept text[], times text[]) RETURNS float
LANGUAGE plpgsql AS $$
DECLARE
  plan json;
BEGIN
  EXECUTE 'EXPLAIN (FORMAT JSON) ' || question INTO plan USING wanted, NULL::text[], kept, times;
  RETURN (plan->0->'Plan'->>'Plan Rows')::float;
END $$;

-- As migration 0010 says, and: it begins with as many shelves as should hold one page and a half by the planner's statistics,
-- then takes twice as many each time, and the rest at once where little is left. Of a phrase, articles that hold its words are found first; their
-- texts are compared by the fifty, newest first, until `patience` ends.
CREATE OR REPLACE FUNCTION find_articles(wanted tsquery, kept text[], times text[], since timestamptz, until timestamptz,
                                         before bigint, most integer, patience interval) RETURNS TABLE (article bigint, unread boolean)
LANGUAGE plpgsql VOLATILE ROWS 20
SET enable_seqscan = off SET enable_indexscan = off AS $$
DECLARE
  began timestamptz := clock_timestamp();
  phrase boolean := wanted::text ~ '<(-|[0-9]+)>';
  -- what an index can find of it; for a phrase its words alone
  findable tsquery := CASE WHEN phrase THEN regexp_replace(querytree(wanted), '<(-|[0-9]+)>', '&', 'g')::tsquery ELSE wanted END;
  left_over bigint[];                                -- shelves that are still to be read, newest first
  shelf_count integer;
  wide integer;
  reading text[];
  rest integer := most;
  more integer;
  candidates bigint[];
  batch bigint[];
  narrow text := CASE WHEN kept <> '{}' THEN ' AND w.shelves @> $3' ELSE '' END || CASE WHEN times IS NOT NULL THEN ' AND w.shelves && $4' ELSE '' END;
  exact text := CASE WHEN since IS NOT NULL THEN ' AND w.published_at >= $5' ELSE '' END
    || CASE WHEN until IS NOT NULL THEN ' AND w.published_at < $6' ELSE '' END || ' AND w.article_id < $7';
  query text;
BEGIN
  IF querytree(wanted) IN ('', 'T') THEN
    RETURN;
  END IF;
  IF times IS NULL THEN
    left_over := ARRAY(SELECT n FROM generate_series((before - 1) >> 13, 0, -1) n);
  ELSE
    left_over := ARRAY(SELECT DISTINCT shelf FROM shelf_times WHERE time = ANY (times) AND shelf <= (before - 1) >> 13 ORDER BY shelf DESC);
  END IF;
  shelf_count := cardinality(left_over);
  wide := ceil(least(1.5 * CASE WHEN phrase THEN 10 ELSE 1 END * most * shelf_count
                 / greatest(1, expected_rows('SELECT FROM article_words w WHERE w.search @@ $1' || narrow, findable, kept, times)), 1000000));
  WHILE cardinality(left_over) > 0 AND rest > 0 LOOP
    IF 2 * wide > cardinality(left_over) THEN        -- the rest: naming most shelves would cost more than it spares
      wide := cardinality(left_over);
    END IF;
    reading := CASE WHEN wide < shelf_count / 2 THEN ARRAY(SELECT 'n' || n FROM unnest(left_over[1:wide]) n) END;
    query := ' FROM article_words w WHERE w.search @@ $1' || CASE WHEN reading IS NOT NULL THEN ' AND w.shelves && $2' ELSE '' END || narrow || exact;
    IF phrase THEN
      EXECUTE 'SELECT array_agg(w.article_id ORDER BY w.article_id DESC)' || query INTO candidates
        USING findable, reading, kept, times, since, until, least(before, (left_over[1] + 1) << 13);
      WHILE cardinality(candidates) > 0 AND rest > 0 LOOP
        batch := candidates[1:50];
        candidates := candidates[51:];
        RETURN QUERY SELECT w.article_id, false FROM article_words w WHERE w.article_id = ANY (batch) AND w.search @@ wanted
          ORDER BY w.article_id DESC LIMIT rest;
        GET DIAGNOSTICS more = ROW_COUNT;
        rest := rest - more;
        IF rest > 0 AND clock_timestamp() - began > patience AND (cardinality(candidates) > 0 OR cardinality(left_over) > wide) THEN
          RETURN QUERY SELECT batch[cardinality(batch)], true;
          RETURN;
        END IF;
      END LOOP;
    ELSE
      RETURN QUERY EXECUTE 'SELECT w.article_id, false' || query || ' ORDER BY w.article_id DESC LIMIT $8'
        USING findable, reading, kept, times, since, until, least(before, (left_over[1] + 1) << 13), rest;
      GET DIAGNOSTICS more = ROW_COUNT;
      rest := rest - more;
    END IF;
    IF cardinality(left_over) > wide AND rest > 0 AND clock_timestamp() - began > patience THEN
      RETURN QUERY SELECT (left_over[wide + 1] + 1) << 13, true;
      RETURN;
    END IF;
    left_over := left_over[wide + 1:];
    wide := wide * 2;
  END LOOP;
END $$;
GRANT EXECUTE ON FUNCTION expected_rows TO kiemtin_app;

-- ── an event whose only article is known under another address is that article's event: it waits for nobody ─────
-- Kept with the case, so that lists and counts leave it out without asking for event and article of each.
ALTER TABLE cases ADD COLUMN elsewhere boolean NOT NULL DEFAULT false;
CREATE FUNCTION told_elsewhere(event bigint) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT coalesce((SELECT a.same_as IS NOT NULL AND e.articles <= 1 FROM events e JOIN articles a ON a.id = e.first_article_id
                    WHERE e.id = event), false)
$$;
UPDATE cases SET elsewhere = true WHERE state <> 'closed' AND told_elsewhere(event_id);
CREATE FUNCTION mark_elsewhere() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  IF TG_TABLE_NAME = 'cases' THEN
    NEW.elsewhere := told_elsewhere(NEW.event_id);
    RETURN NEW;
  ELSIF TG_TABLE_NAME = 'events' THEN
    UPDATE cases SET elsewhere = NOT elsewhere WHERE event_id = NEW.id AND elsewhere <> told_elsewhere(NEW.id);
  ELSE
    UPDATE cases c SET elsewhere = NOT elsewhere FROM event_members m
     WHERE m.article_id = NEW.id AND c.event_id = m.event_id AND c.elsewhere <> told_elsewhere(m.event_id);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER cases_may_be_elsewhere BEFORE INSERT ON cases FOR EACH ROW EXECUTE FUNCTION mark_elsewhere();
CREATE TRIGGER articles_may_be_elsewhere AFTER UPDATE OF same_as ON articles
  FOR EACH ROW WHEN (OLD.same_as IS DISTINCT FROM NEW.same_as) EXECUTE FUNCTION mark_elsewhere();
CREATE TRIGGER events_may_be_elsewhere AFTER UPDATE OF articles, first_article_id ON events
  FOR EACH ROW WHEN (OLD.articles IS DISTINCT FROM NEW.articles OR OLD.first_article_id IS DISTINCT FROM NEW.first_article_id)
  EXECUTE FUNCTION mark_elsewhere();
-- the tabs count from this index alone
DROP INDEX cases_standing;
CREATE INDEX cases_standing ON cases (state, assigned_to, due_at, elsewhere) WHERE state <> 'closed';

-- ── the closed part of the queue, narrowed ──────────────────────────────────────────────────────────────────────
-- Read week by week, as search is read shelf by shelf: a common place and a common outlet have thousands of closed cases
-- together, and a page shows the thirty that were closed last.
CREATE FUNCTION week_of(at timestamptz) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT 'w' || floor(extract(epoch FROM at) / 604800)::integer
$$;
DROP INDEX cases_closed_facets;
CREATE INDEX cases_closed_facets ON cases USING gin (facets, (ARRAY[week_of(changed_at)])) WITH (fastupdate = off) WHERE state = 'closed';

-- The closed cases that have all facets of `wanted_all` and one of `wanted_any` ('{}': not asked), closed before (`before_at`,
-- `before_id`) and not before `since`, at most `most`, last closed first. The other conditions: null or false does not narrow.
CREATE FUNCTION closed_cases(wanted_all text[], wanted_any text[], in_field text, of_person integer, of_nobody boolean, with_restricted boolean,
                             before_at timestamptz, before_id bigint, since timestamptz, most integer) RETURNS TABLE (id bigint)
LANGUAGE plpgsql VOLATILE ROWS 30
SET enable_seqscan = off SET enable_indexscan = off AS $$
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
GRANT EXECUTE ON FUNCTION told_elsewhere, week_of, closed_cases TO kiemtin_app;

-- ── smaller things that were read with every page ───────────────────────────────────────────────────────────────
-- which claims were approved since a moment: asked with every event page, for the memory of verified claims
CREATE INDEX verdict_decisions_approved ON verdict_decisions (decided_at) WHERE decision = 'approve';
-- an article's event, without its row
CREATE INDEX event_members_of ON event_members (article_id) INCLUDE (event_id);
