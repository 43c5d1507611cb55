-- Reports of the public: contacts looked at with a reason, purged in time.

-- The only way to a contact: verifiers and approvers, with a reason, and the look is in the audit before it happens.
CREATE OR REPLACE FUNCTION look_at_contact(report bigint, person integer, why text) RETURNS bytea
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  u users%ROWTYPE;
  found bytea;
BEGIN
  PERFORM require_session(person);
  SELECT * INTO u FROM users WHERE id = person;
  IF u.id IS NULL OR u.disabled_at IS NOT NULL OR u.role NOT IN ('verifier', 'approver') THEN
    RAISE EXCEPTION 'contacts are for verifiers and approvers'
      USING ERRCODE = 'KT403', CONSTRAINT = 'role.contact';
  END IF;
  IF blank(why) THEN
    RAISE EXCEPTION 'say why the contact is needed'
      USING ERRCODE = 'KT422', CONSTRAINT = 'contact.reason';
  END IF;
  PERFORM audit_note(u.name, u.role, 'contact.view', 'report:' || report, NULL, NULL, why);
  SELECT sealed INTO found FROM contacts WHERE report_id = report;
  IF found IS NULL THEN
    RAISE EXCEPTION 'this report has no contact, or it was purged'
      USING ERRCODE = 'KT404', CONSTRAINT = 'contact.none';
  END IF;
  RETURN found;
END $$;
GRANT EXECUTE ON FUNCTION look_at_contact TO kiemtin_app;

-- Whether there is a contact may be known without looking at it.
CREATE OR REPLACE FUNCTION has_contact(report bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM contacts WHERE report_id = report)
$$;
GRANT EXECUTE ON FUNCTION has_contact TO kiemtin_app;

-- Purges what may not be kept: contacts some days after the case closed and at most some days after receipt,
-- address prefixes and login prefixes after seven days. Days come from the settings. Answers how many went.
CREATE OR REPLACE FUNCTION purge_personal(after_closing integer, at_most integer, prefixes integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  gone integer;
BEGIN
  WITH purged AS (
    DELETE FROM contacts c USING reports r
     WHERE r.id = c.report_id
       AND (c.kept_from < now() - make_interval(days => at_most)
            OR EXISTS (SELECT FROM report_cases rc JOIN cases k ON k.id = rc.case_id
                        WHERE rc.report_id = r.id AND k.state = 'closed'
                          AND k.changed_at < now() - make_interval(days => after_closing))
            OR EXISTS (SELECT FROM report_refusals f WHERE f.report_id = r.id
                          AND f.refused_at < now() - make_interval(days => after_closing)))
    RETURNING c.report_id)
  SELECT count(*) INTO gone FROM purged;
  UPDATE reports SET prefix = NULL WHERE prefix IS NOT NULL AND received_at < now() - make_interval(days => prefixes);
  DELETE FROM login_attempts WHERE at < now() - make_interval(days => prefixes);
  IF gone > 0 THEN
    PERFORM audit_note('desk', NULL, 'contact.purge', 'contacts', NULL, jsonb_build_object('purged', gone), NULL);
  END IF;
  RETURN gone;
END $$;
GRANT EXECUTE ON FUNCTION purge_personal TO kiemtin_app;

CREATE OR REPLACE FUNCTION settle_report() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  report bigint := CASE TG_OP WHEN 'DELETE' THEN OLD.report_id ELSE NEW.report_id END;
BEGIN
  UPDATE reports SET settled = EXISTS (SELECT FROM report_cases c WHERE c.report_id = report)
                            OR EXISTS (SELECT FROM report_refusals f WHERE f.report_id = report)
   WHERE id = report;
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER report_cases_settle AFTER INSERT OR DELETE ON report_cases FOR EACH ROW EXECUTE FUNCTION settle_report();
CREATE OR REPLACE TRIGGER report_refusals_settle AFTER INSERT OR DELETE ON report_refusals FOR EACH ROW EXECUTE FUNCTION settle_report();
