"""The front door: the command line. It finds the rooms' commands and starts the rooms; it does no work itself."""

from __future__ import annotations

import importlib
import json
import os
import secrets
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import click

from db.core.errors import Conflict, KiemtinError, Unavailable
from db.core.settings import Settings
from db.core.settings import read as read_settings
from db.ops.supervisor import House

# command -> (the module that holds it, what it does); a module is imported only when its command is called
ROOMS = {
    "up": ("kiemtin", "everything on one machine: database, workers, web"),
    "db": ("db.cli.database", "the database: url, migrate, check, backup, restore"),
    "catalogue": ("db.cli.catalogue", "sources, places, agencies … as files: check, import, export"),
    "sources": ("crawler.cli.sources", "list, add, try, pause, resume, import and export sources"),
    "crawl": ("crawler.cli.sources", "crawl worker; --once polls every source and follows what it finds"),
    "recheck": ("crawler.cli.sources", "revisit stored articles: new versions, removals"),
    "extract": ("crawler.cli.extract", "HTML -> one article as JSON"),
    "feed": ("crawler.cli.extract", "feed or news sitemap -> entries"),
    "pictures": ("crawler.cli.screenshots", "screenshots and PDFs of flagged items from the kept bytes"),
    "classify": ("classifier.cli.classify", "classify worker; --once works off what is pending"),
    "judge": ("classifier.cli.judge", "items -> judgements; stores nothing"),
    "group": ("classifier.cli.classify", "items -> copies and events"),
    "match": ("classifier.cli.match", "the verified claims nearest to a text"),
    "uploads": ("classifier.cli.uploads", "read the pictures, PDFs and clips that people sent in"),
    "train": ("classifier.cli.judge", "train from the harvest and staff's decisions"),
    "evaluate": ("classifier.cli.judge", "measure on a gold file"),
    "corpus": ("classifier.cli.corpus", "the labelled corpus that weights are learned from: check"),
    "web": ("review_ui.cli", "the web application alone"),
    "desk": ("review_ui.cli", "the review room's worker: digests, alerts, clocks, purges"),
    "users": ("review_ui.cli", "accounts: add, list, disable, reset"),
    "articles": ("crawler.cli.sources", "export all articles"),
    "digest": ("review_ui.digests.commands", "build a press digest"),
    "initials": ("review_ui.privacy.commands", "texts with private persons by initials; stores nothing"),
    "evidence": ("review_ui.evidence.commands", "evidence packs: export, verify"),
    "audit": ("db.cli.database", "the audit chain: verify"),
    "setup": ("db.cli.setup", "the first day's list: what is done, what is left, how"),
    "doctor": ("db.cli.database", "what is installed, reachable, stale or misconfigured"),
    "newsroom": ("crawler.demo.commands", ""),
}


WORKERS = {
    "web",
    "crawl",
    "pictures",
    "uploads",
    "classify",
    "desk",
}  # they run for years: what they say is a log


class Door(click.Group):
    """Finds a command by its name without importing the others."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for name, (_, summary) in ROOMS.items() if summary]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in ROOMS:
            return None
        commands: list[click.Command] = importlib.import_module(ROOMS[cmd_name][0]).COMMANDS
        return next(command for command in commands if command.name == cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, ROOMS[name][1]) for name in self.list_commands(ctx)])


@click.command(cls=Door, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="kiemtin")
def door() -> None:
    """Press monitoring and misinformation triage for a province's communications office."""


# ── kiemtin up ──────────────────────────────────────────────────────────────────────────────────────────────────

DEMO_ACCOUNTS = {
    # name: (display name, role); the passwords are random and kept 0600 under the home folder
    "theodoi": ("Nguyễn Thị Theo Dõi", "monitor"),
    "xacminh": ("Trần Văn Xác Minh", "verifier"),
    "pheduyet": ("Lê Thị Phê Duyệt", "approver"),
    "lanhdao": ("Phạm Văn Lãnh Đạo", "leader"),
    "quantri": ("Hoàng Quản Trị", "admin"),
}


@click.command()
@click.option(
    "--demo", is_flag=True, help="with the fictional newsroom, demo accounts and a first crawl of it"
)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--proxy",
    envvar="KIEMTIN_PROXY",
    help="address, network or name of the reverse proxy in front, whose X-Forwarded-* headers are believed",
)
def up(demo: bool, host: str, port: int, proxy: str | None) -> None:
    """Everything on one machine: database, migrations, workers and web. Restarts what dies; Ctrl-C ends all."""
    settings = read_settings()
    _port_is_free(host, port)
    with _only_one(settings.home):
        house = House(
            home=settings.home,
            environment={**os.environ, "KIEMTIN_HOME": str(settings.home), "PYTHONUNBUFFERED": "1"},
        )

        def leave(_number: int, _frame: FrameType | None) -> None:
            house.stopping.set()
            raise KeyboardInterrupt

        signal.signal(signal.SIGTERM, leave)
        signal.signal(signal.SIGINT, leave)
        try:
            house.watch()
            _open(house, settings, demo=demo, host=host, port=port, proxy=proxy)
            house.stopping.wait()
        except KeyboardInterrupt:
            house.stopping.set()
        finally:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            click.echo("stopping …")
            house.stop()


def _open(house: House, settings: Settings, *, demo: bool, host: str, port: int, proxy: str | None) -> None:
    """Starts everything in the order in which it is needed."""
    if settings.database_url:
        if settings.owner_database_url:
            house.call("db", "migrate")
    else:
        click.echo("starting PostgreSQL …")
        house.add("database", "db", "keep")
        house.environment.update(_wait_for_database(house))
        house.call("db", "migrate")
    # the owner's right is for migrating alone: no worker gets it
    owner = house.environment.pop("KIEMTIN_OWNER_DATABASE_URL", "")
    house.call("catalogue", "import", "--shipped")
    if demo:
        house.add("newsroom", "newsroom")
        folder = house.home / "demo-catalogue"
        house.wait_for(lambda: (folder / "sources.toml").exists(), "the demo newsroom did not start")
        house.call("catalogue", "import", str(folder))
        accounts = _demo_accounts(house, owner)
    house.add("web", "web", "--host", host, "--port", str(port), *(["--proxy", proxy] if proxy else []))
    house.add("crawl", "crawl", *(["--group", "demo"] if demo else []))
    house.add("classify", "classify")
    house.add("desk", "desk")
    house.wait_for(lambda: _answers(host, port), "the web application did not start")
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 - only compared
    click.echo(
        f"\n  kiemtin is open at http://{shown}:{port}/   (Ctrl-C ends it; logs in {house.home / 'logs'})\n"
    )
    if demo:
        click.echo("  demo accounts (fictional newsroom, fictional news):")
        for name, password in accounts.items():
            click.echo(f"    {name:10} {password:24} {DEMO_ACCOUNTS[name][1]}")
        click.echo("")


def _wait_for_database(house: House) -> dict[str, str]:
    """Settings for the children: where the embedded server that the keeper holds can be reached."""
    found = house.home / "database-urls.json"
    started = time.time()
    house.wait_for(
        lambda: found.exists() and found.stat().st_mtime >= started - 1, "PostgreSQL did not start"
    )
    urls = json.loads(found.read_text(encoding="ascii"))
    return {"KIEMTIN_DATABASE_URL": urls["app"], "KIEMTIN_OWNER_DATABASE_URL": urls["owner"]}


def _demo_accounts(house: House, owner: str) -> dict[str, str]:
    """Names and passwords of the demo accounts; made once, kept 0600, printed at every start.

    The passwords are kept before the accounts are made, so that a start that was cut short is simply continued.
    """
    path = house.home / "demo-accounts.json"
    if not path.exists():
        made = {name: "-".join(secrets.token_hex(3) for _ in range(3)) for name in DEMO_ACCOUNTS}
        draft = path.with_suffix(".part")
        with open(
            os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
        ) as file:
            json.dump(made, file)
        draft.replace(path)
    kept = dict(json.loads(path.read_text(encoding="utf-8")))
    if owner:  # a demo is looked at by one person who plays them all
        house.call("users", "wait", "0", KIEMTIN_OWNER_DATABASE_URL=owner)
    there = {json.loads(line)["name"] for line in house.call("users", "list", "--json").splitlines()}
    for name, password in kept.items():
        if name not in there:
            shown, role = DEMO_ACCOUNTS[name]
            house.call(
                "users", "add", name, "--role", role, "--display-name", shown, "--password-from-environment",
                KIEMTIN_NEW_PASSWORD=password, KIEMTIN_OWNER_DATABASE_URL=owner,
            )  # fmt: skip
    return kept


def _answers(host: str, port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1" if host == "0.0.0.0" else host, port), timeout=1):  # noqa: S104
            return True
    except OSError:
        return False


def _port_is_free(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as why:
            raise Unavailable(
                f"port {port} at {host} cannot be used ({why.strerror}); choose another with --port"
            ) from why


@contextmanager
def _only_one(home: Path) -> Iterator[None]:
    import fasteners

    lock = fasteners.InterProcessLock(home / "up.lock")
    try:
        free = lock.acquire(blocking=False)
    except OSError as why:
        raise Unavailable(
            f"KIEMTIN_HOME {home} cannot be written ({why.strerror}); mount it for writing, give it to this account,"
            " or name another folder"
        ) from why
    if not free:
        raise Conflict(f"kiemtin up is already running on {home}; end it first, or set another KIEMTIN_HOME")
    try:
        yield
    finally:
        lock.release()


COMMANDS: list[click.Command] = [up]


def main() -> None:
    """Runs the command line: 0 on success, 1 on a named error (one line on stderr), 2 on wrong usage."""
    # whatever a command makes, it makes for its own account alone: drafts, captures, logs, backups
    os.umask(os.umask(0o077) | 0o077)
    if parent := os.environ.pop("KIEMTIN_PARENT", ""):
        from db.ops.parent_watch import leave_with_parent

        leave_with_parent(int(parent))
    try:
        if (room := next(iter(sys.argv[1:]), "")) in WORKERS:
            from db.core import logs

            logs.start(room, logs.chosen(os.environ.get("KIEMTIN_LOG_FORMAT") or "text"))
        done = door.main(standalone_mode=False)
    except (click.exceptions.Abort, KeyboardInterrupt):
        sys.exit(130)
    except click.ClickException as why:
        why.show()
        sys.exit(why.exit_code)
    except KiemtinError as why:
        click.echo(f"kiemtin: {why}", err=True)
        sys.exit(1)
    except BrokenPipeError:
        # the reader of our output left (| head): nothing more to say
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as why:
        from db.core.connection import mendable

        if (sentence := mendable(why)) is None:
            raise  # a mistake of ours: loud, with its place
        click.echo(f"kiemtin: {sentence}", err=True)
        sys.exit(1)
    sys.exit(done if isinstance(done, int) else 0)


if __name__ == "__main__":
    main()
