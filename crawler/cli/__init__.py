"""Commands of the crawler: sources, crawl, recheck, extract, feed, screenshots."""
