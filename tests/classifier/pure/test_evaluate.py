"""Gold files are read strictly; figures appear for the labels that are present."""

import json
from typing import Any

import pytest

from classifier.judging.judge import Judge
from classifier.learning import evaluation
from db.core.errors import Invalid


def line(**fields: Any) -> str:
    return json.dumps({"id": "1", "title": "Lật xe ở Sa Pa", "text": "Ba người tử vong"} | fields)


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ("{", "line 2: not valid JSON"),
        (line(id="2"), "line 2: carries no label"),
        (
            line(id="2", tone="sour"),
            "line 2: tone 'sour' is not known; write one of negative, neutral_positive",
        ),
        (line(id="2", neg_kind="weather"), "line 2: neg_kind"),
        (line(id="2", target="yes"), "line 2: target 'yes' is not known"),
        (line(id="1", tone="negative"), "line 2: id '1' stands in line 1 too"),
        (line(id="2", tone="negative", group=["a"]), "line 2: group"),
        (json.dumps({"title": "x", "tone": "negative"}), "line 2: id is missing"),
    ],
)
def test_a_broken_gold_line_is_named(bad: str, said: str) -> None:
    with pytest.raises(Invalid, match="^" + said.replace("'", ".").split("(")[0]):
        evaluation.read_gold([line(tone="negative"), bad])


def test_an_empty_gold_file_is_refused() -> None:
    with pytest.raises(Invalid, match="holds no items"):
        evaluation.read_gold(["", "\n"])


def test_each_signal_with_labels_gets_its_figures(judge: Judge) -> None:
    lines = [
        line(id="a", tone="negative", neg_kind="accident", relevance="core", target=True, group="s1"),
        line(id="b", title="Lễ hội ở Sa Pa", text="Du khách vui", tone="neutral_positive", neg_kind=None,
             relevance="core", target=False, group="s2"),
        line(id="c", title="Dân Bát Xát, Lào Cai kêu cứu", text="Bức xúc vì ô nhiễm", tone="negative", neg_kind="complaint",
             relevance="core", target=True, group="s3"),
        line(id="d", title="Yên bình một góc phố", text="Hội An", relevance="none", tone="neutral_positive",
             neg_kind=None, target=False),
    ]  # fmt: skip
    report = evaluation.evaluate(evaluation.read_gold(lines), judge)
    assert report["harm"]["auc"][0] == 1
    assert report["criticism"]["recall"][0] == 1
    assert report["target"]["average_precision"][0] == 1
    assert report["relevance_core"]["n"] == 4
    assert "events" not in report
    json.dumps(report)
