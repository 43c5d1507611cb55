"""Serves the fictional press on loopback: python -m crawler.demo.newsroom [--port N] [--write-catalogue FILE_OR_FOLDER].

Address, port and opening time are kept in a file under KIEMTIN_HOME, so that a restart continues with the same press.
"""

import argparse
import hashlib
import signal
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from crawler.demo import stories
from crawler.demo.outlets import OUTLETS, Outlet
from crawler.demo.press import PressState, answer, state, write_catalogue
from db.core.errors import Invalid, Unavailable

Clock = Callable[[], datetime]


def _handler(outlet: Outlet, where: PressState, clock: Clock) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        server_version = "demo"
        timeout = 30

        def do_GET(self) -> None:
            self._respond(with_body=True)

        def do_HEAD(self) -> None:
            self._respond(with_body=False)

        def _respond(self, *, with_body: bool) -> None:
            status, kind, text = answer(outlet, where, self.path, clock())
            body = text.encode("utf-8")
            tag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
            if status == 200 and self.headers.get("If-None-Match") == tag:
                status, body = 304, b""
            self.send_response(status)
            if status == 200:
                self.send_header("ETag", tag)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if with_body and status != 304:
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Quiet: the crawler keeps its own log."""

    return Handler


class Newsroom:
    """The running press: a small threaded server for each outlet."""

    def __init__(self, where: PressState, *, clock: Clock = lambda: datetime.now(UTC)) -> None:
        """Binds all addresses; raises Unavailable when one is taken."""
        self.where = where
        self.servers: list[ThreadingHTTPServer] = []
        self.threads: list[threading.Thread] = []
        for outlet in OUTLETS:
            host, port = where.address(outlet)
            try:
                server = ThreadingHTTPServer((host, port), _handler(outlet, where, clock))
            except OSError:
                self.close()
                raise Unavailable(
                    f"{host}:{port} is taken, so the fictional newsroom cannot open; stop the other program or name another port"
                ) from None
            server.daemon_threads = True
            self.servers.append(server)
        self.threads = [
            threading.Thread(target=server.serve_forever, args=(0.2,), daemon=True) for server in self.servers
        ]

    def open(self) -> None:
        """Starts serving."""
        for thread in self.threads:
            thread.start()

    def close(self) -> None:
        """Stops serving and frees the addresses."""
        if any(thread.is_alive() for thread in self.threads):
            # each server notices within its polling interval: all at once, not one after the other
            stopping = [threading.Thread(target=server.shutdown) for server in self.servers]
            for thread in stopping:
                thread.start()
            for thread in stopping:
                thread.join()
        for server in self.servers:
            server.server_close()


def serve(where: PressState, catalogue: Path | None) -> None:
    """Writes the catalogue once all addresses are bound, and serves until SIGTERM or SIGINT."""
    newsroom = Newsroom(where)
    if catalogue:
        write_catalogue(catalogue, where)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    newsroom.open()
    count = len(stories.articles())
    print(
        f"fictional newsroom: {len(OUTLETS)} outlets, {count} articles, {where.root(OUTLETS[0])}/", flush=True
    )
    stop.wait()
    newsroom.close()


def main(arguments: list[str] | None = None) -> int:
    """Runs the newsroom until SIGTERM or SIGINT; 1 with one line on stderr when it cannot."""
    import db.core.settings

    cli = argparse.ArgumentParser(prog="crawler.demo.newsroom", description=(__doc__ or "").split("\n\n")[0])
    cli.add_argument(
        "--port", type=int, default=0, help="port of all hosts; default: the kept one, else a free one"
    )
    cli.add_argument("--home", type=Path, help="folder of the kept state; default: KIEMTIN_HOME")
    cli.add_argument(
        "--write-catalogue", type=Path, metavar="FILE", help="write the outlets: a .toml file or a folder"
    )
    cli.add_argument("--only-write", action="store_true", help="write the catalogue and end")
    given = cli.parse_args(arguments)
    try:
        where = state(given.home or db.core.settings.read().home, port=given.port)
        if given.only_write:
            if given.write_catalogue:
                write_catalogue(given.write_catalogue, where)
            return 0
        serve(where, given.write_catalogue)
    except (Unavailable, Invalid) as why:
        print(f"newsroom: {why}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
