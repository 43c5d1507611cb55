-- Text as people read it: folding for search, what counts as blank.

-- Letters without marks and with one tone placement, for accent-insensitive search without contrib modules:
-- NFD, combining marks dropped, đ -> d, lower case.
CREATE OR REPLACE FUNCTION fold(t text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN translate(regexp_replace(normalize(lower(t), NFD), '[\u0300-\u036f]', '', 'g'), 'đ', 'd');
GRANT EXECUTE ON FUNCTION fold TO kiemtin_app;

-- Nothing that a person could read: empty, or blanks of any kind, the invisible ones included.
CREATE OR REPLACE FUNCTION blank(t text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN t IS NULL OR t ~ '^[\s\u00a0\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u206f\u3000\ufeff]*$';
GRANT EXECUTE ON FUNCTION blank TO kiemtin_app;
