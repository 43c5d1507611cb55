-- The long lists of choices (places, outlets) are read again when their rows changed.

CREATE OR REPLACE FUNCTION note_list_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  INSERT INTO list_changes DEFAULT VALUES ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER catalogue_entries_are_listed AFTER INSERT OR UPDATE OR DELETE ON catalogue_entries
  FOR EACH STATEMENT EXECUTE FUNCTION note_list_change();
CREATE OR REPLACE TRIGGER sources_are_listed AFTER INSERT OR DELETE OR UPDATE OF name, title ON sources
  FOR EACH STATEMENT EXECUTE FUNCTION note_list_change();
