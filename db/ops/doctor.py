"""What is installed, reachable, stale or misconfigured, each with the one-line mend."""

from __future__ import annotations

import importlib.util
import os
import shutil
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import db.core.audit
import db.core.grants
import db.core.migrate
import db.core.sql_files
import db.ops.capture_check
import db.ops.embedded_postgres
from db.accounts import second_person
from db.core.audit_tables import difference
from db.core.connection import Connection, connect
from db.core.errors import KiemtinError
from db.core.settings import Settings
from db.ops import first_day, kept_backups

FREE_LOW = 2_000_000_000  # bytes; a crawl day of a province writes about 200 MB of captures (chosen 2026-11)
VIETNAMESE = "ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ"
# the shell without a window first: it shows the same page with a third less memory (370 MB against 510, 2026-11)
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """One thing looked at: ``what`` was found and, where something is wrong, the ``mend``."""

    level: Literal["ok", "warning", "error"]
    what: str
    mend: str | None = None

    def as_dict(self) -> dict[str, str | None]:
        return {"level": self.level, "what": self.what, "mend": self.mend}


def ok(what: str) -> Diagnosis:
    return Diagnosis(level="ok", what=what)


def warning(what: str, mend: str) -> Diagnosis:
    return Diagnosis(level="warning", what=what, mend=mend)


def error(what: str, mend: str) -> Diagnosis:
    return Diagnosis(level="error", what=what, mend=mend)


def examine(settings: Settings) -> list[Diagnosis]:
    """Everything the doctor looks at, in the order in which an administrator would mend it."""
    findings = [*machine_findings(settings)]
    try:
        urls = db.ops.embedded_postgres.urls(settings)
        findings += database_findings(urls)
        with connect(urls.app) as conn:
            findings += work_findings(conn, settings)
    except KiemtinError as why:
        findings.append(error(str(why), "start PostgreSQL or mend KIEMTIN_DATABASE_URL, then ask again"))
    return findings


def machine_findings(settings: Settings) -> Iterator[Diagnosis]:
    """Python, packages, disk, permissions, browser, fonts."""
    yield ok(f"Python {sys.version.split()[0]}, data in {settings.home}, catalogue {settings.province}")
    wanted = {
        "scrapy": "crawler",
        "trafilatura": "crawler",
        "sklearn": "classifier",
        "flask": "review_ui",
        "docx": "review_ui",
        "typst": "review_ui",
    }
    missing = [f"{name} ({room})" for name, room in wanted.items() if importlib.util.find_spec(name) is None]
    if missing:
        yield error(
            f"packages missing: {', '.join(missing)}", "pip install -e . in the project's virtual environment"
        )
    free = shutil.disk_usage(settings.home).free
    if free < FREE_LOW:
        yield error(
            f"only {free / 1e9:.1f} GB free at {settings.home}",
            "free some space or shorten the retention of captures",
        )
    else:
        yield ok(f"{free / 1e9:.0f} GB free")
    if not os.access(settings.home, os.W_OK):
        yield error(f"{settings.home} cannot be written", "give the folder to the account that runs kiemtin")
    for name in ("secret-key", "database.json"):
        path = settings.home / name
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            yield error(f"{path} can be read by others", f"chmod 600 {path}")
    if settings.provider is not None:
        for fault in settings.provider.faults:
            yield error(
                f"sign-in through the office's provider: {fault}",
                "mend it and restart kiemtin web; names and passwords work meanwhile",
            )
        if not settings.provider.faults:
            yield ok(
                f"sign-in through {settings.provider.issuer}, accounts found by {settings.provider.match}"
            )
    if not settings.database_url and hasattr(os, "geteuid") and os.geteuid() == 0:
        private = [
            p
            for p in (settings.home, *settings.home.parents)
            if p != Path("/") and p.exists() and not p.stat().st_mode & 0o001
        ]
        if private:
            yield warning(
                f"run as root, the embedded PostgreSQL opens {private[0]} to others (0755)",
                "run kiemtin under an account of its own",
            )
    if not any(shutil.which(name) for name in BROWSERS):
        yield warning(
            "no Chromium: evidence is kept without screenshots",
            "apt-get install chromium-headless-shell chromium-sandbox",
        )
    elif importlib.util.find_spec("playwright") is None:
        yield warning(
            "Chromium is there, Playwright that steers it is not: evidence is kept without screenshots",
            "pip install -e '.[pictures]' in the project's virtual environment",
        )
    else:
        yield ok("a Chromium for screenshots of evidence")
    yield from font_findings()


def font_findings() -> Iterator[Diagnosis]:
    """Does the font that documents fall back to have every Vietnamese letter? Glyphs are asked, not names."""
    try:
        from matplotlib import font_manager
        from matplotlib.ft2font import FT2Font
    except ImportError:
        return
    for family in ("Times New Roman", "Liberation Serif", "Tinos"):
        try:
            path = font_manager.findfont(family, fallback_to_default=False)
        except ValueError:
            continue
        glyphs = FT2Font(path).get_charmap()
        lacking = [letter for letter in VIETNAMESE if ord(letter) not in glyphs]
        if not lacking:
            yield ok(f"{family} has every Vietnamese letter")
            return
        yield warning(
            f"{family} lacks {len(lacking)} Vietnamese letters ({path})", "apt-get install fonts-liberation2"
        )
        return
    yield warning(
        "no font in the metrics of Times New Roman: previews of Word files break lines elsewhere",
        "apt-get install fonts-liberation2",
    )


def database_findings(urls: db.ops.embedded_postgres.Urls) -> list[Diagnosis]:
    """Version, migrations, roles, clock and the audit chain."""
    findings: list[Diagnosis] = []
    with connect(urls.app) as conn:
        version, skew = conn.execute(
            "SELECT current_setting('server_version'), extract(epoch FROM clock_timestamp())::float"
        ).fetchone() or ("?", 0.0)
        findings.append(ok(f"PostgreSQL {version} answers"))
        ahead = abs(datetime.now(UTC).timestamp() - skew)
        if ahead > 60:
            findings.append(
                error(
                    f"this machine's clock and the database's differ by {ahead:.0f} s",
                    "set both by NTP: times are evidence here",
                )
            )
        if db.core.migrate.half_restored(conn):
            findings.append(
                error(
                    "a restore into this database did not end",
                    "kiemtin db restore FILE again; it begins anew",
                )
            )
            return findings
        foreign, waiting = db.core.migrate.unknown(conn), db.core.migrate.pending(conn)
        if foreign:
            findings.append(
                error(
                    f"the database was written by a newer kiemtin ({foreign[-1]})",
                    "update the program; the database cannot go back",
                )
            )
        elif waiting:
            findings.append(error(f"the schema lacks {', '.join(waiting)}", "kiemtin db migrate"))
            return findings
        elif fault := db.core.sql_files.fault(conn):
            findings.append(error(fault, "kiemtin db migrate"))
        else:
            findings.append(ok("the schema is this program's, its functions as in db/sql"))
        held = db.core.grants.faults(conn)
        for fault in held:
            findings.append(
                error(
                    fault,
                    "kiemtin db migrate (or, on a given PostgreSQL, kiemtin db prepare as its superuser); the application"
                    " connects as a member of kiemtin_app that owns nothing",
                )
            )
        if not held:
            findings.append(
                ok("the application's role owns nothing, makes nothing and is bound by every rule")
            )
        if conn.execute("SELECT sessions_required FROM gate").fetchone() == (False,):
            findings.append(
                error(
                    "rows are taken without a person's session (gate.sessions_required is off)",
                    "as the owner: UPDATE gate SET sessions_required = true",
                )
            )
        findings += _second_persons(conn)
        chain = db.core.audit.walk(conn)
        differs = None if chain.why else difference(conn)
        if differs:
            findings.append(
                error(
                    f"a table differs from the audit chain: {differs}",
                    "keep this database as it is and compare with the last backup",
                )
            )
        elif chain.why:
            findings.append(
                error(
                    f"the audit chain is broken: {chain.why}",
                    "keep this database as it is and compare with the last backup",
                )
            )
        else:
            findings.append(ok(f"the audit chain is whole ({chain.rows} rows)"))
    return findings


def _second_persons(conn: Connection) -> Iterator[Diagnosis]:
    """The owner's setting about new and reset accounts, and whom it keeps from being a second person now."""
    days = second_person.wait(conn).days
    if not days:
        yield warning(
            "an account that one administrator made or reset counts as a second person at once",
            "kiemtin users wait 3",
        )
        return
    yield ok(f"accounts made or reset count as a second person after {days} days")
    for one in second_person.fresh(conn):
        yield warning(
            f"{one.name} ({one.role}) was made or reset by {one.entrusted_by}: counts as a second person from"
            f" {one.from_at:%Y-%m-%d %H:%M}",
            "an approver who is not part of the decision confirms the account at /colleagues",
        )


def work_findings(conn: Connection, settings: Settings) -> Iterator[Diagnosis]:
    """Sources, crawl, judging, accounts, jobs, backups: is anything silent or late?"""
    enabled, silent = conn.execute(
        "SELECT (SELECT count(*) FROM sources WHERE status = 'enabled'),"
        " (SELECT count(*) FROM source_health h JOIN sources s ON s.id = h.source_id WHERE s.status = 'enabled' AND h.state IN ('failing', 'silent'))"
    ).fetchone() or (0, 0)
    if not enabled:
        yield warning(
            "no source is enabled", "kiemtin sources list, then kiemtin sources try URL and resume ID"
        )
    elif silent:
        yield warning(f"{silent} of {enabled} sources are failing or silent", "open /sources: each says why")
    else:
        yield ok(f"{enabled} sources enabled")
    last = conn.execute("SELECT max(last_ok_at) FROM rhythms").fetchone()
    if enabled and (last is None or last[0] is None or last[0] < datetime.now(UTC) - timedelta(hours=2)):
        yield warning(
            "no source was polled with success in the last two hours",
            "is `kiemtin crawl` (or `kiemtin up`) running?",
        )
    waiting = conn.execute(
        "SELECT count(*) FROM articles a WHERE a.first_seen_at < now() - interval '1 hour'"
        " AND NOT EXISTS (SELECT FROM judgements j WHERE j.article_id = a.id)"
    ).fetchone()
    if waiting and waiting[0]:
        yield warning(
            f"{waiting[0]} articles have waited over an hour for a judgement",
            "is `kiemtin classify` (or `kiemtin up`) running?",
        )
    champion = conn.execute("SELECT name, trained_at FROM models WHERE state = 'champion'").fetchone()
    if champion:
        yield ok(f"the model in use is {champion[0]}")
    else:
        yield warning(
            "no trained model: judging by rules and lexicons alone",
            "kiemtin train, once some thousand articles are stored",
        )
    approvers = conn.execute(
        "SELECT count(*) FROM users WHERE role = 'approver' AND disabled_at IS NULL"
    ).fetchone()
    people = conn.execute(
        "SELECT count(*) FROM users WHERE role IN ('verifier', 'approver') AND disabled_at IS NULL"
    ).fetchone()
    if not approvers or not approvers[0] or not people or people[0] < 2:
        yield warning(
            "a public label needs two persons, one of them an approver: too few accounts",
            "kiemtin users add NAME --role approver",
        )
    failed = conn.execute("SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'").fetchone()
    if failed and failed[0]:
        yield warning(f"{failed[0]} jobs failed", "open /admin, section jobs: each says its source and why")
    last = kept_backups.last(settings.home)
    if last is None or last.at < datetime.now(UTC) - timedelta(days=2):
        yield warning(
            "no daily backup within two days"
            if last is None
            else f"the last daily backup is of {last.at:%Y-%m-%d %H:%M} UTC",
            "kiemtin db backup-daily FOLDER, by a timer (docs/kiemtin-backup.timer)",
        )
    left = [one.code for one in first_day.steps(conn, settings) if one.needed and not one.done]
    if left:
        yield warning(f"left of the first day's list: {', '.join(left)}", "kiemtin setup, or /admin/setup")
    for what, mend in db.ops.capture_check.faults(conn, settings):
        yield error(what, mend)
