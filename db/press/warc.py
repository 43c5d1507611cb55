"""Reading kept WARC records: bytes only, no tables."""

from __future__ import annotations

import io
from typing import Any

from warcio.bufferedreaders import ChunkedDataReader


def entity(record: Any) -> bytes:
    """The body of a record's answer, transfer coding undone, content coding (gzip, br) kept: what its hash is of."""
    stored: bytes = record.raw_stream.read()
    coding = record.http_headers.get_header("Transfer-Encoding") if record.http_headers else None
    if coding and "chunked" in coding.lower():
        plain: bytes = ChunkedDataReader(io.BytesIO(stored), decomp_type=None).read()
        return plain
    return stored
