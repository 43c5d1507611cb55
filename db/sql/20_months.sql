-- Partitions by month: made ahead, dropped when they are over.

-- Makes the partitions of this month and the next; called at every migration and daily by the desk worker.
-- SECURITY DEFINER: the application owns no tables and therefore cannot make them itself.
CREATE OR REPLACE FUNCTION ensure_months(around timestamptz DEFAULT now()) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  parent text;
  first date;
  made integer := 0;
BEGIN
  FOREACH parent IN ARRAY ARRAY['polls', 'captures'] LOOP
    FOR n IN 0..1 LOOP
      first := (date_trunc('month', around AT TIME ZONE 'UTC') + make_interval(months => n))::date;
      IF to_regclass(format('public.%I', parent || to_char(first, '_YYYY_MM'))) IS NULL THEN
        -- rows may already stand in the default partition (a clock that jumped): then that month stays there
        BEGIN
          EXECUTE format('CREATE TABLE public.%I PARTITION OF public.%I FOR VALUES FROM (%L) TO (%L)',
                         parent || to_char(first, '_YYYY_MM'), parent,
                         first || ' 00:00+00', (first + interval '1 month')::date || ' 00:00+00');
          made := made + 1;
        EXCEPTION WHEN check_violation THEN NULL;
        END;
      END IF;
    END LOOP;
  END LOOP;
  RETURN made;
END $$;
GRANT EXECUTE ON FUNCTION ensure_months TO kiemtin_app;

-- Drops months that lie wholly before the given time: polls, and captures of which none belongs to a case. Never younger
-- than 30 days, whoever asks. Returns the names of what was dropped.
CREATE OR REPLACE FUNCTION drop_months(before timestamptz) RETURNS text[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  child record;
  ends timestamptz;
  held boolean;
  dropped text[] := '{}';
BEGIN
  FOR child IN
    SELECT c.relname AS name, p.relname AS parent FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    JOIN pg_class p ON p.oid = i.inhparent
    WHERE p.relname IN ('polls', 'captures') AND c.relname ~ '_[0-9]{4}_[0-9]{2}$' AND p.relnamespace = 'public'::regnamespace
    ORDER BY c.relname
  LOOP
    ends := (to_date(right(child.name, 7), 'YYYY_MM') + interval '1 month') AT TIME ZONE 'UTC';
    CONTINUE WHEN ends > before OR ends > now() - interval '30 days';
    IF child.parent = 'captures' THEN
      EXECUTE format('SELECT EXISTS (SELECT FROM public.%I WHERE held)', child.name) INTO held;
      CONTINUE WHEN held;
    END IF;
    EXECUTE format('DROP TABLE public.%I', child.name);
    dropped := dropped || child.name;
  END LOOP;
  RETURN dropped;
END $$;
GRANT EXECUTE ON FUNCTION drop_months TO kiemtin_app;
