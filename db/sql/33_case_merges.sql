-- Two events became one: what becomes of their cases.

-- How much work stands in a case: 0 it is closed, 1 nobody has gone beyond triage, 2 it holds claims or went on.
CREATE OR REPLACE FUNCTION work_in(c cases) RETURNS integer
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT CASE WHEN c.state = 'closed' THEN 0
              WHEN c.state IN ('flagged', 'triage') AND NOT EXISTS (SELECT FROM claims WHERE case_id = c.id) THEN 1
              ELSE 2 END
$$;

-- The cases of an event that went into another. The event that stays keeps the case with more work in it; a case without
-- work closes; where both hold work both stay open, linked, until a person ends one. Owner, office, clock and reports of
-- a case that closes (or that a person closed by merging) go over; whoever had it in hand is told.
CREATE OR REPLACE FUNCTION join_cases(gone_event bigint, whole_event bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  ends cases%ROWTYPE;
  stays cases%ROWTYPE;
  spare cases%ROWTYPE;
  asker integer := (SELECT asked_by FROM event_corrections WHERE kind = 'merge' AND event_id = gone_event ORDER BY id DESC LIMIT 1);
  closing boolean;
  merged boolean;                                    -- a person closed it by asking for the merge
BEGIN
  PERFORM FROM cases WHERE event_id IN (gone_event, whole_event) ORDER BY id FOR UPDATE;
  SELECT * INTO ends FROM cases WHERE event_id = gone_event;
  SELECT * INTO stays FROM cases WHERE event_id = whole_event;
  IF ends.id IS NULL THEN
    RETURN;
  END IF;
  merged := ends.state = 'closed' AND ends.outcome = 'merge';
  IF stays.id IS NULL AND ends.state = 'closed' AND NOT merged THEN
    RETURN;
  END IF;
  IF stays.id IS NULL AND merged THEN
    -- the person meant: go on with that event; so that event needs a case
    UPDATE events SET flagged = true, selected_by = coalesce(selected_by, 'rule') WHERE id = whole_event;
    SELECT * INTO stays FROM cases WHERE event_id = whole_event;
  END IF;
  IF stays.id IS NULL THEN
    -- no second case: the work goes on with the event that stays
    UPDATE cases SET event_id = whole_event WHERE id = ends.id;
    UPDATE events e SET flagged = true, selected_by = coalesce(e.selected_by, g.selected_by), inclusion = coalesce(e.inclusion, g.inclusion)
      FROM events g WHERE e.id = whole_event AND g.id = gone_event;
    PERFORM audit_note(acting(), NULL, 'case.follow', 'case:' || ends.id,
                       jsonb_build_object('event', gone_event), jsonb_build_object('event', whole_event));
    PERFORM tell(ends.assigned_to, 'regrouped', ends.id, asker);
    RETURN;
  END IF;
  IF work_in(ends) > work_in(stays) THEN
    UPDATE cases SET event_id = NULL WHERE id = stays.id;
    UPDATE cases SET event_id = whole_event WHERE id = ends.id;
    UPDATE cases SET event_id = gone_event WHERE id = stays.id;
    spare := ends; ends := stays; stays := spare;
  END IF;
  closing := work_in(ends) = 1;
  INSERT INTO case_joins (case_id, into_case, asked_by, from_state, to_state, seen_version)
  VALUES (ends.id, stays.id, asker, ends.state, CASE WHEN closing THEN 'closed' ELSE ends.state END, ends.version);
  IF ends.state <> 'closed' OR merged THEN
    PERFORM tell(who, 'joined', ends.id, asker, NULL, stays.id)
       FROM (SELECT ends.assigned_to AS who UNION SELECT stays.assigned_to
             UNION SELECT user_id FROM leases WHERE case_id IN (ends.id, stays.id) AND expires_at > now()
             UNION SELECT created_by FROM claims WHERE case_id = ends.id) p WHERE who IS NOT NULL;
  END IF;
  IF closing THEN
    UPDATE cases SET state = 'closed', outcome = 'joined', version = version + 1, changed_at = clock_timestamp(), wants_second = false
     WHERE id = ends.id;
    DELETE FROM leases WHERE case_id = ends.id;
  END IF;
  IF closing OR merged AND stays.state <> 'closed' THEN
    UPDATE cases SET assigned_to = coalesce(assigned_to, ends.assigned_to), agency = coalesce(agency, ends.agency),
           due_at = least(due_at, ends.due_at), restricted = restricted OR ends.restricted, emergency = emergency OR ends.emergency
     WHERE id = stays.id AND state <> 'closed';
    UPDATE report_cases SET case_id = stays.id WHERE case_id = ends.id;
  END IF;
  PERFORM audit_note(coalesce((SELECT name FROM users WHERE id = asker), 'classifier'), NULL, 'case.join', 'case:' || ends.id,
                     jsonb_build_object('state', ends.state),
                     jsonb_build_object('state', CASE WHEN closing THEN 'closed' ELSE ends.state END, 'into', stays.id));
END $$;
REVOKE EXECUTE ON FUNCTION join_cases FROM public;

CREATE OR REPLACE FUNCTION cases_follow_events() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NEW.merged_into IS NOT NULL AND NEW.merged_into IS DISTINCT FROM OLD.merged_into THEN
    PERFORM join_cases(NEW.id, NEW.merged_into);
  END IF;
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER merged_events_join_cases AFTER UPDATE OF merged_into ON events FOR EACH ROW EXECUTE FUNCTION cases_follow_events();
