-- A verdict whose publication was withdrawn is no longer in force, and what is done once is done once: publications,
-- decisions, approvals, adjudications. Letters go out approved, and one that went out is not rewritten.

-- ── withdrawn verdicts ──────────────────────────────────────────────────────────────────────────────────────────
CREATE INDEX publications_withdrawals ON publications (verdict_id) WHERE kind = 'withdrawal';
CREATE FUNCTION withdrawn(verdict bigint) RETURNS boolean LANGUAGE sql STABLE
RETURN EXISTS (SELECT FROM publications p WHERE p.verdict_id = verdict AND p.kind = 'withdrawal');
GRANT EXECUTE ON FUNCTION withdrawn TO kiemtin_app;

-- The latest approved verdict of a claim, in force or withdrawn.
CREATE VIEW latest_verdicts AS
  SELECT DISTINCT ON (v.claim_id) v.claim_id, v.id AS verdict_id, v.code, v.what_is_true, v.reasoning, v.counter_evidence,
         v.proposed_by, v.proposed_at, d.decided_by AS approved_by, d.decided_at AS approved_at, v.text_sha256
    FROM verdicts v JOIN verdict_decisions d ON d.verdict_id = v.id AND d.decision = 'approve'
   ORDER BY v.claim_id, d.decided_at DESC, v.id DESC;
GRANT SELECT ON latest_verdicts TO kiemtin_app;

-- The verdict in force: the latest approved one, unless it was withdrawn from the public. An older one does not come back.
CREATE OR REPLACE VIEW verdicts_in_force AS
  SELECT l.claim_id, l.verdict_id, l.code, l.what_is_true, l.reasoning, l.counter_evidence, l.proposed_by, l.proposed_at,
         l.approved_by, l.approved_at, l.text_sha256
    FROM latest_verdicts l
   WHERE NOT EXISTS (SELECT FROM publications p WHERE p.verdict_id = l.verdict_id AND p.kind = 'withdrawal');

-- ── one line of publications per claim ──────────────────────────────────────────────────────────────────────────
-- Runs before publications_are_checked (triggers go by name): two presses of one button wait for each other here. The lock
-- lets foreign keys through, which are looked at after the audit was written.
CREATE FUNCTION publish_in_one_line() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  newest publications%ROWTYPE;
BEGIN
  PERFORM FROM claims WHERE id = NEW.claim_id FOR NO KEY UPDATE;
  SELECT * INTO newest FROM publications WHERE claim_id = NEW.claim_id ORDER BY id DESC LIMIT 1;
  IF NEW.replaces IS NULL OR newest.id IS NULL THEN
    RETURN NEW;
  END IF;
  IF NEW.kind = 'withdrawal' AND newest.kind = 'withdrawal' THEN
    RAISE EXCEPTION 'this publication was withdrawn already, at %',
      to_char(newest.published_at AT TIME ZONE 'Asia/Ho_Chi_Minh', 'HH24:MI DD/MM/YYYY') USING ERRCODE = 'KT409';
  END IF;
  IF NEW.kind = 'correction' AND newest.verdict_id = NEW.verdict_id THEN
    RAISE EXCEPTION 'a correction publishes a newer verdict, and none is approved since' USING ERRCODE = 'KT409';
  END IF;
  IF NEW.replaces <> newest.id AND EXISTS (SELECT FROM publications WHERE id = NEW.replaces AND claim_id = NEW.claim_id) THEN
    RAISE EXCEPTION 'only the newest publication of a claim is corrected or withdrawn' USING ERRCODE = 'KT409';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER publications_alone BEFORE INSERT ON publications FOR EACH ROW EXECUTE FUNCTION publish_in_one_line();

-- ── verdicts: one end per proposal, attempts that have happened ─────────────────────────────────────────────────
CREATE FUNCTION decide_once() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  done verdict_decisions%ROWTYPE;
BEGIN
  PERFORM FROM verdicts WHERE id = NEW.verdict_id FOR NO KEY UPDATE;
  SELECT * INTO done FROM verdict_decisions WHERE verdict_id = NEW.verdict_id AND decision <> 'split' LIMIT 1;
  IF done.id IS NOT NULL THEN
    RAISE EXCEPTION 'this proposal was % already, at %', CASE done.decision WHEN 'approve' THEN 'approved' ELSE 'returned' END,
      to_char(done.decided_at AT TIME ZONE 'Asia/Ho_Chi_Minh', 'HH24:MI DD/MM/YYYY') USING ERRCODE = 'KT409';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER verdict_decisions_alone BEFORE INSERT ON verdict_decisions FOR EACH ROW EXECUTE FUNCTION decide_once();

-- Five minutes are for clocks of several machines.
CREATE FUNCTION attempt_has_happened() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  IF NEW.at > clock_timestamp() + interval '5 minutes' THEN
    RAISE EXCEPTION 'an attempt to reach somebody is logged after it was made: this time is still to come'
      USING ERRCODE = 'KT422', COLUMN = 'at';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER contact_attempts_have_happened BEFORE INSERT ON contact_attempts
  FOR EACH ROW EXECUTE FUNCTION attempt_has_happened();

-- Attempts logged for a day to come, before they were refused, do not count for the gate until that day.
CREATE OR REPLACE FUNCTION require_evidence(v verdicts) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$
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
    RAISE EXCEPTION 'a public label needs evidence: none stands for claim %', v.claim_id USING ERRCODE = 'KT422';
  END IF;
  IF v.code IN ('partly_false', 'fabricated') THEN
    IF n < 2 THEN
      RAISE EXCEPTION 'at least two pieces of evidence are needed, % stand', n USING ERRCODE = 'KT422';
    END IF;
    IF outside < 1 THEN
      RAISE EXCEPTION 'at least one primary or first-hand piece must be independent of the office concerned' USING ERRCODE = 'KT422';
    END IF;
    IF NOT EXISTS (SELECT FROM standing_evidence WHERE claim_id = v.claim_id AND (capture_id IS NOT NULL OR file_sha256 IS NOT NULL)) THEN
      RAISE EXCEPTION 'the disputed item must be archived: no kept copy stands among the evidence' USING ERRCODE = 'KT422';
    END IF;
    IF NOT blank(v.emergency_reason) AND coalesce(c.field, (SELECT field FROM cases WHERE id = c.case_id), '')
       NOT IN ('disaster-epidemic', 'security-order') THEN
      RAISE EXCEPTION 'an emergency is stated for disasters and public safety only' USING ERRCODE = 'KT422';
    END IF;
    IF blank(v.emergency_reason) AND NOT EXISTS (SELECT FROM contact_attempts WHERE claim_id = v.claim_id
                                                    AND at <= clock_timestamp() + interval '5 minutes') THEN
      RAISE EXCEPTION 'a logged attempt to reach the source is needed, or a stated emergency' USING ERRCODE = 'KT422';
    END IF;
  END IF;
END $$;

-- ── adjudications ───────────────────────────────────────────────────────────────────────────────────────────────
CREATE FUNCTION adjudicate_a_difference() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  settled timestamptz;
BEGIN
  PERFORM FROM cases WHERE id = NEW.case_id FOR NO KEY UPDATE;
  SELECT at INTO settled FROM adjudications WHERE case_id = NEW.case_id;
  IF settled IS NOT NULL THEN
    RAISE EXCEPTION 'this difference was settled already, at %',
      to_char(settled AT TIME ZONE 'Asia/Ho_Chi_Minh', 'HH24:MI DD/MM/YYYY') USING ERRCODE = 'KT409';
  END IF;
  IF NOT EXISTS (SELECT FROM standing_reviews f JOIN standing_reviews s ON s.case_id = f.case_id AND s.user_id <> f.user_id
                  WHERE f.case_id = NEW.case_id AND NOT f.blind AND s.blind AND f.only_article IS NULL
                    AND s.only_article IS NULL AND f.outcome <> s.outcome) THEN
    RAISE EXCEPTION 'no two opinions on this case differ: there is nothing to settle' USING ERRCODE = 'KT409';
  END IF;
  IF EXISTS (SELECT FROM standing_reviews WHERE case_id = NEW.case_id AND user_id = NEW.user_id AND only_article IS NULL) THEN
    RAISE EXCEPTION 'a third person settles: you gave an opinion on this case' USING ERRCODE = 'KT403';
  END IF;
  NEW.at := clock_timestamp();
  RETURN NEW;
END $$;
CREATE TRIGGER adjudications_settle BEFORE INSERT ON adjudications FOR EACH ROW EXECUTE FUNCTION adjudicate_a_difference();

-- ── letters ─────────────────────────────────────────────────────────────────────────────────────────────────────
-- Which text the writer had before them: two windows do not overwrite each other unseen. Null: the first text, and all
-- texts from before this was kept.
ALTER TABLE response_texts ADD COLUMN replaces bigint REFERENCES response_texts;
CREATE FUNCTION write_on_the_newest() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  newest bigint;
BEGIN
  PERFORM FROM responses WHERE id = NEW.response_id FOR NO KEY UPDATE;
  IF EXISTS (SELECT FROM response_outcomes WHERE response_id = NEW.response_id AND outcome = 'sent') THEN
    RAISE EXCEPTION 'a letter that was sent is not rewritten: begin a new one' USING ERRCODE = 'KT409';
  END IF;
  SELECT max(id) INTO newest FROM response_texts WHERE response_id = NEW.response_id;
  IF NEW.replaces IS DISTINCT FROM newest THEN
    RAISE EXCEPTION 'the letter was rewritten meanwhile' USING ERRCODE = 'KT409';
  END IF;
  NEW.written_at := clock_timestamp();
  RETURN NEW;
END $$;
CREATE TRIGGER response_texts_on_the_newest BEFORE INSERT ON response_texts
  FOR EACH ROW EXECUTE FUNCTION write_on_the_newest();
CREATE TRIGGER response_texts_by_verifiers BEFORE INSERT ON response_texts
  FOR EACH ROW EXECUTE FUNCTION check_writer('written_by', 'verifier approver');

CREATE FUNCTION approve_once() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  approved timestamptz;
BEGIN
  PERFORM FROM responses WHERE id = (SELECT response_id FROM response_texts WHERE id = NEW.text_id) FOR NO KEY UPDATE;
  SELECT approved_at INTO approved FROM response_approvals WHERE text_id = NEW.text_id;
  IF approved IS NOT NULL THEN
    RAISE EXCEPTION 'this letter was approved already, at %',
      to_char(approved AT TIME ZONE 'Asia/Ho_Chi_Minh', 'HH24:MI DD/MM/YYYY') USING ERRCODE = 'KT409';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER response_approvals_alone BEFORE INSERT ON response_approvals FOR EACH ROW EXECUTE FUNCTION approve_once();

CREATE FUNCTION send_what_is_approved() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  PERFORM FROM responses WHERE id = NEW.response_id FOR NO KEY UPDATE;
  IF NEW.outcome = 'sent' AND NOT EXISTS (
      SELECT FROM response_approvals WHERE text_id = (SELECT max(id) FROM response_texts WHERE response_id = NEW.response_id)) THEN
    RAISE EXCEPTION 'a letter is sent after a second person approved it' USING ERRCODE = 'KT409';
  END IF;
  NEW.set_at := clock_timestamp();
  RETURN NEW;
END $$;
CREATE TRIGGER response_outcomes_of_approved BEFORE INSERT ON response_outcomes
  FOR EACH ROW EXECUTE FUNCTION send_what_is_approved();
CREATE TRIGGER response_outcomes_by_verifiers BEFORE INSERT ON response_outcomes
  FOR EACH ROW EXECUTE FUNCTION check_writer('set_by', 'verifier approver');
