-- Settings that nothing ever read: what they promised stands in the code with its reason.
DELETE FROM catalogue_entries WHERE kind = 'setting'
   AND name IN ('match.suggest_above', 'training.minimum_decisions', 'poll.failures_before_alert');
