"""The catalogue as rows: added and updated by key, refused as a whole, staff's own changes kept."""

from dataclasses import replace

import pytest

from db.catalogue import Catalogue, Setting, Source, Term, files, rows
from db.core.connection import Connection
from db.core.errors import Invalid, NotFound


def source(name: str = "bao-a", **changes: object) -> Source:
    values: dict[str, object] = {
        "name": name,
        "title": "Báo A",
        "home": f"https://{name}.vn/",
        "hosts": (f"{name}.vn",),
        "feeds": (f"https://{name}.vn/rss",),
    }
    return Source(**(values | changes))  # type: ignore[arg-type]


def store(conn: Connection, *sources: Source, allow_private_hosts: bool = False) -> rows.ImportCounts:
    return rows.store(conn, Catalogue(sources=sources), actor="test", allow_private_hosts=allow_private_hosts)


def test_the_shipped_catalogue_is_stored_and_read_back_whole(conn: Connection) -> None:
    shipped = files.shipped("laocai")
    counts = rows.store(conn, shipped, actor="test", allow_private_hosts=False)
    stored = rows.read(conn)
    assert set(stored.sources) == set(shipped.sources)
    assert set(stored.places) == set(shipped.places)
    assert set(stored.holidays) == set(shipped.holidays)
    assert counts.added == sum(counts.by_kind.values())


def test_storing_the_same_again_changes_nothing(conn: Connection) -> None:
    shipped = files.shipped("laocai")
    rows.store(conn, shipped, actor="test", allow_private_hosts=False)
    again = rows.store(conn, shipped, actor="test", allow_private_hosts=False)
    assert (again.added, again.updated) == (0, 0)


def test_a_source_without_status_is_enabled(conn: Connection) -> None:
    store(conn, source())
    assert [known.status for known in rows.sources(conn)] == ["enabled"]


def test_to_probe_never_undoes_what_staff_decided(conn: Connection) -> None:
    store(conn, source(status="enabled"))
    store(conn, source(status="to_probe", title="Báo A mới"))
    (known,) = rows.sources(conn)
    assert (known.title, known.status) == ("Báo A mới", "enabled")


def test_an_import_updates_by_name_and_leaves_the_rest_alone(conn: Connection) -> None:
    store(conn, source("bao-a"), source("bao-b"))
    counts = store(conn, source("bao-a", title="Khác"))
    assert (counts.added, counts.updated) == (0, 1)
    assert [known.title for known in rows.sources(conn)] == ["Khác", "Báo A"]


def test_an_address_left_out_is_retired_and_may_come_back(conn: Connection) -> None:
    store(conn, source(feeds=("https://bao-a.vn/1", "https://bao-a.vn/2")))
    store(conn, source(feeds=("https://bao-a.vn/2",)))
    assert rows.sources(conn)[0].feeds == ("https://bao-a.vn/2",)
    assert conn.execute("SELECT count(*) FROM source_addresses WHERE retired_at IS NOT NULL").fetchone() == (
        1,
    )
    store(conn, source(feeds=("https://bao-a.vn/1", "https://bao-a.vn/2")))
    assert set(rows.sources(conn)[0].feeds) == {"https://bao-a.vn/1", "https://bao-a.vn/2"}


def test_an_address_of_another_source_is_refused(conn: Connection) -> None:
    store(conn, source("bao-a"))
    thief = source("bao-b", hosts=("bao-a.vn", "bao-b.vn"), feeds=("https://bao-a.vn/rss",))
    with pytest.raises(Invalid, match="already belongs to source bao-a"):
        store(conn, thief)


def test_a_broken_row_keeps_the_whole_import_out(conn: Connection) -> None:
    with pytest.raises(Invalid):
        store(conn, source("bao-a"), source("bao-b", hosts=()))
    assert rows.sources(conn) == ()


def test_private_hosts_come_in_by_the_command_line_alone(conn: Connection) -> None:
    local = source(
        "local", home="http://127.0.2.1:9/", hosts=("127.0.2.1",), feeds=("http://127.0.2.1:9/rss",)
    )
    with pytest.raises(Invalid, match="private host"):
        store(conn, local)
    store(conn, local, allow_private_hosts=True)
    assert conn.execute("SELECT private_hosts FROM sources").fetchone() == (["127.0.2.1"],)


def test_only_new_keeps_what_staff_changed(conn: Connection) -> None:
    shipped = files.shipped("laocai")
    rows.store(conn, shipped, actor="test", allow_private_hosts=False)
    (window,) = [setting for setting in shipped.settings if setting.name == "events.window_days"]
    changed = Catalogue(settings=(replace(window, value="21"),))
    rows.store(conn, changed, actor="staff", allow_private_hosts=False)
    counts = rows.store(conn, shipped, actor="start", allow_private_hosts=False, only_new=True)
    assert (counts.added, counts.updated) == (0, 0)
    assert rows.number(conn, "events.window_days") == 21


def test_a_setting_nobody_stored_has_its_shipped_default(conn: Connection) -> None:
    assert rows.number(conn, "poll.floor_seconds") == 300
    assert rows.text(conn, "digest.draft_day") == "thu"
    assert rows.value(conn, "alerts.enabled") is False
    with pytest.raises(NotFound, match="no setting is called"):
        rows.value(conn, "no.such")


def test_a_setting_out_of_bounds_is_refused(conn: Connection) -> None:
    wrong = Setting(name="x", value="7", type="integer", section="s", title="t", title_en="t", maximum=5)
    with pytest.raises(Invalid, match="out of bounds"):
        rows.store(conn, Catalogue(settings=(wrong,)), actor="test", allow_private_hosts=False)


def test_an_import_leaves_a_line_in_the_audit(conn: Connection) -> None:
    term = Term(term="sạt lở", lang="vi", signal="harm")
    rows.store(conn, Catalogue(terms=(term,)), actor="an", allow_private_hosts=False)
    assert conn.execute(
        "SELECT actor, action, after->>'added' FROM audit ORDER BY id DESC LIMIT 1"
    ).fetchone() == (
        "an",
        "import",
        "1",
    )
    assert rows.entries(conn, "terms") == (term,)
