-- Accounts: written through functions that check who asks: an administrator by their session, the person themselves, or the
-- owner's connection (the command line). What somebody else did to an account is kept with name and time (entrusted_*).

-- Who keeps this account now: the administrator's name, 'command line', or null for the person themselves (where `own` allows).
CREATE OR REPLACE FUNCTION keeper_of(person integer, own boolean) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  who integer := acting_user();
  u users%ROWTYPE;
BEGIN
  IF who IS NULL THEN
    IF by_owner() OR NOT sessions_required() THEN
      RETURN acting();
    END IF;
    RAISE EXCEPTION 'nobody is signed in here: accounts are kept by administrators, or on the command line with the owner''s right'
      USING ERRCODE = 'KT403', CONSTRAINT = 'session.none';
  END IF;
  SELECT * INTO u FROM users WHERE id = who;
  IF who = person THEN
    IF own THEN
      RETURN NULL;
    END IF;
    RAISE EXCEPTION 'nobody changes role or state of their own account'
      USING ERRCODE = 'KT403', CONSTRAINT = 'account.own';
  END IF;
  IF u.role <> 'admin' THEN
    RAISE EXCEPTION 'accounts are kept by administrators'
      USING ERRCODE = 'KT403', CONSTRAINT = 'role.accounts';
  END IF;
  RETURN u.name;
END $$;

CREATE OR REPLACE FUNCTION add_account(new_name text, shown text, new_role text, hash text, body text, one_time boolean) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  made integer;
BEGIN
  INSERT INTO users (name, display_name, role, password_hash, agency, must_change, entrusted_by, entrusted_at)
  VALUES (new_name, shown, new_role, hash, body, one_time, keeper_of(NULL, false), clock_timestamp()) RETURNING id INTO made;
  RETURN made;
END $$;
GRANT EXECUTE ON FUNCTION add_account TO kiemtin_app;

-- A new password ends all sessions of the account.
CREATE OR REPLACE FUNCTION set_password(person integer, hash text, one_time boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  keeper text := keeper_of(person, true);
BEGIN
  UPDATE users SET password_hash = hash, must_change = one_time, entrusted_by = coalesce(keeper, entrusted_by),
         entrusted_at = CASE WHEN keeper IS NULL THEN entrusted_at ELSE clock_timestamp() END
   WHERE id = person;
  UPDATE sessions SET ended_at = clock_timestamp() WHERE user_id = person AND ended_at IS NULL;
END $$;
GRANT EXECUTE ON FUNCTION set_password TO kiemtin_app;

-- Null takes the second factor away. A secret that stands is not overwritten: it is taken away first.
CREATE OR REPLACE FUNCTION set_second_factor(person integer, secret text, step bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  keeper text := keeper_of(person, true);
BEGIN
  IF secret IS NOT NULL AND EXISTS (SELECT FROM users WHERE id = person AND totp_secret IS NOT NULL) THEN
    RAISE EXCEPTION 'a second factor stands: take it away first, with password and code'
      USING ERRCODE = 'KT409', CONSTRAINT = 'account.second_factor';
  END IF;
  UPDATE users SET totp_secret = secret, totp_last = step, entrusted_by = coalesce(keeper, entrusted_by),
         entrusted_at = CASE WHEN keeper IS NULL THEN entrusted_at ELSE clock_timestamp() END
   WHERE id = person;
END $$;
GRANT EXECUTE ON FUNCTION set_second_factor TO kiemtin_app;

-- A code's time step is used once; none of tomorrow is noted.
CREATE OR REPLACE FUNCTION use_second_factor(person integer, step bigint) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH used AS (UPDATE users SET totp_last = step WHERE id = person AND coalesce(totp_last, 0) < step
                   AND step <= extract(epoch FROM clock_timestamp()) / 30 + 10 RETURNING 1)
  SELECT EXISTS (SELECT FROM used)
$$;
GRANT EXECUTE ON FUNCTION use_second_factor TO kiemtin_app;

CREATE OR REPLACE FUNCTION change_account(person integer, shown text, new_role text, body text, mail text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  keeper text := keeper_of(person, false);
  u users%ROWTYPE;
BEGIN
  SELECT * INTO u FROM users WHERE id = person;
  -- role and mail address open doors (the provider finds accounts by address); a shown name does not
  UPDATE users SET display_name = shown, role = new_role, agency = body, email = mail,
         entrusted_by = CASE WHEN (u.role, u.email) IS DISTINCT FROM (new_role, mail) THEN keeper ELSE u.entrusted_by END,
         entrusted_at = CASE WHEN (u.role, u.email) IS DISTINCT FROM (new_role, mail) THEN clock_timestamp() ELSE u.entrusted_at END
   WHERE id = person;
END $$;
GRANT EXECUTE ON FUNCTION change_account TO kiemtin_app;

CREATE OR REPLACE FUNCTION set_account_state(person integer, out_of_service boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  keeper text := keeper_of(person, false);
BEGIN
  UPDATE users SET disabled_at = CASE WHEN out_of_service THEN coalesce(disabled_at, clock_timestamp()) END,
         entrusted_by = CASE WHEN disabled_at IS NOT NULL AND NOT out_of_service THEN keeper ELSE entrusted_by END,
         entrusted_at = CASE WHEN disabled_at IS NOT NULL AND NOT out_of_service THEN clock_timestamp() ELSE entrusted_at END
   WHERE id = person;
  UPDATE sessions SET ended_at = clock_timestamp() WHERE user_id = person AND ended_at IS NULL AND out_of_service;
END $$;
GRANT EXECUTE ON FUNCTION set_account_state TO kiemtin_app;
