"""Goals in several variables are settled on boxes that are split."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from boundkit.formulas.problems import read_problem
from boundkit.ir.terms import Apply
from boundkit.kernel.enclosures import enclosure
from boundkit.kernel.intervals import Undecided, Undefined
from boundkit.kernel.steps import Range
from boundkit.provers.inequalities import enclosing
from boundkit.provers.inequalities.methods import periods, subdivision
from tests.provers.inequalities.attempts import proves

TRIANGLE = ("0 <= x", "x <= 1", "0 <= y", "y <= 1", "x + y <= 1")
TRUE = {
    "a gap": ("exp(x + y) - x*y - sin(3*x)*cos(2*y) > -1", ("-1 <= x", "x <= 1", "-1 <= y", "y <= 1")),
    "a disc": ("sin(x)*cos(y) <= 17/20", ("x**2 + y**2 <= 1", "-1 <= x", "x <= 1", "-1 <= y", "y <= 1")),
    "a simplex": ("x*y*exp(x + y) <= 7/10", TRIANGLE),
    "touching inside": (
        "sin(x)**2 + sin(y)**2 + x*y <= 2*x**2 + 2*y**2",
        ("-1 <= x", "x <= 1", "-1 <= y", "y <= 2"),
    ),
    "infeasible": ("1 <= 0", ("x**2 + y**2 <= 1", "x + y >= 3/2", "0 <= x", "x <= 1", "0 <= y", "y <= 1")),
}
FALSE = {
    "a disc": ("sin(x)*cos(y) <= 83/100", ("x**2 + y**2 <= 1", "-1 <= x", "x <= 1", "-1 <= y", "y <= 1")),
    "touching, strictly": ("x**2 + y**2 + x*y > 0", ("-1 <= x", "x <= 1", "-1 <= y", "y <= 1")),
    "feasible": ("1 <= 0", ("x**2 + y**2 <= 1", "x + y >= 7/5", "0 <= x", "x <= 1", "0 <= y", "y <= 1")),
}
TERMS = (
    "exp(x)*y - x/(2 + y)",
    "sin(x*y) + cos(3*x) - tan(y/2)",
    "sqrt(2 + x)**3 + abs(x - y)**(1/2)",
    "log(3 + x) * atan(y) * x**2",
    "(3 + x)**y + min(x, y) - max(x**3, y**2)",
    "asin(x/3) + acos(y/3) + sinh(x)*cosh(y)*tanh(x)",
)


@pytest.mark.parametrize("name", TRUE)
def test_boxes_settle(name: str) -> None:
    assert proves(subdivision, *TRUE[name])


def test_one_period_is_enough() -> None:
    assert proves(periods, "cos(x)*sin(y) + cos(x + y) > -2", ())
    assert not proves(periods, "sin(x) + x*sin(y) + 9 > 0", ())


@pytest.mark.parametrize("name", FALSE)
def test_false_goals_stay_open(name: str) -> None:
    assert not proves(subdivision, *FALSE[name])


@pytest.mark.parametrize("text", TERMS)
def test_enclosures_in_doubles_agree_with_the_kernel(text: str) -> None:
    text = text.replace("abs", "Abs").replace("min", "Min").replace("max", "Max")
    goal = read_problem({"id": "term", "vars": ["x", "y"], "hyps": [], "goal": f"{text} >= 0"}).goal
    assert isinstance(goal, Apply)
    term = goal.args[1]
    random = np.random.default_rng(1)
    for _ in range(20):
        ends = [sorted(random.integers(-16, 17, 2)) for _ in range(2)]
        box = {
            n: Range(Fraction(int(a), 8), Fraction(int(b), 8)) for n, (a, b) in zip("xy", ends, strict=True)
        }
        columns = {
            name: enclosing.of(np.array([float(own.lower or 0)]), np.array([float(own.upper or 0)]))
            for name, own in box.items()
        }
        found = enclosing.Evaluation(columns).of(term)
        try:
            exact = enclosure(term, box, (), 64)
        except (Undecided, Undefined):
            assert np.isnan(found.low[0])
            continue
        assert float(exact.lower) == pytest.approx(found.low[0], abs=1e-9)
        assert float(exact.upper) == pytest.approx(found.high[0], abs=1e-9)
