-- Digests: two persons, four files, frozen once issued.

CREATE OR REPLACE FUNCTION check_digest() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  u users%ROWTYPE;
  old_state text;
BEGIN
  IF NEW.created_by IS NOT NULL THEN
    SELECT * INTO u FROM users WHERE id = NEW.created_by;
    IF u.id IS NULL OR u.disabled_at IS NOT NULL OR u.role NOT IN ('verifier', 'approver') THEN
      RAISE EXCEPTION 'digests are made by verifiers and approvers'
        USING ERRCODE = 'KT403', CONSTRAINT = 'role.digest';
    END IF;
  END IF;
  IF NEW.replaces IS NOT NULL THEN
    SELECT state INTO old_state FROM digests WHERE id = NEW.replaces;
    IF old_state IS DISTINCT FROM 'issued' THEN
      RAISE EXCEPTION 'only an issued digest is corrected by a new issue'
        USING ERRCODE = 'KT409', CONSTRAINT = 'digest.not_issued';
    END IF;
    IF EXISTS (SELECT FROM digests WHERE replaces = NEW.replaces AND state <> 'discarded') THEN
      RAISE EXCEPTION 'a correction of this digest exists already'
        USING ERRCODE = 'KT409', CONSTRAINT = 'digest.corrected';
    END IF;
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION note_digest() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM audit_note(coalesce((SELECT name FROM users WHERE id = NEW.created_by), 'desk'), NULL, 'digest.draft', 'digest:' || NEW.id, NULL,
                     jsonb_build_object('scope', NEW.scope, 'from', NEW.from_on, 'to', NEW.to_on, 'rows', NEW.row_count, 'replaces', NEW.replaces),
                     NEW.correction);
  RETURN NULL;
END $$;

-- An issued digest is never changed again, nor is any ever removed, not even by the owner of the tables.
CREATE OR REPLACE FUNCTION keep_digest() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.state NOT IN ('issued', 'discarded') THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION '% of % is refused: its rows are never changed or removed', TG_OP, TG_TABLE_NAME
    USING ERRCODE = '42501', CONSTRAINT = 'rows.kept',
    DETAIL = jsonb_build_object('operation', TG_OP, 'table', TG_TABLE_NAME)::text;
END $$;

CREATE OR REPLACE FUNCTION edit_digest() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  d digests%ROWTYPE;
  u users%ROWTYPE;
BEGIN
  SELECT * INTO d FROM digests WHERE id = NEW.digest_id FOR UPDATE;
  SELECT * INTO u FROM users WHERE id = NEW.user_id;
  IF u.id IS NULL OR u.disabled_at IS NOT NULL OR u.role NOT IN ('verifier', 'approver') THEN
    RAISE EXCEPTION 'digests are edited by verifiers and approvers'
      USING ERRCODE = 'KT403', CONSTRAINT = 'role.digest';
  END IF;
  IF d.state NOT IN ('draft', 'edited') THEN
    RAISE EXCEPTION 'a digest that is % is not edited', d.state
      USING ERRCODE = 'KT409', CONSTRAINT = 'digest.state',
      DETAIL = jsonb_build_object('state', d.state)::text;
  END IF;
  IF d.version <> NEW.seen_version THEN
    RAISE EXCEPTION 'the digest changed meanwhile (version %, seen %)', d.version, NEW.seen_version
      USING ERRCODE = 'KT409', CONSTRAINT = 'digest.moved',
      DETAIL = jsonb_build_object('version', d.version, 'seen', NEW.seen_version)::text;
  END IF;
  UPDATE digests SET state = 'edited', version = version + 1 WHERE id = d.id;
  PERFORM audit_note(u.name, u.role, 'digest.edit', 'digest:' || d.id, NULL, jsonb_build_object('key', NEW.key, 'letters', length(NEW.body)), NULL);
  RETURN NEW;
END $$;

-- Two persons: who approves neither made the draft nor changed a word of it; admins are not exempt.
CREATE OR REPLACE FUNCTION move_digest() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  d digests%ROWTYPE;
  u users%ROWTYPE;
BEGIN
  SELECT * INTO d FROM digests WHERE id = NEW.digest_id FOR UPDATE;
  SELECT * INTO u FROM users WHERE id = NEW.actor_id;
  NEW.at := clock_timestamp();
  IF u.id IS NULL OR u.disabled_at IS NOT NULL OR u.role NOT IN ('verifier', 'approver') THEN
    RAISE EXCEPTION 'digests are handled by verifiers and approvers'
      USING ERRCODE = 'KT403', CONSTRAINT = 'role.digest';
  END IF;
  IF d.version <> NEW.seen_version THEN
    RAISE EXCEPTION 'the digest changed meanwhile (version %, seen %)', d.version, NEW.seen_version
      USING ERRCODE = 'KT409', CONSTRAINT = 'digest.moved',
      DETAIL = jsonb_build_object('version', d.version, 'seen', NEW.seen_version)::text;
  END IF;
  IF NEW.step = 'approve' THEN
    IF u.role <> 'approver' THEN
      RAISE EXCEPTION 'digests are approved by approvers alone'
        USING ERRCODE = 'KT403', CONSTRAINT = 'role.digest_approve';
    END IF;
    IF d.state NOT IN ('draft', 'edited') THEN
      RAISE EXCEPTION 'a digest that is % is not approved', d.state
        USING ERRCODE = 'KT409', CONSTRAINT = 'digest.state',
        DETAIL = jsonb_build_object('state', d.state)::text;
    END IF;
    IF d.created_by = u.id OR EXISTS (SELECT FROM digest_edits WHERE digest_id = d.id AND user_id = u.id) THEN
      RAISE EXCEPTION 'a second person must approve: you made or edited this digest'
        USING ERRCODE = 'KT403', CONSTRAINT = 'digest.second_person';
    END IF;
    PERFORM require_persons(u.id, d.created_by);
    UPDATE digests SET state = 'approved', version = version + 1, approved_by = u.id, approved_at = NEW.at WHERE id = d.id;
  ELSIF NEW.step = 'return' THEN
    IF d.state <> 'approved' THEN
      RAISE EXCEPTION 'only an approved digest is returned'
        USING ERRCODE = 'KT409', CONSTRAINT = 'digest.return_state';
    END IF;
    IF blank(NEW.reason) THEN
      RAISE EXCEPTION 'returning a digest needs a reason'
        USING ERRCODE = 'KT422', CONSTRAINT = 'digest.return_reason';
    END IF;
    UPDATE digests SET state = 'edited', version = version + 1, approved_by = NULL, approved_at = NULL WHERE id = d.id;
  ELSIF NEW.step = 'discard' THEN
    IF d.state NOT IN ('draft', 'edited') THEN
      RAISE EXCEPTION 'a digest that is % is not discarded', d.state
        USING ERRCODE = 'KT409', CONSTRAINT = 'digest.state',
        DETAIL = jsonb_build_object('state', d.state)::text;
    END IF;
    UPDATE digests SET state = 'discarded', version = version + 1 WHERE id = d.id;
  ELSE
    IF d.state <> 'approved' THEN
      RAISE EXCEPTION 'only an approved digest is issued'
        USING ERRCODE = 'KT409', CONSTRAINT = 'digest.issue_state';
    END IF;
    IF NEW.printed_head IS NOT NULL AND NOT EXISTS (SELECT FROM audit WHERE id = NEW.printed_row AND hash = NEW.printed_head) THEN
      RAISE EXCEPTION 'the head of the audit that the digest prints is not in the chain'
        USING ERRCODE = 'KT409', CONSTRAINT = 'digest.printed_head';
    END IF;
    UPDATE digests SET state = 'issued', version = version + 1, number = NEW.number, signed_on = NEW.signed_on, signer = NEW.signer,
           issued_by = u.id, issued_at = NEW.at, issued_in = pg_current_xact_id() WHERE id = d.id;
  END IF;
  PERFORM audit_note(u.name, u.role, 'digest.' || NEW.step, 'digest:' || d.id, jsonb_build_object('state', d.state),
                     jsonb_build_object('number', NEW.number, 'signed_on', NEW.signed_on) || CASE WHEN NEW.step = 'issue' THEN
                       jsonb_build_object('content', encode(sha256(convert_to(d.content::text, 'UTF8')), 'hex'), 'printed', NEW.printed_row)
                       ELSE '{}' END, NEW.reason);
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION check_digest_file() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM digests WHERE id = NEW.digest_id AND state = 'issued' AND issued_in = pg_current_xact_id()) THEN
    RAISE EXCEPTION 'the files of a digest are stored when it is issued and never after'
      USING ERRCODE = 'KT409', CONSTRAINT = 'digest.files_once';
  END IF;
  PERFORM audit_note(acting(), NULL, 'digest.file', 'digest:' || NEW.digest_id, NULL,
                     jsonb_build_object('format', NEW.format, 'sha256', NEW.sha256, 'bytes', octet_length(NEW.bytes)), NULL);
  RETURN NEW;
END $$;

-- At the end of the transaction an issued digest has all four files.
CREATE OR REPLACE FUNCTION require_digest_files() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF (SELECT count(*) FROM digest_files WHERE digest_id = NEW.digest_id) <> 4 THEN
    RAISE EXCEPTION 'a digest is issued with its four files'
      USING ERRCODE = 'KT409', CONSTRAINT = 'digest.four_files';
  END IF;
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER digests_are_checked BEFORE INSERT ON digests FOR EACH ROW EXECUTE FUNCTION check_digest();
CREATE OR REPLACE TRIGGER digests_are_noted AFTER INSERT ON digests FOR EACH ROW EXECUTE FUNCTION note_digest();
CREATE OR REPLACE TRIGGER digests_are_frozen BEFORE UPDATE OR DELETE ON digests FOR EACH ROW EXECUTE FUNCTION keep_digest();
CREATE OR REPLACE TRIGGER digest_edits_are_checked BEFORE INSERT ON digest_edits FOR EACH ROW EXECUTE FUNCTION edit_digest();
CREATE OR REPLACE TRIGGER digests_move BEFORE INSERT ON digest_steps FOR EACH ROW EXECUTE FUNCTION move_digest();
CREATE OR REPLACE TRIGGER digest_files_are_checked BEFORE INSERT ON digest_files FOR EACH ROW EXECUTE FUNCTION check_digest_file();

DROP TRIGGER IF EXISTS digest_steps_have_files ON digest_steps;
CREATE CONSTRAINT TRIGGER digest_steps_have_files AFTER INSERT ON digest_steps DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW.step = 'issue') EXECUTE FUNCTION require_digest_files();
