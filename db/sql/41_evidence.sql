-- Evidence: what stands of it, what a label needs.

-- What stands of a claim's evidence: not replaced, not withdrawn.
CREATE OR REPLACE VIEW standing_evidence AS
  SELECT e.id, e.claim_id, e.kind, e.title, e.url, e.body, e.issuer, e.independent, e.capture_id, e.file_sha256, e.added_by, e.added_at
    FROM evidence e
   WHERE NOT e.withdrawn AND NOT EXISTS (SELECT FROM evidence r WHERE r.replaces = e.id);
GRANT SELECT ON standing_evidence TO kiemtin_app;

-- The day on which a claim is first known to have been said: its own day, its articles', its event's; at the latest when it was kept.
CREATE OR REPLACE FUNCTION first_appearance(of_claim bigint) RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT date_trunc('day', least(c.said_on::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh', c.created_at,
           (SELECT min(least(a.published_at, a.first_seen_at)) FROM claim_articles k JOIN articles a ON a.id = k.article_id WHERE k.claim_id = c.id),
           (SELECT e.started_at FROM cases s JOIN events e ON e.id = s.event_id WHERE s.id = c.case_id)), 'Asia/Ho_Chi_Minh')
    FROM claims c WHERE c.id = of_claim
$$;

-- Five minutes are for clocks of several machines.
CREATE OR REPLACE FUNCTION attempt_has_happened() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NEW.at > clock_timestamp() + interval '5 minutes' THEN
    RAISE EXCEPTION 'an attempt to reach somebody is logged after it was made: this time is still to come'
      USING ERRCODE = 'KT422', COLUMN = 'at', CONSTRAINT = 'attempt.to_come';
  END IF;
  IF NEW.at < first_appearance(NEW.claim_id) THEN
    RAISE EXCEPTION 'nobody was asked about a claim before it appeared: this time is before %',
      to_char(first_appearance(NEW.claim_id) AT TIME ZONE 'Asia/Ho_Chi_Minh', 'DD/MM/YYYY')
      USING ERRCODE = 'KT422', COLUMN = 'at', CONSTRAINT = 'attempt.too_early',
      DETAIL = jsonb_build_object('at', to_char(first_appearance(NEW.claim_id) AT TIME ZONE 'Asia/Ho_Chi_Minh', 'DD/MM/YYYY'))::text;
  END IF;
  IF blank(NEW.how) OR blank(NEW.result) THEN
    RAISE EXCEPTION 'an attempt says how it was made and what came of it'
      USING ERRCODE = 'KT422', CONSTRAINT = 'attempt.empty';
  END IF;
  RETURN NEW;
END $$;

-- How an article stands to a claim by the last word of a person; null where none was said.
CREATE OR REPLACE FUNCTION standing_relation(of_claim bigint, of_article bigint) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT relation FROM claim_articles WHERE claim_id = of_claim AND article_id = of_article AND set_by IS NOT NULL ORDER BY id DESC LIMIT 1
$$;

-- A copy that evidence names is one that we hold; a kept article is the disputed item only where a person has said that it asserts
-- or repeats the claim.
CREATE OR REPLACE FUNCTION check_copy() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NEW.file_sha256 IS NOT NULL AND NOT EXISTS (SELECT FROM uploads WHERE sha256 = NEW.file_sha256) THEN
    RAISE EXCEPTION 'no file with this hash was handed in'
      USING ERRCODE = 'KT422', CONSTRAINT = 'evidence.no_file';
  END IF;
  IF NEW.capture_id IS NOT NULL AND NOT EXISTS (SELECT FROM captures WHERE id = NEW.capture_id) THEN
    RAISE EXCEPTION 'there is no such capture'
      USING ERRCODE = 'KT422', CONSTRAINT = 'evidence.no_capture';
  END IF;
  IF NEW.kind = 'archived_item' AND NEW.capture_id IS NOT NULL AND NOT disputed_copy(NEW) THEN
    RAISE EXCEPTION 'the disputed item is a kept article of which a person has said that it asserts or repeats the claim'
      USING ERRCODE = 'KT422', CONSTRAINT = 'evidence.not_disputed';
  END IF;
  IF NEW.replaces IS NOT NULL AND NOT EXISTS (SELECT FROM standing_evidence WHERE id = NEW.replaces AND claim_id = NEW.claim_id) THEN
    RAISE EXCEPTION 'only a piece that stands for the same claim is replaced or withdrawn'
      USING ERRCODE = 'KT409', CONSTRAINT = 'evidence.withdrawn';
  END IF;
  NEW.added_at := clock_timestamp();
  RETURN NEW;
END $$;

-- Whether a piece is an archived copy of the disputed item: marked as that, and a file handed in or the capture of an article that
-- asserts or repeats the claim.
CREATE OR REPLACE FUNCTION disputed_copy(e evidence) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT e.kind = 'archived_item' AND (
           e.capture_id IS NULL AND EXISTS (SELECT FROM uploads WHERE sha256 = e.file_sha256)
        OR EXISTS (SELECT FROM captures c WHERE c.id = e.capture_id AND standing_relation(e.claim_id, c.article_id) IN ('asserts', 'repeats')))
$$;

-- The evidence rule for the two labels that say "not true"; raises with the first thing missing.
-- Attempts logged for a day to come, before they were refused, do not count for the gate until that day.
CREATE OR REPLACE FUNCTION require_evidence(v verdicts) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  c claims%ROWTYPE;
  n integer;
  outside integer;
BEGIN
  SELECT * INTO c FROM claims WHERE id = v.claim_id;
  SELECT count(*), count(*) FILTER (WHERE kind IN ('primary', 'first_hand') AND independent
                                      AND (c.criticised_agency IS NULL OR issuer IS DISTINCT FROM c.criticised_agency))
    INTO n, outside
    FROM standing_evidence WHERE claim_id = v.claim_id AND kind <> 'archived_item';
  IF v.code = 'authentic' AND n < 1 THEN
    RAISE EXCEPTION 'a public label needs evidence: none stands for claim %', v.claim_id
      USING ERRCODE = 'KT422', CONSTRAINT = 'evidence.none',
      DETAIL = jsonb_build_object('claim', v.claim_id)::text;
  END IF;
  IF v.code IN ('partly_false', 'fabricated') THEN
    IF n < 2 THEN
      RAISE EXCEPTION 'at least two pieces of evidence are needed, % stand', n
        USING ERRCODE = 'KT422', CONSTRAINT = 'evidence.two_pieces',
        DETAIL = jsonb_build_object('stand', n)::text;
    END IF;
    IF outside < 1 THEN
      RAISE EXCEPTION 'at least one primary or first-hand piece must be independent of the office concerned'
        USING ERRCODE = 'KT422', CONSTRAINT = 'evidence.independent';
    END IF;
    IF NOT EXISTS (SELECT FROM evidence e JOIN standing_evidence t ON t.id = e.id WHERE e.claim_id = v.claim_id AND disputed_copy(e)) THEN
      RAISE EXCEPTION 'the disputed item must be archived: no kept copy stands among the evidence'
        USING ERRCODE = 'KT422', CONSTRAINT = 'evidence.archived_item';
    END IF;
    IF NOT blank(v.emergency_reason) AND NOT urgent_field(coalesce(c.field, (SELECT field FROM cases WHERE id = c.case_id))) THEN
      RAISE EXCEPTION 'an emergency is stated for disasters and public safety only'
        USING ERRCODE = 'KT422', CONSTRAINT = 'verdict.emergency';
    END IF;
    IF blank(v.emergency_reason) AND NOT EXISTS (SELECT FROM contact_attempts WHERE claim_id = v.claim_id
                                                    AND at BETWEEN first_appearance(v.claim_id) AND clock_timestamp() + interval '5 minutes') THEN
      RAISE EXCEPTION 'a logged attempt to reach the source is needed, or a stated emergency'
        USING ERRCODE = 'KT422', CONSTRAINT = 'evidence.attempt';
    END IF;
  END IF;
END $$;
CREATE OR REPLACE TRIGGER evidence_holds_its_copy BEFORE INSERT ON evidence FOR EACH ROW EXECUTE FUNCTION check_copy();
CREATE OR REPLACE TRIGGER contact_attempts_have_happened BEFORE INSERT ON contact_attempts
  FOR EACH ROW EXECUTE FUNCTION attempt_has_happened();
