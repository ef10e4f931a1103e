"""A claim passes its test only where it is defined: an exact instance at which it is not makes it ERROR."""

from __future__ import annotations

from pathlib import Path

import pytest

import boundkit
from boundkit.errors import Exit

LAWS = "let X : Set let P, Q : Dist[X]"


@pytest.mark.parametrize(
    ("given", "claim", "where"),
    [
        ("let x : Real", "x/x = 1", "at x = 0: division of 0 by zero"),
        ("let x : Real", "sqrt(x - 1)^2 = x - 1", "at x = 0: the square root of -1"),
        ("let x : Real", "ln(x^2) >= ln(x^2) - 1", "at x = 0: the logarithm of 0"),
        ("let D : Dist[Real] draw X ~ D", "E[sqrt(X)^2] = E[X]", "the square root of -1"),
        (LAWS, "KL(P, Q) - KL(P, Q) = 0", "inf - inf"),
        ("let n : Nat let a : Seq[Real]", "max_{i in 1..n} a[i] >= a[1]", "`max` over an empty set"),
    ],
)
@pytest.mark.parametrize("proof", ["", "conclude c by algebra"])
def test_a_claim_that_is_undefined_somewhere_is_in_error(
    tmp_path: Path, given: str, claim: str, where: str, proof: str
) -> None:
    """Whether or not something is said to prove it; the instance stands in the report."""
    path = tmp_path / "t.thm"
    path.write_text(f"theorem t\n{given}\nclaim c: {claim}\n{proof}\nend\n", encoding="utf-8")
    report = boundkit.check(path, seed=1, samples=5_000)
    (theorem,) = report.theorems
    assert theorem.headline == "ERROR" and report.exit is Exit.NOT_AS_EXPECTED
    (node,) = theorem.nodes
    assert "undefined at" in node.reason and (proof or where in node.reason)
    assert [m.code for m in report.diagnostics if m.severity == "error"] == ["E0602"]


@pytest.mark.parametrize(
    ("given", "claim"),
    [
        ("let x : Real > 0", "x/x = 1"),
        ("let x : Real", "x <= 0 or 1/x > 0"),
        ("let x : Real", "x > 0 implies 1/x > 0"),
        ("let n : Nat >= 1 let a : Seq[Real]", "max_{i in 1..n} a[i] >= a[1]"),
        ("let x : Real", "exp(exp(exp(exp(x)))) >= 1 - x^2"),
        (LAWS, "KL(P, Q) >= 0"),
        ("let Z : Set let D : Dist[Z] let f : Z -> Real in [0, 1] draw z ~ D", "E[f(z)]^2 <= E[f(z)^2]"),
        ("let D : Dist[Real] draw X ~ D assume m: E[X] <= 1", "E[X] - E[X] = 0"),
    ],
)
def test_a_claim_that_is_defined_may_be_tested(tmp_path: Path, given: str, claim: str) -> None:
    """Also where a part that a condition guards is not, and where only doubles overflow."""
    path = tmp_path / "t.thm"
    path.write_text(f"theorem t\n{given}\nclaim c: {claim}\nend\n", encoding="utf-8")
    (theorem,) = boundkit.check(path, seed=1, samples=5_000).theorems
    assert theorem.headline == "TESTED"


@pytest.mark.parametrize(
    ("given", "claim", "reason"),
    [
        ("let D : Dist[Real] draw X ~ D", "E[X] - E[X] = 0", "X is integrable"),
        ("let x : Real", "E_{y ~ uniform([-1, 1])}[sqrt(x + y)] <= sqrt(x + 1)", "not shown to be defined"),
    ],
)
def test_instances_that_would_not_show_it_undefined_are_no_test(
    tmp_path: Path, given: str, claim: str, reason: str
) -> None:
    """Sampled laws have finite means, and what is undecided may be undefined."""
    path = tmp_path / "t.thm"
    path.write_text(f"theorem t\n{given}\nclaim c: {claim}\nend\n", encoding="utf-8")
    (theorem,) = boundkit.check(path, seed=1, samples=5_000).theorems
    assert theorem.headline == "UNKNOWN"
    (node,) = theorem.nodes
    assert node.test is not None and node.test.outcome == "undecided" and reason in node.test.reason
