-- What leadership reads and what cannot wait: digests, daily counts, alerts. Written by review_ui.

-- ── digests: draft -> edited -> approved -> issued; a correction is a new issue ─────────────────────────────────
CREATE TABLE digests (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  scope       text NOT NULL CHECK (scope IN ('domestic', 'foreign')),
  from_on     date NOT NULL,
  to_on       date NOT NULL CHECK (to_on >= from_on),
  state       text NOT NULL DEFAULT 'draft' CHECK (state IN ('draft', 'edited', 'approved', 'issued', 'discarded')),
  version     integer NOT NULL DEFAULT 1,            -- a stale write is refused
  content     jsonb NOT NULL,                        -- the content tree as collected; staff's wording stands in digest_edits
  row_count   integer NOT NULL,                      -- items listed
  created_at  timestamptz NOT NULL DEFAULT now(),
  created_by  integer REFERENCES users,              -- null: the schedule
  replaces    bigint REFERENCES digests,             -- the issue this one corrects
  correction  text CHECK (correction IS NULL OR NOT blank(correction)),  -- what changed and why; printed at the head
  approved_by integer REFERENCES users,
  approved_at timestamptz,
  number      integer CHECK (number > 0),            -- given by the văn thư at issue, like the day and the signer
  signed_on   date,
  signer      text NOT NULL DEFAULT '',
  issued_by   integer REFERENCES users,
  issued_at   timestamptz,
  issued_in   xid8,                                  -- the transaction that issued it: the only one that may add its files
  CHECK ((replaces IS NULL) = (correction IS NULL))
);
CREATE INDEX digests_list ON digests (to_on DESC, id DESC);
CREATE UNIQUE INDEX digests_one_correction ON digests (replaces) WHERE state <> 'discarded';
-- No UPDATE: a digest moves by digest_steps and digest_edits alone.
GRANT SELECT, INSERT (scope, from_on, to_on, content, row_count, created_by, replaces, correction) ON digests TO kiemtin_app;

CREATE FUNCTION check_digest() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  u users%ROWTYPE;
  old_state text;
BEGIN
  IF NEW.created_by IS NOT NULL THEN
    SELECT * INTO u FROM users WHERE id = NEW.created_by;
    IF u.id IS NULL OR u.disabled_at IS NOT NULL OR u.role NOT IN ('verifier', 'approver') THEN
      RAISE EXCEPTION 'digests are made by verifiers and approvers' USING ERRCODE = 'KT403';
    END IF;
  END IF;
  IF NEW.replaces IS NOT NULL THEN
    SELECT state INTO old_state FROM digests WHERE id = NEW.replaces;
    IF old_state IS DISTINCT FROM 'issued' THEN
      RAISE EXCEPTION 'only an issued digest is corrected by a new issue' USING ERRCODE = 'KT409';
    END IF;
    IF EXISTS (SELECT FROM digests WHERE replaces = NEW.replaces AND state <> 'discarded') THEN
      RAISE EXCEPTION 'a correction of this digest exists already' USING ERRCODE = 'KT409';
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER digests_are_checked BEFORE INSERT ON digests FOR EACH ROW EXECUTE FUNCTION check_digest();

CREATE FUNCTION note_digest() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  PERFORM audit_note(coalesce((SELECT name FROM users WHERE id = NEW.created_by), 'desk'), NULL, 'digest.draft', 'digest:' || NEW.id, NULL,
                     jsonb_build_object('scope', NEW.scope, 'from', NEW.from_on, 'to', NEW.to_on, 'rows', NEW.row_count, 'replaces', NEW.replaces),
                     NEW.correction);
  RETURN NULL;
END $$;
CREATE TRIGGER digests_are_noted AFTER INSERT ON digests FOR EACH ROW EXECUTE FUNCTION note_digest();

-- An issued digest is never changed again, nor is any ever removed, not even by the owner of the tables.
CREATE FUNCTION keep_digest() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.state NOT IN ('issued', 'discarded') THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION '% of % is refused: its rows are never changed or removed', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER digests_are_frozen BEFORE UPDATE OR DELETE ON digests FOR EACH ROW EXECUTE FUNCTION keep_digest();
CREATE TRIGGER digests_are_kept BEFORE TRUNCATE ON digests FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Staff's wording of a paragraph; the latest row of a key is the one that is printed.
CREATE TABLE digest_edits (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  digest_id    bigint NOT NULL REFERENCES digests,
  key          text NOT NULL,
  body         text NOT NULL,                        -- empty: the paragraph is left out
  user_id      integer NOT NULL REFERENCES users,
  at           timestamptz NOT NULL DEFAULT now(),
  seen_version integer NOT NULL
);
CREATE INDEX digest_edits_digest ON digest_edits (digest_id, id);
CREATE TRIGGER digest_edits_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON digest_edits
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
GRANT SELECT, INSERT (digest_id, key, body, user_id, seen_version) ON digest_edits TO kiemtin_app;

CREATE FUNCTION edit_digest() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  d digests%ROWTYPE;
  u users%ROWTYPE;
BEGIN
  SELECT * INTO d FROM digests WHERE id = NEW.digest_id FOR UPDATE;
  SELECT * INTO u FROM users WHERE id = NEW.user_id;
  IF u.id IS NULL OR u.disabled_at IS NOT NULL OR u.role NOT IN ('verifier', 'approver') THEN
    RAISE EXCEPTION 'digests are edited by verifiers and approvers' USING ERRCODE = 'KT403';
  END IF;
  IF d.state NOT IN ('draft', 'edited') THEN
    RAISE EXCEPTION 'a digest that is % is not edited', d.state USING ERRCODE = 'KT409';
  END IF;
  IF d.version <> NEW.seen_version THEN
    RAISE EXCEPTION 'the digest changed meanwhile (version %, seen %)', d.version, NEW.seen_version USING ERRCODE = 'KT409';
  END IF;
  UPDATE digests SET state = 'edited', version = version + 1 WHERE id = d.id;
  PERFORM audit_note(u.name, u.role, 'digest.edit', 'digest:' || d.id, NULL, jsonb_build_object('key', NEW.key, 'letters', length(NEW.body)), NULL);
  RETURN NEW;
END $$;
CREATE TRIGGER digest_edits_are_checked BEFORE INSERT ON digest_edits FOR EACH ROW EXECUTE FUNCTION edit_digest();

CREATE TABLE digest_steps (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  digest_id    bigint NOT NULL REFERENCES digests,
  step         text NOT NULL CHECK (step IN ('approve', 'return', 'issue', 'discard')),
  actor_id     integer NOT NULL REFERENCES users,
  at           timestamptz NOT NULL DEFAULT now(),
  reason       text,
  seen_version integer NOT NULL,
  number       integer CHECK (number > 0),           -- with 'issue' alone
  signed_on    date,
  signer       text NOT NULL DEFAULT ''
);
CREATE INDEX digest_steps_digest ON digest_steps (digest_id, id);
CREATE TRIGGER digest_steps_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON digest_steps
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
GRANT SELECT, INSERT (digest_id, step, actor_id, reason, seen_version, number, signed_on, signer) ON digest_steps TO kiemtin_app;

-- Two persons: who approves neither made the draft nor changed a word of it; admins are not exempt.
CREATE FUNCTION move_digest() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  d digests%ROWTYPE;
  u users%ROWTYPE;
BEGIN
  SELECT * INTO d FROM digests WHERE id = NEW.digest_id FOR UPDATE;
  SELECT * INTO u FROM users WHERE id = NEW.actor_id;
  NEW.at := clock_timestamp();
  IF u.id IS NULL OR u.disabled_at IS NOT NULL OR u.role NOT IN ('verifier', 'approver') THEN
    RAISE EXCEPTION 'digests are handled by verifiers and approvers' USING ERRCODE = 'KT403';
  END IF;
  IF d.version <> NEW.seen_version THEN
    RAISE EXCEPTION 'the digest changed meanwhile (version %, seen %)', d.version, NEW.seen_version USING ERRCODE = 'KT409';
  END IF;
  IF NEW.step = 'approve' THEN
    IF u.role <> 'approver' THEN
      RAISE EXCEPTION 'digests are approved by approvers alone' USING ERRCODE = 'KT403';
    END IF;
    IF d.state NOT IN ('draft', 'edited') THEN
      RAISE EXCEPTION 'a digest that is % is not approved', d.state USING ERRCODE = 'KT409';
    END IF;
    IF d.created_by = u.id OR EXISTS (SELECT FROM digest_edits WHERE digest_id = d.id AND user_id = u.id) THEN
      RAISE EXCEPTION 'a second person must approve: you made or edited this digest' USING ERRCODE = 'KT403';
    END IF;
    UPDATE digests SET state = 'approved', version = version + 1, approved_by = u.id, approved_at = NEW.at WHERE id = d.id;
  ELSIF NEW.step = 'return' THEN
    IF d.state <> 'approved' THEN
      RAISE EXCEPTION 'only an approved digest is returned' USING ERRCODE = 'KT409';
    END IF;
    IF blank(NEW.reason) THEN
      RAISE EXCEPTION 'returning a digest needs a reason' USING ERRCODE = 'KT422';
    END IF;
    UPDATE digests SET state = 'edited', version = version + 1, approved_by = NULL, approved_at = NULL WHERE id = d.id;
  ELSIF NEW.step = 'discard' THEN
    IF d.state NOT IN ('draft', 'edited') THEN
      RAISE EXCEPTION 'a digest that is % is not discarded', d.state USING ERRCODE = 'KT409';
    END IF;
    UPDATE digests SET state = 'discarded', version = version + 1 WHERE id = d.id;
  ELSE
    IF d.state <> 'approved' THEN
      RAISE EXCEPTION 'only an approved digest is issued' USING ERRCODE = 'KT409';
    END IF;
    UPDATE digests SET state = 'issued', version = version + 1, number = NEW.number, signed_on = NEW.signed_on, signer = NEW.signer,
           issued_by = u.id, issued_at = NEW.at, issued_in = pg_current_xact_id() WHERE id = d.id;
  END IF;
  PERFORM audit_note(u.name, u.role, 'digest.' || NEW.step, 'digest:' || d.id, jsonb_build_object('state', d.state),
                     jsonb_build_object('number', NEW.number, 'signed_on', NEW.signed_on), NEW.reason);
  RETURN NEW;
END $$;
CREATE TRIGGER digests_move BEFORE INSERT ON digest_steps FOR EACH ROW EXECUTE FUNCTION move_digest();

-- The bytes as issued: never made again, because documents differ at each making.
CREATE TABLE digest_files (
  digest_id bigint NOT NULL REFERENCES digests,
  format    text NOT NULL CHECK (format IN ('docx', 'pdf', 'xlsx', 'html')),
  bytes     bytea NOT NULL,
  sha256    text NOT NULL,
  made_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (digest_id, format),
  CHECK (sha256 = encode(sha256(bytes), 'hex'))
);
CREATE TRIGGER digest_files_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON digest_files
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
GRANT SELECT, INSERT (digest_id, format, bytes, sha256) ON digest_files TO kiemtin_app;

CREATE FUNCTION check_digest_file() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM digests WHERE id = NEW.digest_id AND state = 'issued' AND issued_in = pg_current_xact_id()) THEN
    RAISE EXCEPTION 'the files of a digest are stored when it is issued and never after' USING ERRCODE = 'KT409';
  END IF;
  PERFORM audit_note(acting(), NULL, 'digest.file', 'digest:' || NEW.digest_id, NULL,
                     jsonb_build_object('format', NEW.format, 'sha256', NEW.sha256, 'bytes', octet_length(NEW.bytes)), NULL);
  RETURN NEW;
END $$;
CREATE TRIGGER digest_files_are_checked BEFORE INSERT ON digest_files FOR EACH ROW EXECUTE FUNCTION check_digest_file();

-- At the end of the transaction an issued digest has all four files.
CREATE FUNCTION require_digest_files() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  IF (SELECT count(*) FROM digest_files WHERE digest_id = NEW.digest_id) <> 4 THEN
    RAISE EXCEPTION 'a digest is issued with its four files' USING ERRCODE = 'KT409';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER digest_steps_have_files AFTER INSERT ON digest_steps DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW.step = 'issue') EXECUTE FUNCTION require_digest_files();

-- ── campaigns: coverage against a plan ──────────────────────────────────────────────────────────────────────────
CREATE TABLE campaigns (
  id         integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  title      text NOT NULL CHECK (NOT blank(title)),
  topic      text NOT NULL,                          -- catalogue name of the topic whose items count
  from_on    date NOT NULL,
  to_on      date CHECK (to_on >= from_on),
  planned    integer CHECK (planned > 0),            -- items; null: no number was planned
  created_by integer REFERENCES users,
  created_at timestamptz NOT NULL DEFAULT now(),
  ended_at   timestamptz
);
GRANT SELECT, INSERT, UPDATE (title, to_on, planned, ended_at) ON campaigns TO kiemtin_app;

-- ── daily counts: what the overview reads, so that it never reads the archive ───────────────────────────────────
-- A day of Vietnam, first publications about the province. Filled by the desk worker from the days that changed.
-- Tone is counted by field, place and territory and by nothing else: there is no tone by outlet to be had.
CREATE TABLE day_volumes (
  on_day    date NOT NULL,
  source_id integer NOT NULL REFERENCES sources,
  items     integer NOT NULL,
  copies    integer NOT NULL,
  PRIMARY KEY (on_day, source_id)
);
CREATE TABLE day_tones (
  on_day    date NOT NULL,
  scope     text NOT NULL,
  dimension text NOT NULL CHECK (dimension IN ('all', 'topic', 'place', 'territory')),
  name      text NOT NULL,
  items     integer NOT NULL,
  criticism integer NOT NULL,
  harm      integer NOT NULL,
  PRIMARY KEY (on_day, dimension, name, scope)
);
CREATE TABLE day_counts_marks (                      -- one row: how far the counts have come
  only_row      boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  judgement_id  bigint NOT NULL DEFAULT 0,
  counted_at    timestamptz
);
INSERT INTO day_counts_marks DEFAULT VALUES;
GRANT SELECT, INSERT, UPDATE, DELETE ON day_volumes, day_tones TO kiemtin_app;
GRANT SELECT, UPDATE ON day_counts_marks TO kiemtin_app;

-- ── alerts: rules, what they found, and what goes out ───────────────────────────────────────────────────────────
CREATE TABLE alert_rules (
  id         integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  title      text NOT NULL CHECK (NOT blank(title)),
  kind       text NOT NULL CHECK (kind IN ('spike', 'high_band', 'place', 'field', 'source_silent', 'clock')),
  value      text NOT NULL DEFAULT '',               -- place or topic name, signal, factor, hours: what the kind needs
  enabled    boolean NOT NULL DEFAULT false,         -- off until chosen
  urgent     boolean NOT NULL DEFAULT false,         -- passes quiet hours
  enabled_at timestamptz,                            -- nothing from before it is sent
  created_by integer REFERENCES users,
  created_at timestamptz NOT NULL DEFAULT now()
);
GRANT SELECT, INSERT, UPDATE, DELETE ON alert_rules TO kiemtin_app;
CREATE TRIGGER alert_rules_are_audited AFTER INSERT OR UPDATE OR DELETE ON alert_rules FOR EACH ROW EXECUTE FUNCTION audit_change();

-- Where alerts of a rule go. An outside service (webhook, Telegram) gets counts and a link, never a text.
CREATE TABLE alert_targets (
  id         integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  rule_id    integer NOT NULL REFERENCES alert_rules ON DELETE CASCADE,
  channel    text NOT NULL CHECK (channel IN ('mail', 'webhook', 'telegram')),
  address    text NOT NULL CHECK (NOT blank(address)),
  role       text CHECK (role IN ('monitor', 'verifier', 'approver', 'leader', 'admin')),  -- of a shared mailbox
  user_id    integer REFERENCES users,
  UNIQUE (rule_id, channel, address)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON alert_targets TO kiemtin_app;

-- One finding once: the key says what was found ("event:12", "source:4:2026-11-21").
CREATE TABLE alert_findings (
  id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  rule_id  integer NOT NULL REFERENCES alert_rules ON DELETE CASCADE,
  key      text NOT NULL,
  subject  text NOT NULL,                            -- one line for staff's mail
  link     text NOT NULL,                            -- path in the application
  found_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (rule_id, key)
);
GRANT SELECT, INSERT ON alert_findings TO kiemtin_app;

-- The outbox: a row is written with the finding and marked sent after the receiver said yes. A crash between the
-- two sends again: at least once, and message_id lets the receiver drop the second.
CREATE TABLE alert_deliveries (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  finding_id  bigint NOT NULL REFERENCES alert_findings ON DELETE CASCADE,
  channel     text NOT NULL,
  address     text NOT NULL,
  urgent      boolean NOT NULL DEFAULT false,
  message_id  uuid NOT NULL DEFAULT gen_random_uuid(),
  due_at      timestamptz NOT NULL DEFAULT now(),    -- not before: grouping, quiet hours, rate guard, next try
  tries       integer NOT NULL DEFAULT 0,
  sent_at     timestamptz,
  given_up_at timestamptz,
  last_why    text,
  UNIQUE (finding_id, channel, address)
);
CREATE INDEX alert_deliveries_open ON alert_deliveries (due_at) WHERE sent_at IS NULL AND given_up_at IS NULL;
CREATE INDEX alert_deliveries_sent ON alert_deliveries (channel, address, sent_at) WHERE sent_at IS NOT NULL;
GRANT SELECT, INSERT, UPDATE (due_at, tries, sent_at, given_up_at, last_why, message_id) ON alert_deliveries TO kiemtin_app;

-- What the schedule has made, so that a second worker makes nothing twice.
CREATE TABLE digest_schedule_runs (
  scope   text NOT NULL,
  from_on date NOT NULL,
  to_on   date NOT NULL,
  made_at timestamptz NOT NULL DEFAULT now(),
  reminded_at timestamptz,
  PRIMARY KEY (scope, from_on, to_on)
);
GRANT SELECT, INSERT, UPDATE ON digest_schedule_runs TO kiemtin_app;
