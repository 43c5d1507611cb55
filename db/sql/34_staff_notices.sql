-- Notices to staff: mentioned, assigned, routed, joined, regrouped.

-- Tells a person, unless it was their own doing, they cannot open the case, or the same already waits for them.
CREATE OR REPLACE FUNCTION tell(person integer, what text, about bigint, by_whom integer, note bigint DEFAULT NULL, other bigint DEFAULT NULL)
RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  INSERT INTO staff_notices (user_id, kind, case_id, by_user, note_id, other_case)
  SELECT u.id, what, about, by_whom, note, other
    FROM users u JOIN cases c ON c.id = about
   WHERE u.id = person AND u.disabled_at IS NULL AND u.id IS DISTINCT FROM by_whom AND u.role <> 'admin'
     AND NOT (c.restricted AND u.role = 'monitor')
     AND NOT EXISTS (SELECT FROM staff_notices n WHERE n.user_id = u.id AND n.kind = what AND n.case_id = about
                        AND n.seen_at IS NULL AND n.note_id IS NOT DISTINCT FROM note AND n.other_case IS NOT DISTINCT FROM other)
$$;
REVOKE EXECUTE ON FUNCTION tell FROM public;

CREATE OR REPLACE FUNCTION tell_mentioned() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  -- a name may end with a dot, a sentence too: both readings are tried. Mail addresses are no mentions.
  PERFORM tell(u.id, 'mention', NEW.case_id, NEW.user_id, NEW.id)
     FROM users u
    WHERE u.name IN (SELECT unnest(ARRAY[lower(m[1]), rtrim(lower(m[1]), '._-')])
                       FROM regexp_matches(NEW.body, '(?<![[:alnum:]_.-])@([A-Za-z][A-Za-z0-9._-]{1,39})', 'g') AS m);
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION tell_owners() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  hand integer := (SELECT id FROM users WHERE name = acting());
BEGIN
  IF NEW.assigned_to IS DISTINCT FROM OLD.assigned_to AND NEW.assigned_to IS NOT NULL THEN
    PERFORM tell(NEW.assigned_to, 'assigned', NEW.id, hand);
  END IF;
  IF NEW.agency IS DISTINCT FROM OLD.agency AND NEW.agency IS NOT NULL THEN
    PERFORM tell(u.id, 'routed', NEW.id, hand) FROM users u WHERE u.agency = NEW.agency;
  END IF;
  RETURN NULL;
END $$;

-- Articles that left an event or came to it: the owner is told, and whoever asked learns that it was done.
CREATE OR REPLACE FUNCTION tell_regrouped() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF OLD.applied_at IS NULL AND NEW.applied_at IS NOT NULL AND NEW.kind <> 'merge' THEN
    PERFORM tell(who, 'regrouped', c.id, NULL)
       FROM cases c, LATERAL (SELECT c.assigned_to AS who UNION SELECT NEW.asked_by) p
      WHERE c.event_id = NEW.event_id AND who IS NOT NULL;
  END IF;
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER notes_tell_the_mentioned AFTER INSERT ON notes FOR EACH ROW EXECUTE FUNCTION tell_mentioned();
CREATE OR REPLACE TRIGGER cases_tell_their_owners AFTER UPDATE OF assigned_to, agency ON cases FOR EACH ROW EXECUTE FUNCTION tell_owners();
CREATE OR REPLACE TRIGGER corrections_tell_the_owner AFTER UPDATE OF applied_at ON event_corrections
  FOR EACH ROW EXECUTE FUNCTION tell_regrouped();
