-- Who may write: the named person is in service and has one of the roles that the trigger names.

-- Who reads only decides nothing: leaders and administrators write no content, whichever way they come.
CREATE OR REPLACE FUNCTION check_writer() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  writer integer := (to_jsonb(NEW) ->> TG_ARGV[0])::integer;
  allowed text[] := string_to_array(TG_ARGV[1], ' ');
  u users%ROWTYPE;
BEGIN
  IF writer IS NULL THEN
    RETURN NEW;  -- proposed by the machine, where the column allows it
  END IF;
  SELECT * INTO u FROM users WHERE id = writer;
  IF u.id IS NULL OR u.disabled_at IS NOT NULL THEN
    RAISE EXCEPTION 'the account is unknown or disabled'
      USING ERRCODE = 'KT403', CONSTRAINT = 'account.not_in_service';
  END IF;
  IF NOT u.role = ANY (allowed) THEN
    IF 'monitor' = ANY (allowed) THEN
      RAISE EXCEPTION 'content is decided by monitors, verifiers and approvers'
        USING ERRCODE = 'KT403', CONSTRAINT = 'role.content';
    END IF;
    RAISE EXCEPTION 'evidence is kept by verifiers and approvers'
      USING ERRCODE = 'KT403', CONSTRAINT = 'role.evidence';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER reviews_are_by_staff BEFORE INSERT ON reviews
  FOR EACH ROW EXECUTE FUNCTION check_writer('user_id', 'monitor verifier approver');
CREATE OR REPLACE TRIGGER adjudications_are_by_staff BEFORE INSERT ON adjudications
  FOR EACH ROW EXECUTE FUNCTION check_writer('user_id', 'monitor verifier approver');
CREATE OR REPLACE TRIGGER stances_are_by_staff BEFORE INSERT ON stances
  FOR EACH ROW EXECUTE FUNCTION check_writer('user_id', 'monitor verifier approver');
CREATE OR REPLACE TRIGGER notes_are_by_staff BEFORE INSERT ON notes
  FOR EACH ROW EXECUTE FUNCTION check_writer('user_id', 'monitor verifier approver');
CREATE OR REPLACE TRIGGER claims_are_by_staff BEFORE INSERT ON claims
  FOR EACH ROW EXECUTE FUNCTION check_writer('created_by', 'monitor verifier approver');
CREATE OR REPLACE TRIGGER claim_articles_are_by_staff BEFORE INSERT ON claim_articles
  FOR EACH ROW EXECUTE FUNCTION check_writer('set_by', 'monitor verifier approver');
CREATE OR REPLACE TRIGGER evidence_is_by_verifiers BEFORE INSERT ON evidence
  FOR EACH ROW EXECUTE FUNCTION check_writer('added_by', 'verifier approver');
CREATE OR REPLACE TRIGGER contact_attempts_are_by_verifiers BEFORE INSERT ON contact_attempts
  FOR EACH ROW EXECUTE FUNCTION check_writer('made_by', 'verifier approver');
CREATE OR REPLACE TRIGGER response_texts_by_verifiers BEFORE INSERT ON response_texts
  FOR EACH ROW EXECUTE FUNCTION check_writer('written_by', 'verifier approver');
CREATE OR REPLACE TRIGGER response_outcomes_by_verifiers BEFORE INSERT ON response_outcomes
  FOR EACH ROW EXECUTE FUNCTION check_writer('set_by', 'verifier approver');
