"""The public bulletin: label, claim, what is true, on what evidence, by which office; feeds; corrections."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from datetime import date, datetime
from email.utils import format_datetime
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

import segno
from flask import Blueprint, Response, g, make_response, render_template, request, url_for
from flask_babel import gettext

from db.catalogue import rows
from db.core.errors import Invalid
from db.core.sentences import spans
from db.core.time import HANOI
from db.desk import publications
from db.desk.publications import BulletinFilter, Publication
from review_ui.public import card
from review_ui.web import forms
from review_ui.web.labels import FIELDS
from review_ui.web.transaction import conn

screen = Blueprint("bulletin", __name__)
# Public pages may lie in caches for a little; a correction must not wait long.
CACHED = "public, max-age=120"
# The ratings stand on one scale, so that machines can order them; the words are those of the label table.
RATINGS = {"fabricated": 1, "partly_false": 2, "authentic": 5}
CLAIM_LENGTH = 75  # characters that readers of ClaimReview show
TONES = {"fabricated": "bad", "partly_false": "mid", "authentic": "good"}
HEADLINE = 140  # characters of a headline; previews cut what is longer


@screen.app_context_processor
def _names() -> dict[str, Any]:
    return {"public_place": public_place}


def public_place() -> str:
    """The province as the office's setting has it ("Lào Cai"); empty where none is set."""
    if "public_place" not in g:
        g.public_place = rows.text(conn(), "digest.place")
    return str(g.public_place)


def headline(found: Publication) -> str:
    """What the page says in one line: the truth, its first sentence, where the claim is not authentic; else the claim."""
    if found.code == "authentic" or found.kind == "withdrawal" or not found.what_is_true.strip():
        return found.claim
    start, end = next(iter(spans(found.what_is_true)), (0, len(found.what_is_true)))
    return card.shortened(found.what_is_true[start:end], HEADLINE)


def _public(body: str | bytes, kind: str = "text/html; charset=utf-8") -> Response:
    answer = make_response(body)
    answer.headers["Content-Type"] = kind
    answer.headers["Cache-Control"] = CACHED
    answer.add_etag()
    answer.make_conditional(request)
    return answer


def _asked() -> BulletinFilter:
    """The filter in the address; Invalid for a month that is none."""
    month = request.args.get("month", "").strip()
    if month and not re.fullmatch(r"(?:19|20)\d\d-(?:0[1-9]|1[0-2])", month):
        raise Invalid("month", gettext("Tháng viết như 2026-11."))
    return BulletinFilter(
        words=request.args.get("q", "").replace("\x00", "")[:200].strip() or None,
        month=date.fromisoformat(f"{month}-01") if month else None,
        field=request.args.get("field") or None,
        place=request.args.get("place") or None,
    )


@screen.get("/bulletin")
def index() -> Response:
    """What stands now, with the notices that have not run out; by words, month, field and place."""
    asked = _asked()
    found = publications.current(conn(), asked=asked, before=forms.whole("after", default=0) or None)
    more = found[-1].id if len(found) == 30 else None
    filtered = asked != BulletinFilter()
    return _public(
        render_template(
            "bulletin/index.html",
            found=found,
            headlines={one.id: headline(one) for one in found},
            asked=asked,
            filtered=filtered,
            months=publications.months(conn()),
            places=publications.places(conn()),
            fields=FIELDS,
            notices=[] if filtered else publications.notices(conn()),
            title=rows.text(conn(), "bulletin.title"),
            more=more,
        )
    )


@screen.get("/bulletin/<int:publication_id>")
def item(publication_id: int) -> Response:
    """One publication; one that was replaced or withdrawn says so and leads to what stands."""
    found = publications.get(conn(), publication_id)
    history = publications.history(conn(), claim_id=found.claim_id)
    review = None if found.kind == "withdrawal" or found.replaced_by else claim_review(found)
    standing = history[-1]
    address = url_for("bulletin.item", publication_id=found.id, _external=True)
    return _public(
        render_template(
            "bulletin/item.html",
            found=found,
            headline=headline(found),
            history=history,
            withdrawal=standing if standing.kind == "withdrawal" and standing.id != found.id else None,
            review=_script_safe(review) if review else None,
            address=address,
            places=publications.places_of(conn(), claim_id=found.claim_id),
            contact=rows.text(conn(), "bulletin.contact"),
            code=_code(address),
        )
    )


def _code(address: str) -> str:
    """The address as a QR code, an SVG element without styles."""
    out = io.BytesIO()
    segno.make(address, error="m").save(
        out, kind="svg", border=2, xmldecl=False, svgns=False, dark="#000", light="#fff", omitsize=True
    )
    return str(out.getvalue(), "ascii")


@screen.get("/bulletin/<int:publication_id>/card.png")
def picture(publication_id: int) -> Response:
    """The picture that link previews show."""
    found = publications.get(conn(), publication_id)
    standing = publications.history(conn(), claim_id=found.claim_id)[-1]
    withdrawn = standing.kind == "withdrawal"
    places = publications.places_of(conn(), claim_id=found.claim_id)
    drawn = card.png(
        card.PreviewCard(
            heading="Kiểm chứng thông tin" + (f" · {public_place()}" if public_place() else ""),
            label=standing.label if withdrawn else found.label,
            tone="none" if withdrawn else TONES.get(found.code, "none"),
            claim=found.claim,
            struck=not withdrawn and found.code in ("fabricated", "partly_false"),
            truth=(standing.public_note or "Kết luận này đã được rút lại.")
            if withdrawn
            else found.what_is_true,
            office=found.office,
            where=" · ".join([*places[:1], f"{found.published_at.astimezone(HANOI):%d/%m/%Y}"]),
        )
    )
    return _public(drawn, "image/png")


@screen.get("/bulletin/corrections")
def corrections() -> Response:
    """Old label, new label, day and why."""
    return _public(render_template("bulletin/corrections.html", found=publications.corrections(conn())))


def claim_review(found: Publication) -> dict[str, Any]:
    """The publication as schema.org ClaimReview (one per page; required: url, claimReviewed, reviewRating)."""
    claim = (
        found.claim if len(found.claim) <= CLAIM_LENGTH else found.claim[: CLAIM_LENGTH - 1].rstrip() + "…"
    )
    review: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "url": url_for("bulletin.item", publication_id=found.id, _external=True),
        "datePublished": found.published_at.date().isoformat(),
        "claimReviewed": claim,
        "author": {
            "@type": "Organization",
            "name": found.office,
            "url": url_for("method.index", _external=True),
        },
        "reviewRating": {
            "@type": "Rating",
            "ratingValue": RATINGS.get(found.code, 3),
            "bestRating": 5,
            "worstRating": 1,
            "alternateName": found.label,
        },
        "itemReviewed": {"@type": "Claim"},
    }
    if found.said_on:
        review["itemReviewed"]["datePublished"] = found.said_on.isoformat()
    return review


def _script_safe(value: dict[str, Any]) -> str:
    """JSON that cannot end the script element it stands in."""
    text = json.dumps(value, ensure_ascii=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _title(found: Publication) -> str:
    return f"{found.label}: {found.claim}"


def _feed_title() -> str:
    return " – ".join(filter(None, (str(gettext("Bản tin kiểm chứng")), public_place())))


@screen.get("/bulletin/feed.xml")
def feed_xml() -> Response:
    """RSS 2.0: publications, corrections and withdrawals in one stream, newest first."""
    atom = "http://www.w3.org/2005/Atom"
    rss = Element("rss", {"version": "2.0", "xmlns:atom": atom})
    channel = SubElement(rss, "channel")
    SubElement(channel, "title").text = _feed_title()
    SubElement(channel, "link").text = url_for("bulletin.index", _external=True)
    SubElement(channel, "description").text = gettext("Thông tin đã được kiểm chứng, cải chính và rút lại")
    SubElement(channel, "language").text = "vi"
    SubElement(
        channel,
        "atom:link",
        {"href": url_for("bulletin.feed_xml", _external=True), "rel": "self", "type": "application/rss+xml"},
    )
    for found in _stream():
        entry = SubElement(channel, "item")
        SubElement(entry, "title").text = _title(found)
        SubElement(entry, "link").text = url_for("bulletin.item", publication_id=found.id, _external=True)
        SubElement(entry, "guid", {"isPermaLink": "true"}).text = url_for(
            "bulletin.item", publication_id=found.id, _external=True
        )
        SubElement(entry, "pubDate").text = format_datetime(found.published_at)
        SubElement(entry, "description").text = _told(found)
    return _public(
        b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(rss, encoding="utf-8"),
        "application/rss+xml; charset=utf-8",
    )


@screen.get("/bulletin/feed.json")
def feed_json() -> Response:
    """The same as JSON Feed 1.1."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": _feed_title(),
        "home_page_url": url_for("bulletin.index", _external=True),
        "feed_url": url_for("bulletin.feed_json", _external=True),
        "language": "vi",
        "items": [
            {
                "id": url_for("bulletin.item", publication_id=found.id, _external=True),
                "url": url_for("bulletin.item", publication_id=found.id, _external=True),
                "title": _title(found),
                "content_text": _told(found),
                "date_published": _rfc3339(found.published_at),
                "tags": [found.label],
            }
            for found in _stream()
        ],
    }
    return _public(json.dumps(feed, ensure_ascii=False), "application/feed+json; charset=utf-8")


def _stream() -> list[Publication]:
    """The last fifty texts, replaced ones too: whoever read the old one must see the new. The label of what was withdrawn
    is not told again."""
    found = publications.stream(conn(), limit=50)
    newest: dict[int, Publication] = {}
    for one in found:
        newest.setdefault(one.claim_id, one)
    return [
        replace(one, label=standing.label) if (standing := newest[one.claim_id]).kind == "withdrawal" else one
        for one in found
    ]


def _told(found: Publication) -> str:
    return f"{found.public_note}\n\n{found.what_is_true}" if found.public_note else found.what_is_true


def _rfc3339(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
