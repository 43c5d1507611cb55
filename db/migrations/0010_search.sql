-- The words of articles stand in a table of their own, and search reads it shelf by shelf, newest first.
--
-- Why: in `articles` every later look at an article (a new next_look_at) wrote its three hundred words into the index
-- again; and a word that stands in a third of a million articles made one scan read a third of a million rows. A shelf is
-- 8,192 articles that follow each other. One index holds words and shelves together, so asking for a word on one shelf
-- costs what the shelf costs, however large the archive is; the newest shelves are asked first, and as soon as a page is
-- full nothing older is read.

-- What an article can be found by beside its words: its shelf, outlet, language, month and year of publication (Vietnam;
-- months are counted from the year 0, undated stands at 0).
CREATE FUNCTION shelves(article bigint, source integer, language text, published timestamptz) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT ARRAY['n' || (article >> 13), 's' || source, 'l' || language,
               'm' || coalesce(extract(year FROM local)::integer * 12 + extract(month FROM local)::integer - 1, 0),
               'y' || coalesce(extract(year FROM local)::integer, 0)]
    FROM (SELECT published AT TIME ZONE 'Asia/Ho_Chi_Minh' AS local) t
$$;

-- The words of a text as search knows them: each as it is written and without its marks; title A, lead B, text C.
CREATE FUNCTION searched(title text, lead text, body text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT setweight(to_tsvector('simple', title || ' ' || fold(title)), 'A')
      || setweight(to_tsvector('simple', lead || ' ' || fold(lead)), 'B')
      || setweight(to_tsvector('simple', body || ' ' || fold(body)), 'C')
$$;

CREATE TABLE article_words (
  article_id   bigint PRIMARY KEY REFERENCES articles,
  published_at timestamptz,
  shelves      text[] NOT NULL,                      -- as the function of this name says
  search       tsvector NOT NULL                     -- as `searched` says
) WITH (toast_tuple_target = 256);                   -- the words lie apart: the rows that a page is chosen from stay narrow
GRANT SELECT, INSERT, UPDATE ON article_words TO kiemtin_app;

INSERT INTO article_words (article_id, published_at, shelves, search)
  SELECT id, published_at, shelves(id, source_id, language, published_at), search FROM articles WHERE search IS NOT NULL;
ALTER TABLE articles DROP COLUMN search;             -- with its index
-- No list of pending entries: every shelf that is asked would read all of it.
CREATE INDEX article_words_search ON article_words USING gin (search, shelves) WITH (fastupdate = off);

-- The newest articles that match, at most `most`, older than article `before` (one more than the newest, to begin with).
-- `kept`: shelves of the function above that every hit stands on (outlet, language). `times`: where given, hits stand on
-- one of these (months or years) as well; `since` and `until` then cut to the moment. A question that only says what shall
-- not be there finds nothing: it would read every article.
-- It reads one shelf, then two, four, eight, sixteen, and then the rest, in which little is left to be found where the page
-- is not full by then. A phrase of words that stand everywhere is compared with every text: it is read shelf by shelf, and
-- no longer than `patience`. Where it stopped, a last row with `unread` says so: nothing at or above that
-- number is unread, and asking again with it as `before` goes on.
CREATE FUNCTION find_articles(wanted tsquery, kept text[], times text[], since timestamptz, until timestamptz,
                              before bigint, most integer, patience interval) RETURNS TABLE (article bigint, unread boolean)
LANGUAGE plpgsql STABLE ROWS 20
-- whatever the planner thinks of a word's frequency, shelves are read through the index or not at all
SET enable_seqscan = off SET enable_indexscan = off AS $$
DECLARE
  began timestamptz := clock_timestamp();
  shelf bigint := (before - 1) >> 13;
  wide bigint := 1;
  phrase boolean := wanted::text ~ '<(-|[0-9]+)>';
  rest integer := most;
  more integer;
  query text := 'SELECT w.article_id, false FROM article_words w WHERE w.search @@ $1 AND w.shelves && $2'
    || CASE WHEN kept <> '{}' THEN ' AND w.shelves @> $3' ELSE '' END
    || CASE WHEN times IS NOT NULL THEN ' AND w.shelves && $4' ELSE '' END
    || CASE WHEN since IS NOT NULL THEN ' AND w.published_at >= $5' ELSE '' END
    || CASE WHEN until IS NOT NULL THEN ' AND w.published_at < $6' ELSE '' END
    || ' AND w.article_id < $7 ORDER BY w.article_id DESC LIMIT $8';
BEGIN
  IF querytree(wanted) IN ('', 'T') THEN
    RETURN;
  END IF;
  WHILE shelf >= 0 AND rest > 0 LOOP
    IF wide > 16 THEN
      RETURN QUERY EXECUTE replace(query, ' AND w.shelves && $2', '')
        USING wanted, NULL::text[], kept, times, since, until, least(before, (shelf + 1) << 13), rest;
      RETURN;
    END IF;
    RETURN QUERY EXECUTE query
      USING wanted, ARRAY(SELECT 'n' || n FROM generate_series(greatest(0, shelf - wide + 1), shelf) n), kept, times, since, until, before, rest;
    GET DIAGNOSTICS more = ROW_COUNT;
    rest := rest - more;
    shelf := shelf - wide;
    wide := CASE WHEN phrase THEN 1 ELSE wide * 2 END;
    IF shelf >= 0 AND rest > 0 AND clock_timestamp() - began > patience THEN
      RETURN QUERY SELECT (shelf + 1) << 13, true;
      RETURN;
    END IF;
  END LOOP;
END $$;
GRANT EXECUTE ON FUNCTION shelves, searched, find_articles TO kiemtin_app;

-- ── the queue and the overview at two hundred thousand cases ──────────────────────────────────────────────────────
-- The closed part of the queue is narrowed by what it is narrowed by while it is open.
CREATE INDEX cases_closed_facets ON cases USING gin (facets) WHERE state = 'closed';
-- What the overview counts of open cases, without looking at the cases.
CREATE INDEX cases_standing ON cases (state, assigned_to, due_at) WHERE state <> 'closed';
-- Whether a case's event went into another is asked for every card.
CREATE INDEX events_merged ON events (id) WHERE merged_into IS NOT NULL;
