"""Commands of the review room: web, desk, users."""

from __future__ import annotations

import gc
import json
import os
import signal
import threading

import click

from db.cli.database import owner_url
from db.core.connection import connect
from db.core.errors import Invalid, Unavailable
from db.ops.bootstrap import ready
from review_ui.accounts import check_queue

# As many requests at once as the pool has connections, and those who wait for their password to be checked (no connection).
THREADS = 12 + check_queue.WAITING


@click.command("web")
@click.option("--host", default="127.0.0.1", show_default=True, help="address to listen at")
@click.option(
    "--port",
    default=8000,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="port; 0 chooses a free one",
)
@click.option(
    "--proxy",
    default=None,
    envvar="KIEMTIN_PROXY",
    help="address, network or name of the reverse proxy in front, whose X-Forwarded-* headers are believed",
)
def web(host: str, port: int, proxy: str | None) -> None:
    """The web application alone, behind a real WSGI server."""
    from review_ui.app import create_app
    from review_ui.web import server as http

    settings, urls = ready()
    app = create_app(settings, urls, bound=host)
    try:
        server = http.create(app, host=host, port=port, threads=THREADS, proxy=proxy)
    except OSError as why:
        app.extensions["kiemtin.pool"].close()
        raise Unavailable(
            f"port {port} on {host} cannot be used ({why.strerror or why}); choose another with --port"
        ) from why
    # what was built by now stays for good: looking it through again held up a request for 60 ms at a time (2026-11)
    gc.collect()
    gc.freeze()
    click.echo(f"http://{host}:{getattr(server, 'effective_port', port)}/")
    signal.signal(signal.SIGTERM, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt()))
    try:
        server.run()
    finally:
        server.close()
        app.extensions["kiemtin.pool"].close()


@click.command("desk")
@click.option("--once", is_flag=True, help="do what is due and end")
@click.option("--json", "as_json", is_flag=True, help="print what was done as JSON")
def desk(once: bool, as_json: bool) -> None:
    """The review room's worker: leases, clocks, digests, alerts, time stamps, purges."""
    from review_ui import worker

    settings, urls = ready()
    if not once:
        stop = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: stop.set())
        worker.forever(urls.app, settings=settings, stop=stop)
        return
    done = worker.round_once(urls.app, settings=settings)
    if as_json:
        click.echo(json.dumps(done))
    else:
        click.echo(
            ", ".join(f"{name.replace('_', ' ')}: {count}" for name, count in done.items())
            or "nothing was due"
        )


@click.group("users")
def users() -> None:
    """Accounts: add, list, disable, reset, wait."""


@users.command("add")
@click.argument("name")
@click.option(
    "--role", required=True, type=click.Choice(["monitor", "verifier", "approver", "leader", "admin"])
)
@click.option("--display-name", default=None, help="the person's name as colleagues see it")
@click.option("--agency", default=None, help="catalogue name of the body the person belongs to")
@click.option(
    "--password-from-environment",
    "given",
    is_flag=True,
    help="take the password from KIEMTIN_NEW_PASSWORD instead of making a one-time one (for demo accounts)",
)
def add(name: str, role: str, display_name: str | None, agency: str | None, given: bool) -> None:
    """Makes an account and prints its one-time password."""
    from db.accounts import users as accounts
    from review_ui.accounts import passwords

    password = os.environ.get("KIEMTIN_NEW_PASSWORD", "") if given else passwords.one_time()
    if given and len(password) < passwords.SHORTEST:
        raise Invalid("password", f"KIEMTIN_NEW_PASSWORD must hold at least {passwords.SHORTEST} characters")
    _, urls = ready()
    with connect(owner_url(urls)) as conn:
        accounts.add(
            conn,
            name=name,
            role=role,
            password_hash=passwords.hashed(password),
            display_name=display_name,
            agency=agency,
            must_change=not given,
        )
        conn.commit()
    click.echo(f"{name} ({role}) made" if given else f"{name} ({role}): one-time password {password}")


@users.command("list")
@click.option("--json", "as_json", is_flag=True)
def listed(as_json: bool) -> None:
    """All accounts."""
    from db.accounts import users as accounts

    _, urls = ready()
    with connect(urls.app) as conn:
        rows = accounts.everyone(conn)
    if as_json:
        for user in rows:
            click.echo(
                json.dumps(
                    {
                        "name": user.name,
                        "display_name": user.display_name,
                        "role": user.role,
                        "second_factor": user.totp_secret is not None,
                        "disabled": user.disabled_at is not None,
                    },
                    ensure_ascii=False,
                )
            )
        return
    if not rows:
        click.echo("no accounts yet; make one with `kiemtin users add NAME --role admin`")
    for user in rows:
        click.echo(
            f"{user.name:<20} {user.role:<9} {'disabled' if user.disabled_at else 'in service':<11} "
            f"{'second factor' if user.totp_secret else '-':<14} {user.display_name}"
        )


@users.command("disable")
@click.argument("name")
@click.option("--undo", is_flag=True, help="put the account back into service")
def disable(name: str, undo: bool) -> None:
    """Takes an account out of service: its sessions end, its cases are free again."""
    from db.accounts import users as accounts

    _, urls = ready()
    with connect(owner_url(urls)) as conn:
        accounts.set_state(conn, name=name, disabled=not undo)
        conn.commit()
    click.echo(f"{name} is {'in service' if undo else 'disabled'}")


@users.command("reset")
@click.argument("name")
@click.option("--second-factor", is_flag=True, help="remove the second factor too (a lost telephone)")
def reset(name: str, second_factor: bool) -> None:
    """Prints a new one-time password; all sessions of the account end."""
    from db.accounts import users as accounts
    from db.core.errors import NotFound
    from review_ui.accounts import passwords

    _, urls = ready()
    password = passwords.one_time()
    with connect(owner_url(urls)) as conn:
        user = accounts.named(conn, name)
        if user is None:
            raise NotFound(f"no account is named {name}; see `kiemtin users list`")
        accounts.set_password(
            conn, user_id=user.id, password_hash=passwords.hashed(password), must_change=True
        )
        if second_factor:
            accounts.set_second_factor(conn, user_id=user.id, secret=None, step=None, actor="command line")
        conn.commit()
    click.echo(f"{name}: one-time password {password}")


@users.command("wait")
@click.argument("days", type=click.IntRange(0, 365), required=False)
def second_person_wait(days: int | None) -> None:
    """Shows or sets for how many DAYS an account that was made or reset does not count as a second person."""
    from db.accounts import second_person

    _, urls = ready()
    with connect(urls.app if days is None else owner_url(urls)) as conn:
        if days is not None:
            second_person.set_wait(conn, days=days)
            conn.commit()
        waited = second_person.wait(conn).days
        for one in second_person.fresh(conn):
            click.echo(
                f"{one.name:<20} {one.role:<9} by {one.entrusted_by}, counts from {one.from_at:%Y-%m-%d %H:%M}"
                f"{' (confirmed)' if one.confirmed else ''}"
            )
    click.echo(f"accounts made or reset count as a second person after {waited} days")


COMMANDS: list[click.Command] = [web, desk, users]
