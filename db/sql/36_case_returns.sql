-- Closed cases that come back because their event tells something new.

-- Puts a closed case on the queue again; false where it was not closed any more as the caller had seen it, or its matter goes on
-- in another case. Whoever closed it last and its owner are told.
CREATE OR REPLACE FUNCTION bring_back(of_case bigint, seen integer, news jsonb) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  c cases%ROWTYPE;
  moment timestamptz := clock_timestamp();
BEGIN
  SELECT * INTO c FROM cases WHERE id = of_case FOR UPDATE;
  IF c.id IS NULL OR c.state <> 'closed' OR c.version <> seen OR c.outcome IN ('merge', 'joined') OR coalesce(jsonb_array_length(news), 0) = 0 THEN
    RETURN false;
  END IF;
  INSERT INTO case_returns (case_id, at, closed_at, outcome, seen_version, news)
  VALUES (c.id, moment, c.changed_at, c.outcome, c.version, news);
  UPDATE cases SET state = 'flagged', version = version + 1, changed_at = moment, outcome = NULL, returned_at = moment,
         facets = array_append(array_remove(facets, 'news'), 'news')
   WHERE id = c.id;
  PERFORM audit_note('classifier', NULL, 'case.return', 'case:' || c.id, jsonb_build_object('state', 'closed', 'outcome', c.outcome),
                     jsonb_build_object('state', 'flagged', 'news', news));
  PERFORM tell(who, 'returned', c.id, NULL)
     FROM (SELECT c.assigned_to AS who
           UNION SELECT (SELECT a.actor_id FROM case_actions a WHERE a.case_id = c.id AND a.to_state = 'closed' ORDER BY a.id DESC LIMIT 1)) p
    WHERE who IS NOT NULL;
  RETURN true;
END $$;
GRANT EXECUTE ON FUNCTION bring_back TO kiemtin_app;
