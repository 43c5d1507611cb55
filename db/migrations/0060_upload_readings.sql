-- What the machine read out of files that people sent in: text with boxes, perceptual hashes, marks of origin.
-- The work to do is the missing row: an upload of a kind that is read, without a reading by the readers in use.
CREATE TABLE upload_readings (
  sha256     text PRIMARY KEY REFERENCES uploads,
  readers    text NOT NULL,                         -- versions and languages of the readers: others may read more
  outcome    text NOT NULL CHECK (outcome IN ('begun', 'read', 'too_large', 'broken', 'kind', 'no_reader', 'too_slow')),
  tries      smallint NOT NULL DEFAULT 1,           -- readings begun: one that ends its process is begun three times at most
  why        text,                                  -- one sentence, where it was not read
  width      int, height int,                       -- of the first sheet, pixels
  sheets     int NOT NULL DEFAULT 0,                -- pages of a PDF, frames of a clip, 1 for a picture
  seconds    real,                                  -- of a clip
  screenshot boolean NOT NULL DEFAULT false,
  body       text NOT NULL DEFAULT '',              -- the message without its frame, private numbers masked: what is compared and found
  read_at    timestamptz NOT NULL DEFAULT now(),
  CHECK ((outcome = 'read') = (why IS NULL))
);
GRANT SELECT, INSERT, DELETE, UPDATE (tries, readers) ON upload_readings TO kiemtin_app;

-- Lines as recognised, for showing over the picture. Boxes in shares of the sheet.
CREATE TABLE upload_lines (
  sha256     text NOT NULL REFERENCES upload_readings ON DELETE CASCADE,
  sheet      int NOT NULL,
  position   int NOT NULL,
  words      text NOT NULL,
  role       text NOT NULL CHECK (role IN ('message', 'frame')),
  rule       text,                                  -- what took it for the program's frame
  left_at    real NOT NULL, top_at real NOT NULL, right_at real NOT NULL, bottom_at real NOT NULL,
  confidence real NOT NULL,
  PRIMARY KEY (sha256, sheet, position),
  CHECK ((role = 'frame') = (rule IS NOT NULL))
);
GRANT SELECT, INSERT ON upload_lines TO kiemtin_app;

-- Perceptual hashes by which the same picture is found again; `keys` are words of the hash, each with its number.
CREATE TABLE upload_prints (
  sha256  text NOT NULL REFERENCES upload_readings ON DELETE CASCADE,
  sheet   int NOT NULL,
  bits    bytea NOT NULL CHECK (length(bits) = 32),
  core    bytea NOT NULL CHECK (length(core) = 1024),
  quality smallint NOT NULL,
  keys    int[] NOT NULL,
  PRIMARY KEY (sha256, sheet)
);
CREATE INDEX upload_prints_keys ON upload_prints USING gin (keys);
GRANT SELECT, INSERT ON upload_prints TO kiemtin_app;

-- What was found again when an upload was read: facts for staff, never a verdict.
CREATE TABLE upload_likenesses (
  sha256       text NOT NULL REFERENCES upload_readings ON DELETE CASCADE,
  sheet        int NOT NULL,
  earlier      text NOT NULL REFERENCES uploads,
  earlier_sheet int NOT NULL,
  differing    smallint NOT NULL,                   -- bits of 256
  correlation  real NOT NULL,                       -- of the middle parts, -1..1
  seen_in      text NOT NULL,                       -- the view of the searched picture: whole, trimmed, inside a screenshot, mirrored
  PRIMARY KEY (sha256, sheet, earlier, earlier_sheet)
);
GRANT SELECT, INSERT ON upload_likenesses TO kiemtin_app;

-- Statements of a file about itself (C2PA, IPTC, EXIF); shown to staff, never published.
CREATE TABLE upload_marks (
  sha256   text NOT NULL REFERENCES upload_readings ON DELETE CASCADE,
  position int NOT NULL,
  kind     text NOT NULL CHECK (kind IN ('c2pa', 'iptc', 'exif')),
  name     text NOT NULL,
  value    text NOT NULL,
  holds    boolean,
  PRIMARY KEY (sha256, position)
);
GRANT SELECT, INSERT ON upload_marks TO kiemtin_app;

-- The text as staff corrected it; the newest stands, the machine's stays beside it.
CREATE TABLE upload_corrections (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  sha256     text NOT NULL REFERENCES uploads,
  body       text NOT NULL CHECK (body <> ''),
  written_by bigint NOT NULL REFERENCES users,
  written_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX upload_corrections_upload ON upload_corrections (sha256, id);
GRANT SELECT, INSERT ON upload_corrections TO kiemtin_app;
