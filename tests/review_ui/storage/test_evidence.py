"""A pack says what was held; whatever is done to it afterwards is found and named."""

from __future__ import annotations

import hashlib
import json
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from evidence_packs import make, unzip, zipped

from db.core.connection import Connection
from db.core.errors import Invalid, NotFound
from review_ui.evidence import keys
from review_ui.evidence.export import kept
from review_ui.evidence.verify import sums, verify


def test_a_pack_is_whole_and_the_public_commands_of_the_guide_pass(
    conn: Connection, case_id: int, home: Path
) -> None:
    made = make(conn, case_id, home)
    assert made.missing == []
    path = home / "pack.zip"
    path.write_bytes(made.content)
    report = verify(path)
    assert report.faults == []
    assert report.fingerprint == keys.current(home).fingerprint
    files = unzip(made.content)
    assert sum(name.endswith("trang.wacz") for name in files) == 5
    folder = home / "unpacked"
    with zipfile.ZipFile(path) as file:
        file.extractall(folder)
    for command in (
        "sha256sum -c --strict SHA256SUMS",
        "openssl dgst -sha256 -verify khoa-cong-khai.pem -signature SHA256SUMS.sig SHA256SUMS",
        "diff <(cut -c67- SHA256SUMS | sort) <(find . -type f ! -name 'SHA256SUMS*' | cut -c3- | sort)",
    ):
        assert command in files["00-HUONG-DAN-KIEM-TRA.txt"].decode()
        done = subprocess.run(
            ["bash", "-c", command], cwd=folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_an_article_behind_two_redirects_keeps_every_hop(conn: Connection, case_id: int, home: Path) -> None:
    files = unzip(make(conn, case_id, home).content)
    record = next(
        json.loads(c)
        for name, c in files.items()
        if name.startswith("E03-") and name.endswith("capture.json")
    )
    assert [capture["status"] for capture in record["captures"]] == [301, 302, 200]


def test_a_second_pack_has_the_next_number_and_the_first_stays(
    conn: Connection, case_id: int, home: Path
) -> None:
    first, second = make(conn, case_id, home), make(conn, case_id, home)
    assert (first.number, second.number) == (1, 2)
    assert kept(conn, home=home, case_id=case_id, number=1) == first.content
    assert kept(conn, home=home, case_id=case_id, number=2) == second.content


def test_an_unknown_case_is_one_sentence(conn: Connection, home: Path) -> None:
    with pytest.raises(NotFound, match="no case 12345"):
        make(conn, 12345, home)


def test_a_capture_missing_or_damaged_on_disk_is_said_in_the_pack(
    conn: Connection, case_id: int, home: Path
) -> None:
    path = home / "captures" / "day.warc.gz"
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    made = make(conn, case_id, home)
    assert made.missing
    pack = home / "pack.zip"
    pack.write_bytes(made.content)
    assert verify(pack).faults == []
    path.unlink()
    assert len(make(conn, case_id, home).missing) == 8


# ── tampering ───────────────────────────────────────────────────────────────────────────────────────────────────────

Files = dict[str, bytes]


def first(files: Files, ending: str) -> str:
    return next(name for name in sorted(files) if name.endswith(ending))


def flip(name: str, place: float = 0.5) -> Callable[[Files, Files], None]:
    def change(files: Files, other: Files) -> None:
        found = first(files, name)
        content = bytearray(files[found])
        content[int(len(content) * place) - (place == 1)] ^= 1
        files[found] = bytes(content)

    return change


def remove(name: str) -> Callable[[Files, Files], None]:
    return lambda files, other: files.pop(first(files, name)) and None


def add(name: str) -> Callable[[Files, Files], None]:
    def change(files: Files, other: Files) -> None:
        files[name] = b"them vao"

    return change


def rename(name: str) -> Callable[[Files, Files], None]:
    def change(files: Files, other: Files) -> None:
        found = first(files, name)
        files[found + ".cu"] = files.pop(found)

    return change


def swap(name: str) -> Callable[[Files, Files], None]:
    def change(files: Files, other: Files) -> None:
        files[first(files, name)] = other[first(other, name)]

    return change


def resummed(inner: Callable[[Files, Files], None]) -> Callable[[Files, Files], None]:
    """Somebody who also writes the checksums anew, but has not the key."""

    def change(files: Files, other: Files) -> None:
        inner(files, other)
        files["SHA256SUMS"] = sums(files)

    return change


def edit_custody(edit: Callable[[dict], None]) -> Callable[[Files, Files], None]:
    def change(files: Files, other: Files) -> None:
        book = json.loads(files["nhat-ky.json"])
        edit(book)
        files["nhat-ky.json"] = json.dumps(book).encode()

    return change


TAMPERINGS = {
    **{f"a byte of {n} at {p:.0%}": flip(n, p) for n in ("trang.wacz", "01-bao-cao.docx", "capture.json", "van-ban.txt") for p in (0, 0.5, 1)},
    **{f"a byte of {n}": flip(n) for n in ("01-bao-cao.pdf", "manifest.json", "nhat-ky.json", "SHA256SUMS", "SHA256SUMS.sig", "khoa-cong-khai.pem", "00-HUONG-DAN-KIEM-TRA.txt")},
    **{f"{n} removed": remove(n) for n in ("trang.wacz", "manifest.json", "nhat-ky.json", "van-ban.txt", "SHA256SUMS.sig", "khoa-cong-khai.pem")},
    **{f"{n} added": add(n) for n in ("ghi-chu.txt", "E01/x.png", "khong-duoi", "E99-1/trang.wacz")},
    **{f"{n} renamed": rename(n) for n in ("trang.wacz", "01-bao-cao.docx")},
    **{f"{n} of another case": swap(n) for n in ("trang.wacz", "capture.json", "nhat-ky.json", "manifest.json", "SHA256SUMS", "SHA256SUMS.sig")},
    **{f"{n} of another case, checksums written anew": resummed(swap(n)) for n in ("trang.wacz", "nhat-ky.json", "manifest.json")},
    "an audit row changed": resummed(edit_custody(lambda b: b["rows"][0].update(actor="ai đó"))),
    "an audit row cut": resummed(edit_custody(lambda b: b["rows"].pop())),
    "audit rows reordered": resummed(edit_custody(lambda b: b["rows"].reverse())),
    "the chain cut": resummed(edit_custody(lambda b: b["links"].pop(1))),
}  # fmt: skip


def test_there_are_at_least_forty_tamperings() -> None:
    assert len(TAMPERINGS) >= 40


@pytest.fixture
def two_packs(conn: Connection, case_id: int, home: Path) -> tuple[Files, Files]:
    other = conn.execute(
        "INSERT INTO cases (title, event_id) SELECT 'Hồ sơ khác', NULL RETURNING id"
    ).fetchone()[0]
    claim = conn.execute(
        "INSERT INTO claims (case_id, body, created_by) SELECT %s, 'Điều khác', id FROM users WHERE name = 'lan' RETURNING id",
        [other],
    ).fetchone()[0]
    conn.execute(
        "INSERT INTO claim_articles (claim_id, article_id, relation) SELECT %s, id, 'asserts' FROM articles WHERE url LIKE '%%tin-4%%'",
        [claim],
    )
    conn.execute("SELECT note_in_audit('lan', 'verifier', 'note', %s)", [f"case:{other}"])
    return unzip(make(conn, case_id, home).content), unzip(make(conn, other, home).content)


def test_every_tampering_is_found_and_named(two_packs: tuple[Files, Files], tmp_path: Path) -> None:
    missed = []
    for name, change in TAMPERINGS.items():
        files = dict(two_packs[0])
        change(files, two_packs[1])
        try:
            faults = verify(zipped(tmp_path / "tampered.zip", files)).faults
        except Invalid as why:
            faults = [str(why)]
        if not faults or not all(faults):
            missed.append(name)
    assert missed == []


def test_a_custody_log_signed_anew_with_another_key_is_found_by_the_fingerprint_and_by_the_chain(
    two_packs: tuple[Files, Files], tmp_path: Path
) -> None:
    """The strongest forger re-signs everything with a key of their own."""
    (tmp_path / "forger").mkdir()
    forger = keys.current(tmp_path / "forger")
    honest = keys.fingerprint(two_packs[0]["khoa-cong-khai.pem"])
    for tampering in ("an audit row changed", "an audit row cut", "audit rows reordered", "the chain cut"):
        files = {name: c for name, c in two_packs[0].items() if not name.endswith("trang.wacz")}
        TAMPERINGS[tampering](files, two_packs[1])
        files["khoa-cong-khai.pem"] = forger.public_pem
        manifest = json.loads(files["manifest.json"])
        manifest["items"] = []
        manifest["files"] = [
            {"path": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            for name, content in files.items()
            if name not in ("manifest.json", "SHA256SUMS", "SHA256SUMS.sig")
        ]
        files["manifest.json"] = json.dumps(manifest).encode()
        files["SHA256SUMS"] = sums(files)
        files["SHA256SUMS.sig"] = forger.sign(files["SHA256SUMS"])
        path = zipped(tmp_path / "forged.zip", files)
        assert any("nhat-ky.json" in fault for fault in verify(path).faults), tampering
        assert "another key" in verify(path, expected_fingerprint=honest).faults[0]


def test_a_private_person_in_what_the_office_wrote_has_initials_and_the_chain_still_holds(
    conn: Connection, case_id: int, home: Path
) -> None:
    conn.execute(
        "SELECT note_in_audit('lan', 'verifier', 'note.return', %s, NULL, NULL, 'Bà Giàng Thị Mẩy, 52 tuổi, nói khác')",
        [f"case:{case_id}"],
    )
    conn.execute("UPDATE articles SET title = 'Bà Giàng Thị Mẩy kể lại' WHERE url LIKE '%%tin-3%%'")
    made = make(conn, case_id, home)
    files = unzip(made.content)
    assert not any("Giàng Thị Mẩy".encode() in c for n, c in files.items() if n.endswith((".json", ".txt")))
    book = json.loads(files["nhat-ky.json"])
    assert book["shortened"] == 1
    assert [row["reason"] for row in book["rows"] if row.get("shortened")] == ["Bà G.T.M., 52 tuổi, nói khác"]
    (home / "pack.zip").write_bytes(made.content)
    assert verify(home / "pack.zip").faults == []


# ── dangerous files ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["../ngoai.txt", "/etc/x", "a/../../b", "C:\\x", "a\\..\\b"])
def test_a_path_outside_the_pack_is_refused_and_nothing_is_written(tmp_path: Path, name: str) -> None:
    before = sorted(tmp_path.iterdir())
    path = zipped(tmp_path / "tricky.zip", {name: b"x"})
    with pytest.raises(Invalid, match="outside the pack"):
        verify(path)
    assert sorted(tmp_path.iterdir()) == sorted([*before, path])


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("SHA256SUMS", b"\0" * 50_000_000)
    with pytest.raises(Invalid, match="ZIP bomb"):
        verify(path)


def test_a_pack_of_a_newer_version_says_so(two_packs: tuple[Files, Files], tmp_path: Path) -> None:
    files = dict(two_packs[0])
    files["manifest.json"] = json.dumps({**json.loads(files["manifest.json"]), "format": 99}).encode()
    with pytest.raises(Invalid, match="newer kiemtin"):
        verify(zipped(tmp_path / "newer.zip", files))


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04broken"])
def test_a_file_that_is_no_zip_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.zip").write_bytes(content)
    with pytest.raises(Invalid, match="no whole ZIP"):
        verify(tmp_path / "x.zip")
