"""What each hypothesis is for: needed with an instance, unused since all is proved without it, or unknown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from boundkit.cli import main
from boundkit.conditions import conditions
from boundkit.errors import Exit
from boundkit.options import Options
from boundkit.pipeline import check_paths
from boundkit.report import ConditionReport
from boundkit.source import Source
from boundkit.suggest import suggest_for
from boundkit.syntax.parse import parse
from boundkit.syntax.tree import TheoremTree
from boundkit.weigh import weigh_paths

FACTOR = """theorem factor
  let c : Real >= 0
  let x, y : Real
  let n : Nat >= 1
  assume order: x <= y
  assume small: x <= 3
  claim bound: c*x/n <= c*y/n
  conclude bound by algebra from order, small
  verdict PROVED
end
"""
QUICK = Options(samples=500)


def weighed(text: str) -> dict[str, ConditionReport]:
    """What is found of the theorem of a file with this text, by condition."""
    Path("a.thm").write_text(text, encoding="utf-8")
    (theorem,) = weigh_paths(check_paths(["a.thm"], QUICK), QUICK).theorems
    return {one.condition: one for one in theorem.conditions or ()}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder that paths are relative to."""
    monkeypatch.chdir(tmp_path)


def test_a_hypothesis_is_needed_or_unused() -> None:
    """Without the sign or the order the claim fails; without n >= 1 it is undefined; the rest is spare."""
    found = weighed(FACTOR)
    assert {text: one.outcome for text, one in found.items()} == {
        "c >= 0": "needed", "n >= 1": "needed", "x <= y": "needed", "x <= 3": "unused",
    }  # fmt: skip
    sign, size = found["c >= 0"].witness, found["n >= 1"].witness
    assert sign is not None and size is not None
    assert dict(sign.values)["c"].startswith("-") and dict(size.values)["n"] == "0"
    assert found["n >= 1"].reason == "the claim is undefined there" and not found["c >= 0"].reason


def test_a_spare_hypothesis_is_suggested_for_deletion() -> None:
    """Where nobody asked for hypotheses, by the certificates alone; no proof names it then."""
    text = FACTOR.replace("c*x/n <= c*y/n", "2*x*y <= x^2 + y^2").replace(" from order, small", " from small")
    text = text.replace("  let c : Real >= 0\n", "").replace("  let n : Nat >= 1\n", "")
    Path("a.thm").write_text(text.replace("  assume order: x <= y\n", ""), encoding="utf-8")
    first = (suggest_for(check_paths(["a.thm"], QUICK), QUICK).suggestions or ())[0]
    assert (first.label, first.headline, first.certain) == ("small", "PROVED", True)
    assert "-  assume small: x <= 3\n" in first.diff and "+  conclude bound by algebra\n" in first.diff


@pytest.mark.slow
def test_nothing_is_unused_where_a_citation_is_believed() -> None:
    """A citation says its goal under all that is assumed, so nobody knows what it rests on."""
    cited = FACTOR.replace("by algebra from order, small", 'by cite "A book" from order').replace(
        "PROVED", "DERIVED"
    )
    found = weighed(cited)
    assert found["x <= 3"].outcome == "unknown" and "citation" in found["x <= 3"].reason
    assert found["x <= y"].outcome == "needed"


def test_of_a_false_theorem_it_is_not_asked() -> None:
    assert weighed(FACTOR.replace("PROVED", "VIOLATED").replace("c*y/n", "c*y/n - 1")) == {}


@pytest.mark.slow
def test_hypotheses_are_printed_and_one_more_key_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    text = "theorem root\n  let x : Real >= 1\n  claim bound: 1 <= x^2\n  conclude bound by algebra\nend\n"
    Path("a.thm").write_text(text, encoding="utf-8")
    assert main(["check", "a.thm", "--hypotheses", "--samples", "500"]) == Exit.AS_EXPECTED
    assert "x.range  x >= 1  needed: at x = 0: 1 > 0" in capsys.readouterr().out
    main(["check", "a.thm", "--hypotheses", "--format", "json", "--samples", "500"])
    (one,) = json.loads(capsys.readouterr().out)["files"][0]["theorems"][0]["hypotheses"]
    assert (one["label"], one["outcome"], one["witness"]["values"]) == ("x.range", "needed", {"x": "0"})
    main(["check", "a.thm", "--format", "json", "--samples", "500"])
    assert "hypotheses" not in json.loads(capsys.readouterr().out)["files"][0]["theorems"][0]


def test_the_option_goes_with_text_and_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", ".", "--hypotheses", "--format", "latex"]) == Exit.MALFORMED
    assert "--hypotheses" in capsys.readouterr().err


def test_the_conditions_of_a_theorem_are_its_hypotheses_and_the_ends_of_its_ranges() -> None:
    """A chain and a conjunction count member by member; a sort, and that a Nat is not negative, are none."""
    text = """theorem a
  let k, m : Nat in 0..9
  let d : Real in (0, 1]
  let f : X -> Real in [0, d]
  assume h: 0 < k < m and d < 1/2
  claim c: d <= 1 by algebra from h
end
"""
    (written,) = parse(Source("a.thm", text))[0].items
    assert isinstance(written, TheoremTree)
    assert [(one.label, one.text) for one in conditions(written)] == [
        ("k.range", "k <= 9"), ("m.range", "m <= 9"), ("d.range", "d > 0"), ("d.range", "d <= 1"),
        ("f.range", "values of f >= 0"), ("f.range", "values of f <= d"),
        ("h", "0 < k"), ("h", "k < m"), ("h", "d < 1/2"),
    ]  # fmt: skip
