-- Cases: opened when an event is flagged, audited when they change, left out where the event is told elsewhere.

CREATE OR REPLACE FUNCTION facets_of(e events) RETURNS text[]
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT array_remove(
    ARRAY['check:' || e.check_band, 'harm:' || e.harm_band, 'criticism:' || e.criticism_band, 'relevance:' || e.relevance,
          CASE WHEN e.is_rebuttal THEN 'rebuttal' END]
    || ARRAY(SELECT 'place:' || v FROM unnest(e.places) v) || ARRAY(SELECT 'outlet:' || v FROM unnest(e.source_names) v)
    || ARRAY(SELECT 'lang:' || v FROM unnest(e.languages) v) || ARRAY(SELECT 'scope:' || v FROM unnest(e.scopes) v)
    || ARRAY(SELECT 'topic:' || v FROM unnest(e.topics) v), NULL)
$$;

-- "closed, with news": what the queue filters by beside the facets of the event.
CREATE OR REPLACE FUNCTION news_facet(returned_at timestamptz) RETURNS text[]
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT CASE WHEN returned_at IS NULL THEN '{}'::text[] ELSE '{news}'::text[] END
$$;

-- A flagged event opens its case; the case follows the event's priority, and its title until a person writes one. Runs as the owner because the classifier
-- decides only about events.
CREATE OR REPLACE FUNCTION open_case() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NEW.flagged AND NEW.merged_into IS NULL THEN
    INSERT INTO cases (event_id, title, priority, facets) VALUES (NEW.id, NEW.title, NEW.priority, facets_of(NEW))
    ON CONFLICT (event_id) DO UPDATE SET priority = EXCLUDED.priority, facets = EXCLUDED.facets || news_facet(cases.returned_at),
           title = CASE WHEN cases.title_written THEN cases.title ELSE EXCLUDED.title END
      WHERE (cases.priority, cases.facets, cases.title) IS DISTINCT FROM
            (EXCLUDED.priority, EXCLUDED.facets || news_facet(cases.returned_at),
             CASE WHEN cases.title_written THEN cases.title ELSE EXCLUDED.title END);
  END IF;
  RETURN NULL;
END $$;

-- Who works on it, for whom, until when: audited, though not a movement.
CREATE OR REPLACE FUNCTION audit_case_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  kept text[] := ARRAY['title', 'field', 'restricted', 'emergency', 'assigned_to', 'agency', 'due_at'];
  was jsonb := (SELECT jsonb_object_agg(key, value) FROM jsonb_each(to_jsonb(OLD)) WHERE key = ANY (kept));
  now_is jsonb := (SELECT jsonb_object_agg(key, value) FROM jsonb_each(to_jsonb(NEW)) WHERE key = ANY (kept));
BEGIN
  IF was IS DISTINCT FROM now_is THEN
    PERFORM audit_note(acting(), NULL, 'case.change', 'case:' || NEW.id, was, now_is);
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION told_elsewhere(event bigint) RETURNS boolean
LANGUAGE sql STABLE
RETURN coalesce((SELECT a.same_as IS NOT NULL AND e.articles <= 1 FROM events e JOIN articles a ON a.id = e.first_article_id
                    WHERE e.id = event), false);
GRANT EXECUTE ON FUNCTION told_elsewhere TO kiemtin_app;

CREATE OR REPLACE FUNCTION mark_elsewhere() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_TABLE_NAME = 'cases' THEN
    NEW.elsewhere := told_elsewhere(NEW.event_id);
    RETURN NEW;
  ELSIF TG_TABLE_NAME = 'events' THEN
    UPDATE cases SET elsewhere = NOT elsewhere WHERE event_id = NEW.id AND elsewhere <> told_elsewhere(NEW.id);
  ELSE
    UPDATE cases c SET elsewhere = NOT elsewhere FROM event_members m
     WHERE m.article_id = NEW.id AND c.event_id = m.event_id AND c.elsewhere <> told_elsewhere(m.event_id);
  END IF;
  RETURN NULL;
END $$;
-- The field of a case that nobody chose follows its claims: the one that is written, and the one that replaces it.
CREATE OR REPLACE FUNCTION case_takes_field() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  UPDATE cases SET field = NEW.field
   WHERE id = NEW.case_id AND field IS DISTINCT FROM NEW.field
     AND (field IS NULL OR field = (SELECT o.field FROM claims o WHERE o.id = NEW.replaces));
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER claims_give_cases_their_field AFTER INSERT ON claims
  FOR EACH ROW WHEN (NEW.field IS NOT NULL AND NEW.case_id IS NOT NULL) EXECUTE FUNCTION case_takes_field();
CREATE OR REPLACE TRIGGER flagged_events_open_cases AFTER INSERT OR UPDATE OF flagged, title, priority, merged_into, places, source_names, languages, scopes, topics, relevance,
  check_band, harm_band, criticism_band, is_rebuttal ON events
  FOR EACH ROW EXECUTE FUNCTION open_case();
CREATE OR REPLACE TRIGGER cases_are_audited AFTER UPDATE OF title, field, restricted, emergency, assigned_to, agency, due_at ON cases
  FOR EACH ROW EXECUTE FUNCTION audit_case_change();
CREATE OR REPLACE TRIGGER cases_may_be_elsewhere BEFORE INSERT ON cases FOR EACH ROW EXECUTE FUNCTION mark_elsewhere();
CREATE OR REPLACE TRIGGER articles_may_be_elsewhere AFTER UPDATE OF same_as ON articles
  FOR EACH ROW WHEN (OLD.same_as IS DISTINCT FROM NEW.same_as) EXECUTE FUNCTION mark_elsewhere();
CREATE OR REPLACE TRIGGER events_may_be_elsewhere AFTER UPDATE OF articles, first_article_id ON events
  FOR EACH ROW WHEN (OLD.articles IS DISTINCT FROM NEW.articles OR OLD.first_article_id IS DISTINCT FROM NEW.first_article_id)
  EXECUTE FUNCTION mark_elsewhere();
