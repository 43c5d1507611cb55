-- Working together, second part: who is told what, cases whose events became one, sign-in through the office's own
-- provider, forms that were sent twice. Written by review_ui; the triggers write for whoever acts.

-- ── what needs a person: one line each, until seen ──────────────────────────────────────────────────────────────
CREATE TABLE staff_notices (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id    integer NOT NULL REFERENCES users,
  -- mention: named in a note; assigned: the case was given to the person; routed: to the person's office; joined: the
  -- case and another one became one matter; regrouped: articles left the event or came to it
  kind       text NOT NULL CHECK (kind IN ('mention', 'assigned', 'routed', 'joined', 'regrouped')),
  case_id    bigint NOT NULL REFERENCES cases,
  by_user    integer REFERENCES users,               -- whose hand it was; null: the machine's
  note_id    bigint REFERENCES notes,                -- mention: the note
  other_case bigint REFERENCES cases,                -- joined: the case that goes on
  at         timestamptz NOT NULL DEFAULT clock_timestamp(),
  seen_at    timestamptz
);
CREATE INDEX staff_notices_unseen ON staff_notices (user_id, id DESC) WHERE seen_at IS NULL;
CREATE INDEX staff_notices_case ON staff_notices (case_id);
GRANT SELECT, UPDATE (seen_at) ON staff_notices TO kiemtin_app;

-- Tells a person, unless it was their own doing, they cannot open the case, or the same already waits for them.
CREATE FUNCTION tell(person integer, what text, about bigint, by_whom integer, note bigint DEFAULT NULL, other bigint DEFAULT NULL)
RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public AS $$
  INSERT INTO staff_notices (user_id, kind, case_id, by_user, note_id, other_case)
  SELECT u.id, what, about, by_whom, note, other
    FROM users u JOIN cases c ON c.id = about
   WHERE u.id = person AND u.disabled_at IS NULL AND u.id IS DISTINCT FROM by_whom AND u.role <> 'admin'
     AND NOT (c.restricted AND u.role = 'monitor')
     AND NOT EXISTS (SELECT FROM staff_notices n WHERE n.user_id = u.id AND n.kind = what AND n.case_id = about
                        AND n.seen_at IS NULL AND n.note_id IS NOT DISTINCT FROM note AND n.other_case IS NOT DISTINCT FROM other)
$$;
REVOKE EXECUTE ON FUNCTION tell FROM public;

CREATE FUNCTION tell_mentioned() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  -- a name may end with a dot, a sentence too: both readings are tried. Mail addresses are no mentions.
  PERFORM tell(u.id, 'mention', NEW.case_id, NEW.user_id, NEW.id)
     FROM users u
    WHERE u.name IN (SELECT unnest(ARRAY[lower(m[1]), rtrim(lower(m[1]), '._-')])
                       FROM regexp_matches(NEW.body, '(?<![[:alnum:]_.-])@([A-Za-z][A-Za-z0-9._-]{1,39})', 'g') AS m);
  RETURN NULL;
END $$;
CREATE TRIGGER notes_tell_the_mentioned AFTER INSERT ON notes FOR EACH ROW EXECUTE FUNCTION tell_mentioned();

CREATE FUNCTION tell_owners() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
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
CREATE TRIGGER cases_tell_their_owners AFTER UPDATE OF assigned_to, agency ON cases FOR EACH ROW EXECUTE FUNCTION tell_owners();

-- ── two events became one: what becomes of their cases ──────────────────────────────────────────────────────────
-- Nothing is deleted: the case that ends keeps its history, its claims and its number, and leads to the one that goes on.
CREATE TABLE case_joins (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  case_id      bigint NOT NULL REFERENCES cases,     -- the one that leads on; the newest row counts
  into_case    bigint NOT NULL REFERENCES cases,
  at           timestamptz NOT NULL DEFAULT clock_timestamp(),
  asked_by     integer REFERENCES users,             -- who asked for it; null: the machine
  from_state   text NOT NULL REFERENCES case_states,
  to_state     text NOT NULL REFERENCES case_states, -- closed, or as before where both had been worked on
  seen_version integer NOT NULL,                     -- the version of the case that this ended
  CHECK (case_id <> into_case)
);
CREATE INDEX case_joins_case ON case_joins (case_id, id DESC);
CREATE INDEX case_joins_into ON case_joins (into_case);
CREATE TRIGGER case_joins_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON case_joins
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
GRANT SELECT ON case_joins TO kiemtin_app;

-- How much work stands in a case: 0 it is closed, 1 nobody has gone beyond triage, 2 it holds claims or went on.
CREATE FUNCTION work_in(c cases) RETURNS integer
LANGUAGE sql STABLE SET search_path = public AS $$
  SELECT CASE WHEN c.state = 'closed' THEN 0
              WHEN c.state IN ('flagged', 'triage') AND NOT EXISTS (SELECT FROM claims WHERE case_id = c.id) THEN 1
              ELSE 2 END
$$;

-- The cases of an event that went into another. The event that stays keeps the case with more work in it; a case without
-- work closes; where both hold work both stay open, linked, until a person ends one. Owner, office, clock and reports of
-- a case that closes (or that a person closed by merging) go over; whoever had it in hand is told.
CREATE FUNCTION join_cases(gone_event bigint, whole_event bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
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

CREATE FUNCTION cases_follow_events() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  IF NEW.merged_into IS NOT NULL AND NEW.merged_into IS DISTINCT FROM OLD.merged_into THEN
    PERFORM join_cases(NEW.id, NEW.merged_into);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER merged_events_join_cases AFTER UPDATE OF merged_into ON events FOR EACH ROW EXECUTE FUNCTION cases_follow_events();

-- Articles that left an event or came to it: the owner is told, and whoever asked learns that it was done.
CREATE FUNCTION tell_regrouped() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  IF OLD.applied_at IS NULL AND NEW.applied_at IS NOT NULL AND NEW.kind <> 'merge' THEN
    PERFORM tell(who, 'regrouped', c.id, NULL)
       FROM cases c, LATERAL (SELECT c.assigned_to AS who UNION SELECT NEW.asked_by) p
      WHERE c.event_id = NEW.event_id AND who IS NOT NULL;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER corrections_tell_the_owner AFTER UPDATE OF applied_at ON event_corrections
  FOR EACH ROW EXECUTE FUNCTION tell_regrouped();

-- what was merged before this migration
DO $$
DECLARE
  merged record;
BEGIN
  FOR merged IN SELECT e.id, e.merged_into FROM events e JOIN cases c ON c.event_id = e.id WHERE e.merged_into IS NOT NULL ORDER BY e.id LOOP
    PERFORM join_cases(merged.id, merged.merged_into);
  END LOOP;
END $$;

-- ── sign-in through the office's own provider (OpenID Connect), off until its settings are given ────────────────
ALTER TABLE users ADD COLUMN email text CHECK (email ~ '^[^@\s]+@[^@\s]+$');
CREATE UNIQUE INDEX users_email ON users (lower(email));
-- Who at the provider is which account: bound at the first sign-in, so that a mail address given to somebody else there
-- opens nothing here.
CREATE TABLE user_identities (
  issuer    text NOT NULL,
  subject   text NOT NULL,
  user_id   integer NOT NULL REFERENCES users,
  linked_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (issuer, subject),
  UNIQUE (issuer, user_id)
);
GRANT SELECT, INSERT, DELETE ON user_identities TO kiemtin_app;
-- A one-time password must be changed by whoever signs in with it, not by who never uses it.
ALTER TABLE sessions ADD COLUMN signed_in_by text NOT NULL DEFAULT 'password' CHECK (signed_in_by IN ('password', 'oidc'));

-- ── the same form sent twice within a minute is taken once ──────────────────────────────────────────────────────
CREATE TABLE sent_forms (
  user_id integer NOT NULL REFERENCES users,
  digest  text NOT NULL,                             -- of address and fields; the text itself is not kept here
  at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (user_id, digest)
);
CREATE INDEX sent_forms_at ON sent_forms (at);
GRANT SELECT, INSERT, UPDATE, DELETE ON sent_forms TO kiemtin_app;
