"""What a notebook shows of theorems, steps, verdicts and reports."""

from __future__ import annotations

from pathlib import Path

import boundkit
from boundkit.notebook import mimebundle

TEXT = """theorem square "A square is not negative"
  let x, eta : Real
  assume small: x <= eta
  claim c: (x - eta)^2/2 >= 0
  conclude c by algebra
end
"""


def test_everything_shows_its_formulas(tmp_path: Path) -> None:
    """A theorem, a step, a verdict and a report each have a plain text and one with formulas."""
    path = tmp_path / "square.thm"
    path.write_text(TEXT)
    report = boundkit.check(path, samples=100)
    (theorem,) = boundkit.load(path)
    shown = report._repr_mimebundle_()
    assert r"\frac{(x - \eta)^2}{2} \ge 0" in shown["text/markdown"]
    assert "PROVED" in shown["text/plain"]
    statement = mimebundle(theorem.statements[0])
    assert statement["text/latex"] == r"$\displaystyle 0 \le \frac{(x - \eta)^2}{2}$"
    assert statement["text/plain"] == "c: 0 ≤ (x − η)²/2"
    assert r"- `small`: $x \le \eta$" in mimebundle(theorem)["text/markdown"]
    node = mimebundle(report.theorems[0].nodes[0])
    assert node["text/plain"].startswith("c: PROVED (by algebra")
    assert "square" in mimebundle(report.theorems[0])["text/plain"]


def test_a_goal_has_a_verdict_to_show() -> None:
    """`boundkit.prove` gives one."""
    verdict = boundkit.prove("x^2 + 1 >= 2*x", let=["x : Real"])
    assert verdict._repr_mimebundle_()["text/markdown"].startswith("`goal`: **PROVED**")
