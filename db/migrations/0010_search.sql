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

-- The newest articles that match, at most `most`, older than article `before` where that is given. `kept`: shelves of the
-- function above that every hit stands on (outlet, language). `times`: where given, hits stand on one of these (months or
-- years) as well; `since` and `until` then cut to the moment.
-- The plan is fixed: whatever the planner thinks of a word's frequency, a shelf is read through the index or not at all.
CREATE FUNCTION find_articles(wanted tsquery, kept text[], times text[], since timestamptz, until timestamptz,
                              before bigint, most integer) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE ROWS 20
SET enable_seqscan = off SET enable_indexscan = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  shelf bigint := (SELECT least(before - 1, max(article_id)) >> 13 FROM article_words);
  rest integer := most;
  more integer;
BEGIN
  IF numnode(wanted) = 0 THEN
    RETURN;
  END IF;
  WHILE shelf >= 0 AND rest > 0 LOOP
    IF times IS NULL THEN
      RETURN QUERY SELECT w.article_id FROM article_words w
        WHERE w.search @@ wanted AND w.shelves @> (kept || ('n' || shelf))
          AND (before IS NULL OR w.article_id < before)
          AND (since IS NULL OR w.published_at >= since) AND (until IS NULL OR w.published_at < until)
        ORDER BY w.article_id DESC LIMIT rest;
    ELSE
      RETURN QUERY SELECT w.article_id FROM article_words w
        WHERE w.search @@ wanted AND w.shelves @> (kept || ('n' || shelf)) AND w.shelves && times
          AND (before IS NULL OR w.article_id < before)
          AND (since IS NULL OR w.published_at >= since) AND (until IS NULL OR w.published_at < until)
        ORDER BY w.article_id DESC LIMIT rest;
    END IF;
    GET DIAGNOSTICS more = ROW_COUNT;
    rest := rest - more;
    shelf := shelf - 1;
  END LOOP;
END $$;
GRANT EXECUTE ON FUNCTION shelves, searched, find_articles TO kiemtin_app;
