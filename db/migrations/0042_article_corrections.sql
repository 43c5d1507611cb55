-- What staff put right in an article: its relevance, a signal, a place, a topic, that it is no copy. The machine's word stays
-- beside it; the newest correction of one thing counts, `machine` gives the word back. Written by review_ui; the classifier
-- writes a judgement of its own for it (model `staff:…`), so that every reader obeys at once, and notes when it did.
CREATE TABLE article_corrections (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  article_id bigint NOT NULL REFERENCES articles,
  aspect     text NOT NULL CHECK (aspect IN ('relevance', 'harm', 'criticism', 'check', 'rebuttal', 'place', 'topic', 'copy')),
  value      text NOT NULL DEFAULT '',               -- core | mention | none; low | medium | high; the place's id; the topic's name
  says       text NOT NULL DEFAULT 'yes' CHECK (says IN ('yes', 'no', 'machine')),
  reason     text,
  made_by    integer NOT NULL REFERENCES users,
  at         timestamptz NOT NULL DEFAULT clock_timestamp(),
  applied_at timestamptz,
  CHECK (aspect <> 'relevance' OR value IN ('core', 'mention', 'none') OR says = 'machine'),
  CHECK (aspect NOT IN ('harm', 'criticism', 'check', 'rebuttal') OR value IN ('low', 'medium', 'high') OR says = 'machine'),
  CHECK (aspect NOT IN ('place', 'topic') OR value <> ''),
  CHECK (aspect IN ('place', 'topic', 'copy') OR says <> 'no'),
  CHECK (aspect <> 'copy' OR says IN ('no', 'machine'))
);
CREATE INDEX article_corrections_article ON article_corrections (article_id, id DESC);
CREATE INDEX article_corrections_open ON article_corrections (id) WHERE applied_at IS NULL;
GRANT SELECT, INSERT, UPDATE (applied_at) ON article_corrections TO kiemtin_app;
