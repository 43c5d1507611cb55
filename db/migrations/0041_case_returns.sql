-- A decision is not forever: a closed case whose event tells something new comes back by itself, with what is new. Written by
-- the database alone (bring_back, asked by the classifier); undone never, closed again by a person.
ALTER TABLE cases ADD COLUMN returned_at timestamptz;  -- null: not come back since it was closed last
CREATE INDEX cases_returned ON cases (returned_at DESC, id DESC) WHERE returned_at IS NOT NULL;
CREATE TABLE case_returns (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  case_id      bigint NOT NULL REFERENCES cases,
  at           timestamptz NOT NULL DEFAULT clock_timestamp(),
  closed_at    timestamptz NOT NULL,                 -- the decision that it came back from
  outcome      text,                                 -- what that decision was
  seen_version integer NOT NULL,                     -- version of the case before
  -- what is new, the gravest first: reason (death | new_harm | criticism | refutation | higher_band | outlets), article, outlet,
  -- before, now, text
  news         jsonb NOT NULL
);
CREATE INDEX case_returns_case ON case_returns (case_id, id DESC);
GRANT SELECT ON case_returns TO kiemtin_app;
ALTER TABLE staff_notices DROP CONSTRAINT staff_notices_kind_check;
ALTER TABLE staff_notices ADD CONSTRAINT staff_notices_kind_check
  CHECK (kind IN ('mention', 'assigned', 'routed', 'joined', 'regrouped', 'returned', 'account'));  -- account: of 0023
-- What came to an event after a decision is told by the clock, not by when a worker's transaction began.
ALTER TABLE event_members ALTER COLUMN joined_at SET DEFAULT clock_timestamp();
ALTER TABLE judgements ALTER COLUMN judged_at SET DEFAULT clock_timestamp();
-- It tells what brought a case back too; db/sql makes it anew.
DROP FUNCTION IF EXISTS queue_cards(bigint[]);
