-- The audit: a hash chain written by the database alone.

-- The hash of a row: SHA-256 over a canonical text, each field NFC, length before value so that nothing can shift.
-- kiemtin audit verify computes the same in Python.
CREATE OR REPLACE FUNCTION audit_hash(prev text, id bigint, at timestamptz, actor text, role text, action text, subject text,
                           before jsonb, after jsonb, reason text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT encode(sha256(convert_to((
    SELECT string_agg(CASE WHEN v IS NULL THEN '-' ELSE octet_length(normalize(v, NFC)) || ':' || normalize(v, NFC) END, '|' ORDER BY n)
    FROM unnest(ARRAY[prev, id::text, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
                      actor, role, action, subject, before::text, after::text, reason]) WITH ORDINALITY AS f(v, n)
  ), 'UTF8')), 'hex')
$$;
GRANT EXECUTE ON FUNCTION audit_hash TO kiemtin_app;

-- The only way into the audit. SECURITY DEFINER: the application's role has no right to the table but reading.
-- The advisory lock makes one writer at a time, so that the chain never forks.
CREATE OR REPLACE FUNCTION audit_note(actor text, role text, action text, subject text,
                           before jsonb DEFAULT NULL, after jsonb DEFAULT NULL, reason text DEFAULT NULL) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  last audit%ROWTYPE;
  next_id bigint;
  moment timestamptz := clock_timestamp();
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('kiemtin.audit'));
  SELECT * INTO last FROM audit ORDER BY id DESC LIMIT 1;
  next_id := coalesce(last.id, 0) + 1;
  INSERT INTO audit (id, at, actor, role, action, subject, before, after, reason, prev_hash, hash)
  VALUES (next_id, moment, actor, role, action, subject, before, after, reason, coalesce(last.hash, ''),
          audit_hash(coalesce(last.hash, ''), next_id, moment, actor, role, action, subject, before, after, reason));
  RETURN next_id;
END $$;
REVOKE EXECUTE ON FUNCTION audit_note FROM kiemtin_app;

-- What the application notes itself: what somebody looked at, took out or imported. Who acts follows from the session; a name
-- that is an account's and is given without one is written down as the connection's word. What rules write, rules write.
CREATE OR REPLACE FUNCTION note_in_audit(actor text, role text, action text, subject text,
                           before jsonb DEFAULT NULL, after jsonb DEFAULT NULL, reason text DEFAULT NULL) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  u users%ROWTYPE;
BEGIN
  IF action ~ '^(verdict|bulletin|response|notice|contact|account|gate|evidence.add|attempt|insert|update|delete)\M'
     OR action ~ '^(case|digest)\.' AND action NOT IN ('case.open', 'digest.download') THEN
    RAISE EXCEPTION 'the audit of "%" is written by the rule that carries it out', action
      USING ERRCODE = 'KT403', CONSTRAINT = 'audit.by_rule', DETAIL = jsonb_build_object('action', action)::text;
  END IF;
  SELECT * INTO u FROM users WHERE id = acting_user();
  IF u.id IS NOT NULL THEN
    RETURN audit_note(u.name, u.role, action, subject, before, after, reason);
  END IF;
  RETURN audit_note(unproven(actor), CASE WHEN sessions_required() THEN NULL ELSE role END, action, subject, before, after, reason);
END $$;
GRANT EXECUTE ON FUNCTION note_in_audit TO kiemtin_app;

-- A name as it stands in the audit where no session proves it: an account's name only behind the connection's own.
CREATE OR REPLACE FUNCTION unproven(actor text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT CASE WHEN EXISTS (SELECT FROM users u WHERE u.name = actor) AND sessions_required() THEN session_user || '/' || actor ELSE actor END
$$;

CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RAISE EXCEPTION '% of % is refused: its rows are never changed or removed', TG_OP, TG_TABLE_NAME
    USING ERRCODE = '42501', CONSTRAINT = 'rows.kept',
    DETAIL = jsonb_build_object('operation', TG_OP, 'table', TG_TABLE_NAME)::text;
END $$;

-- Who acts in this transaction: the person of its session, else what the application says (set_config('kiemtin.actor', …)).
CREATE OR REPLACE FUNCTION acting() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT coalesce((SELECT name FROM users WHERE id = acting_user()), unproven(nullif(current_setting('kiemtin.actor', true), '')), session_user::text)
$$;
GRANT EXECUTE ON FUNCTION acting TO kiemtin_app;

-- Changes of accounts and of the catalogue are audited by the database, without passwords or secrets.
CREATE OR REPLACE FUNCTION audit_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  hidden text[] := ARRAY['password_hash', 'totp_secret', 'totp_last', 'preferences', 'updated_at'];
  was jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) - hidden END;
  now_is jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) - hidden END;
BEGIN
  IF TG_TABLE_NAME = 'users' THEN
    was := was || jsonb_build_object('sign_in', sign_in_digest(OLD.password_hash, OLD.totp_secret));
    now_is := now_is || jsonb_build_object('sign_in', sign_in_digest(NEW.password_hash, NEW.totp_secret));
  END IF;
  IF was IS DISTINCT FROM now_is THEN
    PERFORM audit_note(acting(), NULL, lower(TG_OP), TG_TABLE_NAME || ':' || coalesce(now_is->>'name', was->>'name', now_is->>'id', was->>'id'), was, now_is);
  END IF;
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER users_are_audited AFTER INSERT OR UPDATE OR DELETE ON users FOR EACH ROW EXECUTE FUNCTION audit_change();
CREATE OR REPLACE TRIGGER alert_rules_are_audited AFTER INSERT OR UPDATE OR DELETE ON alert_rules FOR EACH ROW EXECUTE FUNCTION audit_change();
