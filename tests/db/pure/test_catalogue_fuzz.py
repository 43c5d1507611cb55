"""Whatever a catalogue file holds: a catalogue or one named refusal, never another exception."""

import contextlib
import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from db.catalogue import Catalogue, files, opml
from db.catalogue.kinds import ENTRY_KINDS
from db.catalogue.sources import faults, kind_of_host
from db.core.errors import Invalid

FILES = ["sources.toml", *(kind.file for kind in ENTRY_KINDS)]
HEADS = {kind.file: ",".join(kind.record.__dataclass_fields__) + "\n" for kind in ENTRY_KINDS}
TABLES = st.lists(
    st.sampled_from(
        [
            "[[source]]\n",
            'name = "a"\n',
            "name = 3\n",
            'home = "https://a.vn"\n',
            'home = "http://[::1"\n',
            'hosts = ["a.vn"]\n',
            'hosts = [""]\n',
            "hosts = [1]\n",
            'feeds = ["https://a.vn:99999/x", "//", "file:///x"]\n',
            "delay = nan\n",
            "delay = 1979-05-27\n",
            "port = -1\n",
            'status = "asleep"\n',
            "note = 'x'\n",
            "[source.deeper]\n",
            "source = 3\n",
            "x = " + "[" * 3000 + "\n",
        ]
    ),
    max_size=12,
).map("".join)


def load(file: str, raw: bytes) -> Catalogue | None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / file).write_bytes(raw)
        try:
            return files.load(Path(folder))
        except Invalid:
            return None


@given(file=st.sampled_from(FILES), raw=st.binary(max_size=300))
def test_bytes_are_read_or_refused(file: str, raw: bytes) -> None:
    load(file, raw)


@given(file=st.sampled_from(FILES[1:]), text=st.text(max_size=200))
def test_rows_under_a_right_head_are_read_or_refused(file: str, text: str) -> None:
    load(file, (HEADS[file] + text).encode("utf-8", "replace"))


@given(text=TABLES)
def test_source_tables_are_read_or_refused_and_judged(text: str) -> None:
    found = load("sources.toml", text.encode())
    if found:
        assert isinstance(faults(found.sources, allow_private_hosts=False), list)


@given(raw=st.one_of(st.binary(max_size=300), TABLES.map(str.encode)))
def test_opml_is_read_or_refused(raw: bytes) -> None:
    with contextlib.suppress(Invalid):
        opml.read(raw)


@given(host=st.text(max_size=40))
def test_any_host_is_judged(host: str) -> None:
    assert kind_of_host(host) in ("public", "private", "never")


def test_a_cell_of_a_megabyte_is_refused() -> None:
    assert load("holidays.csv", b'day,title,kind\n2025-01-01,"' + b"x" * 1_000_000 + b'",solar\n') is None
