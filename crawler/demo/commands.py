"""kiemtin newsroom: the fictional press, started by `kiemtin up --demo`; not shown in the help."""

import click


@click.command()
def newsroom() -> None:
    """Serves the fictional press on loopback and writes its catalogue to KIEMTIN_HOME/demo-catalogue."""
    import db.core.settings
    from crawler.demo.newsroom import serve
    from crawler.demo.press import state

    home = db.core.settings.read().home
    serve(state(home), home / "demo-catalogue")


COMMANDS: list[click.Command] = [newsroom]
