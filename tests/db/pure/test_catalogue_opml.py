"""Sources as OPML: out and in again, and lists from elsewhere."""

import pytest

from db.catalogue import Source, files, opml
from db.catalogue.sources import faults
from db.core.errors import Invalid


def test_feeds_survive_the_way_out_and_in() -> None:
    shipped = files.shipped("laocai").sources
    back = opml.read(opml.write(shipped))
    assert {feed for source in back for feed in source.feeds} == {
        f for source in shipped for f in source.feeds
    }
    assert faults(back, allow_private_hosts=False) == []


def test_imported_sources_wait_to_be_probed_and_keep_title_scope_and_language() -> None:
    one = Source(
        name="x",
        title="Báo <X> & Y",
        home="https://x.vn/",
        hosts=("x.vn",),
        feeds=("https://x.vn/rss?a=1&b=2",),
        language="en",
        scope="foreign",
    )
    (back,) = opml.read(opml.write((one,)))
    assert (back.title, back.scope, back.language, back.status) == (
        "Báo <X> & Y",
        "foreign",
        "en",
        "to_probe",
    )


@pytest.mark.parametrize(
    "text, said",
    [
        ("no xml", "not well-formed"),
        ("<html/>", "not <opml>"),
        ("<opml><body/></opml>", "names no feed"),
        ('<opml><body><outline xmlUrl="file:///etc/passwd"/></body></opml>', "is not a web address"),
        ("x" * 5_000_001, "larger than 5 MB"),
    ],
)
def test_what_is_no_list_of_feeds_is_refused(text: str, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        opml.read(text)


def test_entities_are_not_expanded() -> None:
    bomb = '<!DOCTYPE opml [<!ENTITY a "https://a.vn/rss">]><opml><body><outline xmlUrl="&a;"/></body></opml>'
    try:
        found = opml.read(bomb)
    except Invalid:
        return
    assert all(len(source.feeds) == 1 for source in found)
