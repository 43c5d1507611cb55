-- Captures asked of the crawler: when a case opens, when a claim is tied to an article, at a decision.

-- One flag capture an article, one capture at each decision; at most 40 articles of a case each time: a wire text that
-- three hundred papers took over needs no three hundred copies.
CREATE OR REPLACE FUNCTION ask_captures(wanted_case bigint, wanted_kind text, claim bigint, asker text) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, public, pg_temp AS $$
  INSERT INTO capture_requests (article_id, kind, asked_by)
  SELECT a.id, wanted_kind, asker
    FROM (SELECT m.article_id AS id, 1 AS rank FROM cases k JOIN event_members m ON m.event_id = k.event_id WHERE k.id = wanted_case
          UNION SELECT ca.article_id, 0 FROM claim_articles ca WHERE ca.claim_id = claim) AS a
   WHERE NOT EXISTS (SELECT FROM capture_requests r WHERE r.article_id = a.id AND r.kind = wanted_kind
                      AND (r.answered_at IS NULL OR wanted_kind = 'flag'))
   GROUP BY a.id
   ORDER BY min(a.rank), a.id
   LIMIT greatest(0, 40 - CASE WHEN wanted_kind = 'flag' THEN
     (SELECT count(*) FROM capture_requests r JOIN event_members m ON m.article_id = r.article_id
       JOIN cases k ON k.event_id = m.event_id WHERE k.id = wanted_case AND r.kind = 'flag') ELSE 0 END)
$$;

CREATE OR REPLACE FUNCTION ask_captures_at_flag() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_TABLE_NAME = 'cases' THEN
    PERFORM ask_captures(NEW.id, 'flag', NULL, 'case:' || NEW.id);
  ELSE
    PERFORM ask_captures(k.id, 'flag', NULL, 'case:' || k.id) FROM cases k WHERE k.event_id = NEW.event_id;
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION ask_captures_of_claim() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM ask_captures(c.case_id, 'flag', c.id, 'case:' || c.case_id) FROM claims c WHERE c.id = NEW.claim_id AND c.case_id IS NOT NULL;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION ask_captures_at_decision() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM ask_captures(c.case_id, 'decision', c.id, u.name)
    FROM verdicts v JOIN claims c ON c.id = v.claim_id JOIN users u ON u.id = NEW.decided_by WHERE v.id = NEW.verdict_id;
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER new_cases_ask_captures AFTER INSERT ON cases FOR EACH ROW EXECUTE FUNCTION ask_captures_at_flag();
CREATE OR REPLACE TRIGGER new_members_ask_captures AFTER INSERT OR UPDATE OF event_id ON event_members
  FOR EACH ROW EXECUTE FUNCTION ask_captures_at_flag();
CREATE OR REPLACE TRIGGER claim_articles_ask_captures AFTER INSERT ON claim_articles
  FOR EACH ROW EXECUTE FUNCTION ask_captures_of_claim();
CREATE OR REPLACE TRIGGER approvals_ask_captures AFTER INSERT ON verdict_decisions
  FOR EACH ROW WHEN (NEW.decision = 'approve') EXECUTE FUNCTION ask_captures_at_decision();
