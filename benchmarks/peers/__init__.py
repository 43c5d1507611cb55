"""Our page reader beside those that people would use instead."""

from benchmarks.peers.compare import main

__all__ = ["main"]
