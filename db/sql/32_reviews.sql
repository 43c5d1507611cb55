-- Second opinions and how a difference between two is settled.

-- What stands of the opinions: not taken back by an undo. The classifier learns from these.
CREATE OR REPLACE VIEW standing_reviews AS
  SELECT r.id, r.case_id, r.event_id, r.user_id, r.at, r.outcome, r.signals, r.relevance, r.reason, r.outside_text, r.blind,
         r.only_article, r.guideline, r.case_action
    FROM reviews r
   WHERE r.case_action IS NULL OR NOT EXISTS (SELECT FROM case_actions a WHERE a.reverses = r.case_action);
GRANT SELECT ON standing_reviews TO kiemtin_app;

-- A second, blind opinion is wanted where the first one starts work for others, or lets go what the machine doubted.
-- The doubt is the case's own facet: no verdict and no stance has a part in it.
CREATE OR REPLACE FUNCTION want_second() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NEW.only_article IS NOT NULL OR NEW.event_id IS NULL THEN
    RETURN NULL;
  ELSIF NEW.blind THEN
    UPDATE cases SET wants_second = false WHERE id = NEW.case_id AND wants_second;
  ELSIF NOT EXISTS (SELECT FROM standing_reviews WHERE case_id = NEW.case_id AND id <> NEW.id AND only_article IS NULL) THEN
    UPDATE cases SET wants_second = true
     WHERE id = NEW.case_id AND (NEW.outcome IN ('escalate', 'route_critical') OR facets && '{check:high}');
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION adjudicate_a_difference() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  settled timestamptz;
BEGIN
  PERFORM FROM cases WHERE id = NEW.case_id FOR NO KEY UPDATE;
  SELECT at INTO settled FROM adjudications WHERE case_id = NEW.case_id;
  IF settled IS NOT NULL THEN
    RAISE EXCEPTION 'this difference was settled already, at %',
      to_char(settled AT TIME ZONE 'Asia/Ho_Chi_Minh', 'HH24:MI DD/MM/YYYY')
      USING ERRCODE = 'KT409', CONSTRAINT = 'review.settled',
      DETAIL = jsonb_build_object('at', to_char(settled AT TIME ZONE 'Asia/Ho_Chi_Minh', 'HH24:MI DD/MM/YYYY'))::text;
  END IF;
  IF NOT EXISTS (SELECT FROM standing_reviews f JOIN standing_reviews s ON s.case_id = f.case_id AND s.user_id <> f.user_id
                  WHERE f.case_id = NEW.case_id AND NOT f.blind AND s.blind AND f.only_article IS NULL
                    AND s.only_article IS NULL AND f.outcome <> s.outcome) THEN
    RAISE EXCEPTION 'no two opinions on this case differ: there is nothing to settle'
      USING ERRCODE = 'KT409', CONSTRAINT = 'review.no_difference';
  END IF;
  IF EXISTS (SELECT FROM standing_reviews WHERE case_id = NEW.case_id AND user_id = NEW.user_id AND only_article IS NULL) THEN
    RAISE EXCEPTION 'a third person settles: you gave an opinion on this case'
      USING ERRCODE = 'KT403', CONSTRAINT = 'review.third_person';
  END IF;
  -- what two people saw differently and a third calls accurate criticism is answered from here on, never labelled
  UPDATE cases SET critical = true WHERE id = NEW.case_id AND NEW.outcome = 'route_critical' AND NOT critical;
  NEW.at := clock_timestamp();
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER reviews_want_a_second AFTER INSERT ON reviews FOR EACH ROW EXECUTE FUNCTION want_second();
CREATE OR REPLACE TRIGGER adjudications_settle BEFORE INSERT ON adjudications FOR EACH ROW EXECUTE FUNCTION adjudicate_a_difference();
