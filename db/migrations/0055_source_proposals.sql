-- A source to be added by any of its addresses: the crawler looks at it and says what it is, a person confirms once.
CREATE TABLE source_proposals (
  id          integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  url         text NOT NULL,
  asked_by    integer NOT NULL REFERENCES users,
  asked_at    timestamptz NOT NULL DEFAULT now(),
  answered_at timestamptz,
  entered     jsonb,                                 -- the source as the catalogue would hold it; null: it could not be looked at
  result      jsonb,                                 -- the trial, with the newest items as they would be stored
  why         text,                                  -- one sentence where nothing can be proposed
  source_id   integer REFERENCES sources             -- once confirmed
);
CREATE INDEX source_proposals_open ON source_proposals (id) WHERE answered_at IS NULL;
GRANT SELECT, INSERT, UPDATE (answered_at, entered, result, why, source_id) ON source_proposals TO kiemtin_app;
-- An outlet that another took over: its old addresses lead there, its archive is looked at on the other's hosts.
ALTER TABLE sources ADD COLUMN merged_into integer REFERENCES sources;
