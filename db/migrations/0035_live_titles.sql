-- A title follows the weightiest telling of its event until a person writes one. What was opened by hand without an event has
-- the title that a person gave it.
ALTER TABLE events ADD COLUMN written_title text;
ALTER TABLE cases ADD COLUMN title_written boolean NOT NULL DEFAULT false;
UPDATE cases SET title_written = true WHERE event_id IS NULL;
GRANT UPDATE (title_written), INSERT (title_written) ON cases TO kiemtin_app;
