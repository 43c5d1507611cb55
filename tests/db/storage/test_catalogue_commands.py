"""kiemtin catalogue on the command line: what it says, stores and refuses."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import kiemtin
from db.catalogue import files
from db.core.connection import Connection
from db.core.errors import KiemtinError

SOURCE = """[[source]]
name = "bao-thu"
home = "http://127.0.9.1:8800/"
hosts = ["127.0.9.1"]
feeds = ["http://127.0.9.1:8800/rss"]
"""


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, committed: Connection, database_url: str):  # type: ignore[no-untyped-def]
    monkeypatch.setenv("KIEMTIN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("KIEMTIN_DATABASE_URL", database_url)

    def run(*words: str) -> Result:
        return CliRunner().invoke(kiemtin.door, ["catalogue", *words])

    return run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "sources.toml").write_text(SOURCE, encoding="utf-8")
    return tmp_path / "in"


def test_an_imported_source_is_enabled_and_its_loopback_host_listed(
    run, folder: Path, committed: Connection
) -> None:  # type: ignore[no-untyped-def]
    result = run("import", str(folder), "--json")
    assert json.loads(result.output)["added"] == 1
    row = committed.execute("SELECT name, title, status, private_hosts FROM sources").fetchone()
    assert row == ("bao-thu", "bao-thu", "enabled", ["127.0.9.1"])


def test_a_broken_folder_stores_nothing(run, folder: Path, committed: Connection) -> None:  # type: ignore[no-untyped-def]
    (folder / "labels.csv").write_text("name\nx\n", encoding="utf-8")
    result = run("import", str(folder))
    assert isinstance(result.exception, KiemtinError)
    assert "labels.csv, row 1" in str(result.exception)
    assert committed.execute("SELECT count(*) FROM sources").fetchone() == (0,)


def test_the_shipped_catalogue_goes_in_once_and_comes_out_whole(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    assert run("import", "--shipped").exit_code == 0
    assert run("import", "--shipped").output == "0 added, 0 updated, 0 unchanged\n"
    assert run("export", str(tmp_path / "out")).exit_code == 0
    exported, shipped = files.load(tmp_path / "out"), files.shipped("laocai")
    assert set(exported.places) == set(shipped.places)
    assert {source.name for source in exported.sources} == {source.name for source in shipped.sources}
    assert (tmp_path / "out" / "sources.opml").read_text(encoding="utf-8").startswith("<?xml")


def test_check_counts_what_is_shipped_without_a_database(run) -> None:  # type: ignore[no-untyped-def]
    assert json.loads(run("check", "--json").output)["sources"] >= 158


def test_folder_and_shipped_together_are_wrong_usage(run, folder: Path) -> None:  # type: ignore[no-untyped-def]
    assert run("import", str(folder), "--shipped").exit_code == 2
