-- What people decide. Written by review_ui. Three axes that never mix: the state of a case (where the work stands),
-- the stance of an article (how it treats the province), the verdict on a claim (what was established).

-- Nothing that a person could read: empty, or blanks of any kind, the invisible ones included.
CREATE FUNCTION blank(t text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT t IS NULL OR t ~ '^[\s\u00a0\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u206f\u3000\ufeff]*$'
$$;
GRANT EXECUTE ON FUNCTION blank TO kiemtin_app;

-- ── the states and the one table of steps between them; the help page draws its picture from here ──────────────
CREATE TABLE case_states (state text PRIMARY KEY, position integer NOT NULL UNIQUE);
INSERT INTO case_states VALUES
  ('flagged', 1), ('triage', 2), ('verify', 3), ('waiting', 4), ('decide', 5), ('respond', 6), ('publish', 7),
  ('published', 8), ('follow_up', 9), ('closed', 10);
GRANT SELECT ON case_states TO kiemtin_app;

CREATE TABLE transitions (
  from_state   text NOT NULL REFERENCES case_states,
  action       text NOT NULL,
  to_state     text NOT NULL REFERENCES case_states,
  roles        text[] NOT NULL,
  needs_reason boolean NOT NULL DEFAULT false,
  PRIMARY KEY (from_state, action)
);
INSERT INTO transitions (from_state, action, to_state, roles, needs_reason) VALUES
  ('flagged',   'take',           'triage',    '{monitor,verifier,approver}', false),
  -- one key per plain decision: a decision on a flagged card is take and decide in one step
  ('flagged',   'dismiss',        'closed',    '{monitor,verifier,approver}', true),
  ('flagged',   'escalate',       'verify',    '{monitor,verifier,approver}', false),
  ('flagged',   'route_critical', 'respond',   '{monitor,verifier,approver}', false),
  ('flagged',   'merge',          'closed',    '{monitor,verifier,approver}', true),
  ('triage',    'dismiss',        'closed',    '{monitor,verifier,approver}', true),
  ('triage',    'merge',          'closed',    '{monitor,verifier,approver}', true),
  ('triage',    'escalate',       'verify',    '{monitor,verifier,approver}', false),
  ('triage',    'route_critical', 'respond',   '{monitor,verifier,approver}', false),
  ('triage',    'release',        'flagged',   '{monitor,verifier,approver}', false),
  ('verify',    'propose',        'decide',    '{verifier,approver}', false),
  ('verify',    'need_info',      'waiting',   '{verifier,approver}', true),
  ('verify',    'refer',          'closed',    '{verifier,approver}', true),
  ('verify',    'route_critical', 'respond',   '{verifier,approver}', true),
  ('verify',    'dismiss',        'closed',    '{verifier,approver}', true),
  ('waiting',   'resume',         'verify',    '{verifier,approver}', false),
  ('decide',    'approve',        'respond',   '{approver}', false),
  ('decide',    'return',         'verify',    '{approver}', true),
  ('decide',    'split',          'decide',    '{approver}', true),
  ('respond',   'to_publish',     'publish',   '{approver}', false),
  ('respond',   'answered',       'follow_up', '{approver}', false),
  ('respond',   'no_response',    'closed',    '{approver}', true),
  ('respond',   'return',         'verify',    '{verifier,approver}', true),
  ('publish',   'publish',        'published', '{approver}', false),
  ('publish',   'return',         'respond',   '{approver}', true),
  ('published', 'follow',         'follow_up', '{verifier,approver}', false),
  ('published', 'correct',        'decide',    '{approver}', true),
  ('published', 'withdraw',       'decide',    '{approver}', true),
  ('follow_up', 'close',          'closed',    '{verifier,approver}', true),
  ('follow_up', 'correct',        'decide',    '{approver}', true),
  ('closed',    'reopen',         'triage',    '{verifier,approver}', true);
GRANT SELECT ON transitions TO kiemtin_app;

-- ── cases: one per event; opened by the database when an event is flagged ───────────────────────────────────────
CREATE TABLE cases (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event_id    bigint UNIQUE REFERENCES events,       -- null: opened from a report before any press item
  title       text NOT NULL,
  state       text NOT NULL DEFAULT 'flagged' REFERENCES case_states,
  version     integer NOT NULL DEFAULT 1,            -- a stale write is refused
  opened_at   timestamptz NOT NULL DEFAULT now(),
  opened_by   text NOT NULL DEFAULT 'classifier',    -- classifier | report | staff
  changed_at  timestamptz NOT NULL DEFAULT now(),
  priority    real NOT NULL DEFAULT 0,               -- copied from the event: the queue reads one index
  field       text,                                  -- one of the national centre's eight fields
  critical    boolean NOT NULL DEFAULT false,        -- on the road of accurate criticism: it can never be published
  restricted  boolean NOT NULL DEFAULT false,        -- personal data, party discipline: a narrower view
  emergency   boolean NOT NULL DEFAULT false,
  assigned_to integer REFERENCES users,
  agency      text,                                  -- the office that owes the answer (catalogue name)
  due_at      timestamptz,
  outcome     text,                                  -- when closed
  wants_second boolean NOT NULL DEFAULT false,       -- a second, blind opinion is wanted and not yet given
  -- what the queue filters by, copied from the event: 'check:high', 'place:…', 'outlet:…', 'lang:…', 'scope:…',
  -- 'relevance:…', 'rebuttal'. One index answers any mixture of filters.
  facets      text[] NOT NULL DEFAULT '{}'
);
CREATE INDEX cases_queue ON cases (state, priority DESC, id DESC);
CREATE INDEX cases_open ON cases (priority DESC, id DESC) WHERE state <> 'closed';
CREATE INDEX cases_due ON cases (due_at) WHERE state <> 'closed' AND due_at IS NOT NULL;
CREATE INDEX cases_mine ON cases (assigned_to) WHERE state <> 'closed';
CREATE INDEX cases_facets ON cases USING gin (facets) WHERE state <> 'closed';
CREATE INDEX cases_closed ON cases (changed_at DESC, id DESC) WHERE state = 'closed';
CREATE INDEX cases_second ON cases (priority DESC, id DESC) WHERE wants_second;
-- the planner must know how common the common facets are
ALTER TABLE cases ALTER COLUMN facets SET STATISTICS 500;
-- No UPDATE of state, version, critical: they move only by case_actions.
GRANT SELECT, INSERT (event_id, title, opened_by, priority, field, restricted, emergency) ON cases TO kiemtin_app;
GRANT UPDATE (title, field, restricted, emergency, assigned_to, agency, due_at) ON cases TO kiemtin_app;

CREATE FUNCTION facets_of(e events) RETURNS text[]
LANGUAGE sql IMMUTABLE AS $$
  SELECT array_remove(
    ARRAY['check:' || e.check_band, 'harm:' || e.harm_band, 'criticism:' || e.criticism_band, 'relevance:' || e.relevance,
          CASE WHEN e.is_rebuttal THEN 'rebuttal' END]
    || ARRAY(SELECT 'place:' || v FROM unnest(e.places) v) || ARRAY(SELECT 'outlet:' || v FROM unnest(e.source_names) v)
    || ARRAY(SELECT 'lang:' || v FROM unnest(e.languages) v) || ARRAY(SELECT 'scope:' || v FROM unnest(e.scopes) v)
    || ARRAY(SELECT 'topic:' || v FROM unnest(e.topics) v), NULL)
$$;

-- A flagged event opens its case; the case follows the event's priority. Runs as the owner because the classifier
-- decides only about events.
CREATE FUNCTION open_case() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  IF NEW.flagged AND NEW.merged_into IS NULL THEN
    INSERT INTO cases (event_id, title, priority, facets) VALUES (NEW.id, NEW.title, NEW.priority, facets_of(NEW))
    ON CONFLICT (event_id) DO UPDATE SET priority = EXCLUDED.priority, facets = EXCLUDED.facets
      WHERE (cases.priority, cases.facets) IS DISTINCT FROM (EXCLUDED.priority, EXCLUDED.facets);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER flagged_events_open_cases AFTER INSERT OR UPDATE OF flagged, priority, merged_into, places, source_names, languages, scopes, topics, relevance,
  check_band, harm_band, criticism_band, is_rebuttal ON events
  FOR EACH ROW EXECUTE FUNCTION open_case();

-- Who works on it, for whom, until when: audited, though not a movement.
CREATE FUNCTION audit_case_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  kept text[] := ARRAY['title', 'field', 'restricted', 'emergency', 'assigned_to', 'agency', 'due_at'];
  was jsonb := (SELECT jsonb_object_agg(key, value) FROM jsonb_each(to_jsonb(OLD)) WHERE key = ANY (kept));
  now_is jsonb := (SELECT jsonb_object_agg(key, value) FROM jsonb_each(to_jsonb(NEW)) WHERE key = ANY (kept));
BEGIN
  IF was IS DISTINCT FROM now_is THEN
    PERFORM audit_note(acting(), NULL, 'case.change', 'case:' || NEW.id, was, now_is);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER cases_are_audited AFTER UPDATE OF title, field, restricted, emergency, assigned_to, agency, due_at ON cases
  FOR EACH ROW EXECUTE FUNCTION audit_case_change();

-- ── every movement of a case ────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE case_actions (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  case_id    bigint NOT NULL REFERENCES cases,
  action     text NOT NULL,
  from_state text NOT NULL,
  to_state   text NOT NULL,
  actor_id   integer NOT NULL REFERENCES users,
  at         timestamptz NOT NULL DEFAULT now(),
  reason     text,
  data       jsonb NOT NULL DEFAULT '{}',
  seen_version integer NOT NULL,                     -- the version of the case the person was looking at
  reverses   bigint REFERENCES case_actions          -- undo is an action of its own
);
CREATE INDEX case_actions_case ON case_actions (case_id, id);
CREATE INDEX case_actions_actor ON case_actions (actor_id, id DESC);
CREATE TRIGGER case_actions_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON case_actions
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
GRANT SELECT, INSERT ON case_actions TO kiemtin_app;

-- Checks and carries out a movement: the transition stands in the table, the role may do it, the version is the one
-- seen, a reason is given where one is due. Everything a screen promises is refused here again, whoever asks.
CREATE FUNCTION move_case() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  c cases%ROWTYPE;
  t transitions%ROWTYPE;
  u users%ROWTYPE;
  undone case_actions%ROWTYPE;
BEGIN
  SELECT * INTO c FROM cases WHERE id = NEW.case_id FOR UPDATE;
  SELECT * INTO u FROM users WHERE id = NEW.actor_id;
  IF u.id IS NULL OR u.disabled_at IS NOT NULL THEN
    RAISE EXCEPTION 'the account is unknown or disabled' USING ERRCODE = 'KT403';
  END IF;
  IF c.version <> NEW.seen_version THEN
    RAISE EXCEPTION 'case % changed meanwhile (version %, seen %)', c.id, c.version, NEW.seen_version USING ERRCODE = 'KT409';
  END IF;
  NEW.from_state := c.state;
  NEW.at := clock_timestamp();
  IF NEW.action = 'undo' THEN
    SELECT * INTO undone FROM case_actions WHERE case_id = c.id ORDER BY id DESC LIMIT 1;
    IF undone.id IS DISTINCT FROM NEW.reverses OR undone.actor_id <> NEW.actor_id OR undone.action IN ('undo', 'approve', 'publish')
       OR undone.at < clock_timestamp() - interval '15 seconds' THEN
      RAISE EXCEPTION 'only one''s own last step can be undone, within ten seconds' USING ERRCODE = 'KT409';
    END IF;
    NEW.to_state := undone.from_state;
    UPDATE cases SET critical = CASE WHEN undone.action = 'route_critical' AND undone.from_state <> 'closed' THEN false ELSE critical END,
           wants_second = CASE WHEN EXISTS (SELECT FROM reviews WHERE case_action = undone.id) THEN false ELSE wants_second END
     WHERE id = c.id;
  ELSE
    SELECT * INTO t FROM transitions WHERE from_state = c.state AND action = NEW.action;
    IF t.action IS NULL THEN
      RAISE EXCEPTION 'a case in state "%" has no step "%"', c.state, NEW.action USING ERRCODE = 'KT409';
    END IF;
    IF NOT u.role = ANY (t.roles) THEN
      RAISE EXCEPTION 'the step "%" is not for the role "%"', NEW.action, u.role USING ERRCODE = 'KT403';
    END IF;
    IF t.needs_reason AND blank(NEW.reason) THEN
      RAISE EXCEPTION 'the step "%" needs a reason', NEW.action USING ERRCODE = 'KT422';
    END IF;
    NEW.to_state := t.to_state;
    PERFORM guard_step(c, NEW);
  END IF;
  UPDATE cases SET state = NEW.to_state, version = version + 1, changed_at = NEW.at,
         critical = critical OR NEW.action = 'route_critical',
         outcome = CASE WHEN NEW.to_state = 'closed' THEN coalesce(NEW.data->>'outcome', NEW.action) END
   WHERE id = c.id;
  PERFORM audit_note(u.name, u.role, 'case.' || NEW.action, 'case:' || c.id,
                     jsonb_build_object('state', c.state), jsonb_build_object('state', NEW.to_state), NEW.reason);
  RETURN NEW;
END $$;

-- ── leases: who is looking at a case now ────────────────────────────────────────────────────────────────────────
CREATE TABLE leases (
  case_id    bigint PRIMARY KEY REFERENCES cases,
  user_id    integer NOT NULL REFERENCES users,
  taken_at   timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL                    -- five minutes after the last heartbeat
);
CREATE INDEX leases_user ON leases (user_id);
GRANT SELECT, INSERT, UPDATE, DELETE ON leases TO kiemtin_app;

-- ── reviews: what a person thought a flagged event deserves; the classifier learns from these, never from verdicts ──
CREATE TABLE reviews (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  case_id     bigint NOT NULL REFERENCES cases,
  event_id    bigint REFERENCES events,
  user_id     integer NOT NULL REFERENCES users,
  at          timestamptz NOT NULL DEFAULT now(),
  outcome     text NOT NULL CHECK (outcome IN ('dismiss', 'escalate', 'route_critical', 'merge')),
  signals     text[] NOT NULL DEFAULT '{}',          -- which signals were right, where the person said so
  relevance   text CHECK (relevance IN ('core', 'mention', 'none')),
  reason      text,
  outside_text boolean NOT NULL DEFAULT false,       -- the reason does not stand in the text: left out of training
  blind       boolean NOT NULL DEFAULT false,        -- given without seeing the first opinion or the score
  only_article bigint REFERENCES articles,           -- "only this one" of the event
  guideline   text NOT NULL DEFAULT '1',
  case_action bigint REFERENCES case_actions
);
CREATE INDEX reviews_case ON reviews (case_id, id);
CREATE TRIGGER reviews_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON reviews
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
GRANT SELECT, INSERT ON reviews TO kiemtin_app;

-- Who reads only decides nothing: leaders and administrators write no content, whichever way they come.
CREATE FUNCTION check_writer() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  writer integer := (to_jsonb(NEW) ->> TG_ARGV[0])::integer;
  allowed text[] := string_to_array(TG_ARGV[1], ' ');
  u users%ROWTYPE;
BEGIN
  IF writer IS NULL THEN
    RETURN NEW;  -- proposed by the machine, where the column allows it
  END IF;
  SELECT * INTO u FROM users WHERE id = writer;
  IF u.id IS NULL OR u.disabled_at IS NOT NULL THEN
    RAISE EXCEPTION 'the account is unknown or disabled' USING ERRCODE = 'KT403';
  END IF;
  IF NOT u.role = ANY (allowed) THEN
    IF 'monitor' = ANY (allowed) THEN
      RAISE EXCEPTION 'content is decided by monitors, verifiers and approvers' USING ERRCODE = 'KT403';
    END IF;
    RAISE EXCEPTION 'evidence is kept by verifiers and approvers' USING ERRCODE = 'KT403';
  END IF;
  RETURN NEW;
END $$;
-- What stands of the opinions: not taken back by an undo. The classifier learns from these.
CREATE VIEW standing_reviews AS
  SELECT r.id, r.case_id, r.event_id, r.user_id, r.at, r.outcome, r.signals, r.relevance, r.reason, r.outside_text, r.blind,
         r.only_article, r.guideline, r.case_action
    FROM reviews r
   WHERE r.case_action IS NULL OR NOT EXISTS (SELECT FROM case_actions a WHERE a.reverses = r.case_action);
GRANT SELECT ON standing_reviews TO kiemtin_app;
CREATE INDEX case_actions_reverses ON case_actions (reverses) WHERE reverses IS NOT NULL;

CREATE TRIGGER reviews_are_by_staff BEFORE INSERT ON reviews
  FOR EACH ROW EXECUTE FUNCTION check_writer('user_id', 'monitor verifier approver');

-- A second, blind opinion is wanted where the first one starts work for others, or lets go what the machine doubted.
-- The doubt is the case's own facet: no verdict and no stance has a part in it.
CREATE FUNCTION want_second() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  IF NEW.only_article IS NOT NULL OR NEW.event_id IS NULL THEN
    RETURN NULL;
  ELSIF NEW.blind THEN
    UPDATE cases SET wants_second = false WHERE id = NEW.case_id AND wants_second;
  ELSIF NOT EXISTS (SELECT FROM standing_reviews WHERE case_id = NEW.case_id AND id <> NEW.id AND only_article IS NULL) THEN
    UPDATE cases SET wants_second = true
     WHERE id = NEW.case_id AND (NEW.outcome IN ('escalate', 'route_critical') OR facets && '{check:high}');
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER reviews_want_a_second AFTER INSERT ON reviews FOR EACH ROW EXECUTE FUNCTION want_second();

-- Where two opinions differ, a third person says which one the guideline means; the classifier learns from this one.
CREATE TABLE adjudications (
  id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  case_id  bigint NOT NULL UNIQUE REFERENCES cases,
  outcome  text NOT NULL CHECK (outcome IN ('dismiss', 'escalate', 'route_critical')),
  reason   text NOT NULL CHECK (NOT blank(reason)),
  user_id  integer NOT NULL REFERENCES users,
  at       timestamptz NOT NULL DEFAULT now()
);
CREATE TRIGGER adjudications_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON adjudications
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER adjudications_are_by_staff BEFORE INSERT ON adjudications
  FOR EACH ROW EXECUTE FUNCTION check_writer('user_id', 'monitor verifier approver');
GRANT SELECT, INSERT ON adjudications TO kiemtin_app;

CREATE TABLE stances (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  article_id bigint NOT NULL REFERENCES articles,
  stance     text NOT NULL CHECK (stance IN ('favourable', 'neutral', 'critical')),
  user_id    integer NOT NULL REFERENCES users,
  at         timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX stances_article ON stances (article_id, id DESC);
GRANT SELECT, INSERT ON stances TO kiemtin_app;
CREATE TRIGGER stances_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON stances
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER stances_are_by_staff BEFORE INSERT ON stances
  FOR EACH ROW EXECUTE FUNCTION check_writer('user_id', 'monitor verifier approver');

CREATE TABLE notes (
  id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  case_id bigint NOT NULL REFERENCES cases,
  user_id integer NOT NULL REFERENCES users,
  at      timestamptz NOT NULL DEFAULT now(),
  body    text NOT NULL CHECK (NOT blank(body))
);
CREATE INDEX notes_case ON notes (case_id, id);
GRANT SELECT, INSERT ON notes TO kiemtin_app;
CREATE TRIGGER notes_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON notes
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER notes_are_by_staff BEFORE INSERT ON notes
  FOR EACH ROW EXECUTE FUNCTION check_writer('user_id', 'monitor verifier approver');

-- ── claims, evidence, verdicts ──────────────────────────────────────────────────────────────────────────────────
CREATE TABLE claims (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  case_id    bigint REFERENCES cases,
  body       text NOT NULL CHECK (NOT blank(body)),  -- one checkable sentence
  said_on    date,
  place      text,
  field      text,
  channel    text,                                   -- press | social | word_of_mouth | document
  criticised_agency text,                            -- the office the claim speaks about, where it does
  created_by integer NOT NULL REFERENCES users,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX claims_case ON claims (case_id);
CREATE TRIGGER claims_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON claims
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
GRANT SELECT, INSERT ON claims TO kiemtin_app;
CREATE TRIGGER claims_are_by_staff BEFORE INSERT ON claims
  FOR EACH ROW EXECUTE FUNCTION check_writer('created_by', 'monitor verifier approver');

-- Who asserts, repeats or refutes a claim, and where in the text. A person's row settles a machine's.
CREATE TABLE claim_articles (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  claim_id   bigint NOT NULL REFERENCES claims,
  article_id bigint NOT NULL REFERENCES articles,
  version_id bigint REFERENCES versions,
  relation   text NOT NULL CHECK (relation IN ('asserts', 'repeats', 'refutes', 'unrelated')),
  start_at   integer,
  end_at     integer,
  quote      text,
  set_by     integer REFERENCES users,               -- null: proposed by the machine
  at         timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX claim_articles_claim ON claim_articles (claim_id);
CREATE INDEX claim_articles_article ON claim_articles (article_id);
GRANT SELECT, INSERT ON claim_articles TO kiemtin_app;
CREATE TRIGGER claim_articles_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON claim_articles
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER claim_articles_are_by_staff BEFORE INSERT ON claim_articles
  FOR EACH ROW EXECUTE FUNCTION check_writer('set_by', 'monitor verifier approver');

-- Evidence is added or withdrawn, never edited: a better wording is a new row that replaces the old one.
CREATE TABLE evidence (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  claim_id    bigint NOT NULL REFERENCES claims,
  kind        text NOT NULL CHECK (kind IN ('primary', 'first_hand', 'press', 'expert', 'agency_statement', 'archived_item', 'other')),
  title       text NOT NULL CHECK (NOT blank(title)),
  url         text,
  body        text,
  issuer      text,                                  -- catalogue name of the issuing body, where it is one
  independent boolean NOT NULL DEFAULT false,        -- of the office criticised
  capture_id  bigint,
  file_sha256 text,
  added_by    integer NOT NULL REFERENCES users,
  added_at    timestamptz NOT NULL DEFAULT now(),
  replaces    bigint REFERENCES evidence,
  withdrawn   boolean NOT NULL DEFAULT false         -- a row that withdraws the one it replaces
);
CREATE INDEX evidence_claim ON evidence (claim_id, id);
CREATE TRIGGER evidence_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON evidence
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
GRANT SELECT, INSERT ON evidence TO kiemtin_app;
CREATE TRIGGER evidence_is_by_verifiers BEFORE INSERT ON evidence
  FOR EACH ROW EXECUTE FUNCTION check_writer('added_by', 'verifier approver');

-- What stands of a claim's evidence: not replaced, not withdrawn.
CREATE VIEW standing_evidence AS
  SELECT e.id, e.claim_id, e.kind, e.title, e.url, e.body, e.issuer, e.independent, e.capture_id, e.file_sha256, e.added_by, e.added_at
    FROM evidence e
   WHERE NOT e.withdrawn AND NOT EXISTS (SELECT FROM evidence r WHERE r.replaces = e.id);
GRANT SELECT ON standing_evidence TO kiemtin_app;

-- Attempts to reach the source, the office, a witness.
CREATE TABLE contact_attempts (
  id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  claim_id bigint NOT NULL REFERENCES claims,
  whom     text NOT NULL CHECK (NOT blank(whom)),  -- a role or an outlet, not a private name
  how      text NOT NULL,
  at       timestamptz NOT NULL,
  result   text NOT NULL,
  made_by  integer NOT NULL REFERENCES users
);
CREATE INDEX contact_attempts_claim ON contact_attempts (claim_id);
CREATE TRIGGER contact_attempts_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON contact_attempts
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
GRANT SELECT, INSERT ON contact_attempts TO kiemtin_app;
CREATE TRIGGER contact_attempts_are_by_verifiers BEFORE INSERT ON contact_attempts
  FOR EACH ROW EXECUTE FUNCTION check_writer('made_by', 'verifier approver');

CREATE TABLE verdicts (
  id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  claim_id         bigint NOT NULL REFERENCES claims,
  code             text NOT NULL CHECK (code IN ('authentic', 'partly_false', 'fabricated', 'accurate', 'not_checkable', 'insufficient')),
  what_is_true     text NOT NULL CHECK (NOT blank(what_is_true)),
  reasoning        text NOT NULL CHECK (NOT blank(reasoning)),
  counter_evidence text NOT NULL CHECK (NOT blank(counter_evidence)),  -- "none found" is an answer, blank is not
  emergency_reason text,
  proposed_by      integer NOT NULL REFERENCES users,
  proposed_at      timestamptz NOT NULL DEFAULT now(),
  text_sha256      text NOT NULL                     -- of what the approver must have read; computed by trigger
);
CREATE INDEX verdicts_claim ON verdicts (claim_id, id DESC);
CREATE TRIGGER verdicts_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON verdicts
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
GRANT SELECT, INSERT ON verdicts TO kiemtin_app;

CREATE TABLE verdict_decisions (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  verdict_id  bigint NOT NULL REFERENCES verdicts,
  decision    text NOT NULL CHECK (decision IN ('approve', 'return', 'split')),
  decided_by  integer NOT NULL REFERENCES users,
  decided_at  timestamptz NOT NULL DEFAULT now(),
  reason      text,
  seen_sha256 text NOT NULL                          -- what the person had before them
);
CREATE UNIQUE INDEX verdict_decisions_one_end ON verdict_decisions (verdict_id) WHERE decision IN ('approve', 'return');
CREATE TRIGGER verdict_decisions_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON verdict_decisions
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
GRANT SELECT, INSERT ON verdict_decisions TO kiemtin_app;

-- The verdict in force: the latest approved one.
CREATE VIEW verdicts_in_force AS
  SELECT DISTINCT ON (v.claim_id) v.claim_id, v.id AS verdict_id, v.code, v.what_is_true, v.reasoning, v.counter_evidence,
         v.proposed_by, v.proposed_at, d.decided_by AS approved_by, d.decided_at AS approved_at, v.text_sha256
    FROM verdicts v JOIN verdict_decisions d ON d.verdict_id = v.id AND d.decision = 'approve'
   ORDER BY v.claim_id, d.decided_at DESC, v.id DESC;
GRANT SELECT ON verdicts_in_force TO kiemtin_app;

-- The evidence rule for the two labels that say "not true" (deciding.md §3); raises with the first thing missing.
CREATE FUNCTION require_evidence(v verdicts) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$
DECLARE
  c claims%ROWTYPE;
  n integer;
  outside integer;
BEGIN
  SELECT * INTO c FROM claims WHERE id = v.claim_id;
  SELECT count(*), count(*) FILTER (WHERE kind IN ('primary', 'first_hand') AND independent
                                      AND (c.criticised_agency IS NULL OR issuer IS DISTINCT FROM c.criticised_agency))
    INTO n, outside
    FROM standing_evidence WHERE claim_id = v.claim_id AND kind <> 'archived_item';
  IF v.code = 'authentic' AND n < 1 THEN
    RAISE EXCEPTION 'a public label needs evidence: none stands for claim %', v.claim_id USING ERRCODE = 'KT422';
  END IF;
  IF v.code IN ('partly_false', 'fabricated') THEN
    IF n < 2 THEN
      RAISE EXCEPTION 'at least two pieces of evidence are needed, % stand', n USING ERRCODE = 'KT422';
    END IF;
    IF outside < 1 THEN
      RAISE EXCEPTION 'at least one primary or first-hand piece must be independent of the office concerned' USING ERRCODE = 'KT422';
    END IF;
    IF NOT EXISTS (SELECT FROM standing_evidence WHERE claim_id = v.claim_id AND (capture_id IS NOT NULL OR file_sha256 IS NOT NULL)) THEN
      RAISE EXCEPTION 'the disputed item must be archived: no kept copy stands among the evidence' USING ERRCODE = 'KT422';
    END IF;
    IF NOT blank(v.emergency_reason) AND coalesce(c.field, (SELECT field FROM cases WHERE id = c.case_id), '')
       NOT IN ('disaster-epidemic', 'security-order') THEN
      RAISE EXCEPTION 'an emergency is stated for disasters and public safety only' USING ERRCODE = 'KT422';
    END IF;
    IF blank(v.emergency_reason) AND NOT EXISTS (SELECT FROM contact_attempts WHERE claim_id = v.claim_id) THEN
      RAISE EXCEPTION 'a logged attempt to reach the source is needed, or a stated emergency' USING ERRCODE = 'KT422';
    END IF;
  END IF;
END $$;

CREATE FUNCTION verdict_digest(v verdicts) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT encode(sha256(convert_to(concat_ws(E'\n', v.claim_id, (SELECT body FROM claims WHERE id = v.claim_id), v.code, v.what_is_true, v.reasoning,
                v.counter_evidence, v.emergency_reason,
                (SELECT string_agg(e.id || ' ' || e.title, E'\n' ORDER BY e.id) FROM standing_evidence e WHERE e.claim_id = v.claim_id)), 'UTF8')), 'hex')
$$;
GRANT EXECUTE ON FUNCTION verdict_digest TO kiemtin_app;

CREATE FUNCTION check_proposal() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  u users%ROWTYPE;
BEGIN
  SELECT * INTO u FROM users WHERE id = NEW.proposed_by;
  IF u.id IS NULL OR u.disabled_at IS NOT NULL OR u.role NOT IN ('verifier', 'approver') THEN
    RAISE EXCEPTION 'verdicts are proposed by verifiers and approvers' USING ERRCODE = 'KT403';
  END IF;
  PERFORM require_evidence(NEW);
  NEW.proposed_at := clock_timestamp();
  NEW.text_sha256 := verdict_digest(NEW);
  PERFORM audit_note(u.name, u.role, 'verdict.propose', 'claim:' || NEW.claim_id, NULL,
                     jsonb_build_object('verdict', NEW.id, 'code', NEW.code, 'sha256', NEW.text_sha256), NULL);
  RETURN NEW;
END $$;
CREATE TRIGGER verdicts_are_checked BEFORE INSERT ON verdicts FOR EACH ROW EXECUTE FUNCTION check_proposal();

-- Two persons: the approver neither proposed nor last touched the evidence; admins are not exempt.
CREATE FUNCTION check_decision() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  v verdicts%ROWTYPE;
  u users%ROWTYPE;
  last_editor integer;
BEGIN
  SELECT * INTO v FROM verdicts WHERE id = NEW.verdict_id FOR UPDATE;
  SELECT * INTO u FROM users WHERE id = NEW.decided_by;
  IF v.id IS NULL THEN
    RAISE EXCEPTION 'verdict % does not exist', NEW.verdict_id USING ERRCODE = 'KT404';
  END IF;
  IF u.id IS NULL OR u.disabled_at IS NOT NULL OR u.role <> 'approver' THEN
    RAISE EXCEPTION 'verdicts are approved by approvers alone' USING ERRCODE = 'KT403';
  END IF;
  IF NEW.decision <> 'approve' AND blank(NEW.reason) THEN
    RAISE EXCEPTION 'returning a verdict needs a reason' USING ERRCODE = 'KT422';
  END IF;
  IF EXISTS (SELECT FROM verdicts n WHERE n.claim_id = v.claim_id AND n.id > v.id) THEN
    RAISE EXCEPTION 'a newer proposal stands for this claim' USING ERRCODE = 'KT409';
  END IF;
  IF NEW.decision = 'approve' THEN
    IF u.id = v.proposed_by THEN
      RAISE EXCEPTION 'a second person must approve: you proposed this verdict' USING ERRCODE = 'KT403';
    END IF;
    SELECT added_by INTO last_editor FROM evidence WHERE claim_id = v.claim_id ORDER BY id DESC LIMIT 1;
    IF last_editor = u.id THEN
      RAISE EXCEPTION 'a second person must approve: you last edited the evidence' USING ERRCODE = 'KT403';
    END IF;
    IF EXISTS (SELECT FROM verdict_decisions WHERE verdict_id = v.id AND decision = 'split' AND decided_by = u.id) THEN
      RAISE EXCEPTION 'a third person must approve: you asked for one' USING ERRCODE = 'KT403';
    END IF;
    PERFORM require_evidence(v);
    IF NEW.seen_sha256 IS DISTINCT FROM verdict_digest(v) OR NEW.seen_sha256 <> v.text_sha256 THEN
      RAISE EXCEPTION 'the proposal or its evidence changed since it was shown' USING ERRCODE = 'KT409';
    END IF;
  END IF;
  NEW.decided_at := clock_timestamp();
  PERFORM audit_note(u.name, u.role, 'verdict.' || NEW.decision, 'claim:' || v.claim_id, NULL,
                     jsonb_build_object('verdict', v.id, 'code', v.code, 'sha256', v.text_sha256), NEW.reason);
  RETURN NEW;
END $$;
CREATE TRIGGER verdict_decisions_are_checked BEFORE INSERT ON verdict_decisions FOR EACH ROW EXECUTE FUNCTION check_decision();

-- ── what a step needs beyond role and reason ────────────────────────────────────────────────────────────────────
CREATE FUNCTION guard_step(c cases, step case_actions) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$
DECLARE
  v verdicts%ROWTYPE;
BEGIN
  IF step.action = 'escalate' AND NOT EXISTS (SELECT FROM claims WHERE case_id = c.id)
     AND coalesce(step.data->>'no_checkable_claim', '') <> 'true' AND blank(step.data->>'to_verify') THEN
    RAISE EXCEPTION 'quote the sentence to verify, or say that there is no checkable claim' USING ERRCODE = 'KT422';
  END IF;
  IF step.action IN ('propose', 'approve') THEN
    SELECT v2.* INTO v FROM verdicts v2 JOIN claims cl ON cl.id = v2.claim_id
     WHERE cl.case_id = c.id ORDER BY v2.id DESC LIMIT 1;
    IF v.id IS NULL THEN
      RAISE EXCEPTION 'no verdict is proposed in this case' USING ERRCODE = 'KT422';
    END IF;
    IF step.action = 'approve' AND EXISTS (
      SELECT FROM claims cl WHERE cl.case_id = c.id
         AND EXISTS (SELECT FROM verdicts p WHERE p.claim_id = cl.id)
         AND NOT EXISTS (SELECT FROM verdicts p JOIN verdict_decisions d ON d.verdict_id = p.id AND d.decision = 'approve'
                          WHERE p.claim_id = cl.id AND p.id = (SELECT max(id) FROM verdicts WHERE claim_id = cl.id))) THEN
      RAISE EXCEPTION 'every proposed verdict of the case must be approved first' USING ERRCODE = 'KT422';
    END IF;
  END IF;
  -- Accurate criticism is answered, never labelled: no road from it to the bulletin.
  IF step.to_state IN ('publish', 'published') THEN
    IF c.critical THEN
      RAISE EXCEPTION 'a case of accurate criticism is answered, never published as a label' USING ERRCODE = 'KT403';
    END IF;
    IF NOT EXISTS (SELECT FROM claims cl JOIN verdicts_in_force f ON f.claim_id = cl.id
                    WHERE cl.case_id = c.id AND f.code IN ('authentic', 'partly_false', 'fabricated')) THEN
      RAISE EXCEPTION 'nothing in this case carries an approved public label' USING ERRCODE = 'KT422';
    END IF;
  END IF;
END $$;
CREATE TRIGGER cases_move BEFORE INSERT ON case_actions FOR EACH ROW EXECUTE FUNCTION move_case();

-- ── leases that the worker frees, requests that the crawler answers ─────────────────────────────────────────────
-- A trial of a source from the sources screen: review_ui asks, the crawler polls once and writes what would be taken.
CREATE TABLE source_probes (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  source_id   integer NOT NULL REFERENCES sources,
  asked_by    integer NOT NULL REFERENCES users,
  asked_at    timestamptz NOT NULL DEFAULT now(),
  answered_at timestamptz,
  ok          boolean,
  result      jsonb                                  -- as `kiemtin sources try --json` prints it
);
CREATE INDEX source_probes_open ON source_probes (id) WHERE answered_at IS NULL;
CREATE INDEX source_probes_source ON source_probes (source_id, id DESC);
GRANT SELECT, INSERT, UPDATE (answered_at, ok, result) ON source_probes TO kiemtin_app;
