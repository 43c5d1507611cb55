-- What a case was before a step, so that an undo restores the earlier values and writes no constants: state, whether it is on
-- the road of accurate criticism, whether a second opinion was wanted, outcome and due day. Kept by the database alone.
ALTER TABLE case_actions ADD COLUMN restores jsonb;
