-- Full-text search over the archive.

-- What an article can be found by beside its words: its shelf, outlet, language, month and year of publication (Vietnam;
-- months are counted from the year 0, undated stands at 0).
CREATE OR REPLACE FUNCTION shelves(article bigint, source integer, language text, published timestamptz) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT ARRAY['n' || (article >> 13), 's' || source, 'l' || language,
               'm' || coalesce(extract(year FROM local)::integer * 12 + extract(month FROM local)::integer - 1, 0),
               'y' || coalesce(extract(year FROM local)::integer, 0)]
    FROM (SELECT published AT TIME ZONE 'Asia/Ho_Chi_Minh' AS local) t
$$;
GRANT EXECUTE ON FUNCTION shelves TO kiemtin_app;

-- The words of a text as search knows them: each as it is written and without its marks; title A, lead B, text C.
CREATE OR REPLACE FUNCTION searched(title text, lead text, body text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN setweight(to_tsvector('simple', title || ' ' || fold(title)), 'A')
      || setweight(to_tsvector('simple', lead || ' ' || fold(lead)), 'B')
      || setweight(to_tsvector('simple', body || ' ' || fold(body)), 'C');
GRANT EXECUTE ON FUNCTION searched TO kiemtin_app;

CREATE OR REPLACE FUNCTION note_shelf_times() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  INSERT INTO shelf_times (time, shelf) SELECT t, NEW.article_id >> 13 FROM unnest(NEW.shelves[4:5]) t
   WHERE NOT EXISTS (SELECT FROM shelf_times s WHERE s.time = t AND s.shelf = NEW.article_id >> 13)
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;

-- How many rows the planner expects of a question, from its statistics. (Asking it counts as volatile for PostgreSQL.)
CREATE OR REPLACE FUNCTION expected_rows(question text, wanted tsquery, kept text[], times text[]) RETURNS float
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  plan json;
BEGIN
  EXECUTE 'EXPLAIN (FORMAT JSON) ' || question INTO plan USING wanted, NULL::text[], kept, times;
  RETURN (plan->0->'Plan'->>'Plan Rows')::float;
END $$;
GRANT EXECUTE ON FUNCTION expected_rows TO kiemtin_app;

-- The newest articles that match, at most `most`, older than article `before` (one more than the newest, to begin with).
-- `kept`: shelves of the function above that every hit stands on (outlet, language). `times`: where given, hits stand on
-- one of these (months or years) as well; `since` and `until` then cut to the moment. A question that only says what shall
-- not be there finds nothing: it would read every article.
-- It begins with as many shelves as should hold one page and a half by the planner's statistics, then takes twice as many
-- each time, and the rest at once where little is left. Of a phrase, articles that hold its words are found first; their
-- texts are compared by the fifty, newest first, no longer than `patience`. Where it stopped, a last row with `unread` says
-- so: nothing at or above that number is unread, and asking again with it as `before` goes on.
CREATE OR REPLACE FUNCTION find_articles(wanted tsquery, kept text[], times text[], since timestamptz, until timestamptz,
                                         before bigint, most integer, patience interval) RETURNS TABLE (article bigint, unread boolean)
LANGUAGE plpgsql VOLATILE ROWS 20
SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off SET enable_indexscan = off AS $$
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
GRANT EXECUTE ON FUNCTION find_articles TO kiemtin_app;
CREATE OR REPLACE TRIGGER article_words_are_shelved AFTER INSERT OR UPDATE OF shelves ON article_words
  FOR EACH ROW EXECUTE FUNCTION note_shelf_times();
