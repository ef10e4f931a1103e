"""Suggestions: what survives is shown with how sure it is, and applied only on request and as announced."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from boundkit.applying import apply, merged
from boundkit.cli import main
from boundkit.errors import BoundkitError, Exit
from boundkit.options import Options
from boundkit.pipeline import check_paths
from boundkit.report import Suggestion
from boundkit.suggest import suggest_paths
from boundkit.verdicts import Headline

LOGARITHM = """theorem logarithm "A rational lower bound"  # kept
  let x : Real > -1
  claim bound: ln(1 + x) >= 2*x/(2 + x)  # kept too
end
"""
STRICT = """theorem strict
  let x, y : Real
  claim bound: 2*x*y < x^2 + y^2
  conclude bound by algebra
end
"""
TRUE = """theorem fine
  let x : Real
  claim bound: 0 <= x^2
  conclude bound by algebra
end
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that paths are relative to."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def suggested(text: str, name: str = "a.thm") -> Sequence[Suggestion]:
    """The suggestions for a file with this text."""
    Path(name).write_text(text, encoding="utf-8")
    return suggest_paths([name], Options()).suggestions or ()


@pytest.mark.slow
def test_a_missing_side_condition_is_found_and_proved(folder: Path) -> None:
    """The condition goes into the declaration, and the claim gets the rule that proves it."""
    first = suggested(LOGARITHM)[0]
    assert (first.kind, first.headline, first.certain) == ("side_condition", "PROVED", True)
    assert "-  let x : Real > -1\n+  let x : Real >= 0\n" in first.diff
    assert first.after.endswith("conclude bound by algebra\nend\n")
    assert "# kept\n" in first.after and "# kept too\n" in first.after


def test_a_relation_that_is_not_strict_is_the_smallest_repair_of_an_equality(folder: Path) -> None:
    first = suggested(STRICT)[0]
    assert (first.kind, first.headline) == ("strictness", "PROVED")
    assert first.after == STRICT.replace("<", "<=")


def test_nothing_is_suggested_for_what_holds(folder: Path) -> None:
    assert suggested(TRUE) == ()


@pytest.mark.slow
def test_that_nothing_is_suggested_is_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A hypothesis that leaves only the point where both sides are equal is no repair."""
    text = """theorem entropy
  let x : Real
  assume positive: x >= 0
  claim bound: (1 + x)*ln(1 + x) - x >= x^2/2
  conclude bound by algebra from positive
end
"""
    Path("a.thm").write_text(text, encoding="utf-8")
    assert main(["check", "a.thm", "--suggest", "--samples", "2000"]) == Exit.NOT_AS_EXPECTED
    assert "no suggestion for entropy: no small change" in " ".join(capsys.readouterr().out.split())


@pytest.mark.slow
def test_a_conjecture_says_that_it_is_one(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Hoeffding's inequality for both sides needs a factor 2, which no rule proves at once."""
    text = """theorem tail
  let n : Nat >= 1
  let t : Real > 0
  let D : Dist[[0, 1]]
  draw X ~ D^n
  define dev := (1/n) * sum_{i=1..n} X[i] - E_{x ~ D}[x]
  claim tail: Pr[|dev| >= t] <= exp(-2*n*t^2)
end
"""
    Path("a.thm").write_text(text, encoding="utf-8")
    assert main(["check", "a.thm", "--suggest", "--samples", "2000"]) == Exit.NOT_AS_EXPECTED
    out = capsys.readouterr().out
    assert "a conjecture: it survived the attack" in out
    assert "+  claim tail: Pr[|dev| >= t] <= 2*exp(-2*n*t^2)" in out
    assert Path("a.thm").read_text(encoding="utf-8") == text


@pytest.mark.slow
def test_applying_writes_what_is_then_found(folder: Path) -> None:
    """Two theorems of one file at once; what holds, and what announces that it is false, stay as they are."""
    announced = STRICT.replace("strict", "known").replace("end", "  verdict VIOLATED\nend")
    Path("a.thm").write_text(LOGARITHM + STRICT + TRUE + announced, encoding="utf-8")
    report = suggest_paths(["a.thm"], Options())
    written = [what for _, what in apply(report, Options())]
    assert [what.partition(",")[0] for what in written] == ["logarithm.bound", "strict.bound"]
    assert Path("a.thm").read_text(encoding="utf-8").endswith(TRUE + announced)
    found = check_paths(["a.thm"], Options()).theorems
    assert [t.headline for t in found] == ["PROVED", "PROVED", "PROVED", "VIOLATED"]


@pytest.mark.slow
def test_a_loose_constant_becomes_the_sharpest_simple_one_that_is_proved(folder: Path) -> None:
    """An eighth is refuted, a fourth is attained."""
    text = TRUE.replace("0 <= x^2", "x*(1 - x) <= 1")
    (first,) = suggested(text)
    assert (first.kind, first.headline) == ("constant", "PROVED")
    assert first.after == text.replace("<= 1", "<= 1/4")


def test_a_file_that_changed_in_between_is_left_alone(folder: Path) -> None:
    report = suggest_paths([_written("a.thm", STRICT)], Options())
    Path("a.thm").write_text(STRICT + "# more\n", encoding="utf-8")
    with pytest.raises(BoundkitError) as caught:
        list(apply(report, Options()))
    assert caught.value.diagnostic.code == "E0911"
    assert Path("a.thm").read_text(encoding="utf-8") == STRICT + "# more\n"


@pytest.mark.slow
def test_what_a_check_does_not_confirm_is_taken_back(folder: Path) -> None:
    """A suggestion that announces too much leaves the file and its certificates as they were."""
    from dataclasses import replace

    report = suggest_paths([_written("a.thm", STRICT)], Options())
    (first,) = (report.suggestions or ())[:1]
    wrong = replace(first, after=STRICT.replace("x^2", "x^3"))
    with pytest.raises(BoundkitError) as caught:
        list(apply(replace(report, suggestions=(wrong,)), Options()))
    assert caught.value.diagnostic.code == "E0912"
    assert Path("a.thm").read_text(encoding="utf-8") == STRICT


@pytest.mark.slow
def test_suggestions_are_one_more_key_of_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _written("a.thm", STRICT)
    main(["check", "a.thm", "--suggest", "--format", "json"])
    (first, *_) = json.loads(capsys.readouterr().out)["suggestions"]
    assert (first["node"], first["headline"], first["conjecture"]) == ("bound", "PROVED", False)
    main(["check", "a.thm", "--format", "json"])
    assert "suggestions" not in json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("flags", [("--apply",), ("--suggest", "--format", "latex")])
def test_flags_that_make_no_sense_together_are_refused(
    folder: Path, flags: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", _written("a.thm", TRUE), *flags]) == Exit.MALFORMED
    assert flags[0] in capsys.readouterr().err


def test_edits_of_several_theorems_are_put_together() -> None:
    assert merged("a\nb\nc\n", ["A\nb\nc\n", "a\nb\nC\nd\n"]) == "A\nb\nC\nd\n"


def _written(name: str, text: str) -> str:
    Path(name).write_text(text, encoding="utf-8")
    return name


def test_a_certain_suggestion_is_one_that_the_kernel_accepts() -> None:
    one = Suggestion("a", "t", "c", "constant", "", "PROVED", "", "")
    sure = [h for h in Headline if Suggestion("a", "t", "c", "", "", h.value, "", "").certain]
    assert one.certain and sure == [Headline.DERIVED, Headline.PROVED]
