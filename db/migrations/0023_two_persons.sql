-- Two persons are two persons: every approver is told when an account that decides is made, given away or put back; what the
-- owner set about the gate is audited.
ALTER TABLE staff_notices ALTER COLUMN case_id DROP NOT NULL;
ALTER TABLE staff_notices DROP CONSTRAINT staff_notices_kind_check;
ALTER TABLE staff_notices
  ADD COLUMN about_user integer REFERENCES users,
  ADD COLUMN done text CHECK (done IN ('made', 'role', 'password', 'second_factor', 'back', 'mail', 'released')),
  ADD CONSTRAINT staff_notices_kind_check
    CHECK (kind IN ('mention', 'assigned', 'routed', 'joined', 'regrouped', 'returned', 'account')),
  ADD CONSTRAINT staff_notices_about CHECK (CASE WHEN kind = 'account' THEN about_user IS NOT NULL AND done IS NOT NULL ELSE case_id IS NOT NULL END);
REVOKE DELETE ON user_identities FROM kiemtin_app;
