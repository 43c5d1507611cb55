"""Reading kept WARC records: bytes only, no tables. Whatever damage does to a file comes out as one kind of error."""

from __future__ import annotations

import gzip
import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataReader


class DamagedRecord(ValueError):
    """The bytes at that place are no record, or not the one that was kept."""


@contextmanager
def damage_named() -> Iterator[None]:
    """Anything that reading a record raises becomes DamagedRecord; a missing or unreadable file stays an OSError."""
    try:
        yield
    except DamagedRecord:
        raise
    except gzip.BadGzipFile as why:
        raise DamagedRecord("the record is not packed as it was written") from why
    except OSError:
        raise
    # one wrong byte takes the library to any of its errors (its own, zlib's, of strings, of missing headers)
    except Exception as why:
        raise DamagedRecord(f"the record cannot be read ({type(why).__name__})") from why


def records(file: Any) -> Iterator[Any]:
    """The records of an open WARC file from its position on; raises DamagedRecord where one cannot be read."""
    with damage_named():
        yield from ArchiveIterator(file)


def entity(record: Any) -> bytes:
    """The body of a record's answer, transfer coding undone, content coding (gzip, br) kept: what its hash is of."""
    with damage_named():
        stored: bytes = record.raw_stream.read()
        coding = record.http_headers.get_header("Transfer-Encoding") if record.http_headers else None
        if coding and "chunked" in coding.lower():
            plain: bytes = ChunkedDataReader(io.BytesIO(stored), decomp_type=None).read()
            return plain
        return stored


def fault(folder: Path, warc_file: str, offset: int, payload_sha256: str) -> str | None:
    """Why the capture at that place is not what was kept (``missing``, ``damaged``); None where it is whole."""
    try:
        with (folder / warc_file).open("rb") as file:
            file.seek(offset)
            for record in records(file):
                found = hashlib.sha256(entity(record)).hexdigest()
                return None if found == payload_sha256 else "damaged"
    except DamagedRecord:
        return "damaged"
    except OSError:
        return "missing"
    return "damaged"
