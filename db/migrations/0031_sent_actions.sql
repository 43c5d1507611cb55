-- What the page's outbox sent: each decision carries a key of its own, made when it was pressed. Sent again (the answer was
-- lost, the page was opened anew) it is answered as the first time and changes nothing.
CREATE TABLE sent_actions (
  user_id integer NOT NULL REFERENCES users,
  key     uuid NOT NULL,
  answer  jsonb,                                     -- null only while the first one is being carried out
  at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (user_id, key)
);
CREATE INDEX sent_actions_at ON sent_actions (at);
GRANT SELECT, INSERT, UPDATE, DELETE ON sent_actions TO kiemtin_app;
-- The queue by newness.
CREATE INDEX cases_newest ON cases (state, opened_at DESC, id DESC) WHERE state <> 'closed';
-- What a person has done today.
CREATE INDEX case_actions_by_person ON case_actions (actor_id, at);
