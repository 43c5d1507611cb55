-- Functions, views and triggers stand in db/sql/, one file a subject, and are applied again when a text changed: the rule
-- in force has one text. Migrations from here on hold tables, columns, indexes and rows alone, never a function body.
-- (There is no 0013: two pieces of work were numbered at the same time, and what would have been 0013 went into 0014
-- before release. Released files keep their numbers, so the gap stays.)

-- Which text of each file the database has, and which program applied it. The row '' holds the digest of what they made
-- (functions, views, triggers as PostgreSQL prints them), so that a rule changed behind the files' back is found.
CREATE TABLE sql_files (
  name       text PRIMARY KEY,
  sha256     text NOT NULL,
  program    text NOT NULL,                          -- version of kiemtin, as its package says
  applied_at timestamptz NOT NULL DEFAULT now()
);
GRANT SELECT ON sql_files TO kiemtin_app;

-- Numbers are given by the tables themselves. Of two they are taken before the rows are written (events placed together,
-- versions stored with their articles), and one counts changes; the job engine's own sequences are granted by migrate.
REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM kiemtin_app;
GRANT USAGE ON SEQUENCE events_id_seq, versions_id_seq, grouping_changes TO kiemtin_app;
