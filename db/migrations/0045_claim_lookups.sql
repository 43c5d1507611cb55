-- Questions to the memory of verified claims, which lives with the classifier: the desk and the public form write a row and
-- show what was answered. Answers are forgotten after a day: what people typed is kept nowhere else because of them.
CREATE TABLE claim_lookups (
  text_sha256 text PRIMARY KEY,
  body        text NOT NULL,
  asked_at    timestamptz NOT NULL DEFAULT now(),
  answered_at timestamptz,                            -- of the answer that stands, older than asked_at while a newer is awaited
  answer      jsonb NOT NULL DEFAULT '[]'             -- [{"claim","score","band","shared","differs"}], best first
);
CREATE INDEX claim_lookups_waiting ON claim_lookups (asked_at) WHERE answered_at IS NULL OR answered_at < asked_at;
GRANT SELECT, INSERT, UPDATE, DELETE ON claim_lookups TO kiemtin_app;

-- Vectors of verified claims as the memory compares them, so that a worker that starts embeds none anew.
CREATE TABLE claim_vectors (
  claim_id bigint PRIMARY KEY REFERENCES claims ON DELETE CASCADE,
  weights  text NOT NULL,                             -- which learned weights turned it: others cannot be compared with it
  vector   bytea NOT NULL                             -- 8 bits a component
);
GRANT SELECT, INSERT, UPDATE, DELETE ON claim_vectors TO kiemtin_app;
