"""A damaged WARC costs the captures in it and nothing else: every reader names the damage, whatever the bytes became."""

from __future__ import annotations

import gzip
import hashlib
import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.evidence.warc_replay import KeptPages
from crawler.http import warc_writer
from crawler.http.response import Exchange, HttpResponse
from crawler.http.warc_writer import WarcLocation, WarcWriter
from db.core.errors import NotFound
from db.press import warc

BODY = "".join(f"<p>Đoạn {n} của một bài hư cấu dùng để kiểm thử.</p>" for n in range(200)).encode()
COUNT = 8


@pytest.fixture
def places(tmp_path: Path) -> list[WarcLocation]:
    writer = WarcWriter(tmp_path)
    found = []
    for n in range(COUNT):
        page = Exchange(
            url=f"http://bao.example/{n}.html", status=200, payload=gzip.compress(BODY + bytes([n])),
            at=datetime(2026, 11, 21, tzinfo=UTC), headers=(("Content-Type", "text/html"), ("Content-Encoding", "gzip")),
            address="192.0.2.7",
        )  # fmt: skip
        found.append(writer.write(HttpResponse(url=page.url, last=page, body=BODY)))
    writer.close()
    return found


def flipped(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content) - 4)
    return content[:at] + bytes(chance.randrange(256) for _ in range(4)) + content[at + 4 :]


def cut(content: bytes, chance: random.Random) -> bytes:
    return content[: chance.randrange(len(content))]


def zeroed(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content) // 2)
    return content[:at] + b"\0" * 512 + content[at + 512 :]


def repacked(content: bytes, chance: random.Random) -> bytes:
    """Damage beneath sound packing: record heads without length, with foreign letters, of another kind."""
    plain = gzip.decompress(content)
    at = plain.index(b"WARC/1.1") if chance.random() < 0.3 else chance.randrange(len(plain) // 2)
    return gzip.compress(plain[:at] + bytes(chance.randrange(256) for _ in range(40)) + plain[at + 40 :])


@pytest.mark.parametrize("harm", [flipped, cut, zeroed, repacked])
def test_every_reader_names_damage_and_none_fails_otherwise(
    tmp_path: Path, places: list[WarcLocation], harm: Callable[[bytes, random.Random], bytes]
) -> None:
    path = tmp_path / places[0].file
    whole = path.read_bytes()
    said: Counter[str] = Counter()
    for seed in range(60):
        path.write_bytes(harm(whole, random.Random(seed)))
        for place in places:
            why = warc.fault(tmp_path, place.file, place.offset, place.payload_sha256)
            said[why or "whole"] += 1
            try:
                read = warc_writer.read(tmp_path, place.file, place.offset)
            except NotFound:
                assert why == "damaged"
            else:
                assert (hashlib.sha256(read.payload).hexdigest() == place.payload_sha256) is (why is None)
        try:
            KeptPages(path)
        except warc.DamagedRecord:
            said["not replayed"] += 1
    print(f"{harm.__name__}: {dict(said)}")
    assert said["damaged"] > 0


def test_a_missing_file_is_missing_and_a_whole_one_whole(tmp_path: Path, places: list[WarcLocation]) -> None:
    for place in places:
        assert warc.fault(tmp_path, place.file, place.offset, place.payload_sha256) is None
    assert warc.fault(tmp_path, "2026/11/no.warc.gz", 0, "") == "missing"
    assert warc.fault(tmp_path, places[0].file, 10**9, "") == "damaged"
