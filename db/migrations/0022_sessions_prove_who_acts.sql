-- Who acts is proved by a live session, not by a number that the application sends; accounts, sessions and the audit are
-- written through functions that check.

-- What the owner alone decides about the gate. One row. The pads are those of HMAC-SHA-256 over a key that is derived from
-- KIEMTIN_SECRET_KEY: who knows the database password alone opens no session.
CREATE TABLE gate (
  only_row          boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  inner_pad         bytea,
  outer_pad         bytea,
  sessions_required boolean NOT NULL DEFAULT true,   -- false: rows are taken without a session (tests); doctor reports it
  second_person_wait interval NOT NULL DEFAULT '3 days' CHECK (second_person_wait >= '0')
);
INSERT INTO gate DEFAULT VALUES;
GRANT SELECT (only_row, sessions_required, second_person_wait) ON gate TO kiemtin_app;

REVOKE ALL ON sessions FROM kiemtin_app;
GRANT SELECT, UPDATE (seen_at, ended_at, expires_at), DELETE ON sessions TO kiemtin_app;

REVOKE INSERT ON user_identities FROM kiemtin_app;

-- Who last made an account, gave it its role, password or second factor from outside, and when. Null: before this was kept.
ALTER TABLE users
  ADD COLUMN entrusted_by text,
  ADD COLUMN entrusted_at timestamptz;
REVOKE INSERT, UPDATE ON users FROM kiemtin_app;
GRANT UPDATE (language, preferences) ON users TO kiemtin_app;

-- Another approver says that an account is the person it names: it counts as a second person before the time is over.
CREATE TABLE account_confirmations (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id      integer NOT NULL REFERENCES users,
  confirmed_by integer NOT NULL REFERENCES users,
  at           timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX account_confirmations_user ON account_confirmations (user_id, at DESC);
GRANT SELECT, INSERT (user_id, confirmed_by) ON account_confirmations TO kiemtin_app;
