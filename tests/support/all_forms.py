"""Every form of the web application: which addresses a role may write to, and the names of all fields."""

from __future__ import annotations

import re

from werkzeug.routing import IntegerConverter

from review_ui.app import HERE
from review_ui.web import auth

ROLES = ("monitor", "verifier", "approver", "leader", "admin")
NAMES = sorted(
    set(
        re.findall(
            r'\bname="([a-z_0-9]+)"',
            "".join(p.read_text(encoding="utf-8") for p in (HERE / "templates").rglob("*.html")),
        )
    )
    | {"seen", "case", "action", "reason", "body", "title", "q", "after", "before", "tab"}
)
ENDS_SESSION = {"account.logout", "account.login", "account.password"}


def writes(app, role):
    for rule in app.url_map.iter_rules():
        if "POST" not in rule.methods or rule.endpoint in ENDS_SESSION:
            continue
        if role in auth.allowed_roles(app, rule.endpoint):
            yield rule


def address(rule, number):
    values = dict.fromkeys(rule.arguments, "x")
    values |= {
        name: number
        for name, converter in rule._converters.items()
        if isinstance(converter, IntegerConverter)
    }
    return rule.build(values, append_unknown=False)[1]
