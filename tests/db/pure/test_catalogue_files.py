"""The catalogue as files: what is shipped is sound, what is written is read back, what is broken is named."""

import re
from pathlib import Path

import pytest

from db.catalogue import Catalogue, Place, Setting, Source, files, soundness
from db.catalogue.kinds import ENTRY_KINDS, over
from db.catalogue.sources import faults, kind_of_host
from db.core.errors import Invalid, NotFound


def source(**changes: object) -> Source:
    values: dict[str, object] = {
        "name": "bao-a",
        "title": "Báo A",
        "home": "https://a.vn/",
        "hosts": ("a.vn",),
    }
    return Source(**(values | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", files.names())
def test_every_shipped_catalogue_is_sound(name: str) -> None:
    whole = files.shipped(name)
    assert faults(whole.sources, allow_private_hosts=False) == []
    assert soundness.faults(whole, known=whole) == []


@pytest.mark.parametrize("name", files.names())
def test_writing_and_reading_back_changes_nothing(name: str, tmp_path: Path) -> None:
    whole = files.shipped(name)
    files.write(tmp_path, whole)
    assert files.load(tmp_path) == whole


@pytest.mark.parametrize("name", files.names())
def test_every_shipped_source_waits_to_be_probed_or_has_closed(name: str) -> None:
    whole = files.shipped(name)
    assert {source.status for source in whole.sources} <= {"to_probe", "paused"}
    assert {one.name for one in whole.sources if one.status == "paused"} <= {
        one.source for one in whole.changes
    }


def test_lao_cai_names_at_least_158_outlets_at_home_and_abroad() -> None:
    outlets = [source for source in files.shipped("laocai").sources if not source.searches]
    assert len(outlets) >= 158
    assert {source.scope for source in outlets} == {"domestic", "foreign"}


def test_no_deadline_is_confirmed_before_staff_have_done_so() -> None:
    assert not any(deadline.confirmed for deadline in files.shipped("laocai").deadlines)


def test_shipped_files_hold_no_empty_names_and_no_press_text() -> None:
    for path in files.SHIPPED.rglob("*"):
        if path.suffix not in (".csv", ".toml"):
            continue
        for line in path.read_text(encoding="utf-8").splitlines():
            # a row of facts, not paragraphs: no sentence run longer than a note could need
            assert len(re.findall(r"[.!?]\s+[A-ZĐÀ-Ỹ]", line)) < 8, (path.name, line[:80])
    whole = files.shipped("laocai")
    for kind in ENTRY_KINDS:
        assert all(kind.name(record).strip("/ ") for record in getattr(whole, kind.attribute))


def test_another_province_is_a_folder_over_the_same_national_rows() -> None:
    here, there = files.shipped("laocai"), files.shipped("tuyenquang")
    assert here.labels == there.labels
    assert here.terms[:1] == there.terms[:1] or not there.terms
    assert {place.id for place in here.places}.isdisjoint(place.id for place in there.places)


def test_an_upper_entry_stands_in_for_the_lower_one_with_its_key() -> None:
    def setting(value: str) -> Setting:
        return Setting(
            name="digest.place", value=value, type="text", section="digest", title="t", title_en="t"
        )

    whole = over(Catalogue(settings=(setting("lower"),)), Catalogue(settings=(setting("upper"),)))
    assert [entry.value for entry in whole.settings] == ["upper"]


def test_an_unknown_province_names_those_there_are() -> None:
    with pytest.raises(NotFound, match="laocai"):
        files.shipped("atlantis")


@pytest.mark.parametrize(
    "file, text, said",
    [
        ("labels.csv", "name,title\n", "labels.csv, row 1: column meaning is missing"),
        ("labels.csv", "name,colour\n", "labels.csv, row 1: unknown column 'colour'"),
        (
            "holidays.csv",
            "day,title,kind\n2025-02-30,Tết,solar\n",
            "holidays.csv, row 2, column day: '2025-02-30'",
        ),
        (
            "holidays.csv",
            "day,title,kind\n2025-02-03,Tết,cosmic\n",
            "row 2, column kind: 'cosmic' is not one of solar",
        ),
        ("holidays.csv", "day,title,kind\n2025-02-03,,solar\n", "row 2, column title: is empty"),
        ("holidays.csv", "day,title,kind\n2025-02-03,Tết\n", "row 2: has 2 cells where the head has 3"),
        (
            "holidays.csv",
            "day,title,kind\n2025-02-03,A,solar\n2025-02-03,B,solar\n",
            "row 3: '2025-02-03' stands in row 2 too",
        ),
        (
            "agencies.csv",
            "name,title,kind,valid_from,valid_to\na,A,x,2025-02-01,2025-01-01\n",
            "agencies.csv, row 2, column valid_to: 2025-01-01 lies before",
        ),
        ("sources.toml", "[[source]]\nname = ", "sources.toml: not valid TOML"),
        ("sources.toml", '[[source]]\nname = "a"\n', "sources.toml, source 1 (a), home: is missing"),
        (
            "sources.toml",
            '[[source]]\nname = "a"\nhome = "https://a.vn"\nhosts = "a.vn"\n',
            "source 1 (a), hosts: must be a list",
        ),
        (
            "sources.toml",
            '[[source]]\nname = "a"\nhome = "https://a.vn"\nhosts = ["a.vn"]\ndelay = "slow"\n',
            "source 1 (a), delay: 'slow' is not a number",
        ),
        (
            "sources.toml",
            '[[source]]\nname = "a"\nhome = "https://a.vn"\nhosts = ["a.vn"]\nfeed = []\n',
            "source 1 (a), feed: is not a key of a source",
        ),
        ("sources.toml", '[[sources]]\nname = "a"\n', "holds something else than [[source]] tables"),
    ],
)
def test_a_broken_row_is_named_with_file_row_and_column(
    tmp_path: Path, file: str, text: str, said: str
) -> None:
    (tmp_path / file).write_text(text, encoding="utf-8")
    with pytest.raises(Invalid) as refused:
        files.load(tmp_path)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_file_in_another_encoding_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "holidays.csv").write_bytes("day,title,kind\n2025-01-01,Tết,solar\n".encode("utf-16"))
    with pytest.raises(Invalid, match=r"holidays\.csv: is not UTF-8"):
        files.load(tmp_path)


def test_a_folder_without_catalogue_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="holds no catalogue file"):
        files.load(tmp_path)
    with pytest.raises(Invalid, match="is not a folder"):
        files.load(tmp_path / "nowhere")


def test_a_spreadsheet_s_byte_order_mark_and_decomposed_letters_are_read(tmp_path: Path) -> None:
    (tmp_path / "holidays.csv").write_text(
        "\ufeffday,title,kind\n2025-01-01,Tê\u0301t,solar\n", encoding="utf-8"
    )
    assert files.load(tmp_path).holidays[0].title == "Tết"


@pytest.mark.parametrize(
    "changes, said",
    [
        ({"hosts": ()}, "hosts: is empty"),
        ({"feeds": ("https://b.vn/rss",)}, "lies on b.vn, which is not among"),
        ({"feeds": ("file:///etc/passwd",)}, "only web addresses are read"),
        ({"feeds": ("https://u:p@a.vn/rss",)}, "holds a user name"),
        ({"hosts": ("a.vn", "https://a.vn")}, "is not a bare host name"),
        ({"hosts": ("a.vn", "169.254.169.254")}, "is never asked"),
        ({"hosts": ("a.vn", "metadata.google.internal")}, "is never asked"),
        ({"hosts": ("a.vn", "127.0.0.1")}, "is a private host; only 'kiemtin catalogue import FOLDER'"),
        ({"hosts": ("a.vn", "::ffff:169.254.1.1")}, "is never asked"),
        ({"port": 70000}, "is not a port number"),
        ({"delay": -1.0}, "is not between 0 and 3600"),
        ({"name": ""}, "is empty, padded"),
        ({"feeds": ("https://a.vn/1", "https://a.vn/1")}, "already belongs to this source"),
    ],
)
def test_an_unsound_source_is_named_with_the_mend(changes: dict[str, object], said: str) -> None:
    lines = [str(fault) for fault in faults([source(**changes)], allow_private_hosts=False)]
    assert any(said in line for line in lines), lines


def test_an_address_belongs_to_one_source_in_the_whole_catalogue() -> None:
    twins = [source(feeds=("https://a.vn/rss",)), source(name="bao-b", feeds=("https://a.vn/rss",))]
    assert "already belongs to source bao-a" in str(faults(twins, allow_private_hosts=False)[0])


def test_loopback_is_allowed_on_the_command_line_only() -> None:
    local = source(home="http://127.0.1.1:8800/", hosts=("127.0.1.1",), feeds=("http://127.0.1.1:8800/rss",))
    assert faults([local], allow_private_hosts=True) == []
    assert len(faults([local], allow_private_hosts=False)) == 1


@pytest.mark.parametrize(
    "host, kind",
    [
        ("baolaocai.vn", "public"),
        ("8.8.8.8", "public"),
        ("10.0.0.1", "private"),
        ("localhost", "private"),
        ("intranet", "private"),
        ("printer.local", "private"),
        ("[::1]", "private"),
        ("fd00:ec2::254", "never"),
        ("100.100.100.200", "never"),
        ("0.0.0.0", "never"),
        ("224.0.0.1", "never"),
    ],
)
def test_hosts_are_public_private_or_never_asked(host: str, kind: str) -> None:
    assert kind_of_host(host) == kind


def test_rows_that_name_something_unknown_are_told() -> None:
    lone = Catalogue(
        places=(Place(id="x", level="commune", kind="Xã", name="Xã X", bare="X", parent="gone"),)
    )
    assert [str(fault) for fault in soundness.faults(lone, known=lone)] == [
        "places.csv, x, parent: no place is called 'gone'; add it or remove the name"
    ]


@pytest.mark.parametrize(
    "kind, value, said",
    [
        ("integer", "3.5", "not a whole number"),
        ("integer", "99", "out of bounds"),
        ("boolean", "maybe", "neither yes nor no"),
        ("time", "25:00", "not a time of day"),
        ("day", "Thursday", "not one of mon"),
    ],
)
def test_a_setting_out_of_its_bounds_is_refused(kind: str, value: str, said: str) -> None:
    wrong = Setting(
        name="n", value=value, type=kind, section="s", title="t", title_en="t", minimum=0, maximum=9
    )  # type: ignore[arg-type]
    with pytest.raises(Invalid, match=said):
        soundness.value_of(wrong)


def test_every_setting_that_the_rooms_ask_for_is_shipped() -> None:
    root = files.SHIPPED.parent.parent
    known = {setting.name for setting in files.shipped("laocai").settings}
    asked = set()
    for room in ("db", "crawler", "classifier", "review_ui"):
        for path in (root / room).rglob("*.py"):
            code = path.read_text(encoding="utf-8")
            asked |= set(re.findall(r"""rows\.(?:value|number|text)\(\s*\w+,\s*["']([a-z_.]+)["']""", code))
            asked |= set(re.findall(r"""kind = 'setting' AND name = '([a-z_.]+)'""", code))
    assert asked - known == set()


def test_every_verdict_has_a_label_and_only_three_are_public() -> None:
    desk = (files.SHIPPED.parent / "migrations" / "0004_desk.sql").read_text(encoding="utf-8")
    found = re.search(r"code\s+text NOT NULL CHECK \(code IN \(([^)]*)\)\)", desk)
    assert found
    codes = set(re.findall(r"'(\w+)'", found[1]))
    labels = files.shipped("laocai").labels
    assert codes <= {label.name for label in labels}
    assert {label.name for label in labels if label.public} == {"fabricated", "partly_false", "authentic"}
