-- What binds a row of a table to the chain: its digest, kept in the audit row that tells of it.

-- SHA-256 over all fields that are not null, as jsonb prints them in UTC: a column that a later migration adds changes nothing
-- as long as it is null.
CREATE OR REPLACE FUNCTION row_digest(r anyelement) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp SET timezone = 'UTC' AS $$
  SELECT encode(sha256(convert_to(jsonb_strip_nulls(to_jsonb(r))::text, 'UTF8')), 'hex')
$$;
GRANT EXECUTE ON FUNCTION row_digest TO kiemtin_app;

-- By what somebody signs in, as the chain may hold it: a digest of the hashes, nothing that helps to guess.
CREATE OR REPLACE FUNCTION sign_in_digest(password_hash text, totp_secret text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT encode(sha256(convert_to(jsonb_build_array(password_hash, totp_secret)::text, 'UTF8')), 'hex')
$$;
GRANT EXECUTE ON FUNCTION sign_in_digest TO kiemtin_app;

-- Evidence and attempts to reach the source, into the chain with their digests. Arguments: the action, the column of the person.
CREATE OR REPLACE FUNCTION note_row() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  u users%ROWTYPE;
  kept jsonb := to_jsonb(NEW);
BEGIN
  SELECT * INTO u FROM users WHERE id = (kept ->> TG_ARGV[1])::integer;
  PERFORM audit_note(u.name, u.role, TG_ARGV[0], 'claim:' || NEW.claim_id, NULL,
                     jsonb_build_object('id', NEW.id, 'kind', kept -> 'kind', 'withdrawn', kept -> 'withdrawn', 'row', row_digest(NEW)));
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER evidence_is_noted AFTER INSERT ON evidence FOR EACH ROW EXECUTE FUNCTION note_row('evidence.add', 'added_by');
CREATE OR REPLACE TRIGGER contact_attempts_are_noted AFTER INSERT ON contact_attempts
  FOR EACH ROW EXECUTE FUNCTION note_row('attempt.add', 'made_by');
