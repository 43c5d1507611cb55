"""What the containers and the packages are made of: checked as far as it can be without an engine."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml

import kiemtin

ROOT = Path(__file__).parent.parent.parent
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
SHIPPED = {
    ".sql",
    ".toml",
    ".csv",
    ".json",
    ".html",
    ".css",
    ".js",
    ".po",
    ".mo",
    ".txt",
    ".typ",
    ".svg",
    ".dat",
    ".xml",
    ".md",
}


def words_of(service: dict[str, Any]) -> list[list[str]]:
    """The kiemtin commands a service runs, each as its words."""
    given = service.get("command", [])
    line = " ".join(map(str, given)) if isinstance(given, list) else str(given)
    return [part.split()[1:] for part in re.split(r"&&|sh -c", line) if part.split()[:1] == ["kiemtin"]]


def test_the_compose_file_holds_the_database_one_migration_the_web_and_the_three_workers() -> None:
    assert {"db", "migrate", "web", "crawl", "classify", "desk"} <= set(SERVICES)
    assert {name: words_of(SERVICES[name])[0][0] for name in ("migrate", "web", "crawl", "classify", "desk")} == {
        "migrate": "db", "web": "web", "crawl": "crawl", "classify": "classify", "desk": "desk",
    }  # fmt: skip


def test_every_command_in_the_compose_file_the_image_and_the_unit_is_one_of_ours_with_options_it_knows() -> (
    None
):
    lines = [words for service in SERVICES.values() for words in words_of(service)]
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    lines.append(re.findall(r'"([^"]+)"', dockerfile.split("\nCMD ")[1])[1:])
    unit = (ROOT / "docs" / "kiemtin.service").read_text(encoding="utf-8")
    lines.append(re.search(r"^ExecStart=\S*/kiemtin (.+)$", unit, re.M)[1].split())  # type: ignore[index]
    assert len(lines) >= 7
    for words in lines:
        command = kiemtin.door.get_command(None, words[0])  # type: ignore[arg-type]
        assert command is not None, words
        rest = words[1:]
        if hasattr(command, "commands"):
            command = command.commands[rest.pop(0)]
        known = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in rest if word.startswith("--")} <= known, words


def test_every_secret_volume_and_dependency_that_is_named_is_defined() -> None:
    for name, service in SERVICES.items():
        assert set(service.get("secrets", [])) <= set(COMPOSE["secrets"]), name
        assert set(service.get("depends_on", [])) <= set(SERVICES), name
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert (ROOT / source).exists() if source.startswith(".") else source in COMPOSE["volumes"], (
                name,
                volume,
            )


def test_no_password_stands_in_the_compose_file_and_no_image_is_unpinned() -> None:
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    assert not re.search(r"://[^/\s:@]+:[^/\s@]+@", text)
    assert not re.search(r"(?i)^\s*\w*password\w*:(?!\s*/run/secrets)", text, re.M)
    for name, service in SERVICES.items():
        if not service.get("build"):
            assert re.search(r":\d", service["image"]), name
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    bases = re.findall(r"^ARG \w+=(\S+)", dockerfile, re.M)
    assert set(re.findall(r"^FROM (\S+)", dockerfile, re.M)) == {"${PYTHON}"}
    assert [re.search(r":\d", image) for image in bases] != [None]


def test_only_the_migration_gets_the_owners_password() -> None:
    for name, service in SERVICES.items():
        if name not in ("db", "migrate"):
            assert "owner_pgpass" not in service.get("secrets", []), name
            assert "KIEMTIN_OWNER_DATABASE_URL" not in service.get("environment", {}), name


def test_workers_run_without_rights_on_a_read_only_image_with_limits_and_come_back() -> None:
    for name in ("web", "crawl", "classify", "desk"):
        service = SERVICES[name]
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["restart"] == "unless-stopped", name
        assert service["deploy"]["resources"]["limits"]["memory"], name
        assert "container_name" not in service, "a fixed name would keep it from scaling"
        assert name == "web" or "ports" not in service, "a published port would keep it from scaling"


def test_the_database_and_the_web_say_whether_they_are_well() -> None:
    assert "pg_isready" in " ".join(SERVICES["db"]["healthcheck"]["test"])
    assert "/readyz" in " ".join(SERVICES["web"]["healthcheck"]["test"])
    assert SERVICES["migrate"]["depends_on"]["db"]["condition"] == "service_healthy"
    assert SERVICES["crawl"]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"


def test_the_image_copies_all_that_the_package_is_built_from() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    copied = {
        name for line in re.findall(r"^COPY (?!--from)(.+) \S+$", dockerfile, re.M) for name in line.split()
    }
    assert {
        "setup.py",
        "pyproject.toml",
        "MANIFEST.in",
        "README.md",
        "kiemtin.py",
        "requirements",
        "db",
        "crawler",
        "classifier",
        "review_ui",
    } <= copied
    assert all((ROOT / name).exists() for name in copied)
    assert "USER kiemtin" in dockerfile


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the tracked files alone in a folder of its own, as the image builds it."""
    folder = tmp_path_factory.mktemp("wheel")
    here = (path for path in ROOT.rglob("*") if path.is_file() and ".venv" not in path.parts)
    for name in _tracked() or {str(path.relative_to(ROOT)) for path in here}:
        if name.split("/")[0] in (
            "setup.py",
            "pyproject.toml",
            "MANIFEST.in",
            "README.md",
            "kiemtin.py",
            "db",
            "crawler",
            "classifier",
            "review_ui",
        ):
            if not (ROOT / name).is_file():
                continue
            (folder / "source" / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / "source" / name).write_bytes((ROOT / name).read_bytes())
    # without isolation where setuptools is here: a test needs no network
    done = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--quiet", "--disable-pip-version-check",
         "--wheel-dir", str(folder), str(folder / "source")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return next(folder.glob("kiemtin-*.whl"))


def test_the_wheel_holds_every_file_that_the_rooms_read(wheel: Path) -> None:
    tracked = _tracked()
    with zipfile.ZipFile(wheel) as file:
        inside = set(file.namelist())
    here = {
        str(path.relative_to(ROOT))
        for room in ("db", "crawler", "classifier", "review_ui")
        for path in (ROOT / room).rglob("*")
        if path.suffix in SHIPPED | {".py"} and "__pycache__" not in path.parts
    }
    assert not sorted((here if tracked is None else here & tracked) - inside)
    assert not [name for name in inside if name.startswith(("tests/", "benchmarks/", "docs/"))]
    for ending in (".sql", ".toml", ".csv", ".html", ".css", ".js", ".mo"):
        assert [name for name in inside if name.endswith(ending)], ending


def _tracked() -> set[str] | None:
    """The files that git knows; None in a copy without its history."""
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    return set(done.stdout.decode().rstrip("\0").split("\0")) if done.returncode == 0 else None


def test_the_installed_package_runs_from_a_folder_of_its_own(wheel: Path, tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--no-deps", "--no-compile", "--quiet", "--disable-pip-version-check", "--target", str(tmp_path / "site"), str(wheel)],
        check=True, capture_output=True,
    )  # fmt: skip
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KIEMTIN_")}
    environment = {**kept, "PYTHONPATH": str(tmp_path / "site"), "KIEMTIN_HOME": str(tmp_path / "home")}
    done = subprocess.run(
        [sys.executable, "-m", "kiemtin", "--help"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "crawl" in done.stdout
    where = subprocess.run(
        [sys.executable, "-c",
         "import db.core.migrate, db.catalogue.files as f, review_ui.app as a;"
         "print(len(list(db.core.migrate.FOLDER.glob('*.sql'))), len(f.shipped('laocai').sources), a.HERE)"],
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert where.returncode == 0, where.stderr
    migrations, sources, folder = where.stdout.split(maxsplit=2)
    assert int(migrations) >= 7
    assert int(sources) > 10
    assert folder.startswith(str(tmp_path))


def initialise(folder: Path, **files: str) -> subprocess.CompletedProcess[str]:
    """The database image's first start as far as it is ours: 10-roles.sh with a psql that says what it was asked."""
    handed, bin_ = folder / "handed", folder / "bin"
    handed.mkdir()
    bin_.mkdir()
    for name, content in files.items():
        (handed / name).write_text(content)
    (bin_ / "psql").write_text('#!/bin/sh\necho "$*"; cat >/dev/null\n')
    (bin_ / "psql").chmod(0o755)
    environment = {
        "PATH": f"{bin_}:{os.environ['PATH']}",
        "KIEMTIN_HANDED": str(handed),
        "POSTGRES_USER": "postgres",
    }
    return subprocess.run(
        ["bash", str(ROOT / "db/docker/10-roles.sh")],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_roles_get_the_passwords_of_the_files(tmp_path: Path) -> None:
    done = initialise(tmp_path, app_pgpass="*:*:*:kiemtin:a1\n", owner_pgpass="*:*:*:kiemtin_owner:b2\n")
    assert (done.returncode, "app=a1" in done.stdout, "owner=b2" in done.stdout) == (0, True, True)


@pytest.mark.parametrize(
    "files",
    [{}, {"app_pgpass": "*:*:*:kiemtin:a1\n"}, {"app_pgpass": "\n", "owner_pgpass": "\n"},
     {"app_pgpass": "*:*:*:other:a1\n", "owner_pgpass": "*:*:*:kiemtin_owner:b2\n"}],
)  # fmt: skip
def test_without_a_password_no_role_is_made(tmp_path: Path, files: dict[str, str]) -> None:
    done = initialise(tmp_path, **files)
    assert done.returncode != 0
    assert done.stdout == ""
    assert done.stderr


def test_the_database_gets_copies_of_the_rooms_files_before_it_begins() -> None:
    """Its init scripts run as postgres (uid 999), the files are of uid 10001 and mode 600: simulated with setpriv 2026-11-29."""
    bash, options, script, _name = SERVICES["db"]["entrypoint"]
    assert (bash, options) == ("bash", "-ceu")
    lines = script.strip().splitlines()
    assert "install -o postgres -m 400" in lines[1]
    assert all(f"/run/secrets/{name}" in lines[1] for name in ("app_pgpass", "owner_pgpass"))
    assert lines[-1] == 'exec docker-entrypoint.sh "$$@"'
