-- What every room leans on: the application's role, accounts, the catalogue, the audit chain.
-- Written by review_ui (accounts, catalogue, settings); the audit is written by triggers and by audit_note().

-- kiemtin_app is a group: whoever the application connects as is a member and owns nothing.
-- The group itself is made by db/server.py (embedded) or docker (db/bootstrap.sql), because roles belong to the
-- cluster and not to one database.
GRANT USAGE ON SCHEMA public TO kiemtin_app;

-- Letters without marks and with one tone placement, for accent-insensitive search without contrib modules:
-- NFD, combining marks dropped, đ -> d, lower case.
CREATE FUNCTION fold(t text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
  SELECT translate(regexp_replace(normalize(lower(t), NFD), '[\u0300-\u036f]', '', 'g'), 'đ', 'd')
$$;

-- ── accounts ────────────────────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE users (
  id            integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name          text NOT NULL UNIQUE CHECK (name ~ '^[a-z][a-z0-9._-]{1,39}$'),
  display_name  text NOT NULL,
  role          text NOT NULL CHECK (role IN ('monitor', 'verifier', 'approver', 'leader', 'admin')),
  password_hash text NOT NULL,
  must_change   boolean NOT NULL DEFAULT true,      -- a one-time password was handed out
  totp_secret   text,                               -- null: second factor not set up
  totp_last     bigint,                             -- last time step accepted: a code works once
  agency        text,                               -- catalogue name of the body the person belongs to
  language      text NOT NULL DEFAULT 'vi',
  preferences   jsonb NOT NULL DEFAULT '{}',        -- keys, theme, saved filters
  created_at    timestamptz NOT NULL DEFAULT now(),
  disabled_at   timestamptz
);
GRANT SELECT, INSERT, UPDATE ON users TO kiemtin_app;

CREATE TABLE sessions (
  token_sha256  text PRIMARY KEY,                   -- the token itself is only in the browser
  user_id       integer NOT NULL REFERENCES users,
  created_at    timestamptz NOT NULL DEFAULT now(),
  seen_at       timestamptz NOT NULL DEFAULT now(),
  expires_at    timestamptz NOT NULL,
  ended_at      timestamptz
);
CREATE INDEX sessions_user ON sessions (user_id) WHERE ended_at IS NULL;
GRANT SELECT, INSERT, UPDATE, DELETE ON sessions TO kiemtin_app;

CREATE TABLE login_attempts (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name       text NOT NULL,
  prefix     text NOT NULL,                          -- truncated address, kept seven days
  at         timestamptz NOT NULL DEFAULT now(),
  succeeded  boolean NOT NULL
);
CREATE INDEX login_attempts_recent ON login_attempts (name, at DESC);
GRANT SELECT, INSERT, DELETE ON login_attempts TO kiemtin_app;

-- ── the catalogue ───────────────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE sources (
  id            integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name          text NOT NULL UNIQUE,
  title         text NOT NULL,
  home          text NOT NULL,
  hosts         text[] NOT NULL,                     -- the only hosts that belong to the source
  private_hosts text[] NOT NULL DEFAULT '{}',        -- of them, loopback or private: entered on the command line only
  language      text NOT NULL DEFAULT 'vi',
  scope         text NOT NULL DEFAULT 'domestic' CHECK (scope IN ('domestic', 'foreign')),
  delay         real NOT NULL DEFAULT 5 CHECK (delay >= 0),   -- seconds between request starts at a host
  port          integer,
  tier          text,
  locality      text,
  owner         text,
  groups        text[] NOT NULL DEFAULT '{}',        -- staff's own grouping
  status        text NOT NULL DEFAULT 'enabled' CHECK (status IN ('enabled', 'paused', 'to_probe')),
  note          text,
  created_at    timestamptz NOT NULL DEFAULT now(),
  updated_at    timestamptz NOT NULL DEFAULT now()
);
GRANT SELECT, INSERT, UPDATE ON sources TO kiemtin_app;

-- One row per address that is polled; an address belongs to one source in the whole catalogue.
CREATE TABLE source_addresses (
  id        integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  source_id integer NOT NULL REFERENCES sources,
  kind      text NOT NULL CHECK (kind IN ('feed', 'sitemap', 'section', 'search')),
  url       text NOT NULL UNIQUE,
  retired_at timestamptz                             -- taken out of the catalogue; history stays
);
CREATE INDEX source_addresses_source ON source_addresses (source_id) WHERE retired_at IS NULL;
GRANT SELECT, INSERT, UPDATE ON source_addresses TO kiemtin_app;

-- Everything else staff may change: places, agencies, roles, topics, labels, terms, deadlines, holidays, settings.
-- A row is dated data: (kind, name, valid_from) is the key, data holds the fields of the kind's record (db/catalogue).
CREATE TABLE catalogue_entries (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind       text NOT NULL,
  name       text NOT NULL,
  valid_from date,
  valid_to   date,
  data       jsonb NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by integer REFERENCES users,
  UNIQUE NULLS NOT DISTINCT (kind, name, valid_from)
);
CREATE INDEX catalogue_entries_kind ON catalogue_entries (kind);
GRANT SELECT, INSERT, UPDATE, DELETE ON catalogue_entries TO kiemtin_app;

-- ── audit: append-only, hash-chained, by trigger ────────────────────────────────────────────────────────────────
CREATE TABLE audit (
  id         bigint PRIMARY KEY,                     -- 1, 2, 3 … without gaps: given under the chain's lock
  at         timestamptz NOT NULL,
  actor      text NOT NULL,                          -- account name, 'public', or the room that acted
  role       text,
  action     text NOT NULL,
  subject    text NOT NULL,                          -- what it was done to: 'case:12'
  before     jsonb,
  after      jsonb,
  reason     text,
  prev_hash  text NOT NULL,
  hash       text NOT NULL
);
CREATE INDEX audit_subject ON audit (subject, id);

-- The hash of a row: SHA-256 over a canonical text, each field NFC, length before value so that nothing can shift.
-- kiemtin audit verify computes the same in Python.
CREATE FUNCTION audit_hash(prev text, id bigint, at timestamptz, actor text, role text, action text, subject text,
                           before jsonb, after jsonb, reason text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
  SELECT encode(sha256(convert_to((
    SELECT string_agg(CASE WHEN v IS NULL THEN '-' ELSE octet_length(normalize(v, NFC)) || ':' || normalize(v, NFC) END, '|' ORDER BY n)
    FROM unnest(ARRAY[prev, id::text, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
                      actor, role, action, subject, before::text, after::text, reason]) WITH ORDINALITY AS f(v, n)
  ), 'UTF8')), 'hex')
$$;

-- The only way into the audit. SECURITY DEFINER: the application's role has no right to the table but reading.
-- The advisory lock makes one writer at a time, so that the chain never forks.
CREATE FUNCTION audit_note(actor text, role text, action text, subject text,
                           before jsonb DEFAULT NULL, after jsonb DEFAULT NULL, reason text DEFAULT NULL) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  last audit%ROWTYPE;
  next_id bigint;
  moment timestamptz := clock_timestamp();
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('kiemtin.audit'));
  SELECT * INTO last FROM audit ORDER BY id DESC LIMIT 1;
  next_id := coalesce(last.id, 0) + 1;
  INSERT INTO audit (id, at, actor, role, action, subject, before, after, reason, prev_hash, hash)
  VALUES (next_id, moment, actor, role, action, subject, before, after, reason, coalesce(last.hash, ''),
          audit_hash(coalesce(last.hash, ''), next_id, moment, actor, role, action, subject, before, after, reason));
  RETURN next_id;
END $$;

CREATE FUNCTION refuse_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% of % is refused: its rows are never changed or removed', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
GRANT SELECT ON audit TO kiemtin_app;
GRANT EXECUTE ON FUNCTION audit_note TO kiemtin_app;

-- Who acts in this transaction: set by the application with set_config('kiemtin.actor', 'name', true).
CREATE FUNCTION acting() RETURNS text LANGUAGE sql STABLE AS $$
  SELECT coalesce(nullif(current_setting('kiemtin.actor', true), ''), session_user::text)
$$;
GRANT EXECUTE ON FUNCTION acting, fold, audit_hash TO kiemtin_app;

-- Changes of accounts and of the catalogue are audited by the database, without passwords or secrets.
CREATE FUNCTION audit_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  hidden text[] := ARRAY['password_hash', 'totp_secret', 'totp_last', 'preferences', 'updated_at'];
  was jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) - hidden END;
  now_is jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) - hidden END;
BEGIN
  IF was IS DISTINCT FROM now_is THEN
    PERFORM audit_note(acting(), NULL, lower(TG_OP), TG_TABLE_NAME || ':' || coalesce(now_is->>'name', was->>'name', now_is->>'id', was->>'id'), was, now_is);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER users_are_audited AFTER INSERT OR UPDATE OR DELETE ON users FOR EACH ROW EXECUTE FUNCTION audit_change();
