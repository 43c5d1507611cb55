"""judge and evaluate on the command line, without a database: rules alone, clear refusals."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from classifier.cli.judge import evaluate, judge
from db.core.errors import Invalid

ITEM = {"id": "1", "title": "Lật xe khách ở Sa Pa, 3 người tử vong", "text": "Xe mất phanh.", "lang": "vi"}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KIEMTIN_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("KIEMTIN_DATABASE_URL", raising=False)
    return tmp_path


def run(command: object, *arguments: str, given: str | None = None) -> Result:
    return CliRunner().invoke(command, arguments, input=given, catch_exceptions=True)  # type: ignore[arg-type]


def test_judging_needs_no_database_and_leaves_none(home: Path) -> None:
    file = home / "items.jsonl"
    file.write_text(
        "\n".join(json.dumps(ITEM | {"id": str(number)}) for number in range(3)), encoding="utf-8"
    )
    told = run(judge, str(file))
    assert [json.loads(line)["id"] for line in told.output.splitlines()] == ["0", "1", "2"]
    assert json.loads(told.output.splitlines()[0])["model"] == "rules"
    assert not (home / "home" / "postgres").exists()


def test_a_packed_file_and_standard_input_are_read_too(home: Path) -> None:
    packed = home / "items.jsonl.gz"
    packed.write_bytes(gzip.compress(json.dumps(ITEM).encode()))
    assert run(judge, str(packed)).output == run(judge, "-", given=json.dumps(ITEM)).output


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{broken", "line 2: not valid JSON"),
        ("[1]", "line 2: not a JSON object"),
        ('{"title": "x", "text": "y"}', "line 2: id is missing"),
        ('{"id": "a"}', "line 2: neither title nor text"),
        ('{"id": "a", "title": 5, "text": "y"}', "line 2: title is no text"),
    ],
)
def test_a_line_that_cannot_be_judged_is_named(home: Path, line: str, said: str) -> None:
    told = run(judge, "-", given=json.dumps(ITEM) + "\n" + line)
    assert isinstance(told.exception, Invalid)
    assert str(told.exception).startswith(said)


@pytest.mark.parametrize(("content", "said"), [(b"\xff\xfe\x00", "is not UTF-8"), (None, "cannot be read")])
def test_a_file_that_cannot_be_read_is_said_in_one_sentence(
    home: Path, content: bytes | None, said: str
) -> None:
    file = home / "items.jsonl"
    if content is not None:
        file.write_bytes(content)
    told = run(judge, str(file))
    assert isinstance(told.exception, Invalid)
    assert said in str(told.exception)


@pytest.mark.parametrize(
    "text",
    ["", "Mưa " * 300_000, "LŨ QUÉT Ở SA PA", "Sạt lở 滑坡 оползень ດິນເຈື່ອນ 산사태", "\u202e\u0000\ud800 a"],
)
def test_odd_texts_are_judged(home: Path, text: str) -> None:
    told = run(judge, "-", given=json.dumps(ITEM | {"text": text}))
    assert told.exception is None
    assert json.loads(told.output)["harm"]["band"] in ("low", "medium", "high")


def test_evaluate_prints_figures_for_people_and_machines(home: Path) -> None:
    gold = json.dumps(
        ITEM | {"tone": "negative", "neg_kind": "accident", "relevance": "core", "target": True}
    )
    assert "harm" in run(evaluate, "-", given=gold).output
    assert json.loads(run(evaluate, "-", "--json", given=gold).output)["harm"]["recall"][0] == 1
