"""Rows of what the press said: hosts, sources, polls, links, captures, articles."""
