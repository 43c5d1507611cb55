-- Lists of staff that read with the size of the archive: reports that wait, a source's week.

-- Whether anything became of a report: kept with it, so that the list of those that wait reads those alone.
ALTER TABLE reports ADD COLUMN settled boolean NOT NULL DEFAULT false;
UPDATE reports r SET settled = true
 WHERE EXISTS (SELECT FROM report_cases c WHERE c.report_id = r.id) OR EXISTS (SELECT FROM report_refusals f WHERE f.report_id = r.id);
CREATE INDEX reports_waiting ON reports (id) WHERE NOT settled;
CREATE FUNCTION settle_report() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  report bigint := CASE TG_OP WHEN 'DELETE' THEN OLD.report_id ELSE NEW.report_id END;
BEGIN
  UPDATE reports SET settled = EXISTS (SELECT FROM report_cases c WHERE c.report_id = report)
                            OR EXISTS (SELECT FROM report_refusals f WHERE f.report_id = report)
   WHERE id = report;
  RETURN NULL;
END $$;
CREATE TRIGGER report_cases_settle AFTER INSERT OR DELETE ON report_cases FOR EACH ROW EXECUTE FUNCTION settle_report();
CREATE TRIGGER report_refusals_settle AFTER INSERT OR DELETE ON report_refusals FOR EACH ROW EXECUTE FUNCTION settle_report();

-- how many articles a source had in a week, from the index alone
CREATE INDEX articles_source_seen ON articles (source_id, first_seen_at);
