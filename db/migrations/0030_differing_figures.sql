-- An article that gives another figure of the same thing neither asserts nor repeats a claim: the machine proposes
-- "differs", and a person says what it comes to.
ALTER TABLE claim_articles DROP CONSTRAINT claim_articles_relation_check;
ALTER TABLE claim_articles ADD CONSTRAINT claim_articles_relation_check
  CHECK (relation IN ('asserts', 'repeats', 'refutes', 'unrelated') OR relation = 'differs' AND set_by IS NULL);
