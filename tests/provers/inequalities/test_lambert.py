"""LambertW on one side of an inequality in several variables, with false twins."""

from __future__ import annotations

import pytest

from boundkit.formulas.problems import read_problem
from boundkit.provers.inequalities.goal import Effort
from boundkit.provers.inequalities.proofs import Proved, find

RAYS = ["x >= 0", "y >= 0"]


@pytest.mark.parametrize(
    ("goal", "hypotheses", "holds"),
    [
        ("LambertW(x + y) <= LambertW(x) + LambertW(y)", RAYS, True),
        ("LambertW(x*log(x)) <= log(x)", ["x > 1"], True),
        ("LambertW(x + y) <= LambertW(x) + LambertW(y)/2", RAYS, False),
    ],
)
def test_lambert_w_is_compared_by_what_it_solves(goal: str, hypotheses: list[str], holds: bool) -> None:
    names = ["x", "y"] if "y" in goal else ["x"]
    problem = read_problem({"id": "w", "vars": names, "hyps": hypotheses, "goal": goal})
    assert isinstance(find(problem, Effort(2_000)), Proved) is holds
