-- The public bulletin: what was approved and nothing else.

-- The words of a label today; null where the table has none.
CREATE OR REPLACE FUNCTION public_label(of_code text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT data->>'title' FROM catalogue_entries WHERE kind = 'label' AND name = of_code
     AND (valid_from IS NULL OR valid_from <= current_date) AND (valid_to IS NULL OR valid_to >= current_date)
   ORDER BY valid_from DESC NULLS LAST LIMIT 1
$$;

-- The office that speaks: the body that holds the role of press authority today.
CREATE OR REPLACE FUNCTION press_authority() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT coalesce((SELECT nullif(a.data->>'title', '') FROM catalogue_entries r
                     JOIN catalogue_entries a ON a.kind = 'agency' AND a.name = r.data->>'agency'
                    WHERE r.kind = 'role' AND r.name = 'press_authority' AND (r.valid_to IS NULL OR r.valid_to >= current_date)
                      AND (r.valid_from IS NULL OR r.valid_from <= current_date) ORDER BY r.valid_from DESC NULLS LAST LIMIT 1),
                  'Cơ quan quản lý báo chí tỉnh')
$$;
GRANT EXECUTE ON FUNCTION press_authority TO kiemtin_app;

-- The evidence as the bulletin names it.
CREATE OR REPLACE FUNCTION public_evidence(of_claim bigint) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT coalesce(jsonb_agg(jsonb_build_object('title', title, 'url', url, 'issuer', issuer, 'kind', kind) ORDER BY id), '[]')
    FROM standing_evidence WHERE claim_id = of_claim AND kind <> 'archived_item'
$$;
GRANT EXECUTE ON FUNCTION public_evidence TO kiemtin_app;

-- What may reach the public: an approved verdict with a public label, not of a case of accurate criticism, published by
-- an approver, the text unchanged since it was approved, the label in force that day, a note where something is replaced.
CREATE OR REPLACE FUNCTION check_publication() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  u users%ROWTYPE;
  f verdicts_in_force%ROWTYPE;
  v verdicts%ROWTYPE;
  c cases%ROWTYPE;
  old publications%ROWTYPE;
BEGIN
  SELECT * INTO u FROM users WHERE id = NEW.published_by;
  IF u.id IS NULL OR u.disabled_at IS NOT NULL OR u.role <> 'approver' THEN
    RAISE EXCEPTION 'the bulletin is published by approvers alone'
      USING ERRCODE = 'KT403', CONSTRAINT = 'role.publish';
  END IF;
  SELECT k.* INTO c FROM cases k JOIN claims cl ON cl.case_id = k.id WHERE cl.id = NEW.claim_id;
  IF c.id IS NULL THEN
    RAISE EXCEPTION 'the claim belongs to no case'
      USING ERRCODE = 'KT422', CONSTRAINT = 'publication.no_case';
  END IF;
  IF c.critical OR accurate_criticism(c.id) THEN
    RAISE EXCEPTION 'a case of accurate criticism is answered, never published as a label'
      USING ERRCODE = 'KT403', CONSTRAINT = 'case.criticism';
  END IF;
  PERFORM require_persons(u.id, (SELECT proposed_by FROM verdicts WHERE id = NEW.verdict_id));
  SELECT * INTO f FROM verdicts_in_force WHERE claim_id = NEW.claim_id;
  IF NEW.kind <> 'withdrawal' THEN
    IF f.verdict_id IS NULL OR f.verdict_id <> NEW.verdict_id THEN
      RAISE EXCEPTION 'only the verdict in force can be published, and none is approved'
        USING ERRCODE = 'KT403', CONSTRAINT = 'publication.no_verdict';
    END IF;
    IF f.code NOT IN ('authentic', 'partly_false', 'fabricated') OR NEW.code <> f.code THEN
      RAISE EXCEPTION 'the verdict "%" carries no public label', f.code
        USING ERRCODE = 'KT403', CONSTRAINT = 'publication.no_label',
        DETAIL = jsonb_build_object('code', f.code)::text;
    END IF;
    SELECT * INTO v FROM verdicts WHERE id = f.verdict_id;
    IF NEW.text_sha256 <> v.text_sha256 OR verdict_digest(v) <> v.text_sha256
       OR (NEW.what_is_true, NEW.why, NEW.claim, NEW.label, NEW.office)
          IS DISTINCT FROM (v.what_is_true, v.reasoning, (SELECT body FROM claims WHERE id = NEW.claim_id), public_label(NEW.code), press_authority())
       OR NEW.evidence IS DISTINCT FROM public_evidence(NEW.claim_id) THEN
      RAISE EXCEPTION 'the text is not the one that was approved'
        USING ERRCODE = 'KT409', CONSTRAINT = 'publication.text';
    END IF;
    IF c.state NOT IN ('publish', 'published', 'follow_up') THEN
      RAISE EXCEPTION 'the case is in state "%": it must reach "publish" first', c.state
        USING ERRCODE = 'KT409', CONSTRAINT = 'publication.state',
        DETAIL = jsonb_build_object('state', c.state)::text;
    END IF;
  END IF;
  IF NEW.replaces IS NOT NULL THEN
    SELECT * INTO old FROM publications WHERE id = NEW.replaces;
    IF old.claim_id IS DISTINCT FROM NEW.claim_id THEN
      RAISE EXCEPTION 'a correction replaces a publication of the same claim'
        USING ERRCODE = 'KT422', CONSTRAINT = 'publication.other_claim';
    END IF;
  END IF;
  -- a withdrawal says what was published, and that it is withdrawn
  IF NEW.kind = 'withdrawal' AND (
       (NEW.verdict_id, NEW.code, NEW.claim, NEW.what_is_true, NEW.why, NEW.text_sha256)
         IS DISTINCT FROM (old.verdict_id, old.code, old.claim, old.what_is_true, old.why, old.text_sha256)
       OR NEW.label <> 'Đã rút lại' OR NEW.office <> press_authority()
       OR NEW.evidence NOT IN (old.evidence, public_evidence(NEW.claim_id))) THEN
    RAISE EXCEPTION 'a withdrawal repeats what was published and says nothing else of it'
      USING ERRCODE = 'KT409', CONSTRAINT = 'publication.text';
  END IF;
  IF (NEW.kind = 'label') <> (NEW.replaces IS NULL) OR NEW.kind <> 'label' AND blank(NEW.public_note) THEN
    RAISE EXCEPTION 'a correction or withdrawal names what it replaces and says publicly what changed and why'
      USING ERRCODE = 'KT422', CONSTRAINT = 'publication.note';
  END IF;
  IF NEW.kind = 'label' AND EXISTS (SELECT FROM publications p WHERE p.claim_id = NEW.claim_id) THEN
    RAISE EXCEPTION 'this claim is published already: a change is a correction'
      USING ERRCODE = 'KT409', CONSTRAINT = 'publication.twice';
  END IF;
  NEW.published_at := clock_timestamp();
  PERFORM audit_note(u.name, u.role, 'bulletin.' || NEW.kind, 'claim:' || NEW.claim_id, NULL,
                     jsonb_build_object('verdict', NEW.verdict_id, 'code', NEW.code, 'replaces', NEW.replaces, 'publication', NEW.id, 'row', row_digest(NEW)), NEW.public_note);
  RETURN NEW;
END $$;

-- Runs before publications_are_checked (triggers go by name): two presses of one button wait for each other here. The lock
-- lets foreign keys through, which are looked at after the audit was written.
CREATE OR REPLACE FUNCTION publish_in_one_line() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  newest publications%ROWTYPE;
BEGIN
  PERFORM FROM claims WHERE id = NEW.claim_id FOR NO KEY UPDATE;
  SELECT * INTO newest FROM publications WHERE claim_id = NEW.claim_id ORDER BY id DESC LIMIT 1;
  IF NEW.replaces IS NULL OR newest.id IS NULL THEN
    RETURN NEW;
  END IF;
  IF NEW.kind = 'withdrawal' AND newest.kind = 'withdrawal' THEN
    RAISE EXCEPTION 'this publication was withdrawn already, at %',
      to_char(newest.published_at AT TIME ZONE 'Asia/Ho_Chi_Minh', 'HH24:MI DD/MM/YYYY')
      USING ERRCODE = 'KT409', CONSTRAINT = 'publication.withdrawn',
      DETAIL = jsonb_build_object('at', to_char(newest.published_at AT TIME ZONE 'Asia/Ho_Chi_Minh', 'HH24:MI DD/MM/YYYY'))::text;
  END IF;
  IF NEW.kind = 'correction' AND newest.verdict_id = NEW.verdict_id THEN
    RAISE EXCEPTION 'a correction publishes a newer verdict, and none is approved since'
      USING ERRCODE = 'KT409', CONSTRAINT = 'publication.no_newer';
  END IF;
  IF NEW.replaces <> newest.id AND EXISTS (SELECT FROM publications WHERE id = NEW.replaces AND claim_id = NEW.claim_id) THEN
    RAISE EXCEPTION 'only the newest publication of a claim is corrected or withdrawn'
      USING ERRCODE = 'KT409', CONSTRAINT = 'publication.not_newest';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER publications_are_checked BEFORE INSERT ON publications FOR EACH ROW EXECUTE FUNCTION check_publication();
CREATE OR REPLACE TRIGGER publications_alone BEFORE INSERT ON publications FOR EACH ROW EXECUTE FUNCTION publish_in_one_line();
