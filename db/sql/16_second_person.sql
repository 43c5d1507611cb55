-- Two persons: an account that somebody else made, gave a role, a password or a second factor counts as a second person only
-- after a time (gate.second_person_wait, the owner's), or once another approver confirmed it.

-- From when an account counts beside `others` (the persons of one decision); -infinity: at any time. Whom one of them confirmed,
-- or whoever gave the account away, is not confirmed. Before the first approved verdict an office is set up: nobody waits.
CREATE OR REPLACE FUNCTION counts_from(person integer, others integer[]) RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT CASE WHEN u.entrusted_at IS NULL
                OR u.entrusted_at < coalesce((SELECT min(d.decided_at) FROM verdict_decisions d WHERE d.decision = 'approve'), 'infinity')
                OR EXISTS (SELECT FROM account_confirmations c JOIN users k ON k.id = c.confirmed_by
                            WHERE c.user_id = u.id AND c.at > u.entrusted_at AND c.confirmed_by <> ALL (array_remove(others, NULL))
                              AND k.name IS DISTINCT FROM u.entrusted_by)
              THEN '-infinity' ELSE u.entrusted_at + (SELECT second_person_wait FROM gate) END
    FROM users u WHERE u.id = person
$$;
GRANT EXECUTE ON FUNCTION counts_from TO kiemtin_app;

-- Raises where one of the persons of a decision does not count yet.
CREATE OR REPLACE FUNCTION require_persons(VARIADIC people integer[]) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  one record;
BEGIN
  SELECT u.display_name, u.entrusted_by, counts_from(u.id, people) AS until INTO one
    FROM users u WHERE u.id = ANY (people) AND counts_from(u.id, people) > clock_timestamp() ORDER BY 3 DESC LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'the account of % was made or reset by % lately: it counts as a second person from %, or once another approver confirms it',
      one.display_name, one.entrusted_by, to_char(one.until AT TIME ZONE 'Asia/Ho_Chi_Minh', 'HH24:MI DD/MM/YYYY')
      USING ERRCODE = 'KT403', CONSTRAINT = 'account.fresh',
      DETAIL = jsonb_build_object('name', one.display_name, 'by', one.entrusted_by,
                                  'at', to_char(one.until AT TIME ZONE 'Asia/Ho_Chi_Minh', 'HH24:MI DD/MM/YYYY'))::text;
  END IF;
END $$;

-- Who confirms is an approver who counts, and neither the account itself nor who gave it away.
CREATE OR REPLACE FUNCTION check_confirmation() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  k users%ROWTYPE;
  u users%ROWTYPE;
BEGIN
  SELECT * INTO k FROM users WHERE id = NEW.confirmed_by;
  SELECT * INTO u FROM users WHERE id = NEW.user_id;
  IF k.id IS NULL OR k.disabled_at IS NOT NULL OR k.role <> 'approver' THEN
    RAISE EXCEPTION 'accounts are confirmed by approvers'
      USING ERRCODE = 'KT403', CONSTRAINT = 'role.confirm';
  END IF;
  IF k.id = NEW.user_id OR k.name = u.entrusted_by THEN
    RAISE EXCEPTION 'another approver confirms an account, not its owner nor who made it'
      USING ERRCODE = 'KT403', CONSTRAINT = 'account.confirm_own';
  END IF;
  PERFORM require_persons(k.id);
  NEW.at := clock_timestamp();
  PERFORM audit_note(k.name, k.role, 'account.confirm', 'users:' || u.name, NULL, NULL, NULL);
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER account_confirmations_are_checked BEFORE INSERT ON account_confirmations
  FOR EACH ROW EXECUTE FUNCTION check_confirmation();
CREATE OR REPLACE TRIGGER account_confirmations_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON account_confirmations
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Every approver learns that an account which may decide appeared, changed hands or came back; nobody of what they did themselves.
CREATE OR REPLACE FUNCTION tell_approvers(person integer, what text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  INSERT INTO staff_notices (user_id, kind, about_user, done, by_user)
  SELECT a.id, 'account', person, what, acting_user() FROM users a
   WHERE a.role = 'approver' AND a.disabled_at IS NULL AND a.id IS DISTINCT FROM acting_user()
     AND NOT (a.id = person AND what = 'made')
$$;

CREATE OR REPLACE FUNCTION tell_of_account() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  deciding text[] := ARRAY['verifier', 'approver'];
BEGIN
  IF NOT NEW.role = ANY (deciding) AND NOT (TG_OP = 'UPDATE' AND OLD.role = ANY (deciding)) THEN
    RETURN NULL;
  ELSIF TG_OP = 'INSERT' THEN
    PERFORM tell_approvers(NEW.id, 'made');
  ELSIF NEW.role <> OLD.role THEN
    PERFORM tell_approvers(NEW.id, 'role');
  ELSIF NEW.entrusted_at IS DISTINCT FROM OLD.entrusted_at THEN
    PERFORM tell_approvers(NEW.id, CASE WHEN NEW.password_hash <> OLD.password_hash THEN 'password'
                                        WHEN NEW.totp_secret IS DISTINCT FROM OLD.totp_secret THEN 'second_factor'
                                        WHEN NEW.email IS DISTINCT FROM OLD.email THEN 'mail'
                                        WHEN OLD.disabled_at IS NOT NULL THEN 'back' ELSE 'released' END);
  END IF;
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER users_are_told_of AFTER INSERT OR UPDATE ON users FOR EACH ROW EXECUTE FUNCTION tell_of_account();

-- Takes the office's provider off an account: who signs in by it next may be another person.
CREATE OR REPLACE FUNCTION release_identities(person integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  keeper text := keeper_of(person, false);
  gone integer;
BEGIN
  DELETE FROM user_identities WHERE user_id = person;
  GET DIAGNOSTICS gone = ROW_COUNT;
  IF gone > 0 THEN
    UPDATE users SET entrusted_by = keeper, entrusted_at = clock_timestamp() WHERE id = person;
  END IF;
  RETURN gone;
END $$;
GRANT EXECUTE ON FUNCTION release_identities TO kiemtin_app;

-- The owner's settings of the gate are changed in the open.
CREATE OR REPLACE FUNCTION audit_gate() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF (OLD.sessions_required, OLD.second_person_wait) IS DISTINCT FROM (NEW.sessions_required, NEW.second_person_wait) THEN
    PERFORM audit_note(acting(), NULL, 'gate.change', 'gate',
                       jsonb_build_object('sessions_required', OLD.sessions_required, 'second_person_wait', OLD.second_person_wait),
                       jsonb_build_object('sessions_required', NEW.sessions_required, 'second_person_wait', NEW.second_person_wait));
  END IF;
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER gate_is_audited AFTER UPDATE ON gate FOR EACH ROW EXECUTE FUNCTION audit_gate();
