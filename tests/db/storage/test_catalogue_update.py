"""A newer catalogue: what changes is shown first, staff's changes stay, an incomplete one is refused, a file is signed."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import kiemtin
from db.catalogue import Catalogue, files
from db.core.connection import Connection
from db.core.errors import KiemtinError


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, committed: Connection, database_url: str):  # type: ignore[no-untyped-def]
    monkeypatch.setenv("KIEMTIN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("KIEMTIN_DATABASE_URL", database_url)

    def run(*words: str) -> Result:
        return CliRunner().invoke(kiemtin.door, ["catalogue", *words])

    assert run("import", str(sources_alone(tmp_path / "stored"))).exit_code == 0
    return run


def sources_alone(folder: Path) -> Path:
    """The shipped sources without the rest of the catalogue, which is large."""
    files.write(folder, Catalogue(sources=files.shipped("laocai").sources))
    return folder


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    """The shipped catalogue with one source more, one with a new feed and one left out."""
    folder = sources_alone(tmp_path / "newer")
    file = folder / "sources.toml"
    text = file.read_text(encoding="utf-8")
    text = text.replace("https://baolaocai.vn/rss/home.rss", "https://baolaocai.vn/rss/moi.rss")
    first, last = text.rsplit("[[source]]", 1)
    assert "name" in last
    file.write_text(
        first + '[[source]]\nname = "bao-moi-lap"\nhome = "https://bao-moi-lap.example/"\nhosts = ["bao-moi-lap.example"]\n'
        'status = "to_probe"\n', encoding="utf-8",
    )  # fmt: skip
    return folder


def test_what_is_stored_changes_nothing(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    assert run("update", str(tmp_path / "stored")).output == "nothing would change\n"


def test_what_would_change_is_shown_and_taken_only_when_asked(
    run, newer: Path, committed: Connection
) -> None:  # type: ignore[no-untyped-def]
    shown = run("update", str(newer))
    assert "+ bao-moi-lap" in shown.output and "~ baolaocai: feeds:" in shown.output
    assert "1 new, 1 changed, 1 left out: not taken; --take takes it" in shown.output
    assert committed.execute("SELECT count(*) FROM sources WHERE name = 'bao-moi-lap'").fetchone() == (0,)
    committed.commit()
    told = json.loads(run("update", str(newer), "--take", "--json").output)
    assert (told["added"], told["changed"], told["dropped"], told["taken"]) == (1, 1, 1, True)
    assert committed.execute("SELECT count(*) FROM sources WHERE status = 'paused'").fetchone()[0] >= 1  # type: ignore[index]
    assert "nothing would change" in run("update", str(newer)).output


def test_what_staff_changed_stays(run, newer: Path, committed: Connection) -> None:  # type: ignore[no-untyped-def]
    committed.execute(
        "UPDATE sources SET title = 'Báo của tỉnh', status = 'enabled' WHERE name = 'baolaocai'"
    )
    committed.commit()
    assert run("update", str(newer), "--take").exit_code == 0
    row = committed.execute("SELECT title, status FROM sources WHERE name = 'baolaocai'").fetchone()
    assert row == ("Báo của tỉnh", "enabled")


@pytest.mark.parametrize("share", [0.1, 0.5])
def test_a_catalogue_that_leaves_out_most_is_refused_whole(
    run, newer: Path, committed: Connection, share: float
) -> None:  # type: ignore[no-untyped-def]
    file = newer / "sources.toml"
    tables = file.read_text(encoding="utf-8").split("[[source]]")
    kept = tables[: max(2, int(len(tables) * share))]
    file.write_text("[[source]]".join(kept), encoding="utf-8")
    before = committed.execute("SELECT name, status, updated_at FROM sources ORDER BY name").fetchall()
    committed.commit()
    refused = run("update", str(newer), "--take")
    assert isinstance(refused.exception, KiemtinError)
    assert "it looks incomplete and is not taken" in str(refused.exception)
    assert (
        committed.execute("SELECT name, status, updated_at FROM sources ORDER BY name").fetchall() == before
    )


def test_one_file_is_taken_only_with_the_signature_of_the_known_key(run, newer: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "catalogue.zip"
    with zipfile.ZipFile(file, "w") as archive:
        for one in newer.iterdir():
            archive.write(one, one.name)
    private = Ed25519PrivateKey.generate()
    key = tmp_path / "key.pem"
    key.write_bytes(
        private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )
    assert "--key" in str(run("update", str(file)).exception)
    assert "cannot be read" in str(run("update", str(file), "--key", str(key)).exception)
    Path(f"{file}.sig").write_bytes(private.sign(file.read_bytes()))
    assert "+ bao-moi-lap" in run("update", str(file), "--key", str(key)).output
    file.write_bytes(file.read_bytes() + b"x")
    assert "the signature does not belong" in str(run("update", str(file), "--key", str(key)).exception)


def test_the_shipped_catalogue_says_where_and_when_its_addresses_were_seen() -> None:
    shipped = files.shipped("laocai")
    names = {one.name for one in shipped.sources}
    assert {one.source for one in (*shipped.sightings, *shipped.changes)} <= names
    assert all(one.seen_on and one.seen_in for one in shipped.sightings)
    without = [one.name for one in shipped.sources if not one.addresses()]
    assert len(without) <= 20
