-- An article that is missing under one address is looked for under the others that lists named for it.
CREATE INDEX links_article ON links (article_id, found_at DESC) WHERE article_id IS NOT NULL;
