-- Kept pages read again with later readers: what today's reader says of a version, beside what was stored of it. A version is
-- what the outlet showed and is never written over; a reading is our own better understanding of the same bytes.
CREATE TABLE readings (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  version_id    bigint NOT NULL REFERENCES versions,
  read_at       timestamptz NOT NULL DEFAULT now(),
  reader        text NOT NULL,
  changed       text[] NOT NULL,                     -- which of the fields below differ from what was known before
  title         text NOT NULL,
  lead          text NOT NULL,
  body          text NOT NULL,
  authors       text[] NOT NULL,
  published_at  timestamptz,
  published_raw text,
  published_from text,
  language      text NOT NULL
);
CREATE INDEX readings_version ON readings (version_id, id DESC);
GRANT SELECT, INSERT ON readings TO kiemtin_app;
