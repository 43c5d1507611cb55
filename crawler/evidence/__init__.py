"""Captures that prove what was served: exact exchanges, WARC, replay, screenshots."""
