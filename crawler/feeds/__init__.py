"""Lists of articles: RSS, Atom, JSON Feed, sitemaps."""
