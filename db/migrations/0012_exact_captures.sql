-- Exact captures: the whole exchange at flag and decision time, the page's own resources, and pictures made from it.

-- ── requests: a try that failed is made again later; when no more is tried the reason stays ────────────────────────────
ALTER TABLE capture_requests
  ADD COLUMN tries       integer NOT NULL DEFAULT 0,
  ADD COLUMN next_try_at timestamptz NOT NULL DEFAULT now(),
  ADD COLUMN why         text;                        -- of the last failed try, a sentence
CREATE INDEX capture_requests_article ON capture_requests (article_id, kind);

-- ── what the crawler kept; written once ────────────────────────────────────────────────────────────────────────────────
CREATE TABLE exact_captures (
  capture_id  bigint PRIMARY KEY,                     -- captures.id; captures is partitioned, so no foreign key
  captured_at timestamptz NOT NULL,                   -- captures.at
  request_id  bigint NOT NULL REFERENCES capture_requests,
  warc_sha256 text NOT NULL,                          -- of the WARC file, which holds this capture alone
  warc_bytes  bigint NOT NULL,
  record      jsonb NOT NULL,                         -- times, addresses, certificates, software, completeness (docs/evidence.md)
  audit_id    bigint NOT NULL                         -- its place in the audit chain
);
CREATE TRIGGER exact_captures_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON exact_captures
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
GRANT SELECT, INSERT ON exact_captures TO kiemtin_app;

-- Screenshot and PDF of an exact capture, by a browser that sees nothing but the capture. A row is one try.
CREATE TABLE renderings (
  id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  capture_id        bigint NOT NULL REFERENCES exact_captures,
  made_at           timestamptz NOT NULL DEFAULT now(),
  browser           text,                             -- name and version; null: none was found
  screenshot_sha256 text,
  screenshot_bytes  bigint,
  pdf_sha256        text,
  pdf_bytes         bigint,
  record            jsonb NOT NULL DEFAULT '{}',      -- viewport, wait rule, what was served, what was refused
  why               text,                             -- why there is no picture, a sentence
  CHECK ((screenshot_sha256 IS NULL) = (why IS NOT NULL))
);
CREATE INDEX renderings_capture ON renderings (capture_id, id DESC);
CREATE TRIGGER renderings_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON renderings
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
GRANT SELECT, INSERT ON renderings TO kiemtin_app;

-- ── who asks: the database itself, so that no way into a case forgets it ───────────────────────────────────────────────
-- One flag capture an article, one capture at each decision; at most 40 articles of a case each time: a wire text that
-- three hundred papers took over needs no three hundred copies.
CREATE FUNCTION ask_captures(wanted_case bigint, wanted_kind text, claim bigint, asker text) RETURNS void
LANGUAGE sql SET search_path = public AS $$
  INSERT INTO capture_requests (article_id, kind, asked_by)
  SELECT a.id, wanted_kind, asker
    FROM (SELECT m.article_id AS id, 1 AS rank FROM cases k JOIN event_members m ON m.event_id = k.event_id WHERE k.id = wanted_case
          UNION SELECT ca.article_id, 0 FROM claim_articles ca WHERE ca.claim_id = claim) AS a
   WHERE NOT EXISTS (SELECT FROM capture_requests r WHERE r.article_id = a.id AND r.kind = wanted_kind
                      AND (r.answered_at IS NULL OR wanted_kind = 'flag'))
   GROUP BY a.id
   ORDER BY min(a.rank), a.id
   LIMIT greatest(0, 40 - CASE WHEN wanted_kind = 'flag' THEN
     (SELECT count(*) FROM capture_requests r JOIN event_members m ON m.article_id = r.article_id
       JOIN cases k ON k.event_id = m.event_id WHERE k.id = wanted_case AND r.kind = 'flag') ELSE 0 END)
$$;

CREATE FUNCTION ask_captures_at_flag() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  IF TG_TABLE_NAME = 'cases' THEN
    PERFORM ask_captures(NEW.id, 'flag', NULL, 'case:' || NEW.id);
  ELSE
    PERFORM ask_captures(k.id, 'flag', NULL, 'case:' || k.id) FROM cases k WHERE k.event_id = NEW.event_id;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER new_cases_ask_captures AFTER INSERT ON cases FOR EACH ROW EXECUTE FUNCTION ask_captures_at_flag();
CREATE TRIGGER new_members_ask_captures AFTER INSERT OR UPDATE OF event_id ON event_members
  FOR EACH ROW EXECUTE FUNCTION ask_captures_at_flag();

CREATE FUNCTION ask_captures_of_claim() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  PERFORM ask_captures(c.case_id, 'flag', c.id, 'case:' || c.case_id) FROM claims c WHERE c.id = NEW.claim_id AND c.case_id IS NOT NULL;
  RETURN NULL;
END $$;
CREATE TRIGGER claim_articles_ask_captures AFTER INSERT ON claim_articles
  FOR EACH ROW EXECUTE FUNCTION ask_captures_of_claim();

CREATE FUNCTION ask_captures_at_decision() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  PERFORM ask_captures(c.case_id, 'decision', c.id, u.name)
    FROM verdicts v JOIN claims c ON c.id = v.claim_id JOIN users u ON u.id = NEW.decided_by WHERE v.id = NEW.verdict_id;
  RETURN NULL;
END $$;
CREATE TRIGGER approvals_ask_captures AFTER INSERT ON verdict_decisions
  FOR EACH ROW WHEN (NEW.decision = 'approve') EXECUTE FUNCTION ask_captures_at_decision();
