-- Naming facts: what tells one happening from another (place, day, numbers, kind), kept beside hashes and vectors, so that a
-- template with other facts is no copy and two like happenings are two events. Texts of before have none: they compare by words.
ALTER TABLE copy_prints ADD COLUMN marks text[] NOT NULL DEFAULT '{}';
ALTER TABLE event_profiles ADD COLUMN marks text[] NOT NULL DEFAULT '{}';
