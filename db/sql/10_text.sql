-- Text as people read it: folding for search, what counts as blank.

-- Letters without marks and with one tone placement, for accent-insensitive search without contrib modules:
-- NFD, combining marks dropped, đ -> d, lower case.
CREATE OR REPLACE FUNCTION fold(t text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN translate(regexp_replace(normalize(lower(t), NFD), '[\u0300-\u036f]', '', 'g'), 'đ', 'd');
GRANT EXECUTE ON FUNCTION fold TO kiemtin_app;

-- Nothing that a person could read: empty, or blanks of any script: white space, controls, format characters and those that
-- Unicode calls ignorable (Hangul and Khmer fillers, variation selectors, tags), the empty Braille cell.
CREATE OR REPLACE FUNCTION blank(t text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN t IS NULL OR t ~ '^[\u0001-\u0020\u007f-\u00a0\u00ad\u034f\u061c\u115f-\u1160\u1680\u17b4-\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]*$';
GRANT EXECUTE ON FUNCTION blank TO kiemtin_app;

-- A setting's value as staff have it; `otherwise` where the catalogue does not hold it or it is empty.
CREATE OR REPLACE FUNCTION setting(wanted text, otherwise text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT coalesce((SELECT nullif(btrim(data->>'value'), '') FROM catalogue_entries WHERE kind = 'setting' AND name = wanted LIMIT 1), otherwise)
$$;
GRANT EXECUTE ON FUNCTION setting TO kiemtin_app;

-- The fields in which one person may say "being verified" and a verdict may name an emergency: disasters and public safety,
-- unless staff have set others.
CREATE OR REPLACE FUNCTION urgent_field(field text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT coalesce(field = ANY (string_to_array(setting('notice.fields', 'disaster-epidemic|security-order'), '|')), false)
$$;
GRANT EXECUTE ON FUNCTION urgent_field TO kiemtin_app;
