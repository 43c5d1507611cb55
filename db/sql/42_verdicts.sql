-- Verdicts: proposed by one person, decided by another; the one in force.

CREATE OR REPLACE FUNCTION verdict_digest(v verdicts) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT encode(sha256(convert_to(concat_ws(E'\n', v.claim_id, (SELECT body FROM claims WHERE id = v.claim_id), v.code, v.what_is_true, v.reasoning,
                v.counter_evidence, v.emergency_reason,
                (SELECT string_agg(e.id || ' ' || e.title, E'\n' ORDER BY e.id) FROM standing_evidence e WHERE e.claim_id = v.claim_id)), 'UTF8')), 'hex')
$$;
GRANT EXECUTE ON FUNCTION verdict_digest TO kiemtin_app;

CREATE OR REPLACE FUNCTION check_proposal() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  u users%ROWTYPE;
BEGIN
  SELECT * INTO u FROM users WHERE id = NEW.proposed_by;
  IF u.id IS NULL OR u.disabled_at IS NOT NULL OR u.role NOT IN ('verifier', 'approver') THEN
    RAISE EXCEPTION 'verdicts are proposed by verifiers and approvers'
      USING ERRCODE = 'KT403', CONSTRAINT = 'role.verdict_propose';
  END IF;
  PERFORM require_evidence(NEW);
  NEW.proposed_at := clock_timestamp();
  NEW.text_sha256 := verdict_digest(NEW);
  PERFORM audit_note(u.name, u.role, 'verdict.propose', 'claim:' || NEW.claim_id, NULL,
                     jsonb_build_object('verdict', NEW.id, 'code', NEW.code, 'sha256', NEW.text_sha256, 'row', row_digest(NEW)), NULL);
  RETURN NEW;
END $$;

-- Two persons: the approver neither proposed nor last touched the evidence; admins are not exempt.
CREATE OR REPLACE FUNCTION check_decision() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  v verdicts%ROWTYPE;
  u users%ROWTYPE;
  last_editor integer;
BEGIN
  SELECT * INTO v FROM verdicts WHERE id = NEW.verdict_id FOR UPDATE;
  SELECT * INTO u FROM users WHERE id = NEW.decided_by;
  IF v.id IS NULL THEN
    RAISE EXCEPTION 'verdict % does not exist', NEW.verdict_id
      USING ERRCODE = 'KT404', CONSTRAINT = 'verdict.unknown',
      DETAIL = jsonb_build_object('verdict', NEW.verdict_id)::text;
  END IF;
  IF u.id IS NULL OR u.disabled_at IS NOT NULL OR u.role <> 'approver' THEN
    RAISE EXCEPTION 'verdicts are approved by approvers alone'
      USING ERRCODE = 'KT403', CONSTRAINT = 'role.verdict_approve';
  END IF;
  IF NEW.decision <> 'approve' AND blank(NEW.reason) THEN
    RAISE EXCEPTION 'returning a verdict needs a reason'
      USING ERRCODE = 'KT422', CONSTRAINT = 'verdict.return_reason';
  END IF;
  IF EXISTS (SELECT FROM verdicts n WHERE n.claim_id = v.claim_id AND n.id > v.id) THEN
    RAISE EXCEPTION 'a newer proposal stands for this claim'
      USING ERRCODE = 'KT409', CONSTRAINT = 'verdict.newer';
  END IF;
  IF NEW.decision = 'approve' THEN
    IF u.id = v.proposed_by THEN
      RAISE EXCEPTION 'a second person must approve: you proposed this verdict'
        USING ERRCODE = 'KT403', CONSTRAINT = 'verdict.second_person';
    END IF;
    SELECT added_by INTO last_editor FROM evidence WHERE claim_id = v.claim_id ORDER BY id DESC LIMIT 1;
    IF last_editor = u.id THEN
      RAISE EXCEPTION 'a second person must approve: you last edited the evidence'
        USING ERRCODE = 'KT403', CONSTRAINT = 'verdict.second_person_evidence';
    END IF;
    IF EXISTS (SELECT FROM verdict_decisions WHERE verdict_id = v.id AND decision = 'split' AND decided_by = u.id) THEN
      RAISE EXCEPTION 'a third person must approve: you asked for one'
        USING ERRCODE = 'KT403', CONSTRAINT = 'verdict.third_person';
    END IF;
    PERFORM require_persons(u.id, v.proposed_by);
    PERFORM require_evidence(v);
    IF v.code IN ('partly_false', 'fabricated') AND NEW.independence_confirmed IS NOT TRUE THEN
      RAISE EXCEPTION 'who approves confirms that a primary or first-hand piece is independent of the office concerned'
        USING ERRCODE = 'KT422', CONSTRAINT = 'verdict.independence';
    END IF;
    IF NEW.seen_sha256 IS DISTINCT FROM verdict_digest(v) OR NEW.seen_sha256 <> v.text_sha256 THEN
      RAISE EXCEPTION 'the proposal or its evidence changed since it was shown'
        USING ERRCODE = 'KT409', CONSTRAINT = 'verdict.changed';
    END IF;
  END IF;
  NEW.decided_at := clock_timestamp();
  PERFORM audit_note(u.name, u.role, 'verdict.' || NEW.decision, 'claim:' || v.claim_id, NULL,
                     jsonb_build_object('verdict', v.id, 'code', v.code, 'sha256', v.text_sha256, 'decision', NEW.id, 'row', row_digest(NEW)), NEW.reason);
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION withdrawn(verdict bigint) RETURNS boolean LANGUAGE sql STABLE
RETURN EXISTS (SELECT FROM publications p WHERE p.verdict_id = verdict AND p.kind = 'withdrawal');
GRANT EXECUTE ON FUNCTION withdrawn TO kiemtin_app;

-- The latest approved verdict of a claim, in force or withdrawn.
CREATE OR REPLACE VIEW latest_verdicts AS
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
GRANT SELECT ON verdicts_in_force TO kiemtin_app;

CREATE OR REPLACE FUNCTION decide_once() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  done verdict_decisions%ROWTYPE;
BEGIN
  PERFORM FROM verdicts WHERE id = NEW.verdict_id FOR NO KEY UPDATE;
  SELECT * INTO done FROM verdict_decisions WHERE verdict_id = NEW.verdict_id AND decision <> 'split' LIMIT 1;
  IF done.id IS NOT NULL THEN
    RAISE EXCEPTION 'this proposal was % already, at %', CASE done.decision WHEN 'approve' THEN 'approved' ELSE 'returned' END,
      to_char(done.decided_at AT TIME ZONE 'Asia/Ho_Chi_Minh', 'HH24:MI DD/MM/YYYY')
      USING ERRCODE = 'KT409', CONSTRAINT = CASE done.decision WHEN 'approve' THEN 'verdict.approved' ELSE 'verdict.returned' END,
      DETAIL = jsonb_build_object('at', to_char(done.decided_at AT TIME ZONE 'Asia/Ho_Chi_Minh', 'HH24:MI DD/MM/YYYY'))::text;
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER verdicts_are_checked BEFORE INSERT ON verdicts FOR EACH ROW EXECUTE FUNCTION check_proposal();
CREATE OR REPLACE TRIGGER verdict_decisions_are_checked BEFORE INSERT ON verdict_decisions FOR EACH ROW EXECUTE FUNCTION check_decision();
CREATE OR REPLACE TRIGGER verdict_decisions_alone BEFORE INSERT ON verdict_decisions FOR EACH ROW EXECUTE FUNCTION decide_once();
