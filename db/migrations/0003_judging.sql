-- What deserves a human eye, and why. Written by classifier.

CREATE TABLE models (
  id         integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name       text NOT NULL UNIQUE,                   -- made of its data and settings
  state      text NOT NULL DEFAULT 'challenger' CHECK (state IN ('challenger', 'champion', 'retired')),
  trained_at timestamptz NOT NULL DEFAULT now(),
  rules      text NOT NULL,                          -- version of rules and lexicons it was made with
  card       jsonb NOT NULL,                         -- data, metrics with intervals, known failures, forbidden uses
  artifact   bytea                                   -- vocabulary and coefficients; null: rules and lexicons alone
);
CREATE UNIQUE INDEX models_one_champion ON models (state) WHERE state = 'champion';
GRANT SELECT, INSERT, UPDATE (state) ON models TO kiemtin_app;

-- One judgement per version of an article and model; never overwritten. The newest is the one that counts.
CREATE TABLE judgements (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  article_id  bigint NOT NULL REFERENCES articles,
  version_id  bigint NOT NULL REFERENCES versions,
  model       text NOT NULL,                         -- models.name, or 'rules' before any training
  judged_at   timestamptz NOT NULL DEFAULT now(),
  relevance   text NOT NULL CHECK (relevance IN ('core', 'mention', 'none')),
  relevance_score real NOT NULL,
  harm        real NOT NULL,  harm_band      text NOT NULL CHECK (harm_band IN ('low', 'medium', 'high')),
  criticism   real NOT NULL,  criticism_band text NOT NULL CHECK (criticism_band IN ('low', 'medium', 'high')),
  needs_check real NOT NULL,  check_band     text NOT NULL CHECK (check_band IN ('low', 'medium', 'high')),
  rebuttal    real NOT NULL,  rebuttal_band  text NOT NULL CHECK (rebuttal_band IN ('low', 'medium', 'high')),
  topics      text[] NOT NULL DEFAULT '{}',
  priority    real NOT NULL,
  result      jsonb NOT NULL,                        -- the whole judgement as `kiemtin judge` prints it
  UNIQUE (version_id, model)
);
CREATE INDEX judgements_article ON judgements (article_id, id DESC);
CREATE TRIGGER judgements_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON judgements
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
GRANT SELECT, INSERT ON judgements TO kiemtin_app;

-- Where a place is named in a version. place = catalogue name of the unit; territory: old_laocai | yenbai | new.
CREATE TABLE mentions (
  version_id  bigint NOT NULL REFERENCES versions,
  article_id  bigint NOT NULL REFERENCES articles,
  place       text NOT NULL,
  territory   text,
  as_written  text NOT NULL,
  start_at    integer NOT NULL,                      -- code points of title, line feed, body
  end_at      integer NOT NULL,
  PRIMARY KEY (version_id, start_at, place)
);
CREATE INDEX mentions_place ON mentions (place, article_id);
CREATE INDEX mentions_article ON mentions (article_id);
GRANT SELECT, INSERT ON mentions TO kiemtin_app;

-- Copies: this article takes over another's text. first = the first publication of the group.
CREATE TABLE copies (
  article_id bigint PRIMARY KEY REFERENCES articles,
  copy_of    bigint NOT NULL REFERENCES articles,
  similarity real NOT NULL,
  method     text NOT NULL,                          -- whole | excerpt
  found_at   timestamptz NOT NULL DEFAULT now(),
  CHECK (article_id <> copy_of)
);
CREATE INDEX copies_of ON copies (copy_of);
GRANT SELECT, INSERT, UPDATE, DELETE ON copies TO kiemtin_app;

-- Events: one happening, told by many. The summary columns serve the queue and are recomputed with each new member.
CREATE TABLE events (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  title          text NOT NULL,
  started_at     timestamptz NOT NULL,               -- first publication
  last_at        timestamptz NOT NULL,
  first_article_id bigint NOT NULL REFERENCES articles,
  articles       integer NOT NULL DEFAULT 1,
  outlets        integer NOT NULL DEFAULT 1,         -- copies not counted
  languages      text[] NOT NULL DEFAULT '{}',
  scopes         text[] NOT NULL DEFAULT '{}',       -- domestic | foreign
  source_names   text[] NOT NULL DEFAULT '{}',
  places         text[] NOT NULL DEFAULT '{}',
  territories    text[] NOT NULL DEFAULT '{}',
  topics         text[] NOT NULL DEFAULT '{}',
  relevance      text NOT NULL DEFAULT 'none',       -- the best of its members
  harm_band      text NOT NULL DEFAULT 'low',
  criticism_band text NOT NULL DEFAULT 'low',
  check_band     text NOT NULL DEFAULT 'low',
  is_rebuttal    boolean NOT NULL DEFAULT false,
  priority       real NOT NULL DEFAULT 0,
  reasons        jsonb NOT NULL DEFAULT '[]',        -- strongest first: signal, rule, text, article, start, end
  differences    jsonb NOT NULL DEFAULT '[]',        -- what outlets tell differently: kind, label, values with articles
  flagged        boolean NOT NULL DEFAULT false,     -- deserves a human eye: a case is opened by trigger (0004)
  selected_by    text,                               -- priority | uncertainty | audit | rule | report
  inclusion      real,                               -- probability with which it was selected
  merged_into    bigint REFERENCES events,
  updated_at     timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX events_last ON events (last_at DESC);
GRANT SELECT, INSERT, UPDATE ON events TO kiemtin_app;

CREATE TABLE event_members (
  article_id bigint PRIMARY KEY REFERENCES articles,
  event_id   bigint NOT NULL REFERENCES events,
  joined_at  timestamptz NOT NULL DEFAULT now(),
  by_staff   boolean NOT NULL DEFAULT false          -- placed by a person: the machine leaves it there
);
CREATE INDEX event_members_event ON event_members (event_id);
GRANT SELECT, INSERT, UPDATE, DELETE ON event_members TO kiemtin_app;

-- ── what grouping remembers, so that the next article is compared with it and nobody reads the archive ─────────────
-- A text as its hashed shingles (sorted 32-bit numbers); the smallest of them stand in copy_keys, where candidates are found.
CREATE TABLE copy_prints (
  article_id bigint PRIMARY KEY REFERENCES articles,
  version_id bigint NOT NULL REFERENCES versions,
  at         timestamptz NOT NULL,                   -- publication, or first sight
  hashes     bytea NOT NULL,
  standing   boolean NOT NULL DEFAULT false          -- a line that a paper prints under many titles
);
ALTER TABLE copy_prints ALTER COLUMN hashes SET STORAGE EXTERNAL;  -- hashes do not compress; trying costs time
CREATE INDEX copy_prints_at ON copy_prints (at);
CREATE TABLE copy_keys (
  key        integer NOT NULL,
  article_id bigint NOT NULL,
  PRIMARY KEY (key, article_id)
);
CREATE INDEX copy_keys_article ON copy_keys (article_id);
GRANT SELECT, INSERT, UPDATE, DELETE ON copy_prints, copy_keys TO kiemtin_app;

-- An event as the sum of its members' features. A merged event keeps its profile: it leads to the one it went into.
CREATE TABLE event_profiles (
  event_id  bigint PRIMARY KEY REFERENCES events,
  parts     bytea[] NOT NULL,                        -- feature numbers and weights (classifier/events.py)
  provinces text[] NOT NULL DEFAULT '{}',
  kinds     text[] NOT NULL DEFAULT '{}',
  members   integer NOT NULL DEFAULT 1,
  roundup   boolean NOT NULL DEFAULT false,          -- only a roundup tells of it so far
  started_at timestamptz NOT NULL,
  last_at   timestamptz NOT NULL
);
ALTER TABLE event_profiles ALTER COLUMN parts SET STORAGE EXTERNAL;
CREATE INDEX event_profiles_last ON event_profiles (last_at);
CREATE TABLE event_keys (
  key      integer NOT NULL,
  event_id bigint NOT NULL,
  PRIMARY KEY (key, event_id)
);
CREATE INDEX event_keys_event ON event_keys (event_id);
GRANT SELECT, INSERT, UPDATE, DELETE ON event_profiles, event_keys TO kiemtin_app;

-- In how many articles each feature stood; one row, rewritten now and then (losing a few counts changes nothing).
CREATE TABLE backgrounds (
  name    text PRIMARY KEY,
  data    bytea NOT NULL,
  made_at timestamptz NOT NULL DEFAULT now()
);
GRANT SELECT, INSERT, UPDATE ON backgrounds TO kiemtin_app;

-- How far a model has come: every version up to done_to is judged by it, or was older than it cared for.
CREATE TABLE judging_progress (
  model   text PRIMARY KEY,
  done_to bigint NOT NULL
);
GRANT SELECT, INSERT, UPDATE ON judging_progress TO kiemtin_app;

-- Staff split, merge, move: review_ui writes the wish, the classifier applies it.
CREATE TABLE event_corrections (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind        text NOT NULL CHECK (kind IN ('split', 'merge', 'move')),
  event_id    bigint NOT NULL REFERENCES events,
  article_ids bigint[] NOT NULL DEFAULT '{}',        -- split: these leave; move: these go to into_event
  into_event  bigint REFERENCES events,
  reason      text,
  asked_by    integer NOT NULL REFERENCES users,
  asked_at    timestamptz NOT NULL DEFAULT now(),
  applied_at  timestamptz,
  outcome     text
);
CREATE INDEX event_corrections_open ON event_corrections (id) WHERE applied_at IS NULL;
GRANT SELECT, INSERT, UPDATE (applied_at, outcome) ON event_corrections TO kiemtin_app;

-- What each night's look at the model said: drift, the audit's estimate of recall, alarms. One row a day.
CREATE TABLE model_watch (
  on_day  date PRIMARY KEY,
  model   text NOT NULL,                             -- models.name, or 'rules'
  report  jsonb NOT NULL,                            -- drift, recall with interval, alarms (docs/judging.md)
  made_at timestamptz NOT NULL DEFAULT now()
);
GRANT SELECT, INSERT ON model_watch TO kiemtin_app;
