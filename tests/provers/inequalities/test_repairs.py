"""What is said to repair a false goal repairs it, and is called proved only when it is."""

from __future__ import annotations

import pytest

from boundkit.answers import answer
from boundkit.formulas import read_problem
from boundkit.provers.inequalities.problem import Problem
from boundkit.provers.inequalities.proofs import check
from boundkit.provers.inequalities.prove import prove
from boundkit.provers.inequalities.repairs import repairs_of


def read(goal: str, *hypotheses: str) -> Problem:
    return read_problem({"id": "", "hyps": list(hypotheses), "goal": goal})


@pytest.mark.parametrize(
    ("goal", "hypotheses", "wanted"),
    [
        ("x**2 >= x", [], ["holds where x >= 1", "holds where x <= 0"]),
        ("x**2 >= 2", ["x >= 0"], ["holds where x >= sqrt(2)"]),
        ("a + b <= sqrt(a**2 + b**2)", ["a >= 0", "b >= 0"], ["holds with the right side times sqrt(2)"]),
        ("2*x*y <= (x**2 + y**2)/2", ["x >= 1", "y >= 1"], ["holds with the right side times 2"]),
        ("x**3 <= y**3", [], ["holds where x <= y"]),
        ("x + y <= -7/5", ["Eq(exp(x) + exp(y), 1)", "y <= -1"], []),
    ],
)
def test_the_smallest_change_is_named(goal: str, hypotheses: list[str], wanted: list[str]) -> None:
    found = [choices[0].text for choices in repairs_of(read(goal, *hypotheses))]
    assert found == wanted


def test_a_repair_is_called_proved_when_the_changed_problem_is() -> None:
    problem = read("a + b <= sqrt(a**2 + b**2)", "a >= 0", "b >= 0")
    found = answer(problem, None, cached=False)
    assert found.verdict == "REFUTED" and found.hints == ("holds with the right side times sqrt(2) (proved)",)
    changed = repairs_of(problem)[0][0].problem
    proof = prove(changed)
    assert proof.certificate is not None and check(changed, proof.certificate)


def test_without_a_proof_a_repair_stays_a_conjecture() -> None:
    found = prove(read("x**2 >= x"))
    assert found.verdict == "REFUTED" and all(hint.endswith("(conjecture)") for hint in found.hints)


def test_a_change_that_fails_itself_is_not_named() -> None:
    """Only one point fails, which no sample hits beside the grid: nothing is claimed of it."""
    found = answer(read("x**2 > 0"), None, cached=False)
    assert found.verdict == "REFUTED" and found.hints == ()
