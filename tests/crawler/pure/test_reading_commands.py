"""kiemtin extract and kiemtin feed as people and scripts call them."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawler.cli.extract import extract, feed
from db.core.errors import Invalid

FROZEN = Path(__file__).parent.parent / "pages" / "joomla_microdata.html"
URL = "http://bao.example/bai-4001.html"


def test_a_page_becomes_one_record() -> None:
    answer = CliRunner().invoke(extract, [str(FROZEN), "--url", URL])
    record = json.loads(answer.stdout)
    assert answer.exit_code == 0
    assert record["url"] == URL
    assert record["text"].startswith(record["lead"])


def test_a_batch_answers_line_by_line_in_order(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_bytes(FROZEN.read_bytes())
    (tmp_path / "no.pdf").write_bytes(b"%PDF-1.4")
    lines = [
        f'{{"path":"page.html","url":"{URL}"}}',
        '{"path":"no.pdf","url":"x"}',
        '{"path":"missing.html","url":"x"}',
        "nonsense",
        '{"path":"page.html"}',
    ]
    (tmp_path / "list.jsonl").write_text("\n".join(lines))
    answer = CliRunner().invoke(extract, ["--batch", str(tmp_path / "list.jsonl")])
    found = [json.loads(line) for line in answer.stdout.splitlines()]
    assert answer.exit_code == 0
    assert found[0]["url"] == URL
    assert "no HTML" in found[1]["error"]
    assert found[2] == {
        "path": "missing.html",
        "error": "missing.html cannot be read: no such file or directory.",
    }
    assert found[3] == {"path": None, "error": 'Line 4 of the list is no {"path", "url"} object.'}
    assert found[4]["path"] == "page.html"


@pytest.mark.parametrize("content", [b"%PDF-1.4", b"", b"\x00\x01"])
def test_a_file_that_is_no_html_is_one_clear_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    answer = CliRunner().invoke(extract, [str(path), "--url", URL])
    assert isinstance(answer.exception, Invalid)
    assert str(answer.exception) == f"{path} is no HTML page."


def test_a_missing_list_and_a_missing_url_say_so(tmp_path: Path) -> None:
    assert isinstance(CliRunner().invoke(extract, ["--batch", str(tmp_path / "none")]).exception, Invalid)
    assert CliRunner().invoke(extract, [str(FROZEN)]).exit_code == 2
    assert CliRunner().invoke(extract, []).exit_code == 2


def test_a_feed_becomes_json_lines(tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    path.write_text(
        f"<rss><channel><item><title>Nậm Thử</title><link>{URL}</link></item></channel></rss>",
        encoding="utf-8",
    )
    answer = CliRunner().invoke(feed, [str(path), "--url", "http://bao.example/rss"])
    assert json.loads(answer.stdout)["title"] == "Nậm Thử"


def test_a_page_instead_of_a_feed_names_the_feeds_in_it(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(
        '<html><head><link rel="alternate" type="application/rss+xml" href="/rss.xml"></head><body>x</body></html>'
    )
    error = CliRunner().invoke(feed, [str(path), "--url", "http://bao.example/"]).exception
    assert isinstance(error, Invalid)
    assert "http://bao.example/rss.xml" in str(error)


def test_the_zone_of_a_source_is_told_on_the_line_or_in_the_list(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    text = (
        "<p>"
        + "The bridge over the stream was opened after eight months of work by the villagers. " * 5
        + "</p>"
    )
    page.write_text(
        f"<html lang=en><body><h1>A bridge opens</h1><span class=time>27/11/2025 14:05</span>{text}</body></html>"
    )
    asked = [str(page), "--url", "https://news.example.com/a"]
    given = CliRunner().invoke(extract, [*asked, "--zone", "Asia/Tokyo"])
    assert json.loads(given.stdout)["published_at"] == "2025-11-27T14:05:00+09:00"
    wrong = CliRunner().invoke(extract, [*asked, "--zone", "Mars/Olympus"])
    assert isinstance(wrong.exception, Invalid) and "Mars/Olympus" in str(wrong.exception)
    rows = [
        {"path": str(page), "url": "https://x.example/a", "zone": z}
        for z in ("Asia/Tokyo", "+02:00", 7, "Mars")
    ]
    (tmp_path / "list.jsonl").write_text("\n".join(map(json.dumps, rows)))
    found = [
        json.loads(x)
        for x in CliRunner().invoke(extract, ["--batch", str(tmp_path / "list.jsonl")]).stdout.splitlines()
    ]
    assert [f.get("published_at") for f in found[:2]] == [
        "2025-11-27T14:05:00+09:00",
        "2025-11-27T14:05:00+02:00",
    ]
    assert "zone" in found[2]["error"] and "zone" in found[3]["error"]
