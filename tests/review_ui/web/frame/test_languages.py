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
    conn.execute("UPDATE users SET language = 'en'")
    conn.execute("SELECT change_account(id, 'Person', role, agency, email) FROM users")
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


def test_the_language_chosen_before_signing_in_goes_with_the_person(app, conn, anybody):
    person = seeding.user(conn)
    assert anybody.post("/language", data={"language": "en", "next": "/login"}).status_code == 303
    answer = anybody.post("/login", data={"name": person.name, "password": seeding.PASSWORD, "totp": ""})
    assert answer.status_code == 303
    assert '<html lang="en"' in anybody.get("/account").text
    # the next person on this machine chose nothing: their own language stands
    anybody.post("/logout")
    other = seeding.user(conn)
    anybody.post("/login", data={"name": other.name, "password": seeding.PASSWORD, "totp": ""})
    assert '<html lang="vi"' in anybody.get("/account").text


def test_published_labels_and_grounds_of_deadlines_have_english_and_staffs_own_words_stand(app):
    import csv

    from flask_babel import force_locale

    from db.catalogue.rows import SHIPPED
    from review_ui.web.filters import in_words

    with (SHIPPED / "vietnam" / "deadlines.csv").open(encoding="utf-8", newline="") as file:
        grounds = {row["basis"] for row in csv.DictReader(file) if row["basis"]}
    with app.test_request_context("/"), force_locale("en"):
        assert in_words("Đã rút lại") == "Withdrawn"
        for text in {"Tin giả", "Tin sai sự thật", "Tin xác thực"} | grounds:
            assert not set(in_words(text).lower()) & set(VIETNAMESE), text
        assert in_words("Nhãn riêng 100% của ta") == "Nhãn riêng 100% của ta"
        assert in_words(None) == ""
        assert type(in_words("<b>Nhãn</b>")) is str  # escaped by the page


def test_a_reason_on_a_card_names_newspapers_by_their_titles():
    from review_ui.desk import highlighting as texts

    reason = {
        "signal": "check",
        "rule": "difference.figure",
        "text": "số người chết: 5 (bao-a), 6 (bao-b, bao-c)",
    }
    told = texts.reasons_of_event([reason], {"bao-a": "Báo A", "bao-b": "Báo B"})[0].text
    assert told == "số người chết: 5 (Báo A), 6 (Báo B, bao-c)"
    other = {"signal": "harm", "rule": "harm: loss", "text": "thiệt hại (bao-a)"}
    assert texts.reasons_of_event([other], {"bao-a": "Báo A"})[0].text == "thiệt hại (bao-a)"
