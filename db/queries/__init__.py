"""Reads that join several subjects: queue, search, overview, exports, metrics."""
