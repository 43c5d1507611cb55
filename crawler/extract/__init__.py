"""A page becomes an article: content, title and lead, publication date, authors."""
