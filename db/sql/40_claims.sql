-- Claims: which stand, what replaces them, quotations that are where they say.

CREATE OR REPLACE FUNCTION check_replacing_claim() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NEW.replaces IS NULL THEN
    RETURN NEW;
  END IF;
  IF (SELECT case_id FROM claims WHERE id = NEW.replaces) IS DISTINCT FROM NEW.case_id THEN
    RAISE EXCEPTION 'a claim replaces one of the same case'
      USING ERRCODE = 'KT422', CONSTRAINT = 'claim.other_case';
  END IF;
  IF EXISTS (SELECT FROM evidence WHERE claim_id = NEW.replaces) OR EXISTS (SELECT FROM verdicts WHERE claim_id = NEW.replaces)
     OR EXISTS (SELECT FROM contact_attempts WHERE claim_id = NEW.replaces) THEN
    RAISE EXCEPTION 'this wording has evidence or a proposal already: add a new claim beside it'
      USING ERRCODE = 'KT409', CONSTRAINT = 'claim.worked_on';
  END IF;
  RETURN NEW;
END $$;

-- The other way round: nothing is built on a wording that was replaced.
CREATE OR REPLACE FUNCTION check_claim_stands() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM claims WHERE replaces = NEW.claim_id) THEN
    RAISE EXCEPTION 'this claim was worded anew: use the new one'
      USING ERRCODE = 'KT409', CONSTRAINT = 'claim.replaced';
  END IF;
  RETURN NEW;
END $$;

-- What stands of the claims: not worded anew.
CREATE OR REPLACE VIEW standing_claims AS
  SELECT c.id, c.case_id, c.body, c.said_on, c.place, c.field, c.channel, c.criticised_agency, c.created_by, c.created_at, c.replaces
    FROM claims c WHERE NOT EXISTS (SELECT FROM claims n WHERE n.replaces = c.id);
GRANT SELECT ON standing_claims TO kiemtin_app;

-- A sentence is quoted from a version of the article it is said to stand in, from its first letter to after its last.
CREATE OR REPLACE FUNCTION check_claim_quotation() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NEW.version_id IS NOT NULL AND NOT EXISTS (SELECT FROM versions WHERE id = NEW.version_id AND article_id = NEW.article_id) THEN
    RAISE EXCEPTION 'the version belongs to another article'
      USING ERRCODE = 'KT422', CONSTRAINT = 'quotation.other_article';
  END IF;
  IF (NEW.start_at IS NULL) <> (NEW.end_at IS NULL) OR NEW.start_at < 0 OR NEW.end_at <= NEW.start_at
     OR (NEW.start_at IS NOT NULL AND NEW.version_id IS NULL) THEN
    RAISE EXCEPTION 'a quotation has a version, a beginning and, behind it, an end'
      USING ERRCODE = 'KT422', CONSTRAINT = 'quotation.bounds';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER claims_replace_what_stands_alone BEFORE INSERT ON claims
  FOR EACH ROW EXECUTE FUNCTION check_replacing_claim();
CREATE OR REPLACE TRIGGER evidence_is_of_standing_claims BEFORE INSERT ON evidence FOR EACH ROW EXECUTE FUNCTION check_claim_stands();
CREATE OR REPLACE TRIGGER verdicts_are_of_standing_claims BEFORE INSERT ON verdicts FOR EACH ROW EXECUTE FUNCTION check_claim_stands();
CREATE OR REPLACE TRIGGER claim_articles_quote_what_stands_there BEFORE INSERT ON claim_articles
  FOR EACH ROW EXECUTE FUNCTION check_claim_quotation();
