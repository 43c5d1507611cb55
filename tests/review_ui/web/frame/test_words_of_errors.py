"""What is refused is said in the reader's language, with the fields called as their forms call them."""

from __future__ import annotations

import io
import re

import pytest
import seeding

from db.catalogue import cells, opml, rows
from db.catalogue.kinds import ENTRY_KINDS, Catalogue
from db.catalogue.offices import Setting
from db.catalogue.soundness import value_of
from db.core.errors import Invalid
from review_ui.web import catalogue_messages

ENGLISH = re.compile(r"\b(is|the|not|only|must|file)\b")
IDLE = "desk.idle_minutes"


def setting(conn, name=IDLE):
    found = {one.name: one for one in rows.entries(conn, "settings")}
    return found.get(name)


def sent(one, **changed):
    return {f"cell-{name}": cells.to_cell(getattr(one, name)) for name in cells.columns(Setting)} | {
        f"cell-{name}": value for name, value in changed.items()
    }


@pytest.fixture
def idle(conn):
    one = Setting(
        name=IDLE, value="30", type="integer", section="desk", title="Phút không thao tác", title_en="Idle minutes",
        unit="minutes", minimum=5.0, maximum=480.0,
    )  # fmt: skip
    rows.store(conn, Catalogue(settings=(one,)), actor="test", allow_private_hosts=False)
    return one


@pytest.mark.parametrize("value", ["abc", "٣٠", "NaN", "-5", "1_0", "30.5", "9" * 30])
def test_a_setting_takes_a_plain_number_within_its_bounds_and_says_so_in_vietnamese(
    sign_in, idle, conn, value
):
    answer = sign_in("admin").post("/admin/catalogue/settings/entry", data=sent(idle, value=value))
    assert answer.status_code == 422
    told = re.search(r'class="lead-text">([^<]*)<', answer.text)[1]
    assert "Giá trị" in told and not ENGLISH.search(told), told
    assert setting(conn).value == "30"


def test_an_administrator_changes_a_settings_value_and_not_its_bounds_type_or_name(sign_in, idle, conn):
    client = sign_in("admin")
    page = client.get(f"/admin/catalogue/settings/entry?name={IDLE}").text
    assert re.findall(r'<(?:input|textarea)[^>]* name="cell-(\w+)"', page) == ["name", "value"]
    assert "Nhỏ nhất" in page and ">minimum<" not in page
    forged = sent(idle, value="-5", minimum="-5", type="text", title="\u200b")
    assert client.post("/admin/catalogue/settings/entry", data=forged).status_code == 422
    forged["cell-value"] = "45"
    assert client.post("/admin/catalogue/settings/entry", data=forged).status_code == 303
    kept = setting(conn)
    assert (kept.value, kept.minimum, kept.type, kept.title) == ("45", 5.0, "integer", "Phút không thao tác")
    assert (
        client.post(
            "/admin/catalogue/settings/entry", data=forged | {"cell-name": "desk.nothing"}
        ).status_code
        == 422
    )


@pytest.mark.parametrize(
    ("kind", "value"), [("number", "nan"), ("number", "inf"), ("number", "٣"), ("time", "٠٧:٣٠")]
)
def test_values_are_read_in_figures_from_0_to_9(kind, value):
    with pytest.raises(Invalid):
        value_of(Setting(name="x", value=value, type=kind, section="s", title="t", title_en="t"))


def test_every_column_of_the_catalogue_has_a_word():
    for kind in ENTRY_KINDS:
        assert set(cells.columns(kind.record)) <= set(catalogue_messages.COLUMNS), kind.attribute


@pytest.mark.parametrize("content", [b"<opml><", b"<rss/>", b"<opml/>"])
def test_a_list_of_sources_that_cannot_be_read_is_told_in_vietnamese(sign_in, content):
    with pytest.raises(Invalid):
        opml.read(content)
    answer = sign_in("admin").post(
        "/sources/opml", data={"file": (io.BytesIO(content), "a.opml")}, content_type="multipart/form-data"
    )
    assert answer.status_code == 422
    told = re.search(r'class="lead-text">([^<]*)<', answer.text)[1]
    assert "OPML" in told and not ENGLISH.search(told), told


@pytest.mark.parametrize(
    "sentence",
    [
        "source 127.0.0.1, hosts: 127.0.0.1 is a private host; only 'kiemtin catalogue import FOLDER' may list one",
        "settings.csv, desk.idle_minutes, value: 'abc' is not a whole number",
        "settings.csv, desk.idle_minutes, value: -5 is out of bounds (5 to 480 minutes)",
        "source a: https://a.example/rss already belongs to source b; list it once",
        "is empty; this column must be filled",
        "places.csv, x, parent: no place is called 'y'; add it or remove the name",
    ],
)
def test_what_the_catalogues_checks_say_has_vietnamese_words(app, sentence):
    with app.test_request_context("/"):
        told = catalogue_messages.said(f"{sentence}\n… and 3 more")
        assert told is not None and not ENGLISH.search(told.replace("FOLDER", "")), told
        assert catalogue_messages.said("nothing of the catalogue's") is None


def test_the_page_that_gives_back_what_was_typed_shows_no_code_and_no_name_of_ours(sign_in, idle, conn):
    case = seeding.case(conn)
    fields = {
        "case": str(case), "seen": "9" * 30, "action": "dismiss:routine", "decision": "approve", "sha256": "a" * 64,
        "role": "admin", "scope": "domestic", "article": "x", "reason": "Vì tin này cũ.", "channel": "phone", "what": "spike:",
    }  # fmt: skip
    page = sign_in("verifier").post("/queue/decide", data=fields).text
    labels = re.findall(r'<label for="typed-\d+">([^<]*)', page)
    assert [one.strip() for one in labels] == ["Lý do"]
    assert page.count('type="hidden"') >= 9  # nothing that was sent is lost
