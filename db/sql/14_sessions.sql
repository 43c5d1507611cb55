-- Sessions: who acts is whoever's live session the transaction holds (set_config('kiemtin.session', token, true)).

-- The account whose live session this transaction holds; null where it holds none.
CREATE OR REPLACE FUNCTION acting_user() RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT s.user_id FROM sessions s JOIN users u ON u.id = s.user_id
   WHERE s.token_sha256 = encode(sha256(convert_to(nullif(current_setting('kiemtin.session', true), ''), 'UTF8')), 'hex')
     AND s.ended_at IS NULL AND s.expires_at > clock_timestamp() AND u.disabled_at IS NULL
$$;
GRANT EXECUTE ON FUNCTION acting_user TO kiemtin_app;

-- Whether rows are taken from the application without a session (a switch of the owner, for tests).
CREATE OR REPLACE FUNCTION sessions_required() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT coalesce((SELECT g.sessions_required FROM gate g), true)
$$;

-- Whether the connection is the owner's: migrations and the commands that keep accounts.
CREATE OR REPLACE FUNCTION by_owner() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT pg_has_role(session_user, (SELECT relowner FROM pg_class WHERE oid = 'public.users'::regclass), 'MEMBER')
$$;

-- The person is the one whose session this is. The owner's connection is no person's.
CREATE OR REPLACE FUNCTION require_session(person integer) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  who integer := acting_user();
BEGIN
  IF who IS NULL AND sessions_required() THEN
    RAISE EXCEPTION 'nobody is signed in here: what a person decides needs that person''s session'
      USING ERRCODE = 'KT403', CONSTRAINT = 'session.none';
  ELSIF who <> person THEN
    RAISE EXCEPTION 'the session is another person''s'
      USING ERRCODE = 'KT403', CONSTRAINT = 'session.other_person';
  END IF;
END $$;

-- Trigger on every table that names a deciding person; the argument is the column.
CREATE OR REPLACE FUNCTION check_actor() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  person integer := (to_jsonb(NEW) ->> TG_ARGV[0])::integer;
BEGIN
  IF person IS NOT NULL AND (TG_OP = 'INSERT' OR person IS DISTINCT FROM (to_jsonb(OLD) ->> TG_ARGV[0])::integer) THEN
    PERFORM require_session(person);
  END IF;
  RETURN NEW;
END $$;

-- Raises unless `proof` is HMAC-SHA-256 of `said` with the key that migrate wrote.
CREATE OR REPLACE FUNCTION require_proof(said text, proof bytea) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  g gate%ROWTYPE;
BEGIN
  SELECT * INTO g FROM gate;
  IF g.inner_pad IS NULL AND g.sessions_required THEN
    RAISE EXCEPTION 'the database has no session key yet: run kiemtin db migrate'
      USING ERRCODE = 'KT403', CONSTRAINT = 'session.no_key';
  END IF;
  IF g.inner_pad IS NOT NULL AND proof IS DISTINCT FROM sha256(g.outer_pad || sha256(g.inner_pad || convert_to(said, 'UTF8'))) THEN
    RAISE EXCEPTION 'the session key of this process is not the database''s: give all machines one KIEMTIN_SECRET_KEY, then kiemtin db migrate'
      USING ERRCODE = 'KT403', CONSTRAINT = 'session.proof';
  END IF;
END $$;

-- Opens a session; the proof is over token hash, person and way of signing in.
CREATE OR REPLACE FUNCTION open_session(token_hash text, person integer, lasts interval, way text, proof bytea) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM require_proof(token_hash || '|' || person || '|' || way, proof);
  INSERT INTO sessions (token_sha256, user_id, expires_at, signed_in_by)
  VALUES (token_hash, person, clock_timestamp() + least(lasts, interval '7 days'), way);
END $$;
GRANT EXECUTE ON FUNCTION open_session TO kiemtin_app;

-- Binds a person of the office's provider to an account; the proof is over the hash of issuer and subject, and the account.
CREATE OR REPLACE FUNCTION bind_identity(from_issuer text, person_there text, person integer, proof bytea) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM require_proof(encode(sha256(convert_to(from_issuer || '|' || person_there, 'UTF8')), 'hex') || '|' || person || '|bind', proof);
  INSERT INTO user_identities (issuer, subject, user_id) VALUES (from_issuer, person_there, person);
END $$;
GRANT EXECUTE ON FUNCTION bind_identity TO kiemtin_app;

-- A session that ended stays ended; none is made longer.
CREATE OR REPLACE FUNCTION sessions_end_once() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  NEW.ended_at := coalesce(OLD.ended_at, NEW.ended_at);
  NEW.expires_at := least(OLD.expires_at, NEW.expires_at);
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER sessions_are_not_revived BEFORE UPDATE ON sessions FOR EACH ROW EXECUTE FUNCTION sessions_end_once();

CREATE OR REPLACE TRIGGER actor_of_case_actions BEFORE INSERT ON case_actions FOR EACH ROW EXECUTE FUNCTION check_actor('actor_id');
CREATE OR REPLACE TRIGGER actor_of_reviews BEFORE INSERT ON reviews FOR EACH ROW EXECUTE FUNCTION check_actor('user_id');
CREATE OR REPLACE TRIGGER actor_of_adjudications BEFORE INSERT ON adjudications FOR EACH ROW EXECUTE FUNCTION check_actor('user_id');
CREATE OR REPLACE TRIGGER actor_of_stances BEFORE INSERT ON stances FOR EACH ROW EXECUTE FUNCTION check_actor('user_id');
CREATE OR REPLACE TRIGGER actor_of_notes BEFORE INSERT ON notes FOR EACH ROW EXECUTE FUNCTION check_actor('user_id');
CREATE OR REPLACE TRIGGER actor_of_claims BEFORE INSERT ON claims FOR EACH ROW EXECUTE FUNCTION check_actor('created_by');
CREATE OR REPLACE TRIGGER actor_of_claim_articles BEFORE INSERT ON claim_articles FOR EACH ROW EXECUTE FUNCTION check_actor('set_by');
CREATE OR REPLACE TRIGGER actor_of_evidence BEFORE INSERT ON evidence FOR EACH ROW EXECUTE FUNCTION check_actor('added_by');
CREATE OR REPLACE TRIGGER actor_of_contact_attempts BEFORE INSERT ON contact_attempts FOR EACH ROW EXECUTE FUNCTION check_actor('made_by');
CREATE OR REPLACE TRIGGER actor_of_verdicts BEFORE INSERT ON verdicts FOR EACH ROW EXECUTE FUNCTION check_actor('proposed_by');
CREATE OR REPLACE TRIGGER actor_of_verdict_decisions BEFORE INSERT ON verdict_decisions FOR EACH ROW EXECUTE FUNCTION check_actor('decided_by');
CREATE OR REPLACE TRIGGER actor_of_digests BEFORE INSERT ON digests FOR EACH ROW EXECUTE FUNCTION check_actor('created_by');
CREATE OR REPLACE TRIGGER actor_of_digest_edits BEFORE INSERT ON digest_edits FOR EACH ROW EXECUTE FUNCTION check_actor('user_id');
CREATE OR REPLACE TRIGGER actor_of_digest_steps BEFORE INSERT ON digest_steps FOR EACH ROW EXECUTE FUNCTION check_actor('actor_id');
CREATE OR REPLACE TRIGGER actor_of_reports BEFORE INSERT ON reports FOR EACH ROW EXECUTE FUNCTION check_actor('entered_by');
CREATE OR REPLACE TRIGGER actor_of_report_refusals BEFORE INSERT ON report_refusals FOR EACH ROW EXECUTE FUNCTION check_actor('refused_by');
CREATE OR REPLACE TRIGGER actor_of_responses BEFORE INSERT ON responses FOR EACH ROW EXECUTE FUNCTION check_actor('drafted_by');
CREATE OR REPLACE TRIGGER actor_of_response_texts BEFORE INSERT ON response_texts FOR EACH ROW EXECUTE FUNCTION check_actor('written_by');
CREATE OR REPLACE TRIGGER actor_of_response_approvals BEFORE INSERT ON response_approvals FOR EACH ROW EXECUTE FUNCTION check_actor('approved_by');
CREATE OR REPLACE TRIGGER actor_of_response_outcomes BEFORE INSERT ON response_outcomes FOR EACH ROW EXECUTE FUNCTION check_actor('set_by');
CREATE OR REPLACE TRIGGER actor_of_publications BEFORE INSERT ON publications FOR EACH ROW EXECUTE FUNCTION check_actor('published_by');
CREATE OR REPLACE TRIGGER actor_of_notices BEFORE INSERT ON notices FOR EACH ROW EXECUTE FUNCTION check_actor('posted_by');
CREATE OR REPLACE TRIGGER actor_of_api_tokens BEFORE INSERT ON api_tokens FOR EACH ROW EXECUTE FUNCTION check_actor('made_by');
CREATE OR REPLACE TRIGGER actor_of_campaigns BEFORE INSERT ON campaigns FOR EACH ROW EXECUTE FUNCTION check_actor('created_by');
CREATE OR REPLACE TRIGGER actor_of_alert_rules BEFORE INSERT ON alert_rules FOR EACH ROW EXECUTE FUNCTION check_actor('created_by');
CREATE OR REPLACE TRIGGER actor_of_event_corrections BEFORE INSERT ON event_corrections FOR EACH ROW EXECUTE FUNCTION check_actor('asked_by');
CREATE OR REPLACE TRIGGER actor_of_source_probes BEFORE INSERT ON source_probes FOR EACH ROW EXECUTE FUNCTION check_actor('asked_by');
CREATE OR REPLACE TRIGGER actor_of_account_confirmations BEFORE INSERT ON account_confirmations FOR EACH ROW EXECUTE FUNCTION check_actor('confirmed_by');
CREATE OR REPLACE TRIGGER actor_of_leases BEFORE INSERT OR UPDATE ON leases FOR EACH ROW EXECUTE FUNCTION check_actor('user_id');
CREATE OR REPLACE TRIGGER actor_of_ended_notices BEFORE UPDATE OF ended_by ON notices FOR EACH ROW EXECUTE FUNCTION check_actor('ended_by');
CREATE OR REPLACE TRIGGER actor_of_upload_corrections BEFORE INSERT ON upload_corrections FOR EACH ROW EXECUTE FUNCTION check_actor('written_by');
