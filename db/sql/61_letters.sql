-- Letters: written on the newest text, approved by a second person, sent as approved.

-- The first line of a text that still has a place to fill in ("………", "......", "____"); NULL where none has.
CREATE OR REPLACE FUNCTION unfilled_line(said text) RETURNS text LANGUAGE sql IMMUTABLE
RETURN (SELECT btrim(line) FROM unnest(string_to_array(said, E'\n')) WITH ORDINALITY AS l (line, n)
         WHERE line ~ '…{2,}|\.{4,}|_{4,}' ORDER BY n LIMIT 1);

CREATE OR REPLACE FUNCTION check_response_approval() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  t response_texts%ROWTYPE;
  u users%ROWTYPE;
  hole text;
BEGIN
  SELECT * INTO t FROM response_texts WHERE id = NEW.text_id;
  SELECT * INTO u FROM users WHERE id = NEW.approved_by;
  IF u.id IS NULL OR u.disabled_at IS NOT NULL OR u.role <> 'approver' THEN
    RAISE EXCEPTION 'answers are approved by approvers alone'
      USING ERRCODE = 'KT403', CONSTRAINT = 'role.letter_approve';
  END IF;
  IF t.written_by = u.id THEN
    RAISE EXCEPTION 'a second person must approve: you wrote this text'
      USING ERRCODE = 'KT403', CONSTRAINT = 'letter.second_person';
  END IF;
  PERFORM require_persons(u.id, t.written_by);
  IF NEW.seen_sha256 IS DISTINCT FROM t.text_sha256
     OR EXISTS (SELECT FROM response_texts n WHERE n.response_id = t.response_id AND n.id > t.id) THEN
    RAISE EXCEPTION 'the text changed since it was shown'
      USING ERRCODE = 'KT409', CONSTRAINT = 'letter.changed';
  END IF;
  hole := unfilled_line(concat_ws(E'\n', t.addressee, t.subject, t.body));
  IF hole IS NOT NULL THEN
    RAISE EXCEPTION 'the letter has a place that nobody filled in: %', left(hole, 120)
      USING ERRCODE = 'KT409', CONSTRAINT = 'letter.unfilled', DETAIL = jsonb_build_object('line', left(hole, 120))::text;
  END IF;
  NEW.approved_at := clock_timestamp();
  PERFORM audit_note(u.name, u.role, 'response.approve', 'case:' || (SELECT case_id FROM responses WHERE id = t.response_id),
                     NULL, jsonb_build_object('text', t.id, 'sha256', t.text_sha256), NULL);
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION write_on_the_newest() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  newest bigint;
BEGIN
  PERFORM FROM responses WHERE id = NEW.response_id FOR NO KEY UPDATE;
  IF EXISTS (SELECT FROM response_outcomes WHERE response_id = NEW.response_id AND outcome = 'sent') THEN
    RAISE EXCEPTION 'a letter that was sent is not rewritten: begin a new one'
      USING ERRCODE = 'KT409', CONSTRAINT = 'letter.sent';
  END IF;
  SELECT max(id) INTO newest FROM response_texts WHERE response_id = NEW.response_id;
  IF NEW.replaces IS DISTINCT FROM newest THEN
    RAISE EXCEPTION 'the letter was rewritten meanwhile'
      USING ERRCODE = 'KT409', CONSTRAINT = 'letter.moved';
  END IF;
  NEW.written_at := clock_timestamp();
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION approve_once() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  approved timestamptz;
BEGIN
  PERFORM FROM responses WHERE id = (SELECT response_id FROM response_texts WHERE id = NEW.text_id) FOR NO KEY UPDATE;
  SELECT approved_at INTO approved FROM response_approvals WHERE text_id = NEW.text_id;
  IF approved IS NOT NULL THEN
    RAISE EXCEPTION 'this letter was approved already, at %',
      to_char(approved AT TIME ZONE 'Asia/Ho_Chi_Minh', 'HH24:MI DD/MM/YYYY')
      USING ERRCODE = 'KT409', CONSTRAINT = 'letter.approved',
      DETAIL = jsonb_build_object('at', to_char(approved AT TIME ZONE 'Asia/Ho_Chi_Minh', 'HH24:MI DD/MM/YYYY'))::text;
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION send_what_is_approved() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM FROM responses WHERE id = NEW.response_id FOR NO KEY UPDATE;
  IF NEW.outcome = 'sent' AND NOT EXISTS (
      SELECT FROM response_approvals WHERE text_id = (SELECT max(id) FROM response_texts WHERE response_id = NEW.response_id)) THEN
    RAISE EXCEPTION 'a letter is sent after a second person approved it'
      USING ERRCODE = 'KT409', CONSTRAINT = 'letter.not_approved';
  END IF;
  NEW.set_at := clock_timestamp();
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER response_approvals_are_checked BEFORE INSERT ON response_approvals
  FOR EACH ROW EXECUTE FUNCTION check_response_approval();
CREATE OR REPLACE TRIGGER response_texts_on_the_newest BEFORE INSERT ON response_texts
  FOR EACH ROW EXECUTE FUNCTION write_on_the_newest();
CREATE OR REPLACE TRIGGER response_approvals_alone BEFORE INSERT ON response_approvals FOR EACH ROW EXECUTE FUNCTION approve_once();
CREATE OR REPLACE TRIGGER response_outcomes_of_approved BEFORE INSERT ON response_outcomes
  FOR EACH ROW EXECUTE FUNCTION send_what_is_approved();
