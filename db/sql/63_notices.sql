-- "Đang xác minh": for disasters and public safety, by one person, for the hours of the setting notice.hours.

CREATE OR REPLACE FUNCTION check_notice() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  c cases%ROWTYPE;
  u users%ROWTYPE;
BEGIN
  SELECT * INTO c FROM cases WHERE id = NEW.case_id;
  SELECT * INTO u FROM users WHERE id = NEW.posted_by;
  IF u.id IS NULL OR u.disabled_at IS NOT NULL OR u.role NOT IN ('verifier', 'approver') THEN
    RAISE EXCEPTION 'notices are posted by verifiers and approvers'
      USING ERRCODE = 'KT403', CONSTRAINT = 'role.notice';
  END IF;
  IF c.critical OR accurate_criticism(c.id) OR NOT urgent_field(c.field) THEN
    RAISE EXCEPTION 'the notice is for disasters and public safety only, never on criticism'
      USING ERRCODE = 'KT403', CONSTRAINT = 'notice.field';
  END IF;
  IF EXISTS (SELECT FROM notices n WHERE n.case_id = c.id) THEN
    RAISE EXCEPTION 'this case had its notice: what follows is a decision by two persons'
      USING ERRCODE = 'KT409', CONSTRAINT = 'notice.twice';
  END IF;
  NEW.posted_at := clock_timestamp();
  NEW.ends_at := NEW.posted_at + make_interval(hours => setting('notice.hours', '4')::int);
  PERFORM audit_note(u.name, u.role, 'notice.post', 'case:' || c.id, NULL, jsonb_build_object('ends_at', NEW.ends_at), NULL);
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER notices_are_checked BEFORE INSERT ON notices FOR EACH ROW EXECUTE FUNCTION check_notice();
