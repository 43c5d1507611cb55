"""What is refused is said in the reader's language, with the fields called as their forms call them."""

from __future__ import annotations

import ast
import io
import re
from pathlib import Path

import pytest
import seeding

import db.desk.cases
from db.catalogue import cells, opml, rows, sources
from db.catalogue.kinds import ENTRY_KINDS, Catalogue
from db.catalogue.offices import Setting
from db.catalogue.soundness import value_of
from db.core.errors import Conflict, Invalid
from review_ui.web import catalogue_messages, error_messages

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


def codes_raised() -> set[str]:
    """Every code that a rule of the database or a check in Python can raise."""
    found = set()
    for path in Path("db/sql").glob("*.sql"):
        for clause in re.findall(
            r"CONSTRAINT = (.*?)(?:,\n|;|, \w+ =)", path.read_text(encoding="utf-8"), re.S
        ):
            found |= set(re.findall(r"'(\w+\.\w+)'", clause))
    for room in ("db", "review_ui", "classifier", "crawler"):
        for path in Path(room).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            found |= set(re.findall(r"outcome_code = '(\w+\.\w+)'", text))
            tree = ast.parse(text)
            for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
                found |= {
                    word.value
                    for keyword in call.keywords
                    if keyword.arg == "code"
                    for word in ast.walk(keyword.value)
                    if isinstance(word, ast.Constant) and isinstance(word.value, str) and "." in word.value
                }
                if getattr(call.func, "id", getattr(call.func, "attr", "")) in (
                    "fault",
                    "_fault",
                    "source_fault",
                ):
                    found |= {
                        word.value
                        for word in call.args
                        if isinstance(word, ast.Constant)
                        and re.fullmatch(r"[a-z]+\.[a-z_]+", str(word.value))
                        and not str(word.value).endswith(".csv")
                    }
    return found


def test_every_code_has_its_sentence_and_every_sentence_its_code():
    sentences = {**error_messages.SENTENCES, **catalogue_messages.FAULTS}
    raised = codes_raised()
    assert len(raised) > 110
    assert raised - set(sentences) == set()
    by_hand = {name for name in sentences if name.startswith(("address.", "source.host_", "cell."))}
    assert set(sentences) - raised - by_hand == set()


def test_every_refusal_of_the_database_carries_a_code():
    for path in Path("db/sql").glob("*.sql"):
        for clause in re.findall(r"RAISE EXCEPTION [^;]*;", path.read_text(encoding="utf-8")):
            assert "CONSTRAINT = " in clause, f"{path.name}: {clause}"


def test_no_sentence_names_what_its_rule_does_not_tell():
    told = "".join(path.read_text(encoding="utf-8") for path in Path("db/sql").glob("*.sql"))
    for code, sentence in error_messages.SENTENCES.items():
        names = re.findall(r"%\((\w+)\)s", sentence._args[0])
        for clause in re.findall(rf"CONSTRAINT = [^;]*'{re.escape(code)}'[^;]*;", told):
            assert all(f"'{name}'" in clause for name in names), code


def test_a_code_of_another_version_is_one_clear_line(app):
    with app.test_request_context("/"):
        told = error_messages.said(Conflict("the moon is full", code="moon.full", values={"night": 3}))
        assert "moon.full" in told and "the moon is full" in told and "\n" not in told
        told = error_messages.said(Conflict("held", code="lease.held", values={"other": 1}))
        assert "lease.held" in told


def test_a_rule_of_the_database_is_told_by_code_and_values(conn):
    case, person = seeding.case(conn), seeding.user(conn, role="monitor")
    with pytest.raises(Conflict) as refused:
        db.desk.cases.act(conn, case_id=case, action="take", user_id=person.id, seen_version=7)
    assert (refused.value.code, refused.value.values) == (
        "case.moved",
        {"case": case, "version": 1, "seen": 7},
    )


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (sources.Source(name="a", title="A", home="http://127.0.0.1/", hosts=("127.0.0.1",)), "nội bộ"),
        (sources.Source(name="a", title="A", home="http://169.254.169.254/", hosts=("169.254.169.254",)), "không bao giờ"),
        (sources.Source(name="a", title="A", home="https://b.example/", hosts=("a.example",)), "không thuộc"),
        (sources.Source(name="a", title=" ", home="ftp://a.example/", hosts=("a.example",), port=99999), "Tên gọi"),
        (sources.Source(name="", title="A", home="https://", hosts=("a b", "c/d")), "tên ngắn"),
        (sources.Source(name="a", title="A", home="https://u:p@a.example/", hosts=("a.example",), delay=-1), "mật khẩu"),
        (Setting(name="x", value="abc", type="integer", section="s", title="t", title_en="t"), "số nguyên"),
        (Setting(name="x", value="3", type="integer", section="s", title="t", title_en="t", minimum=5), "khoảng cho phép"),
        (Setting(name="x", value="25:00", type="time", section="s", title="t", title_en="t"), "giờ"),
        (Setting(name="x", value="sun day", type="day", section="s", title="t", title_en="t"), "danh sách"),
        (Setting(name="x", value="maybe", type="boolean", section="s", title="t", title_en="t"), "yes"),
    ],
)  # fmt: skip
def test_what_the_catalogues_checks_say_has_vietnamese_words(app, conn, fault, words):
    kind = "sources" if isinstance(fault, sources.Source) else "settings"
    with pytest.raises(Invalid) as refused:
        rows.store(conn, Catalogue(**{kind: (fault,)}), actor="test", allow_private_hosts=False)
    with app.test_request_context("/"):
        told = error_messages.said(refused.value)
    assert words in told
    assert not ENGLISH.search(told), told


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
