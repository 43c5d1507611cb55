"""What must be true of every page, checked on every page that any test opens."""

from __future__ import annotations

import re
import warnings
from collections import Counter
from functools import cache

import html5lib
import lxml.html
from werkzeug.test import TestResponse

from review_ui.web.security import POLICY

LABELLED = {"input", "select", "textarea"}


def check(answer: TestResponse) -> None:
    """Raises AssertionError with the first thing wrong with the page."""
    assert answer.headers.get("X-Content-Type-Options") == "nosniff"
    assert answer.headers.get("Content-Security-Policy"), "every answer carries a policy"
    if answer.mimetype != "text/html" or not answer.data or answer.status_code in (301, 302, 303, 308):
        return
    if answer.headers["Content-Security-Policy"].startswith("sandbox"):
        return  # a stranger's kept page, shut off from us by its policy
    assert answer.headers["Content-Security-Policy"] == POLICY
    text = answer.get_data(as_text=True)
    if answer.request.path.startswith("/queue/pane/") and "<html" not in text:
        well_nested(text)  # a fragment that the queue takes in
        assert "<script" not in text
        return
    _page(text)


@cache  # who is refused in the same words gets the same page, a hundred times
def _page(text: str) -> None:
    well_nested(text)
    document = lxml.html.document_fromstring(text)
    title = document.findtext(".//title") or ""
    assert re.match(r"\S.* · \S.*$", title), f"a page needs a title: {title!r}"
    assert document.get("lang") in ("vi", "en")
    assert len(document.findall(".//h1")) == 1, f"a page has one heading: {title}"
    twice = [name for name, n in Counter(document.xpath("//@id")).items() if n > 1]
    assert not twice, f"ids stand once on a page: {twice} on {title}"
    names = set(document.xpath("//@id"))
    for element in document.xpath("//input | //select | //textarea"):
        if element.get("type") in ("hidden", "submit", "button") or element.get("hidden") is not None:
            continue
        named = element.get("aria-label") or element.get("aria-labelledby")
        assert named or document.xpath("//label[@for=$id]", id=element.get("id") or "-"), (
            f"no label for {element.get('name')} on {title}"
        )
    for attribute in ("aria-describedby", "aria-labelledby", "aria-controls", "for"):
        for value in document.xpath(f"//@{attribute}"):
            assert set(value.split()) <= names, f"{attribute}={value} points nowhere on {title}"
    for form in document.iter("form"):
        method = (form.get("method") or "get").lower()
        assert method in ("post", "get", "dialog")
        assert method != "post" or (form.get("action") or "").startswith("/"), f"a form posts to us: {title}"
        assert method != "get" or form.get("role") == "search" or form.get("data-filter") is not None, (
            "reading forms say so"
        )
    for element in document.iter():
        assert not (set(element.attrib) & {"style"}), f"no inline style: {element.tag} on {title}"
        assert not [a for a in element.attrib if a.startswith("on")], f"no inline handler on {title}"
    assert not document.xpath("//style"), "styles are files"
    assert not document.xpath("//script[not(@src)][not(@type='application/ld+json')]"), "scripts are files"
    for link in document.xpath(
        "//*[self::script or self::link or self::img]/@src | //link[not(@rel='canonical')]/@href"
    ):
        assert link.startswith(("/", "data:image/")), f"nothing comes from elsewhere: {link}"
    for button in document.iter("button"):
        assert (button.text_content() or "").strip() or button.get("aria-label"), (
            f"a button says what it does: {title}"
        )
    assert "{{ " not in text and "{%" not in text and "None</" not in text, f"a template leaked into {title}"


def well_nested(text: str) -> None:
    """Valid nesting, by the HTML standard's own parser."""
    parser = html5lib.HTMLParser(strict=False, namespaceHTMLElements=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        parser.parse(text)
    # what the parser repairs silently, but browsers show otherwise than written
    serious = {code for _, code, _ in parser.errors} - {
        "invalid-codepoint",
        "expected-doctype-but-got-start-tag",
    }
    assert not serious, f"ill-formed page: {[(where, code, more) for where, code, more in parser.errors][:5]}"
