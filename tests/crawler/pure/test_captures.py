"""A capture is a WARC record that others can read and check, exact in every byte of the payload; damage costs the captures
in it and nothing else, and every reader names it."""

from __future__ import annotations

import gzip
import hashlib
import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from crawler.evidence.warc_replay import KeptPages
from crawler.http import warc_writer
from crawler.http.response import Exchange, HttpResponse
from crawler.http.warc_writer import WarcLocation, WarcWriter
from db.core.errors import NotFound
from db.press import warc

PAGE = gzip.compress("<p>Cầu treo Suối Mơ</p>".encode())
ANSWER = Exchange(
    url="http://bao.example/tin/c%E1%BA%A7u-4100001.html", status=200, payload=PAGE, at=datetime(2026, 11, 21, 1, 2, 3, tzinfo=UTC),
    headers=(
        ("Content-Type", "text/html"), ("Content-Encoding", "gzip"), ("Set-Cookie", "a=1"), ("Transfer-Encoding", "chunked"),
        ("Content-Length", "9"), ("X-Ten", "tên".encode().decode("latin-1")),
    ),
    address="192.0.2.7",
)  # fmt: skip


def written(folder: Path, *, times: int = 2) -> list[warc_writer.WarcLocation]:
    keeper = WarcWriter(folder)
    places = [keeper.write(HttpResponse(url=ANSWER.url, last=ANSWER, body=b"")) for _ in range(times)]
    keeper.close()
    return places


def test_each_record_is_read_back_from_its_own_place(tmp_path: Path) -> None:
    for place in written(tmp_path):
        kept = warc_writer.read(tmp_path, place.file, place.offset)
        assert (kept.url, kept.status, kept.payload) == (ANSWER.url, 200, PAGE)
        assert kept.at == "2026-11-21T01:02:03.000000Z"


def test_cookies_and_transfer_coding_are_left_out_and_the_length_is_that_of_the_payload(
    tmp_path: Path,
) -> None:
    (place,) = written(tmp_path, times=1)
    assert warc_writer.read(tmp_path, place.file, place.offset).headers == (
        ("Content-Type", "text/html"), ("Content-Encoding", "gzip"), ("X-Ten", "tên"), ("Content-Length", str(len(PAGE))),
    )  # fmt: skip


def test_other_programs_find_the_digests_right(tmp_path: Path) -> None:
    place = written(tmp_path)[0]
    with (tmp_path / place.file).open("rb") as file:
        kinds = []
        for record in ArchiveIterator(file, check_digests="raise"):
            kinds.append(record.rec_type)
            record.content_stream().read()
            assert record.digest_checker.passed is True
    assert kinds == ["warcinfo", "response", "response"]


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
