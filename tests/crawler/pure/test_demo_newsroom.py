"""The fictional press: what it publishes, when, in which forms; and that every page says it is fiction."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import feedparser
import pytest

from crawler.demo import lists, press, stories
from crawler.demo.outlets import BY_NAME, OUTLETS
from crawler.demo.press import PressState, answer, entries
from db.catalogue import files
from db.catalogue.sources import faults
from db.core.errors import Invalid

OPENED = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
WHERE = PressState(port=8801, opened_at=OPENED)
LATER = OPENED + timedelta(hours=1)


def test_there_are_enough_articles_outlets_and_languages() -> None:
    assert len(stories.articles()) >= 60
    assert len(OUTLETS) >= 8
    assert {outlet.language for outlet in OUTLETS} == {"vi", "en", "zh", "fr"}
    assert {outlet.name for outlet in OUTLETS} == {article.outlet for article in stories.articles()}


@pytest.mark.parametrize("outlet", OUTLETS, ids=lambda outlet: outlet.name)
def test_every_page_says_that_it_is_fiction(outlet: object) -> None:
    assert isinstance(outlet, type(OUTLETS[0]))
    for entry in entries(outlet, WHERE, LATER):
        status, _, page = answer(outlet, WHERE, entry.url.removeprefix(WHERE.root(outlet)), LATER)
        assert status == 200
        assert "Báo hư cấu – dữ liệu trình diễn" in page
        assert page.count("<h1") + page.count('<h2 class="title"') == 1


def test_addresses_are_unique_and_known_to_the_outlet_alone() -> None:
    urls = [entry.url for outlet in OUTLETS for entry in entries(outlet, WHERE, LATER)]
    assert len(urls) == len(set(urls))


@pytest.mark.parametrize("outlet", OUTLETS, ids=lambda outlet: outlet.name)
def test_the_lists_name_every_article_of_the_outlet(outlet: object) -> None:
    assert isinstance(outlet, type(OUTLETS[0]))
    for kind in outlet.listings:
        _, _, text = answer(outlet, WHERE, lists.LISTS[kind], LATER)
        for entry in entries(outlet, WHERE, LATER):
            assert entry.url.replace("&", "&amp;") in text


def test_feeds_are_well_formed_and_dated_as_published() -> None:
    for outlet in OUTLETS:
        for kind in set(outlet.listings) & {"rss", "rss_full", "rss_undated", "atom"}:
            text = answer(outlet, WHERE, lists.LISTS[kind], LATER)[2]
            parsed = feedparser.parse(text.encode())
            assert not parsed.bozo
            assert len(parsed.entries) == len(entries(outlet, WHERE, LATER))
    rss = answer(BY_NAME["demo-hoang-lien"], WHERE, "/rss/home.rss", LATER)[2]
    newest = max(parsedate_to_datetime(item.text or "") for item in ET.fromstring(rss).iter("pubDate"))
    assert newest.utcoffset() == timedelta(hours=7)


def test_news_lies_in_the_last_two_weeks_and_some_comes_later() -> None:
    ages = [article.age for article in stories.articles()]
    assert max(ages) <= timedelta(days=14)
    assert min(ages) < timedelta(0)


def test_an_article_appears_at_its_minute() -> None:
    outlet = BY_NAME["demo-song-hong"]
    before = {entry.article.id for entry in entries(outlet, WHERE, OPENED + timedelta(minutes=9))}
    after = {entry.article.id for entry in entries(outlet, WHERE, OPENED + timedelta(minutes=10))}
    assert after - before == {"moi-2"}


def test_an_edit_changes_the_text_and_keeps_the_address() -> None:
    outlet = BY_NAME["demo-hoang-lien"]

    def flood(minutes: int) -> lists.DemoEntry:
        shown = entries(outlet, WHERE, OPENED + timedelta(minutes=minutes))
        return next(entry for entry in shown if entry.article.id == "lu-1")

    before, after = flood(0), flood(7)
    assert before.url == after.url
    assert "2 người chết" in before.article.title
    assert "3 người chết" in after.article.title
    assert "Ba người khác" in after.article.paragraphs[1]
    assert after.changed_at == OPENED + timedelta(minutes=7)


def test_every_edit_really_changes_something() -> None:
    for article in stories.articles():
        for edit in article.edits:
            current, _ = article.at(opened_at=OPENED, now=OPENED + edit.after)
            earlier, _ = article.at(opened_at=OPENED, now=OPENED + edit.after - timedelta(minutes=1))
            assert current != earlier
            for old, _ in edit.replace:
                assert any(old in text for text in (article.title, article.lead, *article.paragraphs)), old


def test_a_removed_article_answers_410_and_leaves_the_lists() -> None:
    outlet = BY_NAME["demo-pho-nui"]
    article = next(article for article in stories.articles() if article.id == "lu-4")
    path = lists.path_of(outlet, article)
    assert answer(outlet, WHERE, path, OPENED)[0] == 200
    assert answer(outlet, WHERE, path, OPENED + timedelta(minutes=14))[0] == 410
    assert path not in answer(outlet, WHERE, "/rss.xml", OPENED + timedelta(minutes=14))[2]


def test_copies_share_the_agency_s_words() -> None:
    by_id = {article.id: article for article in stories.articles()}
    copies = [article for article in stories.articles() if article.copy_of]
    assert len(copies) >= 3
    for copy in copies:
        original = by_id[copy.copy_of or ""]
        assert set(copy.paragraphs) & set(original.paragraphs)
        assert copy.age < original.age
    whole = next(copy for copy in copies if copy.id == "sat-lo-nguyen")
    assert whole.paragraphs == by_id["sat-lo-ttx"].paragraphs


def test_persons_are_initials_and_texts_hold_paragraphs() -> None:
    for article in stories.articles():
        assert article.paragraphs, article.id
        assert article.lead
        assert all(len(paragraph) < 900 for paragraph in article.paragraphs)


@pytest.mark.parametrize(
    "path, status", [("/favicon.ico", 404), ("/robots.txt", 200), ("/noi-bo/x", 404), ("/", 200)]
)
def test_the_rest_of_a_web_site_is_there(path: str, status: int) -> None:
    assert answer(OUTLETS[1], WHERE, path, LATER)[0] == status


def test_robots_names_the_sitemap_and_closes_a_corner() -> None:
    text = answer(BY_NAME["demo-phap-ly"], WHERE, "/robots.txt", LATER)[2]
    assert "Disallow: /noi-bo/" in text
    assert "Sitemap: http://127.0.2.5:8801/news-sitemap.xml" in text


def test_the_catalogue_is_sound_for_the_command_line_and_refused_elsewhere(tmp_path: Path) -> None:
    press.write_catalogue(tmp_path, WHERE)
    sources = files.load(tmp_path).sources
    assert [source.status for source in sources] == ["enabled"] * len(OUTLETS)
    assert faults(sources, allow_private_hosts=True) == []
    assert len(faults(sources, allow_private_hosts=False)) == len(OUTLETS)


def test_a_machine_with_one_loopback_address_gets_a_port_for_each_outlet() -> None:
    alone = replace(WHERE, one_host=True)
    assert len({alone.address(outlet) for outlet in OUTLETS}) == len(OUTLETS)


def test_address_and_opening_are_kept_for_the_next_start(tmp_path: Path) -> None:
    first = press.state(tmp_path)
    assert press.state(tmp_path) == first
    (tmp_path / press.STATE_FILE).write_text("{}")
    with pytest.raises(Invalid, match="remove it and start again"):
        press.state(tmp_path)


@pytest.mark.parametrize("text, minutes", [("3d4h", 4560), ("90m", 90), ("-8m", -8), ("1d20h", 2640)])
def test_spans_are_read(text: str, minutes: int) -> None:
    assert stories.span(text) == timedelta(minutes=minutes)


@pytest.mark.parametrize("text", ["", "3x", "h", "-", "1h2d"])
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a span"):
        stories.span(text)


def test_structured_data_is_valid_json() -> None:
    outlet = BY_NAME["demo-song-hong"]
    for entry in entries(outlet, WHERE, LATER):
        page = answer(outlet, WHERE, entry.url.removeprefix(WHERE.root(outlet)), LATER)[2]
        data = json.loads(page.split('<script type="application/ld+json">')[1].split("</script>")[0])
        assert data["headline"] == entry.article.title
