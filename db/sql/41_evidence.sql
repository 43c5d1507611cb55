-- Evidence: what stands of it, what a label needs.

-- What stands of a claim's evidence: not replaced, not withdrawn.
CREATE OR REPLACE VIEW standing_evidence AS
  SELECT e.id, e.claim_id, e.kind, e.title, e.url, e.body, e.issuer, e.independent, e.capture_id, e.file_sha256, e.added_by, e.added_at
    FROM evidence e
   WHERE NOT e.withdrawn AND NOT EXISTS (SELECT FROM evidence r WHERE r.replaces = e.id);
GRANT SELECT ON standing_evidence TO kiemtin_app;

-- Five minutes are for clocks of several machines.
CREATE OR REPLACE FUNCTION attempt_has_happened() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NEW.at > clock_timestamp() + interval '5 minutes' THEN
    RAISE EXCEPTION 'an attempt to reach somebody is logged after it was made: this time is still to come'
      USING ERRCODE = 'KT422', COLUMN = 'at', CONSTRAINT = 'attempt.to_come';
  END IF;
  RETURN NEW;
END $$;

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
    IF NOT EXISTS (SELECT FROM standing_evidence WHERE claim_id = v.claim_id AND (capture_id IS NOT NULL OR file_sha256 IS NOT NULL)) THEN
      RAISE EXCEPTION 'the disputed item must be archived: no kept copy stands among the evidence'
        USING ERRCODE = 'KT422', CONSTRAINT = 'evidence.archived_item';
    END IF;
    IF NOT blank(v.emergency_reason) AND coalesce(c.field, (SELECT field FROM cases WHERE id = c.case_id), '')
       NOT IN ('disaster-epidemic', 'security-order') THEN
      RAISE EXCEPTION 'an emergency is stated for disasters and public safety only'
        USING ERRCODE = 'KT422', CONSTRAINT = 'verdict.emergency';
    END IF;
    IF blank(v.emergency_reason) AND NOT EXISTS (SELECT FROM contact_attempts WHERE claim_id = v.claim_id
                                                    AND at <= clock_timestamp() + interval '5 minutes') THEN
      RAISE EXCEPTION 'a logged attempt to reach the source is needed, or a stated emergency'
        USING ERRCODE = 'KT422', CONSTRAINT = 'evidence.attempt';
    END IF;
  END IF;
END $$;
CREATE OR REPLACE TRIGGER contact_attempts_have_happened BEFORE INSERT ON contact_attempts
  FOR EACH ROW EXECUTE FUNCTION attempt_has_happened();
