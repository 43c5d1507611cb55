"""`kiemtin match`: the verified claims nearest to a text."""

from __future__ import annotations

import json

import click


@click.command()
@click.argument("text")
@click.option("--limit", default=5, show_default=True, type=click.IntRange(1, 50))
@click.option("--json", "as_json", is_flag=True)
def match(text: str, limit: int, as_json: bool) -> None:
    """The verified claims nearest to TEXT, best first, with why. A resemblance is no verdict."""
    import db.core.settings
    import db.ops.embedded_postgres
    from db.core.connection import connect
    from db.core.errors import Invalid
    from db.queries.verified_claims import since
    from review_ui.claims.similarity import Memory

    if not text.strip():
        raise Invalid("text", "the text is empty; give a sentence in quotation marks")
    with connect(db.ops.embedded_postgres.urls(db.core.settings.read()).app) as conn:
        known = since(conn)
    found = Memory(known).match(text, limit=limit)
    if as_json:
        for one in found:
            click.echo(
                json.dumps(
                    {
                        "claim": one.claim.id, "body": one.claim.body, "verdict": one.claim.code, "label": one.claim.label,
                        "what_is_true": one.claim.what_is_true, "approved_at": one.claim.approved_at.isoformat(),
                        "score": one.score, "band": one.band, "shared": one.shared,
                        "differences": [{"kind": d.kind, "here": d.here, "there": d.there} for d in one.differences],
                    },
                    ensure_ascii=False,
                )
            )  # fmt: skip
        return
    if not found:
        click.echo(f"nothing alike among {len(known)} verified claims")
    for one in found:
        click.echo(
            f"{one.score:.2f} {one.band:6} claim {one.claim.id} [{one.claim.label or one.claim.code}] {one.claim.body}"
        )
        click.echo(f"       why: {', '.join(one.shared)}")
        for difference in one.differences:
            click.echo(
                f"       {difference.kind} differ: {', '.join(difference.here) or '-'} here, {', '.join(difference.there) or '-'} there"
            )


COMMANDS: list[click.Command] = [match]
