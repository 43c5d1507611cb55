"""The web application: one factory that puts the screens together."""

from __future__ import annotations

import importlib
from pathlib import Path

import psycopg_pool
from flask import Flask, g, request
from flask_babel import Babel
from flask_bootstrap import Bootstrap5

from db.core.settings import Settings, session_key
from db.ops.embedded_postgres import Urls
from review_ui.accounts import oidc_views
from review_ui.web import (
    access,
    auth,
    errors,
    filters,
    i18n,
    labels,
    navigation,
    place_name,
    security,
    shortcuts,
    transaction,
)
from review_ui.work import notices
from review_ui.work import views as work

LANGUAGES = ("vi", "en")
HERE = Path(__file__).parent
# Larger than any capture staff upload; a text field may hold 4 MB before it is refused by its own limit.
LARGEST_BODY, LARGEST_FIELDS = 64 * 2**20, 4 * 2**20

# module -> its blueprint named `screen`. A room of screens adds its line here.
SCREENS = (
    "review_ui.accounts.views",
    "review_ui.accounts.oidc_views",
    "review_ui.accounts.colleagues",
    "review_ui.web.health",
    "review_ui.work.views",
    "review_ui.work.notices",
    "review_ui.desk.overview",
    "review_ui.desk.queue",
    "review_ui.desk.outbox",
    "review_ui.desk.events",
    "review_ui.desk.articles",
    "review_ui.desk.claim_from_text",
    "review_ui.claims.suggest",
    "review_ui.desk.cases",
    "review_ui.desk.assignment",
    "review_ui.desk.claim_evidence",
    "review_ui.desk.signing",
    "review_ui.desk.second_review",
    "review_ui.desk.claims",
    "review_ui.desk.search",
    "review_ui.desk.files",
    "review_ui.desk.sources",
    "review_ui.sources.trials",
    "review_ui.sources.views",
    "review_ui.admin.models",
    "review_ui.admin.views",
    "review_ui.admin.first_day",
    "review_ui.desk.help",
    "review_ui.digests.views",
    "review_ui.digests.campaigns",
    "review_ui.alerts.views",
    "review_ui.desk.exports",
    "review_ui.public.report_form",
    "review_ui.desk.reports",
    "review_ui.public.bulletin",
    "review_ui.public.method",
    "review_ui.letters.views",
    "review_ui.evidence.views",
    "review_ui.api.views",
    "review_ui.api.tokens",
)
# where texts in English are kept: each room of screens has a folder of its own
TRANSLATIONS = (
    "translations",
    "digests/translations",
    "claims/translations",
    "evidence/translations",
    "sources/translations",
)


def create_app(
    settings: Settings, urls: Urls, *, connections: transaction.Lender | None = None, bound: str = "127.0.0.1"
) -> Flask:
    """The application on the database of ``urls``; ``bound``: the address it will listen at, a name it answers to.

    ``connections`` lends database connections; left out, a pool of the application's own is opened
    (``app.extensions["kiemtin.pool"]``, closed by whoever serves the application).
    """
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY=session_key(settings),
        SESSION_COOKIE_NAME="kiemtin_flash",  # short messages only; who is signed in stands on the server
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        MAX_FORM_MEMORY_SIZE=LARGEST_FIELDS,
        BABEL_DEFAULT_LOCALE="vi",
        BABEL_DEFAULT_TIMEZONE="Asia/Ho_Chi_Minh",
        BABEL_TRANSLATION_DIRECTORIES=";".join(str(HERE / folder) for folder in TRANSLATIONS),
        BOOTSTRAP_SERVE_LOCAL=True,
        SEND_FILE_MAX_AGE_DEFAULT=86_400,
    )
    app.extensions["kiemtin.settings"] = settings
    app.extensions["kiemtin.hosts"] = security.host_names(settings.allowed_hosts, bound)
    app.extensions["kiemtin.urls"] = urls
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    if connections is None:
        connections = pool(urls)
        app.extensions["kiemtin.pool"] = connections
    Bootstrap5(app)
    Babel(app, locale_selector=language)
    i18n.register(app)
    transaction.register(app, connections)
    security.register(app)
    auth.register(app)
    access.register(app)
    errors.register(app)
    filters.register(app)
    labels.register(app)
    place_name.register(app)
    shortcuts.register(app)
    notices.register(app)
    work.register(app)
    oidc_views.register(app)
    app.jinja_env.globals.update(
        may=auth.may, navigation=navigation.ENTRIES, somebody=auth.somebody, language=language
    )
    for module in SCREENS:
        app.register_blueprint(importlib.import_module(module).screen)
    return app


def pool(urls: Urls) -> psycopg_pool.ConnectionPool:
    """Connections for the threads of one web process. Nothing is prepared by being asked again and again: only what says
    that it is asked ``often`` (db.core.connection)."""
    return psycopg_pool.ConnectionPool(
        urls.app,
        min_size=2,
        max_size=12,
        timeout=15,
        kwargs={"prepare_threshold": 1_000_000, "application_name": "kiemtin web"},
        open=True,
    )


def language() -> str:
    """The language of this answer: the person's, else the browser's cookie, else Vietnamese."""
    person = g.get("user")
    wanted = person.language if person is not None else request.cookies.get("kiemtin_language", "vi")
    return wanted if wanted in LANGUAGES else "vi"
