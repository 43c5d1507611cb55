-- What the press said. Written by crawler.

-- ── hosts: the gate that keeps pace true across any number of workers ─────────────────────────────────────────────
CREATE TABLE hosts (
  host            text PRIMARY KEY,                  -- bare name: two ports of one machine share one pace
  next_request_at timestamptz NOT NULL DEFAULT '-infinity',   -- nobody asks before this
  last_request_at timestamptz NOT NULL DEFAULT '-infinity',
  quiet_until     timestamptz NOT NULL DEFAULT '-infinity',   -- the server asked for it: Retry-After, 429
  down_until      timestamptz NOT NULL DEFAULT '-infinity',   -- our own patience after a failed connection
  why             text
);
GRANT SELECT, INSERT, UPDATE ON hosts TO kiemtin_app;

-- robots.txt by origin (scheme, host, port), as last read.
CREATE TABLE robots (
  origin     text PRIMARY KEY,
  status     integer,                                -- null: nobody answered
  body       text NOT NULL DEFAULT '',
  why        text,                                   -- why it could not be read: then nothing is asked there
  fetched_at timestamptz NOT NULL DEFAULT now()
);
GRANT SELECT, INSERT, UPDATE ON robots TO kiemtin_app;

-- ── polls of lists: feeds, sitemaps, sections, searches, and front pages where these fail ─────────────────────────
CREATE TABLE rhythms (
  url              text PRIMARY KEY,                 -- as the catalogue names it; the front page where it names none
  source_id        integer NOT NULL REFERENCES sources,
  address_id       integer REFERENCES source_addresses,
  next_poll_at     timestamptz NOT NULL DEFAULT '-infinity',
  interval_minutes real NOT NULL DEFAULT 30,
  etag             text,
  last_modified    text,
  validators_trusted boolean NOT NULL DEFAULT true,  -- false: it answered "not modified" though it was
  proofs           integer NOT NULL DEFAULT 0,       -- full fetches that proved its validators right
  polls_since_full integer NOT NULL DEFAULT 0,
  last_full_at     timestamptz,
  body_sha256      text,
  moved_to         text,                             -- a permanent redirect or an announced new feed, remembered
  failure_score    real NOT NULL DEFAULT 0,          -- hard 1, soft 0.5, temporary 0.25; 0 after a full success
  failures         integer NOT NULL DEFAULT 0,       -- in a row
  polls            bigint NOT NULL DEFAULT 0,
  last_poll_at     timestamptz,
  last_ok_at       timestamptz,
  last_new_at      timestamptz,
  last_outcome     text,
  last_kind        text,                             -- short code of what went wrong, for labels
  last_why         text,
  pinned           boolean NOT NULL DEFAULT false    -- staff hold it at the floor in a storm
);
CREATE INDEX rhythms_due ON rhythms (next_poll_at);
CREATE INDEX rhythms_source ON rhythms (source_id);
GRANT SELECT, INSERT, UPDATE, DELETE ON rhythms TO kiemtin_app;

CREATE TABLE polls (
  id          bigint GENERATED ALWAYS AS IDENTITY,
  source_id   integer NOT NULL,
  url         text NOT NULL,
  started_at  timestamptz NOT NULL,
  ended_at    timestamptz NOT NULL,
  status      integer,
  bytes       integer NOT NULL DEFAULT 0,
  entries     integer NOT NULL DEFAULT 0,
  fresh       integer NOT NULL DEFAULT 0,            -- entries not seen before
  outcome     text NOT NULL,                         -- ok | unchanged | empty | truncated | not_a_feed | failed
  kind        text,
  why         text,
  PRIMARY KEY (id, started_at)
) PARTITION BY RANGE (started_at);
CREATE INDEX polls_source ON polls (source_id, started_at DESC);
GRANT SELECT, INSERT ON polls TO kiemtin_app;

-- ── captures: what was received, before anyone read it ──────────────────────────────────────────────────────────
CREATE TABLE captures (
  id             bigint GENERATED ALWAYS AS IDENTITY,
  at             timestamptz NOT NULL,
  url            text NOT NULL,
  final_url      text NOT NULL,
  status         integer NOT NULL,
  payload_sha256 text NOT NULL,                      -- of the body as received, still compressed
  decoded_sha256 text NOT NULL,
  bytes          bigint NOT NULL,
  warc_file      text NOT NULL,                      -- below KIEMTIN_HOME/captures
  warc_offset    bigint NOT NULL,
  article_id     bigint,
  kind           text NOT NULL DEFAULT 'crawl' CHECK (kind IN ('crawl', 'recheck', 'flag', 'decision', 'handed_in')),
  held           boolean NOT NULL DEFAULT false,     -- belongs to a case: retention passes it by
  PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
CREATE INDEX captures_article ON captures (article_id, at);
GRANT SELECT, INSERT, UPDATE (held, article_id) ON captures TO kiemtin_app;

-- ── articles and their versions ─────────────────────────────────────────────────────────────────────────────────
CREATE TABLE articles (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  source_id      integer NOT NULL REFERENCES sources,
  url            text NOT NULL,                      -- as fetched
  identity       text NOT NULL UNIQUE,               -- canonical form; one article per identity
  canonical_url  text,
  number         text,                               -- the article number in the address: it survives a new slug
  first_seen_at  timestamptz NOT NULL DEFAULT now(),
  state          text NOT NULL DEFAULT 'live' CHECK (state IN ('live', 'gone')),
  gone_at        timestamptz,
  gone_how       text,                               -- 404 | 410 | soft_404 | home
  partial        boolean NOT NULL DEFAULT false,     -- the feed's own text stands in for a page that could not be had
  -- of the latest version, so that lists need no join:
  version_id     bigint,
  title          text NOT NULL,
  lead           text NOT NULL DEFAULT '',
  language       text NOT NULL DEFAULT 'und',
  published_at   timestamptz,
  same_as        bigint REFERENCES articles,         -- its address now leads to that article: shown and exported there
  watched        boolean NOT NULL DEFAULT false,     -- flagged: looked at sooner and longer
  next_look_at   timestamptz NOT NULL DEFAULT 'infinity',
  search         tsvector                            -- title (A), lead (B), text (C), marks kept and folded: see articles.store
);
CREATE INDEX articles_source ON articles (source_id, id DESC);
CREATE INDEX articles_number ON articles (source_id, number) WHERE number IS NOT NULL;
CREATE INDEX articles_title ON articles (source_id, md5(title));
CREATE INDEX articles_seen ON articles (first_seen_at);
CREATE INDEX articles_looks ON articles (next_look_at) WHERE next_look_at < 'infinity';
CREATE INDEX articles_published ON articles (published_at);
CREATE INDEX articles_search ON articles USING gin (search);
GRANT SELECT, INSERT, UPDATE (url, canonical_url, number, state, gone_at, gone_how, partial, version_id, title, lead, language, published_at, search,
                              same_as, watched, next_look_at) ON articles TO kiemtin_app;

-- Other addresses that lead to the article: a second section, AMP, an old slug.
CREATE TABLE article_addresses (
  identity   text PRIMARY KEY,
  article_id bigint NOT NULL REFERENCES articles,
  seen_at    timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX article_addresses_article ON article_addresses (article_id);
GRANT SELECT, INSERT ON article_addresses TO kiemtin_app;

CREATE TABLE versions (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  article_id     bigint NOT NULL REFERENCES articles,
  number         integer NOT NULL,
  seen_at        timestamptz NOT NULL DEFAULT now(),
  capture_id     bigint,
  title          text NOT NULL,
  lead           text NOT NULL DEFAULT '',
  body           text NOT NULL,                      -- whole text, lead included, paragraphs parted by line feeds
  authors        text[] NOT NULL DEFAULT '{}',
  published_at   timestamptz,
  published_raw  text,
  published_from text CHECK (published_from IN ('json-ld', 'meta', 'feed', 'url', 'text')),
  published_assumed boolean NOT NULL DEFAULT false,  -- no zone was stated
  modified_at    timestamptz,
  site_name      text,
  language       text NOT NULL DEFAULT 'und',
  text_sha256    text NOT NULL,                      -- of title, line feed, body, UTF-8
  reader         text NOT NULL,                      -- which reader made this of the capture
  UNIQUE (article_id, number)
);
CREATE INDEX versions_text ON versions (text_sha256);
CREATE TRIGGER versions_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON versions
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
GRANT SELECT, INSERT ON versions TO kiemtin_app;

-- ── links: the ledger; every listed address and its one fate ────────────────────────────────────────────────────
CREATE TABLE links (
  identity      text PRIMARY KEY,
  source_id     integer NOT NULL REFERENCES sources,
  list_url      text NOT NULL,                       -- where it was first found
  url           text NOT NULL,
  entry         jsonb NOT NULL DEFAULT '{}',         -- what the list itself said: title, summary, published …
  digest        text NOT NULL DEFAULT '',            -- changes when the list says something else about it
  digests       integer NOT NULL DEFAULT 0,          -- how often it did: a flapping entry is left alone
  found_at      timestamptz NOT NULL DEFAULT now(),
  listed_at     timestamptz NOT NULL DEFAULT now(),  -- when a list last named it; kept only while it is set aside
  fate          text NOT NULL DEFAULT 'pending' CHECK (fate IN ('pending', 'stored', 'set_aside', 'retry')),
  kind          text,                                -- short code of the reason, for labels: robots, http_403, challenge …
  why           text,
  tries         integer NOT NULL DEFAULT 0,
  next_try_at   timestamptz NOT NULL DEFAULT '-infinity',   -- 'infinity': never again by itself
  article_id    bigint REFERENCES articles
);
CREATE INDEX links_open ON links (source_id, next_try_at) WHERE fate IN ('pending', 'retry');
CREATE INDEX links_again ON links (source_id, next_try_at) WHERE fate = 'set_aside' AND next_try_at < 'infinity';
CREATE INDEX links_set_aside ON links (source_id, found_at DESC) WHERE fate = 'set_aside';
GRANT SELECT, INSERT, UPDATE ON links TO kiemtin_app;

-- ── looks: re-checks of stored articles ─────────────────────────────────────────────────────────────────────────
CREATE TABLE looks (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  article_id  bigint NOT NULL REFERENCES articles,
  at          timestamptz NOT NULL DEFAULT now(),
  outcome     text NOT NULL,                         -- unchanged | changed | missing | back | failed
  how         text,
  capture_id  bigint
);
CREATE INDEX looks_article ON looks (article_id, at DESC);
GRANT SELECT, INSERT ON looks TO kiemtin_app;

-- A fresh look or capture asked for by another room (flag, decision); the crawler answers it.
CREATE TABLE capture_requests (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  article_id  bigint NOT NULL REFERENCES articles,
  kind        text NOT NULL CHECK (kind IN ('recheck', 'flag', 'decision')),
  asked_at    timestamptz NOT NULL DEFAULT now(),
  asked_by    text NOT NULL,
  answered_at timestamptz,
  outcome     text,
  capture_id  bigint
);
CREATE INDEX capture_requests_open ON capture_requests (asked_at) WHERE answered_at IS NULL;
GRANT SELECT, INSERT, UPDATE ON capture_requests TO kiemtin_app;

-- ── source health: what staff are told ──────────────────────────────────────────────────────────────────────────
CREATE TABLE source_health (
  source_id   integer PRIMARY KEY REFERENCES sources,
  state       text NOT NULL,                         -- ok | failing | silent | volume | empty | unprobed
  sentence    text NOT NULL,                         -- one sentence for the sources screen, Vietnamese
  sentence_en text NOT NULL,
  since_at    timestamptz NOT NULL DEFAULT now(),
  last_article_at timestamptz,
  computed_at timestamptz NOT NULL DEFAULT now()
);
GRANT SELECT, INSERT, UPDATE ON source_health TO kiemtin_app;

-- ── months: logs and captures are partitioned by month and dropped, not deleted ───────────────────────────────────
-- A default partition takes what falls outside the months made in advance, so that an insert never fails.
CREATE TABLE polls_rest PARTITION OF polls DEFAULT;
CREATE TABLE captures_rest PARTITION OF captures DEFAULT;

-- Makes the partitions of this month and the next; called at every migration and daily by the desk worker.
-- SECURITY DEFINER: the application owns no tables and therefore cannot make them itself.
CREATE FUNCTION ensure_months(around timestamptz DEFAULT now()) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  parent text;
  first date;
  made integer := 0;
BEGIN
  FOREACH parent IN ARRAY ARRAY['polls', 'captures'] LOOP
    FOR n IN 0..1 LOOP
      first := (date_trunc('month', around AT TIME ZONE 'UTC') + make_interval(months => n))::date;
      IF to_regclass(format('%I', parent || to_char(first, '_YYYY_MM'))) IS NULL THEN
        -- rows may already stand in the default partition (a clock that jumped): then that month stays there
        BEGIN
          EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
                         parent || to_char(first, '_YYYY_MM'), parent,
                         first || ' 00:00+00', (first + interval '1 month')::date || ' 00:00+00');
          made := made + 1;
        EXCEPTION WHEN check_violation THEN NULL;
        END;
      END IF;
    END LOOP;
  END LOOP;
  RETURN made;
END $$;
GRANT EXECUTE ON FUNCTION ensure_months TO kiemtin_app;

-- Drops months that lie wholly before the given time: polls, and captures of which none belongs to a case. Never younger
-- than 30 days, whoever asks. Returns the names of what was dropped.
CREATE FUNCTION drop_months(before timestamptz) RETURNS text[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  child record;
  ends timestamptz;
  held boolean;
  dropped text[] := '{}';
BEGIN
  FOR child IN
    SELECT c.relname AS name, p.relname AS parent FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    JOIN pg_class p ON p.oid = i.inhparent
    WHERE p.relname IN ('polls', 'captures') AND c.relname ~ '_[0-9]{4}_[0-9]{2}$' AND p.relnamespace = 'public'::regnamespace
    ORDER BY c.relname
  LOOP
    ends := (to_date(right(child.name, 7), 'YYYY_MM') + interval '1 month') AT TIME ZONE 'UTC';
    CONTINUE WHEN ends > before OR ends > now() - interval '30 days';
    IF child.parent = 'captures' THEN
      EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE held)', child.name) INTO held;
      CONTINUE WHEN held;
    END IF;
    EXECUTE format('DROP TABLE %I', child.name);
    dropped := dropped || child.name;
  END LOOP;
  RETURN dropped;
END $$;
GRANT EXECUTE ON FUNCTION drop_months TO kiemtin_app;
