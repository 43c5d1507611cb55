-- Corrections of articles are audited with whoever made them.
CREATE OR REPLACE FUNCTION audit_article_correction() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  u users%ROWTYPE;
BEGIN
  SELECT * INTO u FROM users WHERE id = NEW.made_by;
  IF u.id IS NULL OR u.disabled_at IS NOT NULL OR u.role NOT IN ('monitor', 'verifier', 'approver') THEN
    RAISE EXCEPTION 'the account is unknown, disabled or may not correct articles'
      USING ERRCODE = 'KT403', CONSTRAINT = 'account.not_in_service';
  END IF;
  PERFORM audit_note(u.name, u.role, 'article.correct', 'article:' || NEW.article_id, NULL,
                     jsonb_build_object('aspect', NEW.aspect, 'value', NEW.value, 'says', NEW.says), NEW.reason);
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER article_corrections_are_audited AFTER INSERT ON article_corrections
  FOR EACH ROW EXECUTE FUNCTION audit_article_correction();
