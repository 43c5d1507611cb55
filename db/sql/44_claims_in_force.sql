-- The claims of cases that stand, each with what is established about it: the one place that papers and lists ask.
-- code: the latest approved verdict, 'withdrawn' where its public label was taken back, NULL while nothing is established;
-- what a withdrawn verdict said is established no longer.
CREATE OR REPLACE VIEW claims_in_force AS
  SELECT c.id, c.case_id, c.body, c.said_on, c.place, c.field, c.channel, c.criticised_agency, c.created_by, c.created_at, c.replaces,
         f.verdict_id, CASE WHEN f.taken_back THEN 'withdrawn' ELSE f.code END AS code,
         CASE WHEN NOT f.taken_back THEN f.what_is_true END AS what_is_true,
         CASE WHEN NOT f.taken_back THEN f.reasoning END AS reasoning,
         CASE WHEN NOT f.taken_back THEN f.counter_evidence END AS counter_evidence,
         f.proposed_by, f.proposed_at, f.approved_by, f.approved_at, f.text_sha256
    FROM standing_claims c
    LEFT JOIN LATERAL (
      SELECT v.id AS verdict_id, v.code, v.what_is_true, v.reasoning, v.counter_evidence, v.proposed_by, v.proposed_at,
             d.decided_by AS approved_by, d.decided_at AS approved_at, v.text_sha256, withdrawn(v.id) AS taken_back
        FROM verdicts v JOIN verdict_decisions d ON d.verdict_id = v.id AND d.decision = 'approve'
       WHERE v.claim_id = c.id ORDER BY d.decided_at DESC, v.id DESC LIMIT 1) f ON true;
GRANT SELECT ON claims_in_force TO kiemtin_app;
