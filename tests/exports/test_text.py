"""The text for a person: width, colour, wording."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from boundkit.errors import Diagnostic, Exit
from boundkit.exports import export
from boundkit.report import FileReport, Report, Trial, assemble, place, report_node, report_theorem
from boundkit.verdicts import Finding, compose


def rendered(report: Report, **choices: object) -> str:
    return export("text", **choices).render(report)


def test_without_colour_the_text_is_ascii(standard: Report) -> None:
    """No escape sequence and no drawing character."""
    assert rendered(standard).isascii()
    assert "\x1b" not in rendered(standard)


def test_colour_changes_nothing_but_colour(standard: Report) -> None:
    """With the sequences taken away the text is the plain one, line ends aside."""
    coloured = rendered(standard, colour=True)
    assert "\x1b[" in coloured
    bare = re.sub(r"\x1b\[[0-9;]*m", "", coloured)
    assert [line.rstrip() for line in bare.splitlines()] == rendered(standard).splitlines()


@pytest.mark.parametrize("width", [40, 60, 100])
def test_lines_keep_to_the_width(standard: Report, width: int) -> None:
    """Excerpts of the source are shown as they stand."""
    report = replace(standard, diagnostics=())
    assert max(map(len, rendered(report, width=width).splitlines())) <= width


def test_a_narrow_terminal_still_shows_everything(standard: Report) -> None:
    """Below the least width lines are as wide as that."""
    assert rendered(standard, width=1) == rendered(standard, width=40)


def test_a_title_cannot_steer_the_terminal() -> None:
    """Control characters of a file are shown escaped."""
    verdicts = compose([Finding("c", "claim")])
    theorem = report_theorem("t", "red \x1b[31m alert", "", verdicts.values(), [])
    text = rendered(assemble([FileReport("a.thm", (theorem,))], [], 0))
    assert "\x1b" not in text
    assert "red \\x1b[31m alert" in text


def test_a_test_speaks_of_mass_under_its_model(standard: Report) -> None:
    """The wording is fixed: no violation is not truth."""
    text = " ".join(rendered(standard).split())
    assert (
        "no violation in N = 1000000 instances of model default (d <= 5, T <= 300), 12 undecided; with "
        "confidence 1-1e-6 violating instances have mass <= 1.4e-5 under that model"
    ) in text


@pytest.mark.parametrize(
    ("trial", "expected"),
    [
        (Trial("skipped", reason="nothing to count"), "testing skipped: nothing to count"),
        (
            Trial("undecided", "m", 0, 40, reason="no instance met `cvx`"),
            "no instance of model m was decided, 40 undecided: no instance met `cvx`",
        ),
        (Trial("failed", "m", 10, scope="n <= 3"), "violated in the test under model m (n <= 3)"),
        (Trial("passed", "m", 10), "no violation in N = 10 instances of model m"),
    ],
)
def test_every_outcome_has_a_sentence(trial: Trial, expected: str) -> None:
    """And says under which model."""
    verdicts = compose([Finding("c", "claim", frozenset({"open:c"}))])
    theorem = report_theorem("t", "", "", verdicts.values(), [report_node(verdicts["c"], test=trial)])
    text = rendered(assemble([FileReport("a.thm", (theorem,))], [], 0))
    assert expected in " ".join(text.split())


def test_an_announced_headline_is_marked(standard: Report) -> None:
    """So that a false statement kept on purpose does not look like a failure."""
    assert "factor 2 forgotten (as announced)" in rendered(standard)


def test_what_was_wanted_is_said(standard: Report) -> None:
    """The theorem, and the count at the end."""
    text = rendered(standard)
    assert "not as expected: PROVED was wanted" in text
    assert text.splitlines()[-1].startswith(
        "4 theorems in 2 files: 1 DERIVED, 1 TESTED, 1 VACUOUS, 1 VIOLATED"
    )
    assert text.splitlines()[-1].endswith("1 not as expected; 1 error")


def test_an_alarm_is_loud(alarm: Report) -> None:
    """At the theorem and in the last line."""
    text = rendered(alarm)
    assert "SOUNDNESS ALARM: both proved and exactly refuted: c" in text
    assert text.splitlines()[-1].endswith("SOUNDNESS ALARM")
    assert alarm.exit is Exit.ALARM


def test_messages_without_a_file_come_first() -> None:
    """An empty run says so in one line."""
    message = place(Diagnostic("E0901", "error", "`x.thm` does not exist"), None)
    assert rendered(assemble([], [message], 0)) == "error[E0901]: `x.thm` does not exist\n\n1 error\n"
    assert rendered(assemble([], [], 0)) == "no theorem\n"
