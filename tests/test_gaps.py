"""What a gap proposes: an edit that adds a premise, and never one that is listed already."""

from __future__ import annotations

from pathlib import Path

import pytest

import boundkit

MASSART = """
theorem t
  let n, N : Nat >= 1     let A : FiniteSet[Vector[n]]     let r : Real > 0
  draw sigma ~ Rademacher^n
  assume radius: forall a in A, ||a||{power} <= r
  assume number: card(A) <= N
  claim c: E[max_{{a in A}} <sigma, a>] <= r*sqrt(2*ln(N))
  conclude c by massart from {premises}
end
"""


@pytest.mark.parametrize(
    ("power", "premises", "help"),
    [
        ("", "number", "`by massart from number, radius`"),
        ("^2", "radius, number", "state `forall a in A, ||a|| <= r` as a hypothesis"),
    ],
)
def test_the_edit_adds_what_is_not_listed(tmp_path: Path, power: str, premises: str, help: str) -> None:
    """The premise that is missing, or a hypothesis to state where no other one is left."""
    path = tmp_path / "t.thm"
    path.write_text(MASSART.format(power=power, premises=premises), encoding="utf-8")
    report = boundkit.check(path, seed=1, samples=2_000)
    (gap,) = [message for message in report.diagnostics if message.code == "E0401"]
    assert gap.help == help


def test_what_is_no_hypothesis_is_not_proposed_as_one(tmp_path: Path) -> None:
    """Then the help is what the rule says, and no edit."""
    path = tmp_path / "t.thm"
    text = "theorem t\n  let a, b : Real\n  claim c: a <= b\n  conclude c by optimise\nend\n"
    path.write_text(text, encoding="utf-8")
    report = boundkit.check(path, samples=100)
    (gap,) = [message for message in report.diagnostics if message.code == "E0401"]
    assert gap.help.startswith("`optimise` says: ")
