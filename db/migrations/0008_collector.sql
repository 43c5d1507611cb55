-- The question "is this the same article under an older address" is asked for every new page. Its indexes end in the order
-- it wants, so that the planner never walks a source's, or the archive's, articles newest first to find none.
CREATE INDEX articles_number_newest ON articles (source_id, number, id DESC) WHERE number IS NOT NULL;
CREATE INDEX articles_title_newest ON articles (source_id, md5(title), id DESC);
CREATE INDEX versions_text_newest ON versions (text_sha256, id DESC);
DROP INDEX articles_number, articles_title, versions_text;

-- A new article names its first version in the statement that writes both (db/articles.py).
GRANT USAGE ON SEQUENCE versions_id_seq TO kiemtin_app;
