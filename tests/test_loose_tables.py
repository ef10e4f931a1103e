"""Looseness as text, Markdown and JSON."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from boundkit.cli import main
from boundkit.exports import export
from boundkit.loose_tables import Measured, as_markdown, as_text, growth_sentence
from boundkit.measured import ClaimLoss, Exponent, Growth, Looseness, Point, Share, StepLoss
from boundkit.report import FileReport, TheoremReport, assemble
from tests.test_report import LOOSE

TEXT = """\
a.thm
t  Title
  100 instances of model default (n <= 8), seed 0
  c: step `s` loses most: median 3 of the total 6, 61% of the loss
  relation  median  tightest  loosest  share of the loss; loosest at
  s              3         1        9  c 61%; at n = 8
  same           1         1        1  an equality
  c              6         2      inf  c 39%
  c along n = 1..16: left n^-1.00 [-1.10, -0.90], claimed n^(-1/2), right n^-0.50 [-0.50, -0.50];
    right/left from 2.5 to 10
  c: below 1 exactly for n >= 84 at d = 10 (proved)
  c attained (exact): 1 = 1 with n = 1

1 theorem: 1 with a step that loses most
"""


def test_the_text_names_the_step_that_loses_most_with_its_figures() -> None:
    assert as_text([Measured("a.thm", "t", "Title", LOOSE)]) == TEXT


def test_a_hypothesis_that_is_not_used_up_is_no_step() -> None:
    steps = (StepLoss("h", "hypothesis", "factor", 50, 8.0), StepLoss("c", "claim", "factor", 50, 16.0))
    claim = ClaimLoss("c", 50, 16.0, (Share("h", 8.0, 0.75), Share("c", 2.0, 0.25)))
    text = as_text([Measured("a.thm", "t", "", replace(LOOSE, steps=steps, claims=(claim,), growth=()))])
    said = " ".join(text.split())
    assert "c: the conclusion loses most: median 2 of the total 16, 25% of the loss;" in said
    assert "more goes with a hypothesis that is not used up: `h` 75%" in said


def test_a_proof_that_cannot_be_measured_says_why() -> None:
    one = Measured("a.thm", "t", "", Looseness(reason="no family gives values of `f`"))
    assert "  not measured: no family gives values of `f`\n" in as_text([one])
    assert "Not measured: no family gives values of `f`." in as_markdown([one])


def test_nothing_in_a_name_or_title_ends_a_cell_or_a_line() -> None:
    """Signs that mean something to a terminal, to HTML or to a table."""
    hostile = Measured("a|b.thm", "t", "<b>|`x`\x1b[31m\n# no", Looseness(reason="<i>|"))
    assert "\x1b" not in as_text([hostile])
    page = as_markdown([hostile])
    assert re.findall(r"(?<!\\)<", page) == []
    (row,) = (line for line in page.splitlines() if line.startswith("| ["))
    assert row.replace("\\|", "").count("|") == 7
    assert not any(line.startswith("# no") for line in page.splitlines())


def test_the_report_as_markdown_says_what_was_measured() -> None:
    theorem = TheoremReport("t", "", "PROVED", "", True, looseness=LOOSE)
    text = export("markdown").render(assemble([FileReport("a.thm", (theorem,))], [], 0))
    assert "### Looseness" in text
    assert "| s | 3 | 1 | 9 | c 61% |" in text


@pytest.mark.parametrize("format", ["text", "json", "markdown"])
def test_the_command_prints_the_same_each_time(
    format: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "t.thm").write_text(
        "theorem t let x : Real > 0 claim c: x <= 8*x step a: x <= 2*x by algebra "
        "conclude c by algebra from a end"
    )
    monkeypatch.chdir(tmp_path)
    said = []
    for _ in range(2):
        assert main(["looseness", "t.thm", "--format", format]) == 0
        said.append(capsys.readouterr().out)
    assert said[0] == said[1]
    if format == "json":
        found = json.loads(said[0])["theorems"][0]["looseness"]
        assert {part["name"]: round(part["share"], 6) for part in found["claims"][0]["parts"]} == {
            "a": 0.333333,
            "c": 0.666667,
        }
    else:
        assert "67%" in said[0]


def test_a_file_that_cannot_be_read_is_told_with_exit_status_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "t.thm").write_text("theorem t claim c: x <= end")
    assert main(["looseness", str(tmp_path)]) == 2
    assert "error[E" in capsys.readouterr().err


def growth_of(*factors: float) -> Growth:
    """Growth of a claim up to a constant with these median ratios at sizes 1, 4, 16, ..."""
    slope = Exponent(1.0, 1.0, 1.0)
    points = tuple(Point(4**k, 50, (1.0, 1.0, 1.0), one, one) for k, one in enumerate(factors))
    return Growth("c", "n", points, slope, slope, "1", True)


def test_a_constant_that_grows_with_every_size_is_none() -> None:
    assert "to 64: none is in sight" in growth_sentence(growth_of(1, 1 / 4, 1 / 16, 1 / 64))


def test_a_constant_that_settles_is_named() -> None:
    assert "the constant 4 is enough" in growth_sentence(growth_of(1 / 4, 1 / 3, 1 / 2.5, 1 / 2.4))
