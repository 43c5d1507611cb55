-- The past cannot be rewritten unseen, and rules mean what they say.

-- The head of the audit as it was printed in an issued digest: what a rewritten chain would have to agree with.
ALTER TABLE digest_steps
  ADD COLUMN printed_row  bigint,
  ADD COLUMN printed_head text,
  ADD CONSTRAINT digest_steps_printed CHECK ((printed_row IS NULL) = (printed_head IS NULL) AND (printed_row IS NULL OR step = 'issue'));

-- That a primary or first-hand piece is independent of the office concerned is said by the proposer and confirmed by whoever approves.
ALTER TABLE verdict_decisions ADD COLUMN independence_confirmed boolean;  -- null: not asked (before this was kept, other labels)
GRANT INSERT (printed_row, printed_head) ON digest_steps TO kiemtin_app;
