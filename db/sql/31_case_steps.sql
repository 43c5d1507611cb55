-- Steps of a case: the one way in which its state changes.

-- Checks and carries out a movement: the transition stands in the table, the role may do it, the version is the one
-- seen, a reason is given where one is due. Everything a screen promises is refused here again, whoever asks.
CREATE OR REPLACE FUNCTION move_case() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  c cases%ROWTYPE;
  t transitions%ROWTYPE;
  u users%ROWTYPE;
  undone case_actions%ROWTYPE;
BEGIN
  SELECT * INTO c FROM cases WHERE id = NEW.case_id FOR UPDATE;
  SELECT * INTO u FROM users WHERE id = NEW.actor_id;
  IF u.id IS NULL OR u.disabled_at IS NOT NULL THEN
    RAISE EXCEPTION 'the account is unknown or disabled'
      USING ERRCODE = 'KT403', CONSTRAINT = 'account.not_in_service';
  END IF;
  IF c.version <> NEW.seen_version THEN
    RAISE EXCEPTION 'case % changed meanwhile (version %, seen %)', c.id, c.version, NEW.seen_version
      USING ERRCODE = 'KT409', CONSTRAINT = 'case.moved',
      DETAIL = jsonb_build_object('case', c.id, 'version', c.version, 'seen', NEW.seen_version)::text;
  END IF;
  NEW.from_state := c.state;
  NEW.at := clock_timestamp();
  NEW.restores := jsonb_build_object('state', c.state, 'critical', c.critical, 'wants_second', c.wants_second, 'outcome', c.outcome,
                                     'due_at', c.due_at, 'returned_at', c.returned_at);
  IF NEW.action = 'undo' THEN
    SELECT * INTO undone FROM case_actions WHERE case_id = c.id ORDER BY id DESC LIMIT 1;
    -- decided together with a verdict or a publication, which stand: taken back by a step of their own
    IF undone.id IS DISTINCT FROM NEW.reverses OR undone.actor_id <> NEW.actor_id
       OR undone.action IN ('undo', 'propose', 'approve', 'split', 'publish', 'withdraw', 'correct')
       OR (undone.action = 'return' AND undone.from_state = 'decide')
       OR undone.at < clock_timestamp() - interval '15 seconds'
       OR c.state <> undone.to_state OR c.version <> undone.seen_version + 1 OR undone.restores IS NULL THEN
      RAISE EXCEPTION 'only one''s own last step can be undone, within fifteen seconds, and nothing that a verdict or publication hangs on'
        USING ERRCODE = 'KT409', CONSTRAINT = 'case.undo';
    END IF;
    PERFORM take_back(c, undone);
    NEW.to_state := undone.from_state;
    UPDATE cases SET state = NEW.to_state, version = version + 1, changed_at = NEW.at WHERE id = c.id;
  ELSE
    SELECT * INTO t FROM transitions WHERE from_state = c.state AND action = NEW.action;
    IF t.action IS NULL THEN
      RAISE EXCEPTION 'a case in state "%" has no step "%"', c.state, NEW.action
        USING ERRCODE = 'KT409', CONSTRAINT = 'case.no_such_step',
        DETAIL = jsonb_build_object('state', c.state, 'step', NEW.action)::text;
    END IF;
    IF NOT u.role = ANY (t.roles) THEN
      RAISE EXCEPTION 'the step "%" is not for the role "%"', NEW.action, u.role
        USING ERRCODE = 'KT403', CONSTRAINT = 'case.step_role',
        DETAIL = jsonb_build_object('step', NEW.action, 'role', u.role)::text;
    END IF;
    IF t.needs_reason AND blank(NEW.reason) THEN
      RAISE EXCEPTION 'the step "%" needs a reason', NEW.action
        USING ERRCODE = 'KT422', CONSTRAINT = 'case.step_reason',
        DETAIL = jsonb_build_object('step', NEW.action)::text;
    END IF;
    NEW.to_state := t.to_state;
    PERFORM guard_step(c, NEW);
    UPDATE cases SET state = NEW.to_state, version = version + 1, changed_at = NEW.at,
           critical = critical OR NEW.action = 'route_critical',
           outcome = CASE WHEN NEW.to_state = 'closed' THEN coalesce(NEW.data->>'outcome', NEW.action) END,
           returned_at = CASE WHEN NEW.to_state <> 'closed' THEN returned_at END,
           facets = CASE WHEN NEW.to_state = 'closed' THEN array_remove(facets, 'news') ELSE facets END
     WHERE id = c.id;
  END IF;
  PERFORM audit_note(u.name, u.role, 'case.' || NEW.action, 'case:' || c.id,
                     jsonb_build_object('state', c.state), jsonb_build_object('state', NEW.to_state), NEW.reason);
  RETURN NEW;
END $$;

-- The case as it was before the step, but for what others said since: accurate criticism stays it while any standing decision
-- says so, a day that somebody set meanwhile stays set, a second opinion that was given is not asked for again.
CREATE OR REPLACE FUNCTION take_back(c cases, undone case_actions) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  was jsonb := undone.restores;
  opinion reviews%ROWTYPE;
  rest reviews%ROWTYPE;
  second boolean := c.wants_second;
  due timestamptz := (was->>'due_at')::timestamptz;
BEGIN
  SELECT * INTO opinion FROM reviews WHERE case_action = undone.id AND only_article IS NULL LIMIT 1;
  IF opinion.blind THEN
    second := (was->>'wants_second')::boolean;
  ELSIF opinion.id IS NOT NULL AND NOT EXISTS (SELECT FROM standing_reviews s WHERE s.case_id = c.id AND s.id < opinion.id AND s.only_article IS NULL) THEN
    -- it was the first: what follows counts as if it had never been given
    SELECT r.* INTO rest FROM reviews r JOIN standing_reviews s ON s.id = r.id
     WHERE s.case_id = c.id AND s.id > opinion.id AND s.only_article IS NULL ORDER BY s.id LIMIT 1;
    second := CASE WHEN rest.id IS NULL THEN (was->>'wants_second')::boolean
                   ELSE NOT rest.blind AND (rest.outcome IN ('escalate', 'route_critical') OR c.facets && '{check:high}')
                        AND NOT EXISTS (SELECT FROM standing_reviews s WHERE s.case_id = c.id AND s.blind AND s.id > opinion.id AND s.only_article IS NULL) END;
  END IF;
  UPDATE cases SET outcome = was->>'outcome', wants_second = second, returned_at = (was->>'returned_at')::timestamptz,
         facets = array_remove(facets, 'news') || news_facet((was->>'returned_at')::timestamptz),
         critical = (was->>'critical')::boolean OR accurate_criticism(c.id, undone.id),
         due_at = CASE WHEN undone.from_state = 'waiting' AND due_at = due + (undone.at - waiting_since(c.id, undone.id)) THEN due ELSE due_at END
   WHERE id = c.id;
END $$;

-- Whether a decision that stands, other than the step `but`, says that this case holds accurate criticism: a step of the road,
-- or a third person's settling of two opinions.
CREATE OR REPLACE FUNCTION accurate_criticism(of_case bigint, but bigint DEFAULT NULL) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM case_actions a WHERE a.case_id = of_case AND a.action = 'route_critical' AND a.id IS DISTINCT FROM but
                    AND NOT EXISTS (SELECT FROM case_actions u WHERE u.reverses = a.id))
      OR EXISTS (SELECT FROM adjudications j WHERE j.case_id = of_case AND j.outcome = 'route_critical')
$$;
GRANT EXECUTE ON FUNCTION accurate_criticism TO kiemtin_app;

-- Since when a case has waited: the last step into "waiting" that stands, before the step `until`.
CREATE OR REPLACE FUNCTION waiting_since(of_case bigint, until bigint) RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT max(a.at) FROM case_actions a WHERE a.case_id = of_case AND a.to_state = 'waiting' AND a.action <> 'undo' AND a.id < until
     AND NOT EXISTS (SELECT FROM case_actions u WHERE u.reverses = a.id)
$$;

CREATE OR REPLACE FUNCTION guard_step(c cases, step case_actions) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  v verdicts%ROWTYPE;
BEGIN
  IF step.action = 'escalate' AND NOT EXISTS (SELECT FROM claims WHERE case_id = c.id)
     AND coalesce(step.data->>'no_checkable_claim', '') <> 'true' AND blank(step.data->>'to_verify') THEN
    RAISE EXCEPTION 'quote the sentence to verify, or say that there is no checkable claim'
      USING ERRCODE = 'KT422', CONSTRAINT = 'case.quote_or_none';
  END IF;
  IF step.action IN ('propose', 'approve') THEN
    SELECT v2.* INTO v FROM verdicts v2 JOIN claims cl ON cl.id = v2.claim_id
     WHERE cl.case_id = c.id ORDER BY v2.id DESC LIMIT 1;
    IF v.id IS NULL THEN
      RAISE EXCEPTION 'no verdict is proposed in this case'
        USING ERRCODE = 'KT422', CONSTRAINT = 'case.no_verdict';
    END IF;
    IF step.action = 'approve' AND EXISTS (
      SELECT FROM claims cl WHERE cl.case_id = c.id
         AND EXISTS (SELECT FROM verdicts p WHERE p.claim_id = cl.id)
         AND NOT EXISTS (SELECT FROM verdicts p JOIN verdict_decisions d ON d.verdict_id = p.id AND d.decision = 'approve'
                          WHERE p.claim_id = cl.id AND p.id = (SELECT max(id) FROM verdicts WHERE claim_id = cl.id))) THEN
      RAISE EXCEPTION 'every proposed verdict of the case must be approved first'
        USING ERRCODE = 'KT422', CONSTRAINT = 'case.open_verdicts';
    END IF;
  END IF;
  -- Accurate criticism is answered, never labelled: no road from it to the bulletin.
  IF step.to_state IN ('publish', 'published') THEN
    IF c.critical OR accurate_criticism(c.id) THEN
      RAISE EXCEPTION 'a case of accurate criticism is answered, never published as a label'
        USING ERRCODE = 'KT403', CONSTRAINT = 'case.criticism';
    END IF;
    IF NOT EXISTS (SELECT FROM claims cl JOIN verdicts_in_force f ON f.claim_id = cl.id
                    WHERE cl.case_id = c.id AND f.code IN ('authentic', 'partly_false', 'fabricated')) THEN
      RAISE EXCEPTION 'nothing in this case carries an approved public label'
        USING ERRCODE = 'KT422', CONSTRAINT = 'case.no_label';
    END IF;
  END IF;
END $$;

-- A case is published only together with its text: the step and the publication are one transaction, and the step looks.
CREATE OR REPLACE FUNCTION publishing_needs_a_text() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NEW.action = 'publish' AND EXISTS (
      SELECT FROM claims c JOIN verdicts_in_force f ON f.claim_id = c.id
       WHERE c.case_id = NEW.case_id AND f.code IN ('authentic', 'partly_false', 'fabricated')
         AND NOT EXISTS (SELECT FROM publications p WHERE p.claim_id = c.id AND p.verdict_id = f.verdict_id)) THEN
    RAISE EXCEPTION 'publish the approved text of every labelled claim of the case first'
      USING ERRCODE = 'KT422', CONSTRAINT = 'case.unpublished_claims';
  END IF;
  RETURN NEW;
END $$;

-- While somebody else must answer, the clock stands still: leaving "waiting" moves the case's day on by the time waited.
CREATE OR REPLACE FUNCTION waiting_stops_the_clock() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  since timestamptz := waiting_since(NEW.case_id, NEW.id);
BEGIN
  -- an undo of the step that began the waiting has waited for nobody
  IF NEW.from_state = 'waiting' AND NEW.to_state <> 'waiting' AND NEW.action <> 'undo' THEN
    UPDATE cases SET due_at = due_at + (NEW.at - since)
     WHERE id = NEW.case_id AND due_at IS NOT NULL AND NEW.at > since;
  END IF;
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER cases_move BEFORE INSERT ON case_actions FOR EACH ROW EXECUTE FUNCTION move_case();
CREATE OR REPLACE TRIGGER cases_publish_with_a_text BEFORE INSERT ON case_actions FOR EACH ROW EXECUTE FUNCTION publishing_needs_a_text();
CREATE OR REPLACE TRIGGER cases_clocks_pause AFTER INSERT ON case_actions FOR EACH ROW EXECUTE FUNCTION waiting_stops_the_clock();
