-- What became of a wish to split, merge or move: a stable code and its values beside the line for logs, so that the page
-- says it in the reader's language without looking at words.
ALTER TABLE event_corrections
  ADD COLUMN outcome_code text,
  ADD COLUMN outcome_values jsonb NOT NULL DEFAULT '{}';
GRANT UPDATE (outcome_code, outcome_values) ON event_corrections TO kiemtin_app;
UPDATE event_corrections SET outcome_code = CASE
    WHEN outcome = 'taken back' THEN 'correction.taken_back'
    WHEN outcome = 'no such event' THEN 'correction.no_event'
    WHEN outcome LIKE 'none of the articles%' THEN 'correction.no_article'
    WHEN outcome LIKE 'no other event%' THEN 'correction.no_other'
    WHEN outcome LIKE 'all articles would leave%' THEN 'correction.all'
    WHEN outcome ~ '^\d+ articles now in event \d+$' THEN 'correction.moved'
  END,
  outcome_values = CASE WHEN outcome ~ '^\d+ articles now in event \d+$'
    THEN jsonb_build_object('count', split_part(outcome, ' ', 1)::int, 'event', split_part(outcome, ' ', 6)::bigint) ELSE '{}' END
 WHERE outcome IS NOT NULL;
