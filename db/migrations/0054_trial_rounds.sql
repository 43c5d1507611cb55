-- Trials of many sources at once: a round is what was asked for in one go, its trials are rows of source_probes.
-- A round has no state of its own: it is open while one of its trials is, so a killed process loses nothing.
CREATE TABLE trial_rounds (
  id       integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  asked_by integer REFERENCES users,                 -- null: on the command line
  asked_at timestamptz NOT NULL DEFAULT now(),
  scope    text NOT NULL,                            -- all | untried | failed | group:NAME
  enables  boolean NOT NULL DEFAULT true             -- shipped sources that work are enabled
);
GRANT SELECT, INSERT ON trial_rounds TO kiemtin_app;
ALTER TABLE source_probes ALTER COLUMN asked_by DROP NOT NULL;
ALTER TABLE source_probes ADD COLUMN round_id integer REFERENCES trial_rounds;
ALTER TABLE source_probes ADD COLUMN code text;      -- works, old, or why not (db/press/trial_advice.py)
CREATE INDEX source_probes_round ON source_probes (round_id, source_id) WHERE round_id IS NOT NULL;
GRANT UPDATE (code) ON source_probes TO kiemtin_app;
