"""What happens in order: visit a source, poll its lists, follow links, store articles, look again."""
