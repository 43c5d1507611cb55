"""A capture is a WARC record that others can read and check, exact in every byte of the payload."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator

from crawler.http import warc_writer
from crawler.http.response import Exchange, HttpResponse
from crawler.http.warc_writer import WarcWriter

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
