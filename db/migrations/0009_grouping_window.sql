-- Keys of texts and events stand beside them, not one row each: a worker holds them ready in memory and asks the tables
-- only for what changed since it looked. Written by classifier, by whoever holds the lock of placing (db/grouping.py), so
-- that changes become visible in the order of their numbers.
CREATE SEQUENCE grouping_changes;
GRANT USAGE ON SEQUENCE grouping_changes TO kiemtin_app;
GRANT USAGE ON SEQUENCE events_id_seq TO kiemtin_app;  -- numbers are drawn ahead

-- keys: four bytes each, highest first (int4send), ascending; change: when the row was last written, as a running number
ALTER TABLE copy_prints ADD COLUMN keys bytea NOT NULL DEFAULT '',
  ADD COLUMN change bigint NOT NULL DEFAULT nextval('grouping_changes');
ALTER TABLE event_profiles ADD COLUMN keys bytea NOT NULL DEFAULT '',
  ADD COLUMN change bigint NOT NULL DEFAULT nextval('grouping_changes');
ALTER TABLE copy_prints ALTER COLUMN keys SET STORAGE EXTERNAL;  -- hashes do not compress; trying costs time
ALTER TABLE event_profiles ALTER COLUMN keys SET STORAGE EXTERNAL;
UPDATE copy_prints p SET keys = k.keys FROM
  (SELECT article_id, string_agg(int4send(key), ''::bytea ORDER BY key) AS keys FROM copy_keys GROUP BY article_id) k
  WHERE k.article_id = p.article_id;
UPDATE event_profiles p SET keys = k.keys FROM
  (SELECT event_id, string_agg(int4send(key), ''::bytea ORDER BY key) AS keys FROM event_keys GROUP BY event_id) k
  WHERE k.event_id = p.event_id;
CREATE INDEX copy_prints_change ON copy_prints (change);
CREATE INDEX event_profiles_change ON event_profiles (change);
DROP TABLE copy_keys, event_keys;

-- What was removed or reported since an event was summed up: it is looked at again.
CREATE INDEX articles_gone ON articles (gone_at) WHERE gone_at IS NOT NULL;
CREATE INDEX reports_article ON reports (article_id) WHERE article_id IS NOT NULL;
