"""Rows of what people decide: cases, claims, verdicts, answers, publications, digests, alerts."""
