"""English is complete, and no page falls back to Vietnamese for want of a text."""

from __future__ import annotations

import pytest
import seeding

from review_ui import translate


def test_every_text_of_every_screen_has_its_english():
    known = set()
    for name in translate.TRANSLATIONS:
        for message in translate.load(translate.HERE / name):
            if message.id and translate.translated(message):
                known.add(message.id[0] if isinstance(message.id, (tuple, list)) else message.id)
    missing = {text if isinstance(text, str) else text[0] for _, text in translate.texts()} - known
    assert not missing, f"run `python -m review_ui.translate` and translate: {sorted(missing)[:20]}"


def test_the_compiled_files_say_what_the_text_files_say():
    from babel.messages.mofile import read_mo

    for name in translate.TRANSLATIONS:
        path = translate.HERE / name / "en" / "LC_MESSAGES"
        if not (path / "messages.po").exists():
            continue
        with (path / "messages.mo").open("rb") as file:
            compiled = {m.id if isinstance(m.id, str) else m.id[0]: m.string for m in read_mo(file) if m.id}
        for message in translate.load(translate.HERE / name):
            if message.id and translate.translated(message):
                key = message.id[0] if isinstance(message.id, (tuple, list)) else message.id
                assert list(compiled[key]) == list(message.string), key


def test_placeholders_survive_translation():
    import re

    for name in translate.TRANSLATIONS:
        for message in translate.load(translate.HERE / name):
            if not message.id or not translate.translated(message):
                continue
            ids = message.id if isinstance(message.id, (tuple, list)) else (message.id,)
            texts = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
            wanted = set(re.findall(r"%\(\w+\)[sd]", ids[0]))
            for text in texts:
                assert set(re.findall(r"%\(\w+\)[sd]", text)) <= wanted, ids[0]


VIETNAMESE = "ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ"


@pytest.mark.parametrize("role", ["approver", "admin"])
def test_an_english_page_of_the_desk_holds_no_vietnamese_of_ours(sign_in, conn, role):
    import lxml.html

    client = sign_in(role)
    conn.execute("UPDATE users SET language = 'en', display_name = 'Person'")
    article = seeding.article(
        conn,
        source_id=seeding.source(conn, title="Paper"),
        title="A rumour about a dam",
        body="Somebody said so.",
    )
    event = seeding.event(conn, articles=[article])
    (case,) = conn.execute("SELECT id FROM cases WHERE event_id = %s", [event]).fetchone()
    for address in (
        "/queue",
        f"/events/{event}",
        f"/articles/{article}",
        f"/cases/{case}",
        "/search",
        "/claims",
        "/help",
        "/account",
        "/sources",
        "/admin",
    ):
        answer = client.get(address)
        if answer.status_code != 200:
            continue
        document = lxml.html.document_fromstring(answer.text)
        for element in document.xpath("//*[@lang='vi'] | //script | //*[@class='brand']"):
            element.drop_tree()
        text = document.text_content().replace("Lào Cai", "").replace("Yên Bái", "")
        found = [word for word in text.split() if set(word.lower()) & set(VIETNAMESE)]
        assert not found, (address, found[:10])
