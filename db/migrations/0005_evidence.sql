-- Evidence packs and files handed in. Written by review_ui. The bytes lie under KIEMTIN_HOME/evidence by SHA-256, mode 0440.

-- A pack is made, never replaced: a further pack of the case has the next number.
CREATE TABLE evidence_packs (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  case_id     bigint NOT NULL REFERENCES cases,
  number      integer NOT NULL,
  sha256      text NOT NULL,
  bytes       bigint NOT NULL,
  items       integer NOT NULL,
  missing     integer NOT NULL DEFAULT 0,            -- items whose bytes could not be had; the pack says why
  fingerprint text NOT NULL,                         -- of the key that signed it
  audit_head  text NOT NULL,
  made_by     text NOT NULL,
  made_at     timestamptz NOT NULL DEFAULT now(),
  UNIQUE (case_id, number)
);
CREATE TRIGGER evidence_packs_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON evidence_packs
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
GRANT SELECT, INSERT ON evidence_packs TO kiemtin_app;

-- Time stamps asked of the authorities in the settings: waiting until a token came. subject names what is stamped:
-- 'pack:ID' (the signature of its checksums), 'capture:ID' (the payload's hash), 'audit:ID' (the head of a day).
CREATE TABLE stamp_requests (
  id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  subject   text NOT NULL,
  data      bytea NOT NULL,
  asked_at  timestamptz NOT NULL DEFAULT now(),
  tries     integer NOT NULL DEFAULT 0,
  next_try_at timestamptz NOT NULL DEFAULT now(),
  why       text,                                    -- of the last failed try
  authority text,
  token     bytea,
  given_at  timestamptz
);
CREATE INDEX stamp_requests_open ON stamp_requests (next_try_at) WHERE token IS NULL;
CREATE INDEX stamp_requests_subject ON stamp_requests (subject);
GRANT SELECT, INSERT, UPDATE (tries, next_try_at, why, authority, token, given_at) ON stamp_requests TO kiemtin_app;

-- Files handed in by people: stored as received under their hash, never served back as active content.
CREATE TABLE uploads (
  sha256     text PRIMARY KEY,
  bytes      bigint NOT NULL,
  kind       text NOT NULL,                          -- by content: image/png, image/jpeg, application/pdf, text/plain, video/mp4 ...
  name       text NOT NULL,                          -- as it came, for display alone
  received_at timestamptz NOT NULL DEFAULT now(),
  received_from text NOT NULL                        -- account name, or 'public'
);
GRANT SELECT, INSERT ON uploads TO kiemtin_app;
