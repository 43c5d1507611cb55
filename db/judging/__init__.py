"""Rows of what the classifier found: judgements, events, models."""
